# SPDX-License-Identifier: GPL-3.0-or-later
"""Keywords and connections that do not lead to WinRM: each is told with its host and the next
step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from integration.runs import play

pytestmark = pytest.mark.integration

FACTS = {"portkeeper.windows.port_facts": {"ports": 8080}}
CHECK = {"portkeeper.windows.port_check": {"ports": 8080}}


def folder_of(inventory: Path, folder: Path) -> Path:
    (folder / "inventory.yml").write_text(inventory.read_text("utf-8"), "utf-8")
    return folder


@pytest.mark.every_core
def test_each_is_told_with_its_host_and_the_next_step(inventory: Path, tmp_path: Path) -> None:
    tasks: list[dict[str, Any]] = [
        FACTS | {"delegate_to": "localhost"},
        CHECK | {"delegate_to": "localhost"},
        FACTS | {"vars": {"ansible_connection": "ssh"}},
        FACTS | {"become": True, "become_method": "runas", "become_user": "SYSTEM"},
    ]
    of_play = {"hosts": "win-1", "gather_facts": False, "ignore_errors": True}
    done = play([of_play | {"tasks": tasks}], folder_of(inventory, tmp_path))
    delegated, checked, ssh, become = [each["result"] for each in done.results]
    assert delegated["msg"].startswith("Could not connect to WinRM on localhost: the task is dele")
    for told in (delegated, checked):
        assert told["status"] == "failed"
        assert "Leave out delegate_to: the module runs on the controller anyway" in told["msg"]
    assert ssh["msg"].startswith("Could not connect to WinRM on win-1: ")
    assert "the connection 'ssh' can't carry it. Set ansible_connection: winrm" in ssh["msg"]
    assert become["status"] == "ok"
    warning = "win-1: become has no effect: portkeeper.windows.port_facts works with the account of"
    assert warning in " ".join(done.text.split())
    assert "set ansible_user to the account that is meant" in " ".join(done.text.split())


@pytest.mark.every_core
def test_facts_that_can_not_be_gathered_are_told_with_what_to_write(
    inventory: Path, tmp_path: Path
) -> None:
    """Where the collection ansible.windows is not installed. With the callback of this one."""
    book = [{"hosts": "win-1", "tasks": []}]
    done = play(
        book, folder_of(inventory, tmp_path), environment={"ANSIBLE_COLLECTIONS_PATH": ".dev"}
    )
    assert "write gather_facts: false in the play, or install ansible.windows" in done.text
