# SPDX-License-Identifier: GPL-3.0-or-later
"""Two readings of one fact, thing by thing."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.verification.comparison import (
    MAX_DIFFERENCES,
    Agreement,
    Comparison,
    Discrepancy,
    compare,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Phrase,
    Verbatim,
)

SOURCES = ("one", "another")


def test_what_both_say_agrees_and_the_rest_differs() -> None:
    found = compare("f", SOURCES, {1: "a", 2: "b", 3: "c"}, {1: "a", 2: "x", 4: "d"})
    assert found.agreed == 1
    assert [(each.what, each.first, each.second) for each in found.differences] == [
        ("2", "b", "x"),
        ("3", "c", None),
        ("4", None, "d"),
    ]
    assert found.outcome is Agreement.DISAGREE


def test_a_known_reason_makes_a_difference_expected() -> None:
    found = compare("f", SOURCES, {1: "a"}, {}, lambda key: Phrase("known", {"key": key}))
    assert found.outcome is Agreement.EXPECTED
    assert found.disagreements == ()
    assert found.differences[0].reason == Phrase("known", {"key": 1})


def test_outcomes() -> None:
    assert compare("f", SOURCES, {1: "a"}, {1: "a"}).outcome is Agreement.AGREE
    assert Comparison("f", *SOURCES, problem="no such class").outcome is Agreement.UNKNOWN


def test_as_json_tells_disagreements_first_and_not_more_than_a_person_reads() -> None:
    differences = (
        *(
            Discrepancy(str(number), "a", None, Phrase("check.moved"))
            for number in range(MAX_DIFFERENCES)
        ),
        Discrepancy("\x1b[31mred\n", "a" * 5000, None),
    )
    shown = Comparison("f", *SOURCES, differences=differences).as_json()
    first = shown["differences"][0]
    assert first["what"] == Verbatim("[31mred")
    assert len(first["first"].text) == 300
    assert (first["reason"], shown["differences"][1]["reason"]) == (None, Phrase("check.moved"))
    assert (len(shown["differences"]), shown["untold"]) == (MAX_DIFFERENCES, 1)
