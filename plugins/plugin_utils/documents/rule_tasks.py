# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tasks of port_firewall_info, in a form that a person can paste into a playbook."""

from __future__ import annotations

from collections.abc import Iterable

from ...module_utils.firewall.listing.auditing.result import FindingEntry, TaskEntry
from ...module_utils.words.languages import Language
from ...module_utils.words.phrases import Phrase, Value
from ..values import MAX_LINE, MAX_TEXT
from .remedies import offered

# A result has no longer line, and no longer text: they would be cut.
_LONGEST, _ALL = MAX_LINE - 1_000, MAX_TEXT - 100_000


def write_findings(findings: Iterable[FindingEntry[Value]], language: Language) -> None:
    """Give each finding its task, rendered, and as YAML, as in `remedies`."""
    for each in findings:
        each["task"], each["yaml"] = offered(each["task"], language, _LONGEST)


def write_tasks(tasks: Iterable[TaskEntry[Value]], language: Language) -> str | None:
    """The same for rules as tasks. A task that is too long is told in its notes.

    Returns:
        Those tasks that make their rule where it is missing, as the text of one file; None if it
        is longer than a result can be.
    """
    texts = []
    for each in tasks:
        task = each["task"]
        each["task"], each["yaml"] = offered(task, language, _LONGEST)
        if each["yaml"] is None:
            if task is not None:
                each["notes"].append(Phrase("export.too_long"))
        elif each["creates"]:
            texts.append(each["yaml"])
    return "\n".join(texts) if sum(map(len, texts)) <= _ALL else None
