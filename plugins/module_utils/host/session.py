# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One host's requests and answers: what is sent once and what again, and what a failure says.

A request that only reads is tried again after a broken connection or a full quota. One that changes
something never is, because nobody knows whether the host has carried it out already.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from ..ground.text import for_display
from ..wsman.operations import winrs
from ..wsman.operations.envelope import Request, Settings
from ..wsman.soap import document
from ..wsman.soap.errors import LocalProtocolError, RemoteProtocolError
from ..wsman.soap.faults import Fault, FaultError, FaultKind, explain
from .transport import Transport, TransportError, describe_failure

T = TypeVar("T")

# [MS-WSMV] 3.1.4.1.7 and 3.1.4.1.6: the service takes the smaller of its own limit and ours.
ENVELOPE_SIZE = 512_000

# Too many operations of this user at once (sample max_concurrent_operations_2150859174.xml).
QUOTA_OPERATIONS = 2150859174

# What the host says itself is the remedy, or tells where to look for it.
_HOST_KNOWS_MORE = frozenset({FaultKind.OTHER, FaultKind.INVALID_PARAMETER})


@dataclass(frozen=True)
class Limits:
    """How much one host may send and how long it may take.

    Attributes:
        document: limits of a single answer.
        pages: answers to one enumeration, or to one program.
        items: instances in one enumeration.
        answers: bytes of all answers to one enumeration.
        seconds: time for one enumeration or program, in all.
        task: time for all that is done in one task. After it nothing is read any more; what has
            been begun may still be taken back.
        output: bytes that a program may print.
        attempts: how often a reading request is sent at the most.
        pause: seconds before the second attempt after a full quota; doubles each time.
    """

    document: document.Limits = field(default_factory=document.Limits)
    pages: int = 1_000
    items: int = 150_000
    answers: int = 256 * 1024 * 1024
    seconds: float = 240.0
    task: float = 240.0
    output: int = 32 * 1024 * 1024
    attempts: int = 3
    pause: float = 0.5


class HostError(Exception):
    """A host could not be read or changed. The text names the host, what was tried, why it failed
    and what to do next.

    Attributes:
        unreachable: True if the host gave no answer at all, False if it refused or failed.
        fault: the SOAP fault, where the host answered with one.
        kind: what sort of fault it is, None where there was none.
    """

    def __init__(
        self,
        message: str,
        *,
        unreachable: bool = False,
        fault: Fault | None = None,
    ) -> None:
        super().__init__(message)
        self.unreachable = unreachable
        self.fault = fault
        self.kind: FaultKind | None = fault.kind if fault else None


def says(fault: Fault) -> str:
    """The host's own words, in its language. The fault has to have some."""
    return f"Windows says: {fault.detail[0]}"


class LimitError(Exception):
    """A host sent more, or took longer, than the limits allow."""


