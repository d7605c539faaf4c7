# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole results of a survey as a JSON file, one host a line, and back.

The file is made of the lines of single hosts, so that no more than one of them is in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NotRequired, TypedDict

from ...ground import lined
from ...pc import schema
from ...words.phrases import PhraseError

FORMAT: Final = 1


class DetailHead(TypedDict):
    """What a file says besides its hosts. `created` is the time in UTC, as in a report."""

    collection: str
    language: str
    created: str


class DetailEntry(TypedDict):
    """A host: what port_check and port_facts returned of it, as far as they were asked for, or how
    they have ended."""

    name: str
    address: str | None
    check: NotRequired[dict[str, Any]]
    facts: NotRequired[dict[str, Any]]


class DetailFile(DetailHead):
    """The whole file."""

    format: int
    hosts: list[DetailEntry]


class DetailError(PhraseError):
    """A file is no survey, or can't be read as one. The phrase says why and what to do. It is a
    clause, for use in a sentence."""


def line(entry: DetailEntry | Mapping[str, Any]) -> str:
    """A host as a line of the file, without invisible characters."""
    return lined.line(entry, compact=True)


def parts(head: DetailHead, lines: Iterable[str]) -> Iterator[str]:
    """The file in parts, in their order. `lines` are those of the hosts."""
    known = ",\n".join(f"{json.dumps(key)}: {line(value)}" for key, value in head.items())  # type: ignore[arg-type]
    yield f'{{\n"format": {FORMAT},\n{known},\n"hosts": [\n'
    separator = ""
    for each in lines:
        yield separator + each
        separator = ",\n"
    yield "\n]\n}\n"


@dataclass(frozen=True)
class SurveyFile:
    """What a file says, of which no more than one host is in memory as an object. `places` says
    where the line of each host stands in `content`, the latest one of its name."""

    created: str
    content: bytes
    places: Mapping[str, lined.Place]

    def entry(self, name: str) -> DetailEntry:
        """A host of this survey. Raises KeyError if it is not in it."""
        start, end = self.places[name]
        found: DetailEntry = json.loads(self.content[start:end].decode())
        return found


def read_file(content: bytes) -> SurveyFile:
    """A survey from a file.

    Raises:
        DetailError: as of `read`. UnicodeDecodeError: it is not UTF-8.
    """
    return _lined(content) or _rewritten(content)


def _lined(content: bytes) -> SurveyFile | None:
    """A survey whose hosts have their own lines, None if something is wrong: see `read`."""
    found = lined.split(content, ("hosts",))
    if found is None or "hosts" not in found[1]:
        return None
    data, places = found
    try:
        head = _checked(data)
        named: dict[str, lined.Place] = {}
        for start, end in places["hosts"]:
            entry = schema.read(DetailEntry, json.loads(content[start:end].decode()))
            named[entry["name"]] = (start, end)
    except (ValueError, RecursionError, schema.MisfitError, DetailError):
        return None
    return SurveyFile(head["created"], content, named)


def _rewritten(content: bytes) -> SurveyFile:
    """A survey that somebody has written in another form."""
    data = read(content.decode())
    lines = {each["name"]: line(each).encode(errors="backslashreplace") for each in data["hosts"]}
    places, end = {}, 0
    for name, each in lines.items():
        places[name] = (end, end + len(each))
        end += len(each)
    return SurveyFile(data["created"], b"".join(lines.values()), places)


def read(text: str) -> DetailFile:
    """A survey from JSON. Unknown keys are ignored, because later versions may add some. What the
    hosts say is not checked any further.

    Raises:
        DetailError: it is not JSON, not a survey, or one of another format.
    """
    try:
        data = lined.read(text)
    except lined.NotJsonError as error:
        raise DetailError(error.reason, **error.values) from error
    return _checked(data)


def _checked(data: Any) -> DetailFile:
    if not isinstance(data, dict) or "format" not in data or "hosts" not in data:
        raise DetailError("survey.no_survey")
    if data["format"] != FORMAT or isinstance(data["format"], bool):
        raise DetailError("survey.other_format", format=FORMAT)
    try:
        return schema.read(DetailFile, data)
    except schema.MisfitError as error:
        raise DetailError("survey.damaged", problem=error) from error
