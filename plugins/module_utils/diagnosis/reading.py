# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads from a Host what diagnoses need, once for all ports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..asked.ports import PortSet
from ..firewall.judging import reading
from ..host.host import Host, HostError
from ..pc import snapshot
from ..words.phrases import Value
from .causes.model import Situation, WantedPort


@dataclass(frozen=True)
class Reading:
    """A situation without attempts to connect, and whole sentences about what could not be read."""

    situation: Situation
    notes: tuple[Value, ...] = ()


def _port_of(url: str) -> tuple[int, ...]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return () if port is None else (port,)


def read(host: Host, wanted: Sequence[WantedPort], *, tried: bool = False) -> Reading:
    """Read a host, including the firewall unless all ports should be free.

    Args:
        tried: the controller is going to try the ports, so the listeners on WinRM's own ports are
            read too: they show whether the PC itself has answered.

    Raises:
        HostError: endpoints, processes or services could not be read. A missing firewall, missing
            reserved ranges or missing URLs of http.sys are not errors.
    """
    free = all(each.free for each in wanted)
    taken, printed = snapshot.take_with(
        host,
        snapshot.SnapshotRequest(
            ports=PortSet.of(
                (*(each.port for each in wanted), *(_port_of(host.url) if tried else ()))
            ),
            protocols=frozenset(each.protocol for each in wanted),
            families=not free,
            reserved=True,
            http_urls=True,
        ),
        () if free else (reading.PROGRAM,),
    )
    if reading.PROGRAM not in printed:
        return Reading(Situation(taken), taken.notes)
    try:
        found = reading.read(host, printed[reading.PROGRAM])
    except HostError as error:
        if error.unreachable:
            raise
        return Reading(Situation(taken), (*taken.notes, error.phrase))
    situation = Situation(
        taken,
        firewall=found.firewall(),
        networks=found.networks,
        stopped=tuple(found.stopped),
    )
    return Reading(situation, (*taken.notes, *found.notes))
