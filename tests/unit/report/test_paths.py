# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients and servers in a report: read from results of port_path, compared, written, and mended."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.model import (
    PathVerdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.situation import (
    Try,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.judge import unread
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.curl import TryOutcome
from ansible_collections.portkeeper.windows.plugins.module_utils.report import (
    csv_rows,
    json_text,
    mending,
    result,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.report.build import Answers, build
from ansible_collections.portkeeper.windows.plugins.module_utils.report.json_text import ReportError
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import (
    Report,
    State,
    Way,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.report.states import PATH_STATES
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Verbatim,
    render,
)
from unit.diagnosis.path.test_result import LOCAL, NO_WEB, path, shown
from unit.diagnosis.path.two_pcs import CLIENT, NAME, ROUTER, SERVER, client, follow, named, server
from unit.report.pcs import MADE_BY, TODAY, asked, example
from unit.rows import each_row

Data = dict[str, Any]
FILES: result.FilesEntry = {"html": "/r/a.html", "csv": "/r/a.csv", "json": "/r/a.json"}


def entry(
    client: str,
    verdict: str = "reachable",
    hop: str | None = None,
    host: str | None = None,
    **more: Any,
) -> Data:
    """What port_path returns of a client and TCP 80 of srv-1, as far as a report reads it."""
    blocked = verdict != "reachable"
    cause = {"kind": f"kind_of_{verdict}", "text": f"Why {verdict}.", "host": host}
    remedy = {"text": "Mend it.", "yaml": "- name: Mend it\n", "host": host}
    return {
        "client": client, "server": "srv-1", "port": 80, "protocol": "tcp", "address": "192.0.2.1",
        "verdict": verdict, "hop": hop, "msg": f"From {client} to srv-1, it is {verdict}.",
        "causes": [cause] * blocked, "remedies": [remedy] * blocked, "unknown key": 1, **more,
    }  # fmt: skip


def made(*entries: Data, wanted: Sequence[int] = (3389,), previous: Report | None = None) -> Report:
    """The report of a server, and what clients meet there."""
    check, facts = asked("server2022", list(wanted))
    answers = [Answers("srv-1", check, facts, {"ports": list(entries)}), Answers("pc-1", check)]
    return build(answers, collection=MADE_BY, language="en", created=TODAY, previous=previous)


def test_what_clients_meet_is_in_the_report() -> None:
    report = made(entry("pc-1"), entry("pc-2", "blocked_at_client", "client_firewall", "pc-2"))
    assert report.paths is not None
    reachable, blocked = report.paths
    assert (reachable.client, reachable.server, reachable.name) == ("pc-1", "srv-1", "http")
    assert (reachable.hop, reachable.host, reachable.causes) == (None, None, ())
    assert (blocked.hop, blocked.host, blocked.address) == ("client_firewall", "pc-2", "192.0.2.1")
    assert [each.text for each in blocked.causes] == ["Why blocked_at_client."]
    assert (reachable.remarks, blocked.remarks) == ((), ())
    spoken = made(entry("pc-1", remarks=["Not\ttried."])).paths
    assert spoken is not None
    assert spoken[0].remarks == ("Not tried.",)
    assert blocked.remedies[0].yaml == "- name: Mend it\n"
    # The state of a PC is by its own ports.
    assert report.hosts[0].state is State.READY
    assert json_text.read(json_text.write(report)) == report
    lines = json_text.write(report).splitlines()
    assert sum(line.startswith('{"client": ') for line in lines) == 2


def test_what_both_ends_show_is_in_the_report() -> None:
    there = client(
        resolved=named(SERVER),
        rules=[NO_WEB],
        tries={SERVER: Try(TryOutcome.CONNECTED, CLIENT, seen_from=ROUTER)},
    )
    blocked = path(there, LOCAL, program="C:\\App\\client.exe")
    away = unread("office-9", server(), follow()[0].asked, Verbatim("It does not answer."))
    report = made(*shown(blocked, away)["ports"], entry("pc-1"))
    assert report.paths is not None
    first, second, third = report.paths
    assert (second.way, third.way) == (Way(), None)
    way = first.way
    assert way is not None
    (sent,), (let_in,) = way.client_rules, way.server_rules
    assert (sent.network, sent.profile, sent.state, sent.rule) == (
        *("Office", "private", "blocked", "No web"),
    )
    assert (let_in.state, let_in.text[:8]) == ("blocked", "blocked:")
    assert replace(way, client_rules=(), server_rules=()) == Way(
        name=NAME,
        name_source="dns_cache",
        name_addresses=(SERVER,),
        client_address=CLIENT,
        adapter="Ethernet",
        next_hop=ROUTER,
        network="Office",
        profile="private",
        program="C:\\App\\client.exe",
        attempt="connected",
        seen_from=ROUTER,
        processes=("httpd.exe",),
    )
    assert json_text.read(json_text.write(report)) == report


@each_row("results", [(None,), ({"skipped": True, "changed": False},), (None, {"skipped": True})])
def test_who_did_not_ask_has_no_such_part(results: tuple[Data | None, ...]) -> None:
    check, facts = asked("server2022", [80])
    answers = [Answers(f"srv-{n}", check, facts, each) for n, each in enumerate(results)]
    report = build(answers, collection=MADE_BY, language="en", created=TODAY)
    assert report.paths is None
    assert "client" not in csv_rows.write(report)
    assert "clients" not in render(result.summary(report, "/r/a.html"), "en")
    assert "paths" not in result.result(report, FILES, changed=True)


def test_a_task_that_failed_is_told() -> None:
    check, facts = asked("server2022", [3389])
    failed = {"failed": True, "changed": False, "msg": "'pc-9' is not the name\x1b of a host."}
    answers = [Answers("srv-1", check, facts, failed)]
    report = build(answers, collection=MADE_BY, language="en", created=TODAY)
    assert report.paths is not None
    (path,) = report.paths
    assert (path.client, path.server, path.port, path.verdict) == (None, "srv-1", None, "failed")
    assert path.msg == "'pc-9' is not the name of a host."
    assert [(each.hosts, each.verdict) for each in report.first] == [(("srv-1",), "failed")]
    assert result.result(report, FILES, changed=True)["paths"] == {"all": 0, "reachable": 0}
    assert "? -> srv-1: failed\n" in render(result.outline(report), "en")


@each_row(
    ("spoil", "told"),
    [
        ({"verdict": "fine"}, r"srv-1.*ports\[0\]\.verdict"),
        ({"hop": "moon"}, r"ports\[0\]\.hop"),
        ({"protocol": "sctp"}, r"ports\[0\]\.protocol"),
        ({"port": "80"}, r"ports\[0\]\.port"),
        ({"client": None}, r"ports\[0\]\.client"),
        ({"causes": [{"kind": "x"}]}, r"ports\[0\]\.causes\[0\]"),
    ],
)
def test_what_is_no_result_is_refused(spoil: Data, told: str) -> None:
    with pytest.raises(ReportError, match=told):
        made(entry("pc-1") | spoil)


def test_names_and_texts_of_hosts_do_no_harm() -> None:
    hostile = "=cmd|' /C calc'!A0\x1b[31m\u202e{{ 7*7 }}\n"
    report = made(
        entry(hostile, "blocked_at_client", "client_firewall", hostile, msg=hostile * 999)
    )
    assert report.paths is not None
    (path,) = report.paths
    for text in (path.client, path.host, path.msg):
        assert text is not None
        assert text.isprintable()
    assert len(path.msg) <= 4_000
    rows = list(csv.DictReader(io.StringIO(csv_rows.write(report)[1:], newline="")))
    assert rows[-1]["client"].startswith("'=cmd")


def test_rows_for_a_spreadsheet() -> None:
    report = made(entry("pc-1"), entry("pc-2", "no_route", "route", "pc-2"), wanted=[3389, 8443])
    rows = list(csv.DictReader(io.StringIO(csv_rows.write(report)[1:], newline="")))
    found = [
        (each["host"], each["client"], each["port"], each["verdict"], each["hop"]) for each in rows
    ]
    assert found[:2] == [
        ("srv-1", "", "3389", "reachable", ""),
        ("srv-1", "", "8443", "not_listening", ""),
    ]
    assert found[-2:] == [
        ("srv-1", "pc-1", "80", "reachable", ""),
        ("srv-1", "pc-2", "80", "no_route", "route"),
    ]
    assert (rows[-1]["remedies"], rows[-1]["message"]) == (
        "Mend it.",
        "From pc-2 to srv-1, it is no_route.",
    )


def test_what_has_changed_stands_at_the_path() -> None:
    before = made(entry("pc-1"), entry("pc-2", "no_route", "route", "pc-2"))
    after = made(
        entry("pc-1", "lost_on_the_way", "network"), entry("pc-2", "no_route", "route", "pc-2"),
        entry("pc-3"), previous=before,
    )  # fmt: skip
    assert after.paths is not None
    assert [each.before for each in after.paths] == ["reachable", None, None]
    assert not result.same_findings(before, after)
    again = replace(after, paths=tuple(replace(each, before=None) for each in after.paths))
    assert result.same_findings(after, again)
    shown = tuple(replace(each, way=Way(name="srv")) for each in again.paths or ())
    assert result.same_findings(again, replace(again, paths=shown))
    assert "pc-1 -> srv-1 80/tcp: lost_on_the_way\n" in render(result.outline(after), "en")


def test_a_report_without_such_a_part_can_be_the_earlier_one() -> None:
    report = made(entry("pc-1", "no_route", "route", "pc-1"), previous=example())
    assert report.paths is not None
    assert report.paths[0].before is None


def test_it_is_told_how_many_can_connect() -> None:
    report = made(entry("pc-1"), entry("pc-2", "no_route", "route", "pc-2"), entry("pc-3"))
    told = result.result(report, FILES, changed=True)
    assert told["paths"] == {"all": 3, "reachable": 2}
    text = render(told["msg"], "en")
    assert text.startswith("2 of 3 connections from clients to servers can be made. 2 of 2 PCs")
    assert render(told["msg"], "ja").startswith(
        "クライアントからサーバーへの 3 件の接続のうち、2 件は"
    )


class TestWhatToMend:
    def test_what_is_wrong_at_a_client_is_mended_there(self) -> None:
        report = made(
            entry("pc-1", "blocked_at_client", "client_firewall", "pc-1"),
            entry("pc-2", "lost_on_the_way", "network"),
        )
        entries = [(each.hosts, each.port, each.verdict, each.text) for each in report.first]
        assert entries == [
            (("pc-1",), 80, "blocked_at_client", "From pc-1 to srv-1, it is blocked_at_client."),
            (("srv-1",), 80, "lost_on_the_way", "From pc-2 to srv-1, it is lost_on_the_way."),
        ]

    def test_what_helps_several_clients_comes_first(self) -> None:
        report = made(
            entry("pc-1", "no_route", "route", "pc-1"),
            *(entry(f"pc-{n}", "blocked_at_server", "server_firewall", "srv-1") for n in (2, 3, 4)),
        )
        assert [(each.hosts, each.verdict) for each in report.first] == [
            (("srv-1",), "blocked_at_server"),
            (("pc-1",), "no_route"),
        ]

    def test_what_the_servers_own_check_says_is_not_said_again(self) -> None:
        not_there = entry("pc-1", "not_listening", "server_program", "srv-1", port=8443)
        no_route = entry("pc-1", "no_route", "route", "pc-1", port=8443)
        (own, way) = made(not_there, no_route, wanted=[8443]).first
        assert (way.verdict, way.hosts) == ("no_route", ("pc-1",))
        assert (own.verdict, own.hosts) == ("not_listening", ("srv-1", "pc-1"))
        assert own.text != not_there["msg"]
        # Of another port nothing else says it.
        assert len(made(not_there, wanted=[3389]).first) == 1

    def test_there_is_an_end(self) -> None:
        many = [entry(f"pc-{n}", "no_route", "route", f"pc-{n}", port=80 + n) for n in range(200)]
        assert len(made(*many).first) == mending.MOST


def test_every_verdict_has_a_state() -> None:
    assert set(PATH_STATES) == set(PathVerdict)
    assert PATH_STATES[PathVerdict.REACHABLE] is State.READY
    assert list(PATH_STATES.values()).count(State.READY) == 1
