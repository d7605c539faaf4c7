# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The parts of a report that the page's template shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ...module_utils.firewall.reach.sets import Who
from ...module_utils.report.model import Check, Host, Mend, Report, State
from ...module_utils.report.states import STATES, severity
from .page_paths import PATH_GROUPS, PathsView, Sign, paths_view, sign_of
from .page_words import PageWords

#: The states in the order of the summary.
ORDER: Final = (
    State.READY,
    State.BLOCKED,
    State.TAKEN,
    State.NOT_LISTENING,
    State.UNREACHABLE,
    State.UNKNOWN,
)
#: The state whose symbol and colour a verdict has, the mildest first.
GROUPS: Final[dict[str, str]] = {
    verdict.value: state.value
    for verdict, state in sorted(STATES.items(), key=lambda item: -severity(item[1]))
}

# Of the others, the verdict says it.
_OPEN_TO: Final = (Who.EVERYBODY, Who.SOME, Who.OWN_SUBNETS, Who.PERHAPS)
_MOST_TO_MEND = 10  # the matrix has them all
_NOT_CHECKED = "none"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC: for people, and as ISO 8601."""

    shown: str
    iso: str


@dataclass(frozen=True, slots=True)
class ToMend:
    """An entry of what to mend first. `why` is only the cause, if known: the remedies are below
    it."""

    entry: Mend
    sign: Sign
    why: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The verdict on a port, and who can reach it, in a word or two, None where that says no
    more."""

    sign: Sign
    open_to: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A PC in the matrix, with a cell for each of the report's ports."""

    name: str
    state: Sign
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The parts of the page that are plain HTML. `headline` is the key of its text, `more` the
    number of omitted entries to mend; `paths` is None if no clients were asked about."""

    report: Report
    headline: str
    states: tuple[tuple[Sign, int], ...]
    first: tuple[ToMend, ...]
    more: int
    rows: tuple[Row, ...]
    paths: PathsView | None


def view(report: Report, words: PageWords) -> View:
    """The parts of a report to show."""
    return View(
        report=report,
        headline=_headline(report),
        states=tuple(
            (Sign(each.value, words.word("state", each.value)), report.summary.count(each))
            for each in ORDER
        ),
        first=tuple(_to_mend(report.first[:_MOST_TO_MEND], report, words)),
        more=max(0, len(report.first) - _MOST_TO_MEND),
        rows=tuple(_row(host, report, words) for host in report.hosts),
        paths=None if report.paths is None else paths_view(report.paths, words),
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


def _to_mend(entries: Sequence[Mend], report: Report, words: PageWords) -> Iterator[ToMend]:
    checks = {host.name: host.checks for host in report.hosts}
    of_paths = {each.msg: each.causes[0].text for each in report.paths or () if each.causes}
    for entry in entries:
        found = checks.get(entry.hosts[0], ()) if entry.hosts else ()
        why = _why(entry, found) or of_paths.get(entry.text, entry.text)
        yield ToMend(entry, _verdict(entry.verdict, words), why)


def _why(entry: Mend, checks: Sequence[Check]) -> str | None:
    for check in checks:
        same = (check.protocol, check.port, check.verdict)
        if same == (entry.protocol, entry.port, entry.verdict) and check.causes:
            return check.causes[0].text
    return None


def _row(host: Host, report: Report, words: PageWords) -> Row:
    checks = {(check.protocol, check.port): check for check in host.checks}
    state = str(host.state)
    return Row(
        name=host.name,
        state=Sign(_known(state), words.word("state", state)),
        cells=tuple(_cell(checks.get((port.protocol, port.port)), words) for port in report.ports),
    )


def _cell(check: Check | None, words: PageWords) -> Cell:
    if check is None:
        return Cell(_verdict(None, words))
    open_to = words.word("reach", check.reach) if check.reach in _OPEN_TO else None
    return Cell(_verdict(check.verdict, words), open_to)


def _verdict(verdict: str | None, words: PageWords) -> Sign:
    if verdict is None:
        return Sign(_NOT_CHECKED, words.word("verdict", "failed"))
    if verdict not in GROUPS and verdict in PATH_GROUPS:
        return sign_of(verdict, words)
    return Sign(GROUPS.get(verdict) or _known(verdict), words.word("verdict", verdict))


def _known(state: str) -> str:
    return state if state in list(State) else State.UNKNOWN.value
