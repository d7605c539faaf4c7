# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is told of a report besides its files: whether it says anything new, and a summary."""

from __future__ import annotations

from dataclasses import replace

from ..words.phrases import Localised, render
from .json_text import to_data
from .model import Report

_SUMMARY = Localised(
    "{ready} of {hosts} PCs are ready (port taken: {taken}, blocked: {blocked}, not listening: "
    "{not_listening}, unreachable: {unreachable}, unknown: {unknown}). The report is in {path}.",
    "{hosts} 台中 {ready} 台が準備完了です (ポート使用中 {taken}、ブロック {blocked}、待ち受けなし "
    "{not_listening}、接続不可 {unreachable}、不明 {unknown})。レポート: {path}",
)


def same_findings(one: Report, other: Report) -> bool:
    """Whether two reports say the same of the PCs, whenever they were made and whatever they were
    compared with."""
    return _findings(one) == _findings(other)


def _findings(report: Report) -> Report:
    hosts = tuple(replace(host, changes=()) for host in report.hosts)
    return replace(report, created="", compared_with=None, hosts=hosts)


def summary(report: Report, path: str) -> str:
    """One sentence or two for a terminal. `path` is where the page is."""
    counts = to_data(report.summary)
    return render(_SUMMARY, report.language).format_map(counts | {"path": path})


def outline(report: Report | None) -> str:
    """How the PCs stand, a line a PC and port, to see the difference to another report; without
    what is other each time (PIDs, times)."""
    if report is None:
        return ""
    lines = [f"{report.title} ({report.language}, {report.collection})"]
    for host in report.hosts:
        lines.append(f"{host.name}: {host.state.value}")
        lines += [
            f"{host.name} {check.port}/{check.protocol}: {check.verdict}" for check in host.checks
        ]
        lines += [
            f"{host.name} {each.port}/{each.protocol} is held by {each.holder}"
            for each in host.listeners or ()
            if not each.dynamic
        ]
    return "\n".join(lines) + "\n"
