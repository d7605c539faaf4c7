# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Findings, and rules as tasks, in the form that port_firewall_info returns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypedDict

from ....words.phrases import Phrase, Value, Words
from ...naming.shown import package_of
from ...policy.rule import FirewallRule, Title
from ...policy.stores import Store
from .audit import Audit, Finding, Stored
from .export import Exported

_MODULE = "portkeeper.windows.port_firewall"


class NamedRule(TypedDict, Generic[Words]):
    """Which rule."""

    name: Words
    rule_id: str
    store: str


class FindingEntry(TypedDict, Generic[Words]):
    """Something that is worth a look. The edge writes `yaml`, and omits the task if it contains
    text of the host that is not plainly harmless."""

    kind: str
    text: Words
    why: Words
    remedy: Words
    rules: list[NamedRule[Words]]
    decided_by: list[NamedRule[Words]]
    program: str | None
    task: dict[str, Any] | None
    yaml: str | None


class UnknownProgram(TypedDict, Generic[Words]):
    """A program of which it is not known whether it is on the disk."""

    program: str
    reason: Words
    rules: list[NamedRule[Words]]


class AuditEntry(TypedDict, Generic[Words]):
    """What an audit found, and what it could not judge."""

    findings: list[FindingEntry[Words]]
    unknown_programs: list[UnknownProgram[Words]]
    notes: list[Words]


class TaskEntry(NamedRule[Words]):
    """A rule as a task. The edge writes `yaml`, as in `FindingEntry`."""

    creates: bool
    notes: list[Words]
    task: dict[str, Any] | None
    yaml: str | None


def of_audit(found: Audit) -> AuditEntry[Value]:
    """An audit as plain values and phrases."""
    return {
        "findings": [_finding(each) for each in found.findings],
        "unknown_programs": [
            {"program": program, "reason": why, "rules": _named(rules)}
            for program, why, rules in found.unknown
        ],
        "notes": list(found.notes),
    }


def _finding(finding: Finding) -> FindingEntry[Value]:
    return {
        "kind": finding.kind.value,
        "text": finding.text,
        "why": finding.why,
        "remedy": finding.remedy,
        "rules": _named(finding.rules),
        "decided_by": _named(finding.others),
        "program": finding.program,
        "task": _removal([rule for _store, rule in finding.absent]),
        "yaml": None,
    }


def _removal(rules: Sequence[FirewallRule]) -> dict[str, Any] | None:
    """A task that removes some rules."""
    if not rules:
        return None
    entries = [{"rule_id": each.rule_id, "state": "absent"} for each in rules]
    labels = tuple(dict.fromkeys(each.label for each in rules))
    name = Phrase("audit.remove", {"rules": labels})
    return {"name": name, _MODULE: entries[0] if len(entries) == 1 else {"rules": entries}}


def _named(rules: Iterable[Stored]) -> list[NamedRule[Value]]:
    return [_rule(store, rule) for store, rule in rules]


def _rule(store: Store, rule: FirewallRule) -> NamedRule[Value]:
    return {"name": _name(rule), "rule_id": rule.rule_id, "store": store.value}


def _name(rule: FirewallRule) -> Title:
    return package_of(rule.name) or rule.shown_name


def of_tasks(found: Iterable[Exported]) -> list[TaskEntry[Value]]:
    """Rules as tasks, as plain values and phrases."""
    entries: list[TaskEntry[Value]] = []
    for each in found:
        options = None if each.options is None else dict(each.options)
        entries.append(
            {
                "name": _name(each.rule),
                "rule_id": each.rule.rule_id,
                "store": each.store.value,
                "creates": each.creates,
                "notes": list(each.notes),
                "task": None if options is None else {"name": each.name, _MODULE: options},
                "yaml": None,
            }
        )
    return entries
