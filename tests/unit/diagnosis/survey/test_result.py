# SPDX-License-Identifier: GPL-3.0-or-later
"""What to mend first stands first, and a message names some hosts, never all of a thousand."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Verdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.expectation import (
    Expectation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey.fitting import (
    SHARES,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey.result import (
    _ORDER,
    Kind,
    Survey,
    SurveyRow,
    result,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import Failure
from ansible_collections.portkeeper.windows.plugins.module_utils.report.states import (
    STATES,
    severity,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import LANGUAGES
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Verbatim,
    render,
)


def test_each_verdict_has_its_place_in_what_to_mend_first() -> None:
    missing = [each.value for each in Verdict if each.value not in _ORDER]
    assert not missing, f"diagnosis/survey/result.py: give {missing} a place in _ORDER"
    assert len(_ORDER) == len(set(_ORDER)) == len(Verdict)


def row(host: str, port: int, verdict: str, cause: str = "", **more: Any) -> SurveyRow:
    made: SurveyRow = {"host": host, "port": port, "protocol": "tcp", "verdict": verdict}
    if cause:
        made["cause"] = cause
    return made | more  # type: ignore[return-value]


def unread(host: str, kind: str = "timeout") -> Any:
    return {"host": host, "address": None, "kind": kind, "msg": Verbatim("why")}


def test_by_verdict_and_then_by_how_many_it_helps() -> None:
    rows = [
        row("a", 1, "reachable"), row("a", 2, "blocked", "no_rule"),
        row("b", 3, "blocked", "block_rule"), row("c", 3, "blocked", "block_rule"),
        row("b", 1, "in_use_by_other", "in_use_by_other"),
    ]  # fmt: skip
    by_host = {name: [each for each in rows if each["host"] == name] for name in "abc"}
    made = result(Survey(("a", "b", "c"), by_host, {}))
    assert [(each["host"], each["port"]) for each in made["rows"]] == [
        ("b", 1), ("b", 3), ("c", 3), ("a", 2), ("a", 1),
    ]  # fmt: skip
    assert render(made["msg"], "en") == (
        "3 of 3 hosts were read. Ports: Taken 1, Blocked 3, Reachable 1."
    )
    assert made["totals"]["verdicts"] == {"in_use_by_other": 1, "blocked": 3, "reachable": 1}


def test_the_order_is_that_of_the_report() -> None:
    """A port that the report counts as worse does not stand behind a better one."""
    rows = [row("a", 1, verdict.value) for verdict in Verdict]
    made = result(Survey(("a",), {"a": rows}, {}))
    states = [severity(STATES[Verdict(each["verdict"])]) for each in made["rows"]]
    assert states == sorted(states)


def test_where_only_some_hosts_are_asked_about_ports_listeners_come_last() -> None:
    listener: SurveyRow = {"host": "a", "port": 7, "protocol": "tcp"}
    rows = {"a": [listener], "b": [row("b", 1, "reachable"), row("b", 2, "blocked", "no_rule")]}
    made = result(Survey(("a", "b"), rows, {}))
    assert [(each["host"], each["port"]) for each in made["rows"]] == [("b", 2), ("b", 1), ("a", 7)]
    assert render(made["msg"], "en").splitlines() == [
        "2 of 2 hosts were read. Ports: Blocked 1, Reachable 1.",
        "Where no ports were asked about, listeners that other hosts could reach: 1.",
    ]


def test_of_many_rows_a_result_has_those_to_mend_first_and_counts_the_others() -> None:
    """As many as fit, in JSON as Ansible hands it on, where a letter of Japanese takes six octets."""
    hosts = tuple(f"営業-{number}" for number in range(3_000))
    verdicts = ["reachable", "blocked", "not_listening"]
    rows = {
        host: [
            row(host, port, verdict, process="nginx.exe") for port, verdict in enumerate(verdicts)
        ]
        for host in hosts
    }
    rows[hosts[0]][0]["as_expected"] = False
    made = result(Survey(hosts, rows, {}, left_out=5), Expectation.REACHABLE)
    size = len(json.dumps(made["rows"]))
    # Nothing else needs room here.
    most = sum(SHARES.values())
    assert most - 200 < size <= most
    # No blocked port is left out, and no reachable one stays.
    assert [each["verdict"] for each in made["rows"][:3_000]] == ["blocked"] * 3_000
    assert {each["verdict"] for each in made["rows"][3_000:]} == {"not_listening"}
    totals = made["totals"]
    assert totals["rows"] == len(made["rows"])
    assert totals["rows"] + totals["left_out"] == 9_005
    assert totals["verdicts"] == dict.fromkeys(["blocked", "not_listening", "reachable"], 3_000)
    assert render(made["warnings"][0], "en") == (
        "With all entries, the result would be too large for AWX. Left out are: rows "
        f"{totals['left_out']}. The option detail_file writes the whole of each host to a file."
    )
    # The expectation is about all of them.
    assert "on 3000 of 3000 hosts: 営業-0" in render(made["msg"], "en")


def test_a_report_has_all_rows_so_nobody_is_warned() -> None:
    listeners: list[SurveyRow] = [
        {"host": "a", "port": port % 65_536, "protocol": "tcp"} for port in range(20_000)
    ]
    made = result(Survey(("a",), {"a": listeners}, {}), for_report=True)
    assert made["totals"]["left_out"] > 0
    assert "warnings" not in made
    assert "could reach: 20000." in render(made["msg"], "en")


def test_what_was_not_read_of_hosts_is_told_of_each_and_warned_of_some() -> None:
    hosts = tuple(f"pc-{number}" for number in range(23))
    notes = {host: [Verbatim(f"not {host}"), Verbatim("nor that")] for host in hosts[1:]}
    notes[hosts[0]] = []
    made = result(Survey(hosts, {}, {}, notes=notes))
    assert made["incomplete"] == [{"host": host, "notes": notes[host]} for host in hosts[1:]]
    warnings = [render(each, "en") for each in made["warnings"]]
    assert warnings[:2] == ["pc-1: not pc-1", "pc-1: nor that"]
    assert warnings[-2] == "pc-10: nor that"
    others = ", ".join(hosts[11:21])
    assert warnings[20:] == [
        f"Not everything could be read of these hosts either: {others} and 2 more. The key "
        "incomplete of the result says what is missing."
    ]
    assert render(made["msg"], "en").splitlines()[1:] == [
        f"Read, but not all of it: {', '.join(hosts[1:11])} and 12 more."
    ]


def test_where_all_was_read_nothing_is_warned_of() -> None:
    made = result(Survey(("a",), {}, {}, notes={"a": ()}))
    assert made["incomplete"] == []
    assert "warnings" not in made
    assert len(render(made["msg"], "en").splitlines()) == 1


def test_where_no_host_was_read_nothing_is_said_of_what_was_not_asked() -> None:
    failures = {"a": unread("a")}
    checked = result(Survey(("a",), {}, failures, checked=True))
    assert render(checked["msg"], "en").startswith("0 of 1 hosts were read.\n")
    assert "istener" not in render(checked["msg"], "en")
    listed = result(Survey(("a",), {}, failures))
    assert "Listeners that other hosts could reach: 0." in render(listed["msg"], "en")


def test_a_host_that_was_not_read_is_not_as_expected() -> None:
    hosts = tuple(f"pc-{number}" for number in range(30))
    rows = {name: [row(name, 80, "reachable", as_expected=True)] for name in hosts[20:]}
    failures = {name: unread(name) for name in hosts[:20]}
    made = result(Survey(hosts, rows, failures), Expectation.REACHABLE)
    assert made["failed"]
    assert render(made["msg"], "en").splitlines()[0] == (
        "These ports are not reachable, or not known to be, on 20 of 30 hosts: pc-0, pc-1, pc-2, "
        "pc-3, pc-4, pc-5, pc-6, pc-7, pc-8, pc-9 and 10 more."
    )
    assert "failed" not in result(Survey(hosts[20:], rows, {}), Expectation.REACHABLE)


def test_of_many_hosts_with_one_reason_it_stands_with_the_first() -> None:
    for count, told in ((3, ["why"] * 3), (4, ["For example: why"])):
        hosts = tuple(f"pc-{number}" for number in range(count))
        made = result(Survey(hosts, {}, {name: unread(name) for name in hosts}))
        assert render(made["msg"], "en").splitlines()[-len(told) - 1 :] == [
            f"Not read, no answer came in time: {', '.join(hosts)}.",
            *told,
        ]


def test_each_kind_of_reason_has_words_in_both_languages() -> None:
    kinds = list(dict.fromkeys(each.value for each in (*Failure, *Kind)))
    hosts = tuple(kinds)
    made = result(Survey(hosts, {}, {kind: unread(kind, kind) for kind in kinds}), stopped=5)
    for language in LANGUAGES:
        told = render(made["msg"], language)
        assert len(told.splitlines()) == 2 + 2 * len(kinds)
        assert "{" not in told
    assert made["totals"]["unread"] == dict.fromkeys(kinds, 1)


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(list(Verdict))), max_size=30))
def test_nothing_is_lost_and_nothing_added(given_rows: list[tuple[int, Verdict]]) -> None:
    rows = {
        f"pc-{host}": [
            row(f"pc-{host}", number, verdict.value)
            for number, (other, verdict) in enumerate(given_rows)
            if other == host
        ]
        for host in range(6)
    }
    hosts = tuple(rows)
    made = result(Survey(hosts, rows, {}))
    everything = [each for found in rows.values() for each in found]
    assert sorted(map(str, made["rows"])) == sorted(map(str, everything))
    assert sum(made["totals"]["verdicts"].values()) == made["totals"]["rows"] == len(everything)
