# SPDX-License-Identifier: GPL-3.0-or-later
"""Further hosts of a task: what is refused, whose an error is, and that nothing is left of them."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
import types
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import winrm
from ansible.plugins.connection import winrm as winrm_plugin

from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Host,
    HostError,
    Limits,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import Transport
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import netstat, running
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.classes import (
    OPERATING_SYSTEM,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import UserError
from ansible_collections.portkeeper.windows.plugins.plugin_utils.connections.transports import (
    TASK_SECONDS,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.other_hosts import OtherHosts
from unit.played import action_on
from unit.real_connections import winrm_connection
from unit.rows import each_row
from winsim.config import Access
from winsim.images import load
from winsim.server import Hosts

PLAY = {"gather_facts": False, "tasks": [{"debug": None}]}
WORKS = {
    "winrm": {"ansible_connection": "winrm", "ansible_winrm_transport": "basic"},
    "psrp": {
        "ansible_connection": "psrp", "ansible_psrp_auth": "basic", "ansible_psrp_protocol": "http",
        "ansible_psrp_message_encryption": "never",
    },
}  # fmt: skip
CREDENTIALS = {"ansible_user": "admin", "ansible_password": "Geheim"}
HTTP = {"ansible_winrm_scheme": "http", "ansible_port": 9}


@pytest.fixture
def pc(tmp_path: Path) -> Iterator[Hosts]:
    machine = load("server2022").boot("pc", "127.0.0.1", {"admin": "Geheim"})
    with Hosts([machine], access=Access(basic=True, allow_unencrypted=True)) as running:
        yield running


def hosts_of(folder: Path, more: dict[str, Any]) -> OtherHosts:
    """The other hosts for a task of a host ``own``."""
    action, variables = action_on(folder, "own", {"own": {}, **more}, PLAY)
    return OtherHosts(action, variables)


def others_on(folder: Path, pc: Hosts) -> OtherHosts:
    reached = {"ansible_host": "127.0.0.1", "ansible_port": pc[0].port, **CREDENTIALS}
    extra = {"ansible_winrm_scheme": "http"}
    return hosts_of(folder, {kind: {**of, **reached, **extra} for kind, of in WORKS.items()})


def interrupted(*_arguments: object) -> dict[str, Any]:
    raise KeyboardInterrupt


def system(host: Host) -> str:
    (found,) = host.enumerate(OPERATING_SYSTEM, ("CSName",))
    return str(found.values["CSName"])


@each_row(
    ("name", "told"),
    [
        ("nobody", "'nobody' is not the name of a host in the inventory, so nothing is sent to it. "
         "Write the name as the inventory has it; addresses and patterns are not taken."),
        ("192.0.2.7", "'192.0.2.7' is not the name"),
        ("p*", "'p*' is not the name"),
        ("a\x1b\u202eb" + "x" * 500, "'a\\u202ebxxx"),
        ("all", "'all' is a group of the inventory; write the name of a host in it, or for all of them \""),
        ("here", "Could not connect to WinRM on here: portkeeper.windows speaks WS-Management to "
         "Windows hosts, and the connection 'local' can't carry it. Set ansible_connection: winrm "),
        ("bare", "Could not connect to WinRM on bare (bare port 9): ansible_user is missing, and "
         "plaintext needs it; set it for this host."),
        ("typo", "Could not connect to WinRM on typo (typo port 9): ansible_winrm_transport: 'ntml' "
         "is unknown; set it to "),
        ("open", "Could not connect to WinRM on open: ansible_password of this host can't be "
         "resolved ('vault' is undefined); correct it, or set what it needs."),
    ],
)  # fmt: skip
def test_what_is_refused_before_anything_is_sent(tmp_path: Path, name: str, told: str) -> None:
    by_winrm = {"ansible_connection": "winrm", **HTTP}
    found = hosts_of(
        tmp_path,
        {
            "here": {"ansible_connection": "local"},
            "bare": by_winrm,
            "typo": by_winrm | CREDENTIALS | {"ansible_winrm_transport": "ntml"},
            "open": by_winrm | CREDENTIALS | {"ansible_password": "{{ vault }}"},
            "pc": {"ansible_host": "192.0.2.7"},
        },
    )
    for tried in (found.check, found.where, lambda name: found.open(name).__enter__()):
        with pytest.raises(UserError) as caught:
            tried(name)
        assert str(caught.value).startswith(told)
        assert len(str(caught.value)) < 700
        assert render(caught.value.phrase, "ja").isprintable()


@pytest.mark.parametrize("kind", WORKS)
def test_a_host_is_read_and_nothing_is_left(tmp_path: Path, pc: Hosts, kind: str) -> None:
    found = others_on(tmp_path, pc)
    found.check(kind)
    where = f"{kind} (127.0.0.1 port {pc[0].port})"
    assert render(found.where(kind), "en") == where
    assert pc.log.entries() == []
    wrapped: list[Transport] = []

    def through(transport: Transport) -> Transport:
        wrapped.append(transport)
        return transport

    for number in (1, 2):  # the same name again
        with found.open(kind, through=through) as host:
            assert (host.name, host.url) == (kind, pc[0].url)
            assert system(host) == pc[0].machine.computer_name
            running.run(host, [netstat.NETSTAT], "x")
            session = wrapped[-1]._transport.session  # type: ignore[attr-defined]
            assert session is not None
        assert wrapped[-1]._transport.session is None  # type: ignore[attr-defined]
        assert pc.log.actions().count("Create") == number
        assert pc.log.actions().count("Delete") == number


def test_limits_are_those_of_the_tasks_own_host(tmp_path: Path, pc: Hosts) -> None:
    found = others_on(tmp_path, pc)
    before = time.monotonic()
    ends = []

    def through(transport: Any) -> Any:
        ends.append(transport._guard.end)
        return transport

    with (
        found.open("winrm", through=through) as host,
        found.open("psrp", waits=60, through=through) as waiting,
    ):
        assert (host.limits, waiting.limits.task) == (Limits(), Limits.task + 60)
    after = time.monotonic()
    for end, seconds in zip(ends, (TASK_SECONDS, TASK_SECONDS + 60), strict=True):
        assert before + seconds <= end <= after + seconds


def test_one_host_can_be_open_twice(tmp_path: Path, pc: Hosts) -> None:
    found = others_on(tmp_path, pc)
    with found.open("winrm") as host:
        with found.open("winrm") as again:
            assert system(again) == system(host)
        assert system(again) == system(host)


@pytest.mark.sweep
def test_hosts_that_are_checked_can_be_opened_in_threads(tmp_path: Path, pc: Hosts) -> None:
    reached = {"ansible_host": "127.0.0.1", **CREDENTIALS, **HTTP, "ansible_port": pc[0].port}
    names = [f"pc-{number}" for number in range(24)]
    found = hosts_of(
        tmp_path, {name: WORKS[kind] | reached for name, kind in zip(names, cycle(WORKS))}
    )
    for name in names:
        found.check(name)

    def read(name: str) -> tuple[str, str]:
        with found.open(name) as host:
            return host.name, system(host)

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert dict(pool.map(read, names)) == dict.fromkeys(names, pc[0].machine.computer_name)


class TestWhatGoesWrong:
    """It is told of the host that it happens with, and nothing is left of the connection."""

    @pytest.fixture
    def transports(self) -> list[Any]:
        return []

    def opened(
        self, found: OtherHosts, transports: list[Any], name: str = "winrm"
    ) -> AbstractContextManager[Host]:
        def through(transport: Any) -> Any:
            transports.append(transport)
            return transport

        return found.open(name, through=through)

    def test_a_host_that_does_not_answer(self, tmp_path: Path, pc: Hosts) -> None:
        found = others_on(tmp_path, pc)
        found.check("psrp")
        pc.stop()
        with pytest.raises(HostError, match=r"on psrp \(http.*connection was refused") as caught:
            self.read(found, "psrp")
        assert (caught.value.host, caught.value.unreachable) == ("psrp", True)

    def read(self, found: OtherHosts, name: str) -> None:
        with found.open(name) as host:
            system(host)

    @each_row("error", [ValueError("ours"), HostError("host.could_not", host="x")])
    def test_an_error_in_the_block(
        self, tmp_path: Path, pc: Hosts, transports: list[Any], error: Exception
    ) -> None:
        found = others_on(tmp_path, pc)
        pc.log.clear()
        with suppress(type(error)), self.opened(found, transports) as host:
            running.run(host, [netstat.NETSTAT], "x")
            raise error
        assert pc.log.actions().count("Delete") == 1  # of the shell
        assert transports[-1]._transport.session is None

    def test_the_end_of_the_task(self, tmp_path: Path, pc: Hosts, transports: list[Any]) -> None:
        """Ansible ends a task whose time is up with an exception that is none of the usual."""
        found = others_on(tmp_path, pc)
        with suppress(KeyboardInterrupt), self.opened(found, transports) as host:
            running.run(host, [netstat.NETSTAT], "x")
            raise KeyboardInterrupt
        assert pc.log.actions().count("Create") == 1
        assert pc.log.actions().count("Delete") == 0
        assert transports[-1]._transport.session is None

    @pytest.fixture
    def tickets(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Where the tickets of Kerberos are, which is not there."""
        folder = tmp_path / "tickets"
        folder.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        monkeypatch.setitem(sys.modules, "kerberos", types.SimpleNamespace())
        monkeypatch.setattr(winrm_plugin, "HAVE_KERBEROS", True)
        monkeypatch.setattr(winrm.transport, "HAVE_KERBEROS", True)
        return folder

    def by_ticket(self, kinit: str) -> dict[str, Any]:
        more = {"ansible_winrm_transport": "kerberos", "ansible_winrm_kinit_cmd": kinit}
        return WORKS["winrm"] | HTTP | CREDENTIALS | more

    def test_the_end_of_the_task_while_threads_are_at_work(
        self, tmp_path: Path, tickets: Path
    ) -> None:
        """They end with the process, which removes no files."""
        names = ("one", "two", "three")
        hosts = {name: self.by_ticket("/bin/true") for name in names}
        action, variables = action_on(tmp_path, "own", {"own": {}, **hosts}, PLAY)
        found = OtherHosts(action, variables)
        for name in names:
            found.check(name)
        opened, over = threading.Barrier(4, timeout=60), threading.Event()

        def work(name: str) -> None:
            with found.open(name):
                opened.wait()
                over.wait(60)

        with ThreadPoolExecutor() as pool:
            working = [pool.submit(work, name) for name in names]
            opened.wait()
            assert len(list(tickets.iterdir())) == 3
            action.work = interrupted  # type: ignore[method-assign]
            action._connection = winrm_connection("192.0.2.1", 5985, transport=["basic"])
            with pytest.raises(KeyboardInterrupt):
                action.perform(None, variables)
            assert list(tickets.iterdir()) == []
            over.set()
        assert [each.result() for each in working] == [None] * 3

    def test_no_ticket(self, tmp_path: Path, tickets: Path) -> None:
        found = hosts_of(tmp_path, {"pc": self.by_ticket("/bin/false")})
        with pytest.raises(HostError) as caught:
            self.read(found, "pc")
        told = "Could not connect to WinRM on pc (pc port 9): Kerberos gave no ticket for the PC"
        assert str(caught.value).startswith(told)
        assert (caught.value.host, caught.value.unreachable) == ("pc", True)
        assert list(tickets.iterdir()) == []

    def test_settings_that_only_the_libraries_find_wrong(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(winrm, "FEATURE_SUPPORTED_AUTHTYPES", ["ssl"])
        sealed = {"ansible_psrp_message_encryption": "always"}
        hosts = {
            "psrp": WORKS["psrp"] | CREDENTIALS | sealed | {"ansible_port": 9},
            "winrm": WORKS["winrm"] | CREDENTIALS | HTTP,
        }
        found = hosts_of(tmp_path, hosts)
        for name, words in (
            ("psrp", "set ansible_psrp_auth: ntlm"),
            ("winrm", "does not support transport"),
        ):
            found.check(name)
            with pytest.raises(UserError) as caught:
                self.read(found, name)
            told = f"Could not connect to WinRM on {name} ({name} port 9): "
            assert str(caught.value).startswith(told)
            assert words in str(caught.value)
