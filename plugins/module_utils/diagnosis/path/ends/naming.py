# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a name leads on a host, by what the host knows itself.

Windows looks for its own name first, then in the hosts file and in the cache of its DNS client, and
only then asks a DNS server and, for a name without a dot, its neighbours (Microsoft, KB 172218).
What it would be told there is unknown here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ....ground.model import OwnAddress, Scope
from ....pc.networks import plain_address
from ....pc.programs.hosts_file import MAX_BYTES, HostsEntry
from ....pc.resolving.model import (
    NameFacts,
    RecordStatus,
    RecordType,
    candidates,
    host_name,
)
from ....words.phrases import Phrase, Value
from .preferring import DEFAULT_POLICIES, in_order, ip

_LOCALHOST = "localhost"
# Asked of the neighbours, whatever a server says (RFC 6762, 3).
_ASKED_BY_MULTICAST = ".local"


class NameSource(StrEnum):
    """How a host knows the addresses of a name."""

    LITERAL = "literal"  # the name is an address
    OWN = "own"  # it is the host's own name
    HOSTS_FILE = "hosts_file"
    DNS_CACHE = "dns_cache"
    NOT_FOUND = "not_found"  # a DNS server has said that there is none
    UNKNOWN = "unknown"  # it would have to ask


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where a name leads.

    Attributes:
        name: as it was written.
        source: how the host knows it.
        addresses: in the order in which Windows tries them, each once; empty if there is none, or
            it is unknown.
        found_as: the name under which it was found, which has a suffix of the host if the written
            one is short.
        lines: the lines of the hosts file that it was found in.
        doubts: what keeps this from being certain, in whole sentences.
        unread: the name is unknown, and what may have it was not read.
    """

    name: str
    source: NameSource
    addresses: tuple[str, ...] = ()
    found_as: str = ""
    lines: tuple[int, ...] = ()
    doubts: tuple[Value, ...] = ()
    unread: bool = False


def resolve(
    name: str,
    facts: NameFacts,
    own: Sequence[OwnAddress] = (),
    source_of: Callable[[str], OwnAddress | None] | None = None,
) -> Resolved:
    """Where a name leads on a host, or an address.

    Args:
        name: as an application has it configured.
        facts: of that host, read for this name.
        own: the host's own addresses, for its own name.
        source_of: from which own address a connection to an address starts, None if there is no
            way. Without it, several addresses stay in the order in which they were found.

    Raises:
        ValueError: `name` is neither an address nor a name of a host.
    """
    literal = _literal(name)
    if literal is not None:
        return Resolved(name, NameSource.LITERAL, (literal,), name)
    bare = host_name(name)
    if bare is None:
        raise ValueError(f"{name!r} is no name of a host")
    found = _own(name, bare, facts, own) or _known(name, facts) or _unknown(name, bare, facts)
    if len(found.addresses) < 2 or source_of is None:
        return found
    policies = facts.policies
    ordered = in_order(found.addresses, policies or DEFAULT_POLICIES, source_of)
    doubts = found.doubts
    if policies is None:
        doubts = (*doubts, Phrase("naming.usual_order"))
    return Resolved(name, found.source, ordered, found.found_as, found.lines, doubts)


def order_matters(names: Iterable[str], facts: NameFacts) -> bool:
    """Whether the host's table of preferences, which costs a request, decides which address of one
    of these names it tries first."""
    for name in names:
        if _literal(name) is None and host_name(name) is not None:
            addresses = resolve(name, facts).addresses
            if len(addresses) > 1 and any(ip(each).version == 6 for each in addresses):
                return True
    return False


def _literal(name: str) -> str | None:
    text = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    try:
        return str(plain_address(text))
    except ValueError:
        return None


def _own(name: str, bare: str, facts: NameFacts, own: Sequence[OwnAddress]) -> Resolved | None:
    if bare == _LOCALHOST:
        return Resolved(name, NameSource.OWN, ("::1", "127.0.0.1"), bare)
    if bare not in facts.own:
        return None
    addresses = dict.fromkeys(
        str(each.address)
        for each in own
        if each.usable and each.address.scope is not Scope.LOOPBACK
    )
    return Resolved(name, NameSource.OWN, tuple(addresses), bare)


def _known(name: str, facts: NameFacts) -> Resolved | None:
    """Where the hosts file or the cache has a name."""
    for each in candidates(name, facts.suffixes):
        cached = _cached(each, facts)
        entries = [entry for entry in facts.hosts.entries if entry.name == each]
        if entries:
            addresses = tuple(dict.fromkeys(entry.address for entry in entries))
            doubts = _of_entries(entries, facts)
            # The file is part of the cache, so a difference means that it was read differently, or
            # that Windows has asked for what it lacks.
            others = tuple(address for address in cached if address not in addresses)
            if others:
                doubts.append(Phrase("naming.cache_differs", {"addresses": others}))
            lines = tuple(entry.line for entry in entries)
            return Resolved(name, NameSource.HOSTS_FILE, addresses, each, lines, tuple(doubts))
        if cached:
            return Resolved(name, NameSource.DNS_CACHE, cached, each, doubts=tuple(_of_file(facts)))
    return None


def _cached(name: str, facts: NameFacts) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            each.address
            for each in facts.records or ()
            if each.entry == name and each.address is not None
        )
    )


def _unknown(name: str, bare: str, facts: NameFacts) -> Resolved:
    doubts: list[Value] = _of_file(facts)
    if facts.records is None:
        doubts.append(Phrase("naming.no_cache"))
    if "." not in name:
        doubts.append(Phrase("naming.short", {"name": name}))
    elif facts.hosts.whole and not bare.endswith(_ASKED_BY_MULTICAST) and _is_denied(bare, facts):
        return Resolved(name, NameSource.NOT_FOUND, found_as=bare, doubts=tuple(doubts))
    hosts = facts.hosts
    read = hosts.path_known and hosts.other_path is None and hosts.whole
    unread = not read or facts.records is None
    return Resolved(name, NameSource.UNKNOWN, found_as=bare, doubts=tuple(doubts), unread=unread)


def _is_denied(name: str, facts: NameFacts) -> bool:
    """Whether the cache says that a name does not exist, or has no address of either family."""
    of_name = [each for each in facts.records or () if each.entry == name]
    without = {each.type for each in of_name if each.status is RecordStatus.NO_RECORDS}
    return any(each.status is RecordStatus.NO_NAME for each in of_name) or without >= {
        RecordType.A,
        RecordType.AAAA,
    }


def _of_entries(entries: Sequence[HostsEntry], facts: NameFacts) -> list[Value]:
    doubtful = [each.line for each in entries if each.doubtful]
    doubts: list[Value] = []
    if doubtful:
        doubts.append(Phrase("naming.doubtful_line", {"line": doubtful[0]}))
    if facts.hosts.more:
        doubts.append(Phrase("naming.more_lines", {"count": len(facts.hosts.entries)}))
    if not facts.hosts.whole:
        doubts.append(_not_whole())
    return doubts


def _of_file(facts: NameFacts) -> list[Value]:
    """Why the hosts file may have a name without it being known here."""
    if facts.hosts.other_path is not None:
        return [Phrase("naming.other_path", {"path": facts.hosts.other_path})]
    if not facts.hosts.whole:
        return [_not_whole()]
    return [] if facts.hosts.readable else [Phrase("naming.no_file")]


def _not_whole() -> Phrase:
    return Phrase("naming.long_file", {"size": MAX_BYTES // 1024})
