# SPDX-License-Identifier: GPL-3.0-or-later
"""What a recording shows of a host, as tables: instances of CIM classes, output of programs.

With them, questions are answered that were never asked in these words: a narrower query about a
class that was read whole, another sequence of the same commands.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

from winsim import classes, wql
from winsim.cim import CimClass, Property, Scalar, Value, Values
from winsim.machine import Machine
from winsim.programs import ProgramResult
from winsim.recording import Recorded, Recording
from winsim.soap import RSP, XSI, Element, N, W, local_name, text_of
from winsim.values import parse_scalar

_NIL = f"{{{XSI}}}nil"
_WMI = "/wmi/"


#: Texts of an instance by property, and with them namespace, class and rows of an enumeration.
_Row: TypeAlias = dict[str, list[str | None]]
_Found: TypeAlias = tuple[str, str, list[_Row]]


class RecordedClass(CimClass):
    """A class whose instances are those of a recording. `columns` are the names of properties
    that were read; others are NULL."""

    def __init__(self, namespace: str, name: str, rows: Sequence[_Row]):
        declared = classes.find(namespace, name)
        self.namespace, self.name = namespace, name
        self.columns = frozenset(column.lower() for row in rows for column in row)
        if declared is not None:
            self.properties = declared.properties
        else:
            names = {column.lower(): column for row in rows for column in row}
            self.properties = tuple(Property(each, "string") for each in names.values())
        self._folded = [(each, each.name.lower()) for each in self.properties]
        self.rows = [self._typed(row) for row in rows]

    def instances(self, machine: Machine) -> Iterable[Values]:
        return self.rows

    def _typed(self, row: _Row) -> Values:
        given = {name.lower(): texts for name, texts in row.items()}
        return {
            each.name: _typed(each, given[folded]) if folded in given else None
            for each, folded in self._folded
        }


def _typed(declared: Property, texts: list[str | None]) -> Value:
    if texts == [None]:
        return None
    found: list[Scalar] = []
    for text in texts:
        try:
            found.append(None if text is None else parse_scalar(text, declared.type))
        except ValueError:
            found.append(text)  # as the host wrote it, whatever it meant
    return found if declared.array else found[0]


class RecordedClasses:
    """The classes that a recording has read whole; the last reading of the most properties."""

    def __init__(self, recording: Recording) -> None:
        self._classes: dict[tuple[str, str], RecordedClass] = {}
        for namespace, name, rows in _enumerations(recording.messages):
            found = RecordedClass(namespace, name, rows)
            known = self._classes.get((namespace.lower(), name.lower()))
            if known is None or len(found.columns) >= len(known.columns):
                self._classes[namespace.lower(), name.lower()] = found

    def find(
        self, namespace: str, name: str, machine: Machine | None = None
    ) -> RecordedClass | None:
        return self._classes.get((namespace.lower(), name.lower()))

    def derived(
        self, namespace: str, name: str, machine: Machine | None = None
    ) -> Sequence[RecordedClass]:
        found = self.find(namespace, name)
        return [found] if found is not None else []

    def namespaces(self, machine: Machine | None = None) -> Collection[str]:
        return {each.namespace for each in self._classes.values()}


def asked_query(request_body: Element | None) -> wql.Query | None:
    """The WQL query that an Enumerate asks; None for another filter, or one that isn't WQL."""
    if request_body is None or request_body.tag != f"{{{N}}}Enumerate":
        return None
    element = request_body.find(f"{{{W}}}Filter")
    try:
        return wql.parse(text_of(element))
    except wql.WqlError:
        return None


def namespace_of(resource_uri: str) -> str:
    """The namespace of a resource URI of WMI, without the class or ``*`` at its end."""
    return resource_uri.partition(_WMI)[2].rpartition("/")[0]


def _enumerations(
    messages: Iterable[Recorded],
) -> Iterator[_Found]:
    """Namespace, class and rows of each enumeration without condition that came to its end."""
    open_ones: dict[str, _Found] = {}
    for message in messages:
        body = message.body
        if body is None or message.is_fault:
            continue
        if message.request.verb == "Enumerate":
            query = asked_query(message.request.body)
            if query is None or query.where is not None:
                continue
            found: _Found = (namespace_of(message.request.resource_uri), query.class_name, [])
        elif message.request.verb == "Pull":
            pulled = message.request.body
            context = text_of(
                pulled.find(f"{{{N}}}EnumerationContext") if pulled is not None else None
            )
            if context not in open_ones:
                continue
            found = open_ones.pop(context)
        else:
            continue
        for items in (child for child in body if local_name(child) == "Items"):
            found[2].extend(_values(item) for item in items)
        if any(local_name(child) == "EndOfSequence" for child in body):
            yield found
        else:
            context = text_of(body.find(f"{{{N}}}EnumerationContext"))
            open_ones[context] = found


