# SPDX-License-Identifier: GPL-3.0-or-later
"""From what the tasks returned to a report."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.wanted import (
    wanted_ports,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.report import json_text, result
from ansible_collections.portkeeper.windows.plugins.module_utils.report.build import Answers, build
from ansible_collections.portkeeper.windows.plugins.module_utils.report.json_text import ReportError
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import (
    Host,
    Report,
    State,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import LANGUAGES
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.report.pcs import HOSTILE, MADE_BY, TODAY, WANTED, asked, office, pc, start, unreachable
from unit.returned import check, checked_port, from_source
from unit.rows import each_row
from unit.words.japanese import english_in


def built(*answers: Answers, **options: Any) -> Report:
    return build(answers, **{"collection": MADE_BY, "language": "en", "created": TODAY, **options})


def only(*answers: Answers, **options: Any) -> Host:
    (host,) = built(*answers, **options).hosts
    return host


@pytest.fixture(scope="module")
def report() -> Report:
    return built(*office())


def test_each_pc_has_its_state(report: Report) -> None:
    assert {host.name: host.state.value for host in report.hosts} == {
        "srv-web-01": "ready",
        "東京-営業-01": "blocked",
        "東京-営業-02": "taken",
        "osaka-dev-01": "blocked",
        "osaka-dev-02": "blocked",
        "osaka-dev-03": "taken",
        "osaka-dev-04": "blocked",
        "srv-app-01": "blocked",
        "srv-app-02": "not_listening",
        "nagoya-01": "unreachable",
        "nagoya-02": "unknown",
    }


def test_each_pc_counts_once(report: Report) -> None:
    summary = report.summary
    counts = [getattr(summary, state.value) for state in State]
    assert (summary.hosts, sum(counts)) == (11, 11)
    assert (summary.ready, summary.blocked, summary.taken) == (1, 5, 2)


def test_wanted_ports_are_those_of_all_pcs(report: Report) -> None:
    assert [each.port for each in report.ports] == [80, 3389, 5150, 8080, 8443]
    assert report.ports[0].name == "http"


def test_ports_are_named_even_if_no_pc_answers() -> None:
    report = built(unreachable("pc"), wanted=wanted_ports(["https", 8443], ["tcp"]))
    found = [(each.port, each.protocol, each.name) for each in report.ports]
    assert found == [(443, "tcp", "https"), (8443, "tcp", "pcsync-https")]


def test_what_decides_stands_beside_the_verdict(report: Report) -> None:
    locked = report.hosts[3].checks[0]
    assert locked.verdict == "overridden_by_policy"
    assert locked.rules[0].network == "corp.example"
    assert locked.rules[0].profile == "domain"
    assert report.hosts[0].checks[0].rules[0].rule == "IIS-WebServerRole-HTTP-In-TCP"


#: As in the office, so that they are read once.
TOLD_OF = (("server2022", [80, 3389]), ("gpo-locked", WANTED), ("hyperv-reserved", [8080, 5150]))


def test_what_decides_is_in_the_language_of_the_check() -> None:
    told = {
        language: {
            rule.text
            for image, ports in TOLD_OF
            for check in only(Answers("pc", *asked(image, ports, language))).checks
            for rule in check.rules
        }
        for language in LANGUAGES
    }
    assert "allowed: the allow rule 'IIS-WebServerRole-HTTP-In-TCP' of this host" in told["en"]
    assert "許可: この PC の許可の規則「IIS-WebServerRole-HTTP-In-TCP」が適用されます" in told["ja"]
    assert len(told["ja"]) == len(told["en"]) > 3
    assert not told["ja"] & told["en"]


def test_who_does_not_answer_is_not_said_to_have_no_listeners(report: Report) -> None:
    silent = report.hosts[-2]
    assert (silent.listeners, silent.reserved, silent.checks) == (None, None, ())
    assert silent.message is not None
    assert "no answer within 30 seconds" in silent.message


def test_the_address_is_the_one_that_was_tried(report: Report) -> None:
    assert report.hosts[0].address == "192.0.2.11"
    assert report.hosts[-1].address is None


def test_a_check_that_fails_an_expectation_is_a_check_all_the_same() -> None:
    check, facts = asked("win11-ja", [80])
    host = only(Answers("pc", check | {"failed": True, "msg": "not as expected"}, facts))
    assert (host.state, host.message) == (State.BLOCKED, None)


def test_without_facts_the_verdicts_stand_alone() -> None:
    check, _facts = asked("win11-ja", [80])
    host = only(Answers("pc", check))
    assert host.state is State.BLOCKED
    assert host.listeners is None


def test_why_the_facts_are_missing_is_said() -> None:
    check, _facts = asked("win11-ja", [80])
    host = only(Answers("pc", check, {"failed": True, "msg": "WinRM gave up."}))
    assert (host.state, host.message) == (State.BLOCKED, "WinRM gave up.")


@each_row(
    ("check", "said"),
    [
        (None, "was not asked"),
        ({"skipped": True, "changed": False}, "was skipped"),
        ({"failed": True, "msg": "denied"}, "denied"),
        ({"ports": [], "networks": []}, "This PC has no wanted ports"),
    ],
)
def test_what_is_not_known_is_said_to_be_so(check: dict[str, Any] | None, said: str) -> None:
    host = only(Answers("pc", check))
    assert host.state is State.UNKNOWN
    assert said in (host.message or "")


def test_it_says_so_in_japanese_too() -> None:
    host = only(Answers("pc", None), language="ja")
    assert host.message == "この PC は確認していません。前のタスクが失敗しています。"
    assert built(language="ja").title == "PC のポートの状態"


@each_row(
    "check",
    [
        {"changed": False},
        {"ports": [{"port": 80}]},
        {"ports": [{"port": 80, "protocol": "sctp"}]},
        {"ports": "80", "networks": []},
        {"failed": True},
        {"unreachable": True, "msg": ["no text"]},
        {"skipped": "yes"},
    ],
)
def test_results_of_something_else_are_refused(check: dict[str, Any]) -> None:
    with pytest.raises(ReportError, match="pc: these are not results of port_check"):
        built(Answers("pc", check))


@each_row("facts", [{"ansible_facts": {}}, {"msg": 5}, {"ansible_facts": None}])
def test_facts_of_something_else_are_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(ReportError, match="pc: these are not results of port_check"):
        built(Answers("pc", check(checked_port()), facts))


def test_a_verdict_that_port_check_does_not_have_is_named() -> None:
    ports = [checked_port(), checked_port(port=81, verdict="fine")]
    with pytest.raises(ReportError) as caught:
        built(Answers("pc", check(*ports)))
    assert "'ports[1].verdict' is not one of reachable" in str(caught.value)
    japanese = render(caught.value.phrase, "ja")
    assert japanese.startswith(
        "pc: このバージョンのコレクションの port_check と port_facts の結果では"
    )
    assert "「ports[1].verdict」の形式が違います" in japanese


def test_a_report_in_japanese_has_no_english_sentence() -> None:
    answered = Answers("pc-1", *asked("gpo-locked", [80, 8080], "ja"))
    silent = Answers("pc-2", {"unreachable": True, "changed": False, "msg": "応答がありません。"})
    skipped = Answers("pc-3", {"skipped": True})
    report = built(answered, silent, skipped, Answers("pc-4", None), language="ja")
    assert english_in(json_text.to_data(report)) == []
    told = (result.summary(report, "/tmp/a.html"), result.outline(report))
    assert [english_in(each) for each in told] == [[], []]


def test_names_of_programs_become_one_harmless_line() -> None:
    machine = pc("server2022")
    start(machine, HOSTILE, 8080)
    start(machine, "x" * 10_000, 8081)
    host = only(Answers("pc", *asked(machine, [8080])))
    held = {each.port: each.process or "" for each in host.listeners or ()}
    assert held[8080].startswith("<img src=x onerror=alert(1)>")
    assert held[8080].isprintable()
    assert len(held[8081]) == 200


def test_what_the_rules_say_of_other_places_stands_at_the_port() -> None:
    source = from_source(
        state="partly",
        msg="From\x1b 10.0.0.0/24: some.",
        allowed=["10.0.0.9"],
        uncertain=["\u202e10.0.0.7"],
        causes=[{"kind": "no_rule", "verdict": "blocked", "text": "Why.", "rule": None,
                 "setting": None}],
        remarks=["One."],
    )  # fmt: skip
    answers = Answers("pc", check(checked_port(sources=[source]), checked_port(port=81)))
    report = build([answers], collection=MADE_BY, language="en", created=TODAY)
    first, second = report.hosts[0].checks
    assert second.sources == ()
    (found,) = first.sources
    assert (found.source, found.state) == ("10.0.0.0/24", "partly")
    assert found.msg == "From 10.0.0.0/24: some."
    assert (found.allowed, found.blocked) == (("10.0.0.9",), ("10.0.0.0/24",))
    assert found.uncertain[0].isprintable()
    assert [each.text for each in found.causes] == ["Why."]
    assert [each.text for each in found.remedies] == ["Open it"]
    assert found.remarks == ("One.",)
    assert json_text.read(json_text.write(report)) == report


@each_row(
    "state, msg, told",
    [
        ("dropped", "TCP 80 is blocked.", "TCP 80 is blocked. Windows dropped\x1b one."),
        ("dropped", "ブロックされています。", "ブロックされています。Windows dropped\x1b one."),
        ("unknown", "TCP 80 is blocked.", "TCP 80 is blocked."),
    ],
)
def test_what_was_dropped_is_said_with_the_answer(state: str, msg: str, told: str) -> None:
    drops = {"state": state, "msg": "Windows dropped\x1b one.", "records": []}
    host = only(Answers("pc", check(checked_port(msg=msg, drops=drops))))
    assert host.checks[0].msg == told.replace("\x1b", "")


def test_no_pcs_at_all() -> None:
    report = built()
    assert (report.summary.hosts, report.first, report.ports) == (0, (), ())


def test_the_totals_of_earlier_reports_are_kept_up_to_thirty() -> None:
    report = None
    for day in range(40):
        made = f"2026-11-{day:02}"
        report = build(
            [unreachable("a")], collection="c", language="en", created=made, previous=report
        )
    assert report is not None
    assert [each.created[-2:] for each in report.history] == [f"{day:02}" for day in range(9, 39)]
    assert {each.summary.unreachable for each in report.history} == {1}


def test_why_a_pc_could_not_be_read_is_kept_by_its_kind() -> None:
    told = {"unreachable": True, "changed": False, "msg": "It is off.", "kind": "no_connection"}
    report = build([Answers("a", told)], collection="c", language="en", created="")
    (host,) = report.hosts
    assert (host.failure, host.message) == ("no_connection", "It is off.")
