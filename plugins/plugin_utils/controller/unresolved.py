# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why the value of a variable can't be worked out. Of ``groups['office']``, Ansible's own sentence
names neither the variable nor what is wrong with it: a dict has no attribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from jinja2 import Environment, TemplateError, nodes

from ...module_utils.ground.text import for_display
from ...module_utils.words.phrases import Joined, Phrase, Value, Verbatim
from ..wrong_arguments import near

#: What holds the groups and the hosts of an inventory.
_OF_INVENTORY: Final = {"groups": "group", "hostvars": "host"}
_LONGEST: Final = 200  # characters of what Ansible says
_PARSER: Final = Environment(autoescape=True)  # nothing is ever rendered with it


def told(name: str, variables: Mapping[str, Any], problem: str) -> Phrase:
    """What is wrong with a variable.

    Args:
        name: the variable.
        variables: the values of all, with their templates as they are written.
        problem: what Ansible says of it.
    """
    values: dict[str, Value] = {"variable": Verbatim(name)}
    used = list(dict.fromkeys(_used(variables.get(name), variables, {name})))
    for holder, kind in _OF_INVENTORY.items():
        there = variables.get(holder) or {}
        lacking = [each for of, each in used if of == holder and each not in there]
        if not lacking:
            continue
        values["names"] = Joined(tuple(for_display(each, 60) for each in lacking), "list.separator")
        meant = near(lacking[0], list(there)) if len(lacking) == 1 else []
        if meant:
            values["meant"] = Joined(tuple(for_display(each, 60) for each in meant), "list.or")
        return Phrase(f"mistake.no_such_{kind}{'_near' if meant else ''}", values)
    values["problem"] = Verbatim(for_display(problem.rstrip(". "), _LONGEST))
    return Phrase("mistake.unresolved", values)


def _used(value: object, variables: Mapping[str, Any], seen: set[str]) -> Iterator[tuple[str, str]]:
    """What the templates of a value, and of the variables in them, take from the inventory: what
    holds it, and its name."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _used(each, variables, seen)
    if not isinstance(value, str) or "{" not in value:
        return
    try:
        tree = _PARSER.parse(str(value))
    except TemplateError:
        return
    for name in tree.find_all(nodes.Name):
        if name.name in variables and name.name not in {*seen, *_OF_INVENTORY}:
            seen.add(name.name)
            yield from _used(variables[name.name], variables, seen)
    for each in tree.find_all(nodes.Getattr):
        if isinstance(each.node, nodes.Name) and each.node.name in _OF_INVENTORY:
            yield each.node.name, each.attr
    for item in tree.find_all(nodes.Getitem):
        if isinstance(item.node, nodes.Name) and item.node.name in _OF_INVENTORY:
            key = item.arg.value if isinstance(item.arg, nodes.Const) else None
            if isinstance(key, str):
                yield item.node.name, key
