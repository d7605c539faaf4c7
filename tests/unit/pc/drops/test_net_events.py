# SPDX-License-Identifier: GPL-3.0-or-later
"""Net events of the Windows Filtering Platform: a published one, and what `file=-` might print."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.model import (
    Direction,
    End,
    Layer,
    Parsed,
    Record,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.net_events import parse
from unit.rows import each_row

SAMPLE = (
    Path(__file__).parents[3] / "samples" / "firewall_logs" / "netevent_quarantine_2020.xml"
).read_text()
EVENT = SAMPLE[SAMPLE.index("<netEvent>") : SAMPLE.rindex("</netEvents>")].strip()


def parsed(text: str) -> Parsed:
    found = parse(text)
    assert found is not None
    return found


def test_the_published_event() -> None:
    (drop,) = parsed(SAMPLE).drops
    assert drop.record is Record.NET_EVENTS
    assert drop.time == datetime(2020, 10, 7, 1, 3, 56, 281_000, UTC)
    assert (drop.local, drop.remote) == (End("255.255.255.255", 21), End("10.195.33.252", 61706))
    assert (drop.protocol, drop.filter_id, drop.certain) == (17, 66241, True)
    assert drop.origin == "Quarantine Default"


def test_the_layer_tells_the_direction_and_not_the_field_of_that_name() -> None:
    assert "<layerId>44</layerId>" in SAMPLE
    assert "MS_FWP_DIRECTION_OUT" in SAMPLE
    (drop,) = parsed(SAMPLE).drops
    assert (drop.layer, drop.direction) == (Layer.ACCEPTING, Direction.INBOUND)


@each_row(
    "layer_id, layer, direction",
    [
        (13, Layer.TRANSPORT, Direction.INBOUND),
        (46, Layer.ACCEPTING, Direction.INBOUND),
        (48, Layer.CONNECTING, Direction.OUTBOUND),
        (51, Layer.CONNECTING, Direction.OUTBOUND),
        (36, None, None),
        (900, None, None),
    ],
)
def test_layers(layer_id: int, layer: Layer | None, direction: Direction | None) -> None:
    text = SAMPLE.replace("<layerId>44<", f"<layerId>{layer_id}<")
    (drop,) = parsed(text).drops
    assert (drop.layer, drop.direction) == (layer, direction)


def in_utf16(text: str) -> str:
    """Text in UTF-16, as who takes it for UTF-8 reads it."""
    return text.encode("utf-16").decode("utf-8", errors="replace")


@each_row(
    "text",
    [
        SAMPLE.replace("netEvent>", "item>"),
        SAMPLE.replace("_TYPE_CLASSIFY_DROP", "_TYPE_PUBLIC_CLASSIFY_DROP"),
        SAMPLE.replace("<?xml version", '<?xml encoding="utf-16" version'),
        "Data collection successful; output = -\r\n" + SAMPLE + "\r\n完了\r\n",
        in_utf16(SAMPLE),
        SAMPLE.replace("\n", "\r\n"),
        SAMPLE.replace("<localAddrV4>", "<localAddrV4.x>").replace(
            "</localAddrV4>", "</localAddrV4.x>"
        ),
        '<!DOCTYPE x [<!ENTITY a "b">]>' + SAMPLE,
    ],
)
def test_forms_that_it_may_have(text: str) -> None:
    assert parsed(text).drops == parsed(SAMPLE).drops


def test_a_list_that_is_cut_has_its_whole_events() -> None:
    text = f"<netEvents numItems='3'>{EVENT}{EVENT}{EVENT}</netEvents>"
    for end in range(text.index(EVENT) + 2 * len(EVENT), len(text) - len("</netEvents>"), 97):
        found = parsed(text[:end])
        assert len(found.drops) in (1, 2)
        assert not found.whole
    assert len(parsed(text).drops) == 3
    assert parsed(text).whole


@each_row(
    "text",
    [
        "",
        "The requested operation requires elevation.",
        "<events/>",
        "<netEvents><item></netEvents>",
    ],
)
def test_what_is_no_list(text: str) -> None:
    assert parse(text) is None


def test_an_empty_list() -> None:
    assert parsed("<netEvents numItems='0'/>") == Parsed()
    assert parsed("<netEvents numItems='0'>\r\n</netEvents>") == Parsed()


def test_other_events_are_none_and_broken_ones_are_counted() -> None:
    allowed = EVENT.replace("CLASSIFY_DROP", "CLASSIFY_ALLOW")
    broken = EVENT.replace("<localPort>21<", "<localPort>x<")
    found = parsed(f"<netEvents>{allowed}{broken}{EVENT}</netEvents>")
    assert (len(found.drops), found.unread) == (1, 1)


def test_entities_of_a_document_type_are_not_expanded() -> None:
    hostile = SAMPLE.replace("<netEvents", '<!DOCTYPE n [<!ENTITY a "b">]><netEvents')
    hostile = hostile.replace("Quarantine Default", "&a;")
    assert parse(hostile) is None


@pytest.mark.sweep
def test_there_is_a_most() -> None:
    small = (
        "<item><header><timeStamp>2020-10-07T01:03:56Z</timeStamp><ipProtocol>6</ipProtocol>"
        "<localAddrV4>10.0.0.5</localAddrV4><remoteAddrV4>10.0.0.6</remoteAddrV4>"
        "<localPort>80</localPort><remotePort>5</remotePort></header><type>X_DROP</type>"
        "<classifyDrop><layerId>44</layerId></classifyDrop></item>"
    )
    found = parsed(f"<netEvents>{small * 5_001}</netEvents>")
    assert (len(found.drops), found.whole) == (5_000, False)
