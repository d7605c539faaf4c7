# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an audit of rules found, as texts below their table."""

from __future__ import annotations

from collections.abc import Iterator

from ..firewall.listing.auditing.result import AuditEntry
from ..words.phrases import Joined, Phrase, Value, Verbatim

# More than that are counted; the result has them all.
_MOST = 20
_MOST_RULES = 5


def told(audit: AuditEntry[str] | None) -> Iterator[Value]:
    """For each finding what it is, the rules that it is about and what to do, and what could not
    be judged."""
    if audit is None:
        return
    findings, unknown = audit["findings"], audit["unknown_programs"]
    for each in findings[:_MOST]:
        names = tuple(dict.fromkeys(rule["name"] for rule in each["rules"]))
        listed = Joined(names[:_MOST_RULES], "list.separator")
        values: dict[str, Value] = {
            "text": Verbatim(each["text"]),
            "rules": listed,
            "remedy": Verbatim(each["remedy"]),
        }
        if len(names) > _MOST_RULES:
            values["rules"] = Phrase(
                "table.and_others", {"items": listed, "count": len(names) - _MOST_RULES}
            )
        yield Phrase("table.finding", values)
    if len(findings) > _MOST:
        yield Phrase("table.more_findings", {"count": len(findings) - _MOST})
    if not findings:
        yield Phrase("table.no_findings")
    if unknown:
        yield Phrase("table.unknown_programs", {"count": len(unknown)})
    yield from map(Verbatim, audit["notes"])
