# SPDX-License-Identifier: GPL-3.0-or-later
"""The WS-Management service of one machine: an envelope in, an envelope out. No network here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from winsim import classes, programs, transfer
from winsim.config import CONFIG, Access, get_config, identify
from winsim.enumeration import Enumerations
from winsim.exchange import NO_FAULTS, Exchange, Repository, invalid_resource_uri, is_cim
from winsim.fault_form import write_fault
from winsim.faults import FaultError
from winsim.filters import asked_class
from winsim.machine import Machine
from winsim.soap import Answer, N, Request, local_name, read_request, text_of
from winsim.winrs import CMD, Runner, Shells

_ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
_SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/"


@dataclass(frozen=True)
class Caller:
    """Who sends a request: the account, the client's IP address, and the URL it called."""

    user: str
    peer: str
    url: str


@dataclass(frozen=True)
class Reply:
    """The envelope to send, and the HTTP status that goes with it: 500 for a fault."""

    status: int
    text: str


class Service:
    """`repository` and `run` are where classes and command lines come from."""

    def __init__(
        self,
        machine: Machine,
        access: Access | None = None,
        *,
        repository: Repository = classes,
        run: Runner = programs.run,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.machine = machine
        self.access = access or Access()
        self.repository = repository
        self._run = run
        self._clock = clock
        self.forget()

    def forget(self) -> None:
        """Windows has restarted: open enumerations and shells are gone."""
        self.enumerations = Enumerations(self._clock)
        self.shells = Shells(self._run, self._clock)
        self._operations: dict[str, Callable[[Exchange], Answer]] = {
            f"{_ENUMERATION}Enumerate": self.enumerations.enumerate,
            f"{_ENUMERATION}Pull": self.enumerations.pull,
            f"{_ENUMERATION}Release": self.enumerations.release,
            f"{_TRANSFER}Get": self._get,
            f"{_TRANSFER}Put": transfer.put,
            f"{_TRANSFER}Create": self._create,
            f"{_TRANSFER}Delete": self._delete,
            f"{_SHELL}Command": self.shells.command,
            f"{_SHELL}Receive": self.shells.receive,
            f"{_SHELL}Send": self.shells.send,
            f"{_SHELL}Signal": self.shells.signal,
        }

    def asked_class(self, request: Request) -> str:
        """The class that a request is about, also where only its context tells."""
        if request.verb in {"Pull", "Release"} and request.body is not None:
            context = request.body.find(f"{{{N}}}EnumerationContext")
            return self.enumerations.class_of(text_of(context))
        return asked_class(request)

    def read(self, data: bytes, caller: Caller) -> Request | Reply:
        """The request that `data` holds, or the answer to what can't be read as one."""
        try:
            return read_request(data)
        except FaultError as fault:
            request = fault.request or Request(action="", message_id="")
            return self._fault(self._exchange(request, caller), fault)

    def answer(
        self, request: Request, caller: Caller, injected: Mapping[str, str] = NO_FAULTS
    ) -> Reply:
        """Do what the request asks. `injected` names faults that the operation itself makes."""
        self.machine.catch_up()
        exchange = self._exchange(request, caller, injected)
        if request.body is not None and local_name(request.body) == "Identify":
            version = self.machine.operating_system.version
            return Reply(200, identify(exchange.language, version))
        try:
            operation = self._operations.get(request.action)
            if operation is None:
                operation = self._custom_action(request)
            return Reply(200, exchange.envelope(operation(exchange)))
        except FaultError as fault:
            return self._fault(exchange, fault)

    def fault(self, request: Request, caller: Caller, fault: FaultError) -> Reply:
        """The answer that says `fault` whatever was asked."""
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

    def _custom_action(self, request: Request) -> Callable[[Exchange], Answer]:
        if is_cim(request.resource_uri):
            return transfer.invoke
        raise FaultError("a:ActionNotSupported", 2150858771)

    def _get(self, exchange: Exchange) -> Answer:
        if exchange.request.resource_uri.lower() == CONFIG:
            return get_config(exchange, self.access)
        return self._of_cim(transfer.get, exchange)

    def _create(self, exchange: Exchange) -> Answer:
        if exchange.request.resource_uri == CMD:
            return self.shells.create(exchange)
        return self._of_cim(transfer.create, exchange)

    def _delete(self, exchange: Exchange) -> Answer:
        if exchange.request.resource_uri == CMD:
            return self.shells.delete(exchange)
        return self._of_cim(transfer.delete, exchange)

    def _of_cim(self, operation: Callable[[Exchange], Answer], exchange: Exchange) -> Answer:
        if not is_cim(exchange.request.resource_uri):
            raise invalid_resource_uri()
        return operation(exchange)
