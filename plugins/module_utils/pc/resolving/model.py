# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a host knows of names, and how it prefers addresses, without asking any server."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from ...ground.names import ascii_lower
from ...words.phrases import Value
from ..programs.curl import CurlVersion
from ..programs.hosts_file import HostsFile

# RFC 1035, 2.3.4, and RFC 1123, 2.1; Windows allows underscores too (documentation of host names in
# Active Directory).
_MAX_NAME = 253
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")


class RecordType(IntEnum):
    """Types of DNS records (RFC 1035, 3.2.2; RFC 3596)."""

    A = 1
    CNAME = 5
    AAAA = 28


class RecordStatus(StrEnum):
    """What a record of the cache says."""

    FOUND = "found"
    NO_NAME = "no_name"  # there is no such name
    NO_RECORDS = "no_records"  # there is, but it has none of this type


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record of the DNS client's cache.

    `entry` is the name that was asked for, in lower case. `address` is None for an alias, and for a
    record that says that there is none.
    """

    entry: str
    type: RecordType
    address: str | None = None
    status: RecordStatus = RecordStatus.FOUND


@dataclass(frozen=True, slots=True)
class PrefixPolicy:
    """A row of the table by which addresses are preferred (RFC 6724, 2.1)."""

    prefix: ipaddress.IPv6Network
    precedence: int
    label: int


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a host knows of names.

    Attributes:
        hosts: the hosts file.
        own: the host's own names, in lower case.
        suffixes: what it appends to a name without a dot, in order.
        records: the records of its cache for the wanted names, None if they are unknown.
        policies: its table of preferences, None if that was not read or could not be.
        curl: its curl.exe, None if it has none.
        notes: what could not be read, in whole sentences.
    """

    hosts: HostsFile = field(default_factory=lambda: HostsFile(readable=False))
    own: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()
    records: tuple[DnsRecord, ...] | None = None
    policies: tuple[PrefixPolicy, ...] | None = None
    curl: CurlVersion | None = None
    notes: tuple[Value, ...] = ()


def host_name(written: str) -> str | None:
    """A name of a host in lower case, without the dot at its end; None if it is no such name, or an
    IP address. Names in other scripts are accepted in their ASCII form (``xn--``) only."""
    name = ascii_lower(written)
    name = name.removesuffix(".")
    if not 0 < len(name) <= _MAX_NAME or not name.isascii():
        return None
    labels = name.split(".")
    if not all(_LABEL.match(each) for each in labels) or labels[-1].isdigit():
        return None
    return name


def candidates(written: str, suffixes: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The names that Windows looks up for a name, in order: itself and, without any dot, with each
    suffix of the host. Empty for what is no name."""
    name = host_name(written)
    if name is None:
        return ()
    if "." in written:
        return (name,)
    return tuple(dict.fromkeys((name, *(f"{name}.{each}" for each in suffixes))))
