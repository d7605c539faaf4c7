# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person may write for the ports to be checked."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortError
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.wanted import (
    MAX_WANTED,
    wanted_ports,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from unit.rows import each_row

TCP, UDP = Protocol.TCP, Protocol.UDP


def tcp(*ports: int) -> tuple[WantedPort, ...]:
    return tuple(WantedPort(TCP, port) for port in ports)


@each_row(
    ("written", "found"),
    [
        (80, tcp(80)),
        ("80", tcp(80)),
        ("8000-8002,443", tcp(443, 8000, 8001, 8002)),
        ([443, 80, "http"], tcp(443, 80)),
        ("https", tcp(443)),
        ([[80], [[81]]], tcp(80, 81)),
        ("dns", (WantedPort(TCP, 53), WantedPort(UDP, 53))),
        ([{"port": 80}], tcp(80)),
        ({"port": "http,https"}, tcp(80, 443)),
        ([{"port": 53, "protocols": "udp"}], (WantedPort(UDP, 53),)),
        ([{"port": 80, "expected_process": "nginx"}], (WantedPort(TCP, 80, ("nginx",)),)),
        ([{"port": 80, "expected_process": ["a", "b"]}], (WantedPort(TCP, 80, ("a", "b")),)),
    ],
)
def test_ports(written: Any, found: tuple[WantedPort, ...]) -> None:
    assert wanted_ports(written) == found


def test_services_of_port_setup_are_ports_too() -> None:
    service = {
        "name": "stock",
        "port": 8500,
        "process": "zaiko.exe",
        "profiles": ["domain"],
        "remote_addresses": ["192.0.2.0/24"],
        "description": "Stock",
    }
    found = wanted_ports([service, {"name": "https", "protocol": "tcp"}])
    assert found == (WantedPort(TCP, 8500, ("zaiko.exe",)), WantedPort(TCP, 443))
    assert [each.name for each in found] == ["stock", "https"]


@each_row(
    ("written", "names"),
    [
        (["rdp", 80], ["rdp", None]),
        ([{"port": "ms-wbt-server,443"}], [None, "ms-wbt-server"]),
        ([{"name": "web\x1b", "port": "80-81"}], ["web", "web"]),
    ],
)
def test_names_are_those_that_were_written(written: Any, names: list[str | None]) -> None:
    assert [each.name for each in wanted_ports(written)] == names


def test_what_all_ports_have_in_common() -> None:
    found = wanted_ports(
        [80, {"port": 53, "protocols": ["udp"], "expected_process": "dns.exe"}],
        ["tcp"],
        ["httpd"],
        free=True,
    )
    assert found == (
        WantedPort(TCP, 80, ("httpd",), True),
        WantedPort(UDP, 53, ("dns.exe",), True),
    )


def test_protocols_are_asked_for_every_number() -> None:
    assert wanted_ports(80, ["udp", "tcp"]) == (WantedPort(TCP, 80), WantedPort(UDP, 80))


def test_a_port_that_is_written_twice_is_as_it_was_written_last() -> None:
    found = wanted_ports([80, 81, {"port": "http", "expected_process": "nginx"}])
    assert found == (WantedPort(TCP, 80, ("nginx",)), WantedPort(TCP, 81))


@each_row(
    ("written", "words"),
    [
        (0, "0 is not a port"),
        ("70000", "70000"),
        ("htpp", "Did you mean http"),
        ([], "empty"),
        (None, "No port"),
        (
            [{"name": "web", "port": 80, "prot": "tcp"}],
            "has the key 'prot'. Did you mean protocol? It may have the keys expected_process, "
            "name, port, process, protocol, protocols.",
        ),
        ([{"port": 80, "proces": "a.exe"}], "has the key 'proces'. Did you mean process?"),
        ([{"prot": 80}], "has the key 'prot'. Did you mean port?"),
        ([{"port": 80, "colour": "red"}], "has the key 'colour'. It may have the keys expected_"),
        ([{"protocols": "tcp"}], "lacks the key 'port'"),
        ([{"port": 80, "protocols": "icmp"}], "icmp"),
        ([{"port": 80, "expected_process": 80}], "name or path"),
        ([{"port": 80, "expected_process": " "}], "name or path"),
        ([{"port": 80, "expected_process": ["httpd", ""]}], "name or path"),
        ([[{"port": 80}]], "dictionary is not a port"),
        ("1-65535", "256"),
        ([*range(1, MAX_WANTED + 2)], "port_facts"),
    ],
)
def test_mistakes(written: Any, words: str) -> None:
    with pytest.raises(PortError, match=re.escape(words)):
        wanted_ports(written)


def test_as_many_as_allowed() -> None:
    assert len(wanted_ports(f"1-{MAX_WANTED}")) == MAX_WANTED
