# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one door to a Windows host: CIM operations and fixed programs over a Transport.

Here stand the limits against a host that never comes to an end, and the rule for repeating: a
request that only reads is tried again after a broken connection or a full quota, one that changes
something never is, because nobody knows whether the host has carried it out already.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from .transport import Transport, TransportError, describe_failure
from .wsman import document, enumeration, invoke, transfer, winrs, wql
from .wsman.cim import CimClass, CimValue, Instance, Reference
from .wsman.envelope import Request, Settings
from .wsman.errors import FaultError, RemoteProtocolError
from .wsman.faults import Fault, FaultKind, explain
from .wsman.text import for_display

T = TypeVar("T")

# [MS-WSMV] 3.1.4.1.7 and 3.1.4.1.6: the service takes the smaller of its own limit and ours.
ENVELOPE_SIZE = 512_000

# Codes of WinRM that ask for patience: too many operations of this user at once (sample
# max_concurrent_operations_2150859174.xml), and an operation that ran out of its time.
QUOTA_OPERATIONS = 2150859174
TIMED_OUT = 2150858793


@dataclass(frozen=True)
class Limits:
    """How much one host may send and how long it may take.

    Attributes:
        document: limits of a single answer.
        pages: answers to one enumeration.
        items: instances in one enumeration.
        seconds: time for one enumeration or program, in all.
        output: bytes that a program may print.
        attempts: how often a reading request is sent at the most.
        pause: seconds before the second attempt after a full quota; doubles each time.
    """

    document: document.Limits = field(default_factory=document.Limits)
    pages: int = 1_000
    items: int = 150_000
    seconds: float = 300.0
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


class LimitError(Exception):
    """A host sent more, or took longer, than the limits allow."""


@dataclass(frozen=True)
class Output:
    """What a program printed. Text that is not UTF-8 carries replacement characters."""

    stdout: str
    stderr: str
    exit_code: int


