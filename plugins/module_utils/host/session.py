# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The requests to one host and its answers: what is sent once, what is repeated, and how a failure
is worded.

A request that only reads is repeated after a broken connection or a full quota. A request that
changes something is never repeated, because the host may already have carried it out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Generic, TypeAlias, TypeVar

from ..words.phrases import Phrase, PhraseError, Value, Verbatim
from ..wsman.operations import winrs
from ..wsman.operations.envelope import Request, RequestSettings
from ..wsman.soap import document
from ..wsman.soap.errors import LocalProtocolError, RemoteProtocolError
from ..wsman.soap.faults import Fault, FaultError, FaultKind, explain
from ..wsman.soap.places import LARGE_ANSWERS
from .memory_shares import ALL_KEPT
from .transport import Failure, Transport, TransportError

T = TypeVar("T")

# [MS-WSMV] 3.1.4.1.7 and 3.1.4.1.6: the service takes the smaller of its own limit and ours.
ENVELOPE_SIZE = 512_000

# What an element or attribute of an answer takes of memory besides its text, once it is part of a
# result: a value, and a place in a dictionary.
NODE_BYTES = 64

# This user has too many operations at once (sample max_concurrent_operations_2150859174.xml).
QUOTA_OPERATIONS = 2150859174

# The host's own message contains the remedy, or says where to find it.
_HOST_KNOWS_MORE = frozenset({FaultKind.OTHER, FaultKind.INVALID_PARAMETER})

# For these, nothing was asked of the host.
_NOT_CONNECTED = frozenset(
    {
        Failure.REFUSED,
        Failure.UNREACHABLE,
        Failure.NO_CONNECTION,
        Failure.AUTHENTICATION,
        Failure.KERBEROS,
        Failure.CERTIFICATE,
        Failure.TLS,
        Failure.NOT_TLS,
        Failure.TLS_EXPECTED,
        Failure.PROXY,
    }
)


@dataclass(frozen=True)
class Limits:
    """How much one host may send, and how long it may take.

    Attributes:
        document: limits on a single answer.
        pages: answers to one enumeration, or to one program.
        items: instances in one enumeration.
        answers: bytes of all answers to one enumeration.
        seconds: time for one enumeration or program, in all.
        task: time for everything in one task. When it is over, nothing more is read, but a change
            that has begun may still be undone.
        output: bytes that a program may print.
        attempts: how many times a reading request is sent at most.
        pause: seconds before the second attempt after a full quota; doubles each time.
    """

    document: document.DocumentLimits = field(default_factory=document.DocumentLimits)
    pages: int = 1_000
    items: int = 150_000
    answers: int = 256 * 1024 * 1024
    seconds: float = 240.0
    task: float = 240.0
    output: int = 32 * 1024 * 1024
    attempts: int = 3
    pause: float = 0.5


@dataclass(frozen=True)
class Clock:
    """How time passes: seconds to wait, and seconds since a fixed moment. Tests give their own."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic


class HostError(PhraseError):
    """A host could not be read or changed. As a phrase it names the host, what was tried, why it
    failed and what to do next.

    Args:
        key, values: of the phrase.
        unreachable: True if the host gave no answer at all, False if it refused or failed.
        fault: the SOAP fault, where the host answered with one.

    Attributes:
        unreachable, fault: as given.
        host: the value of that name, by which a task with several hosts knows whose error it is.
        kind: the kind of the fault, None if there was none.
    """

    def __init__(
        self,
        key: str,
        /,
        *,
        unreachable: bool = False,
        fault: Fault | None = None,
        **values: Value | PhraseError,
    ) -> None:
        super().__init__(key, **values)
        self.unreachable = unreachable
        self.fault = fault
        self.host = values.get("host")
        self.kind: FaultKind | None = fault.kind if fault else None

    def in_full(self, remedy: Phrase | None = None) -> Phrase:
        """The error with the host's own words, for places that show only the refusal.

        Args:
            remedy: a better one than that of all faults of this kind.
        """
        told = self.phrase
        if self.fault is None:
            return told
        if remedy is not None:
            told = replace(told, values={**told.values, "why": _refusal(self.fault, remedy)})
        return told if self.kind in _HOST_KNOWS_MORE else with_words_of(self.fault, told)


def with_words_of(fault: Fault, told: Phrase) -> Phrase:
    """A phrase followed by the host's own words, in its own language, if there are any."""
    if not fault.said:
        return told
    words = Phrase("host.windows_says", {"text": Verbatim(fault.said)})
    return Phrase("host.and_says", {"text": told, "words": words})


class LimitError(PhraseError):
    """A host sent more, or took longer, than the limits allow."""


@dataclass(frozen=True)
class Asked(Generic[T]):
    """What came of a request.

    Attributes:
        result: the answer as it was read.
        size: that of the answer, in bytes.
        kept: how much memory the result may take, in bytes.
    """

    result: T
    size: int
    kept: int


_Failed: TypeAlias = (
    TransportError | FaultError | RemoteProtocolError | LocalProtocolError | LimitError
)


