# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compares two readings of endpoints, processes, services and ranges of ports.

Differences that arise by themselves between two readings are expected: an endpoint that only one of
the two CIM readings has, and ports of the dynamic range, which programs open and close all the
time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from ..ground.model import SYSTEM_PID, Endpoint, Protocol
from ..ground.names import name_key
from ..words.phrases import Phrase, Value, Verbatim, in_turn
from ..wsman.cim import classes
from ..wsman.cim.objects import Instance
from ..wsman.cim.row_values import number
from .comparison import Comparison, Discrepancy, compare
from .reading import ENDPOINTS, HostReadings, listeners

DEFAULT_DYNAMIC = (49152, 65535)  # Windows since Vista (KB 929851)

MOVED = Phrase("check.moved")
EPHEMERAL = Phrase("check.ephemeral")
BOTH_FAMILIES = Phrase("check.both_families")
SERVICE_MOVED = Phrase("check.process_moved")
OWN_RESERVATION = Phrase("check.own_reservation")

_LISTENS = Phrase("check.listens")

_ANY_IPV4, _ANY_IPV6 = "0.0.0.0", "::"  # noqa: S104  (nothing is bound here)
_Socket: TypeAlias = "tuple[str, int, int | None]"  # address, port, process id


def comparisons(evidence: HostReadings) -> tuple[Comparison, ...]:
    """All comparisons about endpoints, in the order in which a person wants to read them."""
    return (
        endpoints(evidence, Protocol.TCP),
        endpoints(evidence, Protocol.UDP),
        processes(evidence),
        services(evidence),
        http_sys(evidence),
        dynamic_ranges(evidence),
        reserved_ranges(evidence),
    )


def endpoints(evidence: HostReadings, protocol: Protocol) -> Comparison:
    """The listeners of one protocol, by CIM and by netstat."""
    is_tcp = protocol is Protocol.TCP
    cim = (classes.NET_TCP_CONNECTION if is_tcp else classes.NET_UDP_ENDPOINT).name
    fact = Phrase("check.tcp_listeners" if is_tcp else "check.udp_endpoints")
    if evidence.before is None or evidence.after is None or evidence.netstat is None:
        return _unknown(fact, cim, "netstat -nao", evidence)
    before = _sockets(listeners(evidence.before, protocol))
    after = _sockets(listeners(evidence.after, protocol))
    shown: dict[_Socket, Value] = {
        (row.local_address, row.local_port, row.pid): _LISTENS
        for row in evidence.netstat
        if row.protocol is protocol and (row.listening or not is_tcp)
    }
    low, high = _dynamic_of(evidence, protocol)

    def reason(socket: _Socket) -> Phrase | None:
        address, port, pid = socket
        if (socket in before) != (socket in after):
            return MOVED
        both = (_ANY_IPV6, port, pid)
        if socket in shown and address == _ANY_IPV4 and both in before and both in shown:
            return BOTH_FAMILIES
        return EPHEMERAL if low <= port <= high else None

    listening: dict[_Socket, Value] = dict.fromkeys(before | after, _LISTENS)
    return compare(fact, (cim, "netstat -nao"), listening, shown, reason, _words)


def processes(evidence: HostReadings) -> Comparison:
    """The programs behind all endpoints, by Win32_Process and by tasklist."""
    fact, cim, program = Phrase("check.programs"), classes.PROCESS.name, "tasklist /svc"
    if evidence.processes is None or evidence.tasks is None or evidence.after is None:
        return _unknown(fact, cim, program, evidence)
    # The name of process 0 is not that of a program, and has several spellings.
    owners = {each.pid for each in evidence.after if each.pid}
    first = {pid: name for pid, name in evidence.processes.items() if pid in owners}
    second = {pid: task.name for pid, task in evidence.tasks.items() if pid in owners}

    def reason(pid: int) -> Phrase | None:
        return None if pid in first and pid in second else SERVICE_MOVED

    return compare(fact, (cim, program), first, second, reason, _process)


def services(evidence: HostReadings) -> Comparison:
    """The services that run in each process, by Win32_Service and by tasklist."""
    fact, cim, program = Phrase("check.services"), classes.SERVICE.name, "tasklist /svc"
    if evidence.services is None or evidence.tasks is None:
        return _unknown(fact, cim, program, evidence)
    known = {name_key(each.name) for each in evidence.services}
    found: dict[int, set[str]] = {}
    for service in evidence.services:
        if service.pid:
            found.setdefault(service.pid, set()).add(name_key(service.name))
    first = {pid: ", ".join(sorted(names)) for pid, names in found.items()}
    second = {}
    for pid, task in evidence.tasks.items():
        names = {name_key(name.strip()) for name in task.services}
        # For a process without services, this is a word in the host's language.
        if len(names) > 1 or names & known:
            second[pid] = ", ".join(sorted(names))
    there = evidence.processes or {}

    def reason(pid: int) -> Phrase | None:
        return None if pid in there and pid in (evidence.tasks or {}) else SERVICE_MOVED

    return compare(fact, (cim, program), first, second, reason, _process)