def _values(item: Element) -> _Row:
    """Texts of an instance by property; a date stands one element deeper."""
    values: _Row = {}
    for element in item:
        inner = next(iter(element), element)
        text = None if element.get(_NIL) in {"true", "1"} else inner.text or ""
        values.setdefault(local_name(element), []).append(text)
    return values


class RecordedPrograms:
    """The outputs of recorded command lines, taken apart by the commands between two ``echo``. What
    was run several times prints its outputs in their order, and the last one from then on."""

    def __init__(self, recording: Recording) -> None:
        self._outputs: dict[str, list[bytes]] = {}
        self._runs: dict[str, int] = {}
        for line, output in _command_lines(recording.messages):
            for commands, printed in _taken_apart(line, output):
                self._outputs.setdefault(commands, []).append(printed)

    def run(self, machine: Machine, command_line: str, code_page: int = 65001) -> ProgramResult:
        """What the commands of a line printed when they were recorded. One that was not recorded
        is told on the error stream."""
        stdout = stderr = b""
        for commands, echoed in _groups(command_line):
            if commands:
                output = self._next(commands)
                stdout += output or b""
                if output is None:
                    stderr += f"The recording has no output of {commands}\r\n".encode()
            if echoed is not None:
                stdout += f"{echoed}\r\n".encode()
        return ProgramResult(stdout, stderr, 1 if stderr else 0)

    def _next(self, commands: str) -> bytes | None:
        outputs = self._outputs.get(commands)
        if outputs is None:
            return None
        number = self._runs.get(commands, 0)
        self._runs[commands] = number + 1
        return outputs[min(number, len(outputs) - 1)]


def _groups(line: str) -> Iterator[tuple[str, str | None]]:
    """The commands before each ``echo``, and what it prints, with the blanks that cmd.exe leaves
    there; None after the last one. A command that prints to nowhere is none of them, so that the
    rest is found whatever stands before it."""
    commands: list[str] = []
    for part in re.findall(r'(?:"[^"]*"?|[^"&])+', line):
        if re.search(r">\s*nul\s*\Z", part, re.IGNORECASE):
            continue
        echoed = re.match(r"\s*echo (.*)\Z", part, re.IGNORECASE | re.DOTALL)
        if echoed is None:
            commands.append(part.strip())
        else:
            yield " & ".join(commands), echoed[1]
            commands = []
    if commands:
        yield " & ".join(commands), None


def _taken_apart(line: str, output: bytes) -> Iterator[tuple[str, bytes]]:
    """What each group of commands printed; nothing after an ``echo`` whose line is not there."""
    for commands, echoed in _groups(line):
        if echoed is None:
            yield commands, output
            return
        end = re.search(
            rf"^{re.escape(echoed.strip())}[ \t]*\r?$\n?".encode(), output, re.MULTILINE
        )
        if end is None:
            return
        yield commands, output[: end.start()]
        output = output[end.end() :]


def _command_lines(messages: Iterable[Recorded]) -> Iterator[tuple[str, bytes]]:
    """Each command line that ended, with its standard output."""
    lines: dict[str, str] = {}
    outputs: dict[str, bytes] = {}
    for message in messages:
        asked, body = message.request.body, message.body
        if asked is None or body is None or message.is_fault:
            continue
        if message.request.verb == "Command":
            words = [text_of(child) for child in asked]
            lines[text_of(body.find(f"{{{RSP}}}CommandId")).upper()] = " ".join(words)
        elif message.request.verb == "Receive":
            state = body.find(f"{{{RSP}}}CommandState")
            if state is not None:  # it may print nothing
                outputs.setdefault(state.get("CommandId", "").upper(), b"")
            for stream in body.iterfind(f"{{{RSP}}}Stream"):
                if stream.get("Name") == "stdout":
                    command = stream.get("CommandId", "").upper()
                    outputs[command] = outputs.get(command, b"") + _decoded(text_of(stream))
    for command, line in lines.items():
        if command in outputs:
            yield line, outputs[command]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()))
    except binascii.Error:
        return b""
