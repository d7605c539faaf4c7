# SPDX-License-Identifier: GPL-3.0-or-later
"""Trials of writing on a simulated PC: what works there, what is reported, and that nothing stays."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.result import (
    failure,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.run import (
    TrialOutcome,
    TrialResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.steps import (
    BY_FILTERS,
    BY_OPTIONS,
    GROUP,
    NAME,
    OPTION,
    StepName,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import (
    LANGUAGES,
    Language,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Phrase,
    Value,
    render,
)
from unit.rows import each_row
from unit.verification.trial.simulated_trial import (
    FIELDS,
    OTHER,
    WatchedTransport,
    order,
    pc,
    rules_of,
    try_on,
)
from winsim.firewall.rule import parse
from winsim.firewall.store import RULES
from winsim.soap import Request
from winsim.wsman import Reply

RULE_URI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/StandardCimv2/MSFT_NetFirewallRule"
ENABLING = "without=Enabled:action=Create"
NEW_ID = "{7C0D1E2F-3A4B-4C5D-8E6F-708192A3B4C5}"
LEFTOVER = FIELDS.format(active="FALSE", name=NAME, group=GROUP)


def outcomes(found: TrialResult) -> dict[StepName, TrialOutcome]:
    assert [each.name for each in found.steps] == list(StepName)
    return {each.name: each.outcome for each in found.steps}


def but(**others: TrialOutcome) -> dict[StepName, TrialOutcome]:
    """Every step works, but these."""
    return {name: others.get(name.value, TrialOutcome.WORKS) for name in StepName}


def enabled(text: str) -> bool:
    return (parse(text).first("Active") or "").upper() == "TRUE"


def test_every_step_works_on_a_simulated_pc_and_nothing_stays() -> None:
    transport = WatchedTransport(pc())
    found = try_on(transport)
    assert outcomes(found) == but()
    assert [each.problem for each in found.steps] == [None] * len(StepName)
    assert (found.wrote, found.left, found.leftovers) == (True, (), ())
    assert rules_of(transport.machine) == {"other": OTHER}
    # What was written was there, and never enabled.
    texts = transport.seen - {OTHER}
    assert not any(map(enabled, texts))
    last = max((text for text in texts if "Profile=Private|" in text), key=len)
    for field in (
        "Protocol=6|",
        "LPort=1|",
        "RA4=127.0.0.1",
        "LA4=127.0.0.1",
        r"App=%SystemRoot%\System32\svchost.exe|",
        "Svc=W32Time|",
        "IFType=Lan|",
        "IF={4F8A2C1E",
        "Security=Authenticate|",
    ):
        assert field in last
    assert any("LPort2_10=1-2|" in text or "LPort=1|LPort=2|" in text for text in texts)


def test_a_pc_without_adapters_skips_the_step_about_them() -> None:
    found = try_on(WatchedTransport(pc()), adapter=False)
    assert outcomes(found) == but(put_interfaces=TrialOutcome.SKIPPED)


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ("options-ignored", {"create_with_options": TrialOutcome.IGNORED}),
        (
            "options-refused",
            {
                "create_with_options": TrialOutcome.REFUSED,
                "delete_with_options": TrialOutcome.SKIPPED,
            },
        ),
        pytest.param(
            "ignored:class=MSFT_NetApplicationFilter",
            {"put_program": TrialOutcome.IGNORED},
            marks=pytest.mark.sweep,
        ),
        pytest.param(
            "ignored:class=MSFT_NetServiceFilter",
            {"put_service": TrialOutcome.IGNORED},
            marks=pytest.mark.sweep,
        ),
        ("ignored:action=Put,class=MSFT_NetFirewallRule", {"put_rule": TrialOutcome.IGNORED}),
        ("without=Profiles:action=Put", {"put_rule": TrialOutcome.IGNORED}),
        (
            "ignored:action=Create",
            dict.fromkeys(StepName, TrialOutcome.SKIPPED)
            | {"create": TrialOutcome.IGNORED, "create_with_options": TrialOutcome.IGNORED},
        ),
        (
            # Filters of other rules come too: none of them is written.
            "unfiltered",
            {each: TrialOutcome.SKIPPED for each in StepName if each.startswith("put_")}
            | {
                "filters": TrialOutcome.REFUSED,
                "put_rule": TrialOutcome.WORKS,
            },
        ),
    ],
)
def test_what_a_host_does_otherwise_is_reported(fault: str, wrong: dict[str, TrialOutcome]) -> None:
    transport = WatchedTransport(pc(), (fault,))
    found = try_on(transport)
    assert outcomes(found) == but(**{str(name): each for name, each in wrong.items()})
    for each in found.steps:
        if each.outcome not in (TrialOutcome.WORKS, TrialOutcome.SKIPPED):
            assert each.problem is not None
    assert found.left == ()
    assert rules_of(transport.machine) == {"other": OTHER}
    assert not any(map(enabled, transport.seen - {OTHER}))


def test_a_host_that_lets_cim_read_no_single_instance() -> None:
    """The registry alone shows what works."""
    found = try_on(WatchedTransport(pc(), ("access-denied:action=Get",)))
    assert outcomes(found) == but()
    for each in found.steps:
        if each.name is not StepName.FILTERS:
            assert (each.by_cim, each.by_registry) == (None, True)
            assert each.problem is not None or "delete" in each.name


def test_a_host_that_enables_the_rule_ends_the_trial_at_once() -> None:
    transport = WatchedTransport(pc(), ("without=Enabled:action=Create",))
    found = try_on(transport)
    done = outcomes(found)
    assert done[StepName.CREATE] is TrialOutcome.DISAGREE
    assert done[StepName.DELETE] is TrialOutcome.WORKS
    others = set(StepName) - {StepName.CREATE, StepName.DELETE}
    assert {done[name] for name in others} == {TrialOutcome.SKIPPED}
    assert rules_of(transport.machine) == {"other": OTHER}
    assert transport.actions.count("Create") == 2  # of a shell, and of the rule


def test_a_rule_that_a_host_does_not_delete_is_reported() -> None:
    transport = WatchedTransport(pc(), ("ignored:action=Delete",))
    found = try_on(transport)
    done = outcomes(found)
    assert {done[StepName.DELETE], done[StepName.DELETE_WITH_OPTIONS]} == {TrialOutcome.IGNORED}
    assert found.left == (BY_FILTERS, BY_OPTIONS)
    left = {name: text for name, text in rules_of(transport.machine).items() if name != "other"}
    assert set(left) == {BY_FILTERS, BY_OPTIONS}
    assert not any(map(enabled, left.values()))
    # The next run removes them, and does all again.
    again = try_on(WatchedTransport(transport.machine))
    assert again.leftovers == (BY_FILTERS, BY_OPTIONS)
    assert outcomes(again) == but()
    assert rules_of(transport.machine) == {"other": OTHER}


@each_row("rule_id", [BY_FILTERS, BY_OPTIONS.upper()])
@each_row(
    "text",
    [
        OTHER,
        FIELDS.format(active="TRUE", name=NAME, group=GROUP),
        FIELDS.format(active="FALSE", name="Mine", group=GROUP),
        FIELDS.format(active="FALSE", name=NAME, group="Mine"),
    ],
)
def test_a_rule_of_somebody_else_with_the_id_stays_and_nothing_is_written(
    rule_id: str, text: str
) -> None:
    transport = WatchedTransport(pc(**{rule_id: text}))
    before = rules_of(transport.machine)
    found = try_on(transport)
    assert found.problem is not None
    assert (found.wrote, found.steps) == (False, ())
    assert rules_of(transport.machine) == before
    assert set(transport.actions) <= {"Create", "Command", "Receive", "Signal"}
    assert transport.actions.count("Create") == 1  # of a shell


def test_leftovers_that_cannot_be_removed_are_reported() -> None:
    transport = WatchedTransport(pc(**{BY_OPTIONS: LEFTOVER}), ("ignored:action=Delete",))
    found = try_on(transport)
    assert (found.left, found.wrote, found.steps) == ((BY_OPTIONS,), True, ())
    assert rules_of(transport.machine) == {"other": OTHER, BY_OPTIONS: LEFTOVER}


@pytest.fixture(scope="module")
def actions() -> list[str]:
    """What a trial asks a host that works, in order."""
    transport = WatchedTransport(pc())
    try_on(transport)
    return transport.actions


def last_of(actions: list[str], *kinds: str) -> list[int]:
    """The last request of each of these kinds, in order."""
    return sorted(max(n for n, each in enumerate(actions) if each == kind) for kind in kinds)


def breaks_behind(number: int) -> None:
    """The host has carried the request out, and its answer is lost; the next connection works."""
    transport = WatchedTransport(pc())
    transport.failures = {number: TransportError(Failure.CLOSED)}
    found = try_on(transport)
    assert rules_of(transport.machine) == {"other": OTHER}, number
    assert found.left == (), number
    assert not any(map(enabled, transport.seen - {OTHER})), number


def test_a_connection_that_breaks_behind_a_change(actions: list[str]) -> None:
    for number in last_of(actions, "Create", "Put"):
        breaks_behind(number)


@pytest.mark.sweep
def test_a_connection_that_breaks_behind_any_request(actions: list[str]) -> None:
    for number in range(len(actions)):
        breaks_behind(number)


def falls_silent_at(number: int, healed: list[dict[str, str]]) -> None:
    """Whatever stays is reported, and the next run removes it, which is tried once for each state
    of the PC: those `healed` are skipped, and a new one is added."""
    transport = WatchedTransport(pc(), gone=number)
    transport.error = TransportError(Failure.CLOSED)
    found = try_on(transport)
    stays = set(rules_of(transport.machine)) - {"other"}
    assert stays <= set(found.left), number
    assert bool(found.left) <= found.wrote, number
    assert found.unreachable or not stays, number
    assert not any(map(enabled, transport.seen - {OTHER})), number
    left = rules_of(transport.machine)
    if left in healed:
        return
    healed.append(left)
    again = try_on(WatchedTransport(transport.machine))
    assert set(again.leftovers) == stays, number
    assert outcomes(again) == but(), number
    assert rules_of(transport.machine) == {"other": OTHER}, number


@pytest.mark.sweep
def test_a_host_that_falls_silent_at_a_change(actions: list[str]) -> None:
    healed: list[dict[str, str]] = []
    for number in last_of(actions, "Put", "Delete"):
        falls_silent_at(number, healed)
    assert len(healed) > 1


@pytest.mark.sweep
def test_a_host_that_falls_silent_at_any_request(actions: list[str]) -> None:
    healed: list[dict[str, str]] = []
    for number in range(len(actions)):
        falls_silent_at(number, healed)
    assert len(healed) > len(StepName) // 2


@pytest.mark.sweep
def test_an_enabled_rule_does_not_stay_though_an_answer_is_lost() -> None:
    """The host has created it, but neither disabled nor answered."""
    plain = WatchedTransport(pc(), (ENABLING,))
    try_on(plain)
    for number in range(len(plain.actions)):
        transport = WatchedTransport(pc(), (ENABLING,))
        transport.failures = {number: TransportError(Failure.CLOSED)}
        found = try_on(transport)
        assert rules_of(transport.machine) == {"other": OTHER}, number
        assert found.left == found.by_hand == (), number


def test_an_enabled_rule_that_a_host_does_not_delete_is_disabled() -> None:
    faults = (ENABLING, "ignored:action=Delete")
    transport = WatchedTransport(pc(), faults)
    found = try_on(transport)
    assert (found.left, found.by_hand) == ((BY_FILTERS,), ())
    assert not enabled(rules_of(transport.machine)[BY_FILTERS])


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_enabled_rule_that_stays_is_told_otherwise(language: Language) -> None:
    """Another run does not remove it."""
    faults = (
        ENABLING,
        "ignored:action=Delete",
        "ignored:action=Disable",
    )
    transport = WatchedTransport(pc(), faults)
    found = try_on(transport)
    assert found.left == found.by_hand == (BY_FILTERS,)
    assert enabled(rules_of(transport.machine)[BY_FILTERS])
    problem = failure(found, order())
    assert problem is not None
    values: dict[str, Value] = {
        "option": OPTION,
        "name": NAME,
        "host": order().host,
        "url": order().url,
        "ids": BY_FILTERS,
    }
    told = Phrase("trial.left_by_hand", values)
    assert render(problem, language) == render(told, language)


class RenamingTransport(WatchedTransport):
    """To a host that gives a new rule an id of its own."""

    def answered(self, request: Request) -> Reply:
        reply = super().answered(request)
        text = rules_of(self.machine).get(BY_FILTERS)
        if text is not None and self.machine.firewall is not None:
            self.machine.firewall.delete_value(RULES["local"], BY_FILTERS)
            self.machine.firewall.set_value(RULES["local"], NEW_ID, text)
        return reply


def test_a_rule_to_which_a_host_gives_another_id_is_reported() -> None:
    transport = RenamingTransport(pc())
    found = try_on(transport)
    assert set(rules_of(transport.machine)) == {"other", NEW_ID}
    assert found.left == found.by_hand == (NEW_ID,)


class ReturningTransport(WatchedTransport):
    """To a host whose methods return 0 where Windows' return nothing."""

    def send(self, envelope: bytes) -> bytes:
        answer = super().send(envelope)
        if self.actions[-1] != "Disable":
            return answer
        head, output, tail = answer.partition(b"Disable_OUTPUT")
        attributes, end, rest = tail.partition(b">")
        name = b"p:ReturnValue"
        closed = attributes.rstrip(b"/")
        space = b'xmlns:p="' + RULE_URI.encode() + b'"'
        value = b"<" + name + b" " + space + b">0</" + name + b">"
        if closed == attributes:
            return head + output + attributes + end + value + rest
        tag = head[head.rindex(b"<") + 1 :] + output
        return head + output + closed + end + value + b"</" + tag + b">" + rest


@pytest.mark.parametrize(
    ("kind", "returned"), [(WatchedTransport, False), (ReturningTransport, True)]
)
def test_whether_a_method_returns_something_is_seen(
    kind: type[WatchedTransport], returned: bool
) -> None:
    found = try_on(kind(pc()))
    assert outcomes(found) == but()
    assert [each.name for each in found.steps if each.returned] == [StepName.DISABLE] * returned
