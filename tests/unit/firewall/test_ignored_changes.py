# SPDX-License-Identifier: GPL-3.0-or-later
"""A PC that says it has done what it has not, or that shows filters of other rules: nothing is
enabled or widened, no other rule is touched, and what was begun is taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import changes
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Clock, Host
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from unit.conversation import related
from unit.firewall.host_answers import refused, timed_out
from unit.firewall.test_every_moment import STANDARD, Law
from unit.firewall.test_healing import play
from unit.firewall.test_simulated_changes import CHANGING, no_time, pc, stored
from unit.simulated import SimulatedTransport
from unit.sweeps import fast
from winsim.machine import Machine

WEB = {"name": "Web", "rule_id": "web", "ports": "80,443", "remote_addresses": "10.0.0.0/8",
       "program": r"C:\a.exe"}  # fmt: skip
OLD = (
    "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|RA4=10.1.0.0/255.255.0.0|"
    "RA4=192.0.2.0/255.255.255.0|Name=Web|"
)
MOVED = WEB | {"ports": 8080, "program": "any"}
PAUSED = WEB | {"ports": 8080, "remote_addresses": "172.16.0.0/12"}
CASES: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "create": ({}, WEB),
    "narrow and widen": ({"web": OLD}, WEB),
    "change at once": ({"web": OLD}, MOVED),
    "pause": ({"web": OLD}, PAUSED),
    "to block": ({"web": OLD}, PAUSED | {"action": "block"}),
    "from block": ({"web": OLD.replace("Allow", "Block")}, PAUSED),
    "enable": ({"web": OLD.replace("TRUE", "FALSE")}, WEB),
    "delete": ({"web": OLD}, {"rule_id": "web", "state": "absent"}),
}


class Ignoring(SimulatedTransport):
    """Answers the requests that change something and that `ignored` names, by their number among
    those or by what they are, as if they were done. Nothing is done."""

    def __init__(self, machine: Machine, ignored: Callable[[int, bytes], bool]) -> None:
        super().__init__(machine)
        self.texts: list[str | None] = [text_of(machine)]
        self._ignored = ignored
        self._changing = 0

    def send(self, envelope: bytes) -> bytes:
        firewall = self.service.machine.firewall
        assert firewall is not None
        before = firewall.rules().get("web")
        answer = super().send(envelope)
        if self.actions[-1] in CHANGING and b"shell/cmd" not in envelope:
            self._changing += 1
            if self._ignored(self._changing, envelope):
                if firewall.rules().get("web") is not None:
                    firewall.delete_rule("web")
                if before is not None:
                    firewall.set_rule("web", before)
        self.texts.append(text_of(self.service.machine))
        return answer


def text_of(machine: Machine) -> str | None:
    assert machine.firewall is not None
    return machine.firewall.rules().get("web")


def count(rules: dict[str, str], task: dict[str, Any]) -> int:
    host = pc(**rules)
    transport = SimulatedTransport(host)
    play(host, [task], transport)
    return sum(action in CHANGING for action in transport.actions) - 1


#: Each change, once and for good.
IGNORED = {f"{case}, {how}": (case, how) for case in CASES for how in ("for good", "once")}


@pytest.mark.parametrize("name", fast(IGNORED, "change at once, once"))
def test_a_change_that_is_accepted_and_ignored(name: str) -> None:
    case, how = IGNORED[name]
    for_good = how == "for good"
    rules, task = CASES[case]
    whole = pc(**rules)
    play(whole, [task])
    law = Law(rules.get("web"), text_of(whole))
    for number in range(1, count(rules, task) + 1):
        host = pc(**rules)

        def ignored(now: int, _envelope: bytes, number: int = number) -> bool:
            return now >= number if for_good else now == number

        transport = Ignoring(host, ignored)
        failure: ChangeError | None = None
        try:
            done = play(host, [task], transport)
        except ChangeError as error:
            failure = error
        law.check(transport.texts, forced=True)
        left, old = stored(host), stored(pc(**rules))
        if failure is None:
            assert done.changed
            assert left == stored(whole)
            continue
        told = str(failure)
        assert "although win-1 accepted every change" in told or "is not there" in told
        assert "(http://192.0.2.1:5985/wsman)" in told
        assert failure.changed == (left != old)
        if left == old:
            assert [each.standing for each in failure.rules] == ["unchanged"]
            assert "taken back" in told or "as it was before" in told
        else:
            assert for_good, "it could have been taken back"
            assert "could not be" in told
            assert [each.standing for each in failure.rules] == ["incomplete"]


@pytest.mark.parametrize("what", ["MSFT_NetProtocolPortFilter", "MSFT_NetAddressFilter"])
def test_an_allow_any_rule_is_never_enabled(what: str) -> None:
    """Puts of one class are accepted without effect, for good."""
    host = pc()
    transport = Ignoring(host, lambda _number, sent: what.encode() in sent)
    with pytest.raises(ChangeError) as caught:
        play(host, [WEB], transport)
    assert not any("|Active=TRUE|" in text for text in transport.texts if text)
    assert stored(host) == {}
    assert not caught.value.changed
    assert str(caught.value).endswith("The rule 'Web' is not there: what was begun was taken back.")
    assert "Enable" not in transport.actions


def test_what_was_begun_is_taken_back_without_asking_for_winrm() -> None:
    """The PC creates the rule enabled, whatever was asked for, and changes nothing of it. It lets
    WinRM in like everything, and goes all the same."""
    host = pc()

    class Careless(Ignoring):
        def send(self, envelope: bytes) -> bytes:
            return super().send(envelope.replace(b"<p:Enabled>2<", b"<p:Enabled>1<"))

    transport = Careless(host, lambda _number, sent: b"Filter</w:ResourceURI>" in sent)
    with pytest.raises(ChangeError, match="taken back"):
        play(host, [WEB], transport)
    assert stored(host) == {}


# ------------------------------------------------------------------ filters of other rules


class ShowsOthers(SimulatedTransport):
    """Answers a question for the filters of a rule with those of another rule as well, before or
    behind its own, or with those alone."""

    def __init__(self, machine: Machine, order: str) -> None:
        super().__init__(machine)
        self._order = order

    def send(self, envelope: bytes) -> bytes:
        answer = super().send(envelope)
        if b"associationFilter" not in envelope:
            return answer
        others = super().send(re.sub(rb"FirewallRule\|[^<]+<", b"FirewallRule|other<", envelope))
        shown = {"own": self._items(answer), "other": self._items(others)}
        items = b"".join(shown[name] for name in self._order.split())
        return answer.replace(self._items(answer), items)

    @staticmethod
    def _items(answer: bytes) -> bytes:
        found = re.search(rb"<w:Items[^>]*>(.*)</w:Items>", answer, re.DOTALL)
        assert found is not None
        return found[1]


#: Each change that puts filters, and what is shown of them.
SHOWN = {
    f"{case}, {order}": (case, order)
    for case in ("create", "narrow and widen", "pause")
    for order in ("own other", "other own", "other", "own own")
}


@pytest.mark.parametrize(
    "name",
    fast(
        SHOWN, "create, own other", "create, own own", "narrow and widen, other own", "pause, other"
    ),
)
def test_a_filter_of_another_rule_is_never_put(name: str) -> None:
    case, order = SHOWN[name]
    rules, task = CASES[case]
    host = pc(**rules)
    transport = ShowsOthers(host, order)
    with pytest.raises(ChangeError, match="shows others too") as caught:
        play(host, [task], transport)
    # `stored` looks at the other rule as well.
    assert stored(host) == stored(pc(**rules))
    assert not caught.value.changed
    assert "Put" not in transport.actions


# ------------------------------------------------------------------ several rules


SEVERAL = [
    {"name": "A", "ports": 81},
    {"name": "Web", "rule_id": "web", "ports": 81},
    {"name": "B", "ports": 82},
    {"name": "C", "ports": 83, "enabled": False},
]


def failing(
    number: int, failure: Failure, *, for_good: bool = False
) -> tuple[ChangeError, Machine, SimulatedTransport]:
    host = pc(web=OLD)
    transport = SimulatedTransport(host)
    numbers = range(number, number + 100) if for_good else (number,)
    transport.failures = {each: TransportError(failure) for each in numbers}
    with pytest.raises(ChangeError) as caught:
        play(host, SEVERAL, transport)
    return caught.value, host, transport


class FailsToAnswer(SimulatedTransport):
    """Carries everything out, and answers the request of a kind and number with a fault."""

    def __init__(self, machine: Machine, action: str, number: int, fault: bytes) -> None:
        super().__init__(machine)
        self._action = action
        self._number = number
        self._fault = fault

    def send(self, envelope: bytes) -> bytes:
        answer = super().send(envelope)
        if self.actions[-1] != self._action or b"shell/cmd" in envelope:
            return answer
        self._number -= 1
        return answer if self._number else related(self._fault, envelope)


@pytest.mark.parametrize("fault", [timed_out(), refused(1, "?", "HRESULT 0x8000FFFF")])
@pytest.mark.parametrize("number", [1, 2])
def test_a_creation_that_is_answered_with_a_fault_may_have_left_a_rule(
    number: int, fault: bytes
) -> None:
    host = pc(web=OLD)
    with pytest.raises(ChangeError) as caught:
        play(host, SEVERAL, FailsToAnswer(host, "Create", number, fault))
    assert stored(host) == stored(pc(web=OLD))
    assert not caught.value.changed
    assert {each.standing for each in caught.value.rules} == {"unchanged"}
    assert "is not there: what was begun was taken back" in str(caught.value)


class LosesTheHost(SimulatedTransport):
    """Another controller lets WinRM in by a rule that is being changed, and a number of requests
    later the host is gone."""

    def __init__(self, machine: Machine, number: int) -> None:
        super().__init__(machine)
        self._number = number
        self._since: int | None = None

    def send(self, envelope: bytes) -> bytes:
        if self._since is not None and len(self.actions) - self._since > self._number:
            raise TransportError(Failure.TIMEOUT)
        answer = super().send(envelope)
        if self._since is None and self.actions[-1] == "Put":
            self._since = len(self.actions)
            firewall = self.service.machine.firewall
            assert firewall is not None
            text = firewall.rules()["web"]
            firewall.set_rule("web", text.replace("LPort=81|", "LPort=5985|"))
        return answer


@pytest.mark.parametrize(("number", "asked_for"), [(3, "rules"), (5, "MSFT_NetTCPConnection")])
def test_a_host_that_goes_away_before_the_second_time(number: int, asked_for: str) -> None:
    host = pc(web=OLD)
    transport = LosesTheHost(host, number)
    with pytest.raises(ChangeError, match=f"Could not read .*{asked_for}") as caught:
        play(host, [{"name": "Web", "ports": 81}], transport)
    assert caught.value.unreachable
    assert caught.value.changed
    assert [each.standing for each in caught.value.rules] == ["incomplete"]
    assert "ports is 5985 instead of 81" in str(caught.value)
    advised = "Run the task again, which completes it." in str(caught.value)
    assert advised == (asked_for == "rules")


def places(action: str) -> list[int]:
    host = pc(web=OLD)
    transport = SimulatedTransport(host)
    play(host, SEVERAL, transport)
    return [number for number, each in enumerate(transport.actions) if each == action]


def test_a_task_that_fails_before_anything_is_enabled_changes_nothing() -> None:
    error, host, _unused = failing(places("Create")[2], Failure.CLOSED)
    assert stored(host) == stored(pc(web=OLD))
    assert not error.changed
    assert {each.standing for each in error.rules} == {"unchanged"}


def test_a_task_that_loses_the_host_says_what_is_known() -> None:
    enable = places("Enable")[1]
    error, host, _unused = failing(enable, Failure.TIMEOUT, for_good=True)
    assert error.changed
    assert error.unreachable
    assert "win-1 (http://192.0.2.1:5985/wsman)" in str(error)
    assert "may be half done" in str(error)
    assert "Run the task again, which completes it." in str(error)
    assert [(each.name, each.standing) for each in error.rules] == [
        ("A", "unknown"), ("Web", "unknown"), ("B", "unknown"), ("C", "unchanged"),
    ]  # fmt: skip
    assert "Not begun: 'C'." in str(error)
    assert len(stored(host)) == 3


def test_the_rules_that_can_not_be_read_back_are_named() -> None:
    reading = places("Command")[-1]
    error, host, _unused = failing(reading, Failure.CLOSED, for_good=True)
    assert error.changed
    assert error.unreachable
    assert "win-1 accepted every change, but the result could not be read" in str(error)
    assert "The rules 'A', 'Web', 'B', 'C' may be as asked for." in str(error)
    assert len(stored(host)) == 4


def test_a_task_that_fails_midway_tells_which_rules_were_changed() -> None:
    """The second rule that is switched on can't be, nor can it be asked why."""
    host = pc(web=OLD)

    class Refusing(SimulatedTransport):
        def send(self, envelope: bytes) -> bytes:
            answer = super().send(envelope)
            if self.actions[-1] == "Enable" and self.actions.count("Enable") == 2:
                state = self.service.machine.firewall
                assert state is not None
                for rule_id, text in dict(state.rules()).items():
                    if "Name=B|" in text:
                        state.set_rule(rule_id, text.replace("TRUE", "FALSE"))
                raise TransportError(Failure.CLOSED)
            return answer

    with pytest.raises(ChangeError) as caught:
        play(host, SEVERAL, Refusing(host))
    error = caught.value
    assert error.changed
    assert not error.unreachable
    assert [(each.name, each.standing) for each in error.rules] == [
        ("A", "created"), ("Web", "changed"), ("B", "unchanged"), ("C", "unchanged"),
    ]  # fmt: skip
    assert str(error).endswith(
        "The rule 'B' is not there: what was begun was taken back. Done anyway: 'A', 'Web'. "
        "Not begun: 'C'."
    )
    assert "win-1 (http://192.0.2.1:5985/wsman)" in str(error)
    play(host, SEVERAL)
    assert len(stored(host)) == 4


def test_how_many_times_the_rules_are_read() -> None:
    """One more time for all rules of a task than without looking before anything is enabled."""
    assert len(places("Command")) == 3
    standard = STANDARD | {"name": "Web", "rule_id": "web"}
    host = pc()
    transport = SimulatedTransport(host)
    host_door = Host(transport, "win-1", clock=Clock(sleep=no_time))
    changes.make(host_door, [changes.wish(standard | {"ports": 80}, present=True)], sleep=no_time)
    assert transport.actions.count("Command") == 3
