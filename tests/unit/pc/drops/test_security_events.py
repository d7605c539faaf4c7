# SPDX-License-Identifier: GPL-3.0-or-later
"""Events 5152 and 5157 of the Security log, as recorded, and the audit policy."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.model import (
    Direction,
    End,
    Layer,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.security_events import (
    MAX_EVENTS,
    audited,
    parse,
)
from unit.rows import each_row

SAMPLE = (
    Path(__file__).parents[3] / "samples" / "firewall_logs" / "events_5152v0_5157v1.xml"
).read_text()
HOST, ICMP_SENDER = "198.51.100.2", "198.51.100.3"


def test_the_recorded_events() -> None:
    scan, echo, blocked = parse(SAMPLE).drops
    assert scan.time == datetime(2016, 6, 29, 15, 24, 34, 346_000, UTC)
    assert (scan.local, scan.remote) == (End(HOST, 3389), End("198.51.100.1", 59639))
    assert (scan.protocol, scan.filter_id, scan.program) == (6, 67607, "")
    assert (scan.layer, scan.direction) == (Layer.TRANSPORT, Direction.INBOUND)
    assert (echo.layer, echo.program, echo.origin) == (Layer.ACCEPTING, "System", "")
    assert not any(each.certain for each in (scan, echo, blocked))


def test_source_and_destination_are_opposite_in_the_two_events() -> None:
    _scan, echo, blocked = parse(SAMPLE).drops
    assert echo.time == blocked.time
    assert echo.filter_id == blocked.filter_id
    assert echo.local.address == blocked.local.address == HOST
    assert echo.remote.address == blocked.remote.address == ICMP_SENDER


@each_row(
    "change",
    [
        # wevtutil: a line for each, apostrophes, no root.
        lambda text: re.sub(r">\s+<", "><", text).replace('"', "'"),
        lambda text: text.replace("2016-06-29T15:24:34.346000Z", "2016-06-29T15:24:34.3460000Z"),
        lambda text: f"<Events>\n{text}</Events>",
        lambda text: text.replace(
            '<Data Name="FilterRTID">',
            '<Data Name="FilterOrigin">Unknown</Data><Data Name="FilterRTID">',
        ).replace("Unknown", ""),
        # Version 2 has other fields in front.
        lambda text: text.replace("<EventData>", '<EventData>\n<Data Name="X">7</Data>'),
        lambda text: text.encode("utf-16-le").decode("utf-8", "replace"),
    ],
)
def test_forms_of_the_same_events(change: object) -> None:
    assert callable(change)
    assert parse(change(SAMPLE)).drops == parse(SAMPLE).drops


def test_the_origin_of_newer_events() -> None:
    text = SAMPLE.replace(
        '<Data Name="FilterRTID">67607',
        '<Data Name="FilterOrigin">Stealth</Data><Data Name="FilterRTID">67607',
    )
    assert [each.origin for each in parse(text).drops] == ["Stealth", "", ""]


def test_one_damaged_event_does_not_hide_the_others() -> None:
    first = SAMPLE.index("</Event>")
    for damaged in (
        SAMPLE.replace("<Version>0", "<Version", 1),
        SAMPLE.replace("3389", "port"),
        SAMPLE.replace("5152", "5159", 1),
        SAMPLE[: first - 40] + SAMPLE[first:],
    ):
        found = parse(damaged)
        assert (len(found.drops), found.unread) == (2, 1)


def test_an_answer_of_as_many_events_as_were_asked_for_may_lack_some() -> None:
    one = SAMPLE[: SAMPLE.index("</Event>") + len("</Event>")] + "\n"
    assert parse(one * (MAX_EVENTS - 1)).whole
    assert not parse(one * MAX_EVENTS).whole
    assert len(parse(one * (MAX_EVENTS + 5)).drops) == MAX_EVENTS


def test_nothing_to_read() -> None:
    for text in ("", "\r\n", "Failed to read events. Access is denied.\r\n", "<Event ", "</Event>"):
        assert parse(text).drops == ()


DROP, CONNECTION = (f"{{0CCE922{n}-69AE-11D9-BED3-505054503030}}" for n in "56")
HEAD = "\r\nMachine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting\r\n"


@each_row(
    "drop, connection, answer",
    [
        ("No Auditing", "No Auditing", False),
        ("Success", "No Auditing", False),
        ("Failure", "No Auditing", True),
        ("No Auditing", "Success and Failure", True),
        ("監査なし", "監査なし", False),
        ("監査なし", "成功および失敗", True),
        ("Keine Überwachung", "Fehler", True),
        ("Pas d'audit", "No Auditing", None),
        ("Pas d'audit", "Failure", True),
    ],
)
def test_the_audit_policy(drop: str, connection: str, answer: bool | None) -> None:
    text = f"{HEAD}PC,System,x,{DROP},{drop},\r\nPC,System,y,{CONNECTION.lower()},{connection},\r\n"
    assert audited(text) is answer


def test_an_unknown_audit_policy() -> None:
    for text in ("", HEAD, 'PC,"', f"PC,System,x,{DROP}\r\n", "Error 0x00000522 occurred:\r\n"):
        assert audited(text) is None
