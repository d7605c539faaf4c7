# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lets the client try to connect to the server, and looks meanwhile whether the server sees it.

The client's curl.exe holds an open port for a while. The client's own table of connections, read
before and after the server's, shows which connections were certainly there when the server's was
read. So nothing depends on how long anything takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ...asked.ports import PortSet
from ...ground.model import Endpoint
from ...host.host import Host, HostError
from ...pc.endpoints import read_connections
from ...pc.programs import curl
from ...pc.programs.curl import CurlAttempt, CurlVersion, Target, TryOutcome
from ...pc.resolving import attempting
from ...words.phrases import Phrase, Value, in_turn
from ..way import bare, plain
from .ends.situation import Try

#: Reads the server's established connections to some of its ports. Raises HostError.
Connections: TypeAlias = Callable[[PortSet], tuple[Endpoint, ...]]
# A connection as the client shows it: the server's address and port, and the client's own port.
Held: TypeAlias = tuple[str, int, int]

# When to look once more, in seconds, if there is nothing yet: Windows may be slow to start curl.
_PAUSES = (0.0, 1.0)


@dataclass(frozen=True)
class Tried:
    """What came of the attempts, or why there were none. `notes` are whole sentences about what
    could not be read meanwhile."""

    tries: dict[Target, Try] = field(default_factory=dict)
    why_not: Phrase | None = None
    notes: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Seen:
    """Which connections were there while the server's were read, and the latter. `problem` says why
    that could not be read."""

    held: frozenset[Held] = frozenset()
    at_server: tuple[Endpoint, ...] | None = None
    problem: Value | None = None


def attempt(
    client: Host,
    targets: Sequence[Target],
    version: CurlVersion | None,
    timeout: float,
    connections: Connections,
    before: Sequence[Endpoint] = (),
    *,
    known: bool = True,
) -> Tried:
    """Let the client try all targets that there is time for.

    Args:
        targets: addresses that the server itself has reported, and ports.
        version: the client's curl.exe, None if it has none.
        timeout: seconds for each target.
        connections: reads the server's connections.
        before: those that were there before.
        known: False if it could not be read whether the client has one.

    Raises:
        HostError: one of the hosts can no longer be reached.
    """
    if not targets:
        return Tried()
    if version is None or not version.usable:
        key = "no_curl" if known else "curl_unread"
        return Tried(why_not=Phrase(f"path_remark.{key}", {"client": client.name}))
    targets = [each for each in targets if _is_possible(each, version)]
    seen: dict[Target, Seen] = {}

    def look(run: Sequence[Target]) -> None:
        found = _look(client, run, connections)
        seen.update(dict.fromkeys(run, found))

    made = attempting.attempt(client, targets, timeout, version, look)
    tries = {
        (each.address, each.port): as_seen(
            each, seen.get((each.address, each.port), Seen()), before
        )
        for each in made.attempts
    }
    why_not = None
    if made.notes:
        told: dict[str, Value] = {"client": client.name, "problem": in_turn(*made.notes)}
        why_not = Phrase("path_remark.no_attempt", told)
    problems = (each.problem for each in seen.values() if each.problem is not None)
    return Tried(tries, why_not, tuple(dict.fromkeys(problems)))


def _is_possible(target: Target, version: CurlVersion) -> bool:
    """Whether curl can be asked for a target: the index of an interface in it is the client's, and
    may be anything."""
    try:
        curl.configuration([target], 1, version)
    except ValueError:
        return False
    return True


def _look(client: Host, targets: Sequence[Target], connections: Connections) -> Seen:
    """What the server sees while the client is connected."""
    ports = PortSet.of(port for _address, port in targets)
    try:
        for pause in _PAUSES:
            client.clock.sleep(pause)
            held = _held(client, ports, targets)
            if held:
                at_server = connections(ports)
                return Seen(held & _held(client, ports, targets), at_server)
    except HostError as error:
        if error.unreachable:
            raise
        return Seen(problem=error.phrase)
    return Seen()


def _held(client: Host, ports: PortSet, targets: Iterable[Target]) -> frozenset[Held]:
    wanted = {(bare(plain(address)), port) for address, port in targets}
    found = (_of_client(each) for each in read_connections(client, remote=ports))
    return frozenset(each for each in found if each is not None and each[:2] in wanted)


def _of_client(row: Endpoint) -> Held | None:
    if row.remote is None or row.remote_port is None:
        return None
    return bare(plain(row.remote.text)), row.remote_port, row.port


def _far_end(row: Endpoint) -> tuple[str, int]:
    return ("", 0) if row.remote is None else (bare(plain(row.remote.text)), row.remote_port or 0)


def as_seen(attempt: CurlAttempt, seen: Seen, before: Iterable[Endpoint] = ()) -> Try:
    """An attempt, with how the server has seen it.

    Args:
        before: the server's connections before it.
    """
    seen_from, unseen = None, False
    if attempt.outcome is TryOutcome.CONNECTED and seen.at_server is not None:
        address = bare(plain(attempt.address))

        def at_port(rows: Iterable[Endpoint]) -> set[tuple[str, int]]:
            return {
                _far_end(each)
                for each in rows
                if each.port == attempt.port and bare(plain(each.local.text)) == address
            }

        new = at_port(seen.at_server) - at_port(before)
        # Routers that translate addresses mostly keep the port of the client.
        ours = {far for far, port in new if port == attempt.local_port}
        seen_from = ours.pop() if len(ours) == 1 else None
        # Another new connection may be ours by way of a router that changes the port too.
        unseen = not new and (address, attempt.port, attempt.local_port) in seen.held
    return Try(attempt.outcome, attempt.local_address, attempt.detail, seen_from, unseen)
