# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is shown of a report besides its files: whether it says anything new, and a summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..words.phrases import Joined, Phrase, Verbatim
from .model import Host, Report, State


def same_findings(one: Report, other: Report) -> bool:
    """Whether two reports say the same about the PCs, regardless of when they were made and what
    they were compared with."""
    return _findings(one) == _findings(other)


def _findings(report: Report) -> Report:
    hosts = tuple(replace(host, changes=()) for host in report.hosts)
    return replace(report, created="", compared_with=None, hosts=hosts)


def summary(report: Report, path: str) -> Phrase:
    """One or two sentences for a terminal. `path` is that of the page."""
    counts = {state.value: report.summary.count(state) for state in State}
    return Phrase("report.summary", {"hosts": report.summary.hosts, **counts, "path": _whole(path)})


def outline(report: Report) -> Joined:
    """The state of the PCs, one line for each PC and port, to compare with another report; without
    values that differ each time (PIDs, times)."""
    head = {
        "title": _whole(report.title),
        "language": report.language,
        "collection": _whole(report.collection),
    }
    lines = [Phrase("report.line_head", head)]
    for host in report.hosts:
        lines += _lines(host)
    # The last one ends the last line.
    return Joined((*lines, ""), "list.line")


def _lines(host: Host) -> Iterator[Phrase]:
    yield Phrase("report.line", {"subject": _whole(host.name), "state": host.state.value})
    for check in host.checks:
        subject = _whole(f"{host.name} {check.port}/{check.protocol}")
        yield Phrase("report.line", {"subject": subject, "state": check.verdict})
    for each in host.listeners or ():
        if not each.dynamic:
            subject = _whole(f"{host.name} {each.port}/{each.protocol}")
            yield Phrase("report.line_holder", {"subject": subject, "holder": _whole(each.holder)})


def _whole(text: str) -> Verbatim:
    """A text of a report: already one line, of any length."""
    return Verbatim(text)