class Session:
    """Requests to one Windows host, and its shell.

    Args:
        transport: the authenticated way to the host.
        name: the host as the inventory calls it, for messages.
        limits: bounds on size, number and time.
        sleep, monotonic: the clock; tests give their own.
    """

    def __init__(
        self,
        transport: Transport,
        name: str,
        limits: Limits,
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
    ) -> None:
        self.name = name
        self.limits = limits
        self._transport = transport
        self._sleep = sleep
        self._monotonic = monotonic
        self._end = monotonic() + limits.task
        self._own_shell: str | None = None

    @property
    def url(self) -> str:
        """Where requests go."""
        return self._transport.url

    @property
    def peer(self) -> tuple[str, int] | None:
        """The IP address and port of the host that has answered last; see `Transport.peer`."""
        return self._transport.peer

    @property
    def own(self) -> str | None:
        """The controller's IP address as the connection to the host has it; see `Transport.own`."""
        return self._transport.own

    @property
    def settings(self) -> Settings:
        """What every request says of itself."""
        return Settings(
            to=self._transport.url,
            max_envelope_size=ENVELOPE_SIZE,
            operation_timeout=self._transport.operation_timeout,
        )

    def deadline(self) -> float:
        """When what begins to read now has to end, as the clock has it.

        Raises:
            LimitError: the time of the task is up.
        """
        now = self._monotonic()
        if now > self._end:
            raise LimitError(f"the task took longer than {self.limits.task:g} seconds there")
        return min(now + self.limits.seconds, self._end)

    def send(self, request: Request) -> bytes:
        """Send a request once and return the answer.

        Raises:
            TransportError: there was none. The next request connects anew.
        """
        try:
            return self._transport.send(request.data)
        except BaseException:
            # The time limit of a task interrupts here too. An answer may still be under way on this
            # connection, and the keys that seal messages are bound to it.
            self._transport.reconnect()
            raise

    def shell_id(self) -> str:
        """The shell that Ansible's connection has open already, or one of our own."""
        open_already = self._transport.shell_id or self._own_shell
        if open_already is not None:
            return open_already
        request = winrs.open_shell(self.settings)
        self._own_shell = winrs.read_open_shell(self.send(request), request, self.limits.document)
        return self._own_shell

    def reading(self, what: str, operation: Callable[[], T]) -> T:
        """Do something that only reads, again if need be; `what` names it in messages.

        Raises:
            HostError: it could not be done.
        """
        pause = self.limits.pause
        for _attempt in range(self.limits.attempts - 1):
            try:
                self.deadline()
                return operation()
            except TransportError as error:
                if not error.may_repeat:
                    raise self._error(what, error) from error
            except FaultError as error:
                if error.fault.wsman_code != QUOTA_OPERATIONS:
                    raise self._error(what, error) from error
            except (RemoteProtocolError, LocalProtocolError, LimitError) as error:
                raise self._error(what, error) from error
            self._sleep(pause)
            pause *= 2
        return self.changing(what, operation)

    def changing(self, what: str, operation: Callable[[], T]) -> T:
        """Do something that may change the host, once; `what` names it in messages.

        Raises:
            HostError: it failed, or nobody knows whether it was done.
        """
        try:
            return operation()
        except (
            TransportError,
            FaultError,
            RemoteProtocolError,
            LocalProtocolError,
            LimitError,
        ) as error:
            raise self._error(what, error) from error

    def restarted(self) -> None:
        """The host has restarted, or is about to: neither connection nor shell is there any more.
        The next request connects anew."""
        self._own_shell = None
        self._transport.forget_shell()
        self._transport.reconnect()

    def close(self) -> None:
        """Give back a shell that was opened here."""
        if self._own_shell is not None:
            request = winrs.close_shell(self._own_shell, self.settings)
            self._own_shell = None
            with suppress(TransportError, FaultError, RemoteProtocolError):
                self.send(request)

    def _error(self, what: str, error: Exception) -> HostError:
        start = f"Could not {what} on {self.name} ({self._transport.url}):"
        if isinstance(error, TransportError):
            return HostError(f"{start} {describe_failure(error)}", unreachable=True)
        if isinstance(error, FaultError):
            explanation = explain(error.fault)
            code = error.fault.hresult or error.fault.wsman_code
            shown = f" [{code}, 0x{code:08X}]" if code is not None else ""
            text = f"{start} {explanation.cause}{shown} {explanation.remedy}"
            if explanation.kind in _HOST_KNOWS_MORE and error.fault.detail:
                text += f" {says(error.fault)}"
            return HostError(text, fault=error.fault)
        problem = for_display(str(error)).rstrip(".")
        if isinstance(error, LocalProtocolError):
            return HostError(
                f"{start} {problem}, so this was not sent. Change the task's options, or the name "
                "on the PC that it comes from."
            )
        if isinstance(error, LimitError):
            return HostError(
                f"{start} {problem}. Run the task again when the PC is less busy; if it stays so, "
                "look in its Task Manager and event log for what keeps it from an end."
            )
        return HostError(
            f"{start} {problem}. If it stays so, check that ansible_host and ansible_port lead to "
            f"WinRM, and what stands between (a proxy)."
        )
