# SPDX-License-Identifier: GPL-3.0-or-later
"""Three hosts of different age, for the tests that only read; and shares of all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.runs import own_addresses, simulated_hosts
from shares import SHORT, keep, number_of, share_of

#: About how many seconds of a core the tests of a file take, where it is many; any other counts as
#: `SHORT`. Where several jobs share the cores, that is what decides how long a share takes.
#: Of those marked every_core only what is left is counted.
SECONDS = {
    "test_faults.py": 95,
    "test_readme.py": 50,
    "test_secrets.py": 50,
    "test_rules_of_years.py": 40,
    "test_hostile_target.py": 35,
    "test_playbooks.py": 35,
    "test_port_report.py": 30,
    "test_port_setup.py": 20,
    "test_port_firewall.py": 20,
    "test_port_firewall_peers.py": 15,
    "test_port_firewall_effect.py": 15,
    "test_port_path_verdicts.py": 15,
    "test_clients_of_servers.py": 15,
    "test_concurrency.py": 15,
    "test_preimported.py": 15,
    "test_winsim_cli.py": 15,
    "test_port_survey_fleet.py": 15,
    "test_port_survey.py": 15,
    "test_port_firewall_refusals.py": 10,
    "test_verify_host.py": 10,
    "test_port_check_verdicts.py": 10,
    "test_port_process_guards.py": 10,
    "test_port_firewall_unspecified.py": 10,
}
#: The same of those marked every_core, which are in every share.
ON_EVERY_CORE = {
    "test_callback_table.py": 10,
    "test_preimported.py": 10,
    "test_other_hosts.py": 10,
    "test_port_setup.py": 10,
    "test_port_path.py": 10,
    "test_checkout.py": 5,
    "test_tickets.py": 5,
}


def seconds(path: Path) -> int:
    return SECONDS.get(path.name, SHORT)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("WINSIM_UNKIND"):
        plain = [item for item in items if item.get_closest_marker("plain")]
        items[:] = [item for item in items if item not in plain]
        config.hook.pytest_deselected(items=plain)
    others = [item for item in items if not item.get_closest_marker("every_core")]
    share = share_of(
        {item.path: seconds(item.path) for item in others}, *number_of(config, "--share")
    )
    left_out = [item for item in others if item.path not in share]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    here = {
        item.path: ON_EVERY_CORE.get(item.path.name, 0)
        + (seconds(item.path) if item.path in share else 0)
        for item in items
    }
    keep(config, items, share_of(here, *number_of(config, "--part")))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the hosts of `inventory` note each request."""
    return tmp_path_factory.mktemp("log") / "requests.log"


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory, log: Path) -> Iterator[Path]:
    """win-1 is a new engineer's PC, win-2 a server, win-3 a host without the network classes."""
    path = tmp_path_factory.mktemp("hosts") / "inventory.yml"
    images = ("--image", "win11-ja", "--image", "server2022", "--image", "win2008r2")
    with simulated_hosts(path, *images, "--log-requests", str(log), *own_addresses()):
        yield path