class Host:
    """CIM operations and programs on one Windows host.

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
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.limits = limits or Limits()
        self._transport = transport
        self._sleep = sleep
        self._monotonic = monotonic
        self._own_shell: str | None = None

    @property
    def url(self) -> str:
        """Where requests go."""
        return self._transport.url

    # -- reading -------------------------------------------------------------------------------

    def enumerate(
        self,
        cim_class: CimClass,
        properties: tuple[str, ...] | None = None,
        where: wql.Condition | None = None,
        *,
        references: bool = False,
    ) -> list[Instance]:
        """All instances of a class, or the named properties of those that a condition matches.

        Raises:
            HostError: the class does not exist, access is denied, or the host broke off.
        """
        query = wql.select(cim_class, properties, where)

        def first() -> Request:
            return enumeration.enumerate_query(
                cim_class, query, self._settings, references=references
            )

        return self._reading(f"read {cim_class.name}", lambda: self._pages(cim_class, first))

    def associators(
        self, source: Reference, association_class: CimClass, result_class: CimClass
    ) -> list[Instance]:
        """The instances of a class that an association joins to one instance, each with its own
        reference.

        Raises:
            HostError: as `enumerate`.
        """

        def first() -> Request:
            return enumeration.associators(
                source,
                association_class=association_class,
                result_class=result_class,
                settings=self._settings,
                references=True,
            )

        return self._reading(f"read {result_class.name}", lambda: self._pages(result_class, first))

    def associations(
        self, source: Reference, association_class: CimClass, role: str
    ) -> list[Instance]:
        """The instances of an association class that refer to an instance, in a role or, where
        the host does not know roles, in any.

        Raises:
            HostError: as `enumerate`.
        """

        def first() -> Request:
            return enumeration.association_instances(
                source, association_class=association_class, role=role, settings=self._settings
            )

        what = f"read {association_class.name}"
        return self._reading(what, lambda: self._pages(association_class, first))

    def get(self, cim_class: CimClass, reference: Reference | None = None) -> Instance:
        """One instance; without reference that of a class that has only one.

        Raises:
            HostError: there is no such instance, or as `enumerate`.
        """

        def once() -> Instance:
            request = transfer.get(cim_class, reference, self._settings)
            return transfer.read_get(self._send(request), request, cim_class, self.limits.document)

        return self._reading(f"read {cim_class.name}", once)

    def run(self, command_line: str, what: str) -> Output:
        """Run one of the collection's fixed command lines in a WinRS shell and wait for its end.

        Args:
            command_line: a constant of `programs.commands`; never anything with text of a user
                or a target in it, because cmd.exe reads it ([MS-WSMV] 3.1.4.11, note 117).
            what: what it reads, for messages.

        Raises:
            HostError: the shell could not be had, or the program did not end in time.
        """
        return self._reading(f"read {what}", lambda: self._run(command_line))

    # -- changing ------------------------------------------------------------------------------

    def invoke(
        self,
        cim_class: CimClass,
        reference: Reference | None,
        method: str,
        arguments: Mapping[str, CimValue] | None = None,
        *,
        reads: bool = False,
    ) -> invoke.MethodResult:
        """Call a method; without reference a static one. `reads` says that the method changes
        nothing, so that it may be repeated.

        Raises:
            HostError: the call did not take place. A return value other than 0 is no error here.
        """

        def once() -> invoke.MethodResult:
            request = invoke.invoke(cim_class, reference, method, arguments or {}, self._settings)
            return invoke.read_invoke(self._send(request), request, cim_class, self.limits.document)

        what = f"call {cim_class.name}.{method}"
        return self._reading(what, once) if reads else self._changing(what, once)

    def create(
        self,
        cim_class: CimClass,
        values: Mapping[str, CimValue],
        options: Mapping[str, CimValue] | None = None,
    ) -> Reference:
        """Create an instance and return its reference. Raises HostError."""

        def once() -> Reference:
            request = transfer.create(cim_class, values, self._settings, options or {})
            return transfer.read_create(self._send(request), request, self.limits.document)

        return self._changing(f"create {cim_class.name}", once)

    def put(
        self, cim_class: CimClass, reference: Reference, values: Mapping[str, CimValue]
    ) -> None:
        """Change properties of an instance. Raises HostError."""

        def once() -> None:
            request = transfer.put(cim_class, reference, values, self._settings)
            transfer.read_put(self._send(request), request, cim_class, self.limits.document)

        self._changing(f"change {cim_class.name}", once)

    def delete(self, cim_class: CimClass, reference: Reference) -> None:
        """Delete an instance. Raises HostError."""

        def once() -> None:
            request = transfer.delete(reference, self._settings)
            transfer.read_delete(self._send(request), request, self.limits.document)

        self._changing(f"delete {cim_class.name}", once)

    def restarted(self) -> None:
        """The host has restarted, or is about to: neither connection nor shell is there any more.
        The next request connects anew."""
        self._own_shell = None
        self._transport.forget_shell()
        self._transport.reconnect()

    def close(self) -> None:
        """Give back a shell that this Host opened itself."""
        if self._own_shell is not None:
            request = winrs.close_shell(self._own_shell, self._settings)
            self._own_shell = None
            with suppress(TransportError, FaultError, RemoteProtocolError):
                self._send(request)

    # -- within --------------------------------------------------------------------------------

    @property
    def _settings(self) -> Settings:
        return Settings(
            to=self._transport.url,
            max_envelope_size=ENVELOPE_SIZE,
            operation_timeout=self._transport.operation_timeout,
        )

    def _send(self, request: Request) -> bytes:
        return self._transport.send(request.data)

    def _pages(self, cim_class: CimClass, first: Callable[[], Request]) -> list[Instance]:
        limits = self.limits
        deadline = self._monotonic() + limits.seconds
        request = first()
        page = enumeration.read_page(self._send(request), request, cim_class, limits.document)
        items = list(page.items)
        pages = 1
        while page.context is not None:
            problem = None
            if pages >= limits.pages:
                problem = f"the enumeration did not end after {pages} answers"
            elif len(items) > limits.items:
                problem = f"the enumeration did not end after {len(items)} instances"
            elif self._monotonic() > deadline:
                problem = f"the enumeration did not end within {limits.seconds:g} seconds"
            if problem:
                self._release(cim_class, page.context)
                raise LimitError(problem)
            request = enumeration.pull(cim_class, page.context, self._settings)
            page = enumeration.read_page(self._send(request), request, cim_class, limits.document)
            items.extend(page.items)
            pages += 1
        return items

    def _release(self, cim_class: CimClass, context: str) -> None:
        """Give an enumeration back early. The host drops it by itself after a while, so that a
        failure here is of no consequence."""
        with suppress(TransportError):
            self._send(enumeration.release(cim_class, context, self._settings))

    def _run(self, command_line: str) -> Output:
        limits = self.limits
        deadline = self._monotonic() + limits.seconds
        shell_id = self._shell()
        request = winrs.command(shell_id, command_line, self._settings)
        command_id = winrs.read_command(self._send(request), request, limits.document)
        stdout, stderr, size = [], [], 0
        try:
            while True:
                request = winrs.receive(shell_id, command_id, self._settings)
                try:
                    received = winrs.read_receive(self._send(request), request, limits.document)
                except FaultError as error:
                    # The program is still at work and has printed nothing new yet
                    # (sample pypsrp_winrs_operation_timeout.yml).
                    if error.fault.wsman_code != TIMED_OUT or self._monotonic() > deadline:
                        raise
                    continue
                stdout.append(received.stdout)
                stderr.append(received.stderr)
                size += len(received.stdout) + len(received.stderr)
                if size > limits.output:
                    raise LimitError(f"the program printed more than {limits.output} bytes")
                if received.done:
                    break
                if self._monotonic() > deadline:
                    raise LimitError(f"the program did not end within {limits.seconds:g} seconds")
        finally:
            # Frees the command on the host, whether it has ended or not ([MS-WSMV] 3.1.4.12).
            with suppress(TransportError, FaultError, RemoteProtocolError):
                self._send(winrs.signal_terminate(shell_id, command_id, self._settings))
        return Output(
            b"".join(stdout).decode("utf-8", "replace"),
            b"".join(stderr).decode("utf-8", "replace"),
            received.exit_code if received.exit_code is not None else 0,
        )

    def _shell(self) -> str:
        open_already = self._transport.shell_id or self._own_shell
        if open_already is not None:
            return open_already
        request = winrs.open_shell(self._settings)
        self._own_shell = winrs.read_open_shell(self._send(request), request, self.limits.document)
        return self._own_shell

    def _reading(self, what: str, operation: Callable[[], T]) -> T:
        pause = self.limits.pause
        for _attempt in range(self.limits.attempts - 1):
            try:
                return operation()
            except TransportError as error:
                if not error.may_repeat:
                    raise self._error(what, error) from error
                self._transport.reconnect()
            except FaultError as error:
                if error.fault.wsman_code != QUOTA_OPERATIONS:
                    raise self._error(what, error) from error
            except (RemoteProtocolError, LimitError) as error:
                raise self._error(what, error) from error
            self._sleep(pause)
            pause *= 2
        return self._changing(what, operation)

    def _changing(self, what: str, operation: Callable[[], T]) -> T:
        try:
            return operation()
        except TransportError as error:
            # Not to send it again, but so that what was done can be looked at, and taken back.
            self._transport.reconnect()
            raise self._error(what, error) from error
        except (FaultError, RemoteProtocolError, LimitError) as error:
            raise self._error(what, error) from error

    def _error(self, what: str, error: Exception) -> HostError:
        start = f"Could not {what} on {self.name} ({self._transport.url}):"
        if isinstance(error, TransportError):
            return HostError(f"{start} {describe_failure(error)}", unreachable=True)
        if isinstance(error, FaultError):
            explanation = explain(error.fault)
            code = error.fault.hresult or error.fault.wsman_code
            shown = f" [{code}, 0x{code:08X}]" if code is not None else ""
            return HostError(
                f"{start} {explanation.cause}{shown} {explanation.remedy}", fault=error.fault
            )
        problem = for_display(str(error)).rstrip(".")
        return HostError(
            f"{start} {problem}. If it stays so, check that ansible_host and ansible_port lead to "
            f"WinRM, and what stands between (a proxy)."
        )
