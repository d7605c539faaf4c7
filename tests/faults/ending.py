# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task has come to, and what is thought of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from faults.pc import Message, Moment, State

_MILLISECONDS = re.compile(r"\b[0-9]+ milliseconds\b")


class Ending(StrEnum):
    """How a cell ended."""

    ERROR = "clear error"
    RESULT = "correct result"
    PARTIAL = "result with a warning"  # correct, and it says in a warning what could not be read
    AS_TOLD = "as the PC told"  # the PC told something else, and that is what came out
    WRONG = "wrong"


@dataclass(frozen=True)
class Run:
    """What a task has come to: its result, or the traceback of what it died of; the messages, and
    the PC before, after, and whenever it was to change. `port` is that of WinRM. `other` is what the
    other PC was like before and after, if there is one; `where` says how the PCs are reached, by
    their names."""

    result: Mapping[str, Any]
    traceback: str
    messages: tuple[Message, ...]
    before: State
    after: State
    port: int
    moments: tuple[Moment, ...] = ()
    other: tuple[State, State] | None = None
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether the task has told of an error."""
        return bool(self.result.get("failed") or self.result.get("unreachable"))

    @property
    def message(self) -> str:
        """The error."""
        return str(self.result.get("msg"))

    @property
    def comparable(self) -> Any:
        """The result, without what is another one each time."""
        text = json.dumps(self.result).replace(f":{self.port}/", "/")
        return json.loads(_MILLISECONDS.sub("", text))

    @property
    def unread(self) -> list[str]:
        """Why PCs could not be read, where the result of a task about several tells that of each."""
        if "unread" in self.result:
            return [each["msg"] for each in self.result["unread"]]
        causes = [cause for row in self.result.get("ports", ()) for cause in row["causes"]]
        return [each["text"] for each in causes if each["kind"] == "client_not_read"]


@dataclass(frozen=True)
class Judgement:
    """How a cell ended; `repaired` where that took a repeated message or taking something back,
    `problems` what is wrong about it."""

    ending: Ending
    repaired: bool = False
    problems: tuple[str, ...] = field(default=())
