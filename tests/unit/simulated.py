# SPDX-License-Identifier: GPL-3.0-or-later
"""A Transport to a simulated PC in the same process, without a network between."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import wait

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    TransportError,
)
from unit.conversation import first_match
from winsim.machine import Machine
from winsim.soap import Request
from winsim.wsman import Caller, Reply, Service


class SimulatedTransport:
    """Hands each envelope to the WS-Management service of a machine.

    `actions` holds the last part of each request's action. `failures` are raised instead of the
    answer to the request of that number (from 0), which the machine has carried out nevertheless.
    `spoil` may change an answer; it is told the number of the request.
    """

    url = "http://192.0.2.1:5985/wsman"
    operation_timeout = 20.0
    shell_id: str | None = None
    peer: tuple[str, int] | None = ("192.0.2.1", 5985)
    own: tuple[str, int] | None = ("192.0.2.9", 50000)

    def __init__(self, machine: Machine) -> None:
        self.service = Service(machine)
        self.caller = Caller("admin", "192.0.2.9", self.url)
        self.actions: list[str] = []
        self.failures: dict[int, TransportError] = {}
        self.spoil: Callable[[int, str], str] = lambda _number, answer: answer

    def send(self, envelope: bytes) -> bytes:
        number = len(self.actions)
        self.actions.append(first_match(rb"<a:Action[^>]*>[^<]*/([^/<]+)<", envelope))
        request = self.service.read(envelope, self.caller)
        reply = request if isinstance(request, Reply) else self.answered(request)
        if number in self.failures:
            raise self.failures[number]
        return self.spoil(number, reply.text).encode()

    def answered(self, request: Request) -> Reply:
        """The machine's answer; a subclass may tell it to misbehave."""
        awaited = self.service.awaited(request)
        if awaited is not None:
            wait([awaited], self.operation_timeout)
        return self.service.answer(request, self.caller)

    def reconnect(self) -> None:
        """Nothing is kept of a conversation that could be broken."""

    def forget_shell(self) -> None:
        """There is none."""
