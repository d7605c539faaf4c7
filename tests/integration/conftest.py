# SPDX-License-Identifier: GPL-3.0-or-later
"""Three hosts of different age, for the tests that only read; and shares of all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.runs import own_addresses, simulated_hosts


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--share",
        default="1/1",
        metavar="NUMBER/OF",
        help="run the tests marked every_core, and of the others those of this share of the files",
    )
    parser.addoption(
        "--part",
        default="1/1",
        metavar="NUMBER/OF",
        help="of all those, run this part of the files",
    )


#: About how many seconds of a core the tests of a file take, where it is many; any other counts as
#: `SHORT`. Where several jobs share the cores, that is what decides how long a share takes.
#: Of those marked every_core only what is left is counted.
SECONDS = {
    "test_faults.py": 75,
    "test_secrets.py": 40,
    "test_hostile_target.py": 40,
    "test_readme.py": 75,
    "test_port_report.py": 25,
    "test_port_firewall.py": 20,
    "test_verify_trial.py": 20,
    "test_port_path_verdicts.py": 20,
    "test_winsim_cli.py": 20,
    "test_clients_of_servers.py": 15,
    "test_concurrency.py": 15,
    "test_rules_of_years.py": 15,
    "test_port_firewall_effect.py": 15,
    "test_port_firewall_unspecified.py": 10,
    "test_port_firewall_peers.py": 20,
    "test_port_firewall_refusals.py": 15,
    "test_verify_host.py": 15,
    "test_port_process_trouble.py": 15,
    "test_winsim_http.py": 15,
    "test_callback_table.py": 10,
    "test_port_path.py": 10,
    "test_port_process_guards.py": 10,
    "test_port_process_services.py": 10,
    "test_port_check_verdicts.py": 10,
    "test_port_setup_japanese.py": 10,
    "test_errors.py": 10,
    "test_port_check.py": 10,
    "test_network_category.py": 10,
    "test_port_process_restart.py": 10,
}
SHORT = 5


def share_of(files: set[Path], number: int, shares: int) -> set[Path]:
    """The files of one of several shares that take about the same time: the longest first, each to
    the share that has the least so far."""
    given: list[list[Path]] = [[] for _share in range(shares)]
    taken = [0] * shares
    for path in sorted(files, key=lambda path: (-SECONDS.get(path.name, SHORT), path)):
        least = taken.index(min(taken))
        given[least].append(path)
        taken[least] += SECONDS.get(path.name, SHORT)
    return set(given[number - 1])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("WINSIM_UNKIND"):
        plain = [item for item in items if item.get_closest_marker("plain")]
        items[:] = [item for item in items if item not in plain]
        config.hook.pytest_deselected(items=plain)
    others = [item for item in items if not item.get_closest_marker("every_core")]
    share = share_of({item.path for item in others}, *_number_of(config, "--share"))
    left_out = [item for item in others if item.path not in share]
    here = [item for item in items if item not in left_out]
    part = share_of({item.path for item in here}, *_number_of(config, "--part"))
    items[:] = [item for item in here if item.path in part]
    config.hook.pytest_deselected(items=[item for item in [*left_out, *here] if item not in items])


def _number_of(config: pytest.Config, option: str) -> tuple[int, int]:
    number, shares = map(int, config.getoption(option).split("/"))
    return number, shares


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
