# SPDX-License-Identifier: GPL-3.0-or-later
"""Many PCs at once, some of them faulty; and two controllers at one PC. `make fleet` is the long
form of the first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from fleet import judge
from fleet.faulty import FAULTS
from fleet.run import run as run_fleet
from integration.firewall_plays import address, fleet
from integration.runs import own_address, run
from winsim.images import load

pytestmark = pytest.mark.integration


@pytest.mark.plain("breaks the first page of an enumeration, which has to be its only one")
def test_faulty_pcs_among_others(tmp_path: Path) -> None:
    outcome = run_fleet(len(FAULTS) + 6, 10, len(FAULTS), tmp_path, own_address())
    assert set(outcome.faults.values()) == set(FAULTS)
    assert judge.problems(outcome) == []


# The requests of both fall between one another; what comes of it depends on no time.
SLOW = ("delay=0.1:action=Put", "delay=0.1:action=Create", "delay=0.1:action=Terminate")
RULES = (
    {"ports": 8443, "remote_addresses": "10.0.0.0/8", "description": "first"},
    {"ports": "80,443", "remote_addresses": "192.0.2.0/24", "description": "second"},
)


def test_two_controllers_at_one_pc(tmp_path: Path) -> None:
    machine = load("win11-ja").boot("win-1", address(40))
    held = next(each for each in machine.endpoints() if each.local_port == 8080)
    holder = machine.process(held.pid)
    assert holder is not None
    with fleet(tmp_path, [machine], faults=SLOW) as pcs:

        def controller(number: int) -> tuple[int, str]:
            rule = RULES[number] | {"name": "Contested", "profiles": "private"}
            free = {"ports": 8080, "expected_process": holder.name, "stay_free": 0}
            tasks = [
                {"portkeeper.windows.port_firewall": rule},
                {"portkeeper.windows.port_process": free},
            ]
            play = [{"hosts": "win-1", "gather_facts": False, "tasks": tasks}]
            playbook = tmp_path / f"play-{number}.yml"
            playbook.write_text(yaml.safe_dump(play), "utf-8")
            return run("ansible-playbook", "-i", str(tmp_path / "inventory.yml"), str(playbook))

        with ThreadPoolExecutor(2) as pool:
            ended = list(pool.map(controller, range(2)))
        (rule,) = pcs.named("win-1", "Contested")
        left = [each for each in machine.endpoints() if each.local_port == 8080]
    for code, text in ended:
        assert code == 0, text
    assert (rule["LPort"], rule["RA4"], rule["Desc"], rule["Active"]) in [
        ("8443", "10.0.0.0/255.0.0.0", "first", "TRUE"),
        ("443", "192.0.2.0/255.255.255.0", "second", "TRUE"),
    ]
    assert left == []
