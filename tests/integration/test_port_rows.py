# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples in the documentation of the filter port_rows, as they stand there."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ansible_collections.portkeeper.windows.plugins.filter.port_rows import EXAMPLES
from integration.runs import own_addresses, run, simulated_hosts

pytestmark = pytest.mark.integration

WEB = ("win-2", "80", "0.0.0.0")


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """win-1 and win-2 are new engineers' PCs."""
    path = tmp_path_factory.mktemp("hosts") / "inventory.yml"
    with simulated_hosts(path, "--image", "win11-ja", "--count", "2", *own_addresses()):
        yield path


def test_the_examples(inventory: Path, tmp_path: Path) -> None:
    path = tmp_path / "play.yml"
    tasks = yaml.safe_load(EXAMPLES)
    local = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    for task in tasks:
        if task.get("delegate_to") == "localhost":
            task["vars"] = local | {"ansible_connection": "local"}
    path.write_text(json.dumps([{"hosts": "windows", "gather_facts": False, "tasks": tasks}]))
    code, text = run("ansible-playbook", "-i", str(inventory), str(path), folder=tmp_path)
    assert code == 0, text
    with (tmp_path / "listeners.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["host"] for row in rows} == {"win-1", "win-2"}
    assert all(None not in row and None not in row.values() for row in rows)
    (web,) = [row for row in rows if (row["host"], row["port"], row["address"]) == WEB]
    assert (web["process"], web["service"], web["name"]) == ("httpd.exe", "Apache2.4", "http")
    assert (web["firewall_private"], web["firewall_public"]) == ("allowed", "blocked")
    assert "tcp 80: The firewall rule 'Apache HTTP Server' opens TCP 80 for private" in text
