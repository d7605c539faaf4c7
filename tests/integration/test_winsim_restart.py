# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated host that restarts: it answers, is gone, and comes back with nothing left open."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import winrm.exceptions
from winrm.protocol import Protocol

from unit.winsim.small import boot, document
from winsim.server import Host, Hosts

pytestmark = [pytest.mark.integration, pytest.mark.plain("looks at octets and messages")]

SECONDS = 30


@contextmanager
def restarting_host() -> Iterator[Host]:
    machine = boot(document() | {"restart": {"takes": 0.5}})
    with Hosts([machine]) as hosts:
        yield hosts[0]


def is_open(host: Host, port: int) -> bool:
    try:
        with socket.create_connection((host.address, port), timeout=5):
            return True
    except (ConnectionRefusedError, ConnectionResetError):
        return False  # reset where the port is closed while somebody connects


def wait_until(host: Host, port: int, opened: bool) -> None:
    deadline = time.monotonic() + SECONDS
    while is_open(host, port) is not opened:
        assert time.monotonic() < deadline, f"port {port} did not change"
        time.sleep(0.02)


def test_it_answers_is_gone_and_comes_back() -> None:
    with restarting_host() as host:
        client = Protocol(host.url, "basic", "admin", "Passw0rd!")
        shell = client.open_shell()
        assert is_open(host, 20080)
        before = host.machine.operating_system.booted
        assert host.machine.ask_for_restart() == 0
        wait_until(host, host.port, False)
        assert not is_open(host, 20080)
        wait_until(host, host.port, True)
        wait_until(host, 20080, True)
        assert host.machine.operating_system.booted > before
        with pytest.raises(winrm.exceptions.WSManFaultError):
            Protocol(host.url, "basic", "admin", "Passw0rd!").run_command(shell, "hostname")
        assert client.open_shell() != shell


def test_hosts_may_be_stopped_while_one_restarts() -> None:
    with restarting_host() as host:
        host.machine.ask_for_restart()
        wait_until(host, host.port, False)
    assert not is_open(host, 20080)
