# SPDX-License-Identifier: GPL-3.0-or-later
"""port_check tries to connect to the address that has answered as the PC, and to no other, whatever
names stand for and whatever is between; over both connections.

The names are of a resolver of these tests, which the connection of Ansible asks.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader

from ansible_collections.portkeeper.windows.plugins.action.port_check import ActionModule
from integration.runs import own_address
from winsim.images import load
from winsim.machine import Machine
from winsim.server import Hosts

pytestmark = pytest.mark.integration

NAME = "pc.example"
PORT = 18080
LAST = 150  # of the addresses; other tests have others


def address(number: int) -> str:
    return own_address(LAST + number)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    made = load("win11-ja").boot(address=address(0), users={"admin": "Passw0rd!"})
    with Hosts([made], port=5985):
        yield made


class Listener:
    """A listener that counts who has connected. Nobody is answered."""

    def __init__(self, stack: ExitStack, where: str, port: int = PORT) -> None:
        self._socket = stack.enter_context(socket.create_server((where, port)))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]

    def has_been_contacted(self) -> bool:
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True


Resolver = Callable[[str], list[str]]


@contextmanager
def resolving(monkeypatch: pytest.MonkeyPatch, resolver: Resolver) -> Iterator[None]:
    """The name stands for what the resolver says each time that it is asked."""
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
        if host not in (NAME, NAME.encode()):
            return real(host, port, *arguments, **options)
        found = [real(each, port, *arguments, **options) for each in resolver(NAME)]
        return [each for several in found for each in several]

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


def check(
    kind: str, host: str, port: int = 5985, asked: int = PORT, **variables: Any
) -> dict[str, Any]:
    """The result of the check of one port."""
    task = Task()
    task.args = {"ports": asked, "timeout": 2}
    task.check_mode, task.action = False, "portkeeper.windows.port_check"
    context = PlayContext()
    connection = connection_loader.get(kind, context, "/dev/null")
    given = {
        "ansible_host": host, "ansible_port": port, "ansible_user": "admin",
        "ansible_password": "Passw0rd!", "ansible_winrm_scheme": "http",
        "ansible_winrm_transport": "basic", "ansible_psrp_protocol": "http",
        "ansible_psrp_auth": "basic", "ansible_psrp_message_encryption": "never",
    } | variables  # fmt: skip
    extras = {name: each for name, each in given.items() if name.startswith(f"ansible_{kind}_")}
    connection.set_options(var_options=given | {"_extras": extras})
    action = ActionModule(task, connection, context, None, None, None)
    result: dict[str, Any] = action.run(task_vars={"inventory_hostname": "pc-01"})
    assert not result.get("unreachable"), result
    assert "failed" not in result, result
    (found,) = result["ports"]
    return dict(found)


KINDS = pytest.mark.parametrize("kind", ["winrm", "psrp"])
# Messages are sealed with the keys of a connection, which is made anew where an answer ends it.
SEALED = {"ansible_winrm_transport": "ntlm", "ansible_psrp_auth": "ntlm",
          "ansible_psrp_message_encryption": "always"}  # fmt: skip
WAYS = pytest.mark.parametrize(
    ("kind", "variables"),
    [("winrm", {}), ("psrp", {}), ("winrm", SEALED), ("psrp", SEALED)],
    ids=["winrm", "psrp", "winrm sealed", "psrp sealed"],
)


@KINDS
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["first", "second"])
def test_a_second_address_of_the_name_is_left_alone(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, kind: str, order: tuple[int, ...]
) -> None:
    del machine
    with ExitStack() as stack:
        there, elsewhere = Listener(stack, address(0)), Listener(stack, address(1))
        with resolving(monkeypatch, lambda _name: [address(each) for each in order]):
            found = check(kind, NAME)
        assert found["evidence"]["attempt"]["address"] == address(0)
        assert there.has_been_contacted()
        assert not elsewhere.has_been_contacted()


@pytest.mark.plain("counts connections")
@KINDS
def test_a_name_that_stands_for_another_machine_the_second_time_leads_nowhere_else(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    del machine
    asked = []

    def changing(name: str) -> list[str]:
        asked.append(name)
        return [address(0) if len(asked) == 1 else address(1)]

    with ExitStack() as stack:
        there, elsewhere = Listener(stack, address(0)), Listener(stack, address(1))
        with resolving(monkeypatch, changing):
            found = check(kind, NAME)
        assert found["evidence"]["attempt"]["address"] == address(0)
        assert there.has_been_contacted()
        assert not elsewhere.has_been_contacted()
    assert asked == [NAME]


def forward(client: socket.socket, to: tuple[str, int], head: Callable[[bytes], bytes]) -> None:
    """Hand on what a client sends and what it gets. `head` may change each piece of a request."""

    def pump(source: socket.socket, sink: socket.socket, change: Callable[[bytes], bytes]) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(change(data))
        except OSError:
            return
        finally:
            for each in (source, sink):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    with client, socket.create_connection(to) as server:
        back = threading.Thread(target=pump, args=(server, client, lambda data: data))
        back.start()
        pump(client, server, head)
        back.join()


@contextmanager
def between(
    where: tuple[str, int], to: tuple[str, int], head: Callable[[bytes], bytes] = lambda data: data
) -> Iterator[None]:
    """Something between the controller and the PC, which connects the one with the other."""
    threads = []
    with socket.create_server(where) as listener:

        def serve() -> None:
            while True:
                try:
                    client, _peer = listener.accept()
                except OSError:
                    return
                thread = threading.Thread(target=forward, args=(client, to, head))
                thread.start()
                threads.append(thread)

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            serving.join()
    for thread in threads:
        thread.join(timeout=10)


@WAYS
def test_behind_a_forwarded_port_nothing_is_tried(
    machine: Machine, kind: str, variables: dict[str, str]
) -> None:
    """As with Vagrant and SSH: a listener of the controller itself is not the PC's."""
    del machine
    here = "127.0.0.1"
    with ExitStack() as stack:
        own = Listener(stack, here, 0)
        there = Listener(stack, address(0), own.port)
        with socket.create_server((here, 0)) as free:
            port = free.getsockname()[1]
        stack.enter_context(between((here, port), (address(0), 5985)))
        found = check(kind, here, port, asked=own.port, **variables)
        assert not own.has_been_contacted()
        assert not there.has_been_contacted()
    assert found["evidence"]["attempt"]["outcome"] == "not_tried"
    assert "forwarded port" in str(found)
    assert found["verdict"] == "not_listening"


