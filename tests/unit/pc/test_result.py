# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts made from a Snapshot."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
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
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.result import (
    facts,
    listed_once,
    shown_addresses,
)

BOOTED = datetime(2026, 4, 1, 0, 12, 8, tzinfo=UTC)
HTTPD = Process(
    4312, "httpd.exe", r"C:\Apache24\bin\httpd.exe", created=BOOTED, user=r"NT AUTHORITY\SYSTEM"
)
SYSTEM = Process(4, "System")
APACHE = Service("Apache2.4", "Apache HTTP Server", "Running", pid=4312)


def listener(address: str, port: int, pid: int | None = 4312) -> Endpoint:
    return Endpoint(Protocol.TCP, parse_address(address), port, TcpState.LISTEN, pid=pid)


def snapshot(*endpoints: Endpoint, **others: object) -> Snapshot:
    return Snapshot(
        endpoints=endpoints,
        processes={4312: HTTPD, 4: SYSTEM},
        services={4312: (APACHE,)},
        **others,  # type: ignore[arg-type]
    )


def port_facts(taken: Snapshot) -> dict[str, Any]:
    found: dict[str, Any] = facts(taken)["port_facts"]
    return found


def test_an_endpoint_in_full() -> None:
    (fact,) = port_facts(snapshot(listener("0.0.0.0", 80)))["endpoints"]
    assert fact == {
        "protocol": "tcp",
        "address": "0.0.0.0",
        "port": 80,
        "scope": "all",
        "state": "listen",
        "pid": 4312,
        "process": "httpd.exe",
        "service": "Apache2.4",
    }


def test_a_process_in_full() -> None:
    found = port_facts(snapshot(listener("0.0.0.0", 80)))["processes"]
    assert found["4312"] == {
        "name": "httpd.exe",
        "path": r"C:\Apache24\bin\httpd.exe",
        "user": r"NT AUTHORITY\SYSTEM",
        "parent_pid": None,
        "session": None,
        "started": "2026-04-01T00:12:08+00:00",
        "services": {"Apache2.4": "Apache HTTP Server"},
    }


def test_a_command_line_only_where_it_was_asked_for() -> None:
    with_it = Process(8, "a.exe", command_line="a.exe --token 1")
    taken = Snapshot(endpoints=(listener("0.0.0.0", 80, 8),), processes={8: with_it})
    assert port_facts(taken)["processes"]["8"]["command_line"] == "a.exe --token 1"
    taken = snapshot(listener("0.0.0.0", 80))
    assert "command_line" not in port_facts(taken)["processes"]["4312"]


def test_facts_are_plain_json() -> None:
    found = facts(
        snapshot(
            listener("fe80::1%12", 80),
            Endpoint(Protocol.UDP, parse_address("::"), 53),
            reserved=(PortRange(Protocol.TCP, "ipv4", 1, 2, True),),
            http_urls=(HttpUrl("HTTP://+:80/", "+", 80, (4312,)),),
        )
    )
    assert json.loads(json.dumps(found)) == found
    for value in found["port_facts"]["endpoints"][0].values():
        assert type(value) in (str, int, type(None))


def test_dual_stack_is_one_port_with_one_holder() -> None:
    found = port_facts(snapshot(listener("::", 80), listener("0.0.0.0", 80)))
    assert found["by_port"] == {"80/tcp": [4312]}
    assert [fact["address"] for fact in found["endpoints"]] == ["0.0.0.0", "::"]
    assert [fact.get("dual_stack") for fact in found["endpoints"]] == [None, True]


def test_a_lone_ipv6_listener_may_serve_both() -> None:
    def dual_stack(source: str, *endpoints: Endpoint) -> object:
        found = port_facts(snapshot(*endpoints, source=source))["endpoints"]
        (fact,) = (fact for fact in found if fact["address"] == "::")
        return fact["dual_stack"]

    assert dual_stack("cim", listener("::", 80)) is None
    assert dual_stack("netstat", listener("::", 80)) is False
    assert dual_stack("cim", listener("::", 80), listener("0.0.0.0", 80)) is True
    assert dual_stack("cim", listener("::", 80), listener("0.0.0.0", 80, 8)) is None
    assert dual_stack("cim", listener("::", 80), listener("0.0.0.0", 81)) is None


def test_two_processes_on_one_port_are_both_named() -> None:
    found = port_facts(snapshot(listener("127.0.0.1", 80, 8), listener("192.0.2.5", 80)))
    assert found["by_port"] == {"80/tcp": [8, 4312]}


def test_80_is_not_8080() -> None:
    found = port_facts(snapshot(listener("0.0.0.0", 8080, 8), listener("0.0.0.0", 80)))
    assert found["by_port"] == {"80/tcp": [4312], "8080/tcp": [8]}


