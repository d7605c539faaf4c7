# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts made from a Snapshot."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from ansible_collections.portkeeper.windows.plugins.module_utils.facts import (
    listen_facts,
    port_facts,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.model import (
    Endpoint,
    HttpUrl,
    PortRange,
    Process,
    Protocol,
    Service,
    Snapshot,
    TcpState,
    parse_address,
)

BOOTED = datetime(2026, 4, 1, 0, 12, 8, tzinfo=UTC)
HTTPD = Process(
    4312, "httpd.exe", r"C:\Apache24\bin\httpd.exe", created=BOOTED, user=r"NT AUTHORITY\SYSTEM"
)
SYSTEM = Process(4, "System")
APACHE = Service("Apache2.4", "Apache2.4", "Running", pid=4312)


def listener(address: str, port: int, pid: int | None = 4312) -> Endpoint:
    return Endpoint(Protocol.TCP, parse_address(address), port, TcpState.LISTEN, pid=pid)


def snapshot(*endpoints: Endpoint, **others: object) -> Snapshot:
    return Snapshot(
        endpoints=endpoints,
        processes={4312: HTTPD, 4: SYSTEM},
        services={4312: (APACHE,)},
        **others,  # type: ignore[arg-type]
    )


def test_an_endpoint_in_full() -> None:
    (fact,) = port_facts(snapshot(listener("0.0.0.0", 80)))["endpoints"]
    assert fact == {
        "protocol": "tcp",
        "address": "0.0.0.0",
        "port": 80,
        "family": "ipv4",
        "zone": None,
        "scope": "all",
        "state": "listen",
        "remote_address": None,
        "remote_port": None,
        "created": None,
        "pid": 4312,
        "process": "httpd.exe",
        "path": r"C:\Apache24\bin\httpd.exe",
        "user": r"NT AUTHORITY\SYSTEM",
        "started": "2026-04-01T00:12:08+00:00",
        "services": ["Apache2.4"],
        "http_urls": [],
    }


def test_facts_are_plain_json() -> None:
    facts = port_facts(
        snapshot(
            listener("fe80::1%12", 80),
            Endpoint(Protocol.UDP, parse_address("::"), 53),
            reserved=(PortRange(Protocol.TCP, "ipv4", 1, 2, True),),
            http_urls=(HttpUrl("HTTP://+:80/", "+", 80, (4312,)),),
        )
    )
    assert json.loads(json.dumps(facts)) == facts
    for value in facts["endpoints"][0].values():
        assert type(value) in (str, int, list, type(None))


def test_dual_stack_is_one_port_with_one_holder() -> None:
    held = port_facts(snapshot(listener("::", 80), listener("0.0.0.0", 80)))["by_port"]
    assert list(held) == ["80/tcp"]
    assert held["80/tcp"]["dual_stack"] is True
    assert held["80/tcp"]["addresses"] == ["0.0.0.0", "::"]
    assert [holder["pid"] for holder in held["80/tcp"]["holders"]] == [4312]
    assert held["80/tcp"]["name"] == "http"


def test_a_lone_ipv6_listener_may_serve_both() -> None:
    def dual_stack(source: str, *addresses: str) -> object:
        taken = snapshot(*(listener(address, 80) for address in addresses), source=source)
        return port_facts(taken)["by_port"]["80/tcp"]["dual_stack"]

    assert dual_stack("cim", "::") is None
    assert dual_stack("netstat", "::") is False
    assert dual_stack("cim", "0.0.0.0") is False
    assert dual_stack("cim", "::1") is False


def test_two_processes_on_one_port_are_both_named() -> None:
    held = port_facts(snapshot(listener("127.0.0.1", 80, 8), listener("192.0.2.5", 80)))
    port = held["by_port"]["80/tcp"]
    assert [holder["pid"] for holder in port["holders"]] == [8, 4312]
    assert port["scope"] == "specific"
    assert port["dual_stack"] is False


def test_loopback_only_and_specific_are_told_apart() -> None:
    held = port_facts(
        snapshot(
            listener("127.0.0.1", 1), listener("::1", 1), listener("192.0.2.5", 2),
            listener("fe80::1%3", 3), listener("0.0.0.0", 4), listener("127.0.0.1", 4),
        )
    )["by_port"]  # fmt: skip
    scopes = {port: entry["scope"] for port, entry in held.items()}
    assert scopes == {
        "1/tcp": "loopback", "2/tcp": "specific", "3/tcp": "link_local", "4/tcp": "all",
    }  # fmt: skip


def test_a_connection_is_no_holder() -> None:
    connection = Endpoint(
        Protocol.TCP, parse_address("192.0.2.5"), 80, TcpState.ESTABLISHED,
        parse_address("192.0.2.9"), 51544, 4312,
    )  # fmt: skip
    facts = port_facts(snapshot(connection))
    assert facts["by_port"] == {}
    assert facts["endpoints"][0]["remote_address"] == "192.0.2.9"
    assert facts["endpoints"][0]["remote_port"] == 51544


def test_http_sys_names_who_stands_behind() -> None:
    facts = port_facts(
        snapshot(
            listener("::", 80, 4), listener("::", 445, 4),
            http_urls=(HttpUrl("HTTP://+:80/REPORTS/", "+", 80, (4312,)),),
        )
    )  # fmt: skip
    (url,) = facts["by_port"]["80/tcp"]["http_urls"]
    assert url["url"] == "HTTP://+:80/REPORTS/"
    assert url["holders"][0]["process"] == "httpd.exe"
    assert url["holders"][0]["services"] == ["Apache2.4"]
    assert facts["by_port"]["445/tcp"]["http_urls"] == []


def test_a_process_that_has_ended_leaves_null() -> None:
    (fact,) = port_facts(snapshot(listener("0.0.0.0", 80, 99)))["endpoints"]
    assert (fact["pid"], fact["process"], fact["services"]) == (99, None, [])


def test_endpoints_are_sorted_as_numbers() -> None:
    facts = port_facts(snapshot(*(listener("0.0.0.0", port) for port in (8080, 80, 443, 100))))
    assert [fact["port"] for fact in facts["endpoints"]] == [80, 100, 443, 8080]


def test_the_shape_of_the_peers() -> None:
    facts = listen_facts(
        snapshot(listener("0.0.0.0", 80), Endpoint(Protocol.UDP, parse_address("::"), 53, pid=8))
    )
    assert facts == {
        "tcp_listen": [
            {
                "address": "0.0.0.0",
                "name": "httpd.exe",
                "pid": 4312,
                "port": 80,
                "protocol": "tcp",
                "stime": "Wed Apr  1 00:12:08 2026",
                "user": r"NT AUTHORITY\SYSTEM",
            }
        ],
        "udp_listen": [
            {
                "address": "::",
                "name": None,
                "pid": 8,
                "port": 53,
                "protocol": "udp",
                "stime": None,
                "user": None,
            }
        ],
    }
