# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The findings of Ansible's own check of arguments, as phrases. Ansible reports them only in
English."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

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
    "dict": (dict, "misfit.kind.mapping"),
}

_SHORTEST = 4  # characters that a part of a name has at least to be taken for it
_LONGEST = 60  # characters of a name that are compared

# What Ansible says of an option that is set to nothing.
_SET_TO_NOTHING: Final = re.compile(
    r"(?:value of |argument ')(\w+)'? (?:must be one of|is of type NoneType)"
)

#: Ansible's name for the words among arguments that are no ``option=value``.
RAW: Final = "_raw_params"


def with_raw_arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a task, with those that it has as one value (``port_check: "{{ wanted }}"``)
    spread out."""
    whole = given.get(RAW)
    if not isinstance(whole, Mapping):
        return dict(given)
    return {**whole, **{name: value for name, value in given.items() if name != RAW}}


def stray(words: object, given: Mapping[str, Any]) -> Phrase:
    """What to write instead of arguments with words besides their options: ``ports=80, 443``."""
    stands = for_display(str(words), _LONGEST)
    cut = [name for name, value in given.items() if str(value).endswith(",")]
    if not cut:
        return Phrase("argument.stray", {"words": stands})
    name, value = cut[-1], for_display(str(given[cut[-1]]), _LONGEST)
    rest = stands.replace(", ", ",")
    values: dict[str, Value] = {
        "words": stands,
        "together": Verbatim(f"{name}={value}{rest}"),
        "quoted": Verbatim(f"{name}='{value} {stands}'"),
    }
    return Phrase("argument.stray_in_list", values)


def in_usual_case(given: Mapping[str, Any], spec: ArgumentSpec) -> dict[str, Any]:
    """The arguments with each choice as the documentation has it. Windows and its other modules
    write some of them with capitals: ``Private``, ``TCP``."""
    by_name = {
        name: option
        for usual, option in spec.items()
        for name in (usual, *option.get("aliases", ()))
    }
    return {
        name: _usual(value, by_name[name]) if name in by_name else value
        for name, value in given.items()
    }


def _usual(value: Any, option: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_usual(each, option) for each in value]
    if isinstance(value, Mapping) and option.get("options"):
        return in_usual_case(value, option["options"])
    choices = option.get("choices")
    if not choices or not isinstance(value, str):
        return value
    if option["type"] == "list" and "," in value:
        return [_usual(each.strip(), option) for each in value.split(",")]
    like = [each for each in choices if isinstance(each, str) and each.lower() == value.lower()]
    return like[0] if len(like) == 1 and value not in choices else value


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
        case _:
            told = of_value(validation, spec)
    if told is None:
        words = for_display(validation.errors.msg, 2000)
        return Phrase("argument.wrong_by_spec", {"problem": Verbatim(words)})
    return Phrase("argument.wrong", {"problem": told})


def of_value(validation: ValidationResult, spec: ArgumentSpec) -> Phrase | None:
    """What is wrong with the value of an option: its kind, or that it is none of the choices; None
    if it is something else."""
    for error in validation.errors.errors:
        match error:
            case ArgumentTypeError():
                return next(_of_wrong_kind(validation, spec), None) or _nothing(error, spec)
            case ArgumentValueError():
                return next(_no_choices(validation, spec), None) or _nothing(error, spec)
    return None


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


def _nothing(error: ArgumentTypeError | ArgumentValueError, spec: ArgumentSpec) -> Phrase | None:
    """That an option is set to nothing, where it may not be. Only Ansible's message tells it from
    those that are not set."""
    found = _SET_TO_NOTHING.match(error.msg)
    option = spec.get(found[1]) if found else None
    if found is None or option is None:
        return None
    if option.get("choices"):
        allowed = Joined(tuple(option["choices"]), "list.separator")
        return Phrase("argument.no_value", {"option": found[1], "allowed": allowed})
    kind = _KINDS.get(option["type"])
    values: dict[str, Value] = {"option": found[1], "value": str(None)}
    return Phrase("argument.wrong_kind", values | {"kind": Phrase(kind[1])}) if kind else None


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
