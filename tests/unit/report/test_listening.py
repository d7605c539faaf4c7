# SPDX-License-Identifier: GPL-3.0-or-later
"""What listens on a PC, from the facts of port_facts."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.report.listening import (
    listeners,
    reserved,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import (
    Listener,
    Reserved,
)
from unit.report.pcs import WANTED, asked

Facts = dict[str, Any]


@pytest.fixture(scope="module")
def facts() -> Facts:
    _check, result = asked("win11-ja", WANTED)
    found: Facts = result["ansible_facts"]["port_facts"]
    return found


def at(facts: Facts, port: int, protocol: str = "tcp") -> list[Listener]:
    return [each for each in listeners(facts) if (each.port, each.protocol) == (port, protocol)]


def test_one_process_at_one_port_is_one_listener(facts: Facts) -> None:
    (web,) = at(facts, 80)
    assert web.addresses == ("0.0.0.0", "::")
    assert (web.name, web.pid, web.process) == ("http", 2976, "httpd.exe")
    assert web.services == ("Apache2.4",)


def test_behind_http_sys_are_the_programs_that_it_listens_for() -> None:
    _check, result = asked("server2022", [80, 3389])
    (web,) = at(result["ansible_facts"]["port_facts"], 80)
    assert (web.pid, web.process) == (4, "System")
    assert web.services == ("w3wp.exe", "SQLServerReportingServices")


def test_what_the_firewall_says_on_the_networks_of_the_pc(facts: Facts) -> None:
    assert [each.firewall for port in (80, 8080, 5432) for each in at(facts, port)] == [
        "blocked",
        "allowed",
        None,
    ]


def test_two_networks_that_differ(facts: Facts) -> None:
    both = [{"name": "a", "profile": "private"}, {"name": "b", "profile": "public"}]
    (web,) = at(facts | {"profiles": both}, 80)
    assert web.firewall == "mixed"


def test_who_can_reach_it_on_the_network_that_lets_the_most_in(facts: Facts) -> None:
    networks = [{"name": name, "profile": name} for name in ("private", "public")]
    both = facts | {"profiles": networks}
    for reached in ({"private": "everybody", "public": "nobody"}, {"private": "own_subnets"}):
        (web,) = [dict(each) for each in both["endpoints"] if each["port"] == 80][:1]
        web["firewall"] = {
            name: {"state": "allowed", "reason": "", "reach": reach}
            for name, reach in reached.items()
        }
        assert at(both | {"endpoints": [web]}, 80)[0].reach == reached["private"]


def test_nobody_else_reaches_what_listens_for_the_pc_itself(facts: Facts) -> None:
    assert [(each.reach, each.firewall) for each in at(facts, 5432)] == [("nobody", None)]


def test_without_the_firewall_nothing_is_said_of_it(facts: Facts) -> None:
    plain = [{k: v for k, v in each.items() if k != "firewall"} for each in facts["endpoints"]]
    unread = {key: each for key, each in facts.items() if key != "firewall"}
    found = listeners(unread | {"endpoints": plain})
    assert {(each.firewall, each.reach) for each in found} == {(None, None)}


def test_ports_that_windows_chose(facts: Facts) -> None:
    assert [at(facts, 80)[0].dynamic, at(facts, 49664)[0].dynamic] == [False, True]
    assert at(facts | {"dynamic_range": []}, 49664)[0].dynamic
    small = [{"protocol": "tcp", "family": "ipv4", "start": 50000, "end": 50010}]
    assert not at(facts | {"dynamic_range": small}, 49664)[0].dynamic


def test_connections_are_no_listeners(facts: Facts) -> None:
    connection = facts["endpoints"][0] | {
        "state": "established",
        "remote_address": "192.0.2.1",
        "remote_port": 443,
        "port": 50999,
    }
    assert at(facts | {"endpoints": [connection]}, 50999) == []


def test_ranges_of_both_families_are_told_once() -> None:
    _check, result = asked("hyperv-reserved", [8080, 5150])
    found = reserved(result["ansible_facts"]["port_facts"])
    assert Reserved("tcp", 5100, 5199, administered=False) in found
    assert Reserved("tcp", 50000, 50059, administered=True) in found
    assert len(found) == len(set(found))


def test_something_else_is_no_fact() -> None:
    with pytest.raises(KeyError):
        listeners({"endpoints": []})
