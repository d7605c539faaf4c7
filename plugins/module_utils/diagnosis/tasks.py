# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A task as YAML that a person can paste into a playbook.

Text of a target may be among the options: the name or the id of a firewall rule, the path of a
program. So whatever could be taken for a template is marked as unsafe, which Ansible never
evaluates, and signs that a terminal or an editor would not show as they are become escapes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# What can stand without quotes everywhere in YAML, flow sequences included.
_PLAIN = re.compile(r"[^\W\d_][\w.()/-]*(?: [\w.()/-]+)*\Z")
# Words that YAML 1.1 reads as something else than text.
_RESERVED = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_TEMPLATE = re.compile(r"\{[{%#]")


def to_yaml(task: Mapping[str, Any]) -> str:
    """A task as an item of a list of tasks, with a line break at its end.

    Args:
        task: its keys with texts, numbers, booleans, lists of these, or one level of mappings.
    """
    lines: list[str] = []
    for key, value in task.items():
        indent = "  " if lines else "- "
        if isinstance(value, Mapping):
            lines.append(f"{indent}{key}:")
            lines += [f"    {option}: {_value(each)}" for option, each in value.items()]
        else:
            lines.append(f"{indent}{key}: {_value(value)}")
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return _text(str(value))


def _text(text: str) -> str:
    tag = "!unsafe " if _TEMPLATE.search(text) else ""
    if not text.isprintable():
        return f'{tag}"{"".join(map(_escaped, text))}"'
    if _PLAIN.match(text) and text.lower() not in _RESERVED:
        return text
    return f"{tag}'{text.replace(chr(39), chr(39) * 2)}'"


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign.isprintable():
        return sign
    code = ord(sign)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
