# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One host of a survey: how it is read, and what is kept of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

from ansible.utils.display import Display

from ...module_utils.diagnosis.survey import detail, rows
from ...module_utils.diagnosis.survey.result import Kind, SurveyRow, UnreadEntry
from ...module_utils.ground.version import COLLECTION
from ...module_utils.host.host import Host, HostError
from ...module_utils.host.transport import Failure, Transport, TransportError
from ...module_utils.words.languages import Language
from ...module_utils.words.phrases import Phrase, Value, Verbatim
from ...module_utils.wsman.soap.errors import LocalProtocolError
from ..action import ISSUES, UserError, trace_of
from ..files import FileError
from ..other_hosts import OtherHosts
from ..readings import facts
from ..values import harmless
from .hosts import Target, target

if TYPE_CHECKING:
    from ..readings.checks import CheckOptions
    from .checking import Check

display = Display()


@dataclass(frozen=True)
class Asked:
    """What is asked of each host: one of the two at least."""

    check: CheckOptions | None
    facts: facts.FactsOptions | None


@dataclass(frozen=True)
class Found:
    """What is kept of a host: its rows, or why there are none; what could not be read, in whole
    sentences; and the whole, if that was asked for."""

    rows: tuple[SurveyRow, ...] = ()
    left_out: int = 0
    unread: UnreadEntry[Value] | None = None
    notes: tuple[Value, ...] = ()
    whole: Mapping[str, Any] | None = None


class Lines:
    """The lines of hosts for a file, kept on the disk until all are there: in a file that has no
    name, so nothing is left of it whatever happens. Any thread may add some.

    Raises:
        FileError: there is no place for the file.
    """

    def __init__(self) -> None:
        self._places: dict[str, tuple[int, int]] = {}
        self._lock = Lock()
        self._closed = False
        self._error: OSError | None = None
        try:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as this object
        except OSError as error:
            looked = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - only for the message
            raise FileError.of(looked, error) from error

    def add(self, name: str, line: str, *, late: bool = False) -> None:
        """Keep the line of a host, in the place of an earlier one. What goes wrong with that is no
        trouble of the host, and is told by `check`.

        Args:
            late: also after `close`.
        """
        octets = line.encode(errors="backslashreplace")
        with self._lock:
            if self._error is not None or (self._closed and not late):
                return
            try:
                place = self._file.seek(0, 2)
                self._file.write(octets)
                self._file.flush()
            except OSError as error:
                self._error = error
                with suppress(OSError):  # it would be written once more
                    self._file.close()
            else:
                self._places[name] = (place, len(octets))

    def check(self) -> None:
        """Raises:
        FileError: a line could not be kept.
        """
        if self._error is not None:
            raise FileError.of(tempfile.gettempdir(), self._error) from self._error

    def close(self) -> None:
        """Take no more lines of workers that are still under way."""
        with self._lock:
            self._closed = True

    def of(self, names: tuple[str, ...]) -> Iterator[str]:
        """The lines of hosts, in the order of the names, without those that have none.

        Raises:
            FileError: as `check`, or a line can't be read again.
        """
        self.check()
        for name in names:
            with self._lock:
                place = self._places.get(name)
                if place is None:
                    continue
                try:
                    self._file.seek(place[0])
                    octets = self._file.read(place[1])
                except OSError as error:
                    raise FileError.of(tempfile.gettempdir(), error) from error
            yield octets.decode()


