# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The parts of the page that are about all PCs together: what to do by kind, what has changed, the
totals of earlier reports, and who listens where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from markupsafe import Markup

from ...module_utils.report.model import MOST_TOTALS, Host, Remedy, Report, State, Total
from ...module_utils.report.overview.holders import Port, by_port, by_process
from ...module_utils.report.overview.problems import Group, Problem, groups
from ...module_utils.report.overview.trend import Trend, trend
from .page_paths import Sign
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
_MOST_GROUPS = 40
_MOST_VARIANTS = 3
_MOST_NAMES = 12
_MOST_HELD = 100  # programs, and ports
_MOST_BESIDE = 6  # ports of a program, and programs of a port
_TRENDS: Final = {
    Trend.WORSE: "page.worse",
    Trend.BETTER: "page.better",
    Trend.NEW: "page.new",
    Trend.OTHER: "page.other",
}
_HEIGHT = 40  # of the chart
_STEP = 10

# A PC in a list of names, with its address if that is what matters.
Named = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Names:
    """Some names, and how many more there are."""

    names: tuple[Named, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Case:
    """What was said of some PCs in the same words."""

    port: str | None
    why: str | None
    remedies: tuple[Remedy, ...]
    pcs: Names


@dataclass(frozen=True, slots=True)
class ToMend:
    """What one kind of remedy mends. `left` is the number of cases that are left out."""

    key: str
    sign: Sign
    title: str
    counted: Markup
    cases: tuple[Case, ...]
    left: int
    hosts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trended:
    """PCs that have changed in the same way."""

    trend: str
    word: str
    count: int
    pcs: Names


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a column of the chart."""

    state: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A report in the chart, and what it says in words."""

    x: int
    title: Markup
    created: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The totals of the last reports, the earliest first."""

    width: int
    height: int
    columns: tuple[Column, ...]
    label: Markup


@dataclass(frozen=True, slots=True)
class Listening:
    """A program or a port: its name, the PCs on which it listens, and what is said beside it."""

    key: str
    name: str
    known_as: str | None
    hosts: tuple[int, ...]
    beside: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Who:
    """Who listens, by process and by port, and how many of each are left out."""

    processes: tuple[Listening, ...]
    more_processes: int
    ports: tuple[Listening, ...]
    more_ports: int


def to_mend(
    hosts: Sequence[Host], found: Sequence[Sequence[Problem]], words: PageWords
) -> tuple[ToMend, ...]:
    """What to do, by kind.

    Args:
        found: the problems of each of the hosts.
    """
    return tuple(_to_mend(each, hosts, words) for each in groups(found)[:_MOST_GROUPS])


def why_of(problem: Problem, host: Host, words: PageWords) -> str:
    """What is wrong, in a sentence that is true of this PC. Of one that could not be read for a
    known reason, it is that reason with the address: its details have the whole message."""
    if problem.port is None and (known := words.known("unread_pc", problem.kind)):
        return f"{known} ({host.address})" if host.address else known
    return problem.why


def trends(hosts: Sequence[Host], words: PageWords) -> tuple[Trended, ...]:
    """What has changed, the worst first."""
    found: dict[Trend, list[Host]] = {each: [] for each in Trend}
    for host in hosts:
        if (changed := trend(host)) is not None:
            found[changed].append(host)
    return tuple(
        Trended(each.value, words.plainly(_TRENDS[each]), len(some), _names(some))
        for each, some in found.items()
        if some
    )


def chart(report: Report, words: PageWords) -> Chart | None:
    """The totals of the earlier reports and of this one; None without any earlier one."""
    if not report.history:
        return None
    totals = (*report.history[-MOST_TOTALS:], Total(report.created, report.summary))
    numbers = words.plainly("js.separator").join(str(each.summary.ready) for each in totals)
    return Chart(
        width=len(totals) * _STEP - 2,
        height=_HEIGHT,
        columns=tuple(_column(place, each, words) for place, each in enumerate(totals)),
        label=words.say("page.chart", count=len(totals), numbers=numbers),
    )


def who(hosts: Sequence[Host]) -> Who:
    """Who listens, over all PCs."""
    programs, ports = by_process(hosts), by_port(hosts)
    processes = [
        Listening(each.name, each.name, None, each.hosts, *_beside(list(map(_port, each.ports))))
        for each in programs[:_MOST_HELD]
    ]
    held = [
        Listening(_port(each.port), _port(each.port), each.name, each.hosts, *_beside(each.holders))
        for each in ports[:_MOST_HELD]
    ]
    return Who(
        tuple(processes),
        max(0, len(programs) - _MOST_HELD),
        tuple(held),
        max(0, len(ports) - _MOST_HELD),
    )


def runs(places: Sequence[int]) -> list[int]:
    """Ascending numbers as runs, each its first number and its length: those of PCs, of which
    thousands may follow one another."""
    found: list[int] = []
    for place in places:
        if found and found[-2] + found[-1] == place:
            found[-1] += 1
        else:
            found += [place, 1]
    return found


def _to_mend(group: Group, hosts: Sequence[Host], words: PageWords) -> ToMend:
    first = group.variants[0].problem
    whole = first.port is None
    kind = "unread_pc" if whole else "mend"
    title = words.known(kind, group.kind) or (
        words.plainly("unread_pc.other") if whole else words.word("verdict", group.verdict)
    )
    cases = tuple(_cases(group, hosts, words))
    return ToMend(
        key=f"{group.verdict}.{group.kind}",
        sign=Sign(first.state.value, words.word("verdict", group.verdict)),
        title=title,
        counted=_counted(group, words, whole=whole),
        cases=cases[:_MOST_VARIANTS],
        left=max(0, len(cases) - _MOST_VARIANTS),
        hosts=group.hosts,
    )


def _counted(group: Group, words: PageWords, *, whole: bool) -> Markup:
    hosts = len(group.hosts)
    if whole:
        return words.say("page.mend_host" if hosts == 1 else "page.mend_hosts", hosts=hosts)
    if hosts == 1:
        one = group.count == 1
        return words.say("page.mend_one_port" if one else "page.mend_count_one", count=group.count)
    return words.say("page.mend_count", hosts=hosts, count=group.count)


def _cases(group: Group, hosts: Sequence[Host], words: PageWords) -> Iterator[Case]:
    first = group.variants[0].problem
    if first.port is None and words.known("unread_pc", group.kind):
        # Each message names its own PC, and all are of the same kind.
        pcs = _names([hosts[place] for place in group.hosts], addresses=True)
        yield Case(None, None, first.remedies, pcs)
        return
    for each in group.variants:
        problem, some = each.problem, [hosts[place] for place in each.hosts]
        port = None if problem.port is None else _port((problem.protocol or "", problem.port))
        pcs = _names(some, addresses=problem.port is None)
        yield Case(port, problem.why, problem.remedies, pcs)


def _names(hosts: Sequence[Host], *, addresses: bool = False) -> Names:
    some = tuple((each.name, each.address if addresses else None) for each in hosts[:_MOST_NAMES])
    return Names(some, max(0, len(hosts) - _MOST_NAMES))


def _column(place: int, total: Total, words: PageWords) -> Column:
    counts = {state: max(0, total.summary.count(state)) for state in ORDER}
    all_of_them = sum(counts.values()) or 1
    bars, top = [], float(_HEIGHT)
    for state, count in counts.items():
        height = round(_HEIGHT * count / all_of_them, 2)
        top = max(0.0, round(top - height, 2))
        if height:
            bars.append(Bar(state.value, top, height))
    title = words.say("page.chart_total", ready=total.summary.ready, hosts=total.summary.hosts)
    return Column(place * _STEP, title, total.created, tuple(bars))


def _port(port: Port) -> str:
    protocol, number = port
    return f"{protocol.upper()} {number}"


def _beside(texts: Sequence[str]) -> Any:
    return tuple(islice(texts, _MOST_BESIDE)), max(0, len(texts) - _MOST_BESIDE)
