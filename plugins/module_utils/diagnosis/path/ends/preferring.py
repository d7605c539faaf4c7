# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of several addresses Windows prefers: of its own for a connection to start from, and of a
server to try first (RFC 6724).

For IPv4, Windows compares its own addresses with the router before it compares them with the
destination (Microsoft, KB 969029), and does not sort those of a server by how much they have in
common with its own (KB 968920).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from ....ground.model import AddressState, OwnAddress
from ....pc.resolving.model import PrefixPolicy

Ip: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_LINK, _SITE, _GLOBAL = 2, 5, 14  # RFC 6724, 3.1
_SITE_LOCAL = ipaddress.IPv6Network("fec0::/10")
_MAPPED = int(ipaddress.IPv6Address("::ffff:0:0"))


def _policy(prefix: str, precedence: int, label: int) -> PrefixPolicy:
    return PrefixPolicy(ipaddress.IPv6Network(prefix), precedence, label)


#: The table of a Windows that nobody has changed it on, since Windows 8 (RFC 6724, 2.1; printed so
#: by netsh interface ipv6 show prefixpolicies).
DEFAULT_POLICIES = (
    _policy("::1/128", 50, 0),
    _policy("::/0", 40, 1),
    _policy("::ffff:0:0/96", 35, 4),
    _policy("2002::/16", 30, 2),
    _policy("2001::/32", 5, 5),
    _policy("fc00::/7", 3, 13),
    _policy("fec0::/10", 1, 11),
    _policy("3ffe::/16", 1, 12),
    _policy("::/96", 1, 3),
)


@lru_cache(maxsize=4096)
def ip(text: str) -> Ip:
    """An address as a number, without its zone. Raises ValueError."""
    return ipaddress.ip_address(text.partition("%")[0])


def source(
    destination: str,
    next_hop: str | None,
    own: Iterable[OwnAddress],
    policies: Sequence[PrefixPolicy] = DEFAULT_POLICIES,
) -> tuple[OwnAddress, ...]:
    """Those of the host's own addresses from which a connection to a destination starts: one, or
    several if Windows' rules don't tell. Empty if none is suitable.

    Args:
        next_hop: the router, None if the destination is directly connected.
        own: the addresses of the interface by which it leaves.
    """
    to = ip(destination)
    router = None if next_hop is None else ip(next_hop)
    suitable = [each for each in own if each.usable and ip(each.address.text).version == to.version]
    # A program has to ask for the others.
    suitable = [each for each in suitable if not each.skipped]
    wanted = _label(to, policies)

    def order(each: OwnAddress) -> tuple[object, ...]:
        address = ip(each.address.text)
        scope = _scope(address)
        near = router if router is not None and to.version == 4 else None
        return (
            (0, scope) if scope >= _scope(to) else (1, -scope),
            each.state is AddressState.DEPRECATED,
            _label(address, policies) != wanted,
            not each.temporary,
            0 if near is None else -_in_common(near, address, address.max_prefixlen),
            -_in_common(to, address, each.prefix),
        )

    ranked = sorted(suitable, key=order)
    return tuple(each for each in ranked if order(each) == order(ranked[0]))


def in_order(
    addresses: Sequence[str],
    policies: Sequence[PrefixPolicy],
    source_of: Callable[[str], OwnAddress | None],
) -> tuple[str, ...]:
    """The addresses of a name in the order in which Windows tries them (RFC 6724, 6). Those between
    which its rules don't tell stay in their order.

    Args:
        source_of: the host's own address from which a connection starts, None if there is no way.
    """

    def order(text: str) -> tuple[object, ...]:
        address, own = ip(text), source_of(text)
        if own is None:
            return (True,)
        start = ip(own.address.text)
        common = _in_common(address, start, own.prefix) if address.version == 6 else 0
        return (
            False,
            _scope(address) != _scope(start),
            own.state is AddressState.DEPRECATED,
            _label(address, policies) != _label(start, policies),
            -_row(address, policies).precedence,
            _scope(address),
            -common,
        )

    return tuple(sorted(dict.fromkeys(addresses), key=order))


def _scope(address: Ip) -> int:
    if address.is_link_local or address.is_loopback:
        return _LINK
    return (
        _SITE if isinstance(address, ipaddress.IPv6Address) and address in _SITE_LOCAL else _GLOBAL
    )


def _row(address: Ip, policies: Sequence[PrefixPolicy]) -> PrefixPolicy:
    # The table has IPv4 in the form ::ffff:a.b.c.d (RFC 6724, 2.1).
    number = int(address) if address.version == 6 else _MAPPED | int(address)
    mapped = ipaddress.IPv6Address(number)
    fitting = [each for each in policies if mapped in each.prefix]
    return max(fitting, key=lambda each: each.prefix.prefixlen, default=_policy("::/0", 0, -1))


def _label(address: Ip, policies: Sequence[PrefixPolicy]) -> int:
    return _row(address, policies).label


def _in_common(first: Ip, second: Ip, most: int | None) -> int:
    """How many bits two addresses of one family share at their beginning."""
    length = first.max_prefixlen
    shared = length - (int(first) ^ int(second)).bit_length()
    return shared if most is None else min(shared, most)
