# SPDX-License-Identifier: GPL-3.0-or-later
"""What to mend first."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.portkeeper.windows.plugins.module_utils.report.mending import MOST, first
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import (
    Cause,
    Check,
    Host,
    Remedy,
    Rule,
    State,
)
from unit.report.pcs import example

RULE = Rule("corp.example", "domain", "blocked", None, None, "blocked")
OPEN = Remedy("Open it with port_firewall.", "- name: Open TCP 80\n")


def blocked(port: int = 80, rule: Rule = RULE, msg: str = "It is blocked.") -> Check:
    causes = (Cause("no_rule", "No rule opens it."),)
    return Check(port, "tcp", None, "blocked", msg, causes, (OPEN,), (rule,))


def host(name: str, *checks: Check, state: State = State.BLOCKED) -> Host:
    return Host(name, None, state, message=None if checks else "no answer", checks=checks)


def test_the_same_on_several_pcs_is_one_thing_to_mend() -> None:
    (entry,) = first([host("a", blocked(msg="On a.")), host("b", blocked(msg="On b."))], "en")
    assert (entry.hosts, entry.port, entry.verdict) == (("a", "b"), 80, "blocked")
    assert (entry.text, entry.remedies) == ("On a.", (OPEN,))


def test_what_another_rule_decides_is_another_thing() -> None:
    other = blocked(rule=replace(RULE, rule="Deny all"))
    assert len(first([host("a", blocked()), host("b", other), host("c", blocked(81))], "en")) == 3


def test_what_helps_most_pcs_comes_first_and_then_the_worst() -> None:
    taken = replace(blocked(8080), verdict="in_use_by_other")
    absent = replace(blocked(8081), verdict="not_listening")
    entries = first(
        [
            host("a", absent, blocked(), taken),
            host("b", blocked()),
            host("c", state=State.UNREACHABLE),
        ],
        "en",
    )
    verdicts = [entry.verdict for entry in entries]
    assert verdicts == ["blocked", "unreachable", "in_use_by_other", "not_listening"]


def test_pcs_that_do_not_answer_stand_together_whatever_they_say() -> None:
    silent = [replace(host(name, state=State.UNREACHABLE), message=name) for name in "ab"]
    (entry,) = first(silent, "ja")
    assert (entry.hosts, entry.port, entry.verdict) == (("a", "b"), None, "unreachable")
    assert entry.text == "Ansible から PC に接続できませんでした: a"
    assert "winrm quickconfig" in entry.remedies[0].text


def test_text_of_a_pc_is_never_a_placeholder() -> None:
    odd = replace(host("a", state=State.UNKNOWN), message="{message} {0} {x.y}")
    (entry,) = first([odd], "en")
    assert entry.verdict == "failed"
    assert entry.text.endswith("{message} {0} {x.y}")


def test_a_port_that_can_be_reached_needs_nothing() -> None:
    well = Check(80, "tcp", None, "reachable", "TCP 80 can be reached.")
    assert first([host("a", well, state=State.READY)], "en") == ()


def test_there_are_no_more_than_one_can_read() -> None:
    assert len(first([host("a", *map(blocked, range(1, 300)))], "en")) == MOST


def test_real_pcs_a_policy_on_two_of_them_comes_first() -> None:
    entry = example().first[0]
    assert entry.hosts == ("osaka-dev-01", "osaka-dev-02")
    assert entry.verdict == "overridden_by_policy"
