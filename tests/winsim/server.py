# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated hosts that run: in a thread of their own, for a test or for the command line.

with Hosts([load("win11-ja").boot()]) as hosts:
    hosts[0].url              # http://127.77.0.1:40123/wsman
    hosts.log.actions()       # ["Create", "Enumerate", ...]
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import ssl
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, TypeVar

from winsim.auth import Authenticator
from winsim.config import Access
from winsim.door import Door
from winsim.injection import Rule, parse
from winsim.listener import Listener
from winsim.machine import Machine
from winsim.request_log import RequestLog
from winsim.tls import server_context
from winsim.unkind.manner import Unkind
from winsim.wire import Wire
from winsim.wsman import Service

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Host:
    """One simulated host while it runs. `port` is the one that WinRM listens on."""

    machine: Machine
    service: Service
    port: int
    scheme: str

    @property
    def name(self) -> str:
        return self.machine.name

    @property
    def address(self) -> str:
        return self.machine.address

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.address}:{self.port}/wsman"


class Hosts:
    """The hosts of some machines; a context manager.

    `port` 0 takes a free one for each. `faults` are specifications (`winsim.injection`) or
    rules. `folder` keeps the certificate of HTTPS for the next time; without it everything is
    temporary. `log_file` gets the request log as lines of JSON. With `filtered` the firewall of a
    machine decides about its WinRM too, whose connections then stand in its tables. `make_service`
    may build the service of a machine in another way. `realm` is that of Kerberos. With `unkind`, a seed, they answer in all forms
    that are allowed (`winsim.unkind`); without it, the environment variable WINSIM_UNKIND may hold
    one.
    """

    def __init__(
        self,
        machines: Sequence[Machine],
        *,
        port: int = 0,
        https: bool = False,
        access: Access | None = None,
        faults: Sequence[str | Rule] = (),
        folder: Path | None = None,
        log_file: TextIO | None = None,
        filtered: bool = False,
        make_service: Callable[[Machine, Access], Service] = Service,
        unkind: int | None = None,
        realm: str = "",
    ) -> None:
        """Raises ValueError for a fault or a seed that can't be read."""
        self.log = RequestLog(log_file)
        self.certificate: Path | None = None
        self._machines = list(machines)
        self._port = port
        self._https = https
        self._access = access or Access()
        self._realm = realm
        self._rules = [parse(fault) if isinstance(fault, str) else fault for fault in faults]
        self._folder = folder
        self._filtered = filtered
        self._make_service = make_service
        seed = os.environ.get("WINSIM_UNKIND", "")
        self._unkind = int(seed) if unkind is None and seed else unkind
        self._hosts: list[Host] = []
        self._stack = ExitStack()

    def __enter__(self) -> Hosts:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __len__(self) -> int:
        return len(self._hosts)

    def __iter__(self) -> Iterator[Host]:
        return iter(self._hosts)

    def __getitem__(self, which: int | str) -> Host:
        """A host by position or by name. Raises LookupError."""
        if isinstance(which, int):
            return self._hosts[which]
        for host in self._hosts:
            if host.name == which:
                return host
        raise KeyError(which)

    def start(self) -> None:
        """Returns when every host answers. Raises OSError when an address or port can't be
        had, ValueError when an address isn't a loopback one, a fault names no host, or a
        machine's accounts can't be used; nothing is left running then."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Close everything; harmless when nothing runs."""
        self._stack.close()
        self._hosts = []

    def _check(self) -> None:
        names = {machine.name.lower() for machine in self._machines}
        for machine in self._machines:
            if not ipaddress.ip_address(machine.address).is_loopback:
                raise ValueError(f"{machine.address} isn't a loopback address")
        for rule in self._rules:
            if rule.host is not None and rule.host.lower() not in names:
                raise ValueError(f"a fault is for {rule.host}, but no host is called so")

    def _start(self) -> None:
        self._check()
        temporary = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="winsim-")))
        tls = self._tls(self._folder or temporary) if self._https else None
        loop = self._loop()
        doors: list[Door] = []
        self._stack.callback(lambda: _wait(_close(doors), loop))
        for machine in self._machines:
            listener = self._listener(machine, temporary)
            port = _wait(_open(listener, self._port, tls, doors, self._filtered), loop)
            scheme = "https" if self._https else "http"
            machine.serve_winrm_at(scheme, port)
            self._stack.callback(listener.service.end)
            self._hosts.append(Host(machine, listener.service, port, scheme))
        wire = Wire(self._machines)
        for machine in self._machines:
            machine.wire = wire
            self._stack.callback(machine.stop)
            machine.start()

    def _loop(self) -> asyncio.AbstractEventLoop:
        """An event loop that runs in a thread until everything is closed."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="winsim", daemon=True)
        thread.start()
        self._stack.callback(loop.close)
        self._stack.callback(thread.join)
        self._stack.callback(lambda: loop.call_soon_threadsafe(loop.stop))
        return loop

    def _tls(self, folder: Path) -> ssl.SSLContext:
        names = [machine.name for machine in self._machines]
        addresses = [machine.address for machine in self._machines]
        self.certificate = folder / "winsim.pem"
        return server_context(folder, names, addresses)

    def _listener(self, machine: Machine, folder: Path) -> Listener:
        accounts = folder / machine.name
        accounts.mkdir(mode=0o700)
        authenticator = Authenticator(machine.users, self._access, machine.computer_name, accounts)
        service = self._make_service(machine, self._access)
        if self._unkind is not None:
            service.manner = Unkind(self._unkind)
            machine.unkind = self._unkind
        return Listener(
            service, authenticator, self._rules, self.log, https=self._https, realm=self._realm
        )


def _wait(work: Coroutine[Any, Any, _Result], loop: asyncio.AbstractEventLoop) -> _Result:
    """Run `work` in the loop's thread."""
    return asyncio.run_coroutine_threadsafe(work, loop).result()


async def _open(
    listener: Listener, port: int, tls: ssl.SSLContext | None, doors: list[Door], filtered: bool
) -> int:
    """Listen for one host; returns the port."""
    door = Door(listener, tls, filtered=filtered)
    doors.append(door)
    return await door.open(port)


async def _close(doors: list[Door]) -> None:
    """Close the ports, and end the answers that are still waited for."""
    await asyncio.gather(*(door.close() for door in doors))
    waiting = asyncio.all_tasks() - {asyncio.current_task()}
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
