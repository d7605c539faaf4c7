# SPDX-License-Identifier: GPL-3.0-or-later
"""A survey of many hosts as a person sees it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.fleet import MOST_ROWS
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.layout import Tone, width
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.results import show
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language

BLOCKED = {
    "host": "win-1", "port": 80, "protocol": "tcp", "verdict": "blocked", "cause": "no_rule",
    "process": "nginx.exe", "pid": 4712, "reach": "nobody",
}  # fmt: skip
WELL = {
    "host": "win-2", "port": 9999, "protocol": "tcp", "verdict": "reachable", "pid": 4,
    "process": "System", "service": "W3SVC", "reach": "everybody",
}  # fmt: skip
OFF = {"host": "win-3", "address": "192.0.2.3", "kind": "timeout", "msg": "No answer."}


def survey(*rows: dict[str, Any], unread: tuple[dict[str, Any], ...] = (), **more: Any) -> Any:
    totals = {
        "hosts": 3, "read": 3 - len(unread), "unread": {}, "rows": len(rows), "left_out": 0,
        "not_listed": {"unread": 0, "incomplete": 0, "unmatched": 0}, "verdicts": {},
    }  # fmt: skip
    return {
        "changed": False, "msg": "In all.", "rows": list(rows), "unread": list(unread),
        "incomplete": [], "unmatched": [], "totals": totals, **more,
    }  # fmt: skip


def shown(result: Any, language: Language = "en", **options: Any) -> list[str]:
    lines = show("port_survey", result, language, **options)
    assert lines is not None
    return lines


def test_one_table_for_all_hosts_and_the_totals_below_it() -> None:
    assert shown(survey(BLOCKED, WELL, unread=(OFF,))) == [
        "VERDICT    HOST   PROTO  PORT  NAME   PID  PROCESS    SERVICES  OPEN TO",
        "Not read   win-3",
        "Blocked    win-1  TCP      80  http  4712  nginx.exe            nobody",
        "Reachable  win-2  TCP    9999           4  System     W3SVC     everybody",
        "In all.",
    ]


def test_a_port_has_the_name_that_it_was_asked_for_by() -> None:
    lines = shown(survey(BLOCKED | {"name": "www"}, BLOCKED))
    assert [line.split()[4] for line in lines[1:3]] == ["www", "http"]


def test_what_was_expected_has_a_column() -> None:
    lines = shown(survey(BLOCKED | {"as_expected": False}, WELL | {"as_expected": True}))
    assert [line.split()[-1] for line in lines[:3]] == ["EXPECTED", "no", "yes"]


def test_listeners_have_no_verdict() -> None:
    row = {name: BLOCKED[name] for name in ("host", "port", "protocol", "process")}
    assert shown(survey(row)) == [
        "HOST   PROTO  PORT  NAME  PID  PROCESS    SERVICES",
        "win-1  TCP      80  http       nginx.exe",
        "In all.",
    ]


def test_there_may_be_nothing_to_list() -> None:
    assert shown(survey()) == ["In all."]


@pytest.mark.parametrize(
    ("well", "expected"), [(WELL, "reachable"), (BLOCKED, "free")], ids=["reachable", "expected"]
)
def test_a_long_table_leaves_out_on_a_terminal_what_is_well(
    well: dict[str, Any], expected: str
) -> None:
    good = well | ({} if expected == "reachable" else {"as_expected": True})
    bad = BLOCKED | ({} if expected == "reachable" else {"as_expected": False})
    many = survey(bad, *[good] * MOST_ROWS)
    on_terminal = shown(many, limit=200)
    assert len(on_terminal) == 4
    assert on_terminal[2].startswith(f"{MOST_ROWS} more ports are as they should be.")
    assert len(shown(many)) == MOST_ROWS + 3
    assert len(shown(survey(bad, *[good] * (MOST_ROWS - 1)), limit=200)) == MOST_ROWS + 2


def test_a_long_table_of_listeners_leaves_out_nothing() -> None:
    row = {name: BLOCKED[name] for name in ("host", "port", "protocol", "process")}
    assert len(shown(survey(*[row] * (MOST_ROWS + 1)), limit=200)) == MOST_ROWS + 3


def test_whole_results_beside_the_rows_do_not_hide_the_table() -> None:
    assert len(shown(survey(BLOCKED, results={"win-1": {}}))) == 3


def test_the_summary_of_a_loop_has_no_table() -> None:
    assert show("port_survey", {"changed": False, "msg": "All.", "results": []}, "en") is None


def test_verdicts_have_tones() -> None:
    def paint(text: str, tone: Tone) -> str:
        return f"<{tone.value}>{text}</>"

    lines = shown(survey(BLOCKED, WELL, unread=(OFF,)), paint=paint)
    tones = [line.partition(">")[0] for line in lines[1:4]]
    assert tones == ["<bad", "<bad", "<good"]


def test_hostile_names_are_harmless() -> None:
    hostile = "\x1b[2J\u202eexe.live"
    text = "\n".join(shown(survey(BLOCKED | {"process": hostile, "service": hostile})))
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_it_fits_a_terminal_of_80_columns(language: Language) -> None:
    long = BLOCKED | {"verdict": "unreachable_from_controller", "reach": "own_subnets"}
    lines = shown(survey(long, unread=(OFF,)), language, limit=80)
    assert max(map(width, lines)) <= 80
