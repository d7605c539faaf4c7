# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A task as YAML that a person can paste into a playbook.

Text that is not plainly harmless gets the tag ``!unsafe``, see `diagnosis.tasks`. Characters that a
terminal or an editor would not show as they are become escapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from ...module_utils.ground.templates import is_harmless, is_option
from ...module_utils.ground.text import UNSEEN, escaped

_TEXT = "tag:yaml.org,2002:str"
_LIST = "tag:yaml.org,2002:seq"
_UNSAFE = "!unsafe"

# Text that is written without quotes: this is possible everywhere in YAML, including flow
# sequences.
_PLAIN = re.compile(r"[^\W\d_][\w.()/-]*(?: [\w.()/-]+)*\Z")
# Words that YAML 1.1 does not read as text; PyYAML leaves the first two unquoted.
_RESERVED = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
# Marks that pile up on the letter before them, and hide its surroundings.
_MARKS = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)


def to_yaml(task: Mapping[str, Any]) -> str:
    """A task as an item of a list of tasks, with a line break at its end.

    Args:
        task: its keys with texts, numbers, booleans, lists of these, mappings, or lists of
            mappings. The keys are names of options, never text of a target.

    Raises:
        ValueError: a key is not the name of an option.
    """
    for key in _keys(task):
        if not is_option(key):
            raise ValueError(f"{key!r} is no name of an option")
    written: str = yaml.dump(
        _Tasks([task]),
        Dumper=_TaskDumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=float("inf"),
    )
    return written


def _keys(value: Any) -> Iterator[str]:
    """The keys of all mappings in a value."""
    if isinstance(value, Mapping):
        yield from value
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return
    for each in value:
        yield from _keys(each)


class _Tasks(list[Mapping[str, Any]]):
    """A list of tasks, which is written with one item per line, as lists of mappings are."""


class _TaskDumper(yaml.SafeDumper):
    """Writes tasks: one option per line, lists of texts on one line, invisible characters as
    escapes."""

    def ignore_aliases(self, data: Any) -> bool:
        """Repeated values are written in full: readers of a task don't know aliases."""
        return True

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """As PyYAML does, but every character that can't be seen as what it is becomes an
        escape."""
        self.write_indicator(f'"{"".join(map(_sign, text))}"', True)

    def of_text(self, text: str) -> yaml.Node:
        tag = _TEXT if is_harmless(text) else _UNSAFE
        if not text.isprintable() or UNSEEN.search(text) or _MARKS.search(text):
            style = '"'
        elif tag == _TEXT and _PLAIN.match(text) and text.lower() not in _RESERVED:
            style = ""
        else:
            style = "'"
        return self.represent_scalar(tag, text, style)

    def of_list(self, items: list[Any] | tuple[Any, ...]) -> yaml.Node:
        in_lines = any(isinstance(each, Mapping) for each in items)
        return self.represent_sequence(_LIST, items, flow_style=not in_lines)

    def of_tasks(self, tasks: _Tasks) -> yaml.Node:
        return self.represent_sequence(_LIST, tasks, flow_style=False)


_TaskDumper.add_representer(list, _TaskDumper.of_list)
_TaskDumper.add_representer(tuple, _TaskDumper.of_list)
_TaskDumper.add_representer(str, _TaskDumper.of_text)
_TaskDumper.add_multi_representer(str, _TaskDumper.of_text)  # such as members of a StrEnum
_TaskDumper.add_representer(_Tasks, _TaskDumper.of_tasks)


def _sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    hidden = not sign.isprintable() or UNSEEN.match(sign) or _MARKS.match(sign)
    return escaped(sign) if hidden else sign
