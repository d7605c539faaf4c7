# SPDX-License-Identifier: GPL-3.0-or-later
"""The cells of the matrix of faults come from what was exchanged."""

from __future__ import annotations

from faults.cells import ONCE, ONWARDS, ROWS, Cell, cells, sample
from faults.pc import Element, Log, Message
from faults.tasks import MODULES, TASKS
from faults.ways import WAYS
from winsim.injection import parse

READ, WRITE = Message("Enumerate", "C", "1"), Message("Put", "C", "2")
LOG = Log([READ, WRITE], [(Element("Items", True), Element("Body", False)), ()])
TASK = TASKS["rule changed"]


def test_every_fault_meets_every_message() -> None:
    made = list(cells(TASK, LOG))
    rows = [cell.row for cell in made]
    # An enumeration without an end needs one; nothing was received from a program.
    assert rows.count("endless") == 1
    assert "endless onwards" not in rows
    assert len(made) == 2 * len(ONCE) - 1 + 2 * (len(ONWARDS) - 1) + 2 * 2
    assert set(rows) | {"endless onwards"} == set(ROWS)
    assert {cell.fault for cell in made if cell.data} == {"missing=Items", "duplicate=Items"}


def test_the_simulator_reads_them_and_strikes_the_right_message() -> None:
    for cell in cells(TASK, LOG):
        rule = parse(cell.text)
        assert rule.skip == cell.number - 1
        assert rule.count == (None if cell.onwards else 1)


def test_a_sample_has_each_fault_and_prefers_what_changes_something() -> None:
    every = [cell for way in WAYS for cell in cells(TASK, LOG, way)]
    chosen = sample(every)
    assert sorted({cell.row for cell in every}) == sorted(cell.row for cell in chosen)
    assert {cell.way for cell in chosen if "onwards" in cell.row} == set(WAYS)
    assert all(cell.message is WRITE for cell in chosen if cell.fault in ONCE[:-4])


def test_in_a_sample_each_fault_meets_each_way() -> None:
    tasks = {task.module: task for task in TASKS.values()}
    chosen = sample(
        [cell for way in WAYS for task in tasks.values() for cell in cells(task, LOG, way)]
    )
    assert len(chosen) == len(MODULES) * (len(ROWS) - 1)
    assert {(cell.row, cell.way) for cell in chosen} == {
        (row, way) for row in ROWS for way in WAYS if row != "endless onwards"
    }


def test_how_a_cell_is_written() -> None:
    assert Cell(TASK, "reset:after=0", 2, WRITE).text == "reset:after=0,message=2"
    assert Cell(TASK, "quota", 3, WRITE, onwards=True).text == "quota:skip=2"
