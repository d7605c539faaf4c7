# SPDX-License-Identifier: GPL-3.0-or-later
"""The WS-Management service of one machine: an envelope in, an envelope out. No network here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from winsim import classes, config, programs, transfer
from winsim.config import Access
from winsim.enumeration import Enumerations
from winsim.exchange import NO_FAULTS, Exchange, Repository, invalid_resource_uri
from winsim.fault_form import write_fault
from winsim.faults import FaultError
from winsim.filters import asked_class, open_items
from winsim.identify import identify
from winsim.machine import Machine
from winsim.resources import Resource, check_options, items, resource_of
from winsim.soap import Answer, Element, N, Request, local_name, read_request, text_of
from winsim.winrs import SHELL, Runner, Shells

_ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"


@dataclass(frozen=True)
class Caller:
    """Who sends a request: the account, the client's IP address, and the URL it called."""

    user: str
    peer: str
    url: str


@dataclass(frozen=True)
class Reply:
    """The envelope to send, and the HTTP status that goes with it: 500 for a fault. In how many
    chunks it is sent (0: whole, with its length), whether the connection ends with it, and its
    media type, with a place for the charset."""

    status: int
    text: str
    chunks: int = 0
    last: bool = False
    content_type: str = "application/soap+xml;charset={charset}"


class Manner(Protocol):
    """How a service answers, where that isn't as Windows does it (`winsim.unkind`)."""

    def answer(
        self,
        service: Service,
        request: Request,
        caller: Caller,
        injected: Mapping[str, str],
        plainly: Callable[[Request, Caller, Mapping[str, str]], Reply],
    ) -> Reply: ...

    def told(self, service: Service, request: Request, reply: Reply) -> Reply: ...

    def waits(self, service: Service, request: Request) -> bool: ...

    def meant(self, request: Request) -> Request: ...

    def rows(self, service: Service, items: Iterator[str]) -> Iterator[str]: ...


