# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that answers from a recording.

A request that was recorded gets the recorded answer: the same action, resource, selectors and body
(with the context of a Pull), whatever its message id. Asked again, it gets the next one that was
recorded, and the last one from then on. Other questions are answered from the tables of the
recording, if they hold what is asked for. Nothing can be changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from winsim.config import Access
from winsim.exchange import NO_FAULTS
from winsim.faults import FaultError
from winsim.machine import Machine
from winsim.network_state import Network
from winsim.recording import Recorded, Recording, RecordingError, read
from winsim.recording_tables import RecordedClasses, RecordedPrograms, asked_query, namespace_of
from winsim.soap import Element, N, Request, escape, text_of
from winsim.state import OperatingSystem
from winsim.winrs import CMD
from winsim.wsman import Caller, Reply, Service

Key: TypeAlias = tuple[Any, ...]

_RELATES_TO = re.compile(r"(<(?:[\w.-]+:)?RelatesTo\b[^>]*>)[^<]*(?=<)")
_LANGUAGES = {"1041": "ja", "1031": "de"}
_VERSION = re.compile(r"\d+\.\d+\.\d+\Z")
_OLDEST = datetime(2001, 1, 1, tzinfo=UTC)


class RecordedMachine(Machine):
    """A machine of which only a recording is known: no processes, no ports of its own."""

    def __init__(
        self, recording: Recording, name: str, address: str, classes: RecordedClasses | None = None
    ) -> None:
        #: They are as they were recorded, whatever is asked of a host: the same for all.
        self.classes = classes or RecordedClasses(recording)
        super().__init__(
            name=name,
            address=address,
            image=recording.name,
            computer_name="RECORDED",
            operating_system=_operating_system(recording, self.classes),
            network=Network(),
            processes=(),
            services=(),
            endpoints=(),
        )
        self.recording = recording


@dataclass(frozen=True)
class RecordedImage:
    """A recording in the place of an image."""

    recording: Recording

    @cached_property
    def _classes(self) -> RecordedClasses:
        return RecordedClasses(self.recording)

    def boot(self, name: str = "win-1", address: str = "127.77.0.1") -> RecordedMachine:
        """A host that answers from the recording."""
        return RecordedMachine(self.recording, name, address, self._classes)


def load(path: Path) -> RecordedImage:
    """The recording in a file. Raises OSError and RecordingError."""
    recording = read(path)
    if not any(message.answer for message in recording.messages):
        raise RecordingError(f"{path}: it holds no answer at all; the host was not reached")
    return RecordedImage(recording)


def service_of(machine: Machine, access: Access) -> Service:
    """The service of a machine, be it simulated or recorded."""
    if isinstance(machine, RecordedMachine):
        return RecordedService(machine, access)
    return Service(machine, access)


