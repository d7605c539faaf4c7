# SPDX-License-Identifier: GPL-3.0-or-later
"""The findings of an audit, below the table of the rules."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing.result import (
    AuditEntry,
    FindingEntry,
    UnknownProgram,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal import findings
from unit.words.english import english


def audit(*texts: str, unknown: int = 0, names: str = "") -> AuditEntry[str]:
    found: list[FindingEntry[str]] = [
        {
            "kind": "open_to_all",
            "text": text,
            "why": "",
            "remedy": "Do it.",
            "rules": [
                {"name": name, "rule_id": name, "store": "local"} for name in ("A", "A", *names)
            ],
            "decided_by": [],
            "program": None,
            "task": None,
            "yaml": None,
        }
        for text in texts
    ]
    program: UnknownProgram[str] = {"program": "a.exe", "reason": "", "rules": []}
    return {"findings": found, "unknown_programs": [program] * unknown, "notes": ["Noted."]}


def told(entry: AuditEntry[str] | None) -> list[str]:
    return [english(each) for each in findings.told(entry)]


def test_without_an_audit_nothing_is_told() -> None:
    assert told(None) == []


def test_each_finding_has_its_line() -> None:
    assert told(audit("One.", "Two.", unknown=3)) == [
        "One. Rules: A. Do it.",
        "Two. Rules: A. Do it.",
        "Of 3 programs it is unknown whether they are on the disk.",
        "Noted.",
    ]
    assert told(audit()) == ["Nothing in these rules is worth a look.", "Noted."]


def test_many_are_counted() -> None:
    lines = told(audit(*(f"{number}." for number in range(25))))
    assert lines[19:] == ["19. Rules: A. Do it.", "5 more findings are in the result.", "Noted."]


def test_of_many_rules_some_are_named() -> None:
    assert (
        told(audit("One.", names="BCDEFG"))[0] == "One. Rules: A, B, C, D, E and 2 others. Do it."
    )
