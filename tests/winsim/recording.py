# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings of real hosts (docs/recording.md): read from a file, and checked.

A recording is lines of JSON: a head, a request and its answer on each line, an end that counts
them. It comes from somebody else's host, so nothing in it is taken for granted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winsim.faults import FaultError
from winsim.soap import Element, Request, S, parse_xml, read_request

FORMAT = "portkeeper.windows recording"
VERSION = 1
MAX_BYTES = 256 * 1024 * 1024


class RecordingError(ValueError):
    """A file is no recording that can be replayed. The text says why, and where in the file."""


@dataclass(frozen=True)
class Recorded:
    """One request and what it was answered. `answer` and `root` are None where nothing came back,
    and `failure` is then the kind of failure."""

    request: Request
    answer: str | None
    root: Element | None
    failure: str | None

    @property
    def body(self) -> Element | None:
        """What the body of the answer holds."""
        body = self.root.find(f"{{{S}}}Body") if self.root is not None else None
        return next(iter(body), None) if body is not None else None

    @property
    def is_fault(self) -> bool:
        body = self.body
        return body is not None and body.tag == f"{{{S}}}Fault"


@dataclass(frozen=True)
class Recording:
    """A whole recording; `name` is that of its file, `system` the Windows that it is of."""

    name: str
    system: str
    messages: tuple[Recorded, ...]


def read(path: Path) -> Recording:
    """Read a recording. Raises OSError, and RecordingError for a file that is none, is of a later
    version, was cut off or can't be understood."""
    if path.stat().st_size > MAX_BYTES:
        raise RecordingError(f"{path}: larger than {MAX_BYTES:,} octets, which no recording is")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise RecordingError(f"{path}: no recording: it isn't text in UTF-8") from None
    rows = [_row(path, number, line) for number, line in enumerate(lines, start=1)]
    if not rows or rows[0].get("format") != FORMAT:
        raise RecordingError(f"{path}: no recording: its first line isn't the head of one")
    version = rows[0].get("version")
    if version != VERSION:
        raise RecordingError(f"{path}: version {version!r} of the format; {VERSION} is known here")
    end = rows[-1].get("messages") if len(rows) > 1 else None
    if end is None:
        raise RecordingError(f"{path}: cut off: its last line isn't the end of a recording")
    if end != len(rows) - 2:
        raise RecordingError(f"{path}: {len(rows) - 2} messages where its end says {end!r}")
    messages = tuple(_message(path, number, row) for number, row in enumerate(rows[1:-1], 2))
    return Recording(path.stem, str(rows[0].get("system", "")), messages)


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        what = "no recording" if number == 1 else "broken"
        raise RecordingError(f"{path}: {what}: line {number} is no object of JSON")
    return row


def _message(path: Path, number: int, row: dict[str, Any]) -> Recorded:
    request, answer, failure = (row.get(name) for name in ("request", "answer", "failure"))
    if not isinstance(request, str) or not isinstance(answer or failure, str):
        raise RecordingError(f"{path}: line {number} has no request, or nothing that came of it")
    try:
        asked = read_request(request.encode())
        root = None if answer is None else parse_xml(answer.encode())
    except FaultError as fault:
        raise RecordingError(f"{path}: line {number}: {fault.message}") from None
    return Recorded(asked, answer, root, failure)
