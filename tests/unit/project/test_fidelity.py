# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/fidelity.md: each claim has a source, a test that pins it, and a way to check it again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.verification import reading, result
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render

TESTS = Path(__file__).parents[2]
TEXT = (TESTS.parent / "docs" / "fidelity.md").read_text()
FACTS = {
    render(each.fact, "en"): (render(each.first, "en"), render(each.second, "en"))
    for each in result.all_comparisons(reading.HostReadings())
}

_SOURCE = re.compile(
    r"recorded|documented|published|inferred|general knowledge|two documents|\[MS-|KB \d", re.I
)
_QUOTED = re.compile(r"`([^`]+)`")
_TEST = re.compile(r"`((?:unit|integration)/[\w/]+(?:\.py)?)`")
_SAMPLE = re.compile(r"`((?:wsman_|samples/|firewall_)[\w/.*]+)`")
_WORDS = r"(?:recording|scenario|no): \S.{5,}"


@dataclass(frozen=True)
class Claim:
    """One row."""

    claim: str
    source: str
    pinned: str
    real: str


def rows(head: str) -> list[list[str]]:
    """The rows of all tables with this head, as their cells."""
    found: list[list[str]] = []
    inside = False
    for line in TEXT.splitlines():
        if line == head:
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("|--"):
            found.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return found


CLAIMS = [Claim(*cells) for cells in rows("| claim | source | pinned by | on a real host |")]


def faults(claim: Claim) -> list[str]:
    """What a claim lacks."""
    found = []
    if not claim.claim:
        found.append("no claim")
    if not _SOURCE.search(claim.source):
        found.append("no source")
    found += [
        f"no sample {name}"
        for name in _SAMPLE.findall(claim.source)
        if not any((TESTS / "samples").glob(f"{name.removeprefix('samples/').rstrip('*')}*"))
    ]
    tests = _TEST.findall(claim.pinned)
    if not tests:
        found.append("no test that pins it")
    found += [f"no test {name}" for name in tests if not (TESTS / name).exists()]
    facts = [name for name in _QUOTED.findall(claim.real) if name in FACTS]
    if not facts and not re.fullmatch(_WORDS, claim.real):
        found.append("no check on a real host, and no reason")
    return found


def test_there_are_claims() -> None:
    assert len(CLAIMS) > 60


def test_each_claim_has_its_source_its_test_and_its_check() -> None:
    assert {claim.claim: found for claim in CLAIMS if (found := faults(claim))} == {}


@pytest.mark.parametrize(
    ("source", "pinned", "real", "lacks"),
    [
        ("", "`unit/ground/test_model.py`", "`TCP listeners`", "no source"),
        ("somebody said so", "`unit/ground/test_model.py`", "`TCP listeners`", "no source"),
        (
            "recorded (`wsman_faults/none_such`)",
            "`unit/ground/test_model.py`",
            "`Networks`",
            "no sample",
        ),
        ("documented", "read back", "`TCP listeners`", "no test that pins it"),
        ("documented", "`unit/test_none.py`", "`TCP listeners`", "no test unit/test_none.py"),
        ("documented", "`unit/ground/test_model.py`", "", "no check"),
        ("documented", "`unit/ground/test_model.py`", "`Some other fact`", "no check"),
        ("documented", "`unit/ground/test_model.py`", "no:", "no check"),
    ],
)
def test_what_is_missing_is_seen(source: str, pinned: str, real: str, lacks: str) -> None:
    (found,) = faults(Claim("a claim", source, pinned, real))
    assert found.startswith(lacks)


def test_every_test_named_there_exists() -> None:
    named = _TEST.findall(TEXT)
    assert len(named) > 60
    assert [name for name in named if not (TESTS / name).exists()] == []


def test_every_fact_that_is_compared_stands_there() -> None:
    shown = {
        fact: tuple(", ".join(_QUOTED.findall(way)) or "registry" for way in ways)
        for fact, *ways in rows("| fact | one way | another way |")
    }
    assert shown == FACTS
    # Each of them checks a claim.
    assert [fact for fact in FACTS if not any(f"`{fact}`" in each.real for each in CLAIMS)] == []


def test_the_scenario_for_real_hosts_is_there() -> None:
    assert (TESTS.parent / "extensions" / "molecule" / "windows" / "verify.yml").is_file()
