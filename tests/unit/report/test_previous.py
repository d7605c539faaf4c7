# SPDX-License-Identifier: GPL-3.0-or-later
"""What has changed since an earlier report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.report.build import build
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import (
    Check,
    Host,
    Listener,
    Network,
    Report,
    Reserved,
    State,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.report.previous import compared
from unit.report.pcs import MADE_BY, YESTERDAY, example

WEB = Listener("tcp", ("0.0.0.0", "::"), 80, "http", 4312, "httpd.exe", ("Apache2.4",))
REACHED = Check(80, "tcp", "http", "reachable", "TCP 80 can be reached.")
PC = Host(
    "pc",
    "192.0.2.10",
    State.READY,
    networks=(Network("Office", "private"),),
    checks=(REACHED,),
    listeners=(WEB,),
    reserved=(Reserved("tcp", 5000, 5099, False),),
)
BEFORE = replace(
    build((), collection=MADE_BY, language="en", created=YESTERDAY),
    hosts=(PC,),
)

Told = tuple[str, int | None, str | None, str | None]


def changes(before: Report, **now: Any) -> list[Told]:
    """Of the PC above, with what is otherwise now."""
    (host,) = compared([replace(PC, **now)], before)
    return [(each.kind.value, each.port, each.before, each.after) for each in host.changes]


def test_nothing() -> None:
    assert changes(BEFORE) == []


def test_a_verdict_and_with_it_the_state() -> None:
    shut = replace(REACHED, verdict="blocked")
    assert changes(BEFORE, state=State.BLOCKED, checks=(shut,)) == [
        ("state", None, "ready", "blocked"),
        ("verdict", 80, "reachable", "blocked"),
    ]


def test_that_other_ports_are_wanted_is_no_change_of_the_pc() -> None:
    assert changes(BEFORE, checks=(replace(REACHED, port=8080),)) == []


def test_who_listens() -> None:
    other = replace(WEB, process="nginx.exe", services=())
    more = replace(WEB, port=8080, process="java.exe", services=())
    assert changes(BEFORE, listeners=(other, more)) == [
        ("listener", 80, "Apache2.4", "nginx.exe"),
        ("listener", 8080, None, "java.exe"),
    ]
    assert changes(BEFORE, listeners=()) == [("listener", 80, "Apache2.4", None)]


def test_pids_and_ports_that_windows_chose_say_nothing() -> None:
    chosen = replace(WEB, port=49664, dynamic=True)
    assert changes(BEFORE, listeners=(replace(WEB, pid=1), chosen)) == []


def test_a_range_for_dynamic_ports_that_grew_does_not_end_its_listeners() -> None:
    assert changes(BEFORE, listeners=(replace(WEB, dynamic=True),)) == []


def test_networks_and_reserved_ranges() -> None:
    found = changes(BEFORE, networks=(Network("Office", "public"),), reserved=())
    assert found == [
        ("network", None, "Office (private)", None),
        ("network", None, None, "Office (public)"),
        ("reserved", None, "5000-5099", None),
    ]


def test_what_could_not_be_read_is_not_said_to_be_gone() -> None:
    found = changes(
        BEFORE, state=State.UNREACHABLE, networks=(), checks=(), listeners=None, reserved=None
    )
    assert found == [("state", None, "ready", "unreachable")]


def test_a_pc_that_was_not_there_before() -> None:
    assert changes(replace(BEFORE, hosts=())) == [("state", None, None, "ready")]


def test_without_an_earlier_report_nothing_has_changed() -> None:
    (host,) = compared([PC], None)
    assert host.changes == ()


def test_real_pcs() -> None:
    report = example()
    assert report.compared_with is not None
    assert report.compared_with.missing == ("kyoto-01",)
    kinds = {host.name: [each.kind.value for each in host.changes] for host in report.hosts}
    assert kinds["srv-web-01"] == ["state"]
    assert kinds["srv-app-01"] == ["state", "verdict", "listener"]
    assert kinds["nagoya-01"] == ["state"]
