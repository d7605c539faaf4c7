# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a report says anything new, and what is said of it on a terminal."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.portkeeper.windows.plugins.module_utils.report import summary
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import State
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.report.pcs import YESTERDAY, example

REPORT = example()


def test_times_and_comparisons_are_nothing_new() -> None:
    hosts = tuple(replace(host, changes=()) for host in REPORT.hosts)
    later = replace(REPORT, created=YESTERDAY, compared_with=None, hosts=hosts)
    assert summary.same_findings(REPORT, later)


def test_a_state_a_title_and_a_language_are() -> None:
    first, *others = REPORT.hosts
    other_state = replace(REPORT, hosts=(replace(first, state=State.TAKEN), *others))
    assert not summary.same_findings(REPORT, other_state)
    assert not summary.same_findings(REPORT, replace(REPORT, title="Another"))
    assert not summary.same_findings(REPORT, replace(REPORT, language="ja"))


def test_one_sentence_in_both_languages() -> None:
    text = render(summary.summary(REPORT, "/tmp/{ready}.html"), "en")
    assert text.startswith("1 of 11 PCs are ready (port taken: 2, blocked: 5, not listening: 1,")
    assert text.endswith("The report is in /tmp/{ready}.html.")
    japanese = render(summary.summary(REPORT, "/tmp/x.html"), "ja")
    assert japanese.startswith("11 台中 1 台が準備完了です (ポート使用中 2、")


def test_the_outline_has_a_line_for_each_port_and_listener() -> None:
    text = render(summary.outline(REPORT), "en")
    assert text.endswith("\n")
    lines = text.splitlines()
    assert "nagoya-01: unreachable" in lines
    assert "東京-営業-02 80/tcp: in_use_by_other" in lines
    assert "東京-営業-02 80/tcp is held by Apache2.4" in lines
    assert not any("49664" in line for line in lines)
    assert "東京-営業-02 80/tcp の使用者は Apache2.4" in render(summary.outline(REPORT), "ja")
