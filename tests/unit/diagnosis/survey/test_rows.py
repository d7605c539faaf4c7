# SPDX-License-Identifier: GPL-3.0-or-later
"""A row says who holds a port and whether it can be reached, and stays short whatever a host is
called."""

from __future__ import annotations

import json
from dataclasses import replace

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey import rows
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach.sets import Who
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    HttpUrl,
    Service,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.result import Judged
from unit.diagnosis.cases import APACHE, SYSTEM
from unit.holder_cases import listener, process, service, snapshot, udp

URL = HttpUrl("http://+:80/app/", "+", 80, (9000,))


def test_http_sys_names_who_stands_behind() -> None:
    behind = process(9000, "w3wp.exe")
    taken = snapshot((listener(80, 4),), (SYSTEM, behind), (service("W3SVC", 9000),), (URL,))
    ((row,), _more) = rows.of_facts("pc", taken, None)
    assert (row["process"], row["pid"], row["service"]) == ("System", 4, "W3SVC")
    alone = snapshot((listener(80, 4),), (SYSTEM, behind), (), (URL,))
    ((row,), _more) = rows.of_facts("pc", alone, None)
    assert row["service"] == "w3wp.exe"


def test_what_is_behind_http_sys_depends_on_the_port() -> None:
    urls = (URL, HttpUrl("http://+:81/", "+", 81, (9001,)))
    others = (process(9000, "w3wp.exe"), process(9001, "b.exe"))
    found, _more = rows.of_facts(
        "pc", snapshot((listener(80, 4), listener(81, 4)), (SYSTEM, *others), (), urls), None
    )
    assert [each["service"] for each in found] == ["w3wp.exe", "b.exe"]


def test_a_process_has_its_name_at_each_of_its_ports() -> None:
    here = [listener(80, 4312), listener(81, 1), listener(82, 4312), udp(83, 4312)]
    taken = snapshot(here, (APACHE,), (service("Web", 4312),))
    found, _more = rows.of_facts("pc", taken, None)
    alone = [rows.of_facts("pc", replace(taken, endpoints=(each,)), None)[0][0] for each in here]
    assert found == alone
    assert [each.get("service") for each in found] == ["Web", None, "Web", "Web"]


def test_listeners_that_others_could_reach() -> None:
    """Each port and process once, whatever addresses it has."""
    taken = snapshot(
        (
            listener(80, 4312), listener(80, 4312, "::"), listener(5432, 4312, "127.0.0.1"),
            udp(53, 4312), listener(81, None),
        ),
        (APACHE,),
    )  # fmt: skip
    found, left_out = rows.of_facts("pc", taken, None)
    assert [(each["protocol"], each["port"], each.get("pid")) for each in found] == [
        ("tcp", 80, 4312), ("tcp", 81, None), ("udp", 53, 4312),
    ]  # fmt: skip
    assert left_out == 0


def test_the_widest_reach_of_the_networks_that_are_there() -> None:
    one, other = listener(80, 4312), listener(80, 4312, "::")
    judged = Judged(
        [{"name": "Cafe", "profile": "public"}, {"name": "Office", "profile": "private"}],
        {"profiles": {}, "products": [], "problem": None},
        {
            one: {"public": {"state": "blocked", "reason": "", "reach": "nobody"},
                  "domain": {"state": "allowed", "reason": "", "reach": "everybody"}},
            other: {"private": {"state": "allowed", "reason": "", "reach": "own_subnets"}},
        },
    )  # fmt: skip
    ((row,), _more) = rows.of_facts("pc", snapshot((one, other), (APACHE,)), judged)
    assert row["reach"] == "own_subnets"


def test_a_verdict_without_a_reach_is_an_unknown_one() -> None:
    here = listener(80, 4312)
    judged = Judged(
        [{"name": "Cafe", "profile": "public"}],
        {"profiles": {}, "products": [], "problem": None},
        {here: {"public": {"state": "unknown", "reason": ""}}},
    )
    ((row,), _more) = rows.of_facts("pc", snapshot((here,), (APACHE,)), judged)
    assert row["reach"] == Who.UNKNOWN.value


def test_a_host_that_means_harm_gets_short_rows_and_not_too_many() -> None:
    endless = replace(APACHE, name="\x1b[31m\u202e" + "x" * 100_000)
    services = tuple(Service("s" * 1_000, "", "Running", pid=4312) for _each in range(1_000))
    taken = snapshot((listener(80, 4312),), (endless,), services)
    ((row,), _more) = rows.of_facts("pc", taken, None)
    assert len(json.dumps(row)) < 400
    assert row["process"].isprintable()
    many = snapshot([listener(port, 4312) for port in range(1, 3_001)], (APACHE,))
    found, left_out = rows.of_facts("pc", many, None)
    assert (len(found), left_out) == (rows.MOST_ROWS, 3_000 - rows.MOST_ROWS)
