# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: what is written, in which order, and how it is taken back."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.moves.steps import (
    CreateRule,
    DeleteRule,
    PutFilter,
    PutRule,
    RuleStep,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.plan import (
    DuplicateRuleError,
    PlanOutcome,
    RulePlan,
    TakenNameError,
    absent,
    each_of,
    present,
    taking_back,
    unwritten,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.naming.shown import (
    ShownNames,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts import (
    cim_values,
    compare,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.desired import (
    WantedRule,
    wanted_rules,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import Store
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Action,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.firewall import firewall_samples as samples
from unit.firewall.rule_writer import format_rule
from unit.firewall.stored_rules import StoredRules
from unit.rows import each_row


def one(**options: Any) -> WantedRule:
    (found,) = wanted_rules({"name": "n", **options})
    return found


def steps_of(made: RulePlan) -> tuple[RuleStep, ...]:
    """All steps of a plan in order."""
    return tuple(move.step for stage in made.stages for move in stage)


def plan(existing: list[FirewallRule], **options: Any) -> RulePlan:
    return present(one(**options), existing)


def after(found: RulePlan) -> FirewallRule:
    assert found.after is not None
    return found.after


# ------------------------------------------------------------------ creating


def test_a_new_rule_is_created_disabled_completed_and_then_enabled() -> None:
    found = plan(
        [],
        ports=["443", 80, "8000-8010"],
        profiles="domain,private",
        remote_addresses=["10.0.0.0/255.0.0.0", "LocalSubnet6"],
        program=r"C:\App\web.exe",
        service="W3SVC",
        interface_types="lan",
        description="日本語",
        group="Web",
        edge_traversal="defer_to_app",
    )
    rule_id = found.rule_id
    assert found.outcome is PlanOutcome.CREATE
    assert steps_of(found) == (
        CreateRule(
            {
                "InstanceID": rule_id,
                "ElementName": "n",
                "Description": "日本語",
                "RuleGroup": "Web",
                "Enabled": 2,
                "Profiles": 3,
                "Direction": 1,
                "Action": 2,
                "EdgeTraversalPolicy": 3,
            }
        ),
        PutFilter(
            rule_id,
            "MSFT_NetProtocolPortFilter",
            {"Protocol": "TCP", "LocalPort": ("80", "443", "8000-8010")},
        ),
        PutFilter(
            rule_id, "MSFT_NetAddressFilter", {"RemoteAddress": ("LocalSubnet6", "10.0.0.0/8")}
        ),
        PutFilter(rule_id, "MSFT_NetApplicationFilter", {"AppPath": r"C:\App\web.exe"}),
        PutFilter(rule_id, "MSFT_NetServiceFilter", {"ServiceName": "W3SVC"}),
        PutFilter(rule_id, "MSFT_NetInterfaceTypeFilter", {"InterfaceType": 1}),
        PutRule(rule_id, {"Enabled": 1}),
    )
    assert [len(stage) for stage in found.stages] == [6, 1], "read back before it is enabled"
    back = taking_back(found, after(found))
    assert back is not None
    assert steps_of(back) == (DeleteRule(rule_id),)


def test_a_disabled_rule_stays_disabled_and_nothing_is_sent_that_is_not_needed() -> None:
    found = plan([], protocol="any", enabled=False)
    (created,) = steps_of(found)
    assert isinstance(created, CreateRule)
    assert created.values["Enabled"] == 2
    assert "Description" not in created.values


def test_icmp_keywords_and_protocols_without_ports_as_cim_writes_them() -> None:
    def filter_of(**options: Any) -> dict[str, Any]:
        (_unused, step, *_unused) = steps_of(plan([], **options))
        assert isinstance(step, PutFilter)
        return dict(step.values)

    assert filter_of(protocol="icmpv6", icmp_types=["128", "1:4"]) == {
        "Protocol": "ICMPv6",
        "IcmpType": ("1:4", "128"),
    }
    assert filter_of(ports="RPC,RPC-EPMap") == {
        "Protocol": "TCP",
        "LocalPort": ("RPC", "RPCEPMap"),
    }
    assert filter_of(protocol="udp", ports="Ply2Disc")["LocalPort"] == ("PlayToDiscovery",)
    assert filter_of(protocol="gre") == {"Protocol": "47"}


def test_the_id_follows_from_the_name_and_avoids_those_that_are_taken() -> None:
    first = plan([], ports=80)
    assert first.rule_id == plan([], ports=81).rule_id
    assert first.rule_id != plan([], ports=80, direction="out").rule_id
    assert first.rule_id.startswith("{")
    taken = replace(after(first), name="renamed")
    assert plan([taken], ports=80).rule_id != first.rule_id
    assert plan([], ports=80, rule_id="My-Rule").rule_id == "My-Rule"


# ------------------------------------------------------------------ nothing, change, delete

EXISTING = parse(
    "{1}",
    "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=443|LPort=80|"
    r"RA4=192.168.0.0/255.255.255.0|App=%SystemRoot%\x.exe|Name=n|Desc=d|",
)


def test_the_same_rule_in_other_words_is_no_change() -> None:
    found = plan(
        [EXISTING],
        ports="80,443",
        remote_addresses="192.168.0.0-192.168.0.255",
        program=r"c:\windows\X.exe",
        profiles=["public", "private", "domain"],
        action="Allow",
    )
    assert (found.outcome, steps_of(found), found.differences) == (PlanOutcome.NOTHING, (), ())
    assert not found.changed


@each_row(
    ("options", "steps"),
    [
        ({"enabled": False}, [PutRule("{1}", {"Enabled": 2})]),
        ({"action": "block"}, [PutRule("{1}", {"Action": 4})]),
        ({"profiles": "domain"}, [PutRule("{1}", {"Profiles": 1})]),
        ({"description": ""}, [PutRule("{1}", {"Description": None})]),
        ({"description": "e", "group": "g"},
         [PutRule("{1}", {"Description": "e", "RuleGroup": "g"})]),
        ({"ports": 80}, [PutFilter("{1}", "MSFT_NetProtocolPortFilter",
                                   {"Protocol": "TCP", "LocalPort": ("80",)})]),
        ({"protocol": "any"}, [PutFilter("{1}", "MSFT_NetProtocolPortFilter",
                                         {"Protocol": "Any", "LocalPort": ("Any",),
                                          "RemotePort": ("Any",), "IcmpType": ("Any",)})]),
        ({"remote_addresses": "any"},
         [PutFilter("{1}", "MSFT_NetAddressFilter", {"RemoteAddress": ("Any",)})]),
        ({"program": "any"},
         [PutFilter("{1}", "MSFT_NetApplicationFilter", {"AppPath": "Any"})]),
        # Several parts of an open rule without common ground: it pauses.
        ({"ports": 22, "remote_addresses": "10.0.0.0/8"},
         [PutRule("{1}", {"Enabled": 2}),
          PutFilter("{1}", "MSFT_NetProtocolPortFilter",
                    {"Protocol": "TCP", "LocalPort": ("22",)}),
          PutFilter("{1}", "MSFT_NetAddressFilter", {"RemoteAddress": ("10.0.0.0/8",)}),
          PutRule("{1}", {"Enabled": 1})]),
        # With common ground: narrowed to it, and widened from it.
        ({"ports": "22,80", "remote_addresses": "192.168.0.0/16"},
         [PutFilter("{1}", "MSFT_NetProtocolPortFilter",
                    {"Protocol": "TCP", "LocalPort": ("80",)}),
          PutFilter("{1}", "MSFT_NetProtocolPortFilter",
                    {"Protocol": "TCP", "LocalPort": ("22", "80")}),
          PutFilter("{1}", "MSFT_NetAddressFilter", {"RemoteAddress": ("192.168.0.0/16",)})]),
        # One part without: that changes at once, in between.
        ({"ports": 22, "remote_addresses": "192.168.0.0/25", "profiles": "domain"},
         [PutFilter("{1}", "MSFT_NetAddressFilter", {"RemoteAddress": ("192.168.0.0/25",)}),
          PutRule("{1}", {"Profiles": 1}),
          PutFilter("{1}", "MSFT_NetProtocolPortFilter",
                    {"Protocol": "TCP", "LocalPort": ("22",)})]),
        # What shuts comes first, what opens last.
        ({"ports": 22, "action": "block"},
         [PutRule("{1}", {"Action": 4}),
          PutFilter("{1}", "MSFT_NetProtocolPortFilter",
                    {"Protocol": "TCP", "LocalPort": ("22",)})]),
    ],
)  # fmt: skip
def test_one_thing_at_a_time(options: dict[str, Any], steps: list[object]) -> None:
    found = plan([EXISTING], **options)
    assert list(steps_of(found)) == steps
    # And back again.
    back = present(
        WantedRule("n", "{1}", {each: getattr(EXISTING, each) for each in (
            "active", "action", "profiles", "description", "group", "protocol", "local_ports",
            "remote_addresses", "program")}),
        [after(found)],
    )  # fmt: skip
    assert compare.differences(after(back), EXISTING) == ()
    assert {each.property for each in back.differences} == {
        each.property for each in found.differences
    }


def test_a_rule_that_blocks_is_opened_last() -> None:
    blocks = replace(EXISTING, action=Action.BLOCK, source=None)
    found = plan([blocks], ports=22, action="allow")
    assert [type(each) for each in steps_of(found)] == [PutFilter, PutRule]
    back = taking_back(found, after(found))
    assert back is not None
    assert steps_of(back)[0] == PutRule("{1}", {"Action": 4})


def test_conditions_that_no_option_sets_are_told() -> None:
    limited = parse("{1}", "v2.30|Action=Allow|Dir=In|Name=n|LUAuth=O:LSD:|Security=Authenticate|")
    (note,) = plan([limited], enabled=True).notes
    assert render(note, "en") == (
        "The rule 'n' is also limited to IPsec authentication, users; that stays."
    )
    assert render(note, "ja") == (
        "規則「n」には、IPsec 認証、ユーザーによる限定もあります。この限定は変更されません。"
    )


def test_a_removed_rule_goes_by_reference() -> None:
    (found,) = absent(one(), [EXISTING])
    assert (found.outcome, steps_of(found)) == (PlanOutcome.DELETE, (DeleteRule("{1}"),))
    assert absent(one(name="other"), [EXISTING]) == ()
    assert absent(one(), []) == ()


# ------------------------------------------------------------------ which rule is meant

TWIN = replace(EXISTING, rule_id="{2}", source=None)
UDP_TWIN = parse("{3}", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=53|Name=N|")
OUT_TWIN = parse("{4}", "v2.30|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|RPort=25|Name=n|")


def test_duplicates_are_told_and_never_half_changed() -> None:
    with pytest.raises(DuplicateRuleError, match=r"2 rules are named 'n': \{1\}, \{2\}"):
        plan([EXISTING, TWIN], enabled=False)
    assert plan([EXISTING, TWIN], enabled=False, rule_id="{2}").rule_id == "{2}"
    gone = absent(one(), [EXISTING, TWIN, UDP_TWIN])
    assert [each.rule_id for each in gone] == ["{1}", "{2}", "{3}"]
    (note,) = gone[0].notes
    assert render(note, "en") == "3 rules are named 'n'; all of them go."
    assert render(note, "ja") == "「n」という名前の規則が 3 件あり、すべて削除されます。"


def test_direction_and_protocol_tell_rules_of_one_name_apart() -> None:
    rules = [EXISTING, UDP_TWIN, OUT_TWIN]
    assert plan(rules, direction="out", protocol="tcp", enabled=False).rule_id == "{4}"
    assert plan(rules, direction="in", protocol="udp", ports=54).rule_id == "{3}"
    # One rule of the name: its protocol is changed in place.
    assert plan([EXISTING], protocol="udp").rule_id == "{1}"
    assert [each.rule_id for each in absent(one(protocol="udp"), rules)] == ["{3}"]
    assert [each.rule_id for each in absent(one(direction="out"), rules)] == ["{4}"]


def test_rules_for_several_protocols_keep_to_their_own() -> None:
    tcp, udp = wanted_rules({"name": "n", "ports": "80,443", "protocol": ["tcp", "udp"]})
    assert present(tcp, [EXISTING]).outcome is PlanOutcome.NOTHING
    created = present(udp, [EXISTING])
    assert created.outcome is PlanOutcome.CREATE
    assert present(udp, [EXISTING, after(created)]).outcome is PlanOutcome.NOTHING
    assert present(tcp, [EXISTING, after(created)]).outcome is PlanOutcome.NOTHING


WINDOWS = list(samples.read(samples.WIN10_1903).of(Store.LOCAL))


def ids_of(wanted: WantedRule) -> list[str | None]:
    return [each.rule_id for each in each_of(wanted, WINDOWS, ShownNames())]


def test_windows_own_rules_go_by_the_name_that_it_shows_and_all_of_a_name_are_meant() -> None:
    smb = ["FPS-SMB-In-TCP-NoScope", "FPS-SMB-In-TCP"]
    assert {
        name: ids_of(one(name=name, **more))
        for name, more in {
            "file and printer sharing (smb-in)": {},
            "ファイルとプリンターの共有 (SMB 受信)": {"protocol": "tcp"},
            "World Wide Web Services (HTTP Traffic-In)": {},
        }.items()
    } == {
        "file and printer sharing (smb-in)": smb,
        "ファイルとプリンターの共有 (SMB 受信)": smb,
        "World Wide Web Services (HTTP Traffic-In)": [None],
    }
    for each in each_of(one(name="File and Printer Sharing (SMB-In)"), WINDOWS, ShownNames()):
        # It is found, not renamed: its name stays what Windows translates.
        assert present(each, WINDOWS).outcome is PlanOutcome.NOTHING
    gone = absent(one(name="Remote Desktop - User Mode (TCP-In)"), WINDOWS)
    assert [made.rule_id for made in gone] == ["RemoteDesktop-UserMode-In-TCP"]


def test_the_shown_name_or_group_of_a_rule_is_no_change_of_it() -> None:
    rule_id = "RemoteDesktop-UserMode-In-TCP"
    shown = {"name": "Remote Desktop - User Mode (TCP-In)", "group": "リモート デスクトップ"}
    assert plan(WINDOWS, rule_id=rule_id, **shown).outcome is PlanOutcome.NOTHING
    renamed = plan(WINDOWS, rule_id=rule_id, name="RDP", group="Mine")
    assert [each.property for each in renamed.differences] == ["name", "group"]


def test_there_is_never_a_twin_of_one_of_windows_own_rules() -> None:
    name = "Remote Desktop - User Mode (TCP-In)"
    for options in ({"direction": "out"}, {"rule_id": "mine"}, {"protocol": "any"}):
        wanted = one(name=name, ports="any", **options)
        if options == {"protocol": "any"}:
            wanted = replace(wanted, exact_protocol=True)
        with pytest.raises(TakenNameError, match="RemoteDesktop-UserMode-In-TCP"):
            present(wanted, WINDOWS)
    with pytest.raises(TakenNameError, match="Give it as group"):
        plan(WINDOWS, name="Windows Management Instrumentation (WMI)", protocol="tcp")
    # A rule of one's own may be called like a group of Windows.
    assert plan(WINDOWS, name="Remote Desktop", ports=3389).outcome is PlanOutcome.CREATE


def test_one_s_own_rule_of_the_same_name_is_not_taken_for_windows_own() -> None:
    name = "Remote Desktop - User Mode (TCP-In)"
    twin = replace(EXISTING, rule_id="twin", name=name)
    wanted = one(name=name, enabled=False)
    assert each_of(wanted, [*WINDOWS, twin], ShownNames()) == (wanted,)
    with pytest.raises(DuplicateRuleError, match="RemoteDesktop-UserMode-In-TCP, twin"):
        present(wanted, [*WINDOWS, twin])


# ------------------------------------------------------------------ what really happened


def test_reading_back_tells_what_was_not_written() -> None:
    found = plan([], ports=80)
    assert unwritten(found, [after(found)]) == ()
    (missing,) = unwritten(found, [])
    assert (missing.before, missing.after) == (None, "n")
    (ports,) = unwritten(found, [replace(after(found), local_ports=FirewallRule("").local_ports)])
    assert (ports.property, ports.before, ports.after) == ("ports", ["any"], ["80"])
    (gone,) = absent(one(), [EXISTING])
    assert unwritten(gone, []) == ()
    assert len(unwritten(gone, [EXISTING])) == 1


names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="|\ufffe\uffff"),
    min_size=1,
    max_size=20,
).filter(lambda name: name.strip() and not name.startswith("@") and name.casefold() != "all")
option_sets = st.fixed_dictionaries(
    {
        "protocol": st.sampled_from(["tcp", "udp", "any", "icmpv4"]),
        "action": st.sampled_from(["allow", "block"]),
        "security": st.sampled_from(["notrequired", "authenticate", "authenc"]),
        "description": names,
    },
    optional={
        "enabled": st.booleans(),
        "ports": st.sampled_from([80, "443,80", "8000-8010", "1-65535"]),
        "profiles": st.sampled_from(["domain", "any", "public,private"]),
        "remote_addresses": st.sampled_from(["any", "10.0.0.0/8", "10.0.0.5-10.0.0.9", "8.8.8.8"]),
        "program": st.sampled_from(["any", r"C:\a.exe"]),
        "service": st.sampled_from(["any", "W3SVC"]),
        "interface_types": st.sampled_from(["any", "lan"]),
        "local_user": st.sampled_from(["any", "S-1-5-18"]),
        "package": st.sampled_from(["any", "S-1-15-2-1"]),
        "platform": st.sampled_from(["any", "10.0"]),
    },
)
PROBES = [
    (protocol, port, remote, profile, known)
    for protocol in ("TCP", "UDP", "ICMPv4")
    for port in (80, 443, 8005)
    for remote in ("10.0.0.7", "10.9.9.9", "8.8.8.8")
    for profile in (1, 4)
    for known in (False, True)
]


def valid(options: dict[str, Any]) -> dict[str, Any]:
    if options["action"] == "block":
        options = options | {"security": "notrequired"}
    if options["protocol"] not in ("tcp", "udp"):
        return {key: value for key, value in options.items() if key != "ports"}
    return options


def opened(store: StoredRules) -> set[tuple[str, int, str, int, bool]]:
    return {probe for probe in PROBES if store.opens(*probe[:4], known=probe[4])}


def stored(rule: FirewallRule) -> dict[str, dict[str, Any]]:
    return cim_values.values_of(rule)  # type: ignore[return-value]


@given(names, option_sets.map(valid))
def test_what_a_plan_creates_reads_back_as_wanted(name: str, options: dict[str, Any]) -> None:
    (wanted,) = wanted_rules({"name": name, **options})
    found = present(wanted, [])
    store = StoredRules()
    for step in steps_of(found):
        assert opened(store) == set(), "open before it is complete"
        store.do(step)
    assert store.rules == {found.rule_id: stored(after(found))}
    # And its text in the rule store reads back equal, byte for byte in its texts.
    again = parse(found.rule_id, format_rule(after(found)))
    assert (again.name, again.description) == (name, options["description"])
    assert unwritten(found, [again]) == ()
    assert present(wanted, [again]).outcome is PlanOutcome.NOTHING


@given(option_sets.map(valid), option_sets.map(valid))
def test_no_step_of_a_change_opens_more_than_before_and_after(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    created = present(one(**first), [])
    changed = present(one(**second), [after(created)])
    assume(changed.outcome is PlanOutcome.CHANGE)
    store = StoredRules()
    for step in steps_of(created):
        store.do(step)
    start = copy.deepcopy(store)
    target = StoredRules()
    target.rules = {changed.rule_id: stored(after(changed))}
    prefixes = [copy.deepcopy(store)]
    for step in steps_of(changed):
        store.do(step)
        prefixes.append(copy.deepcopy(store))
    assert store.rules == target.rules
    for each in prefixes:
        assert opened(each) <= opened(start) | opened(target)
    for each in prefixes:
        left = opened(each)
        for step in _back(changed, each):
            each.do(step)
            assert opened(each) <= opened(start) | left
        assert each.rules == start.rules, "taken back in full, wherever it broke off"


def _back(made: RulePlan, store: StoredRules) -> tuple[RuleStep, ...]:
    """The steps that take a plan back from where it broke off."""
    states = [made.before, *(move.state for stage in made.stages for move in stage)]
    (found,) = [each for each in states if each and stored(each) in store.rules.values()][:1]
    back = taking_back(made, found)
    return steps_of(back) if back else ()


def test_a_description_that_is_a_reference_to_a_text_stays() -> None:
    own = parse("{1}", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=17|Desc=@F.dll,-1|Name=n|")
    with pytest.raises(OptionError, match="does not allow it to be overwritten"):
        plan([own], description="d", enabled=False)
    assert plan([own], enabled=False).outcome is PlanOutcome.CHANGE


def test_a_name_in_other_letters_finds_the_rule_and_does_not_rename_it() -> None:
    assert plan([replace(EXISTING, name="N")], ports="80,443").outcome is PlanOutcome.NOTHING
    renamed = plan([replace(EXISTING, name="N")], rule_id="{1}")
    assert steps_of(renamed) == (PutRule("{1}", {"ElementName": "n"}),)


def test_a_name_that_only_another_folding_would_take_for_it_is_another_rule() -> None:
    """Windows compares each character by itself, and so a rule of another name is left alone."""
    there = parse("{1}", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=Masse|")
    found = plan([there], name="Maße", action="block", ports=80)
    assert found.outcome is PlanOutcome.CREATE
    assert found.rule_id != "{1}"
    assert absent(one(name="MAẞE"), [there]) == ()
    assert absent(one(name="MASSE"), [there]) != ()


@pytest.mark.parametrize(("there", "asked"), [("Strasse", "Straße"), ("disk", "dis\u212a")])
def test_an_id_that_only_another_folding_would_take_for_it_is_another_rule(
    there: str, asked: str
) -> None:
    rule = parse(there, "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=n|")
    found = plan([rule], rule_id=asked, name="n", action="block", ports=80)
    assert found.outcome is PlanOutcome.CREATE
    assert found.rule_id == asked
    assert unwritten(replace(found, after=None), [rule]) == ()
