# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with the variables of our roles and playbooks, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...module_utils.asked import services
from ...module_utils.asked.ports import PortError
from ...module_utils.firewall.changing import changes
from ...module_utils.firewall.parts.option import OptionError
from ...module_utils.firewall.parts.table import FIREWALL_RULE
from ...module_utils.ground.text import for_display
from ...module_utils.words.phrases import Joined, Phrase, Value, Verbatim, said
from ..wrong_arguments import in_usual_case, near, problem_of

_ROLES: Final = Path(__file__).parents[3] / "roles"
_LONGEST: Final = 80  # characters of a name that are shown


def of_services(given: object, variable: str) -> Phrase | None:
    """What is wrong with the services of a PC; None if nothing is.

    Args:
        given: the services, as ``asked.services.port_services`` takes them.
        variable: the name of the variable that has them.
    """
    try:
        found = services.port_services(given)
    except PortError as error:
        return _told(variable, said(error))
    for each in found:
        problem = _of_rule(each["rule"])
        if problem is not None:
            values: dict[str, Value] = {"name": for_display(each["name"], 60), "problem": problem}
            return _told(variable, Phrase("services.problem", values))
    return None


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
