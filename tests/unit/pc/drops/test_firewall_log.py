# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of Windows Defender Firewall, as recorded, and in the forms of later versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.firewall_log import (
    MAX_LINES,
    columns,
    parse,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.model import (
    Direction,
    End,
)
from unit.rows import each_row

SAMPLE = (
    Path(__file__).parents[3] / "samples" / "firewall_logs" / "pfirewall_2021_17_columns.log"
).read_text()
FIELDS = next(line for line in SAMPLE.splitlines() if line.startswith("#Fields"))
JAPAN = timedelta(hours=9)
ROW = (
    "2026-07-27 22:59:57 DROP TCP 10.0.0.7 10.0.0.5 57764 3389 44 S 446729687 0 1024 - - - RECEIVE"
)


def test_the_recorded_log() -> None:
    found = parse(SAMPLE, columns(SAMPLE), timedelta(hours=2))
    assert (len(found.drops), found.unread, found.lost, found.whole) == (8, 0, 8, True)
    first, six = found.drops[0], found.drops[2]
    assert first.time == datetime(2021, 6, 22, 10, 19, 41, tzinfo=UTC)
    assert (first.local, first.remote) == (End("224.0.0.251", 5353), End("192.168.178.25", 5353))
    assert (first.protocol, first.direction, first.certain) == (17, Direction.INBOUND, True)
    assert (six.local, six.remote) == (End("ff02::fb", 5353), End("fe80::100", 5353))


def test_the_names_of_the_columns_decide() -> None:
    assert columns(f"C:\\Windows\\System32\\x.log:{FIELDS} pid\r\n{FIELDS}\r\n").keys() == {17, 18}
    assert columns("The system cannot find the file specified.") == {}
    named = columns("#Fields: action path date time protocol dst-ip dst-port src-ip src-port")
    row = "DROP SEND 2026-07-27 22:59:57 UDP 10.0.0.7 53 10.0.0.5 50000"
    (drop,) = parse(row, named, timedelta()).drops
    assert (drop.local, drop.remote) == (End("10.0.0.5", 50000), End("10.0.0.7", 53))
    assert drop.direction is Direction.OUTBOUND


@each_row("row", [ROW, f"{ROW} 4", "\0" * 4_000 + ROW, f"{ROW} 4\r", ROW.replace(" ", "  ")])
def test_forms_of_a_line(row: str) -> None:
    for named in ({}, columns(f"{FIELDS} pid"), columns(FIELDS)):
        (drop,) = parse(row, named, JAPAN).drops
        assert drop.time == datetime(2026, 7, 27, 13, 59, 57, tzinfo=UTC)
        assert (drop.local, drop.remote) == (End("10.0.0.5", 3389), End("10.0.0.7", 57764))


@each_row(
    "row, unread",
    [
        (ROW.replace("DROP", "ALLOW"), 0),
        ("2026-07-27 22:59:57 DROP ICMP 10.0.0.7 10.0.0.5 - - 0 - - - - 8 0 - RECEIVE", 0),
        ("2026-07-27 22:59:57 DROP 2 10.0.0.7 224.0.0.1 - - 0 - - - - - - - RECEIVE", 0),
        (ROW.replace("RECEIVE", "FORWARD"), 0),
        (ROW.replace("RECEIVE", "UNKNOWN"), 1),
        (ROW.replace("10.0.0.5", "host"), 1),
        (ROW.replace("3389", "x"), 1),
        ("DROP", 0),
    ],
)
def test_lines_that_are_no_drops_between_ports(row: str, unread: int) -> None:
    found = parse(row, {}, JAPAN)
    assert (found.drops, found.unread) == ((), unread)


def test_lost_entries_are_counted() -> None:
    lost = "2021-06-22 12:48:21 INFO-EVENTS-LOST - - - - - - - - - - - - {} -"
    assert parse(lost.format(7), {}, JAPAN).lost == 7
    assert parse(lost.format("x"), {}, JAPAN).lost == 1


def test_what_was_lost_long_ago_does_not_matter() -> None:
    lost = "2021-06-22 12:48:21 INFO-EVENTS-LOST - - - - - - - - - - - - 7 -"
    then = datetime(2021, 6, 22, 3, 48, 21, tzinfo=UTC)
    for since, count in ((then, 7), (then + timedelta(seconds=1), 0)):
        assert parse(lost, {}, JAPAN, since).lost == count
    assert parse(lost, {}, None, then).lost == 7


def test_without_the_clock_of_the_host_no_time_is_known() -> None:
    assert parse(ROW, {}, None).drops[0].time is None
    assert parse(ROW.replace("07-27", "13-77"), {}, JAPAN).drops[0].time is None


@pytest.mark.sweep
def test_there_is_a_most() -> None:
    found = parse(f"{ROW}\n" * (MAX_LINES + 1), {}, JAPAN)
    assert (len(found.drops), found.whole) == (MAX_LINES, False)