class Service:
    """`repository` and `run` are where classes and command lines come from."""

    manner: Manner | None = None
    #: Whether a page can have fewer items than it is asked for.
    cuts_pages = True

    def __init__(
        self,
        machine: Machine,
        access: Access | None = None,
        *,
        repository: Repository = classes,
        run: Runner = programs.start,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.machine = machine
        self.access = access or Access()
        self.repository = repository
        self._run = run
        self._clock = clock
        self.shells = Shells(run, clock)
        self.forget()

    def forget(self) -> None:
        """Windows has restarted: open enumerations and shells are gone."""
        self.end()
        self.enumerations = Enumerations(self._clock, self._items)
        self.shells = Shells(self._run, self._clock)
        shells = self.shells
        self._operations: dict[tuple[Resource, str], Callable[[Exchange], Answer]] = {
            (Resource.CIM, f"{_ENUMERATION}Enumerate"): self.enumerations.enumerate,
            (Resource.CIM, f"{_TRANSFER}Get"): transfer.get,
            (Resource.CIM, f"{_TRANSFER}Put"): transfer.put,
            (Resource.CIM, f"{_TRANSFER}Create"): transfer.create,
            (Resource.CIM, f"{_TRANSFER}Delete"): transfer.delete,
            (Resource.CONFIG, f"{_ENUMERATION}Enumerate"): self.enumerations.enumerate,
            (Resource.CONFIG, f"{_TRANSFER}Get"): lambda e: config.get(e, self.access),
            (Resource.SHELL, f"{_ENUMERATION}Enumerate"): self.enumerations.enumerate,
            (Resource.SHELL, f"{_TRANSFER}Get"): shells.get,
            (Resource.CMD, f"{_TRANSFER}Create"): shells.create,
            (Resource.CMD, f"{_TRANSFER}Delete"): shells.delete,
            (Resource.CMD, f"{SHELL}/Command"): shells.command,
            (Resource.CMD, f"{SHELL}/Receive"): shells.receive,
            (Resource.CMD, f"{SHELL}/Send"): shells.send,
            (Resource.CMD, f"{SHELL}/Signal"): shells.signal,
        }
        for resource in Resource:
            self._operations[resource, f"{_ENUMERATION}Pull"] = self.enumerations.pull
            self._operations[resource, f"{_ENUMERATION}Release"] = self.enumerations.release

    def end(self) -> None:
        """What runs in shells ends, and so do they."""
        self.shells.close()

    def asked_class(self, request: Request) -> str:
        """The class that a request is about, also where only its context tells."""
        if self.manner is not None:
            request = self.manner.meant(request)
        if request.verb in {"Pull", "Release"} and request.body is not None:
            context = request.body.find(f"{{{N}}}EnumerationContext")
            return self.enumerations.class_of(text_of(context))
        return asked_class(request)

    def read(self, data: bytes, caller: Caller) -> Request | Reply:
        """The request that `data` holds, or the answer to what can't be read as one."""
        try:
            return read_request(data)
        except FaultError as fault:
            return self.fault(fault.request or Request(action="", message_id=""), caller, fault)

    def answer(
        self, request: Request, caller: Caller, injected: Mapping[str, str] = NO_FAULTS
    ) -> Reply:
        """Do what the request asks. `injected` names faults that the operation itself makes."""
        if self.manner is not None:
            return self.manner.answer(self, request, caller, injected, self.answer_plainly)
        return self.answer_plainly(request, caller, injected)

    def answer_plainly(
        self, request: Request, caller: Caller, injected: Mapping[str, str] = NO_FAULTS
    ) -> Reply:
        """The answer as Windows gives it."""
        self.machine.catch_up()
        exchange = self._exchange(request, caller, injected)
        if request.body is not None and local_name(request.body) == "Identify":
            return Reply(
                200, identify(self.machine, exchange.language, self.access, authenticated=True)
            )
        try:
            operation = self._operation(request)
            return Reply(200, exchange.envelope(operation(exchange)))
        except FaultError as fault:
            return self._fault(exchange, fault)

    def awaited(self, request: Request) -> Future[None] | None:
        """What has to be done before `answer` has anything to say, for as long as OperationTimeout
        allows; None where nothing has."""
        if self.manner is not None and not self.manner.waits(self, request):
            return None
        return self.shells.awaited(request)

    def fault(self, request: Request, caller: Caller, fault: FaultError) -> Reply:
        """The answer that says `fault` whatever was asked."""
        reply = self.fault_plainly(request, caller, fault)
        return reply if self.manner is None else self.manner.told(self, request, reply)

    def fault_plainly(self, request: Request, caller: Caller, fault: FaultError) -> Reply:
        """The fault as Windows writes it."""
        return self._fault(self._exchange(request, caller), fault)

    def _exchange(
        self, request: Request, caller: Caller, injected: Mapping[str, str] = NO_FAULTS
    ) -> Exchange:
        return Exchange(
            self.machine,
            request,
            caller.user,
            caller.peer,
            caller.url,
            self.repository,
            injected,
        )

    def _fault(self, exchange: Exchange, fault: FaultError) -> Reply:
        answer = write_fault(
            fault,
            exchange.called_name,
            computer_name=self.machine.computer_name,
            language=exchange.language,
        )
        return Reply(500, exchange.envelope(answer))

    def _operation(self, request: Request) -> Callable[[Exchange], Answer]:
        """What carries out a request. Raises FaultError for a resource that there isn't, an action
        that it doesn't take (MS-WSMV 3.1.4.1.34.1), or an option that has to be known."""
        resource = resource_of(request.resource_uri)
        if resource is None:
            raise invalid_resource_uri()
        operation = self._operations.get((resource, request.action))
        if operation is None and resource is Resource.CIM:
            operation = transfer.invoke
        if operation is None:
            raise FaultError("a:ActionNotSupported", 2150858771)
        check_options(request, resource)
        if request.fragment is not None and request.verb not in {"Get", "Put"}:
            raise FaultError("w:UnsupportedFeature", 2150858871, fault_detail="FragmentLevelAccess")
        return operation

    def _items(self, exchange: Exchange, element: Element) -> Iterator[str]:
        """What an Enumerate asks for."""
        resource = resource_of(exchange.request.resource_uri)
        if resource is Resource.CONFIG:
            found = items(element, config.listed(exchange))
        elif resource is Resource.SHELL:
            found = items(element, self.shells.listed(exchange))
        else:
            found = open_items(exchange, element)
        return found if self.manner is None else self.manner.rows(self, found)
