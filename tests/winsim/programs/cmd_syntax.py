# SPDX-License-Identifier: GPL-3.0-or-later
"""What cmd.exe reads in a command line: quotes, escapes, sequences, and redirections.

Sources: the help text of cmd.exe (``cmd /?``: quotes behind /C), Microsoft's "Command shell
overview" (``&``, ``&&``, ``||``, ``( )``, ``^``) and "Using command redirection operators" (handles,
``>&``, ``|``, read from left to right). Files and groups of commands are not simulated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

_BLANKS = " \t"
#: A handle before ``>`` is one only if nothing but one of these stands in front of it.
_SEPARATORS = " \t,;="
_SWITCH = re.compile(r"\s*/([a-z])(?::\S*)?", re.IGNORECASE)
_TARGET = re.compile(r'[ \t]*("[^"]*"|[^ \t"&|<>()]+)')
#: What means nothing but itself, outside quotes and in them.
_PLAIN, _PLAIN_IN_QUOTES = re.compile(r'[^"^&|<>()]+'), re.compile(r'[^"]+')
_DUPLICATE = re.compile(r"&[ \t]*([0-9])")


class NotSimulatedError(Exception):
    """Something that cmd.exe knows, and this one doesn't. The message says what."""


@dataclass
class Command:
    """One command: what runs it depending on the one before (``&``, ``&&`` or ``||``, or ``|`` if it
    reads what that one writes), its text
    without escapes, and its redirections in order: a handle, and the one that it becomes a copy
    of, None for nul."""

    connector: str
    text: str = ""
    redirections: list[tuple[str, str | None]] = field(default_factory=list)


def behind_switches(text: str) -> str:
    """The command line behind ``/c`` among the switches of cmd.exe. Raises NotSimulatedError
    without it, for then cmd.exe would wait for input."""
    while match := _SWITCH.match(text):
        text = text[match.end() :]
        if match[1].lower() == "c":
            return without_outer_quotes(text)
    raise NotSimulatedError("cmd.exe without /c")


def without_outer_quotes(line: str) -> str:
    """``cmd /c "..."`` drops the first and the last quote, unless they are the only two and have
    the name of a program with blanks in it between them (help text of cmd.exe). No simulated
    program has such a name, so here they are dropped whenever the line begins with one, as they
    are with ``/s``."""
    line = line.lstrip()
    if not line.startswith('"'):
        return line
    last = line.rindex('"')
    return line[1:last] + line[last + 1 :]


def commands(line: str) -> list[Command]:
    """The commands of a line. cmd.exe reads a line to its end before it runs anything. Raises
    NotSimulatedError."""
    found = [Command("&")]
    at, quoted = 0, False
    while at < len(line):
        command, character = found[-1], line[at]
        plain = (_PLAIN_IN_QUOTES if quoted else _PLAIN).match(line, at)
        if plain is not None:
            command.text += plain[0]
            at = plain.end()
            continue
        at += 1
        if character == '"':
            quoted = not quoted
            command.text += character
        elif character == "^":
            command.text += line[at : at + 1]
            at += 1
        elif character == "&" or line.startswith("||", at - 1):
            double = line.startswith(character, at)
            found.append(Command(character * 2 if double else character))
            at += double
        elif character == "|":
            found.append(Command("|"))
        elif character in "<>":
            at = _redirection(line, at, command)
        elif not command.text.strip(_BLANKS + "@") and character in "()":
            raise NotSimulatedError(f"a group of commands, {character}")
        else:
            command.text += character
    for command in found:
        command.text = command.text.lstrip(_BLANKS + "@")
    for before, command in pairwise(found):
        if command.connector == "|" and not (before.text and command.text):
            raise NotSimulatedError("a pipe without a command")
    return found


def _redirection(line: str, at: int, command: Command) -> int:
    """Read what stands behind the ``<`` or ``>`` before `at`; returns where the text goes on."""
    sign = line[at - 1]
    handle = "0" if sign == "<" else "1"
    text = command.text
    if text[-1:].isdecimal() and text[-1:].isascii() and (text[-2:-1] or " ") in _SEPARATORS:
        handle, command.text = text[-1], text[:-1]
    if line.startswith(">", at) and sign == ">":
        at += 1
    duplicate = _DUPLICATE.match(line, at)
    if duplicate:
        command.redirections.append((handle, duplicate[1]))
        return duplicate.end()
    target = _TARGET.match(line, at)
    if target is None or target[1].strip('"').lower().rstrip(":") != "nul":
        raise NotSimulatedError(f"a redirection with a file, {sign}{target[1] if target else ''}")
    command.redirections.append((handle, None))
    return target.end()


def words(text: str) -> list[str]:
    """Words apart at blanks outside quotes; quotes are kept."""
    return re.findall(r'(?:"[^"]*"?|[^\s"])+', text)
