# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with the variables of our roles and playbooks, before anything is sent."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...module_utils.asked import arguments, services
from ...module_utils.asked.arguments import ArgumentSpec
from ...module_utils.asked.ports import PortError
from ...module_utils.firewall.changing import changes
from ...module_utils.firewall.parts.option import OptionError
from ...module_utils.firewall.parts.table import FIREWALL_RULE
from ...module_utils.ground.text import for_display
from ...module_utils.terminal.setup import mistakes as setup_mistakes
from ...module_utils.words.phrases import Joined, Phrase, Value, Verbatim, in_turn, said
from ..wrong_arguments import in_usual_case, near, of_value, problem_of

_ROLES: Final = Path(__file__).parents[3] / "roles"
_LONGEST: Final = 80  # characters of a name that are shown
#: How like a name of a playbook a mistyped one is: one letter more or less, or two exchanged.
_MISTYPED: Final = 0.93
_TEXTS: Final = ("str", "path")
_KINDS: Final = {
    "dict": "misfit.kind.mapping",
    "list": "misfit.kind.list",
    **dict.fromkeys(_TEXTS, "misfit.kind.text"),
}


def of_services(given: object, variable: str) -> Value | None:
    """What is wrong with the services of a PC; None if nothing is.

    Args:
        given: the services, as ``asked.services.port_services`` takes them.
        variable: the name of the variable that has them.
    """
    try:
        found = services.port_services(given)
    except PortError as error:
        told = _told(variable, said(error))
        if not isinstance(given, str):
            return told
        # That is what -e name=value makes of anything.
        in_json = Phrase("mistake.list_on_command_line", {"variable": Verbatim(variable)})
        return in_turn(told, in_json)
    for each in found:
        problem = _of_rule(each["rule"])
        if problem is not None:
            values: dict[str, Value] = {"name": for_display(each["name"], 60), "problem": problem}
            return _told(variable, Phrase("services.problem", values))
    return None


def of_clients(
    given: object, hosts: Sequence[str], groups: Sequence[str], variable: str
) -> Sequence[Value]:
    """What is wrong with the clients of a PC.

    Args:
        given: their names as plain values; a list is a text on the command line.
        hosts, groups: the names of all of the inventory.
        variable: the name of the variable that has them.
    """
    found = of_values({variable: given}, {variable: {"type": "list", "elements": "str"}})
    if found:
        return found
    names: Any = [each.strip() for each in given.split(",")] if isinstance(given, str) else given
    return setup_mistakes.of_clients(names, hosts, groups, variable)


def _of_rule(rule: Mapping[str, Any]) -> Value | None:
    """What is wrong with one of the rules that open a service."""
    validation = ArgumentSpecValidator(FIREWALL_RULE).validate(in_usual_case(rule, FIREWALL_RULE))
    if validation.error_messages:
        return problem_of(validation, FIREWALL_RULE, "port_firewall")
    try:
        changes.wish(validation.validated_parameters, present=True)
    except OptionError as error:
        return said(error)
    return None


def _told(variable: str, problem: Value) -> Phrase:
    return Phrase("mistake.of_variable", {"variable": Verbatim(variable), "problem": problem})


def names_in_role(role: str) -> set[str]:
    """The names of variables that the files of a role of this collection have, those of its results
    too."""
    folder = _ROLES / role
    files = [
        *folder.glob("tasks/*.yml"),
        *folder.glob("vars/*.yml"),
        *folder.glob("defaults/*.yml"),
    ]
    found = (re.findall(rf"\b{role}_\w+", each.read_text("utf-8")) for each in files)
    return {name for names in found for name in names}


def mistyped(names: Iterable[str], known: Collection[str]) -> list[str]:
    """The names that somebody who has mistyped those of a playbook would have written, its prefix
    too. They are so like them that nobody has variables of that name for something else."""
    return [
        name
        for name in names
        if name not in known and difflib.get_close_matches(name[:_LONGEST], known, 1, _MISTYPED)
    ]


def of_variables(
    names: Iterable[str],
    known: Sequence[str],
    besides: Iterable[str],
    playbook: str,
) -> list[Phrase]:
    """What is wrong with the names of variables.

    Args:
        names: those that are set, and have a prefix that is the playbook's own.
        known: the variables of the playbook.
        besides: other names that are all right, such as those of its results.
        playbook: its name.
    """
    right = {*known, *besides}
    found = []
    for name in dict.fromkeys(names):
        if name in right:
            continue
        values: dict[str, Value] = {
            "variable": Verbatim(for_display(name, _LONGEST)),
            "playbook": Verbatim(playbook),
        }
        meant = near(name, known)
        if meant:
            values["meant"] = Joined(tuple(map(Verbatim, meant)), "list.or")
        else:
            values["known"] = Joined(tuple(map(Verbatim, known)), "list.separator")
        found.append(Phrase(f"mistake.unknown_variable{'_near' if meant else ''}", values))
    return found


