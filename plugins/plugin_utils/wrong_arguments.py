# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The findings of Ansible's own check of arguments, as phrases. Ansible reports them only in
English."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
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

_SHORTEST = 4  # characters that a part of a name has at least to be taken for it
_LONGEST = 60  # characters of a name that are compared


def problem_of(validation: ValidationResult, spec: ArgumentSpec, module: str) -> Phrase:
    """What is wrong with arguments.

    Args:
        validation: that of Ansible, which has found at least one error. The first one is reported,
            but a wrong name before all others: it is often that of the option that is missing.
        spec: what the arguments were checked against.
        module: the name of the module that has them.
    """
    told: Phrase | None = None
    wrong_names = (each for each in validation.errors.errors if isinstance(each, UnsupportedError))
    match next(wrong_names, validation.errors[0]):
        case UnsupportedError():
            return _unsupported(validation, spec, module)
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


def _unsupported(validation: ValidationResult, spec: ArgumentSpec, module: str) -> Phrase:
    """The sentence that Ansible has for it, and the options that were perhaps meant."""
    found = sorted(
        each if isinstance(each, str) else ".".join(each)
        for each in validation.unsupported_parameters
    )
    aliases = (alias for option in spec.values() for alias in option.get("aliases", ()))
    options = (*sorted(spec), *sorted(aliases))
    values: dict[str, Value] = {
        "module": Verbatim(module),
        "names": Joined(tuple(found), "list.separator"),
        "options": Joined(options, "list.separator"),
    }
    meant = tuple(dict.fromkeys(each for name in found for each in near(name, options)))
    if meant:
        return Phrase("argument.unsupported_near", values | {"meant": Joined(meant, "list.or")})
    return Phrase("argument.unsupported", values)


def near(name: str, options: Iterable[str]) -> list[str]:
    """Options, or other words, with a name like this, the nearest first."""
    wanted = name.lower()[:_LONGEST]
    within = [
        each for each in options if len(wanted) >= _SHORTEST and (wanted in each or each in wanted)
    ]
    return within or difflib.get_close_matches(wanted, options, n=2, cutoff=0.7)


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
