# SPDX-License-Identifier: GPL-3.0-or-later
"""Several connections with Kerberos tickets in one process: each goes on with its own ticket.

Neither Kerberos nor its packages are here. Ansible makes the file of a ticket all the same, and runs
`kinit`, which is a program that does nothing; the library is a stand-in that looks for the ticket.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier
from typing import Any

import pypsrp
import pytest
import requests
import winrm
from ansible.plugins.connection import winrm as winrm_plugin

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections.tickets import (
    SharedTickets,
    own_ticket,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections.transports import (
    abandon,
    close,
    transport_for,
)
from unit.hostile_server import FAULT, HostileServer, hostile_server
from unit.real_connections import psrp_connection, winrm_connection

USERS_OWN = "FILE:/of/the/user"


class Looking(requests.auth.AuthBase):
    """Notes with which ticket a request authenticates, and whether its file is there."""

    winrm_encryption_available = True
    seen: list[tuple[str | None, bool]]

    def __init__(self, *_arguments: Any, **_options: Any) -> None:
        pass

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        name = os.environ.get("KRB5CCNAME")
        self.seen.append((name, Path((name or "").removeprefix("FILE:")).exists()))
        return request


@pytest.fixture(autouse=True)
def looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Looking, "seen", [], raising=False)
    monkeypatch.setattr(winrm_plugin, "HAVE_KERBEROS", True)
    monkeypatch.setattr(winrm.transport, "HAVE_KERBEROS", True)
    monkeypatch.setattr(winrm.transport, "HTTPKerberosAuth", Looking, raising=False)
    monkeypatch.setattr(winrm.transport, "REQUIRED", 1, raising=False)
    monkeypatch.setattr(pypsrp.wsman, "HTTPNegotiateAuth", Looking, raising=False)
    monkeypatch.setenv("KRB5CCNAME", USERS_OWN)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as made:
        yield made


def with_password(server: HostileServer, user: str | None = None, **variables: Any) -> Any:
    """A connection for which Ansible gets a ticket."""
    connection = winrm_connection(
        "127.0.0.1", server.port, scheme="http", path="/fault", transport=["kerberos"],
        message_encryption="never", **{"kinit_cmd": "/bin/true", **variables},
    )  # fmt: skip
    if user is not None:
        connection.set_option("remote_user", user)
    return connection


def ticket_of(connection: Any) -> tuple[str, bool]:
    return f"FILE:{connection._kerb_ccache.name}", True


def test_what_is_relied_on() -> None:
    source = inspect.getsource(winrm_plugin.Connection._kerb_auth)
    assert "self._kerb_ccache = tempfile.NamedTemporaryFile()" in source
    assert 'os.environ["KRB5CCNAME"] = krb5ccname' in source
    assert "KRB5CCNAME=krb5ccname" in source  # kinit is told itself, whoever else is at work


def test_each_goes_on_with_its_own(server: HostileServer) -> None:
    first, second = with_password(server), with_password(server)
    one, other = transport_for(first), transport_for(second)
    assert first._kerb_ccache.name != second._kerb_ccache.name
    for each in (one, other, one):
        assert each.send(b"<a/>") == FAULT
    tickets = [ticket_of(each) for each in (first, second, first)]
    close(other, second)
    one.reconnect()
    assert one.send(b"<a/>") == FAULT
    assert Looking.seen == [*tickets, ticket_of(first)]
    assert not Path(second._kerb_ccache.name).exists()
    close(one, first)
    assert not Path(first._kerb_ccache.name).exists()
    assert os.environ["KRB5CCNAME"] == USERS_OWN


def test_who_has_none_has_that_of_the_user(server: HostileServer) -> None:
    """A ticket of another connection is none of theirs."""
    with_ticket = with_password(server)
    transport = transport_for(with_ticket)
    transport.send(b"<a/>")
    own = [
        with_password(server, kinit_mode="manual"),
        psrp_connection(
            "127.0.0.1", server.port, protocol="http", path="fault", auth="kerberos",
            message_encryption="never",
        ),
    ]  # fmt: skip
    for each in own:
        each.set_option("remote_password", None)
        made = transport_for(each)
        assert made.send(b"<a/>") == FAULT
        close(made, each)
    assert Looking.seen == [ticket_of(with_ticket)] + [(USERS_OWN, False)] * 2
    close(transport, with_ticket)


@pytest.mark.sweep
def test_threads_take_turns(server: HostileServer) -> None:
    connections = [with_password(server) for _number in range(8)]

    def read(connection: Any) -> tuple[str, bool]:
        transport = transport_for(connection)
        for _time in range(5):
            transport.send(b"<a/>")
        return ticket_of(connection)

    with ThreadPoolExecutor(max_workers=8) as pool:
        tickets = list(pool.map(read, connections))
    assert sorted(Looking.seen) == sorted(tickets * 5)
    assert os.environ["KRB5CCNAME"] == USERS_OWN
    for each in connections:
        abandon(each)


def test_there_may_be_none_before(server: HostileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KRB5CCNAME")
    connection = with_password(server)
    transport = transport_for(connection)
    transport.send(b"<a/>")
    assert "KRB5CCNAME" not in os.environ
    close(transport, connection)


def test_nothing_is_left_of_a_ticket_that_was_not_given(server: HostileServer) -> None:
    connection = with_password(server, kinit_cmd="/bin/false")
    with pytest.raises(TransportError) as caught:
        transport_for(connection)
    assert caught.value.failure is Failure.KERBEROS
    assert os.environ["KRB5CCNAME"] == USERS_OWN


def test_an_interrupt_leaves_the_ticket_of_before(server: HostileServer) -> None:
    connection = with_password(server)
    transport = transport_for(connection)
    with suppress(KeyboardInterrupt), own_ticket(connection):
        assert os.environ["KRB5CCNAME"] == ticket_of(connection)[0]
        raise KeyboardInterrupt
    assert os.environ["KRB5CCNAME"] == USERS_OWN
    close(transport, connection)


def counting_kinit(folder: Path) -> tuple[Path, Path]:
    """A program that takes the place of `kinit`, and the file with a line for each time it ran."""
    path, runs = folder / "kinit", folder / "runs"
    path.write_text(f'#!/bin/sh\necho "$KRB5CCNAME $*" >> {runs}\n')
    path.chmod(0o700)
    return path, runs


def test_who_shares_has_one_ticket_for_each_user(server: HostileServer, tmp_path: Path) -> None:
    kinit, runs = counting_kinit(tmp_path)
    tickets = SharedTickets()
    made = []
    for user in ("one@EXAMPLE", "two@EXAMPLE", "one@EXAMPLE", "two@EXAMPLE"):
        connection = with_password(server, user, kinit_cmd=str(kinit))
        tickets.share(connection)
        transport = transport_for(connection)
        transport.send(b"<a/>")
        made.append((transport, connection))
    assert [line.split()[1] for line in runs.read_text().splitlines()] == [
        "one@EXAMPLE", "two@EXAMPLE",
    ]  # fmt: skip
    names = [ticket_of(connection) for _transport, connection in made]
    assert names[0] == names[2] != names[1] == names[3]
    assert Looking.seen == names
    # What is closed first takes no ticket from the others.
    close(*made[0])
    made[2][0].reconnect()
    assert made[2][0].send(b"<a/>") == FAULT
    assert Looking.seen[-1] == names[0]
    tickets.close()
    assert not any(Path(each[0].removeprefix("FILE:")).exists() for each in names)
    assert os.environ["KRB5CCNAME"] == USERS_OWN


def test_a_ticket_that_comes_too_late_is_not_kept(server: HostileServer) -> None:
    tickets = SharedTickets()
    connection = with_password(server)
    tickets.share(connection)
    tickets.close()
    transport = transport_for(connection)
    name = connection._kerb_ccache.name
    close(transport, connection)
    assert not Path(name).exists()


def test_those_with_the_same_ticket_run_side_by_side_and_others_wait(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of two with the same ticket waits until the other one is there too."""
    tickets = SharedTickets()
    connections = []
    for user in ("one@EXAMPLE", "one@EXAMPLE", "two@EXAMPLE", "two@EXAMPLE"):
        connections.append(with_password(server, user))
        tickets.share(connections[-1])
    transports = [transport_for(each) for each in connections]
    barriers = {ticket_of(each)[0]: Barrier(2, timeout=60) for each in connections}
    inside: list[str] = []

    def meet(_self: Looking, request: requests.PreparedRequest) -> requests.PreparedRequest:
        name = os.environ["KRB5CCNAME"]
        inside.append(name)
        barriers[name].wait()
        assert set(inside) == {name}
        barriers[name].wait()
        inside.remove(name)
        return request

    monkeypatch.setattr(Looking, "__call__", meet)
    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = list(pool.map(lambda each: each.send(b"<a/>"), transports))
    assert answers == [FAULT] * 4
    tickets.close()
