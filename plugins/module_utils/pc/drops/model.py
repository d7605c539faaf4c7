# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Packets that Windows has recorded as dropped, whichever of its records they stand in."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

# How much of a text of a record is kept: names of rules and of origins, and paths of programs.
_MAX_TEXT = 300
_NUMBER = re.compile(r"[0-9]{1,20}\Z")
# ISO 8601 with up to nine digits behind the point, in UTC (sample netevent-quarantine-2020.xml:
# three; events of the Security log: seven).
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?Z\Z")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Record(StrEnum):
    """Where Windows records drops, in the order in which a hit is told: the ones that name more
    come first."""

    NET_EVENTS = "net_events"
    SECURITY_LOG = "security_log"
    FIREWALL_LOG = "firewall_log"


class Direction(StrEnum):
    """Which way a packet went, as the host sees it."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    FORWARDED = "forwarded"


class Layer(StrEnum):
    """The layer of the Windows Filtering Platform at which a packet was dropped."""

    PACKET = "packet"
    FORWARDING = "forwarding"
    TRANSPORT = "transport"
    ICMP_ERROR = "icmp_error"
    LISTENING = "listening"
    ACCEPTING = "accepting"
    CONNECTING = "connecting"


# FWPS_BUILTIN_LAYERS (fwpstypes.h), of which each layer has four: IPv4, IPv6, and what is discarded
# of both. 13, 36, 38, 44, 46, 48 and 50 are in recorded events, together with the layers' names.
_LAYERS: tuple[tuple[int, Layer, Direction], ...] = (
    (0, Layer.PACKET, Direction.INBOUND),
    (4, Layer.PACKET, Direction.OUTBOUND),
    (8, Layer.FORWARDING, Direction.FORWARDED),
    (12, Layer.TRANSPORT, Direction.INBOUND),
    (16, Layer.TRANSPORT, Direction.OUTBOUND),
    (28, Layer.ICMP_ERROR, Direction.INBOUND),
    (32, Layer.ICMP_ERROR, Direction.OUTBOUND),
    (40, Layer.LISTENING, Direction.INBOUND),
    (44, Layer.ACCEPTING, Direction.INBOUND),
    (48, Layer.CONNECTING, Direction.OUTBOUND),
)
_BY_ID = {first + n: (layer, way) for first, layer, way in _LAYERS for n in range(4)}


def layer_of(layer_id: int | None) -> tuple[Layer | None, Direction | None]:
    """The layer with a number, and which way traffic goes there; None for an unknown one."""
    return _BY_ID.get(-1 if layer_id is None else layer_id, (None, None))


@dataclass(frozen=True, slots=True)
class End:
    """One end of the traffic: an address without zone, and a port."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Drop:
    """A packet, or a connection, that was dropped.

    Attributes:
        record: where it stands.
        time: when it was dropped, in UTC; None if that is not known.
        protocol: the number of the IP protocol.
        local, remote: the ends as the record's layout suggests.
        certain: the record itself says which end is the host's own. Otherwise the layout is only
            usual, and the host's addresses decide.
        direction, layer: None if unknown.
        filter_id: the number of the filter until the next start of the host, None if not recorded.
        origin: what the filter was made for: the id of a rule, or a name such as ``Stealth``; empty
            if not recorded.
        program: its path, empty if not recorded.
    """

    record: Record
    time: datetime | None
    protocol: int
    local: End
    remote: End
    certain: bool = True
    direction: Direction | None = None
    layer: Layer | None = None
    filter_id: int | None = None
    origin: str = ""
    program: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What stands in the text of one record.

    `drops` are in its order. `unread` is the number of entries that could not be read, `lost` that
    of the ones that Windows says it has lost. `whole` is False if the text ends too early, or has
    more entries than are read.
    """

    drops: tuple[Drop, ...] = ()
    unread: int = 0
    lost: int = 0
    whole: bool = True


def cleaned(text: str) -> str:
    """Text without characters that XML and logs can't have. Output in UTF-16 that was read as UTF-8
    has a NUL beside each of its characters, and is mended by this as far as it is ASCII."""
    return _CONTROL.sub("", text)


def number(text: str, most: int) -> int | None:
    """A decimal number from 0 to `most`; None for any other text."""
    if not _NUMBER.match(text):
        return None
    value = int(text)
    return value if value <= most else None


def end_of(address: str, port: str) -> End | None:
    """An end of the traffic; None unless it is an IP address and a port."""
    found = number(port, 65_535)
    bare = address.partition("%")[0]
    if found is None or len(bare) > 45:
        return None
    try:
        return End(str(ipaddress.ip_address(bare)), found)
    except ValueError:
        return None


def time_of(text: str) -> datetime | None:
    """A time in UTC; None for any other text."""
    match = _TIME.match(text)
    if match is None:
        return None
    try:
        found = datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
        return found + timedelta(microseconds=int((match[2] or "0")[:6].ljust(6, "0")))
    except (ValueError, OverflowError):
        return None


def kept(text: str) -> str:
    """A text of a record, as much of it as is kept; empty for the hyphen that stands for none."""
    found = text.strip()[:_MAX_TEXT]
    return "" if found == "-" else found