def present_names(old: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """What variables are called now, by what they were called before: each name now ends as the old
    one. One without such a name is left out: it is none that was renamed."""
    names = tuple(known)
    return {each: new for each in old for new in names if new.endswith(f"_{each}")}


def renamed(names: Iterable[str], old: Iterable[str], known: Iterable[str]) -> Phrase | None:
    """That variables have other names now; None if all that are set have those.

    Args:
        names: the variables that are set.
        old: what variables were called before.
        known: their names now, see `present_names`.
    """
    given = frozenset(names)
    found = tuple(
        Phrase("mistake.renamed_to", {"old": Verbatim(each), "new": Verbatim(new)})
        for each, new in present_names(old, known).items()
        if each in given
    )
    if not found:
        return None
    return Phrase("mistake.renamed", {"variables": Joined(found, "list.separator")})


def of_values(given: Mapping[str, Any], named: Mapping[str, Any]) -> list[Phrase]:
    """What is wrong with the values of variables, in the order of `named`.

    Args:
        given: the values by the names of the variables; one that is not set is not there.
        named: for each variable what is allowed, as the specification of a role has it, or the
            option of a module that gets its value: ``port_check.expect``.

    Raises:
        KeyError: there is no such option.
    """
    of_modules = {name: _option(each) for name, each in named.items() if isinstance(each, str)}
    values = in_usual_case(given, of_modules)
    found = []
    for name, each in named.items():
        allowed, value = of_modules.get(name, each), values.get(name)
        if value is None:
            empty = name in values and not _may_be_empty(allowed, of_role=name not in of_modules)
            if allowed.get("required") or empty:
                key = "mistake.missing" if allowed.get("required") else "mistake.empty"
                found.append(Phrase(key, {"variable": Verbatim(name)}))
            continue
        problem = _of_value(name, value, allowed)
        if problem is not None:
            found.append(problem)
    return found


def _may_be_empty(allowed: Mapping[str, Any], *, of_role: bool) -> bool:
    """Whether a variable may be set to nothing. Ansible refuses that where there are choices; where
    there are none, a module takes it for an option that is not given."""
    if allowed.get("choices"):
        return False
    return not of_role or allowed.get("type", "str") in (*_TEXTS, "raw")


def _of_kind(name: str, value: object, allowed: Mapping[str, Any]) -> Phrase | None:
    """That a value is of another kind than wanted. Ansible would take a number for a list of one, a
    text such as a=b for a dictionary, and anything for a text; what uses the variable would not."""
    kind, wrong = allowed.get("type", "str"), [value]
    if kind == "dict":
        wrong = [] if isinstance(value, Mapping) else wrong
    elif kind == "list" and isinstance(value, (list, tuple)):
        kind = allowed.get("elements", "raw")
        wrong = [] if kind not in _TEXTS else [each for each in value if not isinstance(each, str)]
    elif kind == "list":
        wrong = [] if isinstance(value, str) else wrong
    elif kind not in _TEXTS or not isinstance(value, (Mapping, list, tuple)):
        return None
    # Where there are choices, they say more.
    if not wrong or allowed.get("choices"):
        return None
    values: dict[str, Value] = {
        "option": name,
        "value": for_display(str(wrong[0]), _LONGEST),
        "kind": Phrase(_KINDS[kind]),
    }
    return Phrase("argument.wrong_kind", values)


def _of_value(name: str, value: object, allowed: Mapping[str, Any]) -> Phrase | None:
    spec = {name: {"type": "str", **allowed}}
    wrong_kind = _of_kind(name, value, allowed)
    if wrong_kind is not None:
        return wrong_kind
    if isinstance(value, Mapping):
        keys = tuple(allowed.get("options", ()))
        unknown = [str(key) for key in value if key not in keys]
        if keys and unknown:
            told: dict[str, Value] = {
                "variable": Verbatim(name),
                "key": for_display(unknown[0], _LONGEST),
                "keys": Joined(keys, "list.separator"),
            }
            return Phrase("mistake.unknown_key", told)
    validation = ArgumentSpecValidator(spec).validate({name: value})
    if not validation.error_messages:
        return None
    told_by_ansible = Phrase(
        "mistake.of_variable",
        {
            "variable": Verbatim(name),
            "problem": Verbatim(for_display(validation.errors.msg, 2000)),
        },
    )
    return of_value(validation, spec) or told_by_ansible


def _option(name: str) -> dict[str, Any]:
    module, _dot, option = name.partition(".")
    spec: ArgumentSpec = getattr(arguments, module.upper())
    return spec[option]
