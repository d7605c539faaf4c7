# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated hosts whose firewall lets some ports be reached, and WinRM always unless filtered."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from winrm.protocol import Protocol

from loopback import Network
from winsim.images import load
from winsim.server import Host, Hosts
from winsim.state import TcpState

pytestmark = [pytest.mark.integration, pytest.mark.plain("looks at octets and messages")]

#: The addresses of this file in this run.
NETWORK = Network()
RULE = "v2.30|Action={}|Active=TRUE|Dir=In|Protocol=6|LPort={}|Name=x|"


@contextmanager
def running(image: str, number: int, *, filtered: bool = False) -> Iterator[Host]:
    with Hosts([load(image).boot(address=NETWORK.address(number))], filtered=filtered) as hosts:
        yield hosts[0]


def outcome(host: Host, port: int) -> str:
    with socket.socket() as client:
        client.settimeout(0.5)
        try:
            client.connect((host.address, port))
        except TimeoutError:
            return "silent"
        except ConnectionRefusedError:
            return "refused"
        except ConnectionResetError:
            return "ended"  # it was in the queue of a listener that is shut at this moment
        return "connected"


@pytest.mark.parametrize(
    ("image", "number", "outcomes"),
    [
        ("win11-ja", 1, {8080: "connected", 8443: "silent", 5432: "refused"}),
        ("server2022", 2, {3389: "connected", 1433: "silent"}),
        ("gpo-locked", 3, {3389: "connected", 8080: "silent", 8443: "silent"}),
        ("third-party-firewall", 4, {8080: "connected", 7680: "silent"}),
        ("hyperv-reserved", 5, {8080: "connected", 3000: "refused", 50300: "refused"}),
        ("win11-de", 20, {8443: "connected", 9000: "silent", 50200: "refused"}),
        ("policies", 21, {4001: "connected", 4002: "connected", 4003: "silent", 4004: "silent"}),
    ],
)
def test_what_a_neighbour_finds(image: str, number: int, outcomes: dict[int, str]) -> None:
    with running(image, number) as host:
        assert {port: outcome(host, port) for port in outcomes} == outcomes
        assert Protocol(host.url, "basic", "admin", "Passw0rd!").open_shell()


def test_rule_opens_the_port_of_a_program_that_nobody_allowed() -> None:
    with running("win11-ja", 6) as host:
        firewall = host.machine.firewall
        assert firewall is not None
        assert outcome(host, 8443) == "silent"
        firewall.set_rule("reports", RULE.format("Allow", 8443))
        assert outcome(host, 8443) == "connected"


def test_winrm_answers_whatever_the_firewall_says() -> None:
    with running("win11-ja", 7) as host:
        firewall = host.machine.firewall
        assert firewall is not None
        firewall.set_rule("no-winrm", RULE.format("Block", "5985"))
        assert Protocol(host.url, "basic", "admin", "Passw0rd!").open_shell()


def wait_for(host: Host, expected: str) -> None:
    deadline = time.monotonic() + 30
    while outcome(host, host.port) != expected:
        assert time.monotonic() < deadline, f"WinRM is never {expected}"


def test_filtered_winrm_is_shut_with_its_open_connections_and_opened_again() -> None:
    with running("win11-ja", 8, filtered=True) as host:
        firewall = host.machine.firewall
        assert firewall is not None
        with socket.create_connection((host.address, host.port), timeout=30) as client:
            file = client.makefile("rb")
            ask = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
            client.sendall(ask)
            assert file.readline().split()[1] == b"404"
            while file.readline() != b"\r\n":
                pass
            (seen,) = (e for e in host.machine.endpoints() if e.state is TcpState.ESTABLISHED
                       and e.local_port == 5985)  # fmt: skip
            assert (seen.local_address, seen.remote_address) == ("192.168.11.23", "192.168.11.254")
            assert (seen.pid, seen.remote_port) == (4, client.getsockname()[1])
            firewall.set_rule("no-winrm", RULE.format("Block", "5985"))
            wait_for(host, "silent")
            client.sendall(ask)
            client.settimeout(0.3)
            with pytest.raises(TimeoutError):
                client.recv(1)
            firewall.delete_rule("no-winrm")
            client.settimeout(30)
            assert client.recv(12) == b"HTTP/1.1 404"
            wait_for(host, "connected")


def test_filtered_winrm_is_shut_by_a_condition_on_its_service() -> None:
    with running("win11-ja", 9, filtered=True) as host:
        firewall = host.machine.firewall
        assert firewall is not None
        rule = firewall.rule("WINRM-HTTP-In-TCP")
        assert rule is not None
        assert outcome(host, host.port) == "connected"
        firewall.set_rule("WINRM-HTTP-In-TCP", rule.replace({"Svc": "WinRM"}).text())
        wait_for(host, "silent")
