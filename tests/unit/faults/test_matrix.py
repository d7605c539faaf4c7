# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of a sample, in which each fault and module has one cell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from faults.cells import Cell
from faults.ending import Ending, Judgement
from faults.matrix import Matrix, one_by_one
from faults.pc import Message
from faults.tasks import TASKS
from faults.ways import WAYS

FACTS = Cell(TASKS["facts"], "html", 1, Message("Enumerate", "Win32_Service", "look"))
CHECK = replace(FACTS, task=TASKS["check"])


def line(text: str, fault: str) -> list[str]:
    """The words of a fault's line; empty if it has none."""
    return next((each.split() for each in text.splitlines() if each.startswith(f"{fault} ")), [])


@pytest.mark.parametrize(
    ("judgement", "word"),
    [
        (Judgement(Ending.ERROR), "error"),
        (Judgement(Ending.ERROR, repaired=True), "error"),
        (Judgement(Ending.RESULT), "ok"),
        (Judgement(Ending.RESULT, repaired=True), "repaired"),
        (Judgement(Ending.PARTIAL), "warned"),
        (Judgement(Ending.AS_TOLD), "told"),
        (Judgement(Ending.WRONG, problems=("it hangs",)), "WRONG"),
    ],
)
def test_a_line_says_how_the_cell_of_each_module_ended(judgement: Judgement, word: str) -> None:
    first, second = Matrix(), Matrix()
    first.add(FACTS, Judgement(Ending.ERROR))
    second.add(CHECK, judgement)
    text = one_by_one({WAYS[0]: first, WAYS[1]: second})
    modules = line(text, "fault")[1:]
    words = dict(zip(modules, line(text, "html")[1:], strict=True))
    assert words.pop("port_facts") == "error"
    assert words.pop("port_check") == word
    assert set(words.values()) == {"-"}
    assert line(text, "quota") == []
    assert "     2 cells" in text.splitlines()


def test_two_cells_of_a_fault_and_a_module_are_no_sample() -> None:
    first, second = Matrix(), Matrix()
    first.add(FACTS, Judgement(Ending.ERROR))
    second.add(replace(FACTS, number=2), Judgement(Ending.RESULT))
    with pytest.raises(ValueError, match="port_facts met html in several cells"):
        one_by_one({WAYS[0]: first, WAYS[1]: second})
