# SPDX-License-Identifier: GPL-3.0-or-later
"""What a simulated machine knows of names: its hosts file, what its DNS client has in its cache, and
how it orders the addresses of a name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from winsim.rows import Row

#: The types of DNS records that Windows' cache may hold (RFC 1035 3.2.2 and RFC 3596 2.1).
TYPES = {"A": 1, "CNAME": 5, "PTR": 12, "SRV": 33, "AAAA": 28}
#: Lengths of the data of such records, where they are always the same.
_LENGTHS = {1: 4, 28: 16}
#: Seconds that a record lives if an image doesn't say.
_LIFE = 300
#: What the file holds that comes with Windows, but for its explanations.
DEFAULT_HOSTS = (
    "# localhost name resolution is handled within DNS itself.\n#\t127.0.0.1       localhost\n"
)
#: Where Windows keeps hosts, as its registry says.
DATA_BASE_PATH = r"%SystemRoot%\System32\drivers\etc"
HOSTS_PATH = r"c:\windows\system32\drivers\etc\hosts"
_RECORD = re.compile(
    r"(?P<entry>\S+) (?P<type>[A-Z]+) (?P<data>\S+)(?: (?P<life>[0-9]+)s)?(?: of (?P<name>\S+))?"
)


@dataclass(frozen=True)
class CachedRecord:
    """A record of the cache (MSFT_DNSClientCache). `entry` is what was asked for, `name` whose record
    it is. With a `status` the answer was that there is none."""

    entry: str
    name: str
    type: int
    data: str | None
    life: int = _LIFE
    status: int = 0

    @property
    def length(self) -> int:
        return 0 if self.data is None else _LENGTHS.get(self.type, len(self.data) + 1)


@dataclass(frozen=True)
class PrefixPolicy:
    """A row of the table by which addresses are ordered (RFC 6724 2.1)."""

    prefix: str
    precedence: int
    label: int


#: That of Windows 8 and later (published listings of ``netsh interface ipv6 show prefixpolicies``); it
#: is that of RFC 6724 2.1.
PREFIX_POLICIES = tuple(
    PrefixPolicy(*row)
    for row in (
        ("::1/128", 50, 0),
        ("::/0", 40, 1),
        ("::ffff:0:0/96", 35, 4),
        ("2002::/16", 30, 2),
        ("2001::/32", 5, 5),
        ("fc00::/7", 3, 13),
        ("fec0::/10", 1, 11),
        ("3ffe::/16", 1, 12),
        ("::/96", 1, 3),
    )
)


@dataclass(frozen=True)
class Names:
    #: The octets of the hosts file; None where there is none.
    hosts: bytes | None
    cache: tuple[CachedRecord, ...] = ()
    prefix_policies: tuple[PrefixPolicy, ...] = PREFIX_POLICIES
    data_base_path: str = DATA_BASE_PATH
    #: The suffix that DHCP brought, and those to search in.
    dhcp_domain: str = ""
    search_list: tuple[str, ...] = ()


def hosts_file(text: str, encoding: str = "utf-8") -> bytes:
    """A hosts file with the line ends of Windows."""
    return "\r\n".join(text.split("\n")).encode(encoding)


def names(row: Row) -> Names:
    """The section ``names`` of an image. Raises ValueError."""
    policies = row.texts("prefix_policies")
    present = row.take("hosts_file", bool, True)
    text = row.take("hosts", str, DEFAULT_HOSTS)
    encoding = row.take("hosts_encoding", str, "utf-8")
    result = Names(
        hosts=hosts_file(text, encoding) if present else None,
        cache=tuple(_record(row, text) for text in row.texts("cache")),
        prefix_policies=tuple(_policy(row, text) for text in policies) or PREFIX_POLICIES,
        data_base_path=row.take("data_base_path", str, DATA_BASE_PATH),
        dhcp_domain=row.take("dhcp_domain", str, ""),
        search_list=row.texts("search_list"),
    )
    row.done()
    return result


def _record(row: Row, text: str) -> CachedRecord:
    """``srv1.example A 10.0.0.5 60s``; ``www.example A 10.0.0.5 of srv1.example`` is what an alias leads
    to; ``srv1.example AAAA 9701`` is an answer without records."""
    match = _RECORD.fullmatch(text)
    if match is None or match["type"] not in TYPES:
        raise ValueError(f"{row.where}: {text!r} is no record such as srv1.example A 10.0.0.5 60s")
    nothing = match["data"].isdigit()
    return CachedRecord(
        entry=match["entry"],
        name="" if nothing else match["name"] or match["entry"],
        type=TYPES[match["type"]],
        data=None if nothing else match["data"],
        life=int(match["life"] or _LIFE),
        status=int(match["data"]) if nothing else 0,
    )


def _policy(row: Row, text: str) -> PrefixPolicy:
    prefix, *numbers = text.split()
    if len(numbers) != 2 or not all(number.isdigit() for number in numbers):
        raise ValueError(f"{row.where}: {text!r} is no policy such as ::ffff:0:0/96 35 4")
    return PrefixPolicy(prefix, int(numbers[0]), int(numbers[1]))
