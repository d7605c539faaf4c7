# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The part of the page about clients and servers: a table, and what keeps clients out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from ...module_utils.diagnosis.path.ends.model import PathVerdict
from ...module_utils.diagnosis.path.ends.naming import NameSource
from ...module_utils.report.model import Path, Remedy, Rule, State, Way
from ...module_utils.report.states import PATH_STATES
from .page_words import PageWords

#: The state whose symbol and colour a verdict of port_path has.
PATH_GROUPS: Final[dict[str, str]] = {
    verdict.value: state.value for verdict, state in PATH_STATES.items()
}
_NOT_CHECKED: Final = "none"
_FAILED: Final = "failed"
_MOST_OBSTACLES = 50  # the table has them all

_Item = TypeVar("_Item")
_End = tuple[str, str, int]  # server, protocol, port


@dataclass(frozen=True, slots=True)
class Sign:
    """A word, and the state whose shape and colour it has (``none`` for no state)."""

    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a row or a column is about: a client, or a server with a port."""

    name: str
    port: str | None = None


@dataclass(frozen=True, slots=True)
class PathRow:
    """A row of the table."""

    head: Head
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of the evidence: the key of its heading, and what it says, in lines."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a client from a port of a server. `hop` says where the way ends, and `before` what
    the verdict was in the earlier report, in a word or two each. `more` are the further causes, and
    remarks."""

    path: Path
    sign: Sign
    port: str | None
    hop: str | None
    before: str | None
    why: str
    more: tuple[str, ...]
    evidence: tuple[Shown, ...]
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True)
class PathsView:
    """The whole part. `corner` is the key of the text for what the rows are, `more` the number of
    obstacles that are left out. `places` has for each path its row, its column, and its place among
    the obstacles, None for none."""

    reachable: int
    count: int
    corner: str
    heads: tuple[Head, ...]
    rows: tuple[PathRow, ...]
    obstacles: tuple[Obstacle, ...]
    more: int
    places: tuple[tuple[int | None, int | None, int | None], ...]


def paths_view(paths: Sequence[Path], words: PageWords) -> PathsView:
    """The part about some paths. The table has the clients in its rows, unless there are more ports
    of servers than clients."""
    asked = [each for each in paths if each.client is not None]
    signs = {(each.client, _end(each)): sign_of(each.verdict, words) for each in asked}
    clients = _unique(each.client or "" for each in asked)
    ends = _unique(map(_end, asked))
    none = sign_of("", words)
    turned = len(ends) > len(clients)
    rows = (
        [[signs.get((client, end), none) for client in clients] for end in ends]
        if turned
        else [[signs.get((client, end), none) for end in ends] for client in clients]
    )
    of_ends = [Head(server, f"{protocol.upper()} {port}") for server, protocol, port in ends]
    of_clients = [Head(client) for client in clients]
    outer, inner = (of_ends, of_clients) if turned else (of_clients, of_ends)
    obstacles = [_obstacle(each, words) for each in paths if each.verdict != PathVerdict.REACHABLE]
    return PathsView(
        reachable=sum(each.verdict == PathVerdict.REACHABLE for each in asked),
        count=len(asked),
        corner="page.paths_server" if turned else "page.paths_client",
        heads=tuple(inner),
        rows=tuple(PathRow(head, tuple(row)) for head, row in zip(outer, rows, strict=True)),
        obstacles=tuple(obstacles[:_MOST_OBSTACLES]),
        more=max(0, len(obstacles) - _MOST_OBSTACLES),
        places=tuple(_places(paths, clients, ends, turned=turned)),
    )


def _places(
    paths: Sequence[Path], clients: Sequence[str], ends: Sequence[_End], *, turned: bool
) -> Iterator[tuple[int | None, int | None, int | None]]:
    of_client = {client: number for number, client in enumerate(clients)}
    of_end = {end: number for number, end in enumerate(ends)}
    obstacles = 0
    for path in paths:
        obstacle = None
        if path.verdict != PathVerdict.REACHABLE:
            obstacle = obstacles if obstacles < _MOST_OBSTACLES else None
            obstacles += 1
        if path.client is None:
            yield None, None, obstacle
            continue
        row, column = of_client[path.client], of_end[_end(path)]
        yield (column, row, obstacle) if turned else (row, column, obstacle)


def sign_of(verdict: str, words: PageWords) -> Sign:
    """The sign of a verdict of port_path; "not checked" if it is empty."""
    if verdict in ("", _FAILED):
        shape = State.UNKNOWN.value if verdict else _NOT_CHECKED
        return Sign(shape, words.word("verdict", _FAILED))
    return Sign(PATH_GROUPS.get(verdict, State.UNKNOWN.value), words.word("path_verdict", verdict))


def _end(path: Path) -> _End:
    return path.server, path.protocol or "", path.port or 0


def _unique(items: Iterable[_Item]) -> list[_Item]:
    return list(dict.fromkeys(items))


def _obstacle(path: Path, words: PageWords) -> Obstacle:
    return Obstacle(
        path=path,
        sign=sign_of(path.verdict, words),
        port=None if path.port is None else f"{(path.protocol or '').upper()} {path.port}",
        hop=None if path.hop is None else words.word("hop", path.hop),
        before=None if path.before is None else words.word("path_verdict", path.before),
        why=path.causes[0].text if path.causes else path.msg,
        more=(*(each.text for each in path.causes[1:]), *path.remarks),
        evidence=() if path.way is None else tuple(_evidence(path.way, words)),
        remedies=path.remedies,
    )


def _evidence(way: Way, words: PageWords) -> Iterator[Shown]:
    """What is known of a way, from the application to the server's program."""
    parts: tuple[tuple[str, Iterable[str | None]], ...] = (
        ("page.way_name", [_name(way, words)]),
        ("page.way_program", [way.program]),
        ("page.way_from", [way.client_address]),
        ("page.way_adapter", [way.adapter]),
        ("page.way_next_hop", [way.next_hop]),
        ("page.way_network", [_network(way.network, way.profile, words)]),
        ("page.way_client_rules", [_rule(each, words) for each in way.client_rules]),
        ("page.way_attempt", [_attempt(way, words)]),
        ("page.way_processes", way.processes),
        ("page.way_server_rules", [_rule(each, words) for each in way.server_rules]),
    )
    for heading, lines in parts:
        if told := tuple(filter(None, lines)):
            yield Shown(heading, told)


def _name(way: Way, words: PageWords) -> str | None:
    if way.name is None:
        return None
    source = words.word("name_source", way.name_source or NameSource.UNKNOWN)
    leads = f"{way.name} → {', '.join(way.name_addresses)}" if way.name_addresses else way.name
    return f"{leads} ({source})"


def _network(network: str | None, profile: str | None, words: PageWords) -> str | None:
    if profile is None:
        return network
    return f"{network or '-'} ({words.word('profile', profile)})"


def _rule(rule: Rule, words: PageWords) -> str:
    return f"{_network(rule.network, rule.profile, words)} {rule.text}"


def _attempt(way: Way, words: PageWords) -> str | None:
    if way.attempt is None:
        return None
    outcome = words.word("outcome", way.attempt)
    if way.seen_from is None:
        return outcome
    return words.plainly("page.way_seen", outcome=outcome, address=way.seen_from)