class RecordedService(Service):
    """Answers from a recording."""

    #: Its pages are those that were recorded.
    cuts_pages = False

    def __init__(self, machine: RecordedMachine, access: Access | None = None) -> None:
        self._classes = machine.classes
        #: None where a shell was opened or a command was run: that is simulated, because a client
        #: opens its own. What refuses one is recorded.
        self._answers: dict[Key, list[Recorded | None]] = {}
        self._missing: dict[str, Recorded] = {}
        self._told: dict[Key, int] = {}
        #: For each answer to Enumerate (by its id) that leaves a context, this context, and how many
        #: Pulls of it were answered before.
        self._begun: dict[int, tuple[str, dict[Key, int]]] = {}
        self._pulls: dict[str, set[Key]] = {}
        for message in machine.recording.messages:
            self._add(message)
        programs = RecordedPrograms(machine.recording)
        super().__init__(machine, access, repository=self._classes, run=programs.run)

    def answer_plainly(
        self, request: Request, caller: Caller, injected: Mapping[str, str] = NO_FAULTS
    ) -> Reply:
        found = self._recorded(request)
        if found is not None and found.answer is not None:
            text = _RELATES_TO.sub(
                lambda match: match[1] + escape(request.message_id), found.answer, count=1
            )
            return Reply(500 if found.is_fault else 200, text)
        if request.resource_uri.lower() == CMD.lower() or self._can_tell(request):
            return super().answer_plainly(request, caller, injected)
        return self.fault_plainly(request, caller, _not_recorded(request))

    def _add(self, message: Recorded) -> None:
        if message.answer is None:
            return
        kept: Recorded | None = message
        if message.request.resource_uri.lower() == CMD.lower():
            if message.request.verb not in {"Create", "Command"}:
                return
            kept = message if message.is_fault else None
        key = _key(message.request)
        self._answers.setdefault(key, []).append(kept)
        if message.request.verb == "Pull":
            self._pulls.setdefault(_context_in(message.request.body), set()).add(key)
        elif message.request.verb == "Enumerate" and (context := _context_in(message.body)):
            before = self._pulls.get(context, set())
            self._begun[id(message)] = context, {each: len(self._answers[each]) for each in before}
        query = asked_query(message.request.body)
        if query is not None and message.is_fault:
            self._missing[query.class_name.lower()] = message
        elif query is not None:  # a quota was full, and then no longer
            self._missing.pop(query.class_name.lower(), None)

    def _recorded(self, request: Request) -> Recorded | None:
        key = _key(request)
        answers = self._answers.get(key)
        if answers is not None:
            number = self._told.get(key, 0)
            self._told[key] = number + 1
            found = answers[min(number, len(answers) - 1)]
            self._begin(found)
            return found
        query = asked_query(request.body)
        # Where one query about a class was refused, so is each other one.
        if query is not None and not self._can_tell(request):
            return self._missing.get(query.class_name.lower())
        return None

    def _begin(self, found: Recorded | None) -> None:
        """An enumeration that is told again begins anew, also where all its pages have the same
        context."""
        context, before = self._begun.get(id(found), ("", {}))
        for key in self._pulls.get(context, ()):
            self._told[key] = before.get(key, 0)

    def _can_tell(self, request: Request) -> bool:
        """Whether the tables answer a request: a query about a class that was read whole, whose
        conditions are on properties that were read. A Pull or Release goes on with one."""
        if request.verb in {"Pull", "Release"} or not request.action:
            return True
        query = asked_query(request.body)
        if query is None:
            return False
        found = self._classes.find(namespace_of(request.resource_uri), query.class_name)
        conditions = query.where.names() if query.where is not None else ()
        return found is not None and all(name.lower() in found.columns for name in conditions)


def _not_recorded(request: Request) -> FaultError:
    asked = request.detail or f"{request.verb} {request.resource_uri}"
    return FaultError(
        "a:ActionNotSupported",
        2150858771,
        message=f"The recording of this host holds no answer to: {asked[:500]}",
    )


def _context_in(body: Element | None) -> str:
    """The context of an enumeration; empty if there is none."""
    return text_of(body.find(f"{{{N}}}EnumerationContext") if body is not None else None)


def _key(request: Request) -> Key:
    selectors = sorted(
        (name.lower(), value)
        for name, value in request.selectors.items()
        if name.lower() != "shellid"
    )
    return (
        request.action,
        request.resource_uri.lower(),
        tuple(selectors),
        None if request.body is None else _structure(request.body),
    )


def _structure(element: Element) -> Key:
    """An element without what means nothing: prefixes, the order of attributes, white space."""
    attributes: Iterable[tuple[str, str]] = sorted(element.attrib.items())
    return (
        element.tag,
        tuple(attributes),
        (element.text or "").strip(),
        tuple(_structure(child) for child in element),
    )


def _operating_system(recording: Recording, classes: RecordedClasses) -> OperatingSystem:
    found = classes.find("root/cimv2", "Win32_OperatingSystem")
    row = next(iter(found.rows), {}) if found is not None else {}
    version = str(row.get("Version") or "")
    return OperatingSystem(
        caption=str(row.get("Caption") or recording.system),
        version=version if _VERSION.match(version) else "10.0.0",
        language=_LANGUAGES.get(str(row.get("OSLanguage")), "en"),
        installed=_OLDEST,
        booted=_OLDEST,
        sku=48,
    )