@WAYS
def test_behind_a_bastion_with_the_same_port_nothing_is_tried(
    machine: Machine, kind: str, variables: dict[str, str]
) -> None:
    """The PC shows a connection of the bastion's, and none of ours."""
    del machine
    with ExitStack() as stack:
        there, at_bastion = Listener(stack, address(0)), Listener(stack, address(4))
        stack.enter_context(between((address(4), 5985), (address(0), 5985)))
        found = check(kind, address(4), **variables)
        assert not there.has_been_contacted()
        assert not at_bastion.has_been_contacted()
    assert found["evidence"]["attempt"]["outcome"] == "not_tried"
    assert "forwarded port" in str(found)


@KINDS
def test_through_a_proxy_nothing_is_tried_around_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    del machine
    proxy = f"http://{address(3)}:3128"
    target = f"http://{address(0)}:5985".encode()
    with ExitStack() as stack:
        there, at_proxy = Listener(stack, address(0)), Listener(stack, address(3))
        # A proxy is sent the whole URL, and the PC the path alone.
        stack.enter_context(
            between(
                (address(3), 3128),
                (address(0), 5985),
                lambda data: data.replace(b"POST " + target, b"POST "),
            )
        )
        by_option = check(kind, address(0), **{f"ansible_{kind}_proxy": proxy})
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        by_environment = check(kind, address(0))
        assert not there.has_been_contacted()
        assert not at_proxy.has_been_contacted()
    for found in (by_option, by_environment):
        assert found["evidence"]["attempt"]["outcome"] == "not_tried"
        assert "through a proxy" in str(found)
