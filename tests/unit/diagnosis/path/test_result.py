# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of port_path as a task returns it."""

from __future__ import annotations

from typing import Any

import yaml

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.naming import (
    NameSource,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.situation import (
    Try,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.expectation import (
    PathExpectation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.judge import (
    Path,
    unread,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.result import (
    PathResult,
    report,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import schema
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.curl import TryOutcome
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import LANGUAGES
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Verbatim
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents import remedies
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken
from unit.diagnosis.cases import OPEN_80, rule
from unit.diagnosis.path.two_pcs import CLIENT, NAME, ROUTER, SERVER, client, follow, named, server
from unit.rows import each_row

NO_WEB = rule("Action=Block|Protocol=6|RPort=80|Name=No web", direction="Out")
LOCAL = server(rules=[OPEN_80 + "|RA4=LocalSubnet"])


def shown(*paths: Path, language: Any = "en", expectation: Any = None) -> dict[str, Any]:
    result = report(paths, expectation)
    result["ports"] = remedies.written(result["ports"], language)
    found: dict[str, Any] = spoken(result, language)
    schema.read(PathResult[str], found)
    return found


def path(*ends: Any, **asked: Any) -> Path:
    return follow(*ends, **asked)[0]


def test_the_evidence_of_both() -> None:
    there = client(
        resolved=named(SERVER),
        tries={SERVER: Try(TryOutcome.CONNECTED, CLIENT, seen_from=CLIENT)},
    )
    (port,) = shown(path(there, program=r"C:\App\client.exe"))["ports"]
    assert {key: port[key] for key in ("client", "server", "address", "port", "protocol")} == {
        "client": "office-7", "server": "srv1", "address": SERVER, "port": 80, "protocol": "tcp",
    }  # fmt: skip
    evidence = port["evidence"]["client"]
    assert evidence["name"] == {"name": NAME, "source": "dns_cache", "addresses": [SERVER]}
    assert evidence["route"] == {
        "address": CLIENT,
        "adapter": "Ethernet",
        "tunnel": None,
        "beside": None,
        "next_hop": ROUTER,
        "network": "Office",
        "profile": "private",
    }
    assert evidence["program"] == r"C:\App\client.exe"
    assert [each["state"] for each in evidence["firewall"]] == ["allowed"]
    assert evidence["attempts"] == [
        {
            "outcome": "connected",
            "address": SERVER,
            "source": CLIENT,
            "seen_from": CLIENT,
            "detail": None,
        }
    ]
    assert [each["process"] for each in port["evidence"]["server"]["listeners"]] == ["httpd.exe"]
    assert [each["state"] for each in port["evidence"]["server"]["firewall"]] == ["allowed"]


def test_each_task_names_its_host() -> None:
    (port,) = shown(path(client(rules=[NO_WEB]), LOCAL))["ports"]
    assert [each["host"] for each in port["causes"]] == ["office-7", "srv1"]
    tasks = [each for each in port["remedies"] if each["task"] is not None]
    assert [each["host"] for each in tasks] == ["office-7", "srv1"]
    for each in tasks:
        assert each["task"]["delegate_to"] == each["host"]
        assert each["task"]["name"].startswith(f"{each['host']}: ")
        assert yaml.safe_load(each["yaml"]) == [each["task"]]
        assert each["text"].startswith(f"On {each['host']}, ")


def test_the_rule_and_the_setting_that_are_the_cause() -> None:
    (port,) = shown(path(client(rules=[NO_WEB]), LOCAL))["ports"]
    assert [each["rule"] for each in port["causes"]] == ["No web", "Web"]


def test_verdicts_by_client() -> None:
    away = unread("office-9", server(), follow()[0].asked, Verbatim("It does not answer."))
    found = shown(path(), away)
    assert found["verdicts"] == {
        "office-7": {"80/tcp": "reachable"},
        "office-9": {"80/tcp": "unknown"},
    }
    assert found["msg"].count("\n") == 1
    assert found["ports"][1]["evidence"] == {"client": None, "server": None}
    assert (found["ports"][1]["hop"], found["ports"][1]["address"]) == (None, None)


def test_what_was_not_read_is_a_warning_told_once() -> None:
    several = [
        Path(each.host, each.server, each.diagnoses, each.asked, each.client, each.to, ("No DNS.",))
        for each in (path(), path())
    ]
    assert shown(*several)["warnings"] == ["No DNS."]


def test_an_expectation_that_is_met_and_one_that_is_not() -> None:
    well, closed = path(), path(client(rules=[NO_WEB]))
    found = shown(well, expectation=PathExpectation.REACHABLE)
    assert "failed" not in found
    assert [each["as_expected"] for each in found["ports"]] == [True]
    found = shown(closed, expectation=PathExpectation.REACHABLE)
    assert found["failed"]
    assert found["msg"].startswith("TCP 80 should be reachable, but from office-7 to srv1, ")
    found = shown(well, closed, expectation=PathExpectation.BLOCKED)
    assert [each["as_expected"] for each in found["ports"]] == [False, True]
    first, second = found["msg"].split("\n")
    assert first == "1 of 2 connections should be blocked and are not."
    assert second.startswith("From office-7 to srv1, TCP 80 can be reached")


@each_row("language", LANGUAGES)
def test_it_is_told_in_each_language(language: Any) -> None:
    stale = client(resolved=named("10.20.1.99", source=NameSource.HOSTS_FILE), rules=[NO_WEB])
    found = shown(path(stale, LOCAL), language=language)
    assert found["msg"].isascii() is (language == "en")
    for remedy in found["ports"][0]["remedies"]:
        assert remedy["text"].isascii() is (language == "en")
