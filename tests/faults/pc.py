# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated PC that a task with a fault runs against: fresh for each, with every message noted,
and what it was like before and after."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from integration.runs import own_address
from winsim.config import Access
from winsim.firewall.enforcement import Enforcement, Packet
from winsim.firewall.store import FirewallState
from winsim.images import Image, load
from winsim.machine import Machine
from winsim.server import Hosts
from winsim.soap import Request, local_name
from winsim.wsman import Caller, Reply, Service

_READS = {"Enumerate", "Pull", "Release", "Get", "GetOwner", "Command", "Receive", "Signal", "Send"}
_SHELL = "cmd"
_TCP = "tcp"
# Who listens, or would, at the ports that the rules of the tasks are about.
PROGRAMS = {7200: r"C:\Depot\depot.exe", 7400: r"C:\道具\tool.exe", 7401: r"C:\道具\tool.exe"}


@dataclass(frozen=True)
class Message:
    """A message of the controller. `content` tells whether two of them ask for the same."""

    verb: str
    class_name: str
    content: str

    @property
    def changes(self) -> bool:
        """Whether it is to change something on the PC."""
        return self.verb not in _READS and self.class_name != _SHELL


@dataclass(frozen=True)
class Element:
    """An element of an answer by its local name; `data` says that the first of that name is a part
    of what the PC tells, and not of how the protocol tells it."""

    name: str
    data: bool


@dataclass
class Log:
    """What was exchanged, in order. A message that got no answer from the service has an empty
    tuple among the `answers`."""

    messages: list[Message] = field(default_factory=list)
    answers: list[tuple[Element, ...]] = field(default_factory=list)


@dataclass(frozen=True)
class State:
    """What tasks may change on a PC."""

    rules: frozenset[tuple[str, str]]
    processes: frozenset[tuple[int, str]]
    services: frozenset[tuple[str, str, str]]
    listeners: frozenset[tuple[str, int, int]]
    #: What the firewall lets in, of packets that the tasks are about.
    open_to: frozenset[tuple[str, str, int]]

    @classmethod
    def of(cls, machine: Machine) -> State:
        firewall = machine.firewall
        if firewall is None:
            raise ValueError("the image has no firewall")
        return cls(
            frozenset(firewall.rules().items()),
            frozenset((each.pid, each.name) for each in machine.processes()),
            frozenset((each.name, each.state, each.start_mode) for each in machine.services()),
            frozenset(
                (each.protocol, each.local_port, each.pid)
                for each in machine.endpoints()
                if each.listening
            ),
            frozenset(_open_to(firewall)),
        )

    def holders(self, port: int) -> set[int]:
        """The PIDs that listen at a TCP port."""
        return {
            pid for protocol, number, pid in self.listeners if (protocol, number) == (_TCP, port)
        }


def _open_to(firewall: FirewallState) -> Iterator[tuple[str, str, int]]:
    for profile in ("domain", "private", "public"):
        enforcement = Enforcement(firewall, profile)
        for source, near in (("192.168.11.40", True), ("203.0.113.9", False)):
            for port, program in PROGRAMS.items():
                packet = Packet(
                    "tcp", "192.168.11.23", port, source, local_subnet=near, program=program
                )
                if enforcement.decide(packet).allowed:
                    yield profile, source, port


class _Noting(Service):
    """A service that notes what it is asked. `elements` says whether answers are looked at."""

    elements = False
    log: Log

    def read(self, data: bytes, caller: Caller) -> Request | Reply:
        request = super().read(data, caller)
        if isinstance(request, Request):
            body = ET.tostring(request.body) if request.body is not None else b""
            asked = repr((request.action, request.resource_uri, sorted(request.selectors.items())))
            content = hashlib.sha256(asked.encode() + body).hexdigest()
            self.log.messages.append(Message(request.verb, self.asked_class(request), content))
            self.log.answers.append(())
        return request

    def answer(
        self, request: Request, caller: Caller, injected: frozenset[str] = frozenset()
    ) -> Reply:
        reply = super().answer(request, caller, injected)
        if self.elements:
            self.log.answers[-1] = _elements(reply.text)
        return reply


def _elements(text: str) -> tuple[Element, ...]:
    """The elements of an answer by the first of each name; not the envelope itself."""
    found: dict[str, Element] = {}

    def look(element: ET.Element, data: bool) -> None:
        for child in element:
            name = local_name(child)
            told = local_name(element).endswith("_OUTPUT") and name != "ReturnValue"
            inside = data or told or name in {"Items", "Stream", "SelectorSet"}
            found.setdefault(name, Element(name, inside))
            look(child, inside)

    look(ET.fromstring(text), False)
    return tuple(found.values())


@cache
def _image() -> Image:
    return load(str(Path(__file__).with_name("pc.yml")))


@contextmanager
def simulated_pc(
    faults: Sequence[str] = (), *, elements: bool = False
) -> Iterator[tuple[Hosts, Log]]:
    """A fresh PC that runs while the block does, and the log of its messages."""
    log = Log()

    def make_service(machine: Machine, access: Access) -> Service:
        service = _Noting(machine, access)
        service.log, service.elements = log, elements
        return service

    machine = _image().boot("win-1", own_address(last=99))
    access = Access(basic=True, negotiate=True, allow_unencrypted=True)
    with Hosts([machine], access=access, faults=faults, make_service=make_service) as hosts:
        yield hosts, log
