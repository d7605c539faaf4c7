# SPDX-License-Identifier: GPL-3.0-or-later
"""From wishes to what has become of the rules of a host."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import changes
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
    Changes,
    Wish,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.plan import (
    PlanOutcome,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    LOCAL_POLICY_KEY,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.conversation import Answer, ScriptedTransport, rows
from unit.firewall.host_answers import (
    created,
    deleted,
    filters,
    program,
    programs,
    put,
    refused,
    switched,
)
from unit.pc.programs.http_sys_texts import OLDER
from unit.rows import each_row

WEB = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=Web|"
PRIVATE = rows({"InstanceID": "x", "Name": "Home", "NetworkCategory": 1})
RUNNING = rows(
    {"Name": "BFE", "State": "Running", "StartMode": "Auto"},
    {"Name": "MpsSvc", "State": "Running", "StartMode": "Auto"},
)
READING = ["Command", "Receive", "Signal"]
QUERIES = ["Enumerate"] * 3


def local_store(*rules: str, version: int = 0x21E) -> str:
    """What reg.exe prints of the stores: rules by the ids {0}, {1} ..."""
    lines = "".join(
        f"    {{{number}}}    REG_SZ    {text}\r\n" for number, text in enumerate(rules)
    )
    return (
        f"{LOCAL_POLICY_KEY}\r\n    PolicyVersion    REG_DWORD    0x{version:x}\r\n\r\n"
        f"{LOCAL_POLICY_KEY}\\FirewallRules\r\n    placeholder    REG_DWORD    0x0\r\n{lines}\r\n"
    )


def stored(*rules: str) -> list[bytes]:
    """The answers to another reading of the stores."""
    return program(local_store(*rules))


def first(*rules: str, version: int = 0x21E, served: str = "") -> list[bytes]:
    """The answers to the first reading of the stores, with what netsh prints of http.sys."""
    return programs(local_store(*rules, version=version), served)


def host(*rules: str, version: int = 0x21E, served: str = "") -> list[Answer]:
    """The answers to a reading of a host with these rules."""
    return [*first(*rules, version=version, served=served), PRIVATE, rows(), RUNNING]


def asked(present: bool = True, **options: Any) -> Wish:
    return changes.wish(options, present=present)


def make(wishes: list[Wish], *answers: Answer, **how: Any) -> tuple[Changes, ScriptedTransport]:
    transport = ScriptedTransport(*answers, shell_id="S")
    done = changes.make(Host(transport, "win-1"), wishes, sleep=lambda seconds: None, **how)
    assert transport.finished
    return done, transport


def refuses(wishes: list[Wish], *answers: Answer, **how: Any) -> ChangeError:
    transport = ScriptedTransport(*answers, shell_id="S")
    with pytest.raises(ChangeError) as caught:
        changes.make(Host(transport, "win-1"), wishes, sleep=lambda seconds: None, **how)
    assert transport.finished
    return caught.value


# ------------------------------------------------------------------ before anything is sent


@each_row(
    ("options", "words"),
    [
        ({}, "a name or a rule_id is needed"),
        ({"name": "a|b"}, "|"),
        ({"name": "All"}, "ALL"),
        ({"name": "n", "ports": 70000}, "70000"),
        ({"name": "n", "program": r"C:\*\a.exe"}, "wildcards"),
        ({"name": "n", "protocol": "icmpv4", "ports": 80}, "only tcp and udp have ports"),
        ({"group": "g"}, "say what to change"),
        ({"group": ""}, "a name, a rule_id or a group is needed"),
        ({"group": "g", "ports": 0}, "0"),
    ],
)
def test_a_mistake_is_told_before_anything_is_sent(options: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError) as caught:
        changes.wish(options, present=True)
    assert words in str(caught.value)


# ------------------------------------------------------------------ nothing, or check mode


def test_an_unchanged_task_reads_once_and_writes_nothing() -> None:
    done, transport = make([asked(name="Web", ports=80), asked(name="web")], *host(WEB))
    assert transport.actions == [*READING, *QUERIES]
    assert not done.changed
    assert [each.outcome for each in done.changes] == [PlanOutcome.NOTHING, PlanOutcome.NOTHING]
    first = done.changes[0].effect
    assert first is not None
    assert first.effective is True


def test_check_mode_tells_what_would_become_of_all() -> None:
    wishes = [asked(name="New", ports=81), asked(name="Web", action="block"),
              asked(present=False, name="Old"), asked(present=False, name="Other")]  # fmt: skip
    old = WEB.replace("Web", "Old").replace("80", "8080")
    done, transport = make(wishes, *host(WEB, old), check=True)
    assert transport.actions == [*READING, *QUERIES]
    assert done.changed
    assert [each.outcome for each in done.changes] == [
        PlanOutcome.CREATE, PlanOutcome.CHANGE, PlanOutcome.DELETE, PlanOutcome.NOTHING,
    ]  # fmt: skip
    assert [each.effect and each.effect.effective for each in done.changes] == [
        True, True, True, None,
    ]  # fmt: skip
    assert done.changes[3].name == "Other"


def test_a_rule_that_was_not_there_is_judged_by_what_the_task_says_of_it() -> None:
    wishes = [asked(present=False, name="Gone", ports=port) for port in (80, 81)]
    done, transport = make(wishes, *host(WEB))
    assert transport.actions == [*READING, *QUERIES]
    assert [each.effect and each.effect.effective for each in done.changes] == [False, True]


def test_plans_build_on_one_another() -> None:
    wishes = [asked(name="n", ports=80), asked(name="n", description="d"), asked(name="n")]
    done, _unused = make(wishes, *host(), check=True)
    assert [each.outcome for each in done.changes] == [
        PlanOutcome.CREATE, PlanOutcome.CHANGE, PlanOutcome.NOTHING,
    ]  # fmt: skip


def test_entries_that_undo_each_other_are_refused() -> None:
    def told(*wishes: Wish, rules: tuple[str, ...] = (WEB,)) -> str:
        try:
            make(list(wishes), *host(*rules), check=True)
        except ChangeError as error:
            return str(error).partition(" Give")[0]
        return ""

    one, two = asked(name="Web", ports=81), asked(name="Web", ports=82)
    so = (
        "The entries 1 and 2 of rules undo each other: each run would change the rule 'Web' and "
        "change it back."
    )
    grouped = f"{WEB}EmbedCtxt=G|"
    assert {
        "ports": told(one, two),
        "of a new rule": told(one, two, rules=()),
        "already as the last one leaves it": told(one, asked(name="web", ports=80)),
        "there and not": told(one, asked(present=False, name="Web")),
        "made anew": told(asked(present=False, name="Web"), two),
        "all of a group but one": told(
            asked(group="g", enabled=False), asked(name="Web", enabled=True), rules=(grouped,)
        ),
        "one after the other": told(one, asked(name="Web", description="d")),
        "different rules": told(one, asked(name="Other", ports=81)),
        "the same twice": told(one, one),
        "gone": told(asked(present=False, name="Web"), asked(present=False, name="Web")),
    } == {
        "ports": so,
        "of a new rule": so,
        "already as the last one leaves it": so,
        "there and not": so,
        "made anew": so,
        "all of a group but one": so,
        "one after the other": "",
        "different rules": "",
        "the same twice": "",
        "gone": "",
    }


def test_entries_of_one_name_are_told_apart_by_protocol_and_direction() -> None:
    def outcomes(*wishes: Wish, rules: tuple[str, ...] = ()) -> list[str]:
        done, _unused = make(list(wishes), *host(*rules), check=True)
        return [each.outcome.value for each in done.changes]

    tcp, udp = asked(name="n", ports=53), asked(name="N", ports=53, protocol="udp")
    out = asked(name="n", ports=53, protocol="udp", direction="out")
    rows = [text.replace("Name=Web", "Name=n") for text in (WEB, WEB.replace("col=6", "col=17"))]
    assert outcomes(tcp, udp) == ["create", "create"]
    assert outcomes(udp, tcp) == ["create", "create"]
    assert outcomes(tcp, udp, rules=tuple(rows)) == ["change", "change"]
    assert outcomes(asked(name="n", ports=53, direction="in"), out) == ["create", "create"]
    # A change of the protocol is meant where there is one entry.
    assert outcomes(udp, rules=tuple(rows[:1])) == ["change"]


def test_all_rules_of_a_name_are_changed_together_if_the_task_says_so() -> None:
    rows = (WEB, WEB.replace("LPort=80", "LPort=443"))
    with pytest.raises(ChangeError, match=r"2 rules are named 'Web'.* set all_of_a_name: true"):
        make([asked(name="Web", enabled=False)], *host(*rows), check=True)
    every = asked(name="web", remote_addresses="10.0.0.0/8", all_of_a_name=True)
    done, _unused = make([every], *host(*rows), check=True)
    assert [each.outcome.value for each in done.changes] == ["change", "change"]
    told = [render(note, "en") for note in done.notes]
    assert told == ["2 rules are named 'web'; the task applies to all of them."]
    alone, _unused = make([every], *host(WEB), check=True)
    assert [each.outcome.value for each in alone.changes] == ["change"]
    assert alone.notes == ()
    new, _unused = make([asked(name="Web", ports=80, all_of_a_name=True)], *host(), check=True)
    assert [each.outcome.value for each in new.changes] == ["create"]


NEAR = WEB.replace("|Name=Web|", "|RA4=LocalSubnet|Name=near|")
OWN = {"IPAddress": "192.168.0.2", "PrefixLength": 24, "InterfaceIndex": 12, "AddressState": 4}
HOME = rows({"InstanceID": "x", "Name": "Home", "NetworkCategory": 1, "InterfaceIndex": 12})


def at_home(*rules: str) -> list[Answer]:
    """A host whose network has the addresses of `OWN`."""
    return [*first(*rules), HOME, rows(), RUNNING]


def test_its_addresses_are_read_where_they_tell_the_effect() -> None:
    gone = [asked(present=False, name="Web", ports=80)]
    inside = WEB.replace("|Name=Web|", "|RA4=192.168.0.9|Name=Web|")
    outside = WEB.replace("|Name=Web|", "|RA4=10.0.0.9|Name=Web|")
    found = {}
    for name, rule in (("inside", inside), ("outside", outside)):
        done, transport = make(gone, *at_home(rule, NEAR), rows(OWN), check=True)
        assert b"FROM MSFT_NetIPAddress" in transport.sent[-1]
        found[name] = done.changes[0].effect
    assert {name: each and each.effective for name, each in found.items()} == {
        "inside": False, "outside": True,
    }  # fmt: skip
    # A host that does not tell them is asked once, and neither is one whose answer is no use.
    for answer in (refused(5), rows()):
        done, _unused = make(gone, *at_home(inside, NEAR), answer, check=True)
        assert done.changes[0].effect is not None
        assert done.changes[0].effect.effective is None
    # Without words of other rules, they tell nothing.
    make(gone, *at_home(inside), check=True)
    make(gone, *at_home(inside, NEAR.replace("LocalSubnet", "10.0.0.9")), check=True)


def test_what_the_guard_has_read_is_not_read_again() -> None:
    """Both want to know what the local subnet is."""
    winrm = WEB.replace("LPort=80|Name=Web", "LPort=5985|Name=own")
    narrow = [asked(name="own", remote_addresses="LocalSubnet"),
              asked(present=False, name="Web", ports=80)]  # fmt: skip
    came = rows(
        {
            "LocalAddress": "192.168.0.2", "LocalPort": 5985, "RemoteAddress": "192.168.0.9",
            "RemotePort": 50000, "State": 5, "OwningProcess": 4,
        }
    )  # fmt: skip
    inside = WEB.replace("|Name=Web|", "|RA4=192.168.0.9|Name=Web|")
    done, transport = make(narrow, *at_home(winrm, inside, NEAR), came, rows(OWN), check=True)
    assert [each.effect and each.effect.effective for each in done.changes] == [True, False]
    assert sum(b"MSFT_NetIPAddress" in each for each in transport.sent) == 1


# ------------------------------------------------------------------ written and read back


def test_what_was_written_is_read_back_once() -> None:
    web = WEB.replace("80", "81")
    wishes = [asked(rule_id="{0}", ports=81), asked(rule_id="{1}", name="Off", enabled=False)]
    off = WEB.replace("Web", "Off")
    done, transport = make(
        wishes, *host(WEB, off), filters("{0}", "MSFT_NetProtocolPortFilter"), put(),
        switched("Disable"), *stored(web, off.replace("TRUE", "FALSE")),
    )  # fmt: skip
    assert transport.actions == [
        *READING, *QUERIES, "Enumerate", "Put", "Disable", *READING,
    ]  # fmt: skip
    assert done.changed
    assert [rule.enabled for rule in done.reading.local_rules] == [True, False]


def test_success_is_not_reported_for_what_was_not_stored() -> None:
    error = refuses([asked(name="Web", action="block")], *host(WEB), put(), *stored(WEB))
    assert "action is allow instead of block" in str(error)
    assert "although win-1 accepted every change" in str(error)
    assert not error.changed
    # Another controller may be at it: again and again, over what is there by then.
    wish = asked(name="Web", action="block", description="d")
    one, other = (WEB.replace("Name", f"Desc={text}|Name") for text in "ab")
    again = [*stored(one), put(), *stored(other), *stored(other), put(), *stored(one)]
    error = refuses([wish], *host(WEB), put(), *stored(one), *again * 2)
    assert error.changed
    assert "description is a instead of d" in str(error)


@each_row("failure", [TransportError(Failure.TIMEOUT), refused(2)])
def test_what_was_changed_is_told_although_what_listens_can_t_be_read(failure: Answer) -> None:
    """Whether a port stays open by a rule for one program depends on what listens there."""
    program_rule = WEB.replace("Name=Web", r"App=C:\a.exe|Name=Program")
    off = WEB.replace("TRUE", "FALSE")
    done, transport = make(
        [asked(name="Web", enabled=False)],
        *host(WEB, program_rule),
        switched("Disable"),
        *stored(off, program_rule),
        failure,
    )
    asked_for = transport.actions[len([*READING, *QUERIES, "Disable", *READING]) :]
    assert asked_for == ["Enumerate"]
    assert done.changed
    assert [each.effect and each.effect.effective for each in done.changes] == [None]


def test_a_rule_that_was_deleted_and_is_still_there() -> None:
    error = refuses([asked(present=False, name="Web")], *host(WEB), deleted(), *stored(WEB))
    assert "name is Web instead of nothing" in str(error)


def test_a_failure_in_the_middle_tells_what_was_done_before() -> None:
    wishes = [asked(name="Web", enabled=False), asked(name="Off", enabled=False)]
    off = WEB.replace("Web", "Off")
    error = refuses(
        wishes, *host(WEB, off), switched("Disable"), refused(2),
        *stored(WEB.replace("TRUE", "FALSE"), off),
    )  # fmt: skip
    assert str(error).endswith("The rule 'Off' is as it was before. Done anyway: 'Web'.")
    assert error.changed
    assert [(each.name, each.standing) for each in error.rules] == [
        ("Web", "changed"), ("Off", "unchanged"),
    ]  # fmt: skip
    # Nobody knows what became of it, so it counts as changed.
    error = refuses(wishes[:1], *host(WEB), *[TransportError(Failure.TIMEOUT)] * 2)
    assert (error.changed, error.unreachable) == (True, True)
    assert [each.standing for each in error.rules] == ["unknown"]
    # So does a new rule, of whose first step nobody knows whether it was carried out.
    new = asked(name="New", ports=81)
    error = refuses([new], *host(), *[TransportError(Failure.TIMEOUT)] * 2)
    assert (error.changed, error.unreachable) == (True, True)
    assert [each.standing for each in error.rules] == ["unknown"]
    assert "may be half done" in str(error)


def test_a_new_rule_through_to_its_effect() -> None:
    (wanted,) = (asked(name="Web", ports=80, profiles="private"),)
    first, _unused = make([wanted], *host(), check=True)
    made = first.changes[0].plan
    assert made is not None
    rule_id = made.rule_id
    text = WEB.replace("Name", "Profile=Private|Name")
    disabled, enabled = (
        program(f"{LOCAL_POLICY_KEY}\\FirewallRules\r\n    {rule_id}    REG_SZ    {each}\r\n")
        for each in (text.replace("TRUE", "FALSE"), text)
    )
    done, _unused = make(
        [wanted], *host(), created(rule_id), filters(rule_id, "MSFT_NetProtocolPortFilter"),
        put(), *disabled, switched("Enable"), *enabled,
    )  # fmt: skip
    judged = done.changes[0].effect
    assert judged is not None
    assert render(judged.reason, "en") == "allowed: the allow rule 'Web' of this host"


# ------------------------------------------------------------------ refused


def test_duplicates_are_told_and_nothing_is_written() -> None:
    error = refuses(
        [asked(name="New", ports=81), asked(name="web", enabled=False)], *host(WEB, WEB)
    )
    assert str(error).startswith("web: 2 rules are named 'web': {0}, {1}.")
    assert not error.changed


def test_winrm_stays_open_at_whatever_port_it_is_reached() -> None:
    wishes = [asked(name="Shut", action="block", ports="5000-6000")]
    assert "would block WinRM (port 5985, 5986)" in str(refuses(wishes, *host(), rows(), rows()))
    assert make(wishes, *host(), check=True, force=True)[0].changed
    # Behind a router or a tunnel it may listen at another port than it is reached at.
    served = OLDER.replace(":5985/", ":8985/")
    shut = [asked(name="Shut", action="block", ports="8000-9000")]
    moved = host(served=served)
    assert "would block WinRM (port 8985)" in str(refuses(shut, *moved, rows(), rows()))
    assert make(shut, *host(), check=True)[0].changed
    local = [asked(name="Shut", action="block", ports=47001)]
    assert make(local, *moved, check=True)[0].changed
    assert set(changes.winrm_ports("https://192.0.2.1:15986/wsman")) == {5985, 5986, 15986}
    assert set(changes.winrm_ports("http://192.0.2.1/wsman")) == {80, 5985, 5986}


def test_a_stopped_service_is_told_before_anything_is_written() -> None:
    stopped = rows({"Name": "MpsSvc", "State": "Stopped", "StartMode": "Disabled"})
    error = refuses([asked(name="Web")], *first(WEB), PRIVATE, rows(), stopped)
    assert "firewall of win-1 can't be changed: The service MpsSvc" in str(error)


def test_windows_7_can_be_read_but_not_changed() -> None:
    assert not make([asked(name="Web")], *host(WEB, version=0x20A))[0].changed
    wishes = [asked(name="Web", enabled=False)]
    assert "have no CIM classes" in str(refuses(wishes, *host(WEB, version=0x20A)))


# ------------------------------------------------------------------ groups

GROUP = "EmbedCtxt=@FirewallAPI.dll,-28752|"


def test_all_rules_of_a_group() -> None:
    members = [
        WEB + GROUP,
        WEB,
        WEB.replace("TRUE", "FALSE") + GROUP.lower().replace("embed", "Embed"),
    ]
    wish = asked(group="@firewallapi.dll,-28752", enabled=True, profiles="domain")
    done, _unused = make([wish], *host(*members), check=True)
    plans = [each.plan for each in done.changes if each.plan]
    assert [each.rule_id for each in plans] == ["{0}", "{2}"]
    assert [[one.property for one in each.differences] for each in plans] == [
        ["profiles"], ["enabled", "profiles"],
    ]  # fmt: skip
    gone, _unused = make([asked(present=False, group="@FirewallAPI.dll,-28752")],
                         *host(*members), check=True)  # fmt: skip
    assert [each.outcome for each in gone.changes] == [PlanOutcome.DELETE, PlanOutcome.DELETE]


def test_a_group_without_rules() -> None:
    error = refuses([asked(group="Remote Desktop", enabled=True)], *host(WEB))
    assert "No local rule is in the group 'Remote Desktop'" in str(error)
    assert make([asked(present=False, group="None")], *host(WEB))[0].changes == ()