class Session:
    """Requests to one Windows host, and its shell.

    Args:
        transport: the authenticated way to the host.
        name: the host as the inventory calls it, for messages.
        limits: bounds on size, number and time.
    """

    def __init__(self, transport: Transport, name: str, limits: Limits, clock: Clock) -> None:
        self.name = name
        self.limits = limits
        self._transport = transport
        self._clock = clock
        self._end = clock.monotonic() + limits.task
        self._own_shell: str | None = None
        self._unacknowledged: list[Callable[[], None]] = []
        self._share = ALL_KEPT.share()

    @property
    def url(self) -> str:
        """Where requests go."""
        return self._transport.url

    @property
    def peer(self) -> tuple[str, int] | None:
        """The IP address and port of the host that answered last; see `Transport.peer`."""
        return self._transport.peer

    @property
    def own(self) -> tuple[str, int] | None:
        """The IP address and port of the controller in that connection; see `Transport.own`."""
        return self._transport.own

    @property
    def settings(self) -> RequestSettings:
        """The settings that every request carries."""
        return RequestSettings(
            to=self._transport.url,
            max_envelope_size=ENVELOPE_SIZE,
            operation_timeout=self._transport.operation_timeout,
        )

    def deadline(self) -> float:
        """When an operation that starts now has to end, as time of the clock.

        Raises:
            LimitError: the time of the task is up.
        """
        now = self._clock.monotonic()
        if now > self._end:
            raise LimitError("bound.task", seconds=f"{self.limits.task:g}")
        return min(now + self.limits.seconds, self._end)

    def send(self, request: Request) -> bytes:
        """Send a request once and return the answer.

        Raises:
            TransportError: there was no answer. The next request reconnects.
        """
        try:
            return self._transport.send(request.data)
        except BaseException:
            # The time limit of a task interrupts here too. An answer may still be under way on this
            # connection, and the keys that encrypt messages are bound to it.
            self._transport.reconnect()
            raise

    def ask(self, request: Request, read: Callable[[bytes], T]) -> Asked[T]:
        """Send a request once, and read the answer. A large one keeps its place until it is read.

        Raises:
            TransportError: there was no answer.
            FaultError, RemoteProtocolError: as `read`.
        """
        with LARGE_ANSWERS.answer() as answer:
            data = self.send(request)
            return Asked(read(data), len(data), len(data) + NODE_BYTES * answer.nodes)

    def problem_with(self, what: str, size: int) -> LimitError | None:
        """Note how much is kept of what this host has sent.

        Args:
            what: what it is about; what was kept of that before has been let go.
            size: in bytes of memory, about.

        Returns:
            What is wrong if it is more than this host may keep, while others are read too.
        """
        if self._share.keep(what, size):
            return None
        return LimitError("bound.memory", count=f"{size:,}")

    def acknowledge(self, send: Callable[[], None]) -> None:
        """Tell the shell that all output of a command has arrived, which the host keeps until then.

        That has to be before its next command ([MS-WSMV] 2.2.4.38). A shell of our own seldom gets
        one, and closing it frees all that belongs to it (3.1.4.4.1), so it is not told earlier.

        Args:
            send: sends that.
        """
        if self._own_shell is None:
            send()
        else:
            self._unacknowledged.append(send)

    def shell_id(self) -> str:
        """The shell that Ansible's connection has already opened, or one of our own, for the next
        command."""
        while self._unacknowledged:
            self._unacknowledged.pop()()
        open_already = self._transport.shell_id or self._own_shell
        if open_already is not None:
            return open_already
        request = winrs.open_shell(self.settings)
        self._own_shell = self.ask(
            request, lambda data: winrs.read_open_shell(data, request, self.limits.document)
        ).result
        return self._own_shell

    def reading(self, what: Value, operation: Callable[[], T]) -> T:
        """Do something that only reads, and repeat it if needed; `what` says what it does.

        Raises:
            HostError: it failed.
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
            self._clock.sleep(pause)
            pause *= 2
        return self.changing(what, operation)

    def changing(self, what: Value, operation: Callable[[], T]) -> T:
        """Do something that may change the host, once; `what` says what it does.

        Raises:
            HostError: it failed, or it is unknown whether it was done.
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
        """The host has restarted, or is about to: the connection and the shell are gone. The next
        request reconnects."""
        self._forget_own_shell()
        self._transport.forget_shell()
        self._transport.reconnect()

    def close(self) -> None:
        """Close a shell that was opened here. What the host has sent is no longer kept."""
        self._share.give_back()
        if self._own_shell is not None:
            request = winrs.close_shell(self._own_shell, self.settings)
            self._forget_own_shell()
            with suppress(TransportError, FaultError, RemoteProtocolError):
                self.send(request)

    def _forget_own_shell(self) -> None:
        self._own_shell = None
        self._unacknowledged.clear()

    def _error(self, what: Value, error: _Failed) -> HostError:
        why: Value = error.phrase
        fault = None
        key = "host.could_not"
        if isinstance(error, FaultError):
            fault = error.fault
            why = _refusal(fault)
        elif isinstance(error, LocalProtocolError):
            why = Phrase("host.not_sent", {"problem": why})
        elif isinstance(error, LimitError):
            why = Phrase("host.over_limit", {"problem": why})
        elif isinstance(error, RemoteProtocolError):
            why = Phrase("host.wrong_answer", {"problem": why})
        elif error.failure in _NOT_CONNECTED and self._transport.peer is None:
            # What the first message was for says nothing to who reads it.
            key = "host.not_connected"
        return HostError(
            key,
            what=what,
            host=self.name,
            url=self._transport.url,
            why=why,
            unreachable=isinstance(error, TransportError) and not error.of_the_controller,
            fault=fault,
        )


def _refusal(fault: Fault, remedy: Phrase | None = None) -> Phrase:
    """What a fault means and what to do, with the host's own words if they say more."""
    explanation = explain(fault)
    values: dict[str, Value] = {
        "cause": explanation.cause,
        "remedy": remedy or explanation.remedy,
    }
    code = fault.hresult or fault.wsman_code
    if code is None:
        told = Phrase("host.refused", values)
    else:
        told = Phrase("host.refused_with_code", values | {"code": code, "hex": f"0x{code:08X}"})
    return with_words_of(fault, told) if explanation.kind in _HOST_KNOWS_MORE else told
