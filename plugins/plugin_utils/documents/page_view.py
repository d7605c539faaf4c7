# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The parts of a report that the page's template shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ...module_utils.firewall.reach.sets import Who
from ...module_utils.report.model import ChangeKind, Check, Host, Report, State
from ...module_utils.report.overview.problems import Problem, problems
from ...module_utils.report.states import STATES, severity
from .page_overview import (
    ORDER,
    Chart,
    ToMend,
    Trended,
    chart,
    to_mend,
    trends,
    who,
    why_of,
)
from .page_overview import Who as Listening
from .page_paths import PATH_GROUPS, PathsView, Sign, paths_view, sign_of
from .page_words import PageWords

#: The state whose symbol and colour a verdict has, the mildest first.
GROUPS: Final[dict[str, str]] = {
    verdict.value: state.value
    for verdict, state in sorted(STATES.items(), key=lambda item: -severity(item[1]))
}

# Of the others, the verdict says it.
_OPEN_TO: Final = (Who.EVERYBODY, Who.SOME, Who.OWN_SUBNETS, Who.PERHAPS)
_NOT_CHECKED = "none"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC: for people, and as ISO 8601."""

    shown: str
    iso: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The verdict on a port, and who can reach it, in a word or two, None where that says no
    more. `was` is the verdict in the earlier report, None if it was the same."""

    sign: Sign
    open_to: str | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A PC in the list, with a cell for each of the report's ports. `count` says how many problems
    it has; the first is at `port`, which is None if the PC as a whole is meant, and `why` and `do`
    are None if there is none, or nothing to do."""

    name: str
    state: Sign
    was: str | None
    count: int
    port: str | None
    why: str | None
    do: str | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The parts of the page that are plain HTML. `headline` is the key of its text; `paths` is None
    if no clients were asked about, and `trends` if there is no earlier report."""

    report: Report
    headline: str
    states: tuple[tuple[Sign, int], ...]
    mend: tuple[ToMend, ...]
    rows: tuple[Row, ...]
    paths: PathsView | None
    trends: tuple[Trended, ...] | None
    chart: Chart | None
    who: Listening


def view(report: Report, words: PageWords) -> View:
    """The parts of a report to show."""
    found = [problems(host, words.language) for host in report.hosts]
    return View(
        report=report,
        headline=_headline(report),
        states=tuple(
            (Sign(each.value, words.word("state", each.value)), report.summary.count(each))
            for each in ORDER
        ),
        mend=to_mend(report.hosts, found, words),
        rows=tuple(
            _row(host, some, report, words) for host, some in zip(report.hosts, found, strict=True)
        ),
        paths=None if report.paths is None else paths_view(report.paths, words),
        trends=None if report.compared_with is None else trends(report.hosts, words),
        chart=chart(report, words),
        who=who(report.hosts),
    )


def moment(text: str) -> Moment | None:
    """A time of a report; None for an invalid one."""
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Moment(f"{at:%Y-%m-%d %H:%M} UTC", f"{at:%Y-%m-%dT%H:%M:%SZ}")


def _headline(report: Report) -> str:
    if not report.hosts:
        return "page.headline_none"
    if report.summary.ready == len(report.hosts):
        return "page.headline_one" if len(report.hosts) == 1 else "page.headline_all"
    return "page.headline"


def _row(host: Host, found: Sequence[Problem], report: Report, words: PageWords) -> Row:
    checks = {(check.protocol, check.port): check for check in host.checks}
    state = str(host.state)
    first = found[0] if found else None
    before = {
        (change.protocol, change.port): change.before
        for change in host.changes
        if change.before and change.kind in (ChangeKind.STATE, ChangeKind.VERDICT)
    }
    was = before.get((None, None))
    port = None
    if first and first.port is not None:
        port = f"{(first.protocol or '').upper()} {first.port}"
    return Row(
        name=host.name,
        state=Sign(_known(state), words.word("state", state)),
        was=None if was is None else words.word("state", was),
        count=len(found),
        port=port,
        why=None if first is None else why_of(first, host, words),
        do=first.remedies[0].text if first and first.remedies else None,
        cells=tuple(
            _cell(checks.get(key), before.get(key), words)
            for key in ((port.protocol, port.port) for port in report.ports)
        ),
    )


def _cell(check: Check | None, before: str | None, words: PageWords) -> Cell:
    if check is None:
        return Cell(_verdict(None, words))
    open_to = words.word("reach", check.reach) if check.reach in _OPEN_TO else None
    was = None if before is None else words.word("verdict", before)
    return Cell(_verdict(check.verdict, words), open_to, was)


def _verdict(verdict: str | None, words: PageWords) -> Sign:
    if verdict is None:
        return Sign(_NOT_CHECKED, words.word("verdict", "failed"))
    if verdict not in GROUPS and verdict in PATH_GROUPS:
        return sign_of(verdict, words)
    return Sign(GROUPS.get(verdict) or _known(verdict), words.word("verdict", verdict))


def _known(state: str) -> str:
    return state if state in list(State) else State.UNKNOWN.value
