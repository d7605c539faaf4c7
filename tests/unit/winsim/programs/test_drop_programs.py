# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs that tell what a simulated PC has dropped, and the pipe that connects them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from unit.rows import each_row
from winsim import programs
from winsim.images import load

ON = load("logging-on")
SAMPLES = Path(__file__).parents[3] / "samples" / "firewall_logs"
LOG = r"C:\Windows\System32\LogFiles\Firewall\pfirewall.log"
QUERY = "*[System[(EventID=5152 or EventID=5157) and TimeCreated[timediff(@SystemTime) <= 900000]]]"


def run(line: str, **changes: Any) -> tuple[str, str, int]:
    result = programs.run(ON.varied({"drops": changes}).boot(), line)
    return result.stdout.decode(), result.stderr.decode(), result.exit_code


def tags(element: ElementTree.Element) -> list[str]:
    return [each.tag for each in element.iter()]


def test_a_net_event_has_the_elements_of_the_published_one() -> None:
    published = ElementTree.parse(SAMPLES / "netevent_quarantine_2020.xml").getroot()[0]
    text = run("netsh wfp show netevents file=-")[0]
    events = ElementTree.fromstring(text[text.index("<netEvents") :])
    assert {each.tag for each in events} == {"item"}
    assert len(events) == 8
    for event in events:
        assert [each.tag for each in event] == [each.tag for each in published]
        for part in ("header", "classifyDrop", "internalFields"):
            ours, theirs = event.find(part), published.find(part)
            assert ours is not None
            assert theirs is not None
            assert [each.tag for each in ours] == [each.tag for each in theirs]


def test_the_window_of_time() -> None:
    for window, count in (
        ("", 8),
        (" timewindow=900", 7),
        (" timewindow=100", 6),
        (" timewindow=1", 0),
    ):
        assert run(f"netsh wfp show netevents file=-{window}")[0].count("<header>") == count


def test_the_events_have_the_fields_of_recorded_ones() -> None:
    recorded = (SAMPLES / "events_5152v0_5157v1.xml").read_text().split("</Event>")
    lines = run(f'wevtutil qe Security "/q:{QUERY}" /f:xml /rd:true')[0].splitlines()
    for number, sample in ((5152, recorded[0]), (5157, recorded[2])):
        names = re.findall(r'Name="(\w+)"', sample.partition("<EventData>")[2])
        (line, *_others) = [each for each in lines if f"<EventID>{number}<" in each]
        ours = re.findall(r"Name='(\w+)'", line.partition("<EventData>")[2])
        assert [name for name in ours if name in names] == names
        assert set(ours) - set(names) == {"FilterOrigin", "InterfaceIndex"}
    assert not run(f'wevtutil qe Security "/q:{QUERY}" /f:xml', audit=[])[0].startswith("<Events")


def test_source_and_destination_are_opposite() -> None:
    lines = run(f'wevtutil qe Security "/q:{QUERY}" /f:xml /rd:true /c:2')[0].splitlines()
    own = {
        number: name
        for number, name in ((5152, "DestAddress"), (5157, "SourceAddress"))
        for line in lines
        if f"<EventID>{number}<" in line and f"Name='{name}'>192.168.11.23<" in line
    }
    assert own == {5152: "DestAddress", 5157: "SourceAddress"}


def test_the_log_has_the_form_of_a_recorded_one() -> None:
    recorded = (SAMPLES / "pfirewall_2021_17_columns.log").read_text().splitlines()
    for column, head in ((False, recorded[3]), (True, f"{recorded[3]} pid")):
        lines = run(f"type {LOG}", process_column=column, lost=7)[0].splitlines()
        assert lines[:5] == [*recorded[:3], head, ""]
        rows = [line.split() for line in lines[5:]]
        assert {len(row) for row in rows if row[2] == "DROP"} == {17 + column}
        (lost,) = (row for row in rows if row[2] == "INFO-EVENTS-LOST")
        assert lost[2:] == recorded[-1].replace("1 -", "7 -").split()[2:]


@each_row(
    "line, output",
    [
        (f'type "{LOG}" "{LOG}.old" 2>nul | findstr LOST | sort /r', ("", "", 0)),
        ('echo b& echo a| findstr "a b"', ("b\r\na\r\n", "", 0)),
        ('echo DROP| findstr "LOST DROP"', ("DROP\r\n", "", 0)),
        ('echo drop| findstr "LOST DROP"', ("", "", 1)),
        ('echo a b| findstr /c:"a b" | findstr b', ("a b\r\n", "", 0)),
        ("nosuch 2>nul | sort && echo x", ("x\r\n", "", 0)),
        ("echo a| nosuch 2>nul || echo failed", ("failed\r\n", "", 0)),
        (
            "type C:\\Windows\\System32\\LogFiles\\Firewall\\x.log 2>nul || echo no",
            ("no\r\n", "", 0),
        ),
        ("findstr x C:\\Windows\\System32\\LogFiles\\Firewall\\x.log 2>nul", ("", "", 1)),
    ],
)
def test_pipes(line: str, output: tuple[str, str, int]) -> None:
    assert run(line) == output


def test_sort_in_reverse_refuses_lines_that_are_too_long() -> None:
    files = {LOG: "1\n3\n2"}
    assert run(f"type {LOG} | sort /r", files=files)[0].split() == ["3", "2", "1"]
    long = {LOG: "a" * 4_097}
    assert run(f"type {LOG} | sort /r", files=long)[2] == 1
    assert run(f"type {LOG} | sort /r /rec 65535", files=long)[2] == 0


def test_who_is_denied_access() -> None:
    for line in (
        "netsh wfp show netevents file=-",
        f'wevtutil qe Security "/q:{QUERY}" /f:xml',
        "auditpol /get /subcategory:{0CCE9225-69AE-11D9-BED3-505054503030} /r",
    ):
        assert run(line)[2] == 0
        assert run(line, refused=["netsh", "wevtutil", "auditpol"])[2] != 0


@pytest.mark.parametrize("language", ["en", "ja", "de"])
def test_the_audit_policy_has_words_of_the_language(language: str) -> None:
    line = "auditpol /get /subcategory:{0CCE9226-69AE-11D9-BED3-505054503030} /r"
    machine = ON.varied({"os": {"language": language}}).boot()
    rows = programs.run(machine, line).stdout.decode().splitlines()
    assert rows[0] == ""
    assert rows[1].count(",") == rows[2].count(",") == 5


@each_row(
    "drops",
    [
        {"audit": ["logon"]},
        {"packets": [{"ago": 1, "local": "here", "remote": "10.0.0.7:5"}]},
        {"packets": [{"ago": 1, "local": "10.0.0.5:80"}]},
        {"hits": []},
    ],
)
def test_a_mistake_in_an_image(drops: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="drops"):
        ON.varied({"drops": drops}).boot()
