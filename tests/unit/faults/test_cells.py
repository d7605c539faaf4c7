# SPDX-License-Identifier: GPL-3.0-or-later
"""The cells of the matrix of faults come from what was exchanged."""

from __future__ import annotations

from dataclasses import replace

from faults.cells import LONG, OF_INPUT, ONCE, ROWS, Cell, cells, sample
from faults.pc import Element, Log, Message
from faults.tasks import MODULES, TASKS
from faults.ways import WAYS
from winsim.injection import parse

READ = Message("Enumerate", "C", "1", association=True)
WRITE = Message("Put", "C", "2", ("Port", "Protocol"))
LOG = Log([READ, WRITE], [(Element("Items", True), Element("Body", False)), ()])
TASK, OF_TWO = TASKS["rule changed"], TASKS["path"]
# There are none where each message brings its credentials.
WITHOUT_STEPS = {"slow=authentication onwards"}
# And none that are about the input of a program, where there is no program.
WITHOUT_PROGRAM = {"endless onwards", "empty onwards", "busy", "pipe-ended", "busy onwards"}


def test_every_fault_meets_every_message() -> None:
    made = list(cells(TASK, LOG))
    rows = [cell.row for cell in made]
    # An enumeration without an end needs one; nothing was received from a program.
    assert rows.count("endless") == 1
    assert set(ROWS) - set(rows) == WITHOUT_PROGRAM | WITHOUT_STEPS
    for row in ("quota", "slow=headers", "http=503 onwards", "timed-out onwards", "killed before"):
        assert rows.count(row) == 2
    assert {cell.fault for cell in made if cell.data} == {"missing=Items", "duplicate=Items"}


def test_the_simulator_reads_them_and_strikes_the_right_message() -> None:
    for cell in cells(TASK, LOG):
        if cell.kills:
            continue
        rule = parse(cell.text)
        assert rule.skip == cell.number - 1
        assert rule.count == (None if cell.onwards else 1)


def test_a_sample_has_each_fault_and_prefers_what_changes_something() -> None:
    every = [cell for way in WAYS for cell in cells(TASK, LOG, way)]
    chosen = sample(every)
    assert sorted({cell.row for cell in every}) == sorted(cell.row for cell in chosen)
    assert {cell.way for cell in chosen if "onwards" in cell.row} == set(WAYS)
    assert all(
        cell.message is WRITE
        for cell in chosen
        if cell.fault in ONCE and cell.fault not in {"endless", "empty"}
    )


def test_in_a_sample_each_fault_meets_each_way_and_a_long_one_meets_one_module() -> None:
    tasks = {task.module: task for task in TASKS.values() if task.thorough}
    chosen = sample(
        [cell for way in WAYS for task in tasks.values() for cell in cells(task, LOG, way)]
    )
    others = [row for row in ROWS if row not in LONG and row not in WITHOUT_PROGRAM]
    assert {(cell.row, cell.task.module) for cell in chosen if cell.row not in LONG} == {
        (row, module) for row in others for module in MODULES
    }
    assert [cell.task.module for cell in chosen if cell.row in LONG] == [LONG["endless"]]
    assert len(chosen) == len(MODULES) * len(others) + 1
    assert {(cell.row, cell.way) for cell in chosen if cell.row not in LONG} == {
        (row, way)
        for row in others
        for way in WAYS
        if row not in WITHOUT_STEPS or way.authentication == "ntlm"
    }


def test_how_a_cell_is_written() -> None:
    assert Cell(TASK, "reset:after=0", 2, WRITE).text == "reset:after=0,message=2"
    assert Cell(TASK, "quota", 3, WRITE, onwards=True).text == "quota:skip=2"
    assert Cell(TASK, "slow=tls", 3, WRITE, onwards=True).text == "slow=tls:skip=2"
    assert Cell(TASK, "only=Port", 3, WRITE).text == "only=Port:message=3"


def test_what_a_host_leaves_undone_is_about_what_changes_something() -> None:
    lies = [cell for cell in cells(TASK, LOG) if cell.lies]
    assert [cell.fault for cell in lies if cell.message is WRITE] == [
        "ignored",
        "ignored",
        "only=Port",
        "without=Port",
        "only=Protocol",
        "without=Protocol",
    ]
    assert [cell.fault for cell in lies if cell.message is READ] == [
        f"unfiltered={turn}" for turn in range(3)
    ]


def test_a_kill_between_any_two_messages() -> None:
    kills = [(cell.number, cell.row) for cell in cells(TASK, LOG) if cell.kills]
    assert kills == [(1, "killed before"), (2, "killed before"), (2, "killed after")]


def test_stages_that_are_all_alike_meet_the_first_the_last_and_a_write() -> None:
    reads = [Message("Get", "C", str(number)) for number in range(6)]
    log = Log([*reads[:3], WRITE, Message("Put", "C", "3"), *reads[3:]], [()] * 8)
    numbers = [cell.number for cell in cells(TASK, log) if cell.row == "slow=trailers"]
    assert numbers == [1, 4, 8]
    assert {cell.row: cell.https for cell in cells(TASK, log)}["slow=tls onwards"]


def test_a_task_that_is_not_thorough_meets_what_leaves_a_host_worse() -> None:
    rows = {cell.row for cell in cells(TASKS["rules of all sorts"], LOG)}
    assert {"ignored", "killed before", "unfiltered", "only", "reset:after=0"} <= rows
    assert not rows & {"malformed", "missing", "quota"}


def of_two(*hosts: str) -> Log:
    messages = [replace(READ, host=host) for host in hosts]
    return Log(messages, [()] * len(messages))


def test_the_messages_of_each_pc_are_counted_for_themselves() -> None:
    made = list(cells(OF_TWO, of_two("win-1", "win-2", "win-1", "win-2", "win-2")))
    quotas = [cell for cell in made if cell.fault == "quota" and not cell.onwards]
    assert [(cell.host, cell.number) for cell in quotas] == [
        ("win-1", 1), ("win-1", 2), ("win-2", 1), ("win-2", 2), ("win-2", 3),
    ]  # fmt: skip
    assert quotas[1].text == "quota:message=2,host=win-1"
    assert quotas[3].text == "quota:message=2,host=win-2"
    rule = parse(quotas[3].text)
    assert (rule.host, rule.skip, rule.count) == ("win-2", 1, 1)
    # An answer that ends nowhere is that of the first or the last enumeration of a PC.
    assert [cell.number for cell in made if cell.fault == "endless"] == [1, 2, 1, 3]


def test_a_sample_has_faults_of_both_pcs_over_each_way() -> None:
    log = of_two("win-1", "win-2")
    tasks = [task for task in TASKS.values() if task.module == OF_TWO.module]
    assert len(tasks) == 2
    chosen = sample([cell for way in WAYS for task in tasks for cell in cells(task, log, way)])
    assert {(cell.host, cell.way) for cell in chosen} == {
        (host, way) for host in ("win-1", "win-2") for way in WAYS
    }
    assert {cell.task for cell in chosen} == set(tasks)


def test_what_happens_to_the_input_of_a_program() -> None:
    log = Log([READ, Message("Send", "cmd", "1")], [(), ()])
    found = [
        cell for cell in cells(TASK, log) if cell.row in (*OF_INPUT, "busy onwards", "ignored")
    ]
    assert [(cell.text, cell.waits) for cell in found] == [
        ("ignored:message=2", True),
        ("busy:message=2", False),
        ("pipe-ended:message=2", False),
        ("busy:skip=1", False),
    ]
