# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task says of a report besides its files: what it returns, whether it says anything new,
and an outline for `--diff`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NotRequired, TypedDict

from ..diagnosis.path.ends.model import PathVerdict
from ..pc.result import TaskResult
from ..words.phrases import Joined, Phrase, Value, Verbatim, Words, in_turn
from .json_text import to_data
from .model import Host, Path, Report, State

#: The report has all of them.
_MOST_PROBLEMS = 5


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


class PathsEntry(TypedDict):
    """How many connections from clients to servers were checked, and how many of them can be
    made."""

    all: int
    reachable: int


class ReportResult(TaskResult[Words]):
    """What port_report returns about a report that it has made. `paths` is there if clients were
    asked about."""

    files: FilesEntry
    summary: SummaryEntry
    paths: NotRequired[PathsEntry]


def result(
    report: Report, files: FilesEntry, *, changed: bool, written: bool = True
) -> ReportResult[Value]:
    """The result of a task, without Ansible's own keys.

    Args:
        changed: whether the report says something new.
        written: whether the files were written, or would be.
    """
    counts: SummaryEntry = to_data(report.summary)
    made: ReportResult[Value] = {
        "changed": changed,
        "msg": summary(report, files["html"], written=written),
        "files": files,
        "summary": counts,
    }
    if report.paths is not None:
        made["paths"] = _counted(report.paths)
        warnings: list[Value] = [*_not_asked(report.paths)]
        if warnings:
            made["warnings"] = warnings
    return made


def _not_asked(paths: tuple[Path, ...]) -> Iterator[Phrase]:
    """What has kept the clients of some PCs from being asked, each once."""
    servers: dict[str, list[str]] = {}
    for each in paths:
        if each.client is None:
            servers.setdefault(each.msg, []).append(each.server)
    for problem, names in list(servers.items())[:_MOST_PROBLEMS]:
        values: dict[str, Value] = {"servers": tuple(names), "problem": Verbatim(problem)}
        yield Phrase("report.clients_not_asked", values)


def _counted(paths: tuple[Path, ...]) -> PathsEntry:
    reachable = sum(each.verdict == PathVerdict.REACHABLE for each in paths)
    return {"all": sum(each.client is not None for each in paths), "reachable": reachable}


def same_findings(one: Report, other: Report) -> bool:
    """Whether two reports say the same about the PCs, regardless of when they were made and what
    they were compared with."""
    return _findings(one) == _findings(other)


def _findings(report: Report) -> Report:
    hosts = tuple(replace(host, changes=()) for host in report.hosts)
    # What both ends show differs with the time, such as what is in the client's DNS cache.
    paths = report.paths and tuple(replace(path, before=None, way=None) for path in report.paths)
    return replace(report, created="", compared_with=None, hosts=hosts, paths=paths, history=())


def summary(report: Report, path: str, *, written: bool = True) -> Value:
    """A few sentences for a terminal. `path` is that of the page, which was `written` or would
    be."""
    counts: dict[str, Value] = {state.value: report.summary.count(state) for state in State}
    # Without others, there is nothing to say about how they are counted.
    others = report.summary.count(State.READY) != report.summary.hosts
    of_clients: Phrase | None = None
    if report.paths is not None:
        counted = _counted(report.paths)
        values: dict[str, Value] = {"count": counted["reachable"], "all": counted["all"]}
        nobody = counted["all"] == 0 and any(each.client is None for each in report.paths)
        of_clients = Phrase("report.no_clients_asked") if nobody else Phrase("report.paths", values)
    return in_turn(
        of_clients,
        Phrase(
            "report.summary" if others else "report.summary_of_ready",
            counts | {"hosts": report.summary.hosts},
        ),
        Phrase("report.is_in" if written else "report.would_write", {"path": _whole(path)}),
    )


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
    for path in report.paths or ():
        port = f" {path.port}/{path.protocol}" if path.port else ""
        subject = _whole(f"{path.client or '?'} -> {path.server}{port}")
        lines.append(Phrase("report.line", {"subject": subject, "state": path.verdict}))
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