def test_loopback_only_and_specific_are_told_apart() -> None:
    found = port_facts(
        snapshot(
            listener("127.0.0.1", 1), listener("::1", 1), listener("192.0.2.5", 2),
            listener("fe80::1%3", 3), listener("0.0.0.0", 4),
        )
    )["endpoints"]  # fmt: skip
    assert [(fact["port"], fact["scope"], fact.get("zone")) for fact in found] == [
        (1, "loopback", None), (1, "loopback", None), (2, "specific", None),
        (3, "link_local", "3"), (4, "all", None),
    ]  # fmt: skip


def test_what_serves_both_families_by_one_socket_is_shown_as_one() -> None:
    ipv6 = listener("::", 80)
    both = replace(ipv6, local=parse_address("0.0.0.0"), second=True)
    alone, known = facts(snapshot(ipv6)), facts(snapshot(ipv6, both))
    separate = facts(snapshot(ipv6, listener("0.0.0.0", 80)))
    shown = [shown_addresses(each["port_facts"]["endpoints"]) for each in (alone, known, separate)]
    assert shown == [("::",), ("::",), ("0.0.0.0", "::")]
    assert [each["dual_stack"] for each in known["port_facts"]["endpoints"]] == [True, True]
    assert alone["tcp_listen"] == known["tcp_listen"]
    assert [row["address"] for row in separate["tcp_listen"]] == ["0.0.0.0", "::"]


def test_listeners_are_listed_once_and_in_order() -> None:
    given = [listener("::", 80, 9), listener("::1", 80, 4), listener("127.0.0.1", 80, 4),
             listener("0.0.0.0", 80, 9)]  # fmt: skip
    second = replace(listener("0.0.0.0", 80, 4), second=True)
    assert [(each.pid, each.local.text) for each in listed_once([*given, second])] == [
        *((9, "0.0.0.0"), (9, "::"), (4, "127.0.0.1"), (4, "::1"))
    ]


def test_a_connection_is_no_holder() -> None:
    connection = Endpoint(
        Protocol.TCP, parse_address("192.0.2.5"), 80, TcpState.ESTABLISHED,
        parse_address("192.0.2.9"), 51544, 4312,
    )  # fmt: skip
    found = port_facts(snapshot(connection))
    assert found["by_port"] == {}
    assert found["endpoints"][0]["remote_address"] == "192.0.2.9"
    assert found["endpoints"][0]["remote_port"] == 51544


def test_http_sys_names_who_stands_behind() -> None:
    found = port_facts(
        snapshot(
            listener("::", 80, 4), listener("::", 445, 4),
            http_urls=(HttpUrl("HTTP://+:80/REPORTS/", "+", 80, (4312,)),),
        )
    )["endpoints"]  # fmt: skip
    assert found[0]["http_urls"] == [
        {
            "url": "HTTP://+:80/REPORTS/",
            "pids": [4312],
            "process": "httpd.exe",
            "service": "Apache2.4",
        }
    ]
    assert "http_urls" not in found[1]


def test_a_process_that_has_ended_leaves_null() -> None:
    (fact,) = port_facts(snapshot(listener("0.0.0.0", 80, 99)))["endpoints"]
    assert (fact["pid"], fact["process"], fact["service"]) == (99, None, None)


def test_endpoints_are_sorted_as_numbers() -> None:
    found = port_facts(snapshot(*(listener("0.0.0.0", port) for port in (8080, 80, 443, 100))))
    assert [fact["port"] for fact in found["endpoints"]] == [80, 100, 443, 8080]


def test_the_shape_of_the_peers() -> None:
    found = facts(
        snapshot(listener("0.0.0.0", 80), Endpoint(Protocol.UDP, parse_address("::"), 53, pid=8))
    )
    del found["port_facts"]
    assert found == {
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


def test_what_a_hostile_owner_is_called_is_not_multiplied() -> None:
    services = tuple(Service(f"service {number}", "x", "Running") for number in range(5_000))
    endpoint = Endpoint(Protocol.TCP, parse_address("0.0.0.0"), 80, TcpState.LISTEN, pid=8)
    taken = Snapshot(endpoints=(endpoint,), services={8: services})
    (shown,) = facts(taken)["port_facts"]["endpoints"]
    assert len(shown["service"]) <= 1_001
    assert shown["service"].startswith("service 0, service 1, ")


def test_urls_of_a_port_with_very_many_endpoints_are_told_with_the_first() -> None:
    urls = tuple(HttpUrl(f"http://+:80/{number}/", "+", 80) for number in range(1_000))
    endpoints = tuple(
        Endpoint(Protocol.TCP, parse_address(f"10.0.0.{n}"), 80, TcpState.LISTEN, pid=4)
        for n in range(100)
    )
    found = facts(Snapshot(endpoints=endpoints, http_urls=urls))["port_facts"]["endpoints"]
    assert [len(each.get("http_urls", ())) for each in found] == [1_000] * 20 + [0] * 80
