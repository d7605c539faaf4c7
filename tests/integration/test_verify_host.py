# SPDX-License-Identifier: GPL-3.0-or-later
"""verify_host as a user runs it: on simulated PCs, and on the recordings that it made of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from integration.runs import (
    CHECKOUT,
    ad_hoc,
    own_addresses,
    play,
    requests,
    results_in,
    results_to,
    run,
)
from winsim.cli import main as winsim

MODULE = "portkeeper.windows.verify_host"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verify_host")


def up(folder: Path, name: str, *options: str) -> Path:
    """Start hosts in the background; returns their inventory."""
    files = ["--pid-file", str(folder / f"{name}.pid"), "--inventory", str(folder / f"{name}.yml")]
    # Recordings stay clear of the addresses of the hosts that they are of.
    first = own_addresses()[1].rpartition(".")[0] + (".200" if name == "again" else ".1")
    started = winsim(["up", "--detach", "--port", "0", "--address", first, *files, *options])
    assert started == 0
    return folder / f"{name}.yml"


def down(folder: Path, name: str) -> None:
    assert winsim(["down", "--pid-file", str(folder / f"{name}.pid")]) == 0


@pytest.fixture(scope="module")
def inventory(folder: Path) -> Iterator[Path]:
    log = ("--log-requests", str(folder / "requests.jsonl"))
    yield up(folder, "hosts", "--image", "win11-ja", "--image", "win2008r2", *log)
    down(folder, "hosts")


@pytest.fixture(scope="module")
def recordings(folder: Path, inventory: Path) -> Path:
    """A folder with a recording of each host, made by the playbook."""
    made = folder / "recordings"
    made.mkdir()
    code, text = run(
        "ansible-playbook",
        "-i",
        str(inventory),
        str(CHECKOUT / "playbooks" / "verify_host.yml"),
        "-e",
        f"verify_host_recordings={made}",
        "-e",
        "verify_host_strict=true",
    )
    assert code == 0, text
    assert "Windows' own folder" in text
    assert "MSFT_NetTCPConnection" in text
    return made


def test_the_playbook_makes_recordings_that_only_their_owner_may_read(recordings: Path) -> None:
    assert sorted(path.name for path in recordings.iterdir()) == ["win-1.jsonl", "win-2.jsonl"]
    for path in recordings.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        text = path.read_text()
        # Account and password of the inventory, and names of the images.
        for secret in ("Passw0rd", "tanaka", "DESKTOP-7K2M9QF", "192.168.11.23", "Authorization"):
            assert secret not in text


def test_check_mode_writes_no_file(inventory: Path, tmp_path: Path) -> None:
    """And a folder may hold anything beside recordings."""
    folder, path = tmp_path / "recordings", tmp_path / "r.jsonl"
    (folder / "x").mkdir(parents=True)
    shutil.copy(inventory, tmp_path / "inventory.yml")
    places = ({"recording_folder": str(folder)}, {"recording": str(path)})
    tasks = [{MODULE: place} for place in places]
    plays = [{"hosts": "win-2", "gather_facts": False, "tasks": tasks}]
    played = play(plays, tmp_path, "--check")
    assert [each["result"]["status"] for each in played.results] == ["ok", "ok"], played.text
    assert played.results[1]["result"]["recording"] is None
    assert not path.exists()
    assert [each.name for each in folder.iterdir()] == ["x"]


@pytest.fixture
def renamed(inventory: Path, tmp_path: Path) -> Path:
    """An inventory in which the second PC is called what leads out of a folder."""
    path = tmp_path / "in" / "hosts.yml"
    path.parent.mkdir()
    path.write_text(inventory.read_text("utf-8").replace("win-2:", '"../../evil":'), "utf-8")
    return path


def test_no_name_of_the_inventory_leads_out_of_the_folder(renamed: Path, tmp_path: Path) -> None:
    made = tmp_path / "a" / "b" / "recordings"
    playbook = str(CHECKOUT / "playbooks" / "verify_host.yml")
    options = ("-i", str(renamed), playbook, "-e", f"verify_host_recordings={made}")
    _code, text = run("ansible-playbook", *options)
    one, two = sorted(path.name for path in made.iterdir())
    assert re.fullmatch(r"_.._evil-[0-9a-f]{12}\.jsonl", one), text
    assert two == "win-1.jsonl"
    written = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {renamed, made / one, made / two}


LEAD_OUT = [("../../evil", ".jsonl"), ("..", "/x.jsonl"), ("$HOME", ".jsonl")]


def test_a_name_in_a_path_that_would_lead_out_is_refused(inventory: Path, tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "in").mkdir()
    content = yaml.safe_load(inventory.read_text("utf-8"))
    pc = content["windows"]["hosts"]["win-2"]
    content["windows"]["hosts"] = {name: pc | {"rest": rest} for name, rest in LEAD_OUT}
    renamed, results = tmp_path / "in" / "hosts.yml", tmp_path / "in" / "results.jsonl"
    renamed.write_text(yaml.safe_dump(content), "utf-8")
    path = f"{tmp_path}/a/b/{{{{ inventory_hostname }}}}{{{{ rest }}}}"
    code, text = run(
        *(
            "ansible",
            "all",
            "-i",
            str(renamed),
            "-m",
            MODULE,
            "-a",
            json.dumps({"recording": path}),
        ),
        environment=results_to(results),
    )
    assert code != 0
    said = {each["host"]: each["result"]["msg"] for each in results_in(results)}
    assert set(said) == {name for name, _rest in LEAD_OUT}, text
    for message in said.values():
        assert "can't be the name of a file; give recording_folder" in message
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {renamed, results}


@pytest.mark.usefixtures("recordings")
def test_a_place_that_cannot_be_is_told_before_anything_is_sent(
    inventory: Path, tmp_path: Path
) -> None:
    path = tmp_path / "none" / "r.jsonl"
    wrong: list[tuple[dict[str, str], str]] = [
        ({"recording": "x" * 300}, "a name in it is too long"),
        ({"recording": "/"}, "it is a folder. Name a file"),
        ({"recording": "a", "recording_folder": "b"}, "not both"),
        ({"recording_folder": "/dev/null"}, "a part of it is not a folder"),
        ({"recording": str(path)}, f"the folder {path.parent} is not there"),
    ]
    shutil.copy(inventory, tmp_path / "inventory.yml")
    tasks = [{MODULE: arguments, "ignore_errors": True} for arguments, _said in wrong]
    log = inventory.with_name("requests.jsonl")
    before = len(requests(log))
    played = play([{"hosts": "win-2", "gather_facts": False, "tasks": tasks}], tmp_path)
    assert len(requests(log)) == before > 0
    for (arguments, said), each in zip(wrong, played.results, strict=True):
        assert each["result"]["status"] == "failed", arguments
        assert said in each["result"]["msg"], arguments


def test_a_recording_is_a_host_to_every_module(
    folder: Path, inventory: Path, recordings: Path, tmp_path: Path
) -> None:
    files = [f"--recording={recordings / name}.jsonl" for name in ("win-1", "win-2")]
    again = up(folder, "again", *files)
    tasks = [
        {"port_facts": {"ports": [80, 135, 445, "5000-9000"]}},
        {"port_check": {"ports": [80, 8080, 9999], "from_controller": False}},
    ]
    content = {
        f"{kind}_{number}": {
            "hosts": {f"{kind}-{name}": host for name, host in found["windows"]["hosts"].items()},
            "vars": found["windows"]["vars"],
        }
        for number, (kind, file) in enumerate((("live", inventory), ("recorded", again)))
        for found in [yaml.safe_load(file.read_text("utf-8"))]
    }
    (tmp_path / "inventory.yml").write_text(yaml.safe_dump(content), "utf-8")
    try:
        played = play([{"hosts": "all", "gather_facts": False, "tasks": tasks}], tmp_path)
    finally:
        down(folder, "again")
    found = {(each["task"], each["host"]): each["result"] for each in played.results}
    assert len(found) == 8, played.text
    assert {each["status"] for each in found.values()} == {"ok"}, played.text
    for host in ("win-1", "win-2"):
        first, second = (found["port_check", f"{kind}-{host}"] for kind in ("live", "recorded"))
        assert first["verdicts"] == second["verdicts"]
        first, second = (found["port_facts", f"{kind}-{host}"] for kind in ("live", "recorded"))
        assert _listeners(first) == _listeners(second)


def _listeners(result: dict[str, object]) -> list[tuple[object, ...]]:
    facts = result["ansible_facts"]
    assert isinstance(facts, dict)
    return sorted((each["port"], each["pid"], each["name"]) for each in facts["tcp_listen"])


def test_results_are_compared_and_nothing_is_written_unasked(
    inventory: Path, tmp_path: Path
) -> None:
    tree = tmp_path / "results"
    tree.mkdir()
    done = ad_hoc(inventory, MODULE, {"strict": True}, tree)
    first, old = done.results["win-1"], done.results["win-2"]
    assert (first["status"], old["status"]) == ("ok", "ok")
    assert first["counts"] == {"disagree": 0, "unknown": 0, "expected": 1, "agree": 27}
    assert first["disagreements"] == 0
    assert "recording" not in first
    # Before Windows 8 half of the ways are missing, and nothing is made up for them.
    assert old["counts"]["disagree"] == 0
    assert old["counts"]["unknown"] > 5


def test_a_host_that_breaks_off_leaves_a_recording_of_what_it_said(
    folder: Path, tmp_path: Path
) -> None:
    broken = up(folder, "broken", "--image", "win2008r2", "--fault", "http=503:class=Win32_Process")
    tree = tmp_path / "results"
    tree.mkdir()
    path = tmp_path / "r.jsonl"
    try:
        done = ad_hoc(broken, MODULE, {"recording": str(path)}, tree)
    finally:
        down(folder, "broken")
    assert done.results["win-1"]["status"] == "unreachable"
    lines = path.read_text().splitlines()
    # After it, the shell is given back.
    assert any('"failure":"http_status"' in line for line in lines[-4:])
    assert '"complete":true' in lines[-1]


def test_a_file_that_is_no_recording_starts_no_host(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no recording\n")
    done = subprocess.run(
        [sys.executable, "-m", "winsim", "up", "--recording", str(path), "--port", "0"],
        env=os.environ | {"PYTHONPATH": str(CHECKOUT / "tests")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"{path}: no recording: line 1 is no object of JSON" in done.stderr
    assert "Traceback" not in done.stderr
