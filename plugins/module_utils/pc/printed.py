# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Adds to a Snapshot what only programs can tell and no CIM class can, with a single shell command.

A program that fails or prints something else is not an error: a note says what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..ground.model import (
    SYSTEM_PID,
    Endpoint,
    HttpUrl,
    PortRange,
    Protocol,
    Snapshot,
    parse_address,
)
from ..host.host import Host, HostError
from ..words.phrases import Phrase
from .programs import commands, forwarding, netsh, netstat, running
from .programs.commands import Rows
from .programs.running import Printed, Understood

_ANY_IPV4 = "0.0.0.0"  # noqa: S104  (nothing is bound here)
_ANY_IPV6 = "::"


@dataclass(frozen=True, slots=True)
class Tables:
    """What to read. `families` is whether listeners on ``::`` also serve IPv4; it and `http_urls`
    are read only if there are endpoints that they apply to. `forwards` are the mappings of
    ``netsh interface portproxy``, and the addresses to which http.sys is limited."""

    families: bool = False
    reserved: bool = False
    dynamic: bool = False
    http_urls: bool = False
    forwards: bool = False


def add_printed(
    host: Host, snapshot: Snapshot, tables: Tables, also: Sequence[commands.Program] = ()
) -> tuple[Snapshot, Mapping[commands.Program, str]]:
    """Add tables to a snapshot that has its endpoints.

    Args:
        also: further programs for the same command line.

    Returns:
        The snapshot, and the outputs of the further programs, empty if the command line failed.

    Raises:
        HostError: the host can no longer be reached.
    """
    owned_by_system = any(endpoint.pid == SYSTEM_PID for endpoint in snapshot.endpoints)
    programs: list[commands.Program] = []
    if tables.reserved:
        programs += netsh.EXCLUDED_PORT_RANGES
    if tables.dynamic:
        programs += netsh.DYNAMIC_PORTS
    if tables.http_urls and owned_by_system:
        programs.append(netsh.HTTP_SERVICE_STATE)
    if tables.families and not snapshot.families_known and _has_ipv6_alone(snapshot):
        programs.append(netstat.NETSTAT)
    if tables.forwards:
        programs.append(forwarding.PORT_PROXIES)
        programs += [forwarding.LISTEN_LIST] if owned_by_system else []
    programs += also
    if not programs:
        return snapshot, {}
    names = tuple(dict.fromkeys(program.name.split()[0] for program in programs))
    what = Phrase("do.read_printed", {"programs": names})
    try:
        found = running.run(host, programs, what)
    except (HostError, commands.OutputError) as error:
        if isinstance(error, HostError) and error.unreachable:
            raise
        note = error.phrase if isinstance(error, HostError) else of_host(host, error.phrase)
        return replace(snapshot, notes=(*snapshot.notes, note)), {}
    printed = {program: found.texts[program] for program in also}
    return _with_texts(host, snapshot, found), printed


def _with_texts(host: Host, snapshot: Snapshot, printed: Printed) -> Snapshot:
    notes = list(snapshot.notes)

    def understood(table: commands.TableProgram[Rows]) -> Understood[Rows]:
        found = printed.understood(table)
        notes.extend(of_host(host, doubt) for doubt in found.doubts)
        return found

    def ranges(tables: Sequence[netsh.PortTable]) -> tuple[PortRange, ...]:
        asked = [table for table in tables if table in printed.texts]
        return tuple(each for table in asked for each in understood(table).rows or ())

    reserved = ranges(netsh.EXCLUDED_PORT_RANGES)
    dynamic = ranges(netsh.DYNAMIC_PORTS)
    urls: Sequence[HttpUrl] = ()
    if netsh.HTTP_SERVICE_STATE in printed.texts:
        urls = understood(netsh.HTTP_SERVICE_STATE).rows or ()
    if netstat.NETSTAT in printed.texts:
        sockets = understood(netstat.NETSTAT)
        # If a row is missing, a listener that also serves IPv4 could be mistaken for one that does
        # not.
        if sockets.rows and sockets.whole:
            snapshot = _with_families(snapshot, sockets.rows)
    return replace(
        snapshot,
        forwards=forwarding.port_proxies(printed.texts.get(forwarding.PORT_PROXIES, "")),
        listen_list=forwarding.listen_list(printed.texts.get(forwarding.LISTEN_LIST, "")),
        reserved=reserved,
        dynamic=dynamic,
        http_urls=tuple(urls),
        notes=tuple(notes),
    )


def with_port_proxies(host: Host, snapshot: Snapshot) -> Snapshot:
    """A snapshot with the mappings of ``netsh interface portproxy``; a note says if they could not
    be read.

    Raises:
        HostError: the host can no longer be reached.
    """
    found, _unused = add_printed(
        host, replace(snapshot, endpoints=(), notes=()), Tables(forwards=True)
    )
    return replace(
        snapshot,
        forwards=(*snapshot.forwards, *found.forwards),
        notes=(*snapshot.notes, *found.notes),
    )


def of_host(host: Host, problem: Phrase) -> Phrase:
    """A problem, with the name of the host that has it."""
    return Phrase("host.note", {"host": host.name, "problem": problem})


def _has_ipv6_alone(snapshot: Snapshot) -> bool:
    """Whether something that listens on ``::`` has no row for IPv4."""
    ipv4 = _sockets(snapshot, _ANY_IPV4)
    return any(socket not in ipv4 for socket in _sockets(snapshot, _ANY_IPV6))


def _with_families(snapshot: Snapshot, rows: Sequence[netstat.SocketRow]) -> Snapshot:
    """For each listener on ``::`` that also serves IPv4, add the IPv4 row that netstat shows."""
    listening = (row for row in rows if row.listening or row.protocol is Protocol.UDP)
    both = {
        (row.protocol, row.local_port, row.pid)
        for row in listening
        if row.local_address == _ANY_IPV4
    }
    missing = both - _sockets(snapshot, _ANY_IPV4)
    added = tuple(
        replace(each, local=parse_address(_ANY_IPV4), second=True)
        for each in snapshot.endpoints
        if each.local.text == _ANY_IPV6 and each.is_listening and _socket(each) in missing
    )
    return replace(snapshot, endpoints=(*snapshot.endpoints, *added), families_known=True)


def _sockets(snapshot: Snapshot, address: str) -> set[tuple[Protocol, int, int | None]]:
    """The listeners on an address."""
    return {
        _socket(each)
        for each in snapshot.endpoints
        if each.local.text == address and each.is_listening
    }


def _socket(endpoint: Endpoint) -> tuple[Protocol, int, int | None]:
    return endpoint.protocol, endpoint.port, endpoint.pid
