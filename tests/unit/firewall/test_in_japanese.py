# SPDX-License-Identifier: GPL-3.0-or-later
"""port_firewall in Japanese: no English sentence stands in what comes of a task, is refused, or is
left of one that failed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import (
    result,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
    Changes,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import reading
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    LOCAL_POLICY_KEY,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.phrase import Value
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host, HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from unit.conversation import ScriptedTransport, rows, sample
from unit.firewall.changing import test_changes as scripted
from unit.firewall.changing.test_winrm_guard import CUTS_OFF, HARMLESS, make
from unit.firewall.host_answers import (
    created,
    filters,
    no_class,
    program,
    programs,
    refused,
    switched,
    timed_out,
)
from unit.firewall.test_healing import OLD, RULES, TASKS, Interrupted, play
from unit.firewall.test_ignored_changes import (
    CASES,
    SEVERAL,
    FailsToAnswer,
    Ignoring,
    LosesTheHost,
    ShowsOthers,
)
from unit.firewall.test_ignored_changes import OLD as WEB_RULE
from unit.firewall.test_simulated_changes import pc
from unit.rows import each_row
from unit.simulated import SimulatedTransport
from unit.sweeps import fast
from unit.words.japanese import english_in

# What the simulated and recorded hosts, whose Windows is English, say themselves.
WORDS_OF_HOSTS = (
    "The system cannot find the file specified.",
    "The specified class does not exist in the given namespace.",
    "The WS-Management service cannot process the request. This user is allowed a maximum number "
    "of 15 concurrent operations, which has been exceeded. Close existing operations for this "
    "user, or raise the quota for this user.",
    "Timed out.",
)
LOST = [TransportError(each) for each in Failure]


def whole(done: Changes) -> dict[str, Any]:
    """All that a task returns, with --diff."""
    return {
        **result.result(done),
        "diff": result.diff(done),
        "warnings": result.warnings(done),
    }


def left(error: ChangeError) -> dict[str, Any]:
    """All that a task returns that failed."""
    return dict(result.broken_off(error))


def failures(*plays: tuple[dict[str, str], list[dict[str, Any]], Any]) -> Iterable[Value]:
    """What several plays say in the end, each of rules, a task and a transport to them."""
    for rules, task, transport in plays:
        host = pc(**rules)
        try:
            play(host, task, transport(host))
        except (ChangeError, HostError) as error:
            yield error.phrase


def test_english_is_found_where_it_is() -> None:
    assert english_in({"a": [{"msg": "the host can't be reached"}]})
    assert english_in({"msg": "規則「x」は not found です"})
    named = "TCP 80、Windows Defender、`run this now`、ports、C:\\Program\\a b.exe、No. 5"
    assert not english_in({"msg": named})


# ------------------------------------------------------------------ what comes of a task


@pytest.mark.parametrize("name", fast(["new", "changed", "gone"], "changed"))
def test_a_task_that_succeeds(name: str) -> None:
    host = pc(**RULES[name])
    assert not english_in(whole(play(host, TASKS[name])))
    assert not english_in(whole(play(host, TASKS[name])))


def test_warnings() -> None:
    limits = (
        "LUAuth=D:(A;;CC;;;WD)|IF={4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A00}|AppPkgId=S-1-15-2-1|X=1|"
    )
    host = pc(
        limited=OLD["old-0"] + limits,
        off=OLD["old-1"].replace("TRUE", "FALSE") + "EmbedCtxt=G|",
        twin=OLD["old-2"],
        other_twin=OLD["old-2"],
    )
    task = [
        {"rule_id": "limited", "profiles": "any"},
        {"group": "G", "profiles": "domain"},
        {"name": "Old 2", "state": "absent"},
    ]
    done = play(host, task)
    told = whole(done)
    assert len(told["warnings"]) > 3
    assert not english_in(told)


@pytest.mark.parametrize(
    "name",
    fast(
        [each for each in HARMLESS if "own" in each or "block" in each],
        "block a foreign address",
        "block while the firewall is off",
        "narrow an own rule to a service",
        "remove an own rule beside one for the local subnet",
    ),
)
def test_what_a_firewall_of_many_kinds_makes_of_it(name: str) -> None:
    assert not english_in(whole(make(HARMLESS[name], force=True)[0]))


# ------------------------------------------------------------------ what is refused


@pytest.mark.sweep
@pytest.mark.parametrize("name", CUTS_OFF)
def test_what_could_cut_off_winrm(name: str) -> None:
    with pytest.raises(ChangeError) as caught:
        make(CUTS_OFF[name])
    assert not english_in(left(caught.value))
    assert "force" in str(caught.value)


REFUSED: dict[str, tuple[dict[str, str], list[dict[str, Any]]]] = {
    "several of a name": ({"a": WEB_RULE, "b": WEB_RULE}, [{"name": "Web", "enabled": False}]),
    "several afterwards": (
        {},
        [{"name": "Web", "ports": 80}, {"name": "Web", "direction": "out", "remote_ports": 80}],
    ),
    "no such group": ({}, [{"group": "G", "enabled": True}]),
    "a damaged id": ({"Gro\ufffd": WEB_RULE + "EmbedCtxt=G|"}, [{"group": "G", "enabled": False}]),
    "everything open": ({}, [{"name": "Web"}]),
    "a description of Windows": (
        {"web": WEB_RULE + "Desc=@a.dll,-1|"},
        [{"name": "Web", "description": "x"}],
    ),
}


@each_row("case", REFUSED)
def test_what_is_refused(case: str) -> None:
    rules, task = REFUSED[case]
    with pytest.raises((ChangeError, OptionError)) as caught:
        play(pc(**rules), task)
    assert not english_in(caught.value.phrase)


def test_hosts_whose_firewall_can_not_be_changed() -> None:
    stopped = [
        {"Name": name, "State": "Stopped", "StartMode": mode}
        for name, mode in (("BFE", "Disabled"), ("MpsSvc", None))
    ]
    hosts = [
        [*scripted.first(scripted.WEB), scripted.PRIVATE, rows(), rows(*stopped)],
        [*programs("Access denied\r\n", ""), scripted.PRIVATE, rows(), scripted.RUNNING],
        scripted.host(scripted.WEB, version=0x20A),
    ]
    for answers in hosts:
        error = scripted.refuses([scripted.asked(name="Web", enabled=False)], *answers)
        assert not english_in(left(error))


# ------------------------------------------------------------------ what is left of a failure


def gone(error: TransportError) -> list[Value]:
    """What is said where the host goes away while the rules are read, in the middle of a rule, at
    the end, and before it is read back."""
    rules, task = {"web": WEB_RULE}, SEVERAL[:2]
    whole_run = SimulatedTransport(pc(**rules))
    play(whole_run.service.machine, task, whole_run)
    actions = whole_run.actions
    last = len(actions) - 1 - actions[::-1].index("Command")
    places = (1, actions.index("Put"), actions.index("Enable"), last)
    told = list(
        failures(
            *(
                (rules, task, lambda host, n=number: Interrupted(host, n, error, carried_out=True))
                for number in places
            )
        )
    )
    assert len(told) == len(places)
    return told


@pytest.mark.sweep
@pytest.mark.parametrize("error", LOST, ids=lambda error: error.failure.name)
def test_a_host_that_is_gone_at_any_time(error: TransportError) -> None:
    assert not english_in(gone(error))


def test_a_host_that_is_gone() -> None:
    assert not english_in(gone(LOST[0]))
    for error in LOST:
        (told,) = failures(({}, SEVERAL[:1], lambda host, e=error: Interrupted(
            host, 1, e, carried_out=True)))  # fmt: skip
        assert not english_in(told)


@pytest.mark.parametrize("case", fast(CASES, "create", "pause", "delete"))
def test_what_is_accepted_and_ignored(case: str) -> None:
    rules, task = CASES[case]
    told = list(
        failures(
            *(
                (rules, [task], lambda host, n=number: Ignoring(host, lambda now, _sent: now >= n))
                for number in (1, 2)
            )
        )
    )
    assert told
    assert not english_in(told, *WORDS_OF_HOSTS)


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.sweep)])
def test_faults_and_answers_that_no_windows_gives(every: bool) -> None:
    message = "パラメーターが間違っています。"
    faults = (timed_out(), refused(1, message, "HRESULT 0x8000FFFF"), refused(2, message),
              refused(4, message), refused(5, message), no_class(),
              sample("wsman_faults/max_concurrent_operations_2150859174.xml"))  # fmt: skip
    told = list(
        failures(
            *(
                ({"web": WEB_RULE}, SEVERAL, lambda host, a=action, f=fault: FailsToAnswer(
                    host, a, 1, f))
                for action in ("Create", "Put", "Enable")
                for fault in (faults if every or action == "Create" else faults[::6])
            ),
            *(
                ({}, [CASES["create"][1]], lambda host, o=order: ShowsOthers(host, o))
                for order in ("own other", "other", "own own")
            ),
            *(
                ({"web": WEB_RULE}, [{"name": "Web", "ports": 81}], lambda host, n=number:
                    LosesTheHost(host, n))
                for number in (3, 5)
            ),
        )
    )  # fmt: skip
    assert len(told) > 10
    assert not english_in(told, *WORDS_OF_HOSTS)


@pytest.mark.parametrize("value", [2147942405, 2147749890])
def test_what_a_method_returns(value: int) -> None:
    answer = switched("Disable", f"<p:ReturnValue>{value}</p:ReturnValue>")
    error = scripted.refuses(
        [scripted.asked(name="Web", enabled=False)],
        *scripted.host(scripted.WEB), answer, *scripted.stored(scripted.WEB),
    )  # fmt: skip
    assert not english_in(left(error), "Windows Firewall With Advanced Security")


def test_classes_that_are_not_registered() -> None:
    task = [scripted.asked(name="New", rule_id="{9}", ports=80)]
    for answers in (
        [no_class()],
        [created("{9}"), filters("{9}", "MSFT_NetAddressFilter"), *scripted.stored()],
    ):
        error = scripted.refuses(task, *scripted.host(), *answers)
        assert not english_in(left(error), *WORDS_OF_HOSTS)


# ------------------------------------------------------------------ what could not be read


def notes(*answers: Any) -> tuple[Value, ...]:
    host = Host(ScriptedTransport(*answers, shell_id="S"), "win-1")
    return reading.read(host).notes


def test_what_could_not_be_read() -> None:
    key = f"{LOCAL_POLICY_KEY}\\FirewallRules"
    odd = "\r\n".join(
        [
            "    junk    REG_SZ    hello", f"    Gro\ufffd    REG_SZ    {WEB_RULE}",
            f"    a    REG_SZ    {WEB_RULE}", f"    A    REG_SZ    {WEB_RULE}x|",
            "    b    REG_DWORD    0x1", "what", "    c    REG_SZ    v2.30|Desc=x",
            f"    規    REG_SZ    則    REG_SZ    {WEB_RULE}", "HKEY_LOCAL_MACHINE\\X",
            *(f"    junk{number}    REG_SZ    {'x' * number}" for number in range(20)),
        ]
    )  # fmt: skip
    for text in ("", f"{key}\r\n{odd}\r\n", f"{key}\r\n    a    REG_SZ    x\ufffd\r\n"):
        for networks, products in ((scripted.PRIVATE, rows()), (no_class(), refused(2, "拒否"))):
            told = notes(*program(text), networks, products, rows())
            assert len(told) > 2
            assert not english_in(told, *WORDS_OF_HOSTS)