@dataclass
class Reader:
    """Reads single hosts.

    Attributes:
        asked: what is asked of a host.
        lines: where the whole of each host goes, if it goes to a file.
        whole: whether the whole of each host is kept in `Found`.
        connect_seconds: the time to connect to any host, None for what is set for each.
        own: what is asked of a host that has just been checked, if that is not the same for all. It
            may raise UserError.
        checking: whether it may ask a host about ports that `asked` is not about.
        own_errors: what is wrong with what is asked of single hosts.
    """

    others: OtherHosts
    asked: Asked
    language: Language
    lines: Lines | None = None
    whole: bool = False
    connect_seconds: float | None = None
    own: Callable[[str], Asked] | None = None
    checking: bool = False
    own_errors: list[UserError] = field(default_factory=list)
    _asked: dict[str, Asked] = field(default_factory=dict)
    _addresses: dict[str, str] = field(default_factory=dict)
    _without_ticket: set[str] = field(default_factory=set)
    _proxies: bool = field(default_factory=lambda: bool(getproxies()))

    def prepare(self, name: str) -> Target | Found:
        """What is known of a host before anything is sent to it; see `running.Work`."""
        try:
            found = target(name, self.others.checked(name), proxies=self._proxies)
            self._addresses[name] = found.address
            if self.connect_seconds is not None:
                found = replace(found, connect_seconds=self.connect_seconds)
            if self.own is not None:
                self._asked[name] = self._own(self.own, name)
            return found
        except UserError as error:
            self.others.forget(name)
            return self.unread(name, self._addresses.get(name), Kind.SETTING, error.phrase)

    def all_are_wrong(self) -> UserError | None:
        """What is wrong with what is asked of the first host, if it is with each that could be
        asked."""
        return self.own_errors[0] if self.own_errors and not self._asked else None

    def _own(self, own: Callable[[str], Asked], name: str) -> Asked:
        try:
            return own(name)
        except UserError as error:
            self.own_errors.append(error)
            raise

    def off(self, host: Target, problem: TransportError) -> Found:
        """A host that does not answer on its port."""
        where = self.others.where(host.name)
        self.others.forget(host.name)
        told = Phrase("task.not_connected", {"where": where, "problem": problem.phrase})
        return self.unread(host.name, host.address, problem.failure, told, unreachable=True)

    def barred(self, host: Target, by: str) -> Found:
        """A host that is not tried."""
        self.others.forget(host.name)
        key = "survey.no_ticket" if by in self._without_ticket else "survey.not_tried"
        told = Phrase(key, {"host": host.name, "account": host.shown, "by": by})
        return self.unread(host.name, host.address, Kind.NOT_TRIED, told)

    def read(self, host: Target, let_in: Callable[[], None]) -> tuple[Found, bool]:
        """Read a host; the second value is whether it has refused the credentials."""
        try:
            return self._read(host, let_in), False
        except HostError as error:
            display.vvvv(trace_of(error), host=host.name)
            cause = _cause(error)
            kind = cause.failure if cause else Kind.FAULT if error.fault else Failure.OTHER
            if kind is Failure.KERBEROS:
                self._without_ticket.add(host.name)
            found = self.unread(
                host.name, host.address, kind, error.phrase, unreachable=error.unreachable
            )
            return found, cause is not None and cause.refused
        except UserError as error:
            return self.unread(host.name, host.address, Kind.SETTING, error.phrase), False
        except Exception as error:
            return self._unexpected(host, error), False

    def unfinished(self, name: str) -> Found:
        """A host about which nothing is known when the time of the task is up."""
        told = Phrase("survey.not_finished", {"host": name})
        return self.unread(name, self._addresses.get(name), Kind.NOT_FINISHED, told, late=True)

    def unread(
        self,
        name: str,
        address: str | None,
        kind: Kind | Failure,
        msg: Value,
        *,
        unreachable: bool = False,
        late: bool = False,
    ) -> Found:
        """A host that could not be read, and why. `late` is as in `Lines.add`."""
        if self.lines is not None or self.whole:
            ended = "unreachable" if unreachable else "failed"
            told = {ended: True, "changed": False, "msg": msg, "kind": kind.value}
            asked = self._asked.get(name)
            check = self.asked.check is not None or self.checking if asked is None else asked.check
            part = "check" if check else "facts"
            entry = {"name": name, "address": address, part: told}
            whole = self._kept(name, entry, late=late)
        else:
            whole = None
        return Found(
            unread={"host": name, "address": address, "kind": kind.value, "msg": msg}, whole=whole
        )

    def _read(self, host: Target, let_in: Callable[[], None]) -> Found:
        asked = self._asked.get(host.name, self.asked)
        check: Check | None = None
        if asked.check is not None:
            from .checking import Check  # not at the head: see there

            check = Check(asked.check)

        def through(transport: Transport) -> Transport:
            watched = _Watched(transport, let_in)
            return check.through(watched) if check else watched

        with self.others.open(host.name, through=through) as opened:
            return self._ask(host, opened, check, asked.facts)

    def _ask(
        self, host: Target, opened: Host, check: Check | None, gather: facts.FactsOptions | None
    ) -> Found:
        kept, left_out = [], 0
        notes: dict[Value, None] = {}
        entry: dict[str, Any] = {"name": host.name, "address": host.address}
        whole = self.whole or self.lines is not None
        firewall = None
        if check is not None:
            checked = check.look(opened)
            firewall = checked.firewall
            notes.update(dict.fromkeys(checked.notes))
            kept = check.rows(host.name, checked)
            if whole:
                entry["check"] = check.result(checked, self.language)
        if gather is not None:
            gathered = facts.look(opened, gather, firewall)
            notes.update(dict.fromkeys(gathered.taken.notes))
            if check is None:
                kept, left_out = rows.of_facts(host.name, gathered.taken, gathered.judged)
            if whole:
                entry["facts"] = facts.result(gathered, gather)
        shown = self._kept(host.name, entry) if whole else None
        return Found(tuple(kept), left_out, notes=tuple(notes), whole=shown)

    def _kept(
        self, name: str, entry: Mapping[str, Any], *, late: bool = False
    ) -> Mapping[str, Any] | None:
        """The whole of a host, as far as it stays in memory."""
        shown = harmless(entry, self.language)
        if self.lines is not None:
            self.lines.add(name, detail.line(shown), late=late)
        if not self.whole:
            return None
        return {key: value for key, value in shown.items() if key != "name"}

    def _unexpected(self, host: Target, error: Exception) -> Found:
        trace = trace_of(error)
        display.vvv(trace, host=host.name)
        if isinstance(error, LocalProtocolError):
            told = Phrase("task.not_askable", {"where": host.name, "problem": error.phrase})
        elif isinstance(error, MemoryError):
            told = Phrase("task.no_memory", {"where": host.name})
        else:
            values: dict[str, Value] = {
                "where": host.name,
                "action": "port_survey",
                "collection": Verbatim(COLLECTION),
                "issues": Verbatim(ISSUES),
            }
            told = Phrase("task.unexpected", values)
        return self.unread(host.name, host.address, Failure.OTHER, told)


class _Watched:
    """A Transport that passes everything to another one, and tells of the first answer, which only
    a host gives that has let us in."""

    def __init__(self, inner: Transport, let_in: Callable[[], None]) -> None:
        self._inner = inner
        self._let_in: Callable[[], None] | None = let_in

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def send(self, envelope: bytes) -> bytes:
        answer = self._inner.send(envelope)
        if self._let_in is not None:
            self._let_in()
            self._let_in = None
        return answer


def _cause(error: HostError) -> TransportError | None:
    """The failure of a message that has led to an error."""
    cause = error.__cause__
    return cause if isinstance(cause, TransportError) else None
