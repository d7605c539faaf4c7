# SPDX-License-Identifier: GPL-3.0-or-later
"""verify_host with write_trial, as a user runs it on simulated PCs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.runs import ad_hoc, own_addresses, play, requests
from winsim.cli import main as winsim

MODULE = "portkeeper.windows.verify_host"
FIREWALL = "portkeeper.windows.port_firewall"
BY_FILTERS = "portkeeper.windows-write-trial-filters"
BY_OPTIONS = "portkeeper.windows-write-trial-options"
FAULTS = (
    "options-ignored:host=win-2",
    # Each of the two rules is deleted three times at most.
    "ignored:host=win-3,action=Delete,count=6",
)


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("verify_trial")
    files = ["--pid-file", str(folder / "pid"), "--inventory", str(folder / "inventory.yml")]
    images = [each for _host in range(4) for each in ("--image", "win11-ja")]
    faults = [each for fault in FAULTS for each in ("--fault", fault)]
    log = ["--log-requests", str(folder / "requests.jsonl")]
    options = [*files, *images, *faults, *log, *own_addresses()]
    assert winsim(["up", "--detach", "--port", "0", *options]) == 0
    yield folder / "inventory.yml"
    assert winsim(["down", "--pid-file", str(folder / "pid")]) == 0


def outcomes(result: dict[str, Any]) -> dict[str, str]:
    return {each["step"]: each["outcome"] for each in result["trial"]["steps"]}


def writes(inventory: Path) -> list[str]:
    """What was written to the firewall of any host."""
    noted = requests(inventory.with_name("requests.jsonl"))
    return [
        each["action"]
        for each in noted
        if each.get("action") in ("Create", "Put", "Delete", "Enable", "Disable")
        and "MSFT_Net" in str(each)
    ]


def test_what_works_is_reported_and_nothing_stays(inventory: Path, tmp_path: Path) -> None:
    """And the recording holds the conversation."""
    before = ad_hoc(inventory, MODULE, {}, tmp_path, hosts="win-1,win-2")
    recordings, tree = tmp_path / "recordings", tmp_path / "results"
    tree.mkdir()
    wanted = {"write_trial": True, "strict": True, "recording_folder": str(recordings)}
    done = ad_hoc(inventory, MODULE, wanted, tree, hosts="win-1,win-2")
    first, second = done.results["win-1"], done.results["win-2"]
    assert (first["status"], second["status"]) == ("changed", "changed"), done.text
    assert set(outcomes(first).values()) == {"works"}
    assert len(outcomes(first)) == 14
    assert "Write trial: 14 of 14 steps work on this host." in first["msg"]
    # Nothing depends on the options, so this is no failure.
    assert outcomes(second) == outcomes(first) | {"create_with_options": "ignored"}
    assert "Write trial: 13 of 14 steps work on this host." in second["msg"]
    for result in (first, second):
        assert result["trial"]["left"] == result["trial"]["leftovers"] == []
    text = (recordings / "win-1.jsonl").read_text("utf-8")
    sent = [json.loads(line).get("request", "") for line in text.splitlines()]
    assert any("wmi:Protocol" in each and each.count("wmiarray:LocalPort") == 2 for each in sent)
    assert any("/Create<" in each and BY_FILTERS in each for each in sent)
    assert not any("/Enable<" in each for each in sent)
    (tree / "results.jsonl").unlink()
    after = ad_hoc(inventory, MODULE, {}, tree, hosts="win-1,win-2")
    for host in ("win-1", "win-2"):
        assert after.results[host]["comparisons"] == before.results[host]["comparisons"]


def test_what_stays_is_said_and_the_next_run_removes_it(inventory: Path, tmp_path: Path) -> None:
    shutil.copy(inventory, tmp_path / "inventory.yml")
    again = {MODULE: {"write_trial": True}}
    tasks = [{**again, "ignore_errors": True}, again]
    played = play([{"hosts": "win-3", "gather_facts": False, "tasks": tasks}], tmp_path)
    first, second = (each["result"] for each in played.results)
    assert (first["status"], second["status"]) == ("failed", "changed"), played.text
    assert first["changed"] is True
    assert first["trial"]["left"] == [BY_FILTERS, BY_OPTIONS]
    assert f"with the id {BY_FILTERS}, {BY_OPTIONS}" in first["msg"]
    assert "Run the task again, which removes it first" in first["msg"]
    assert second["trial"]["leftovers"] == [BY_FILTERS, BY_OPTIONS]
    assert second["trial"]["left"] == []
    assert set(outcomes(second).values()) == {"works"}


def test_it_refuses_check_mode_and_the_rule_of_somebody_else(
    inventory: Path, tmp_path: Path
) -> None:
    shutil.copy(inventory, tmp_path / "inventory.yml")
    mine = {"name": "Mine", "rule_id": BY_OPTIONS, "ports": [7999], "enabled": False}
    tried = {"write_trial": True, "language": "ja"}
    # As the playbook says that its users set a variable.
    of_playbook = {"portkeeper_variables": {"write_trial": "verify_host_write_trial"}}
    tasks = [
        {FIREWALL: mine},
        {MODULE: {"write_trial": True}, "check_mode": True, "ignore_errors": True},
        {MODULE: tried, "check_mode": True, "ignore_errors": True, "vars": of_playbook},
        {MODULE: tried, "ignore_errors": True, "vars": of_playbook},
        {FIREWALL: mine},
    ]
    plays = [{"hosts": "win-4", "gather_facts": False, "tasks": tasks}]
    before = len(writes(inventory))
    played = play(plays, tmp_path)
    made, checked, checked_again, refused, again = (each["result"] for each in played.results)
    assert made["status"] == "changed", played.text
    assert checked["status"] == refused["status"] == "failed"
    assert checked["msg"] == (
        "write_trial creates firewall rules on the host for a moment, which check mode does not "
        "allow. Run it without --check (or check_mode: true) to try writing, or without "
        "write_trial to compare what can be read."
    )
    assert checked_again["msg"].startswith("verify_host_write_trial はホストに")
    assert checked_again["msg"].endswith("verify_host_write_trial を外してください。")
    assert refused["changed"] is False
    assert refused["msg"].startswith("verify_host_write_trial: win-4 (http")
    assert f"ID が {BY_OPTIONS} の規則「Mine」がすでにあります" in refused["msg"]
    assert again["status"] == "ok"
    # Only port_firewall wrote: the rule and its ports.
    assert writes(inventory)[before:] == ["Create", "Put"]
