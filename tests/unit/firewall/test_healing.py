# SPDX-License-Identifier: GPL-3.0-or-later
"""A task that was interrupted anywhere heals by running again: what it leaves then is what a run
that nothing has interrupted leaves."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import services
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import (
    changes,
    result,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
    Changes,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.languages import Language
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.firewall.test_simulated_changes import CHANGING, no_time, pc, stored
from unit.simulated import SimulatedTransport
from winsim.machine import Machine

Task = list[dict[str, Any]]
Stored = dict[str, list[tuple[str, str]]]


class Killed(BaseException):
    """The process of the task ends."""


class Interrupted(SimulatedTransport):
    """From the request of a number (from 0) on nothing is sent any more: the task is killed, or the
    network is gone. The machine has carried that request out, or not."""

    def __init__(
        self, machine: Machine, number: int, error: BaseException, *, carried_out: bool
    ) -> None:
        super().__init__(machine)
        self._number = number
        self._error = error
        self._carried_out = carried_out
        self._sent = 0

    def send(self, envelope: bytes) -> bytes:
        self._sent += 1
        if self._sent - 1 < self._number:
            return super().send(envelope)
        if self._sent - 1 == self._number and self._carried_out:
            super().send(envelope)
        raise self._error


def play(host: Machine, task: Task, transport: SimulatedTransport | None = None) -> Changes:
    wishes = [
        changes.wish(
            {name: value for name, value in rule.items() if name != "state"},
            present=rule.get("state") != "absent",
        )
        for rule in task
    ]
    door = Host(transport or SimulatedTransport(host), "win-1", clock=Clock(sleep=no_time))
    return changes.make(door, wishes, sleep=no_time)


OLD = {
    f"old-{number}": (
        f"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|LPort={8000 + number}|"
        f"RA4=10.0.0.0/255.0.0.0|Name=Old {number}|"
    )
    for number in range(7)
}
NEW: Task = [
    {"name": "New 0", "ports": "80,443", "remote_addresses": "10.0.0.0/8", "profiles": "domain"},
    {"name": "New 1", "ports": 53, "protocol": ["tcp", "udp"]},
    {"name": "New 2", "ports": 25, "direction": "in", "protocol": "tcp"},
    {"name": "New 2", "remote_ports": 25, "direction": "out", "protocol": "tcp"},
    {"name": "New 3", "program": r"C:\a.exe", "service": "W3SVC", "description": "d"},
    {"name": "New 4", "ports": 445, "action": "block", "remote_addresses": "192.168.0.0/16"},
    {"name": "New 5", "protocol": "icmpv4", "icmp_types": 8, "enabled": False},
]
CHANGED: Task = [
    # One part, common ground in both, none in one, none in both, another action, off.
    {"name": "Old 0", "ports": 9000},
    {"name": "Old 1", "ports": "8001,9001", "remote_addresses": "any"},
    {"name": "Old 2", "ports": 9002, "remote_addresses": "10.1.0.0/16,192.168.0.0/16"},
    {"name": "Old 3", "ports": 9003, "remote_addresses": "192.168.0.0/16", "profiles": "private"},
    {"name": "Old 4", "ports": 9004, "action": "block", "remote_addresses": "192.168.0.0/16"},
    {"name": "Old 5", "ports": 9005, "remote_addresses": "any", "enabled": False},
    {"rule_id": "old-6", "name": "Renamed", "program": r"C:\a.exe", "profiles": "any"},
]
GONE: Task = [{"name": f"Old {number}", "state": "absent"} for number in range(5)]
ABSENT: Task = [
    {"name": "New 1", "state": "absent", "protocol": ["tcp", "udp"]},
    {"name": "New 2", "state": "absent", "direction": "out"},
    {"name": "New 2", "state": "absent", "direction": "in", "protocol": "tcp"},
    *({"name": f"New {number}", "state": "absent"} for number in (0, 3, 4, 5)),
]


def role(*wanted: dict[str, Any], state: str = "rule") -> Task:
    """The rules that the role port_setup asks for."""
    return [each[state] for each in services.port_services(list(wanted), "port_setup: ")]


SERVICES = [
    {"name": "Web", "port": 8080, "remote_addresses": ["10.0.0.0/8"]},
    {"name": "DNS", "port": 53, "protocol": ["tcp", "udp"], "profiles": ["domain"]},
    {"name": "Tool", "port": "9000-9010", "description": "d"},
]
TASKS: dict[str, Task] = {
    "new": NEW,
    "changed": CHANGED,
    "mixed": [NEW[0], CHANGED[3], GONE[0], NEW[1], CHANGED[1], GONE[4], NEW[5]],
    "gone": GONE,
    "role": role(*SERVICES),
}
RULES = {name: {} if name in ("new", "role") else OLD for name in TASKS}
#: One rule that is created, one that is changed, and one that is removed.
SHORT: Task = [NEW[0], CHANGED[3], GONE[0]]
SHORT_RULES = {rule_id: OLD[rule_id] for rule_id in ("old-0", "old-3")}


def clean(task: Task, rules: dict[str, str]) -> tuple[SimulatedTransport, Stored]:
    host = pc(**rules)
    transport = SimulatedTransport(host)
    play(host, task, transport)
    return transport, stored(host)


ERRORS: dict[str, BaseException] = {
    "killed": Killed(),
    "network gone": TransportError(Failure.TIMEOUT),
}


def interrupted(
    task: Task,
    rules: dict[str, str],
    how: str,
    carried_out: bool,
    healed: list[Stored],
    *,
    every: bool,
) -> None:
    """Interrupt a task at each of its requests in turn, or at the last of each kind of change. `healed` is
    what the task has left, however that came about, and was seen to heal: what a run makes of it
    depends on it alone."""
    whole, wanted = clean(task, rules)
    assert len(whole.actions) > 12
    last = {each: number for number, each in enumerate(whole.actions) if each in CHANGING}
    for number in range(len(whole.actions)) if every else last.values():
        host = pc(**rules)
        cut = Interrupted(host, number, ERRORS[how], carried_out=carried_out)
        failure: BaseException | None = None
        try:
            play(host, task, cut)
        except (ChangeError, HostError, Killed) as error:
            failure = error
        # The end of a program needs no answer, nor does who listens at the ports of a rule that
        # was read back: its effect is unknown then.
        left_to_do = {*whole.actions[number:]}
        assert failure is not None or left_to_do <= {"Signal", "Enumerate"}
        if isinstance(failure, (ChangeError, HostError)):
            assert "win-1 (http://192.0.2.1:5985/wsman)" in str(failure)
        left = stored(host)
        if left not in healed:
            done = play(host, task)
            assert stored(host) == wanted, (number, whole.actions[number])
            assert done.changed == (left != wanted)
            assert not play(host, task).changed
            healed.append(left)


HEALED: dict[str, list[Stored]] = {name: [] for name in TASKS}

# A request that was not carried out leaves what the one before left, and the task can't tell: either
# way it gets no answer. So here all are carried out.


@pytest.mark.sweep
@pytest.mark.parametrize("how", ERRORS)
@pytest.mark.parametrize("name", TASKS)
def test_a_task_interrupted_anywhere_heals_by_running_again(name: str, how: str) -> None:
    interrupted(TASKS[name], RULES[name], how, True, HEALED[name], every=True)
    assert len(HEALED[name]) > len(TASKS[name])


def test_so_does_one_interrupted_at_each_kind_of_change() -> None:
    interrupted(SHORT, SHORT_RULES, "killed", True, [], every=False)


@pytest.mark.sweep
def test_so_does_one_whose_last_request_was_not_carried_out() -> None:
    interrupted(SHORT, SHORT_RULES, "killed", False, [], every=True)


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("name", "removal"), [("new", ABSENT), ("role", role(*SERVICES, state="absent"))]
)
def test_what_was_begun_is_removed(name: str, removal: Task) -> None:
    whole, _wanted = clean(TASKS[name], RULES[name])
    removed: list[Stored] = []
    for number in range(len(whole.actions)):
        host = pc(**RULES[name])
        with pytest.raises(Killed):
            play(host, TASKS[name], Interrupted(host, number, Killed(), carried_out=True))
        left = stored(host)
        if left not in removed:
            play(host, removal)
            assert stored(host) == {}, (number, whole.actions[number])
            removed.append(left)
    assert len(removed) > len(TASKS[name])


# ------------------------------------------------------------------ what is said of it


def warnings(done: Changes, language: Language = "en") -> list[str]:
    return [render(each, language) for each in result.warnings(done)]


DISABLED = OLD["old-0"].replace("TRUE", "FALSE")


def test_a_rule_that_is_disabled_is_enabled_and_that_is_said() -> None:
    host = pc(rule=DISABLED)
    done = play(host, [{"name": "Old 0"}])
    assert done.changed
    assert stored(host)["rule"] == stored(pc(rule=OLD["old-0"]))["rule"]
    (told,) = [text for text in warnings(done) if "interrupted" in text]
    assert told == (
        "The rule 'Old 0' was disabled, as an interrupted task can leave it. The task does not set "
        "enabled, so the rule is enabled."
    )
    assert any("規則「Old 0」は無効でした" in text for text in warnings(done, "ja"))
    assert not any("interrupted" in text for text in warnings(play(host, [{"name": "Old 0"}])))


@pytest.mark.parametrize("enabled", [True, False])
def test_what_is_asked_for_needs_no_saying(enabled: bool) -> None:
    host = pc(rule=DISABLED)
    done = play(host, [{"rule_id": "rule", "enabled": enabled}])
    assert done.changed is enabled
    assert not any("interrupted" in text for text in warnings(done))


def test_the_rules_of_a_group_stay_disabled_and_that_is_said() -> None:
    """Windows has many that are disabled on purpose."""
    members = {
        "on": OLD["old-0"] + "EmbedCtxt=G|",
        "off": OLD["old-1"].replace("TRUE", "FALSE") + "EmbedCtxt=g|",
    }
    host = pc(**members)
    done = play(host, [{"group": "G", "profiles": "any"}])
    assert [("Active", "FALSE") in stored(host)[each] for each in ("on", "off")] == [False, True]
    told = (
        "In the group 'G', these rules are disabled and stay so: Old 1. Set enabled: true to "
        "enable them."
    )
    assert told in warnings(done)
    assert any("グループ「G」" in text for text in warnings(done, "ja"))
    assert told not in warnings(play(host, [{"group": "G", "enabled": False}]))
    assert told not in warnings(play(host, [{"group": "G", "enabled": True}]))
    assert told not in warnings(play(host, [{"group": "G", "profiles": "domain"}]))


def test_a_rule_of_a_group_that_was_paused_is_told() -> None:
    """Nobody can tell it from one that is disabled on purpose."""
    host = pc(on=OLD["old-0"] + "EmbedCtxt=G|")
    task = [{"group": "G", "ports": 9000, "remote_addresses": "192.168.0.0/16"}]
    whole = SimulatedTransport(pc(on=OLD["old-0"] + "EmbedCtxt=G|"))
    play(whole.service.machine, task, whole)
    gone = TransportError(Failure.TIMEOUT)
    number = whole.actions.index("Put")
    with pytest.raises(ChangeError, match="enable them in a separate task"):
        play(host, task, Interrupted(host, number, gone, carried_out=True))
    done = play(host, task)
    assert any("are disabled and stay so: Old 0." in text for text in warnings(done))
    assert play(host, [{"rule_id": "on"}]).changed
    assert stored(host) == stored(whole.service.machine)
    named = [{"name": "Old 0", "ports": 9001, "remote_addresses": "10.0.0.0/8"}]
    with pytest.raises(ChangeError) as caught:
        play(host, named, Interrupted(host, number, gone, carried_out=True))
    assert str(caught.value).endswith("Run the task again, which completes it.")


def test_what_is_only_begun_is_never_enabled_as_a_rule_that_opens_everything() -> None:
    host = pc()
    task = [{"name": "New", "ports": 80}]
    actions = SimulatedTransport(host)
    play(host, task, actions)
    number = actions.actions.index("Create", 1)
    host = pc()
    with pytest.raises(Killed):
        play(host, task, Interrupted(host, number, Killed(), carried_out=True))
    left = stored(host)
    assert len(left) == 1
    with pytest.raises(ChangeError, match="would open everything"):
        play(host, [{"name": "New"}])
    assert stored(host) == left


@pytest.mark.parametrize("existing", [{}, {"in": OLD["old-0"].replace("Old 0", "Web")}])
def test_a_task_that_would_not_know_its_rules_again_is_refused_before_anything(
    existing: dict[str, str],
) -> None:
    task: Task = [
        {"name": "Web", "ports": 80},
        {"name": "Web", "direction": "out", "remote_ports": 80},
    ]
    host = pc(**existing)
    transport = SimulatedTransport(host)
    with pytest.raises(ChangeError, match=r"2 rules are named 'Web'.*could not run again"):
        play(host, task, transport)
    assert stored(host) == stored(pc(**existing))
    clear: Task = [{**task[0], "direction": "in"}, task[1]]
    assert play(host, clear).changed
    assert not play(host, clear).changed
