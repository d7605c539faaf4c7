# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads from a Host what diagnoses need, once for all ports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ..asked.ports import WINRM_PORTS, PortSet
from ..firewall.changing.winrm_guard import flows
from ..firewall.judging import reading
from ..firewall.networks.joining import interface_types_matter
from ..firewall.settings.category.foresight import Foresight
from ..ground.model import Endpoint, Scope, Snapshot
from ..host.host import Host, HostError
from ..pc import networks, snapshot
from ..pc.behind.destinations import inner, silent
from ..pc.behind.nat import with_nat
from ..pc.endpoints import HOLDING
from ..pc.holders import Port, is_winrm
from ..stopping.besides import serves_besides_with
from ..words.phrases import Value
from .causes.held.holding import interrupting
from .causes.model import Situation, WantedPort
from .causes.source import Source
from .sources import routes_matter

# How many ranges of ports a query names besides its other conditions.
_MOST_RANGES = 30


@dataclass(frozen=True)
class Reading:
    """A situation without attempts to connect, and whole sentences about what could not be read.

    `connections` are the established connections to the ports themselves, if they were asked for.
    `firewall` is all that was read of it, for whoever asks more of the same host; None if it was
    not read.
    """

    situation: Situation
    notes: tuple[Value, ...] = ()
    connections: tuple[Endpoint, ...] = ()
    firewall: reading.FirewallReading | None = None


def _port_of(url: str) -> tuple[int, ...]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return () if port is None else (port,)


def read(
    host: Host,
    wanted: Sequence[WantedPort],
    *,
    tried: bool = False,
    from_there: Sequence[Source] = (),
    connected: bool = False,
) -> Reading:
    """Read a host, including the firewall unless all ports should be free.

    With the firewall, the host's own addresses are read, and the connections to WinRM, one of which
    is the controller's: together they tell by which network the controller comes.

    Args:
        tried: the controller is going to try the ports, so the listeners on WinRM's own ports are
            read too: they show whether the PC itself has answered.
        from_there: the sources that the firewall is asked about. If the host has several networks,
            its routes tell by which traffic from there comes.
        connected: the established connections to the ports are read too.

    Raises:
        HostError: endpoints, processes or services could not be read. Missing addresses, a missing
            firewall, missing reserved ranges or missing URLs of http.sys are not errors.
    """
    free = all(each.free for each in wanted)
    winrm = WINRM_PORTS.union(PortSet.of(_port_of(host.url)))
    ports = PortSet.of(each.port for each in wanted)
    also = ports if connected and len(ports.as_ranges()) <= _MOST_RANGES else PortSet()
    taken, printed = snapshot.take_with(
        host,
        snapshot.SnapshotRequest(
            ports=ports.union(PortSet.of(_port_of(host.url))) if tried else ports,
            protocols=frozenset(each.protocol for each in wanted),
            states=HOLDING,
            identities=not free,
            families=not free,
            times=True,
            reserved=True,
            http_urls=True,
            forwards=True,
            service_names=() if free else reading.ALL_SERVICES,
            connections=None if free else winrm.union(also),
            besides=True,
            addresses=not free,
        ),
        () if free else (reading.PROGRAM,),
    )
    of_ports = tuple(each for each in taken.connections if each.port in also)
    to_winrm = tuple(each for each in taken.connections if each.port in winrm)
    taken = replace(taken, connections=to_winrm)
    taken = with_nat(host, taken, {each.key for each in wanted} - _reached(taken))
    if reading.PROGRAM not in printed:
        return Reading(_with_behind(host, Situation(taken), wanted), taken.notes, of_ports)
    try:
        found = reading.read(host, printed[reading.PROGRAM], taken.named, suspects=True)
    except HostError as error:
        if error.unreachable:
            raise
        problem = (*taken.notes, error.phrase)
        return Reading(_with_behind(host, Situation(taken), wanted), problem, of_ports)
    notes, firewall = [*taken.notes, *found.notes], found
    if interface_types_matter(found.stores, [each.key for each in wanted]):
        adapters, problems = networks.read_adapters(host)
        taken = replace(taken, adapters=adapters)
        notes += problems
    found = found.with_addresses(taken.addresses, taken.adapters)
    if routes_matter(from_there, found.networks):
        routes, problems = networks.read_routes(host)
        taken = replace(taken, routes=routes)
        notes += problems
    situation = Situation(
        taken,
        firewall=found.firewall(),
        networks=found.networks,
        networks_known=found.networks_known,
        stopped=tuple(found.stopped),
        may_filter=found.may_filter,
        in_domain=found.in_domain,
        foresight=_foresight(host, firewall, taken, winrm),
    )
    behind = _with_behind(host, situation, wanted)
    return Reading(behind, tuple(notes), of_ports, firewall)


def _foresight(
    host: Host, firewall: reading.FirewallReading, taken: Snapshot, winrm: PortSet
) -> Foresight:
    own = host.own[0] if host.own else None
    # Behind a router, WinRM may have another port.
    ports = winrm.union(PortSet.of(each.port for each in taken.http_urls if is_winrm(each)))
    return Foresight(firewall, flows(taken.connections, ports, own, host.peer), taken.addresses)


def _reached(snapshot: Snapshot) -> set[Port]:
    """The ports with a listener for others."""
    return {
        (each.protocol, each.port)
        for each in snapshot.endpoints
        if each.is_listening and each.local.scope is not Scope.LOOPBACK
    }


def _with_behind(host: Host, situation: Situation, wanted: Sequence[WantedPort]) -> Situation:
    """A situation with what depends on the holders of its ports, if it matters: the other ports of
    processes that remedies would end, and whether mappings to the host itself lead anywhere.

    Raises:
        HostError: the endpoints could not be read.
    """
    snapshot = situation.snapshot
    mappings = inner(snapshot, {each.key for each in wanted})
    steps = interrupting(situation, wanted)
    asked = PortSet.of(each.to_port for each in mappings)
    besides, listeners = serves_besides_with(host, snapshot, steps, {}, asked)
    serves = {each.pid: each.ports for each in besides}
    return replace(situation, serves=serves, silent=silent(snapshot, mappings, listeners))
