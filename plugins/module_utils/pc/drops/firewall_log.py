# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the log of Windows Defender Firewall (``pfirewall.log``).

It has a line for each packet, in columns that its line ``#Fields:`` names: 17, or 18 since Windows
began to add the id of the process. Times are those of the host's own clock. A line
INFO-EVENTS-LOST counts entries that were never written (samples pfirewall-*).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from .model import Direction, Drop, Parsed, Record, cleaned, end_of, number

#: How many lines are read, the newest first.
MAX_LINES = 5_000
_MAX_LINE = 1_000
_FIELDS = "#Fields:"
# Those of all samples; the last one only in newer ones.
_USUAL = (
    *("date", "time", "action", "protocol", "src-ip", "dst-ip", "src-port", "dst-port", "size"),
    *("tcpflags", "tcpsyn", "tcpack", "tcpwin", "icmptype", "icmpcode", "info", "path", "pid"),
)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\Z")
_PROTOCOLS = {"TCP": 6, "UDP": 17, "ICMP": 1}
_DROP, _LOST = "DROP", "INFO-EVENTS-LOST"
# What is forwarded is for no port of the host.
_RECEIVE, _SEND, _FORWARD = "RECEIVE", "SEND", "FORWARD"
_MAX_COUNT = 0xFFFF_FFFF


def columns(text: str) -> Mapping[int, tuple[str, ...]]:
    """The names of the columns by their number, from the lines of the logs that name them; empty if
    there is none. Raises nothing."""
    found: dict[int, tuple[str, ...]] = {}
    for line in cleaned(text).split("\n")[:100]:
        # findstr puts the name of the file before the line if it searches several.
        _before, mark, names = line[:_MAX_LINE].partition(_FIELDS)
        if mark and (fields := tuple(names.lower().split())):
            found[len(fields)] = fields
    return found


def parse(
    text: str,
    named: Mapping[int, tuple[str, ...]],
    offset: timedelta | None,
    since: datetime | None = None,
) -> Parsed:
    """The drops in lines of the log, in their order. Raises nothing.

    Args:
        named: the columns, as from `columns`.
        offset: the host's own time less UTC; None if unknown, and then no time is known.
        since: entries that were lost before do not matter.
    """
    drops, unread, lost = [], 0, 0
    lines = [each for each in cleaned(text).split("\n") if each.strip()]
    for line in lines[:MAX_LINES]:
        words = line[:_MAX_LINE].split()
        fields = named.get(len(words), _USUAL)
        row = dict(zip(fields, words, strict=False))
        action = row.get("action", "")
        if action == _LOST:
            time = _time(row, offset)
            if time is None or since is None or time >= since:
                lost += number(row.get("info", ""), _MAX_COUNT) or 1
        elif action == _DROP:
            drop = _drop(row, offset)
            if drop is not None:
                drops.append(drop)
            elif row.get("protocol") in ("TCP", "UDP") and row.get("path") != _FORWARD:
                unread += 1
    return Parsed(tuple(drops), unread, lost, whole=len(lines) <= MAX_LINES)


def _drop(row: Mapping[str, str], offset: timedelta | None) -> Drop | None:
    """A drop between ports; None for any other line."""
    source = end_of(row.get("src-ip", ""), row.get("src-port", ""))
    destination = end_of(row.get("dst-ip", ""), row.get("dst-port", ""))
    protocol = _PROTOCOLS.get(row.get("protocol", "")) or number(row.get("protocol", ""), 255)
    path = row.get("path", "")
    if source is None or destination is None or protocol is None:
        return None
    received = path == _RECEIVE
    if not received and path != _SEND:
        return None
    return Drop(
        Record.FIREWALL_LOG,
        _time(row, offset),
        protocol,
        destination if received else source,
        source if received else destination,
        direction=Direction.INBOUND if received else Direction.OUTBOUND,
    )


def _time(row: Mapping[str, str], offset: timedelta | None) -> datetime | None:
    text = f"{row.get('date', '')} {row.get('time', '')}"
    if offset is None or not _TIME.match(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) - offset
    except (ValueError, OverflowError):
        return None
