# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one door to a Windows host: CIM operations and fixed programs over a Transport.

It applies the limits against a host that never stops sending. `session` decides what is repeated,
and words the failures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from ..words.phrases import Phrase, Value
from ..wsman.cim import wql
from ..wsman.cim.objects import CimClass, CimValue, Instance, Reference
from ..wsman.operations import enumeration, invoke, transfer
from ..wsman.operations.envelope import Request
from ..wsman.soap.errors import RemoteProtocolError
from .session import Clock, HostError, LimitError, Limits, Session
from .shell import Command, Enough, Output, Running
from .transport import Transport, TransportError

__all__ = ["Clock", "Enough", "Host", "HostError", "Limits", "Output", "Running"]


class Host:
    """CIM operations and programs on one Windows host.

    Args:
        transport: the authenticated way to the host.
        name: the host as the inventory calls it, for messages.
        limits: bounds on size, number and time.
        clock: the clock of this machine if none is given.
    """

    def __init__(
        self,
        transport: Transport,
        name: str,
        limits: Limits | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.name = name
        self.limits = limits or Limits()
        self.clock = clock or Clock()
        self._session = Session(transport, name, self.limits, self.clock)

    @property
    def url(self) -> str:
        """Where requests go."""
        return self._session.url

    @property
    def peer(self) -> tuple[str, int] | None:
        """The IP address and port of the host that answered last; see `Transport.peer`."""
        return self._session.peer

    @property
    def own(self) -> tuple[str, int] | None:
        """The IP address and port of the controller in that connection; see `Transport.own`."""
        return self._session.own

    # -- reading -------------------------------------------------------------------------------

    def enumerate(
        self,
        cim_class: CimClass,
        properties: tuple[str, ...] | None = None,
        where: wql.Condition | None = None,
        *,
        needed: tuple[str, ...] = (),
        references: bool = False,
        options: Mapping[str, CimValue] | None = None,
    ) -> list[Instance]:
        """All instances of a class, or the named properties of those that a condition matches.

        Args:
            needed: properties without which an instance is useless.
            options: for the class; one that does not know them ignores them.

        Raises:
            HostError: the class does not exist, access is denied, the host broke off, or an
                instance lacks a needed property.
        """
        query = wql.select(cim_class, properties, where)

        def first() -> Request:
            return enumeration.enumerate_query(
                cim_class,
                query,
                self._session.settings,
                references=references,
                options=options,
            )

        def complete() -> list[Instance]:
            found = self._pages(cim_class, first)
            for name in needed:
                if None in [each.values.get(name) for each in found]:
                    raise RemoteProtocolError("answer.incomplete", property=name)
            return found

        return self._session.reading(_read(cim_class), complete)

    def associators(
        self, source: Reference, association_class: CimClass, result_class: CimClass
    ) -> list[Instance]:
        """The instances of a class that an association links to one instance, each with its own
        reference.

        Raises:
            HostError: as `enumerate`.
        """

        def first() -> Request:
            return enumeration.associators(
                source,
                association_class=association_class,
                result_class=result_class,
                settings=self._session.settings,
                references=True,
            )

        return self._session.reading(_read(result_class), lambda: self._pages(result_class, first))

    def associations(
        self, source: Reference, association_class: CimClass, role: str
    ) -> list[Instance]:
        """The instances of an association class that refer to an instance: in one role or, if the
        host does not know roles, in any.

        Raises:
            HostError: as `enumerate`.
        """

        def first() -> Request:
            return enumeration.association_instances(
                source,
                association_class=association_class,
                role=role,
                settings=self._session.settings,
            )

        return self._session.reading(
            _read(association_class), lambda: self._pages(association_class, first)
        )

    def get(self, cim_class: CimClass, reference: Reference | None = None) -> Instance:
        """One instance; without a reference, the only instance of its class.

        Raises:
            HostError: there is no such instance, or as `enumerate`.
        """

        def once() -> Instance:
            request = transfer.get(cim_class, reference, self._session.settings)
            return self._session.ask(
                request,
                lambda data: transfer.read_get(data, request, cim_class, self.limits.document),
            ).result

        return self._session.reading(_read(cim_class), once)

    def run(
        self,
        command_line: str,
        what: Value,
        stdin: bytes | None = None,
        enough: Callable[[], Enough] | None = None,
    ) -> Output:
        """Run one of the collection's fixed command lines in a WinRS shell and wait for its end.

        Args:
            command_line: a constant of `pc.programs`; it never contains text of a user or a target,
                because cmd.exe interprets it ([MS-WSMV] 3.1.4.11, note 117).
            what: what it does, for messages: a phrase of the group ``do`` of the catalogue.
            stdin: its whole standard input. Once this is sent, nothing is repeated.
            enough: makes what says when a program without input has printed enough, and is ended.

        Raises:
            HostError: no shell could be opened, or the program did not end in time.
        """
        if stdin is None:

            def complete() -> Output:
                return self._command(command_line).wait(enough=enough and enough())

            return self._session.reading(what, complete)
        with self.start(command_line, what, stdin) as running:
            return running.finish()

    def start(self, command_line: str, what: Value, stdin: bytes) -> Running:
        """Start one of the collection's fixed command lines, give it its whole standard input, and
        return while it is at work: so that something else can be read meanwhile, of any host.

        Args:
            command_line, what, stdin: as for `run`.

        Returns:
            A context manager, whose `finish` waits for the end of the program; it ends the program
            when it is left.

        Raises:
            HostError: no shell could be opened, or it is unknown whether the program got its input.
        """
        command = self._session.reading(what, lambda: self._command(command_line, piped=True))
        running = Running(self._session, command, what)
        try:
            running.send(stdin)
        except HostError as error:
            if not error.unreachable:
                command.terminate()
            raise
        return running

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
        """Call a method; without a reference, a static one. `reads` says that the method changes
        nothing, so the call may be repeated.

        Raises:
            HostError: the call did not take place. A return value other than 0 is not an error
            here.
        """

        def once() -> invoke.MethodResult:
            request = invoke.invoke(
                cim_class, reference, method, arguments or {}, self._session.settings
            )
            return self._session.ask(
                request,
                lambda data: invoke.read_invoke(data, request, cim_class, self.limits.document),
            ).result

        what = Phrase("do.call", {"name": f"{cim_class.name}.{method}"})
        return self._session.reading(what, once) if reads else self._session.changing(what, once)

    def create(
        self,
        cim_class: CimClass,
        values: Mapping[str, CimValue],
        options: Mapping[str, CimValue] | None = None,
    ) -> Reference:
        """Create an instance and return its reference. Raises HostError."""

        def once() -> Reference:
            request = transfer.create(cim_class, values, self._session.settings, options or {})
            return self._session.ask(
                request, lambda data: transfer.read_create(data, request, self.limits.document)
            ).result

        return self._session.changing(Phrase("do.create", {"name": cim_class.name}), once)

    def put(
        self, cim_class: CimClass, reference: Reference, values: Mapping[str, CimValue]
    ) -> None:
        """Change properties of an instance. Raises HostError."""

        def once() -> None:
            request = transfer.put(cim_class, reference, values, self._session.settings)
            self._session.ask(
                request,
                lambda data: transfer.read_put(data, request, cim_class, self.limits.document),
            )

        self._session.changing(Phrase("do.change", {"name": cim_class.name}), once)

    def delete(self, cim_class: CimClass, reference: Reference) -> None:
        """Delete an instance. Raises HostError."""

        def once() -> None:
            request = transfer.delete(reference, self._session.settings)
            self._session.ask(
                request, lambda data: transfer.read_delete(data, request, self.limits.document)
            )

        self._session.changing(Phrase("do.delete", {"name": cim_class.name}), once)

    def restarted(self) -> None:
        """The host has restarted, or is about to: the connection and the shell are gone. The next
        request reconnects."""
        self._session.restarted()

    def close(self) -> None:
        """Close a shell that this Host opened itself."""
        self._session.close()

    # -- within --------------------------------------------------------------------------------

    def _pages(self, cim_class: CimClass, first: Callable[[], Request]) -> list[Instance]:
        deadline = self._session.deadline()
        items: list[Instance] = []
        pages = size = kept = 0
        request = first()
        while True:
            asked = self._session.ask(request, self._reader(request, cim_class))
            page = asked.result
            items.extend(page.items)
            pages += 1
            size += asked.size
            kept += asked.kept
            problem = self._session.problem_with(cim_class.name, kept)
            if page.context is None:
                if problem:
                    raise problem
                return items
            if problem is None:
                problem = self._bound(pages, len(items), size, deadline)
            if problem:
                self._release(cim_class, page.context)
                raise problem
            request = enumeration.pull(cim_class, page.context, self._session.settings)

    def _reader(self, request: Request, cim_class: CimClass) -> Callable[[bytes], enumeration.Page]:
        return lambda data: enumeration.read_page(data, request, cim_class, self.limits.document)

    def _bound(self, pages: int, items: int, size: int, deadline: float) -> LimitError | None:
        """Which limit an enumeration has come to that is not at its end."""
        limits = self.limits
        if pages >= limits.pages:
            return LimitError("bound.answers", count=pages)
        if items > limits.items:
            return LimitError("bound.instances", count=items)
        if size > limits.answers:
            return LimitError("bound.bytes", count=f"{size:,}")
        if self.clock.monotonic() > deadline:
            return LimitError("bound.seconds", seconds=f"{limits.seconds:g}")
        return None

    def _release(self, cim_class: CimClass, context: str) -> None:
        """End an enumeration early. The host drops it by itself after a while, so a failure here
        does not matter."""
        with suppress(TransportError):
            self._session.send(enumeration.release(cim_class, context, self._session.settings))

    def _command(self, command_line: str, *, piped: bool = False) -> Command:
        return Command(self._session, self.clock, command_line, piped=piped)


def _read(cim_class: CimClass) -> Phrase:
    return Phrase("do.read_class", {"name": cim_class.name})
