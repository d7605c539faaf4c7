# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/fidelity.md: each claim has one grade, a source, a test that pins it, and what raises it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from ansible_collections.portkeeper.windows.plugins.module_utils.verification import (
    claims,
    reading,
    result,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.steps import (
    StepName,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase, render
from tools import fidelity
from tools.fidelity import Claim
from unit.rows import each_row

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


CLAIMS = fidelity.claims(TEXT)
CONFIRMED = {each.name: each for each in claims.CLAIMS}


@dataclass(frozen=True)
class Raised:
    """What raises a claim: facts and steps of a trial, what has to be observed, and what a person
    has to do."""

    facts: tuple[str, ...]
    steps: tuple[str, ...]
    observed: str
    by_person: str


def raised(cell: str) -> Raised:
    """The last cell of a row."""
    facts: list[str] = []
    words = dict.fromkeys(("trial", "observed", "person"), "")
    for part in filter(None, cell.split("; ")):
        kind, _colon, told = part.partition(": ")
        if part.startswith("`"):
            facts += _QUOTED.findall(part)
        elif kind in ("recording", "scenario", "by hand"):
            words["person"] = told
        elif kind in words:
            words[kind] = told
        else:
            raise ValueError(part)
    steps = tuple(words["trial"].split(", ")) if words["trial"] else ()
    return Raised(tuple(facts), steps, words["observed"], words["person"])


def faults(claim: Claim) -> list[str]:
    """What a claim lacks."""
    found = []
    if not claim.claim:
        found.append("no claim")
    if not re.fullmatch(r"[a-z0-9_]+", claim.name):
        found.append("no id")
    if claim.grade not in fidelity.GRADES:
        found.append("no grade")
    if not _SOURCE.search(claim.source):
        found.append("no source")
    found += [
        f"no sample {name}"
        for name in _SAMPLE.findall(claim.source)
        if not any((TESTS / "samples").glob(f"{name.removeprefix('samples/').rstrip('*')}*"))
    ]
    if claim.grade == fidelity.GRADES[0] and "recorded" not in claim.source:
        found.append("no recording of the grade")
    tests = _TEST.findall(claim.pinned)
    if not tests:
        found.append("no test that pins it")
    found += [f"no test {name}" for name in tests if not (TESTS / name).exists()]
    try:
        by = raised(claim.raised)
    except ValueError:
        return [*found, "no way that raises it"]
    found += [f"no fact {name}" for name in by.facts if name not in FACTS]
    found += [f"no step {name}" for name in by.steps if name not in list(StepName)]
    if not (by.facts or by.steps or by.observed or len(by.by_person) > 5):
        found.append("no way that raises it")
    return found


def test_there_are_claims() -> None:
    assert len(CLAIMS) > 100
    assert len({claim.name for claim in CLAIMS}) == len(CLAIMS)


def test_each_claim_has_its_grade_its_source_its_test_and_what_raises_it() -> None:
    assert {claim.claim: found for claim in CLAIMS if (found := faults(claim))} == {}


def test_the_count_at_the_top_is_right() -> None:
    assert fidelity.counted(TEXT) == TEXT, "make fidelity counts anew"
    assert f"| together | {len(CLAIMS)} |" in TEXT


def test_another_grade_is_another_count() -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith("| `put_rule` |"))
    other = TEXT.replace(row, row.replace("| inferred |", "| documented |", 1))
    assert fidelity.counted(other) != other
    assert fidelity.counted(fidelity.counted(other)) == fidelity.counted(other)


def test_verify_host_reports_the_claims_that_it_can_confirm() -> None:
    """With the grade, the facts and the steps that the document names, in its order."""
    wanted = {
        claim.name: (claim.grade, by.facts, by.steps, bool(by.observed))
        for claim in CLAIMS
        if claim.grade != fidelity.GRADES[0]
        for by in [raised(claim.raised)]
        if by.facts or by.steps or by.observed
    }
    reported = {
        name: (
            render(Phrase(f"claim_grade.{each.grade}"), "en"),
            tuple(render(Phrase(f"check.{fact}"), "en") for fact in each.facts),
            tuple(each.steps),
            each.observed is not None,
        )
        for name, each in CONFIRMED.items()
    }
    assert reported == wanted
    assert sorted(CONFIRMED, key=list(wanted).index) == list(wanted)


@each_row(
    ("changed", "lacks"),
    [
        ({"name": "A claim"}, "no id"),
        ({"grade": "true"}, "no grade"),
        ({"grade": "documented, inferred"}, "no grade"),
        ({"grade": "recorded on Windows"}, "no recording of the grade"),
        ({"source": ""}, "no source"),
        ({"source": "somebody said so"}, "no source"),
        ({"source": "recorded (`wsman_faults/none_such`)"}, "no sample"),
        ({"pinned": "read back"}, "no test that pins it"),
        ({"pinned": "`unit/test_none.py`"}, "no test unit/test_none.py"),
        ({"raised": ""}, "no way"),
        ({"raised": "`Some other fact`"}, "no fact Some other fact"),
        ({"raised": "trial: create, dance"}, "no step dance"),
        ({"raised": "by hand:"}, "no way"),
        ({"raised": "somehow: it will be"}, "no way"),
    ],
)
def test_what_is_missing_is_seen(changed: dict[str, str], lacks: str) -> None:
    whole = Claim(
        "a_claim",
        "a claim",
        "documented",
        "documented",
        "`unit/ground/test_model.py`",
        "`Networks`; trial: create",
    )
    assert faults(whole) == []
    (found,) = faults(replace(whole, **changed))
    assert found.startswith(lacks)


def test_every_test_named_there_exists() -> None:
    named = _TEST.findall(TEXT)
    assert len(named) > 60
    assert [name for name in named if not (TESTS / name).exists()] == []


def test_every_fact_that_is_compared_stands_there() -> None:
    shown = {
        fact: tuple(", ".join(_QUOTED.findall(way)) or "registry" for way in ways)
        for fact, *ways in fidelity.rows(TEXT, "| fact | one way | another way |")
    }
    assert shown == FACTS
    # Each of them checks a claim.
    assert [fact for fact in FACTS if not any(f"`{fact}`" in each.raised for each in CLAIMS)] == []


def test_the_scenario_for_real_hosts_is_there() -> None:
    assert (TESTS.parent / "extensions" / "molecule" / "windows" / "verify.yml").is_file()
