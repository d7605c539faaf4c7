# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Programs that listen only to pass connections on: what serves a port is behind them, and other
ports depend on the same process.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ...ground.model import Forward, Process, Protocol, Service, Snapshot, Via
from ...ground.names import name_key

# The service that listens for ``netsh interface portproxy``.
PORTPROXY_SERVICE = "iphlpsvc"


class RelayKind(StrEnum):
    """What stands behind a relay."""

    PORTPROXY = "portproxy"  # the address of a mapping of ``netsh interface portproxy``
    WSL = "wsl"  # a program in a distribution of WSL
    CONTAINER = "container"  # a container that publishes the port


@dataclass(frozen=True, slots=True)
class Relay:
    """What a process passes connections on to.

    `product` is the name of the software that publishes ports of containers, and `tool` its command
    that shows these. `forwards` are the mappings of a port proxy for the ports of the process,
    empty if none was found.
    """

    kind: RelayKind
    product: str = ""
    tool: str = ""
    forwards: tuple[Forward, ...] = ()

    @property
    def texts(self) -> str:
        """What the keys of its texts end with: where a port proxy leads may be unknown."""
        unknown = self.kind is RelayKind.PORTPROXY and not self.forwards
        return f"{self.kind}_unknown" if unknown else self.kind.value


_WSL = Relay(RelayKind.WSL)
_DOCKER = Relay(RelayKind.CONTAINER, "Docker Desktop", "docker")
_PODMAN = Relay(RelayKind.CONTAINER, "Podman", "podman")
_RANCHER = Relay(RelayKind.CONTAINER, "Rancher Desktop", "docker")

# Image names as users of these products report them. Older versions of WSL relayed in wslhost.exe,
# older ones of Docker Desktop in vpnkit.exe.
_PROGRAMS = {
    "wslrelay.exe": _WSL,
    "wslhost.exe": _WSL,
    "wslservice.exe": _WSL,
    "com.docker.backend.exe": _DOCKER,
    "com.docker.vpnkit.exe": _DOCKER,
    "com.docker.proxy.exe": _DOCKER,
    "vpnkit.exe": _DOCKER,
    "vpnkit-bridge.exe": _DOCKER,
    "gvproxy.exe": _PODMAN,
    "win-sshproxy.exe": _PODMAN,
    "host-switch.exe": _RANCHER,
}


def relay(
    snapshot: Snapshot,
    process: Process | None,
    services: Sequence[Service],
    ports: Collection[tuple[Protocol, int]],
) -> Relay | None:
    """What a process passes connections to its `ports` on to; None if it is no known relay.

    The service of port proxies listens at TCP ports for nothing else. Where it is alone in its
    process, it is a relay even if no mapping was found: none was read, or one was removed behind
    its back.
    """
    if process is not None and name_key(process.name) in _PROGRAMS:
        return _PROGRAMS[name_key(process.name)]
    if all(name_key(each.name) != PORTPROXY_SERVICE for each in services):
        return None
    forwards = tuple(
        each
        for each in snapshot.forwards
        if each.via is Via.PORTPROXY and (each.protocol, each.port) in ports
    )
    alone = len(services) == 1 and any(protocol is Protocol.TCP for protocol, _port in ports)
    return Relay(RelayKind.PORTPROXY, forwards=forwards) if forwards or alone else None


def forwards_of(snapshot: Snapshot, via: Via, port: tuple[Protocol, int]) -> tuple[Forward, ...]:
    """The mappings of a port by one part of Windows."""
    return tuple(
        each for each in snapshot.forwards if each.via is via and (each.protocol, each.port) == port
    )
