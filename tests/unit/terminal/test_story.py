# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role port_setup tells at its end."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.pc.schema import MisfitError
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal import layout, story
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.rows import each_row

WANTED = story.Wanted(frozenset({"reachable"}))
CHECK_MODE = story.Wanted(frozenset({"reachable"}), check_mode=True)


def port(number: int, verdict: str, msg: str = "-") -> dict[str, Any]:
    listeners = [{"pid": 7, "process": "a.exe"}] if verdict == "reachable" else []
    return {
        "port": number,
        "protocol": "tcp",
        "name": "stock",
        "verdict": verdict,
        "msg": msg,
        "evidence": {"listeners": listeners},
    }


def rule(outcome: str, *, effective: bool | None = True) -> dict[str, Any]:
    return {"name": "R", "outcome": outcome, "effective": effective, "reason": "no network"}


def told(wanted: story.Wanted = WANTED, **results: Any) -> list[str]:
    found = story.read({"pc": results})
    return [render(each, "en") for each in story.of_pc(found["pc"], wanted)]


def test_what_was_done_comes_first_then_what_is_wrong_then_the_rest() -> None:
    assert told(
        before={"ports": [port(1, "blocked"), port(2, "reachable")]},
        freed={"results": [{"changed": True, "msg": "Done: end a.exe."}, {"changed": False}]},
        network={"changed": True, "msg": "The network is private."},
        opened={"rules": [rule("created", effective=False), rule("unchanged"), rule("changed")]},
        after={"ports": [port(1, "reachable", "Good."), port(2, "blocked", "Bad.")]},
        paths={"ports": [{"verdict": "no_route", "msg": "No way."}]},
    ) == [
        "Done: end a.exe.",
        "The network is private.",
        "The firewall rule 'R' was created. It has no effect now: no network.",
        "The firewall rule 'R' was changed.",
        "Bad.",
        "No way.",
        "Good.",
    ]


@each_row(
    ("wanted", "outcome", "line"),
    [
        (WANTED, "created", "The firewall rule 'R' was created."),
        (WANTED, "changed", "The firewall rule 'R' was changed."),
        (WANTED, "deleted", "The firewall rule 'R' was deleted."),
        (WANTED, "unchanged", "Nothing had to be changed."),
        (CHECK_MODE, "created", "The firewall rule 'R' would be created."),
        (CHECK_MODE, "changed", "The firewall rule 'R' would be changed."),
        (CHECK_MODE, "deleted", "The firewall rule 'R' would be deleted."),
        (CHECK_MODE, "unchanged", "Nothing would be changed."),
    ],
)
def test_what_became_of_a_rule(wanted: story.Wanted, outcome: str, line: str) -> None:
    assert told(wanted, before={"ports": []}, opened={"rules": [rule(outcome)]}) == [line]


def test_in_check_mode_the_ports_are_as_they_were() -> None:
    skipped = {"skipped": True, "changed": False}
    lines = told(CHECK_MODE, before={"ports": [port(1, "blocked", "Bad.")]}, after=skipped)
    assert lines == ["Nothing would be changed.", "Bad."]


def test_what_windows_has_dropped_is_told_of_ports_that_are_not_as_wanted() -> None:
    dropped = {"drops": {"msg": "Dropped at 10:00."}}
    ports = [port(1, "blocked", "Bad.") | dropped, port(2, "reachable", "Good.") | dropped]
    lines = told(before={"ports": []}, after={"ports": ports})
    assert lines == ["Nothing had to be changed.", "Bad.", "Dropped at 10:00.", "Good."]


def test_several_pcs_are_a_table_with_what_to_mend_first() -> None:
    found = story.read(
        {
            "good": {
                "before": {"ports": [port(80, "blocked")]},
                "after": {"ports": [port(80, "reachable")]},
            },
            "bad": {"before": {"ports": [port(80, "in_use_by_other")]}},
            "off": {"before": {"unreachable": True, "msg": "no answer"}},
        }
    )
    table, counts = story.of_pcs(found, WANTED)
    assert layout.render(table, "en") == [
        "HOST  PROTO  PORT  NAME   BEFORE    NOW        PID  PROCESS",
        "off                       Not read",
        "bad   TCP      80  stock  Taken",
        "good  TCP      80  stock  Blocked   Reachable    7  a.exe",
    ]
    words = "PCs as wanted: 1 of 3; not as wanted: 1; not read: 1."
    assert render(counts, "en") == words


def test_a_path_that_is_blocked_counts_for_its_pc() -> None:
    well = {"before": {"ports": [port(80, "reachable")]}}
    paths = {"paths": {"ports": [{"verdict": "no_route", "msg": "-"}]}}
    found = story.read({"a": well, "b": well | paths})
    _table, counts = story.of_pcs(found, WANTED)
    assert render(counts, "en") == "PCs as wanted: 1 of 2; not as wanted: 1."


@each_row(
    "results",
    [
        [],
        {"pc": []},
        {"pc": {"before": {"ports": 1}}},
        {"pc": {"opened": {"rules": [{"name": "R"}]}}},
        {"pc": {"freed": {"results": [{"changed": "yes"}]}}},
    ],
)
def test_what_no_module_returns_is_refused(results: object) -> None:
    with pytest.raises(MisfitError):
        story.read(results)


def test_what_is_accepted_without_being_reachable_is_counted() -> None:
    """So that the number of PCs as wanted can be compared with that of PCs that are ready."""
    results = story.read(
        {
            "one": {"before": {"ports": [port(1, "not_listening")]}},
            "two": {"before": {"ports": [port(1, "reachable"), port(2, "reachable")]}},
            "three": {
                "before": {"ports": [port(1, "reachable")]},
                "paths": {"ports": [{"verdict": "not_listening", "msg": "-"}]},
            },
        }
    )
    accepted = story.Wanted(frozenset({"reachable", "not_listening"}))
    _table, told = story.of_pcs(results, accepted)
    assert render(told, "en") == (
        "PCs as wanted: 3 of 3; not as wanted: 0. Of those as wanted, 2 can't be reached at every "
        "port yet; that is accepted (Not listening)."
    )


def test_in_check_mode_it_is_said_that_nothing_was_changed_yet() -> None:
    results = story.read({"one": {"before": {"ports": [port(1, "blocked")]}}})
    _table, told = story.of_pcs(results, CHECK_MODE)
    assert render(told, "en").startswith("Check mode: nothing was changed, so this is how they")
