# SPDX-License-Identifier: GPL-3.0-or-later
"""Three hosts of different age, for the tests that only read; and shares of all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.__main__ import simulated_hosts
from integration.runs import own_addresses


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--share",
        default="1/1",
        metavar="NUMBER/OF",
        help="run the tests marked every_core, and this share of the other files",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    number, shares = config.getoption("--share").split("/")
    others = {item.path for item in items if not item.get_closest_marker("every_core")}
    of_another_share = others - set(sorted(others)[int(number) - 1 :: int(shares)])
    left_out = [item for item in items if item.path in of_another_share]
    items[:] = [item for item in items if item.path not in of_another_share]
    config.hook.pytest_deselected(items=left_out)


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
