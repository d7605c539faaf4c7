# SPDX-License-Identifier: GPL-3.0-or-later
"""port_check with `drops`: what Windows itself has recorded. One run asks several PCs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from integration.asking import Asked, ask
from loopback import Network
from winsim.images import Image, load

pytestmark = pytest.mark.integration
NETWORK = Network()

ON = load("logging-on")
NOTHING: dict[str, Any] = {
    "drops": {"audit!": [], "refused": ["netsh", "wevtutil"]},
    "firewall": {
        "keys": {
            r"PublicProfile\Logging": {"LogDroppedPackets": 0},
            r"DomainProfile\Logging": {"LogDroppedPackets": 1, "LogFilePath": r"D:\logs\fw.log"},
        }
    },
}
ASK: dict[str, Any] = {"ports": "3000,8080,8443,9999", "drops": True, "timeout": 1}
PCS: dict[str, tuple[Image, list[dict[str, Any]]]] = {
    "all": (ON, [ASK, {**ASK, "language": "ja"}]),
    "udp": (ON, [{"ports": 5353, "protocols": ["udp"], "drops": True}]),
    "quiet": (ON.varied(NOTHING), [{**ASK, "ports": "8443,8080"}, {"ports": 8080, "drops": True}]),
    "old": (load("win2008r2"), [{"ports": 80, "drops": True, "timeout": 1}]),
    "own": (load("win11-ja"), [{"ports": 8443, "timeout": 1, "drops": True}]),
    "plain": (load("win11-ja"), [{"ports": 8443, "timeout": 1}]),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The results of all tasks by PC."""
    machines = [image.boot(name, NETWORK.next()) for name, (image, _tasks) in PCS.items()]
    tasks = {name: [{"port_check": each} for each in asked] for name, (_i, asked) in PCS.items()}
    return ask(machines, tasks, tmp_path_factory.mktemp("drops"))


def by_port(result: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {port["port"]: port["drops"] for port in result["ports"]}


def test_each_port_has_its_drops(found: Asked) -> None:
    drops = by_port(found["all"][0])
    assert {port: each["state"] for port, each in drops.items()} == {
        3000: "dropped", 8080: "unknown", 8443: "dropped", 9999: "dropped"
    }  # fmt: skip
    kinds = [(each["record"], each["count"]) for each in drops[8443]["records"]]
    # Those of the image, and the packets of the attempt itself.
    count = kinds[0][1]
    assert count > 4
    # In the Security log the same drops are a packet and a connection.
    assert kinds == [("net_events", count), ("security_log", 2 * count), ("firewall_log", count)]
    first = drops[8443]["records"][0]
    assert first["remote_addresses"] == ["192.168.11.254", "192.168.11.50", "192.168.11.77"]
    assert (first["layer"], first["direction"]) == ("accepting", "inbound")
    assert (first["filter_id"], first["origin"], first["rule"]) == (
        66241,
        "Query User Default",
        None,
    )
    assert first["program"] == r"\device\harddiskvolume3\reports\reports.exe"
    assert first["first"] < first["last"] < "9999"


def test_the_rule_that_dropped_them_is_named(found: Asked) -> None:
    rules = {each["rule"] for each in by_port(found["all"][0])[3000]["records"]}
    assert rules == {"No shop from outside", None}  # the firewall's log names no rule
    assert "by the rule 'No shop from outside'" in by_port(found["all"][0])[3000]["msg"]


def test_the_attempt_of_the_task_itself_is_in_the_net_events(found: Asked) -> None:
    (port,) = found["own"][0]["ports"]
    (only,) = port["drops"]["records"]
    assert (only["record"], only["origin"]) == ("net_events", "Query User Default")
    assert only["remote_addresses"] == ["192.168.11.254"]
    assert re.match(r"Windows dropped .* from 192\.168\.11\.254", port["drops"]["msg"])


def test_a_scan_of_a_port_without_a_listener_is_in_one_record(found: Asked) -> None:
    (only,) = by_port(found["all"][0])[9999]["records"]
    assert (only["record"], only["layer"], only["origin"]) == (
        "security_log", "transport", "Stealth"
    )  # fmt: skip


def test_the_message_says_it_below_each_port(found: Asked) -> None:
    *lines, reachable = found["all"][0]["msg"].splitlines()
    assert reachable.endswith("is recorded for what can be reached: TCP 8080.")
    assert len(lines) == 7
    assert [line.startswith("Windows dropped ") for line in lines] == [
        False, True, False, False, True, False, True
    ]  # fmt: skip
    assert found["all"][0]["drops"]["remedies"] == []
    assert {each["state"] for each in found["all"][0]["drops"]["records"]} == {"read"}
    remarks = {port["port"]: port["remarks"] for port in found["all"][0]["ports"]}
    assert lines[1] in remarks[3000]
    assert lines[4] in remarks[8443]


def test_it_is_said_in_japanese(found: Asked) -> None:
    assert "規則「No shop from outside」" in found["all"][1]["msg"]
    assert "ステルス モード" in found["all"][1]["msg"]


def test_what_went_out_by_udp(found: Asked) -> None:
    (port,) = found["udp"][0]["ports"]
    assert port["drops"]["records"][0]["direction"] == "outbound"
    assert "from UDP 5353 to 224.0.0.251" in port["drops"]["msg"]


def test_where_nothing_is_recorded_it_says_how_to_turn_it_on(found: Asked) -> None:
    result = found["quiet"][0]
    assert {each["record"]: each["state"] for each in result["drops"]["records"]} == {
        "net_events": "unread", "security_log": "unread", "firewall_log": "off"
    }  # fmt: skip
    assert by_port(result)[8443]["state"] == "unknown"
    assert "it may have dropped some all the same" in result["msg"]
    assert r"D:\logs\fw.log" in result["msg"]
    tasks = [each["task"] for each in result["drops"]["remedies"] if each["task"] is not None]
    (task,) = tasks
    assert task["portkeeper.windows.firewall_profile"]["profiles"] == ["public"]
    assert any(each["yaml"] for each in result["drops"]["remedies"])


def test_of_a_port_that_can_be_reached_it_is_only_said_that_nothing_is_recorded(
    found: Asked,
) -> None:
    _answer, none = found["quiet"][1]["msg"].splitlines()
    assert none.startswith("No drop in the last 15 minutes is recorded for what can be reached:")


def test_an_old_windows_is_no_failure(found: Asked) -> None:
    assert not found["old"][0].get("failed")
    assert found["old"][0]["ports"][0]["drops"]["state"] == "unknown"


def test_without_the_option_nothing_of_it_is_there(found: Asked) -> None:
    assert "drops" not in found["plain"][0]
    assert "drops" not in found["plain"][0]["ports"][0]
