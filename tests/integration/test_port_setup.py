# SPDX-License-Identifier: GPL-3.0-or-later
"""The role port_setup on three PCs: one clean, one whose port is taken, one locked by policy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.__main__ import simulated_hosts
from integration.runs import own_addresses, run
from winsim.images import load

pytestmark = pytest.mark.integration

YAML = {"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"}
PLAYBOOK = "portkeeper.windows.pc_setup"


@pytest.fixture
def inventory(tmp_path: Path) -> Iterator[Path]:
    """win-1 is a new engineer's PC, win-2 one whose local rules a policy voids."""
    path = tmp_path / "inventory.yml"
    images = ("--image", "win11-ja", "--image", "gpo-locked")
    with simulated_hosts(path, *images, *own_addresses()):
        yield path


def played(
    inventory: Path, host: str, *options: str, **variables: Any
) -> tuple[int, str, dict[str, int]]:
    """The playbook on one host: its exit code, what it printed, and its recap."""
    given = json.dumps({f"port_setup_{name}": value for name, value in variables.items()})
    command = ("ansible-playbook", "-i", str(inventory), "-l", host, "-e", given, *options)
    code, text = run(*command, PLAYBOOK, environment=YAML)
    recap = dict(re.findall(r"(\w+)=(\d+)", text.rpartition("PLAY RECAP")[2]))
    return code, text, {name: int(count) for name, count in recap.items()}


@pytest.mark.every_core
def test_a_port_that_is_only_shut_is_opened_once(inventory: Path) -> None:
    wanted = [{"name": "reports", "port": 8443, "process": "reports.exe"}]
    code, text, predicted = played(inventory, "win-1", "--check", services=wanted)
    assert code == 0, text
    code, text, first = played(inventory, "win-1", services=wanted)
    assert code == 0, text
    assert "TCP 8443 can be reached: reports.exe" in text
    assert predicted["changed"] == first["changed"] == 1
    code, text, second = played(inventory, "win-1", services=wanted)
    assert (code, second["changed"]) == (0, 0), text

    code, text, gone = played(inventory, "win-1", services=wanted, state="absent")
    assert (code, gone["changed"]) == (0, 1), text
    code, text, gone = played(inventory, "win-1", services=wanted, state="absent")
    assert (code, gone["changed"]) == (0, 0), text


@pytest.mark.every_core
def test_a_port_that_another_program_holds(inventory: Path) -> None:
    wanted = [{"name": "web", "port": 80, "process": "nginx.exe"}]
    code, text, recap = played(inventory, "win-1", services=wanted)
    assert (code, recap["failed"], recap["changed"]) == (2, 1, 0), text
    assert "httpd.exe" in text

    code, text, predicted = played(inventory, "win-1", "--check", services=wanted, conflict="stop")
    assert code == 0, text
    code, text, first = played(inventory, "win-1", services=wanted, conflict="stop")
    assert code == 0, text
    assert "Nothing listens at TCP 80" in text
    assert predicted["changed"] == first["changed"] == 2
    code, text, second = played(inventory, "win-1", services=wanted, conflict="stop")
    assert (code, second["changed"]) == (0, 0), text


def test_only_what_the_check_has_named_is_stopped(inventory: Path) -> None:
    """The check has seen another program than the one that holds the port by now."""
    wanted = [{"name": "web", "port": 8080, "process": "nginx.exe"}]
    found = {"port": 8080, "protocol": "tcp", "verdict": "in_use_by_other", "msg": "x",
             "remedies": [], "evidence": {"listeners": [{"process": "notepad.exe"}]}}  # fmt: skip
    task = {"name": "x", "portkeeper.windows.port_process": {"expected_process": ["notepad.exe"]}}
    for remedies in ([], [{"task": None}, {"task": task}]):
        before = {"ports": [found | {"remedies": remedies}]}
        options = ("--tags", "port_setup_free", "--skip-tags", "port_setup_check")
        given = json.dumps({"port_setup_before": before})
        code, text, recap = played(
            inventory, "win-1", *options, "-e", given, services=wanted, conflict="stop"
        )
        assert (code, recap["failed"], recap["changed"]) == (2, 1, 0), text
        assert "java.exe" in text
        assert "notepad.exe is expected" in " ".join(text.split())


