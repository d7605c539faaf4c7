# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenario for real Windows hosts on a simulated one: all of it but netstat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from demo.__main__ import simulated_hosts
from integration.runs import CHECKOUT, own_addresses, run

pytestmark = pytest.mark.integration

SCENARIO = CHECKOUT / "extensions" / "molecule" / "windows"
SERVICES = [
    {"name": "reports", "port": 8443, "process": "reports.exe"},
    {"name": "stock", "port": 8080, "process": "java.exe"},
    {"name": "later", "port": 9099},
]


@pytest.fixture
def inventory(tmp_path: Path) -> Iterator[Path]:
    """As the scenario's README has it, with services: one is shut, one open, one not there yet."""
    path = tmp_path / "inventory.yml"
    with simulated_hosts(path, "--image", "win11-ja", *own_addresses()):
        content = yaml.safe_load(path.read_text())
        content["windows"]["hosts"]["win-1"]["port_setup_services"] = SERVICES
        path.write_text(yaml.safe_dump(content))
        yield path


def played(inventory: Path, name: str, change: str) -> int:
    """A playbook of the scenario, which has to succeed: how many tasks have changed something."""
    command = ("ansible-playbook", "-i", str(inventory), "--skip-tags", "netstat")
    playbook = str(SCENARIO / f"{name}.yml")
    code, text = run(*command, playbook, environment={"PORTKEEPER_WINDOWS_CHANGE": change})
    assert code == 0, text
    (changed,) = re.findall(r"changed=(\d+)", text)
    return int(changed)


def test_nothing_is_changed_unless_asked_for(inventory: Path) -> None:
    assert played(inventory, "converge", "") == 1
    assert played(inventory, "verify", "") == 0
    # What was only said is still to be done.
    assert played(inventory, "converge", "yes") == 1
    assert played(inventory, "verify", "yes") == 0
    assert played(inventory, "converge", "yes") == 0