def http_sys(evidence: HostReadings) -> Comparison:
    """The ports of http.sys: those of its URLs are open, and belong to the System process."""
    fact = Phrase("check.http_sys")
    cim, program = classes.NET_TCP_CONNECTION.name, "netsh http show servicestate"
    if evidence.before is None or evidence.after is None or evidence.http_urls is None:
        return _unknown(fact, cim, program, evidence)
    seen = (*evidence.before, *evidence.after)
    holders = {
        each.port: _process(each.pid)
        for each in sorted(listeners(seen, Protocol.TCP), key=lambda each: each.pid == SYSTEM_PID)
    }
    second = {url.port: _process(SYSTEM_PID) for url in evidence.http_urls}
    first = {port: holder for port, holder in holders.items() if port in second}
    return compare(fact, (cim, program), first, second, show=lambda port: f"TCP {port}")


def dynamic_ranges(evidence: HostReadings) -> Comparison:
    """The dynamic ranges of IPv4, by the settings of the protocols and by netsh."""
    fact, program = Phrase("check.dynamic_ranges"), "netsh int ipv4 show dynamicport"
    cim = f"{classes.NET_TCP_SETTING.name}, {classes.NET_UDP_SETTING.name}"
    if None in (evidence.tcp_settings, evidence.udp_settings, evidence.dynamic):
        return _unknown(fact, cim, program, evidence)
    settings: Mapping[Protocol, Sequence[Instance]] = {
        Protocol.TCP: evidence.tcp_settings or (),
        Protocol.UDP: evidence.udp_settings or (),
    }
    first = {protocol.value.upper(): _range_of(rows) for protocol, rows in settings.items()}
    second = {
        each.protocol.value.upper(): f"{each.start}-{each.end}"
        for each in evidence.dynamic or ()
        if each.family == "ipv4"
    }
    return compare(fact, (cim, program), first, second)


def reserved_ranges(evidence: HostReadings) -> Comparison:
    """Excluded ranges: no program listens in a range without an administrator's mark."""
    fact, cim = Phrase("check.excluded_ranges"), classes.NET_TCP_CONNECTION.name
    program = "netsh int show excludedportrange"
    if evidence.after is None or evidence.reserved is None:
        return _unknown(fact, cim, program, evidence)
    # A row with a single port is a currently open socket of http.sys.
    ranges = [each for each in evidence.reserved if not each.administered and each.start < each.end]
    waiting = [each for each in evidence.after if each.is_listening and each.pid != SYSTEM_PID]
    differences = []
    for area in ranges:
        inside = sorted(
            {
                each.port
                for each in waiting
                if each.protocol is area.protocol
                and each.local.family == area.family
                and each.port in area
            }
        )
        if inside:
            what = f"{area.protocol.value.upper()} {area.start}-{area.end} ({area.family})"
            ports = Verbatim(", ".join(map(str, inside)))
            listens = Phrase("check.listens_at", {"ports": ports})
            excluded = Phrase("check.excluded")
            differences.append(Discrepancy(what, listens, excluded, OWN_RESERVATION))
    agreed = len(ranges) - len(differences)
    return Comparison(fact, cim, program, agreed, tuple(differences))


def _range_of(rows: Sequence[Instance]) -> str:
    """The range that the settings of a protocol share; several if they differ."""
    found = set()
    for row in rows:
        start = number(row, "DynamicPortRangeStartPort")
        count = number(row, "DynamicPortRangeNumberOfPorts")
        # A setting that selects one of the others has no values, only NULL or 0.
        if start and count:
            found.add(f"{start}-{start + count - 1}")
    return ", ".join(sorted(found))


def _dynamic_of(evidence: HostReadings, protocol: Protocol) -> tuple[int, int]:
    ranges = [each for each in evidence.dynamic or () if each.protocol is protocol]
    if not ranges:
        return DEFAULT_DYNAMIC
    return min(each.start for each in ranges), max(each.end for each in ranges)


def _sockets(found: Sequence[Endpoint]) -> frozenset[_Socket]:
    return frozenset((str(each.local), each.port, each.pid) for each in found)


def _words(socket: _Socket) -> Phrase:
    address, port, pid = socket
    shown = f"{f'[{address}]' if ':' in address else address}:{port}"
    return Phrase("check.socket_of", {"socket": shown, "process": _process(pid)})


def _process(pid: int | None) -> Phrase:
    return Phrase("check.process", {"pid": Phrase("check.no_pid") if pid is None else pid})


def _unknown(fact: Phrase, first: str, second: str, evidence: HostReadings) -> Comparison:
    return Comparison(fact, first, second, problem=why(evidence, first, second))


def why(evidence: HostReadings, *sources: str) -> Value:
    """Why sources can't be compared: the problems that the host had with them, or with all."""
    words = {word for source in sources for word in source.replace(",", "").split()[:2]}
    told = tuple(
        text
        for name, text in evidence.problems.items()
        if words.intersection(name.split()) or name in (ENDPOINTS, "programs")
    )
    return in_turn(*told) if told else Phrase("check.unreadable")
