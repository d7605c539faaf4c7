# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be mended on each PC, and by kind over all."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import (
    Cause,
    Check,
    Host,
    Remedy,
    State,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.report.overview.problems import (
    groups,
    problems,
    worst_first,
)
from unit.rows import each_row

STOP = (Remedy("Stop it.", None),)


def taken(pid: int, port: int = 80) -> Check:
    cause = Cause("in_use_by_other", f"TCP {port} is taken by a.exe (PID {pid})")
    return Check(port, "tcp", None, "in_use_by_other", "", (cause,), STOP)


def absent(port: int = 81) -> Check:
    return Check(port, "tcp", None, "not_listening", "", (Cause("nothing_listens", "None."),))


def host(name: str, *checks: Check, state: State = State.TAKEN) -> Host:
    return Host(name, None, state, checks=checks)


READY = Check(80, "tcp", None, "reachable", "")


def off(name: str, failure: str | None, message: str = "It is off.") -> Host:
    return Host(name, "192.0.2.1", State.UNREACHABLE, message, failure=failure)


def test_the_worst_pcs_come_first_and_then_those_with_most_problems() -> None:
    hosts = [
        host("ready", READY, state=State.READY),
        host("one", taken(1)),
        host("two", taken(1), absent()),
        off("off", None),
        host("odd", state="none such"),  # type: ignore[arg-type]
    ]
    assert [each.name for each in worst_first(hosts)] == ["off", "two", "one", "odd", "ready"]


def test_the_worst_problem_of_a_pc_comes_first() -> None:
    found = problems(host("a", absent(), READY, taken(7)), "en")
    assert [(each.port, each.verdict) for each in found] == [
        (80, "in_use_by_other"), (81, "not_listening"),
    ]  # fmt: skip
    assert found[0].remedies == STOP
    assert problems(host("b", READY, state=State.READY), "en") == ()


def test_a_port_without_a_cause_is_told_by_its_sentence() -> None:
    check = Check(80, "tcp", None, "unknown", "Nobody knows.")
    (found,) = problems(host("a", check), "en")
    assert (found.kind, found.why, found.state) == ("", "Nobody knows.", State.UNKNOWN)


def test_what_was_said_of_one_pc_stands_at_that_pc_alone() -> None:
    hosts = [host("a", taken(1)), host("b", taken(2)), host("c", taken(1))]
    (group,) = groups([problems(each, "en") for each in hosts])
    assert (group.hosts, group.count) == ((0, 1, 2), 3)
    assert [(each.problem.why[-6:], each.hosts) for each in group.variants] == [
        ("PID 1)", (0, 2)), ("PID 2)", (1,)),
    ]  # fmt: skip


def test_one_kind_is_one_group_over_ports_and_counts_each() -> None:
    hosts = [host("a", taken(1, 80), taken(1, 8080)), host("b", taken(1, 80), absent())]
    first, second = groups([problems(each, "en") for each in hosts])
    assert (first.kind, first.hosts, first.count) == ("in_use_by_other", (0, 1), 3)
    assert (second.kind, second.hosts, second.count) == ("nothing_listens", (1,), 1)


@each_row(
    ("failure", "words"),
    [
        ("no_connection", "on and connected"),
        (None, "on and connected"),
        ("authentication", "user and the password"),
        ("certificate", "certificate of the PC"),
        ("too_large", None),
    ],
)
def test_a_pc_that_does_not_answer_is_mended_by_the_kind_of_failure(
    failure: str | None, words: str | None
) -> None:
    (found,) = problems(off("a", failure), "en")
    assert (found.port, found.verdict, found.kind) == (None, "unreachable", failure or "")
    texts = [each.text for each in found.remedies]
    assert len(texts) == (words is not None)
    assert all(words and words in text for text in texts)


def test_a_pc_that_could_not_be_asked_has_no_remedy_that_would_be_a_guess() -> None:
    (found,) = problems(Host("a", None, State.UNKNOWN, "Skipped."), "ja")
    assert (found.verdict, found.why, found.remedies) == ("failed", "Skipped.", ())


def test_pcs_are_grouped_by_failure() -> None:
    hosts = [off("a", "refused"), off("b", "authentication"), off("c", "refused", "Other.")]
    found = groups([problems(each, "en") for each in hosts])
    assert [(each.kind, each.hosts) for each in found] == [
        ("refused", (0, 2)), ("authentication", (1,)),
    ]  # fmt: skip
