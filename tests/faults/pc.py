# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated PCs that a task with a fault runs against: fresh for each, with every message noted,
and what they were like before and after."""

from __future__ import annotations

import hashlib
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeAlias

from faults.kills import Kill
from integration.runs import own_address
from winsim.config import Access
from winsim.exchange import NO_FAULTS
from winsim.firewall import enforcement as enforcing
from winsim.firewall.enforcement import Enforcement
from winsim.firewall.store import FirewallState, profile_key
from winsim.images import Image, load
from winsim.machine import Machine
from winsim.server import Hosts
from winsim.soap import Request, local_name
from winsim.wsman import Caller, Reply, Service

#: The PC that a task runs on, and the other one of a task that is about two.
NAME, OTHER = "win-1", "win-2"

_READS = {"Enumerate", "Pull", "Release", "Get", "GetOwner", "Command", "Receive", "Signal", "Send"}
_SHELL = "cmd"
CURL = "curl.exe"
_TCP, _PORT = "tcp", 5985
_LONG = 60.0
_NOW = datetime(2026, 4, 13, 9, tzinfo=UTC)
_FILTER = b"cimbinding/associationFilter"
# Who listens, or would, at the ports that the rules of the tasks are about.
_TOOL, _ELSE = r"C:\道具\tool.exe", r"C:\Other\other.exe"
PROGRAMS = {
    7200: (r"C:\Depot\depot.exe", _ELSE),
    7400: (_TOOL, _ELSE),
    7401: (_TOOL, _ELSE),
    7402: (_ELSE,),
    7403: (_ELSE,),
    7404: (_ELSE,),
    80: (_TOOL, _ELSE),
    5985: ("System", _TOOL, _ELSE),
    8081: (_ELSE,),
}
# From the network of the PC, from that which the management is in, and from elsewhere.
_SOURCES = (("192.168.11.40", True), ("10.1.2.3", False), ("203.0.113.9", False))


@dataclass(frozen=True)
class Message:
    """A message of the controller to the PC `host`. `content` tells whether two of them ask for the
    same; `properties` are those that a Put or Create gives, but for what names the instance;
    `association` says that it asks for what is associated with something."""

    verb: str
    class_name: str
    content: str
    properties: tuple[str, ...] = ()
    association: bool = False
    host: str = NAME

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


#: A packet that the firewall lets in: the profile, from where, to which port of which program.
Packet: TypeAlias = tuple[str, str, int, str]


@dataclass(frozen=True)
class Moment:
    """The firewall right after the PC has done what the `number`-th message asked for: its rules,
    and what it let in then."""

    number: int
    rules: frozenset[tuple[str, str]]
    open_to: frozenset[Packet]


@dataclass
class Log:
    """What was exchanged, in order. A message that got no answer from the service has an empty
    tuple among the `answers`. There is a moment for each message that may have changed something.
    """

    messages: list[Message] = field(default_factory=list)
    answers: list[tuple[Element, ...]] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)

    def of(self, host: str) -> Log:
        """What one of the PCs has exchanged."""
        own = [number for number, each in enumerate(self.messages) if each.host == host]
        return Log([self.messages[each] for each in own], [self.answers[each] for each in own])


@dataclass(frozen=True)
class State:
    """What tasks may change on a PC."""

    rules: frozenset[tuple[str, str]]
    processes: frozenset[tuple[int, str]]
    services: frozenset[tuple[str, str, str]]
    listeners: frozenset[tuple[str, int, int]]
    #: Of the networks, by the names of their adapters.
    categories: frozenset[tuple[str, int]]
    #: The local settings of the firewall's profiles: profile, name and value of each.
    settings: frozenset[tuple[str, str, str]]
    #: What the firewall lets in, of packets that the tasks are about.
    open_to: frozenset[Packet]

    @property
    def lasting(self) -> State:
        """The same, with a program in the place of each PID: those are others each time."""
        names = dict(self.processes)
        return replace(
            self,
            processes=frozenset((0, name) for name in names.values()),
            listeners=frozenset(
                (f"{protocol} {names.get(pid)}", port, 0) for protocol, port, pid in self.listeners
            ),
        )

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
            frozenset((each.interface_alias, each.category) for each in machine.network.profiles),
            frozenset(settings(firewall)),
            frozenset(open_to(firewall)),
        )

    def holders(self, port: int) -> set[int]:
        """The PIDs that listen at a TCP port."""
        return {
            pid for protocol, number, pid in self.listeners if (protocol, number) == (_TCP, port)
        }


def settings(firewall: FirewallState) -> Iterator[tuple[str, str, str]]:
    """The local settings of the profiles, with those of their logs."""
    for profile in ("domain", "private", "public"):
        key = profile_key(profile)
        for place in (key, rf"{key}\Logging"):
            for name, value in (firewall.values(place) or {}).items():
                yield profile, name, str(value.data)


def open_to(firewall: FirewallState) -> Iterator[Packet]:
    """What a firewall lets in, of the packets that the tasks are about."""
    for profile in ("domain", "private", "public"):
        enforcement = Enforcement(firewall, profile)
        for source, near in _SOURCES:
            for port, programs in PROGRAMS.items():
                for program in programs:
                    packet = enforcing.Packet(
                        "tcp", "192.168.11.23", port, source, local_subnet=near, program=program
                    )
                    if enforcement.decide(packet).allowed:
                        yield profile, source, port, program


class _Noting(Service):
    """A service that notes what it is asked. `elements` says whether answers are looked at. `kill`
    strikes who asks."""

    elements = False
    kill: Kill | None = None
    log: Log

    def __init__(self, machine: Machine, access: Access) -> None:
        super().__init__(machine, access)
        self._count = self._place = 0
        # It goes on only when somebody waits for a program.
        self._ticks = 0.0
        machine.ticks = lambda: self._ticks

    def pass_time(self) -> None:
        """As much as any program waits for."""
        self._ticks += _LONG

    def read(self, data: bytes, caller: Caller) -> Request | Reply:
        request = super().read(data, caller)
        if isinstance(request, Request):
            body = ET.tostring(request.body) if request.body is not None else b""
            asked = repr((request.action, request.resource_uri, sorted(request.selectors.items())))
            content = hashlib.sha256(asked.encode() + body).hexdigest()
            verb, class_name = request.verb, self.asked_class(request)
            association, name = _FILTER in body, self.machine.name
            properties = _properties(request)
            self._count, self._place = self._count + 1, len(self.log.messages)
            self.log.messages.append(
                Message(verb, class_name, content, properties, association, name)
            )
            self.log.answers.append(())
            if verb == "Receive":
                self.pass_time()
            if self._strike(after=False):
                return Reply(500, "")
        return request

    def answer(
        self, request: Request, caller: Caller, injected: Mapping[str, str] = NO_FAULTS
    ) -> Reply:
        reply = super().answer(request, caller, injected)
        if self.elements:
            self.log.answers[self._place] = _elements(reply.text)
        if self.log.messages[self._place].changes and self.machine.firewall is not None:
            firewall, number = self.machine.firewall, self._count
            rules = frozenset(firewall.rules().items())
            self.log.moments.append(Moment(number, rules, frozenset(open_to(firewall))))
        self._strike(after=True)
        return reply

    def _strike(self, after: bool) -> bool:
        kill = self.kill
        if (
            kill is None
            or kill.struck
            or kill.host != self.machine.name
            or (kill.number, kill.after) != (self._count, after)
        ):
            return False
        kill.strike()
        return True


def _properties(request: Request) -> tuple[str, ...]:
    if request.verb not in {"Put", "Create"} or request.body is None:
        return ()
    names = dict.fromkeys(local_name(child) for child in request.body)
    return tuple(name for name in names if name != "InstanceID")


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


def addresses() -> dict[str, str]:
    """The addresses of all simulated PCs of this process."""
    return {NAME: own_address(99), OTHER: own_address(98)}


@cache
def _image() -> Image:
    return load(str(Path(__file__).with_name("pc.yml")))


@cache
def _client() -> Image:
    """A PC in the same network, whose program has a name configured for the first."""
    return _image().varied(
        {
            "computer_name": "DESKTOP-CLIENT",
            "network": {
                "ipv4": "192.168.11.40",
                "ipv6_link_local": "fe80::2%7",
            },
            "curl": "8.13.0",
            "names": {"hosts": "192.168.11.23 faults.example\n"},
        }
    )


def _images(client: str | None) -> dict[str, Image]:
    """Those of a task that is about two PCs, `client` being one of them; or of any other task."""
    if client is None:
        return {NAME: _image()}
    return {name: _client() if name == client else _image() for name in (NAME, OTHER)}


@contextmanager
def simulated_pcs(
    faults: Sequence[str] = (),
    *,
    client: str | None = None,
    elements: bool = False,
    https: bool = False,
    kill: Kill | None = None,
) -> Iterator[tuple[Hosts, Log]]:
    """A fresh PC that runs while the block does, and the log of its messages; two of them if one is
    the `client` of the other."""
    log = Log()

    def make_service(machine: Machine, access: Access) -> Service:
        service = _Noting(machine, access)
        service.log, service.elements, service.kill = log, elements, kill
        return service

    known = addresses()
    machines = [image.boot(name, known[name]) for name, image in _images(client).items()]
    for machine in machines:
        # What starts anew has always started at the same time.
        machine.clock = lambda: _NOW
    access = Access(basic=True, negotiate=True, allow_unencrypted=True)
    # At its usual port, which the rules of the PC are about.
    with Hosts(
        machines, port=_PORT, https=https, access=access, faults=faults, make_service=make_service
    ) as hosts:
        yield hosts, log


def settled(hosts: Hosts) -> dict[str, State]:
    """What the PCs are like when their programs have ended that end by themselves."""
    for host in hosts:
        if isinstance(host.service, _Noting):
            host.service.pass_time()
    while any(each.name == CURL for host in hosts for each in host.machine.processes()):
        time.sleep(0.01)
    return {host.name: State.of(host.machine) for host in hosts}
