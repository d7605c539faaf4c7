# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The findings of Ansible's own check of arguments, as phrases. Ansible reports them only in
English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ansible.module_utils.common.arg_spec import ValidationResult
from ansible.module_utils.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    RequiredError,
    UnsupportedError,
)

from ..module_utils.asked.arguments import ArgumentSpec
from ..module_utils.ground.text import for_display
from ..module_utils.words.phrases import Joined, Phrase, Value, Verbatim

# The type of a valid value after the check, and the name of that type.
_KINDS: Final[dict[str, tuple[type, str]]] = {
    "bool": (bool, "misfit.kind.truth"),
    "int": (int, "misfit.kind.whole_number"),
    "float": (float, "argument.number"),
    "list": (list, "misfit.kind.list"),
}


def problem_of(validation: ValidationResult, spec: ArgumentSpec) -> Phrase:
    """What is wrong with arguments.

    Args:
        validation: that of Ansible, which has found at least one error. The first one is reported.
        spec: what the arguments were checked against.
    """
    told: Phrase | None = None
    match validation.errors[0]:
        case UnsupportedError():
            told = _unsupported(validation, spec)
        case RequiredError():
            told = _missing(validation, spec)
        case ArgumentTypeError():
            told = next(_of_wrong_kind(validation, spec), None)
        case ArgumentValueError():
            told = next(_no_choices(validation, spec), None)
    if told is None:
        words = for_display(validation.errors.msg, 2000)
        return Phrase("argument.wrong_by_spec", {"problem": Verbatim(words)})
    return Phrase("argument.wrong", {"problem": told})


def _unsupported(validation: ValidationResult, spec: ArgumentSpec) -> Phrase:
    found = validation.unsupported_parameters
    names = (each if isinstance(each, str) else ".".join(each) for each in found)
    aliases = (alias for option in spec.values() for alias in option.get("aliases", ()))
    values: dict[str, Value] = {
        "names": Joined(tuple(sorted(names)), "list.separator"),
        "options": Joined((*sorted(spec), *sorted(aliases)), "list.separator"),
    }
    return Phrase("argument.unsupported", values)


def _missing(validation: ValidationResult, spec: ArgumentSpec) -> Phrase | None:
    given = validation.validated_parameters  # None for options that are not given
    names = tuple(
        name for name, option in spec.items() if option.get("required") and given.get(name) is None
    )
    return Phrase("argument.missing", {"names": names}) if names else None


def _of_wrong_kind(validation: ValidationResult, spec: ArgumentSpec) -> Iterator[Phrase]:
    for name, option in spec.items():
        given, kind = validation.validated_parameters.get(name), _KINDS.get(option["type"])
        if kind is not None and given is not None and not isinstance(given, kind[0]):
            values: dict[str, Value] = {
                "option": name,
                "value": str(given),
                "kind": Phrase(kind[1]),
            }
            yield Phrase("argument.wrong_kind", values)


def _no_choices(validation: ValidationResult, spec: ArgumentSpec) -> Iterator[Phrase]:
    for name, option in spec.items():
        given, choices = validation.validated_parameters.get(name), option.get("choices")
        if choices is None or given is None:
            continue
        for value in given if isinstance(given, list) else [given]:
            if value not in choices:
                values: dict[str, Value] = {
                    "option": name,
                    "value": str(value),
                    "allowed": Joined(tuple(choices), "list.separator"),
                }
                yield Phrase("argument.no_choice", values)
