# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides which text of a task could be mistaken for a template.

The options of an offered task may contain text of a target: the name or the id of a firewall rule,
the path of a program, the name of a service. Ansible recognizes a template in more than one way
(delimiters anywhere in it, a header that sets other delimiters), so this module does not search for
dangerous text. Instead, text that is not plainly harmless is marked as unsafe when the task is
written, and Ansible never evaluates it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

#: Longer tasks are not offered: a truncated task would be a different one.
MAX_LENGTH = 8_000

# A text without a mark consists only of these characters: letters and digits of any script, some
# punctuation of names, paths and addresses, and the braces of a GUID. No template begins with any
# of them, whatever its delimiters: a header that sets others begins with "#". Text that YAML would
# read as something else (numbers, times, "~", "=", "<<") also consists of these, so it is never
# marked: with the tag, Ansible reads a quoted text as if it had no quotes. Three signs are such a
# text if they stand alone, and "*" is any service.
_HARMLESS = re.compile(
    r"(?:(?:[\w .,()/\\:+=~<>$（）「」・-]"
    r"|\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\})*"
    r"|[*&!])\Z"
)
_OPTION = re.compile(r"[a-z][a-z0-9_.]*\Z")


def is_harmless(value: Any) -> bool:
    """Whether no text could ever be mistaken for a template, marked or not.

    Args:
        value: a text, or a task or a list that contains texts. The keys of mappings are not
            checked, see `is_option`.
    """
    return all(map(_HARMLESS.match, _texts(value)))


def is_option(key: str) -> bool:
    """Whether a key can be the name of an option or of a module, which never comes from a
    target."""
    return _OPTION.match(key) is not None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
