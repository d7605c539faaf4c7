# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which text of a task could be taken for a template.

Text of a target may be among the options of a task that is offered: the name or the id of a
firewall rule, the path of a program, the name of a service. Ansible takes text for a template in
more than one way (delimiters anywhere in it, a header that sets other delimiters), so nothing is
looked for that is dangerous: what is not plainly harmless is marked as unsafe where the task is
written, and Ansible never evaluates that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

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
_OPTION = re.compile(r"[a-z][a-z0-9_.]*\Z")


def is_harmless(value: Any) -> bool:
    """Whether no text could ever be taken for a template, marked or not.

    Args:
        value: a text, or a task or a list with texts in it. The keys of mappings are not looked at,
            see `is_option`.
    """
    return all(map(_HARMLESS.match, _texts(value)))


def is_option(key: str) -> bool:
    """Whether a key can be the name of an option or of a module, which a target never has named."""
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