def test_why_a_port_was_not_freed_is_said_in_the_language_of_the_role(inventory: Path) -> None:
    wanted = [{"name": "web", "port": 8080, "process": "nginx.exe"}]
    found = {"port": 8080, "protocol": "tcp", "verdict": "in_use_by_other", "msg": "x",
             "remedies": [], "evidence": {"listeners": [{"process": "notepad.exe"}]}}  # fmt: skip
    given = json.dumps({"port_setup_before": {"ports": [found]}})
    options = ("--tags", "port_setup_free", "--skip-tags", "port_setup_check", "-e", given)
    code, text, _recap = played(
        inventory, "win-1", *options, services=wanted, conflict="stop", language="ja"
    )
    assert code == 2, text
    said = "".join(text.split())
    assert "指定されたnotepad.exeではありません" in said
    assert "何も停止していません" in said
    assert "isexpected" not in said


def test_a_port_that_a_service_and_a_program_hold(tmp_path: Path) -> None:
    """A relay of Windows and a program of somebody else, on different addresses of one port."""
    services = {
        "Relay": {"display": "Relay Service", "path": r"C:\Relay\relay.exe", "start": "manual"}
    }
    document = load("win11-ja").document
    held = [
        {"pid": 9200, "name": "relay.exe", "path": r"C:\Relay\relay.exe", "services": ["Relay"],
         "tcp": ["0.0.0.0:8084"]},
        {"pid": 9204, "parent": 4556, "name": "tunnel.exe", "path": r"C:\Tunnel\tunnel.exe",
         "session": 1, "tcp": ["[::]:8084"]},
    ]  # fmt: skip
    image = tmp_path / "shared-port.yml"
    parts = {"processes": [*document["processes"], *held]}
    parts |= {"services": document["services"] | services}
    image.write_text(yaml.safe_dump({**document, **parts}, allow_unicode=True), "utf-8")
    inventory = tmp_path / "inventory.yml"
    with simulated_hosts(inventory, "--image", str(image), *own_addresses()):
        wanted = [{"name": "web", "port": 8084, "process": "nginx.exe"}]
        code, text, recap = played(inventory, "win-1", services=wanted, conflict="stop")
        assert (code, recap["changed"]) == (0, 2), text
        assert "Nothing listens at TCP 8084" in text


def test_a_conflict_that_is_only_reported(inventory: Path) -> None:
    wanted = [{"name": "web", "port": 80, "process": "nginx.exe"}]
    code, text, recap = played(inventory, "win-1", services=wanted, conflict="report")
    assert (code, recap["changed"]) == (0, 1), text
    assert "httpd.exe" in text


def test_a_policy_that_forbids_local_rules_is_named(inventory: Path) -> None:
    wanted = [{"name": "web", "port": 80, "process": "httpd.exe"}]
    code, text, predicted = played(inventory, "win-2", "--check", services=wanted)
    assert code == 0, text
    code, text, first = played(inventory, "win-2", services=wanted, language="ja")
    assert (code, first["failed"]) == (2, 1), text
    assert predicted["changed"] == first["changed"] == 1
    assert "ローカルの規則が無効です" in text
    # Warnings are broken into lines.
    assert "規則「port_setup:web」は現在、効果がありません" in "".join(text.split())
    assert "AllowLocalPolicyMerge" in text
    code, text, second = played(inventory, "win-2", services=wanted)
    assert (code, second["changed"]) == (2, 0), text


@pytest.mark.every_core
def test_a_service_that_is_none_is_refused_before_anything_is_sent(inventory: Path) -> None:
    code, text, recap = played(inventory, "win-1", services=["htps"])
    assert (code, recap["changed"]) == (2, 0)
    assert "https" in text
    assert "Traceback" not in text
