# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress bar."""

from __future__ import annotations

import re
import sys
import threading

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.progress import (
    HostProgress,
    ProgressMissingError,
    ToldProgress,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import Language
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase, render


def test_it_counts_hosts_done_failed_and_left(capsys: pytest.CaptureFixture[str]) -> None:
    progress = HostProgress("port_facts", 3, "en")
    progress.advance(failed=False)
    progress.advance(failed=True)
    progress.close()
    drawn = [line for line in capsys.readouterr().err.split("\r") if "hosts" in line]
    assert [line.partition(" |")[0] for line in drawn] == [
        "port_facts: 0/3 hosts, 0 failed, 3 left",
        "port_facts: 1/3 hosts, 0 failed, 2 left",
        "port_facts: 2/3 hosts, 1 failed, 1 left",
    ]


def test_it_speaks_japanese(capsys: pytest.CaptureFixture[str]) -> None:
    progress = HostProgress("port_facts", 2, "ja")
    progress.advance(failed=True)
    progress.close()
    drawn = [line for line in capsys.readouterr().err.split("\r") if "port_facts" in line]
    assert [line.partition(" |")[0] for line in drawn] == [
        "port_facts: 0/2 台、失敗 0、残り 2",
        "port_facts: 1/2 台、失敗 1、残り 1",
    ]


def test_more_hosts_than_were_told_break_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    progress = HostProgress("port_facts", 1, "en")
    progress.advance(failed=False)
    progress.advance(failed=False)
    progress.close()
    assert "0 failed, 0 left" in capsys.readouterr().err


def test_what_is_written_stands_above_it(capsys: pytest.CaptureFixture[str]) -> None:
    streams = sys.stdout, sys.stderr
    progress = HostProgress("port_facts", 2, "en")
    capsys.readouterr()
    print("a warning", file=sys.stderr)
    written = capsys.readouterr().err
    assert re.fullmatch(r"\r +\ra warning(\r *)*\n\rport_facts: 0/2 hosts.*", written)
    print("a result")
    assert capsys.readouterr().out == "a result\n"
    progress.close()
    assert (sys.stdout, sys.stderr) == streams
    assert capsys.readouterr().err.split("\r")[-2].strip() == ""


def test_no_thread_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    before = threading.active_count()
    progress = HostProgress("port_facts", 2, "en")
    during = threading.active_count()
    progress.close()
    assert during == before
    assert "0/2 hosts" in capsys.readouterr().err


def test_without_tqdm_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ProgressMissingError, match="tqdm is not installed"):
        HostProgress("port_facts", 2, "en")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_task_that_tells_its_progress_in_lines_has_a_bar_instead(
    language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    streams = sys.stdout, sys.stderr
    progress = ToldProgress("port_survey", "survey.progress", language)
    print("before")
    for done in (20, 50):
        line = render(Phrase("survey.progress", {"done": done, "all": 100}), language)
        sys.stdout.write(f"{line}\n")
    print("a result of 20 of 100 hosts")
    told = capsys.readouterr()
    assert told.out == "before\na result of 20 of 100 hosts\n"
    drawn = [line for line in told.err.split("\r") if "/100" in line]
    assert [line.partition("/")[0] for line in drawn[:3]] == [
        "port_survey: 0",
        "port_survey: 20",
        "port_survey: 50",
    ]
    progress.close()
    assert (sys.stdout, sys.stderr) == streams


def test_a_task_that_tells_no_progress_has_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    stdout = sys.stdout
    progress = ToldProgress("port_survey", "survey.progress", "en")
    progress.advance(failed=False)
    progress.close()
    assert sys.stdout is stdout
    assert capsys.readouterr().err == ""


def test_a_task_that_tells_its_progress_needs_tqdm_for_a_bar(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stdout = sys.stdout
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ProgressMissingError, match="tqdm is not installed"):
        ToldProgress("port_survey", "survey.progress", "en")
    assert sys.stdout is stdout
