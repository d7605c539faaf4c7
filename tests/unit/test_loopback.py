# SPDX-License-Identifier: GPL-3.0-or-later
"""Loopback addresses that no other test listens on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from loopback import Network

TESTS = Path(__file__).parents[1]


def second(address: str) -> str:
    return address.split(".")[1]


def test_an_address_is_the_same_each_time_and_the_next_is_another() -> None:
    network = Network()
    assert network.address(7) == network.address(7)
    assert network.address(1).endswith(".0.1")
    assert network.address(250).endswith(".0.250")
    assert network.address(251).endswith(".1.1")
    assert [network.next() for _number in range(600)] == [
        network.address(number) for number in range(1, 601)
    ]


def test_two_networks_have_no_address_in_common() -> None:
    networks = [Network() for _number in range(20)]
    assert len({second(each.address()) for each in networks}) == 20


def test_another_process_has_others() -> None:
    """Whatever its number is: here it is made to look at the same place first."""
    own = Network()
    program = (
        "import os, loopback\n"
        f"os.getpid = lambda: {int(second(own.address())) - 90}\n"
        "print(loopback.Network().address())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert second(done.stdout.strip()) != second(own.address())


def test_an_address_is_kept_when_its_network_is_forgotten() -> None:
    addresses = [Network().address() for _number in range(20)]
    assert len(set(addresses)) == 20
