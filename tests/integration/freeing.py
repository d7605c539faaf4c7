# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated PC of this process, and plays of port_process on it: what a play did to the PC can be
looked at, and what happens on the PC while a task is under way can be arranged."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from integration import runs
from loopback import Network
from winsim.config import Access
from winsim.exchange import NO_FAULTS
from winsim.images import Image, load
from winsim.inventory import Plugin, Transport, inventory, write_inventory
from winsim.machine import SYSTEM_PID, Machine
from winsim.request_log import Entry
from winsim.server import Hosts
from winsim.soap import Request
from winsim.state import Endpoint
from winsim.state import Service as WindowsService
from winsim.wsman import Caller, Reply, Service

# What a task does unless it says something else.
_QUICK = {"stay_free": 0.2}

# What happens on the PC right before it answers a request about a class.
Incident = Callable[[Machine, str, str], None]

address = Network().address


@dataclass(frozen=True)
class Task:
    """One task of a play: the arguments of port_process, or another module's by its name."""

    name: str
    arguments: Mapping[str, Any]
    module: str = "portkeeper.windows.port_process"
    check: bool = False

    def as_data(self) -> dict[str, Any]:
        data = {"name": self.name, self.module: dict(self.arguments), "ignore_errors": True,
                "diff": True}  # fmt: skip
        return data | ({"check_mode": True} if self.check else {})


def _is_winrm(machine: Machine, endpoint: Endpoint) -> bool:
    return endpoint.pid == SYSTEM_PID and endpoint.local_port in machine.winrm_ports()


@dataclass(frozen=True)
class Tables:
    """What is on a PC at one moment."""

    processes: frozenset[object]
    services: dict[str, WindowsService]
    endpoints: frozenset[object]
    booted: object

    @classmethod
    def of(cls, machine: Machine) -> Tables:
        return cls(
            frozenset((each.pid, each.name, each.created) for each in machine.processes()),
            {each.name: each for each in machine.services()},
            # The connections of whoever asks come and go.
            frozenset(
                machine.endpoints(lambda each: each.listening or not _is_winrm(machine, each))
            ),
            machine.operating_system.booted,
        )


@dataclass(frozen=True)
class Pc:
    """A simulated PC that runs, and where to write what belongs to it."""

    hosts: Hosts
    folder: Path
    way: tuple[Transport, Plugin]

    @property
    def machine(self) -> Machine:
        return self.hosts[0].machine

    def play(self, *tasks: Task) -> dict[str, dict[str, Any]]:
        """Run the tasks as one play. Their results by their names, with a ``status`` each."""
        return play_on({"": self}, {"": tasks}, self.folder)[""]

    def requests(self) -> list[Entry]:
        """The requests since the last time that this was asked."""
        entries = self.hosts.log.entries()
        self.hosts.log.clear()
        return entries

    def holder_of(self, port: int, protocol: str = "tcp") -> str | None:
        """The name of the process that listens at a port."""
        for endpoint in self.machine.endpoints():
            if (endpoint.local_port, endpoint.protocol, endpoint.listening) == (
                port,
                protocol,
                True,
            ):
                process = self.machine.process(endpoint.pid)
                return process.name if process else None
        return None

    def is_open(self, port: int) -> bool:
        """Whether somebody who connects to the PC finds a listener."""
        try:
            with socket.create_connection((self.machine.address, port), timeout=5):
                return True
        except ConnectionRefusedError:
            return False

    def is_free(self, port: int) -> bool:
        """Whether nobody answers at a port and a new program can listen there."""
        if self.is_open(port):
            return False
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self.machine.address, port))
            listener.listen()
            return self.is_open(port)


def play_on(
    pcs: Mapping[str, Pc], tasks: Mapping[str, Sequence[Task]], folder: Path
) -> dict[str, dict[str, dict[str, Any]]]:
    """Run tasks on several PCs, a play each, with one start of Ansible. The results by the names of
    the PCs and of their tasks, with a ``status`` each."""
    hosts = {name: pcs[name].machine.name for name in tasks}
    plays = [
        {
            "hosts": hosts[name],
            "gather_facts": False,
            "ignore_unreachable": True,
            "module_defaults": {"portkeeper.windows.port_process": _QUICK},
            "tasks": [each.as_data() for each in of_pc],
        }
        for name, of_pc in tasks.items()
    ]
    groups = [inventory(list(pcs[name].hosts), *pcs[name].way)["windows"] for name in tasks]
    content = {f"of_{number}": group for number, group in enumerate(groups)}
    write_inventory(folder / "inventory.yml", content)
    played = runs.play(plays, folder)
    found = {
        name: {each["task"]: each["result"] for each in played.results if each["host"] == host}
        for name, host in hosts.items()
    }
    for name, of_pc in tasks.items():
        assert list(found[name]) == [task.name for task in of_pc], played.text
    return found


class _Eventful(Service):
    """A service on whose PC things happen while it answers."""

    incident: Incident | None = None

    def answer_plainly(
        self, request: Request, caller: Caller, injected: Mapping[str, str] = NO_FAULTS
    ) -> Reply:
        if self.incident is not None:
            self.incident(self.machine, request.verb, self.asked_class(request))
        return super().answer_plainly(request, caller, injected)


@dataclass(frozen=True)
class Situation:
    """A PC of its own, as `simulated_pc` makes it, and the tasks that run on it."""

    tasks: Sequence[Task]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """A PC that runs still, how it was before its tasks, and what these have returned, by name."""

    pc: Pc
    before: Tables
    results: Mapping[str, Mapping[str, Any]]


@contextmanager
def outcomes(
    situations: Mapping[str, Situation], folder: Path, first: int
) -> Iterator[dict[str, Outcome]]:
    """Run the tasks of several situations with one start of Ansible. The PCs run while the block
    does. Their numbers begin with `first`."""
    with ExitStack() as stack:
        pcs = {}
        for number, (name, situation) in enumerate(situations.items(), start=first):
            of_pc = folder / str(number)
            of_pc.mkdir()
            pcs[name] = stack.enter_context(
                simulated_pc(of_pc, number, name=f"win-{number}", **situation.options)
            )
        before = {name: Tables.of(pc.machine) for name, pc in pcs.items()}
        tasks = {name: situation.tasks for name, situation in situations.items()}
        results = play_on(pcs, tasks, folder)
        yield {name: Outcome(pc, before[name], results[name]) for name, pc in pcs.items()}


@contextmanager
def simulated_pc(
    folder: Path,
    number: int,
    image: str = "stubborn",
    *,
    name: str = "win-1",
    incident: Incident | None = None,
    faults: Sequence[str] = (),
    changed: Mapping[str, Any] | None = None,
    way: tuple[Transport, Plugin] = ("basic", "winrm"),
) -> Iterator[Pc]:
    """A PC at an address of its own (`number` tells those of one run apart). `changed` replaces
    keys of its image, `way` is how Ansible gets to it."""

    def make_service(machine: Machine, access: Access) -> Service:
        service = _Eventful(machine, access)
        service.incident = incident
        return service

    loaded = load(image)
    loaded = Image(loaded.name, {**loaded.document, **(changed or {})})
    machine = loaded.boot(name, address(number))
    basic = way[0] == "basic"
    access = Access(basic=basic, negotiate=True, allow_unencrypted=basic)
    with Hosts([machine], access=access, faults=faults, make_service=make_service) as hosts:
        yield Pc(hosts, folder, way)
