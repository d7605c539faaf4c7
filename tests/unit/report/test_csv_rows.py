# SPDX-License-Identifier: GPL-3.0-or-later
"""A report for a spreadsheet."""

from __future__ import annotations

import csv
import io

from ansible_collections.portkeeper.windows.plugins.module_utils.report import csv_rows
from ansible_collections.portkeeper.windows.plugins.module_utils.report.build import Answers, build
from unit.report.pcs import MADE_BY, TODAY, asked, example, pc, start
from unit.returned import from_source


def rows(text: str) -> list[dict[str, str]]:
    assert text[0] == csv_rows.BYTE_ORDER_MARK
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_a_row_for_each_pc_and_wanted_port() -> None:
    report = example()
    found = rows(csv_rows.write(report))
    assert len(found) == sum(len(host.checks) or 1 for host in report.hosts)
    taken = next(row for row in found if row["verdict"] == "in_use_by_other")
    assert taken["host"] == "東京-営業-02"
    assert (taken["port"], taken["protocol"], taken["name"]) == ("80", "tcp", "http")
    assert (taken["process"], taken["service"]) == ("httpd.exe", "Apache2.4")
    assert taken["networks"] == "ネットワーク 2 (public)"
    assert "stop it with port_process" in taken["message"]


def test_a_pc_that_does_not_answer_has_a_row_that_says_so() -> None:
    (silent,) = [row for row in rows(csv_rows.write(example())) if row["state"] == "unreachable"]
    assert (silent["host"], silent["port"]) == ("nagoya-01", "")
    assert "no answer within 30 seconds" in silent["message"]


def test_who_can_reach_each_port_has_a_column() -> None:
    found = rows(csv_rows.write(example()))
    assert {row["reach"] for row in found if row["verdict"] == "reachable"} == {"everybody"}
    assert {row["reach"] for row in found if row["verdict"] == "not_listening"} == {"nobody"}
    assert {row["reach"] for row in found if not row["port"]} == {""}
    assert "from" not in found[0]


def test_what_was_asked_about_other_places_has_rows_of_its_own() -> None:
    check, facts = asked("server2022", [80, 3389])
    check["ports"][0]["sources"] = [from_source(source="=1+1"), from_source(state="allowed")]
    report = build(
        [Answers("srv-1", check, facts), Answers("srv-2", *asked("server2022", [80]))],
        collection=MADE_BY,
        language="en",
        created=TODAY,
    )
    found = rows(csv_rows.write(report))
    assert [(row["host"], row["port"], row["from"], row["verdict"]) for row in found] == [
        ("srv-1", "80", "", "reachable"),
        ("srv-1", "80", "'=1+1", "blocked"),
        ("srv-1", "80", "10.0.0.0/24", "allowed"),
        ("srv-1", "3389", "", "reachable"),
        ("srv-2", "80", "", "reachable"),
    ]
    assert (found[1]["message"], found[1]["remedies"], found[1]["process"]) == (
        *("From 10.0.0.0/24: no.", "Open it", ""),
    )


def test_no_spreadsheet_takes_a_name_for_a_formula() -> None:
    machine = pc("server2022")
    start(machine, "=cmd|' /C calc'!A0", 8080)
    answers = [Answers("=1+1", *asked(machine, [8080]))]
    report = build(answers, collection=MADE_BY, language="en", created=TODAY)
    (row,) = rows(csv_rows.write(report))
    assert row["process"] == "'=cmd|' /C calc'!A0"
    assert row["host"] == "'=1+1"


def test_no_pcs_no_rows() -> None:
    report = build([], collection=MADE_BY, language="en", created=TODAY)
    assert csv_rows.write(report) == csv_rows.BYTE_ORDER_MARK
