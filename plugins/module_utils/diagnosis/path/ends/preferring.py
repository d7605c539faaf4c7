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
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

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


class Preferences:
    """A table of preferences among addresses, which finds the row of one without a look at all."""

    def __init__(self, policies: Sequence[PrefixPolicy]) -> None:
        self._rows: dict[int, dict[int, PrefixPolicy]] = {}
        for each in policies:
            of_length = self._rows.setdefault(each.prefix.prefixlen, {})
            of_length.setdefault(int(each.prefix.network_address) >> _rest(each), each)
        self._lengths = sorted(self._rows, reverse=True)

    def row(self, address: Ip) -> PrefixPolicy:
        # The table has IPv4 in the form ::ffff:a.b.c.d (RFC 6724, 2.1).
        number = int(address) if address.version == 6 else _MAPPED | int(address)
        for length in self._lengths:
            found = self._rows[length].get(number >> (128 - length))
            if found is not None:
                return found
        return _policy("::/0", 0, -1)

    def label(self, address: Ip) -> int:
        return self.row(address).label


class Starts:
    """The addresses of an interface, of which those are found from which a connection starts.

    A host may say that it has as many addresses as are read, and another one be asked about as
    many. So none of them is looked at anew for each address of the other host, unless the rules
    don't tell them apart.
    """

    def __init__(self, own: Iterable[OwnAddress], preferences: Preferences) -> None:
        # A program has to ask for the others.
        suitable = [each for each in own if each.usable and not each.skipped]
        self._preferences = preferences
        self._of_version = {
            version: [each for each in suitable if ip(each.address.text).version == version]
            for version in (4, 6)
        }
        self._labelled: dict[tuple[int, int], dict[int | None, Alike]] = {}

    def towards(self, to: Ip, next_hop: str | None) -> Alike:
        """Those from which a connection to a destination starts: one, or several if Windows' rules
        don't tell. Empty if none is suitable.

        Args:
            next_hop: the router, None if the destination is directly connected.
        """
        if not self._of_version[to.version]:
            return Alike(())
        labelled = self._of_scope(to.version, _scope(to))
        found = labelled.get(self._preferences.label(to)) or labelled[None]
        if next_hop is not None and to.version == 4:
            found = found.closest(ip(next_hop), within_prefix=False)
        return found.closest(to, within_prefix=True)

    def _of_scope(self, version: int, scope: int) -> dict[int | None, Alike]:
        """The best of the addresses for destinations of a scope: by their label those that have it,
        and at None all."""
        known = self._labelled.get((version, scope))
        if known is not None:
            return known

        def order(each: OwnAddress) -> tuple[object, ...]:
            own = _scope(ip(each.address.text))
            fits = (0, own) if own >= scope else (1, -own)
            return fits, each.state is AddressState.DEPRECATED

        best = _least(self._of_version[version], order)
        by_label: dict[int, list[OwnAddress]] = {}
        for each in best:
            label = self._preferences.label(ip(each.address.text))
            by_label.setdefault(label, []).append(each)
        made: dict[int | None, Alike] = {
            label: Alike(_least(every, lambda each: not each.temporary))
            for label, every in by_label.items()
        }
        made[None] = Alike(_least(best, lambda each: not each.temporary))
        return self._labelled.setdefault((version, scope), made)


class Alike:
    """Addresses of one family between which only that decides what they have in common with
    another one."""

    def __init__(self, members: Iterable[OwnAddress]) -> None:
        self.members = tuple(members)
        self._sorted: dict[bool, dict[int, list[tuple[int, int]]]] = {}
        self._found: dict[tuple[bool, int, int], Alike] = {}

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The members as texts, with their zones."""
        return tuple(str(each.address) for each in self.members)

    def closest(self, to: Ip, *, within_prefix: bool) -> Alike:
        """Those that share the most bits with an address at the beginning.

        Args:
            within_prefix: no more bits count than an own address has in the prefix of its subnet.
        """
        if len(self.members) == 1:
            return self
        bits, number = to.max_prefixlen, int(to)
        groups = self._groups(bits, within_prefix)
        most = 0
        for length, values in groups.items():
            place = bisect_left(values, (number, -1))
            # What has the most in common with a number stands beside it.
            for value, _position in values[max(0, place - 1) : place + 1]:
                shared = bits - (value ^ number).bit_length()
                most = max(most, min(shared, length))
        beginning = number >> (bits - most)
        key = within_prefix, most, beginning
        if key not in self._found:
            first, last = beginning << (bits - most), (beginning + 1) << (bits - most)
            positions = sorted(
                position
                for length, values in groups.items()
                if length >= most
                for _value, position in values[
                    bisect_left(values, (first, -1)) : bisect_left(values, (last, -1))
                ]
            )
            self._found[key] = Alike(self.members[each] for each in positions)
        return self._found[key]

    def _groups(self, bits: int, within_prefix: bool) -> dict[int, list[tuple[int, int]]]:
        """The members as numbers, with their places, in their order; by how many bits count."""
        if within_prefix not in self._sorted:
            groups: dict[int, list[tuple[int, int]]] = {}
            for position, each in enumerate(self.members):
                length = bits if each.prefix is None or not within_prefix else each.prefix
                number = int(ip(each.address.text))
                groups.setdefault(max(0, min(length, bits)), []).append((number, position))
            for values in groups.values():
                values.sort()
            self._sorted[within_prefix] = groups
        return self._sorted[within_prefix]


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

    preferences = Preferences(policies)

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
            preferences.label(address) != preferences.label(start),
            -preferences.row(address).precedence,
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


def _rest(policy: PrefixPolicy) -> int:
    """How many bits of an address are not of the prefix of a row."""
    return 128 - policy.prefix.prefixlen


def _least(addresses: Iterable[OwnAddress], order: Callable[[OwnAddress], Any]) -> list[OwnAddress]:
    """Those that nothing is before in an order."""
    ranked = [(order(each), each) for each in addresses]
    least = min(rank for rank, _each in ranked)
    return [each for rank, each in ranked if rank == least]


def _in_common(first: Ip, second: Ip, most: int | None) -> int:
    """How many bits two addresses of one family share at their beginning."""
    length = first.max_prefixlen
    shared = length - (int(first) ^ int(second)).bit_length()
    return shared if most is None else min(shared, most)
