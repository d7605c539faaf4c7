# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans carried out: which requests go out, and what becomes of rules when one of them fails."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import (
    WINRM_PORTS,
    PortSet,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.plan import (
    RulePlan,
    absent,
    present,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.run import (
    ApplyError,
    Run,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.reading import (
    FirewallReading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.desired import (
    wanted_rules,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
    PortCondition,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule_text import (
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    LOCAL_POLICY_KEY,
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Phrase,
    render,
)
from unit.conversation import Answer, ScriptedTransport, first_match
from unit.firewall.host_answers import (
    created,
    deleted,
    filters,
    no_class,
    program,
    put,
    refused,
    switched,
)
from unit.firewall.rule_writer import format_rule
from unit.rows import each_row

PORTS, ADDRESSES = "MSFT_NetProtocolPortFilter", "MSFT_NetAddressFilter"
BROKEN = TransportError(Failure.CLOSED)
OLD = parse(
    "{1}", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|RA4=10.0.0.0/8|Name=Web|"
)
SHUT = parse("{1}", OLD.source.replace("TRUE", "FALSE") if OLD.source else "")


def plan(existing: FirewallRule | None = None, **options: Any) -> RulePlan:
    (wanted,) = wanted_rules({"name": "Web", **options})
    return present(wanted, [existing] if existing else [])


NEW = plan(ports=80, remote_addresses="10.0.0.0/8")
NEW_ID = NEW.rule_id
FILTERS = filters(NEW_ID, ADDRESSES, PORTS)
WHOLE = parse(
    NEW_ID, "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|RA4=10.0.0.0/8|Name=Web|"
)
COMPLETED = replace(WHOLE, active=False, source=None)
HALF = parse(NEW_ID, "v2.30|Action=Allow|Active=FALSE|Dir=In|Name=Web|")


def registry(*rules: FirewallRule | None) -> list[bytes]:
    """The answers to a reading of the stores that finds these local rules."""
    lines = "".join(
        f"    {rule.rule_id}    REG_SZ    {format_rule(rule)}\r\n" for rule in rules if rule
    )
    return program(f"{LOCAL_POLICY_KEY}\\FirewallRules\r\n{lines}\r\n")


def run(made: RulePlan, transport: ScriptedTransport) -> Phrase | None:
    found = FirewallReading(
        FirewallStores(rules={Store.LOCAL: (made.before,) if made.before else ()})
    )
    return Run(Host(transport, "win-1"), found, WINRM_PORTS).carry_out([made], last=True)


def carry_out(made: RulePlan, *answers: Answer) -> ScriptedTransport:
    transport = ScriptedTransport(*answers, shell_id="S")
    assert run(made, transport) is None
    assert transport.finished
    return transport


def fails(made: RulePlan, *answers: Answer) -> tuple[ApplyError, ScriptedTransport]:
    transport = ScriptedTransport(*answers, shell_id="S")
    with pytest.raises(ApplyError) as caught:
        run(made, transport)
    assert transport.finished
    return caught.value, transport


def changing(transport: ScriptedTransport) -> list[str]:
    """The requests that change something, with the class that each is about."""
    return [
        f"{action} {first_match(rb'/([A-Za-z_0-9]+)</w:ResourceURI>', sent)}".strip()
        for action, sent in zip(transport.actions, transport.sent, strict=True)
        if action in ("Create", "Put", "Delete", "Enable", "Disable")
    ]


# ------------------------------------------------------------------ all goes well


def test_a_new_rule_is_created_completed_and_enabled_with_one_question_for_its_filters() -> None:
    transport = carry_out(
        NEW,
        created(NEW_ID),
        filters(NEW_ID, "MSFT_NetApplicationFilter", ADDRESSES, PORTS),
        put(),
        put(),
        *registry(COMPLETED),
        switched("Enable"),
        *registry(WHOLE),
    )
    assert [each for each in transport.actions if each not in ("Receive", "Signal")] == [
        "Create", "Enumerate", "Put", "Put", "Command", "Enable", "Command",
    ]  # fmt: skip
    sent = [
        each.decode()
        for each, action in zip(transport.sent, transport.actions, strict=True)
        if action not in ("Command", "Receive", "Signal")
    ]
    assert "<p:Enabled>2</p:Enabled>" in sent[0]
    assert "associationFilter" in sent[1]
    assert "MSFT_NetFirewallRuleFilters" in sent[1]
    assert f"MSFT|FW|FirewallRule|{NEW_ID}" in sent[1]
    assert "<p:LocalPort>80</p:LocalPort>" in sent[2]
    assert "<p:RemoteAddress>10.0.0.0/8</p:RemoteAddress>" in sent[3]
    assert "p:Enabled" not in sent[4]


def test_a_rule_is_changed_by_the_reference_that_its_id_makes() -> None:
    described = replace(OLD, description="日本 <&> ]]>", source=None)
    transport = carry_out(plan(OLD, description="日本 <&> ]]>"), put(), *registry(described))
    text = transport.sent[0].decode()
    assert '<w:Selector Name="CreationClassName">MSFT|FW|FirewallRule|{1}</w:Selector>' in text
    assert text.count("<w:Selector ") == 4
    assert "<p:Description>日本 &lt;&amp;&gt; ]]&gt;</p:Description>" in text
    assert re.findall("<p:([A-Z]\\w*)", text.partition("<s:Body>")[2]) == [
        "MSFT_NetFirewallRule",
        "Description",
    ]


def test_switching_off_is_the_method_that_windows_has_for_it() -> None:
    transport = carry_out(plan(OLD, enabled=False), switched("Disable"), *registry(SHUT))
    assert changing(transport) == ["Disable MSFT_NetFirewallRule"]


def test_a_rule_is_deleted_and_one_that_is_gone_already_is_no_failure() -> None:
    (wanted,) = wanted_rules({"name": "Web"})
    (gone,) = absent(wanted, [OLD])
    assert changing(carry_out(gone, deleted(), *registry())) == ["Delete MSFT_NetFirewallRule"]
    carry_out(gone, refused(6, message_id="HRESULT 0x80041002"), *registry())


# ------------------------------------------------------------------ something fails


def test_a_new_rule_that_can_not_be_completed_is_removed() -> None:
    error, transport = fails(
        NEW,
        created(NEW_ID),
        filters(NEW_ID, ADDRESSES, PORTS),
        refused(4, "The port is invalid."),
        *registry(HALF),
        deleted(),
        *registry(),
    )
    assert "change MSFT_NetProtocolPortFilter on win-1" in str(error)
    assert "Windows says: The port is invalid." in str(error)
    assert str(error).endswith("The rule 'Web' is not there: what was begun was taken back.")
    assert not error.unreachable
    assert changing(transport)[-1] == "Delete MSFT_NetFirewallRule"


@each_row("failing", range(4))
def test_a_connection_that_breaks_anywhere_leaves_no_new_rule(failing: int) -> None:
    steps: list[list[Answer]] = [
        [created(NEW_ID)], [FILTERS, put()], [put()], [*registry(COMPLETED), switched("Enable")],
    ]  # fmt: skip
    answers = [answer for step in steps[: failing + 1] for answer in step][:-1]
    left = COMPLETED if failing == 3 else HALF
    error, transport = fails(NEW, *answers, BROKEN, *registry(left), deleted(), *registry())
    assert "taken back" in str(error)
    assert transport.reconnected == 1
    assert changing(transport).count("Create MSFT_NetFirewallRule") == 1, "never sent twice"


def test_what_was_done_although_the_answer_got_lost_is_success() -> None:
    carry_out(
        NEW, created(NEW_ID), FILTERS, put(), put(), *registry(COMPLETED), BROKEN,
        *registry(WHOLE), *registry(WHOLE),
    )  # fmt: skip


def test_a_refused_creation_removes_nothing() -> None:
    error, transport = fails(NEW, refused(11, message_id="HRESULT 0x800700B7"))
    assert "exists already" in str(error)
    assert str(error).endswith("The rule 'Web' was not created.")
    assert changing(transport) == ["Create MSFT_NetFirewallRule"]


def test_a_rule_of_this_id_that_is_not_ours_stays() -> None:
    other = parse(NEW_ID, "v2.30|Action=Block|Active=TRUE|Dir=In|Name=Someone else's|")
    error, transport = fails(NEW, BROKEN, *registry(other))
    assert changing(transport) == ["Create MSFT_NetFirewallRule"]
    assert "could not be removed again; it is there, enabled" in str(error)


MOVED = replace(OLD, local_ports=PortCondition(PortSet.of([443])), source=None)


def test_a_changed_rule_is_put_back() -> None:
    """What takes its place at once comes before what is widened."""
    change = plan(OLD, ports=443, remote_addresses="any")
    error, transport = fails(
        change,
        filters("{1}", ADDRESSES, PORTS),
        put(),
        *registry(MOVED),
        refused(4),
        *registry(MOVED),
        filters("{1}", ADDRESSES, PORTS),
        put(),
        *registry(OLD),
    )
    assert str(error).endswith("The rule 'Web' is as it was before.")
    restored = [each.decode() for each in transport.sent]
    assert any("<p:LocalPort>80</p:LocalPort>" in each for each in restored)
    assert changing(transport) == [f"Put {PORTS}", f"Put {ADDRESSES}", f"Put {PORTS}"]


def test_a_refused_change_needs_nothing_taken_back() -> None:
    error, transport = fails(plan(OLD, action="block"), refused(4), *registry(OLD))
    assert str(error).endswith("The rule 'Web' is as it was before.")
    assert changing(transport) == ["Put MSFT_NetFirewallRule"]


def test_what_can_not_be_put_back_is_told() -> None:
    change = plan(OLD, ports=443, remote_addresses="any")
    error, _unused = fails(
        change,
        filters("{1}", ADDRESSES, PORTS),
        put(),
        *registry(MOVED),
        refused(4),
        *registry(MOVED),
        filters("{1}", ADDRESSES, PORTS),
        refused(4),
        *registry(MOVED),
    )
    assert str(error).endswith("could not be put back; it differs from before in ports.")
    assert not error.unreachable


def test_a_host_that_is_gone_for_good() -> None:
    error, _unused = fails(
        NEW, created(NEW_ID), TransportError(Failure.TIMEOUT), TransportError(Failure.TIMEOUT)
    )
    assert error.unreachable
    assert "The rule 'Web' may be half done: a new one is then disabled or complete" in str(error)
    assert str(error).endswith("Run the task again, which completes it.")


@each_row(
    ("value", "shown"),
    [
        (2147942405, "2147942405 (0x80070005, see `net helpmsg 5`)"),
        (5, "5 (0x00000005, see `net helpmsg 5`)"),
        (2147749890, "2147749890 (0x80041002)"),
    ],
)
def test_an_error_that_windows_returns_from_a_method(value: int, shown: str) -> None:
    answer = f"<p:ReturnValue>{value}</p:ReturnValue>"
    error, _unused = fails(plan(OLD, enabled=False), switched("Disable", answer), *registry(OLD))
    assert f"Windows returned {shown}. Run the task again" in str(error)


def test_broken_classes_are_told_how_to_mend() -> None:
    error, _unused = fails(NEW, no_class())
    assert r"mofcomp %SystemRoot%\System32\wbem\wfascim.mof" in str(error)
    # The advice for any class, beside that for these, would be said twice.
    assert str(error).count("mofcomp") == 1
    error, _unused = fails(NEW, created(NEW_ID), filters(NEW_ID, ADDRESSES), *registry())
    assert "shows no MSFT_NetProtocolPortFilter" in str(error)
    assert "wfascim.mof" in str(error)


def test_a_firewall_service_that_stops_meanwhile_is_named() -> None:
    error, _unused = fails(NEW, refused(1, message_id="HRESULT 0x800706D9"))
    assert "MpsSvc" in str(error)
    assert "Start the services BFE and MpsSvc" in str(error)


# ------------------------------------------------------------------ only the rule's own filters


def one_filter(name: str, of: str, told: str) -> bytes:
    """One filter: the rule that its reference names, and the one that it tells itself."""
    answer = filters(of, name)
    return (
        answer
        if told is None
        else answer.replace(b"InstanceID>" + of.encode(), b"InstanceID>" + told.encode(), 1)
    )


@each_row(
    ("answer", "told"),
    [
        (filters("{other}", PORTS, ADDRESSES), "one of {other}"),
        (filters(NEW_ID, PORTS, ADDRESSES, PORTS), f"several {PORTS}"),
        (filters(f"{NEW_ID}x", PORTS, ADDRESSES), f"one of {NEW_ID}x"),
        (one_filter(PORTS, NEW_ID, told="{other}"), "one of {other}"),
        (one_filter(PORTS, "{other}", told=NEW_ID), "one of {other}"),
        (filters("", PORTS), "one that does not say which rule it is of"),
    ],
)
def test_nothing_is_put_where_a_filter_may_be_another_rules(answer: bytes, told: str) -> None:
    error, transport = fails(NEW, created(NEW_ID), answer, *registry(HALF), deleted(), *registry())
    assert f"win-1 (http://192.0.2.1:5985/wsman) shows others too: {told}. None was" in str(error)
    assert str(error).endswith("The rule 'Web' is not there: what was begun was taken back.")
    assert changing(transport) == ["Create MSFT_NetFirewallRule", "Delete MSFT_NetFirewallRule"]


def test_the_id_of_a_filter_is_compared_as_windows_compares_it() -> None:
    carry_out(
        NEW, created(NEW_ID), filters(NEW_ID.lower(), ADDRESSES, PORTS), put(), put(),
        *registry(COMPLETED), switched("Enable"), *registry(WHOLE),
    )  # fmt: skip


# ------------------------------------------------------------------ accepted and not carried out


def test_nothing_is_enabled_that_is_not_stored_as_planned() -> None:
    transport = ScriptedTransport(
        created(NEW_ID), FILTERS, put(), put(), *registry(HALF), shell_id="S"
    )
    problem = run(NEW, transport)
    assert transport.finished
    assert problem is not None
    told = render(problem, "en")
    assert "although win-1 accepted every change" in told
    assert "protocol is any instead of tcp, ports is nothing instead of 80" in told
    assert "Enable MSFT_NetFirewallRule" not in changing(transport)


def test_a_reading_that_fails_once_is_made_good_by_another() -> None:
    transport = carry_out(
        NEW, created(NEW_ID), FILTERS, put(), put(), refused(5), *registry(COMPLETED),
        switched("Enable"), *registry(WHOLE),
    )  # fmt: skip
    assert changing(transport)[-1] == "Enable MSFT_NetFirewallRule"
