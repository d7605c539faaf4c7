# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the events 5152 (a packet was dropped) and 5157 (a connection was blocked) of the Security
log, as ``wevtutil qe /f:xml`` prints them, and whether Windows is told to write them.

The answer has no root element. Fields are read by their names: the versions of an event have
different ones. Of inbound traffic, Source is the remote end in 5152, and the host itself in 5157
(sample events-5152v0-5157v1-5156v1.xml), so neither says for certain which end is the host's own.
"""

from __future__ import annotations

import csv
import re

from ...wsman.soap.document import DocumentLimits, Element, text_of
from ...wsman.soap.document import parse as parse_document
from ...wsman.soap.errors import RemoteProtocolError
from .model import (
    Direction,
    Drop,
    Parsed,
    Record,
    cleaned,
    end_of,
    kept,
    layer_of,
    number,
    time_of,
)

PACKET_DROPPED, CONNECTION_BLOCKED = 5152, 5157
#: How many events the command line asks for.
MAX_EVENTS = 200
_BEGIN = re.compile(r"<Event(?=[\s>])")
_END = "</Event>"
# An event has some 1,500 characters and 50 elements and attributes.
_LIMITS = DocumentLimits(max_bytes=64 * 1024, max_depth=8, max_elements=400)
_MOST = 0xFFFF_FFFF_FFFF_FFFF
# %%14592 and %%14593 are the messages "Inbound" and "Outbound" of the log's provider.
_DIRECTIONS = {"%%14592": Direction.INBOUND, "%%14593": Direction.OUTBOUND}

# Subcategories of the audit policy: Filtering Platform Packet Drop, and Connection (Microsoft,
# "Auditing and logging" of the Windows Filtering Platform).
_SUBCATEGORIES = re.compile(r"\{0CCE922[56]-69AE-11D9-BED3-505054503030\}\Z", re.IGNORECASE)
_COLUMNS = 6
# The setting is a word in the language of the host. Of other languages nothing is known.
_SILENT = frozenset(
    ("no_auditing", "success", "監査なし", "成功", "keine_überwachung", "erfolg")  # en, ja, de
)
_SPEAKING = frozenset(
    ("failure", "success_and_failure", "失敗", "成功および失敗", "fehler", "erfolg_und_fehler")
)


def parse(text: str) -> Parsed:
    """The drops in the output of the program. Raises nothing."""
    drops, unread = [], 0
    pieces = cleaned(text).split(_END)
    for piece in pieces[: MAX_EVENTS + 1][:-1]:
        begin = _BEGIN.search(piece)
        drop = None if begin is None else _read(piece[begin.start() :] + _END)
        if drop is None:
            unread += 1
        else:
            drops.append(drop)
    return Parsed(tuple(drops), unread, whole=len(pieces) <= MAX_EVENTS)


def _read(text: str) -> Drop | None:
    try:
        event = parse_document(text.encode("utf-8", "replace"), _LIMITS)
    except RemoteProtocolError:
        return None
    system = {each.tag: each for each in event.iter() if each.tag != "Data"}
    data = {each.get("Name", ""): text_of(each) for each in event.iter() if each.tag == "Data"}
    return _drop(system, data)


def _drop(system: dict[str, Element], data: dict[str, str]) -> Drop | None:
    event_id = number(text_of(system.get("EventID")), 65_535)
    source = end_of(data.get("SourceAddress", ""), data.get("SourcePort", ""))
    destination = end_of(data.get("DestAddress", ""), data.get("DestPort", ""))
    protocol = number(data.get("Protocol", ""), 255)
    created = system.get("TimeCreated")
    time = None if created is None else time_of(created.get("SystemTime", ""))
    if event_id not in (PACKET_DROPPED, CONNECTION_BLOCKED):
        return None
    if source is None or destination is None or protocol is None or time is None:
        return None
    layer, direction = layer_of(number(data.get("LayerRTID", ""), 65_535))
    direction = direction or _DIRECTIONS.get(data.get("Direction", ""))
    swapped = event_id == PACKET_DROPPED and direction is Direction.INBOUND
    local, remote = (destination, source) if swapped else (source, destination)
    return Drop(
        Record.SECURITY_LOG,
        time,
        protocol,
        local,
        remote,
        certain=False,
        direction=direction,
        layer=layer,
        filter_id=number(data.get("FilterRTID", ""), _MOST) or None,
        origin=kept(data.get("FilterOrigin", "")),
        program=kept(data.get("Application", "")),
    )


def audited(text: str) -> bool | None:
    """Whether the audit policy has Windows write any of these events, from the output of
    ``auditpol /get /r``; None if that is unknown. Raises nothing."""
    found: list[bool | None] = []
    for line in cleaned(text).split("\n")[:100]:
        try:
            row = next(csv.reader([line[:1_000]]), [])
        except csv.Error:
            continue
        if len(row) >= _COLUMNS and _SUBCATEGORIES.match(row[3].strip()):
            word = row[4].strip().lower().replace(" ", "_")
            found.append(True if word in _SPEAKING else False if word in _SILENT else None)
    if True in found:
        return True
    return False if found and None not in found else None
