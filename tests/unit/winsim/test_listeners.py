# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tables list really listens, and what they drop really stays silent."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from unit.winsim.small import address, boot, document
from winsim import images, listeners
from winsim.machine import Machine
from winsim.state import Delivery


@pytest.fixture
def machine() -> Iterator[Machine]:
    booted = boot()
    booted.start()
    yield booted
    booted.stop()


def accepts(machine: Machine, port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(5)
        return client.connect_ex((machine.address, port)) == 0


def test_listeners_that_a_neighbour_would_reach_accept(machine: Machine) -> None:
    for port in (20001, 20002, 20003, 20080, 20082, 20090, 20135):
        assert accepts(machine, port), port


@pytest.mark.parametrize(
    "port",
    [
        pytest.param(20081, id="on loopback only"),
        pytest.param(20083, id="on a link-local address"),
        pytest.param(20084, id="on IPv6 only"),
        pytest.param(50100, id="a connection"),
        pytest.param(5985, id="WinRM, which the wire serves"),
        pytest.param(20999, id="nothing"),
    ],
)
def test_anything_else_refuses(machine: Machine, port: int) -> None:
    assert not accepts(machine, port)


def test_listening_ports_tells_what_is_open(machine: Machine) -> None:
    tcp = {20001, 20002, 20003, 20080, 20082, 20090, 20135}
    assert machine.listening_ports == {("tcp", p) for p in tcp} | {("udp", 20001)}
    machine.stop()
    assert not machine.listening_ports


def test_connection_is_held_until_the_client_closes_it(machine: Machine) -> None:
    with socket.create_connection((machine.address, 20080), timeout=5) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_terminated_process_closes_its_sockets_at_once(machine: Machine) -> None:
    with socket.create_connection((machine.address, 20080), timeout=5) as client:
        machine.end_process(900)
        assert client.recv(1) == b""
    assert not accepts(machine, 20080)
    assert accepts(machine, 20135)
    assert ("tcp", 20080) not in machine.listening_ports


def test_so_it_does_while_many_have_just_connected(machine: Machine) -> None:
    with ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection((machine.address, 20080), timeout=5))
            for _unused in range(100)
        ]
        machine.end_process(900)
        # None of them is reset, whether its turn had come or not.
        assert [client.recv(1) for client in clients] == [b""] * 100
    assert not accepts(machine, 20080)


def test_machine_that_has_not_started_listens_nowhere() -> None:
    machine = boot()
    assert not accepts(machine, 20080)
    machine.end_process(900)
    assert not machine.listening_ports


def test_dropped_port_gives_no_answer_and_accepts_again_afterwards(machine: Machine) -> None:
    machine.deliver(20080, Delivery.DROP)
    assert ("tcp", 20080) not in machine.listening_ports
    with socket.socket() as client:
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.connect((machine.address, 20080))
    machine.deliver(20080, Delivery.ACCEPT)
    assert accepts(machine, 20080)


def test_udp_endpoint_takes_datagrams_without_an_answer(machine: Machine) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.2)
        client.connect((machine.address, 20001))
        for _unused in range(3):  # a closed port would refuse the second
            client.send(b"hello")
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_two_machines_have_the_same_port(machine: Machine) -> None:
    other = boot()
    other.start()
    try:
        machine.end_process(900)
        assert not accepts(machine, 20080)
        assert accepts(other, 20080)
    finally:
        other.stop()


def test_port_that_can_not_be_bound_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    machine = boot()
    with socket.socket() as occupant, caplog.at_level(logging.WARNING):
        occupant.bind((machine.address, 20080))
        occupant.listen()
        machine.start()
        try:
            assert ("tcp", 20080) not in machine.listening_ports
            assert ("tcp", 20135) in machine.listening_ports
            machine.end_process(1000)
        finally:
            machine.stop()
    (record,) = caplog.records
    assert "tcp 20080" in record.getMessage()
    assert machine.address in record.getMessage()


def test_number_of_sockets_is_bounded() -> None:
    machine = images.load("busy").boot(address=address())
    machine.start()
    try:
        assert 50 < len(machine.listening_ports) <= listeners.MAX_SOCKETS
    finally:
        machine.stop()


def test_start_and_stop_may_be_repeated() -> None:
    machine = boot(document())
    for _unused in range(3):
        machine.start()
        machine.start()
        assert accepts(machine, 20080)
        machine.stop()
        machine.stop()
        assert not accepts(machine, 20080)
