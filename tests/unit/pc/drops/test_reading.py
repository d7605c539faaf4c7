# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host has recorded of dropped packets, however much of it can be read."""

from __future__ import annotations

import base64
import re
from datetime import timedelta, timezone
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.model import Record
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.drops.reading import (
    Records,
    State,
    read,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.rows import each_row
from unit.simulated import SimulatedTransport
from winsim.images import load
from winsim.programs import command_line

NET_EVENTS, SECURITY_LOG, FIREWALL_LOG = Record
ON = load("logging-on")


def read_of(changes: dict[str, Any]) -> Records:
    return read(Host(SimulatedTransport(ON.varied(changes).boot()), "pc"))


def count(records: Records) -> dict[Record, int]:
    return {each: sum(drop.record is each for drop in records.drops) for each in Record}


def states(records: Records) -> dict[Record, State]:
    return {each.record: each.state for each in records.read}


def test_all_records_of_the_last_minutes() -> None:
    found = read_of({})
    assert states(found) == dict.fromkeys(Record, State.READ)
    # The scan of a port without a listener is in 5152 alone; what was long ago is nowhere.
    assert count(found) == {NET_EVENTS: 7, SECURITY_LOG: 8 + 7, FIREWALL_LOG: 7}
    assert found.booted is not None
    assert all(each.time is None or each.time > found.booted for each in found.drops)


@each_row(
    "form",
    [
        {"printed": "utf-16"},
        {"printed": "utf-16-le"},
        {"printed": "utf-8-sig"},
        {"printed": "utf-16", "element": "netEvent"},
    ],
)
def test_forms_that_net_events_may_be_printed_in(form: dict[str, Any]) -> None:
    found = read_of({"drops": form})
    assert states(found) == dict.fromkeys(Record, State.READ)
    assert count(found) == count(read_of({}))


def test_the_requests_it_costs() -> None:
    transport = SimulatedTransport(ON.boot())
    host = Host(transport, "pc")
    host.run("echo x", "x")
    before = len(transport.actions)
    read(host)
    assert len(transport.actions) - before == 7


LOG = r"PublicProfile\Logging"


@each_row(
    "changes, state, empty",
    [
        ({"drops": {"net_events": False}}, {}, {NET_EVENTS}),
        ({"drops": {"refused": ["netsh"]}}, {NET_EVENTS: State.UNREAD}, {NET_EVENTS}),
        ({"drops": {"refused": ["wevtutil"]}}, {SECURITY_LOG: State.UNREAD}, {SECURITY_LOG}),
        ({"drops": {"refused": ["auditpol"]}}, {}, set()),
        ({"drops": {"audit!": ["connection"]}}, {}, set()),
        ({"drops": {"audit!": []}}, {SECURITY_LOG: State.OFF}, {SECURITY_LOG}),
        (
            {"drops": {"audit!": [], "refused": ["auditpol"]}},
            {SECURITY_LOG: State.PARTLY},
            {SECURITY_LOG},
        ),
        ({"drops": {"lost": 3}}, {FIREWALL_LOG: State.PARTLY}, set()),
        ({"drops": {"process_column": False}}, {}, set()),
        (
            {"firewall": {"keys": {LOG: {"LogDroppedPackets": 0}}}},
            {FIREWALL_LOG: State.OFF},
            {FIREWALL_LOG},
        ),
        (
            {"firewall": {"keys": {LOG: {"LogFilePath": r"D:\fw.log"}}}},
            {FIREWALL_LOG: State.OFF},
            {FIREWALL_LOG},
        ),
        (
            {"drops": {"refused": ["netsh", "wevtutil", "auditpol"]}},
            {NET_EVENTS: State.UNREAD, SECURITY_LOG: State.UNREAD},
            {NET_EVENTS, SECURITY_LOG},
        ),
    ],
)
def test_one_record_does_not_stop_the_others(
    changes: dict[str, Any], state: dict[Record, State], empty: set[Record]
) -> None:
    found = read_of(changes)
    assert states(found) == {**dict.fromkeys(Record, State.READ), **state}
    assert {each for each, number in count(found).items() if number == 0} == empty
    assert all((each.why is None) == (each.state is State.READ) for each in found.read)


def test_the_log_of_a_benchmark_and_the_one_before() -> None:
    path = r"c:\windows\system32\logfiles\firewall\{}"
    fields = "#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags "
    fields += "tcpsyn tcpack tcpwin icmptype icmpcode info path\n"
    row = "{} DROP TCP 10.0.0.7 10.0.0.5 57764 3389 44 S 4 0 1024 - - - RECEIVE\n"
    machine = ON.varied({"os": {"time_zone": -90}}).boot()
    local = machine.clock().astimezone(timezone(timedelta(minutes=-90)))
    now, long_ago = (f"{each:%Y-%m-%d %H:%M:%S}" for each in (local, local - timedelta(hours=1)))
    files = {
        path.format("publicfw.log"): fields + row.format(now),
        path.format("publicfw.log.old"): fields + row.format(long_ago) + row.format(now),
    }
    silent = {"firewall": {"keys": {LOG: {"LogDroppedPackets": 0}}}}
    found = read_of({"os": {"time_zone": -90}, "drops": {"files": files}, **silent})
    assert count(found)[FIREWALL_LOG] == 2


@pytest.mark.sweep
def test_a_log_that_is_cut_lacks_nothing_of_the_last_minutes() -> None:
    long_ago = {"ago": 3_600.0, "local": "10.0.0.5:80", "remote": "10.0.0.7:5", "times": 3_000}
    found = read_of({"drops": {"net_events": False, "packets": [long_ago]}})
    assert states(found)[FIREWALL_LOG] is State.READ
    flood = {**long_ago, "ago": 1.0, "times": 700}
    packets = [{**flood, "local": f"10.0.0.5:{n}"} for n in range(8)]
    flooded = read_of({"drops": {"net_events": False, "packets": packets}})
    assert states(flooded)[FIREWALL_LOG] is State.PARTLY
    assert states(flooded)[SECURITY_LOG] is State.PARTLY


def test_a_program_that_is_not_there_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("wevtutil.exe", "auditpol.exe", "findstr.exe", "sort.exe"):
        monkeypatch.delitem(command_line.SYSTEM32, name)
    found = read_of({})
    assert states(found) == {
        NET_EVENTS: State.READ,
        SECURITY_LOG: State.UNREAD,
        FIREWALL_LOG: State.UNREAD,
    }
    texts = [render(each.why, "en") for each in found.read if each.why is not None]
    assert all("ended with an error" in text for text in texts)


def test_outputs_that_can_not_be_told_apart_are_an_error_of_that_host() -> None:
    def unmarked(_number: int, answer: str) -> str:
        def without_marks(stream: re.Match[str]) -> str:
            text = base64.b64decode(stream[1]).replace(b"portkeeper-end-of-output-", b"end-")
            return f">{base64.b64encode(text).decode()}</rsp:Stream>"

        return re.sub(r">([A-Za-z0-9+/=]+)</rsp:Stream>", without_marks, answer)

    transport = SimulatedTransport(ON.boot())
    transport.spoil = unmarked
    found = read(Host(transport, "win-9"))
    assert set(states(found).values()) == {State.UNREAD}
    for each in found.read:
        assert each.why is not None
        told = render(each.why, "en")
        assert "on win-9 (http://192.0.2.1:5985/wsman): The outputs of" in told
        assert "can't be told apart" in told


def test_a_host_that_is_gone_is_unreachable() -> None:
    transport = SimulatedTransport(ON.boot())
    transport.failures = dict.fromkeys(range(100), TransportError(Failure.REFUSED))
    with pytest.raises(HostError) as caught:
        read(Host(transport, "pc", clock=Clock(sleep=lambda _seconds: None)))
    assert caught.value.unreachable


@each_row("number", range(9))
def test_an_answer_that_is_damaged_costs_no_more_than_what_it_was_about(number: int) -> None:
    transport = SimulatedTransport(ON.boot())
    transport.spoil = lambda each, answer: "<damaged" if each == number else answer
    found = read(Host(transport, "pc", clock=Clock(sleep=lambda _seconds: None)))
    assert [each.record for each in found.read] == list(Record)
    assert sum(each.state is State.READ for each in found.read) >= 1
    assert all((each.why is None) == (each.state is State.READ) for each in found.read)
