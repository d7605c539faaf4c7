# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's attempts to connect, on loopback addresses."""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Attempt,
    AttemptOutcome,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.probe import Noted, attempt_all
from loopback import Network

HERE = Network().address()


@contextmanager
def listening(backlog: int = 5) -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((HERE, 0))
        listener.listen(backlog)
        yield listener.getsockname()[1]


@contextmanager
def silent() -> Iterator[int]:
    """A port that answers nothing: its queue of connections is full."""
    with listening(0) as port, ExitStack() as stack:
        for _number in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex((HERE, port))
        yield port


@contextmanager
def closed() -> Iterator[int]:
    """A port that nobody listens at, and that nobody else gets meanwhile."""
    with socket.socket() as holder:
        holder.bind((HERE, 0))
        yield holder.getsockname()[1]


def test_a_port_that_listens() -> None:
    with listening() as port:
        assert attempt_all(HERE, [port], 5) == {port: Attempt(AttemptOutcome.CONNECTED, HERE)}


def test_a_port_that_refuses() -> None:
    with closed() as port:
        found = attempt_all(HERE, [port], 5)
    assert found == {port: Attempt(AttemptOutcome.REFUSED, HERE, "Connection refused")}


def test_a_port_that_stays_silent() -> None:
    with silent() as port:
        assert attempt_all(HERE, [port], 0.2) == {port: Attempt(AttemptOutcome.TIMED_OUT, HERE)}


def test_each_port_has_its_own_outcome() -> None:
    with listening() as open_port, closed() as shut, silent() as quiet:
        found = attempt_all(HERE, [quiet, shut, open_port], 0.5)
    assert {port: attempt.outcome for port, attempt in found.items()} == {
        open_port: AttemptOutcome.CONNECTED,
        shut: AttemptOutcome.REFUSED,
        quiet: AttemptOutcome.TIMED_OUT,
    }


def test_nothing_is_sent_over_a_connection() -> None:
    with socket.socket() as listener:
        listener.bind((HERE, 0))
        listener.listen()
        attempt_all(HERE, [listener.getsockname()[1]], 5)
        connection, _peer = listener.accept()
        with connection:
            connection.settimeout(10)
            assert connection.recv(1) == b""


def waiting(ports: list[int]) -> Counter[str]:
    """How many connections to each of these ports have been asked for and not answered (Linux,
    proc(5): net/tcp, state SYN_SENT)."""
    rows = [line.split() for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    to = {f":{port:04X}" for port in ports}
    return Counter(row[2] for row in rows if row[3] == "02" and row[2][-5:] in to)


def test_attempts_run_at_the_same_time() -> None:
    with ExitStack() as listeners:
        ports = [listeners.enter_context(silent()) for _number in range(6)]
        before = waiting(ports)
        with ThreadPoolExecutor() as pool, ExitStack() as patience:
            patience.callback(listeners.close)  # whatever happens, the attempts come to an end
            future = pool.submit(attempt_all, HERE, ports, 20)
            while len(waiting(ports) - before) < len(ports):
                assert not future.done()
                time.sleep(0.01)
    assert len(future.result()) == len(ports)


def test_no_ports_no_attempts() -> None:
    assert attempt_all(HERE, [], 1) == {}


@pytest.mark.parametrize("name", ["no-such-host.invalid", "localhost", ""])
def test_a_name_is_never_looked_up(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = socket.getaddrinfo

    def resolver(*arguments: Any, **options: Any) -> Any:
        asked.append(options["flags"])
        return real(*arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    (attempt,) = attempt_all(name, [80], 1).values()
    assert attempt.outcome is AttemptOutcome.UNREACHABLE
    assert asked == [socket.AI_NUMERICHOST]


def test_a_zone_is_not_a_part_of_what_is_shown() -> None:
    (attempt,) = attempt_all("fe80::1%lo", [9], 0.2).values()
    assert attempt.outcome is not AttemptOutcome.CONNECTED
    assert attempt.address == "fe80::1"


class Answering:
    """A Transport whose answers come from one peer after the other."""

    url = "http://pc:5985/wsman"
    operation_timeout = 20.0
    shell_id = None
    own = ("192.0.2.9", 50000)

    def __init__(self, *peers: tuple[str, int] | None) -> None:
        self._coming = list(peers)
        self.peer: tuple[str, int] | None = None

    def send(self, envelope: bytes) -> bytes:
        self.peer = self._coming.pop(0)
        return envelope

    def reconnect(self) -> None:
        pass

    def forget_shell(self) -> None:
        pass


def test_where_each_answer_came_from_is_noted() -> None:
    peers = (("192.0.2.1", 5985), ("192.0.2.2", 5985), None)
    noted = Noted(Answering(*peers))
    assert noted.peers == []
    assert [noted.send(b"x") for _peer in peers] == [b"x"] * 3
    assert tuple(noted.peers) == peers
    assert (noted.url, noted.operation_timeout) == ("http://pc:5985/wsman", 20.0)
