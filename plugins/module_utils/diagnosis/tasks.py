# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A task as YAML that a person can paste into a playbook.

Text of a target may be among the options: the name or the id of a firewall rule, the path of a
program, the name of a service. Ansible takes text for a template in more than one way (delimiters
anywhere in it, a header that sets other delimiters), so nothing is looked for that is dangerous:
what is not plainly harmless is marked as unsafe, which Ansible never evaluates. Signs that a
terminal or an editor would not show as they are become escapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..ground.text import UNSEEN, escaped

#: Longer tasks are not offered: a part of one would be another task.
MAX_LENGTH = 8_000

# The only characters of which a text is made that is not marked: letters and digits of any script,
# a few signs of names, paths and addresses, and the braces of a GUID. No template begins with any
# of them, whatever its delimiters: a header that sets others begins with "#". What YAML reads as
# something else than text (numbers, times, "~", "=", "<<") is made of them too, and so is never
# marked: the tag has Ansible read a text in quotes as if it had none.
_HARMLESS = re.compile(
    r"(?:[\w .,()/\\:+=~<>$（）「」・-]"
    r"|\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\})*\Z"
)
# What can stand without quotes everywhere in YAML, flow sequences included.
_PLAIN = re.compile(r"[^\W\d_][\w.()/-]*(?: [\w.()/-]+)*\Z")
# Words that YAML 1.1 reads as something else than text.
_RESERVED = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_KEY = re.compile(r"[a-z][a-z0-9_.]*\Z")
# Marks that pile up on the letter before, and hide what is around it.
_MARKS = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)


def is_harmless(task: Mapping[str, Any]) -> bool:
    """Whether no text of a task could ever be taken for a template, marked or not."""
    return all(map(_HARMLESS.match, _texts(task)))


def to_yaml(task: Mapping[str, Any]) -> str:
    """A task as an item of a list of tasks, with a line break at its end.

    Args:
        task: its keys with texts, numbers, booleans, lists of these, or one level of mappings. The
            keys are names of options, never text of a target.

    Raises:
        ValueError: a key is no name of an option.
    """
    lines: list[str] = []
    for key, value in task.items():
        indent = "  " if lines else "- "
        if isinstance(value, Mapping):
            lines.append(f"{indent}{_key(key)}:")
            lines += [f"    {_key(option)}: {_value(each)}" for option, each in value.items()]
        else:
            lines.append(f"{indent}{_key(key)}: {_value(value)}")
    return "\n".join(lines) + "\n"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)


def _key(key: str) -> str:
    if not _KEY.match(key):
        raise ValueError(f"{key!r} is no name of an option")
    return key


def _value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return _text(str(value))


def _text(text: str) -> str:
    tag = "" if _HARMLESS.match(text) else "!unsafe "
    if not text.isprintable() or UNSEEN.search(text) or _MARKS.search(text):
        return f'{tag}"{"".join(map(_written, text))}"'
    if _PLAIN.match(text) and text.lower() not in _RESERVED:
        return text
    return f"{tag}'{text.replace(chr(39), chr(39) * 2)}'"


def _written(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    hidden = not sign.isprintable() or UNSEEN.match(sign) or _MARKS.match(sign)
    return escaped(sign) if hidden else sign
