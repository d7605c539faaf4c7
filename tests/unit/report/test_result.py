# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a report says anything new, and what is said of it on a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.languages import LANGUAGES
from ansible_collections.portkeeper.windows.plugins.module_utils.report import result
from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import (
    Path,
    Report,
    State,
    Summary,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.report.pcs import YESTERDAY, example


@pytest.fixture(scope="module")
def report() -> Report:
    return example()


def test_times_and_comparisons_are_nothing_new(report: Report) -> None:
    hosts = tuple(replace(host, changes=()) for host in report.hosts)
    later = replace(report, created=YESTERDAY, compared_with=None, hosts=hosts)
    assert result.same_findings(report, later)


def test_a_state_a_title_and_a_language_are(report: Report) -> None:
    first, *others = report.hosts
    other_state = replace(report, hosts=(replace(first, state=State.TAKEN), *others))
    assert not result.same_findings(report, other_state)
    assert not result.same_findings(report, replace(report, title="Another"))
    assert not result.same_findings(report, replace(report, language="ja"))


def test_one_sentence_in_both_languages(report: Report) -> None:
    text = render(result.summary(report, "/tmp/{ready}.html"), "en")
    assert text.startswith(
        "1 of 11 PCs are ready. Each of the others counts once, by its worst port (port taken: 2, "
        "blocked: 5, not listening: 1,"
    )
    assert text.endswith("The report is in /tmp/{ready}.html.")
    japanese = render(result.summary(report, "/tmp/x.html"), "ja")
    assert japanese.startswith("11 台中 1 台が準備完了です。ほかの PC は、")
    assert "ポート使用中 2、" in japanese


def test_without_other_pcs_nothing_is_said_of_how_they_are_counted(report: Report) -> None:
    hosts = [each for each in report.hosts if each.state is State.READY]
    ready = replace(report, hosts=tuple(hosts), summary=Summary.of(hosts))
    said = {language: render(result.summary(ready, "/x.html"), language) for language in LANGUAGES}
    assert said["en"].endswith("1 of 1 PCs are ready. The report is in /x.html.")
    assert said["ja"].endswith("1 台中 1 台が準備完了です。レポート: /x.html")


def test_the_outline_has_a_line_for_each_port_and_listener(report: Report) -> None:
    text = render(result.outline(report), "en")
    assert text.endswith("\n")
    lines = text.splitlines()
    assert "nagoya-01: unreachable" in lines
    assert "東京-営業-02 80/tcp: in_use_by_other" in lines
    assert "東京-営業-02 80/tcp is held by Apache2.4" in lines
    assert not any("49664" in line for line in lines)
    assert "東京-営業-02 80/tcp の使用者は Apache2.4" in render(result.outline(report), "ja")


def not_asked(server: str, msg: str) -> Path:
    return Path(None, server, None, None, None, None, "failed", None, None, msg)


def told_of(report: Report) -> list[str]:
    files: result.FilesEntry = {"html": "x.html", "csv": "x.csv", "json": "x.json"}
    made = result.result(report, files, changed=True)
    return [render(each, "en") for each in made.get("warnings", [])]


def test_clients_that_could_not_be_asked_are_warned_of_once_for_each_reason(
    report: Report,
) -> None:
    """The run goes on, so that its end is that of one in which all is well."""
    assert told_of(report) == []
    strangers = tuple(not_asked(f"pc-{number}", "'x' is no host.") for number in range(3))
    found = replace(report, paths=strangers)
    assert told_of(found) == ["The clients of pc-0, pc-1 and pc-2 were not asked: 'x' is no host."]
    assert render(result.summary(found, "x"), "en").startswith("No client could be asked. 1 of 11")
    many = tuple(not_asked("pc", f"Reason {number}.") for number in range(99))
    assert len(told_of(replace(report, paths=many))) == 5
