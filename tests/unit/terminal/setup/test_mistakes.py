# SPDX-License-Identifier: GPL-3.0-or-later
"""Why the role port_setup ends with an error."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.setup import (
    mistakes,
    registered,
    story,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    PhraseError,
    Value,
    render,
)
from unit.rows import each_row
from unit.terminal.setup.test_story import port, rule

ACCEPTED = frozenset({"reachable"})
CHECK_MODE = story.Wanted(ACCEPTED, check_mode=True)
STOP = {"name": "x", "portkeeper.windows.port_process": {"ports": 80}}
FREED = {"results": [{"changed": True, "item": "443/tcp", "msg": "Would stop A."}]}
PRIVATE = {"changed": True, "msg": "It would be private."}


def english(values: list[Value]) -> list[str]:
    return [render(each, "en") for each in values]


def stopping(*pids: int | None) -> dict[str, Any]:
    """What would be stopped at another port."""
    stopped = [{"kind": "process", "pid": pid, "ports": ["443/tcp"]} for pid in pids]
    return {"results": [FREED["results"][0] | {"stopped": stopped}]}


def holding(*tasks: dict[str, Any] | None) -> dict[str, Any]:
    held = port(80, "in_use_by_other", "A has it.")
    return held | {"remedies": [{"cause": "in_use_by_other", "task": each} for each in tasks]}


@each_row(
    ("ports", "said"),
    [
        ([port(80, "reachable"), port(81, "not_listening")], []),
        ([holding(), port(81, "reachable")], ["A has it."]),
        ([holding(None)], ["A has it."]),
        # Once, for whatever could be stopped.
        (
            [holding(None, STOP), holding(STOP)],
            [
                "A has it.",
                "A has it.",
                "Or set port_setup_conflict to stop, and this role stops it.",
            ],
        ),
    ],
)
def test_ports_that_other_programs_hold(ports: list[dict[str, Any]], said: list[str]) -> None:
    assert english(mistakes.taken({"ports": ports})) == said


def test_what_no_check_returns_is_refused() -> None:
    with pytest.raises(PhraseError, match="wants a result of port_check: 'ports' is missing"):
        mistakes.taken({"rules": []})


def test_clients_that_are_no_hosts() -> None:
    assert mistakes.of_clients(["a", "b"], ["b", "a", "c"], ["office"], "v") == []
    (found,) = mistakes.of_clients(["x", "a", "y"], ["a"], ["office"], "port_report_clients")
    assert render(found, "en") == (
        "port_report_clients: x, y: the inventory has no host of this name. Write the names as the "
        "inventory has them."
    )
    assert "port_report_clients: x、y という名前のホスト" in render(found, "ja")


def test_a_client_that_is_a_group_is_told_how_to_write_its_hosts() -> None:
    nobody, group = mistakes.of_clients(["office", "x"], ["a"], ["all", "office"], "v")
    assert render(nobody, "en").startswith("v: x: the inventory")
    assert render(group, "en") == (
        "v: 'office' is a group of the inventory. For all hosts in it, write "
        "\"{{ groups['office'] }}\"."
    )
    assert "「office」はインベントリーのグループです" in render(group, "ja")


def test_ports_that_are_not_as_wanted_are_counted_and_named() -> None:
    path = {"verdict": "no_route", "msg": "-", "port": 1, "protocol": "tcp", "client": "c"}
    results = {
        "after": {"ports": [port(1, "blocked"), port(2, "reachable")]},
        "paths": {"ports": [path, path | {"verdict": "reachable"}]},
    }
    (told,) = mistakes.not_as_wanted({"well": {}, "pc-1": results}, story.Wanted(ACCEPTED))
    assert render(told, "en") == (
        "Not as wanted: 1 of 2 ports (TCP 1). What was told of pc-1 above says why. Until they are as "
        "wanted, the PC counts as failed (failed=1 below)."
    )
    assert render(told, "ja").startswith(
        "2 個のポートのうち 1 個 (TCP 1) が期待どおりではありません。"
    )


@each_row(
    ("verdict", "others", "certain"),
    [
        # Nothing would change: a run finds the same.
        ("unknown", {}, True),
        ("not_listening", {"opened": {"rules": [rule("unchanged")]}}, True),
        # Some rule would.
        ("not_listening", {"opened": {"rules": [rule("created")]}}, False),
        ("blocked", {"opened": {"rules": [rule("created")]}}, False),
        ("blocked", {"opened": {"rules": [rule("created", effective=None)]}}, False),
        ("blocked", {"opened": {"rules": [rule("created", effective=False)]}}, True),
        ("reserved", {"opened": {"rules": [rule("created")]}}, True),
        ("loopback_only", {"opened": {"rules": [rule("created")]}}, True),
        ("overridden_by_policy", {"opened": {"rules": [rule("created")]}}, True),
        ("third_party_firewall", {"opened": {"rules": [rule("created")]}}, True),
        # What a program leaves behind, nobody knows.
        ("in_use_by_other", {"freed": FREED}, False),
        ("loopback_only", {"freed": FREED}, False),
        ("loopback_only", {"freed": stopping(7)}, False),
        ("loopback_only", {"freed": stopping(8, 7)}, False),
        # It is another one that would be stopped.
        ("loopback_only", {"freed": stopping(8)}, True),
        ("loopback_only", {"freed": stopping(None)}, True),
        ("reserved", {"freed": stopping(8)}, True),
        ("overridden_by_policy", {"freed": stopping(8)}, True),
        ("overridden_by_policy", {"freed": stopping(8), "network": PRIVATE}, False),
        ("not_listening", {"freed": stopping(8)}, False),
        # Another network has other rules.
        ("overridden_by_policy", {"network": PRIVATE}, False),
        (
            "blocked",
            {"network": PRIVATE, "opened": {"rules": [rule("created", effective=False)]}},
            False,
        ),
        ("reserved", {"network": PRIVATE}, True),
        ("reachable", {"opened": {"rules": [rule("created")]}}, False),
    ],
)
def test_in_check_mode_only_what_a_run_would_certainly_leave_so_is_told(
    verdict: str, others: dict[str, Any], certain: bool
) -> None:
    checked = port(80, verdict) | {"evidence": {"listeners": [{"pid": 7, "process": "a.exe"}]}}
    pcs = {"pc-1": {"before": {"ports": [checked]}, **others}}
    told = english(mistakes.not_as_wanted(pcs, CHECK_MODE))
    assert bool(told) is certain
    _table, counts = story.of_pcs(registered.read(pcs), CHECK_MODE)
    assert f"PCs as wanted after a run: {0 if certain else 1} of 1;" in render(counts, "en")
    if certain:
        assert told[0].startswith(
            "After a run, 1 of 1 ports would still not be as wanted (TCP 80)."
        )
