# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the net events of the Windows Filtering Platform, as ``netsh wfp show netevents`` prints
them.

Windows collects them by itself, without an audit policy, in a ring buffer (FwpmEngineSetOption,
FWPM_ENGINE_COLLECT_NET_EVENTS). Each event stands in an ``<item>`` or a ``<netEvent>``. It names
the local and the remote end as such. Which way the packet went is told by the layer: in Microsoft's
own sample, msFwpDirection says the opposite.
"""

from __future__ import annotations

import re

from ...wsman.soap.document import DocumentLimits, Element, text_of
from ...wsman.soap.document import parse as parse_document
from ...wsman.soap.errors import RemoteProtocolError
from .model import Drop, Parsed, Record, cleaned, end_of, kept, layer_of, number, time_of

_ROOT = "netEvents"
_OPENING = re.compile(rf"<{_ROOT}(?=[\s>/])[^<>]{{0,200}}>")
_CLOSING = f"</{_ROOT}>"
# An event has some 3,000 characters, 60 elements, and 5 levels.
MAX_EVENTS = 5_000
_LIMITS = DocumentLimits(max_bytes=8 * 1024 * 1024, max_depth=16, max_elements=600_000)
_MOST = 0xFFFF_FFFF_FFFF_FFFF


def parse(text: str) -> Parsed | None:
    """The drops in the output of the program; None if that is no list of net events. Raises
    nothing.

    Nobody has shown the output for ``file=-``: whatever stands before and behind the list is left
    out, and so are the NULs of UTF-16.
    """
    text = cleaned(text)
    opening = _OPENING.search(text)
    if opening is None:
        return None
    if opening[0].endswith("/>"):
        return Parsed()
    end = text.rfind(_CLOSING, opening.end())
    whole = end >= 0
    inside = text[opening.end() : end] if whole else _whole_events(text[opening.end() :])
    try:
        root = parse_document(f"<{_ROOT}>{inside}{_CLOSING}".encode("utf-8", "replace"), _LIMITS)
    except RemoteProtocolError:
        return None
    drops, unread = [], 0
    for event in root[:MAX_EVENTS]:
        kind = text_of(_child(event, "type"))
        if not kind.endswith("_DROP"):
            continue
        drop = _drop(event)
        if drop is None:
            unread += 1
        else:
            drops.append(drop)
    return Parsed(tuple(drops), unread, whole=whole and len(root) <= MAX_EVENTS)


def _whole_events(text: str) -> str:
    """The events before the last one, of a list that was cut. Every event begins with its
    header."""
    header = text.rfind("<header>")
    begin = max(text.rfind("<item>", 0, header), text.rfind("<netEvent>", 0, header))
    return text[: max(begin, 0)] if header >= 0 else ""


def _child(element: Element | None, tag: str) -> Element | None:
    return None if element is None else next((each for each in element if each.tag == tag), None)


def _address(header: Element, side: str) -> str:
    """An address of either family. Its element is named after the member of a union."""
    found = (text_of(each) for each in header if each.tag.startswith(f"{side}AddrV"))
    return next((each for each in found if each), "")


def _drop(event: Element) -> Drop | None:
    """A drop with ports; None for one that lacks what any use of it needs."""
    header = _child(event, "header")
    # The element with the details is named after the type of the event.
    details = next((each for each in event if _child(each, "layerId") is not None), None)
    if header is None or details is None:
        return None
    local = end_of(_address(header, "local"), text_of(_child(header, "localPort")) or "0")
    remote = end_of(_address(header, "remote"), text_of(_child(header, "remotePort")) or "0")
    protocol = number(text_of(_child(header, "ipProtocol")), 255)
    time = time_of(text_of(_child(header, "timeStamp")))
    if local is None or remote is None or protocol is None or time is None:
        return None
    layer, direction = layer_of(number(text_of(_child(details, "layerId")), 65_535))
    internal = _child(event, "internalFields")
    return Drop(
        Record.NET_EVENTS,
        time,
        protocol,
        local,
        remote,
        direction=direction,
        layer=layer,
        filter_id=number(text_of(_child(details, "filterId")), _MOST),
        origin=kept(text_of(_child(internal, "filterOrigin"))),
        program=_program(text_of(_child(_child(header, "appId"), "data"))),
    )


def _program(hexadecimal: str) -> str:
    """The path of a program, whose characters are printed as the octets of UTF-16."""
    try:
        return kept(bytes.fromhex(hexadecimal[:2_000]).decode("utf-16-le").rstrip("\x00"))
    except ValueError:
        return ""
