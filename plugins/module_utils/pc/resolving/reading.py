# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads what a host knows of names: its hosts file, its settings of TCP/IP, the cache of its DNS
client, and its table of preferences. Nothing is asked of any server.

Text of a user enters only a query, and only as a valid name of a host.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ...ground.text import for_display
from ...host.host import Host, HostError
from ...words.phrases import Phrase
from ...wsman.cim import classes, wql
from ...wsman.cim.objects import Instance
from ...wsman.cim.row_values import optional_number, text
from ...wsman.soap.faults import MISSING_CLASS
from ..printed import of_host
from ..programs import commands, hosts_file, running, tcpip
from ..programs.commands import Program
from ..programs.curl import CURL_VERSION, version
from ..programs.hosts_file import HOSTS_FILE
from ..programs.tcpip import TCPIP_PARAMETERS
from .model import (
    DnsRecord,
    NameFacts,
    PrefixPolicy,
    RecordStatus,
    RecordType,
    candidates,
    host_name,
)

#: What `from_texts` reads, in one command line with other programs of the caller. The hosts file is
#: the last one, so that it can be left before its end.
PROGRAMS = (TCPIP_PARAMETERS, CURL_VERSION, HOSTS_FILE)

# How many names one query asks for; WMI limits the number of comparisons.
MAX_NAMES = 30
# No healthy host has nearly so many.
_MAX_SUFFIXES = 8
_MAX_RECORDS = 500
_MAX_POLICIES = 200

_DEFAULT_FOLDER = re.compile(
    r"(?:%SystemRoot%|%windir%|[A-Z]:\\Windows)\\System32\\drivers\\etc\\?\Z", re.IGNORECASE
)

# MSFT_DNSClientCache.Status (documentation of the class). DnsQuery has another number for the
# second one (DNS_INFO_NO_RECORDS).
_STATUSES = {
    0: RecordStatus.FOUND,
    9003: RecordStatus.NO_NAME,
    9701: RecordStatus.NO_RECORDS,
    9501: RecordStatus.NO_RECORDS,
}
_ANSWER = 1
_PERSISTENT = 0

_WHAT = Phrase("do.read_names")


def read_names(host: Host, names: Iterable[str]) -> NameFacts:
    """What a host knows of some names, apart from its table of preferences.

    Args:
        names: as a user wrote them; what is no name of a host is ignored.

    Raises:
        HostError: the host can no longer be reached.
    """
    asked = tuple(names)
    try:
        printed = running.run(host, PROGRAMS, _WHAT, hosts_file.MAX_BYTES)
        facts = from_texts(printed.texts, asked, printed.whole)
    except (HostError, commands.OutputError) as error:
        if isinstance(error, HostError) and error.unreachable:
            raise
        note = error.phrase if isinstance(error, HostError) else of_host(host, error.phrase)
        facts = NameFacts(notes=(note,))
    return with_records(host, facts, asked)


def from_texts(texts: Mapping[Program, str], names: Iterable[str], whole: bool = True) -> NameFacts:
    """What the outputs of `PROGRAMS` tell of some names. Raises nothing.

    Args:
        texts: of each program; one that is missing has failed.
        names: as for `read_names`.
        whole: False if the hosts file goes on behind its text.
    """
    settings = tcpip.settings(texts.get(TCPIP_PARAMETERS, ""))
    suffixes = tuple(filter(None, map(host_name, settings.suffixes)))[:_MAX_SUFFIXES]
    wanted = {each for name in names for each in candidates(name, suffixes)}
    hosts = hosts_file.parse(texts.get(HOSTS_FILE, ""), wanted, whole)
    folder = settings.folder
    if not folder:
        hosts = replace(hosts, path_known=False)
    elif not _DEFAULT_FOLDER.match(folder):
        hosts = hosts_file.HostsFile(other_path=for_display(folder), readable=False)
    return NameFacts(
        hosts,
        frozenset(filter(None, map(host_name, settings.own))),
        suffixes,
        curl=version(texts.get(CURL_VERSION, "")),
    )


def with_records(host: Host, facts: NameFacts, names: Iterable[str]) -> NameFacts:
    """The facts with the records of the host's cache for these names. A note says if they could not
    be read; no name costs no request.

    Raises:
        HostError: the host can no longer be reached.
    """
    wanted = tuple(
        dict.fromkeys(each for name in names for each in candidates(name, facts.suffixes))
    )[:MAX_NAMES]
    if not wanted:
        return replace(facts, records=())
    columns = ("Entry", "Name", "Type", "Status", "Section", "TimeToLive", "Data")
    try:
        rows = host.enumerate(classes.DNS_CLIENT_CACHE, columns, wql.any_of("Entry", wanted))
    except HostError as error:
        if error.unreachable:
            raise
        # Windows 7 and Server 2008 R2 have no such class.
        notes = () if error.kind in MISSING_CLASS else (error.phrase,)
        return replace(facts, notes=(*facts.notes, *notes))
    built = (_record(row) for row in rows[:_MAX_RECORDS])
    found = dict.fromkeys(each for each in built if each is not None and each.entry in wanted)
    return replace(facts, records=tuple(found))


def with_policies(host: Host, facts: NameFacts) -> NameFacts:
    """The facts with the host's table of preferences, which matters only where a name has several
    addresses. A note says if it could not be read.

    Raises:
        HostError: the host can no longer be reached.
    """
    try:
        rows = host.enumerate(classes.NET_PREFIX_POLICY, ("Prefix", "Precedence", "Label", "Store"))
    except HostError as error:
        if error.unreachable:
            raise
        return replace(facts, notes=(*facts.notes, error.phrase))
    found: dict[ipaddress.IPv6Network, PrefixPolicy] = {}
    for row in rows[:_MAX_POLICIES]:
        policy = _policy(row)
        # What is kept for the next start is listed again if it is in use.
        if policy is not None and optional_number(row, "Store") != _PERSISTENT:
            found.setdefault(policy.prefix, policy)
    return replace(facts, policies=tuple(found.values()) or None)


def _record(row: Instance) -> DnsRecord | None:
    entry = host_name(text(row, "Entry"))
    number = optional_number(row, "Type")
    if entry is None or number not in tuple(RecordType):
        return None
    kind = RecordType(number)
    status = _STATUSES.get(optional_number(row, "Status") or 0)
    if status in (RecordStatus.NO_NAME, RecordStatus.NO_RECORDS):
        return DnsRecord(entry, kind, status=status)
    if status is None or optional_number(row, "Section") not in (None, _ANSWER):
        return None
    if kind is RecordType.CNAME:
        return DnsRecord(entry, kind)
    try:
        address = ipaddress.ip_address(text(row, "Data").partition("%")[0])
    except ValueError:
        return None
    if address.version != (4 if kind is RecordType.A else 6):
        return None
    return DnsRecord(entry, kind, str(address))


def _policy(row: Instance) -> PrefixPolicy | None:
    precedence, label = optional_number(row, "Precedence"), optional_number(row, "Label")
    try:
        prefix = ipaddress.IPv6Network(text(row, "Prefix"), strict=False)
    except ValueError:
        return None
    if precedence is None or label is None:
        return None
    return PrefixPolicy(prefix, precedence, label)
