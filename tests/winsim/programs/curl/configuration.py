# SPDX-License-Identifier: GPL-3.0-or-later
"""What curl reads in a configuration (curl's documentation: --config, and src/tool_parsecfg.c).

An option that a version of curl does not know yet is a warning for it, and the rest goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from winsim.programs.cmd_syntax import NotSimulatedError

#: The version that first knew an option, those that every one of Windows knows being left out
#: (documentation of each option).
_SINCE = {
    "parallel": (7, 66, 0),
    "parallel-max": (7, 66, 0),
    "no-progress-meter": (7, 67, 0),
    "progress-meter": (7, 67, 0),
    "parallel-immediate": (7, 68, 0),
}
#: Options that take no value; each may be turned off by ``no-`` before it.
_FLAGS = frozenset(
    {"silent", "verbose", "show-error", "parallel", "parallel-immediate", "progress-meter", "next"}
)
_VALUES = frozenset(
    {
        "url",
        "output",
        "stderr",
        "noproxy",
        "connect-timeout",
        "max-time",
        "write-out",
        "parallel-max",
    }
)
#: What counts for all sections that ``next`` divides.
_GLOBAL = frozenset(
    {"silent", "verbose", "show-error", "stderr", "parallel", "parallel-immediate", "parallel-max",
     "progress-meter"}
)  # fmt: skip
_LINE = re.compile(r"-{0,2}(?P<name>[^\s:=]+)[ \t]*[:=]?[ \t]*(?P<value>.*)")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "v": "\v"}


@dataclass
class Section:
    """One operation: its URLs, each with where its content goes, and its settings."""

    urls: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    def seconds(self, name: str) -> float | None:
        text = self.settings.get(name)
        return None if text is None else float(text.replace(",", "."))


@dataclass
class Configuration:
    sections: list[Section] = field(default_factory=lambda: [Section()])
    #: Flags that are on, and the values of settings that count everywhere.
    flags: set[str] = field(default_factory=lambda: {"progress-meter"})
    everywhere: dict[str, str] = field(default_factory=dict)
    #: What curl complains of, before it does anything.
    warnings: list[str] = field(default_factory=list)

    @property
    def at_most(self) -> int:
        """How many transfers run at once (documentation of --parallel-max)."""
        return int(self.everywhere.get("parallel-max", "50"))


def read(text: str, version: Sequence[int], *, decimal: Callable[[str], bool]) -> Configuration:
    """`decimal` tells whether a text is a number in the language of Windows. Raises
    NotSimulatedError for an option that curl knows, or may know, and this one does not."""
    found = Configuration()
    for number, name, value in _lines(text):
        negated = name.startswith("no-") and name[3:] in _FLAGS
        positive = name[3:] if negated else name
        if tuple(version) < _SINCE.get(name, _SINCE.get(positive, (0,))):
            found.warnings.append(_warning(number, f"'{name}' is unknown", found))
        elif positive in _FLAGS:
            _flag(found, positive, on=not negated)
        elif name not in _VALUES:
            raise NotSimulatedError(f"the option {name} of curl.exe")
        elif name in {"connect-timeout", "max-time"} and not decimal(value):
            said = f"'{name}' expected a proper numerical parameter"
            found.warnings.append(_warning(number, said, found))
        elif name == "url":
            found.sections[-1].urls.append(value)
        elif name == "output":
            found.sections[-1].outputs.append(value)
        else:
            (found.everywhere if name in _GLOBAL else found.sections[-1].settings)[name] = value
    return found


def _flag(found: Configuration, name: str, *, on: bool) -> None:
    if name == "next":
        found.sections.append(Section())
    elif on:
        found.flags.add(name)
    else:
        found.flags.discard(name)


def _warning(number: int, said: str, found: Configuration) -> str:
    """Nothing where ``silent`` stands before it."""
    return "" if "silent" in found.flags else f"Warning: <stdin>:{number}: warning: {said}\n"


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            match = _LINE.fullmatch(stripped)
            if match is None:
                raise NotSimulatedError(f"a line of a configuration of curl.exe, {stripped!r}")
            yield number, match["name"], _value(match["value"])


def _value(text: str) -> str:
    """In quotes, a backslash escapes; without, the value ends at a blank."""
    if not text.startswith('"'):
        return text.partition(" ")[0]
    result, at = "", 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
            result += _ESCAPES.get(text[at], text[at])
        else:
            result += text[at]
        at += 1
    return result
