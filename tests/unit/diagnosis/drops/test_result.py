# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded drops as port_check returns them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Remedy,
    RemedyTask,
    Situation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.drops.judge import find
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.drops.result import (
    Recorded,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.drops.turning_on import (
    FIREWALL_PROFILE,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.expectation import (
    Expectation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.result import report
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.model import (
    Direction,
    Drop,
    End,
    Layer,
    Record,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.reading import (
    RecordRead,
    Records,
    State,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken
from unit.diagnosis.cases import CONNECTED, TIMED_OUT, ask, firewall, situation

DROP = Drop(
    Record.NET_EVENTS,
    datetime(2026, 4, 13, 9, 0, tzinfo=UTC),
    6,
    End("10.0.0.5", 80),
    End("10.0.0.7", 50_000),
    direction=Direction.INBOUND,
    layer=Layer.ACCEPTING,
    filter_id=7,
)
READ = (
    RecordRead(Record.NET_EVENTS, State.READ),
    RecordRead(Record.FIREWALL_LOG, State.OFF, Phrase("drop_record.no_log")),
)


def reported(known: Situation, *drops: Drop, expectation: Expectation | None = None) -> Any:
    diagnosis = ask(known, 80)
    ports = find(Records(drops, READ), [diagnosis.wanted], ["10.0.0.5"], None)
    log = {"profile": Phrase("profile.public")}
    task = RemedyTask(Phrase("task.log_drops", log), FIREWALL_PROFILE, {"log_blocked": True})
    offered = (Remedy(Phrase("drop_remedy.log", log), task), Remedy(Phrase("drop_remedy.audit")))
    recorded = Recorded(Records(drops, READ), ports, offered, (r"D:\\fw.log",))
    return spoken(report(known, [diagnosis], expectation, recorded), "en")


OPEN, BLOCKED = situation(attempt=CONNECTED), situation(firewall=firewall(), attempt=TIMED_OUT)


def test_a_hit_is_below_the_answer_whatever_the_verdict() -> None:
    for known in (OPEN, BLOCKED):
        found = reported(known, DROP)
        first, second = found["msg"].splitlines()
        assert not first.startswith("Windows dropped")
        assert second.startswith(
            "Windows dropped a packet to TCP 80 from 10.0.0.7 at 2026-04-13T09"
        )
        assert second in found["ports"][0]["remarks"]
        assert found["ports"][0]["drops"]["state"] == "dropped"


def test_a_miss_is_told_of_a_port_that_can_not_be_reached() -> None:
    _first, none = reported(OPEN)["msg"].splitlines()
    assert none == "No drop in the last 15 minutes is recorded for what can be reached: TCP 80."
    _first, miss, record, log, remedy = reported(BLOCKED)["msg"].splitlines()
    assert miss.startswith("No record says that Windows dropped a packet to TCP 80")
    assert record.startswith("Log of Windows Defender Firewall: nothing is recorded there: ")
    assert log.endswith(r"D:\\fw.log.")
    assert remedy.startswith(
        "Have the firewall log dropped packets in the public profile with fire"
    )
    for known in (OPEN, BLOCKED):
        assert reported(known)["ports"][0]["drops"]["state"] == "unknown"


def test_a_failed_expectation_has_the_evidence() -> None:
    found = reported(BLOCKED, DROP, expectation=Expectation.REACHABLE)
    assert found["failed"]
    assert "Windows dropped a packet to TCP 80" in found["msg"]
    assert "Windows" not in reported(BLOCKED, expectation=Expectation.IN_USE)["msg"].split("\n")[0]


def test_what_was_read_and_what_can_be_turned_on() -> None:
    drops = reported(OPEN)["drops"]
    assert drops["minutes"] == 15
    assert [(each["record"], each["state"]) for each in drops["records"]] == [
        ("net_events", "read"),
        ("firewall_log", "off"),
    ]
    assert [each["task"] for each in drops["remedies"]] == [
        {
            "name": "Log dropped packets in the public profile",
            FIREWALL_PROFILE: {"log_blocked": True},
        },
        None,
    ]


def test_one_kind_of_drops() -> None:
    (only,) = reported(OPEN, DROP)["ports"][0]["drops"]["records"]
    assert only == {
        "record": "net_events",
        "direction": "inbound",
        "layer": "accepting",
        "count": 1,
        "first": "2026-04-13T09:00:00Z",
        "last": "2026-04-13T09:00:00Z",
        "remote_addresses": ["10.0.0.7"],
        "filter_id": 7,
        "origin": None,
        "rule": None,
        "rule_id": None,
        "program": None,
    }
