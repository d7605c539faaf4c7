# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which address the controller's own attempts may go to: that which has answered as the PC, and no
other.

The PC has answered over a connection, and the other end of that is known. It is the PC itself
unless something stands between: a proxy, or what forwards a port, such as Vagrant and SSH do. Then
an attempt would be one at a machine that nobody has named.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from .causes.model import CauseKind, Situation

#: The host's end of a connection, its IP address and port; None where it is a proxy's.
Peer: TypeAlias = "tuple[str, int] | None"

# What forwards a port listens here, unless it is told otherwise. Other addresses of 127.0.0.0/8 may
# be given to anything: simulated PCs have them.
_OURSELVES = frozenset({"127.0.0.1", "::1"})


@dataclass(frozen=True)
class Way:
    """Where attempts go.

    Attributes:
        address: the IP address, with its zone; None if there are to be none.
        own: the controller's address on the way there, if that is one by which others see it.
        why_not: why there are to be none.
    """

    address: str | None = None
    own: str | None = None
    why_not: CauseKind | None = None


def find(peers: Iterable[Peer], own: str | None, situation: Situation) -> Way:
    """Where attempts may go.

    Args:
        peers: of the answers from which the situation was read.
        own: the controller's end of the latest connection.
        situation: with the listeners at the ports that WinRM was answered from.
    """
    seen = set(peers)
    if not seen or None in seen:
        return Way(why_not=CauseKind.THROUGH_PROXY)
    ends = {(plain(peer[0]), peer[1]) for peer in seen if peer is not None}
    if len({address for address, _port in ends}) > 1:
        return Way(why_not=CauseKind.ADDRESS_CHANGED)
    address = next(iter(ends))[0]
    if not _is_the_pc(address, {port for _address, port in ends}, situation):
        return Way(why_not=CauseKind.FORWARDED)
    return Way(address, _known_to_others(own))


def plain(address: str) -> str:
    """An address as it is: one of IPv4 that an IPv6 socket tells as ``::ffff:192.0.2.1`` is that of
    IPv4. The zone stays."""
    parsed = ipaddress.ip_address(address)
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)


def bare(address: str) -> str:
    """An address without its zone, which is one of the controller's interfaces."""
    return address.partition("%")[0]


def _is_the_pc(address: str, ports: Collection[int], situation: Situation) -> bool:
    """Whether WinRM was answered where the PC has it: at a port that it listens at, and not at the
    controller itself. An address may be a router's that translates it."""
    listened = {each.port for each in situation.snapshot.endpoints if each.is_listening}
    return address not in _OURSELVES and listened.issuperset(ports)


def _known_to_others(own: str | None) -> str | None:
    if own is None:
        return None
    address = bare(plain(own))
    return None if ipaddress.ip_address(address).is_loopback else address
