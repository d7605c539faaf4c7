# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What port_report returns."""

from __future__ import annotations

from typing import TypedDict

from ..pc.result import TaskResult
from ..words.phrases import Value, Words
from .json_text import to_data
from .model import Report
from .summary import summary


class FilesEntry(TypedDict):
    """Where the files of a report are, or would be written."""

    html: str
    csv: str
    json: str


class SummaryEntry(TypedDict):
    """How many hosts there are, and how many in each state."""

    hosts: int
    ready: int
    blocked: int
    taken: int
    not_listening: int
    unreachable: int
    unknown: int


class ReportResult(TaskResult[Words]):
    """What port_report returns about a report that it has made."""

    files: FilesEntry
    summary: SummaryEntry


def result(report: Report, files: FilesEntry, *, changed: bool) -> ReportResult[Value]:
    """The result of a task, without Ansible's own keys.

    Args:
        changed: whether the report says something new.
    """
    counts: SummaryEntry = to_data(report.summary)
    return {
        "changed": changed,
        "msg": summary(report, files["html"]),
        "files": files,
        "summary": counts,
    }
