# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What modules say to the users of our roles and playbooks, who set their variables and not the
options of the modules."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from .languages import Language
from .phrases import Joined, Phrase, Sentence, Sentences, Value, Verbatim, in_turn, text_of

_WORD: Final = re.compile(r"\w+", re.ASCII)
#: What port_firewall says, and what it says there to users of the role port_setup.
OF_SETUP: Final[Mapping[str, str]] = {
    "wish.of_other_group": "setup.rule_of_other_group",
    "wish.duplicates": "setup.rules_of_one_name",
    "wish.name_taken": "setup.name_of_windows",
    "wish.unspecified_protected": "setup.unspecified_protected",
    "purge.windows_own": "setup.group_of_windows",
}


def reworded(
    value: Any, keys: Mapping[str, str] | None = None, variables: Mapping[str, str] | None = None
) -> Any:
    """A result of a module, with other texts for some, and with variables in the place of options.

    Args:
        keys: the keys of these texts, each with that of the other one.
        variables: the names of variables by those of options.
    """
    keys, variables = keys or {}, variables or {}

    def again(inner: Any) -> Any:
        return reworded(inner, keys, variables)

    match value:
        case Phrase():
            values = {name: again(each) for name, each in value.values.items()}
            option = values.get("option")
            if isinstance(option, str) and option in variables:
                values["option"] = Verbatim(variables[option])
            return Phrase(keys.get(value.key, value.key), values)
        case Joined():
            return Joined(tuple(map(again, value.values)), value.separator)
        case Sentence():
            return Sentence(again(value.clause))
        case Sentences():
            return Sentences(tuple(map(again, value.values)))
        case Mapping():
            return {name: again(each) for name, each in value.items()}
        case list():
            return list(map(again, value))
        case tuple():
            return tuple(map(again, value))
    return value


def explained(message: Value, module: str, options: Collection[str], language: Language) -> Value:
    """An error of a module that the role port_setup runs; where it names options for which the role
    has no variables, with where to set them.

    Args:
        module: the name of the module.
        options: those for which the role has no variables.
        language: in which the error is told.
    """
    words = _own_words(message, language)
    named = [each for each in dict.fromkeys(words) if each in options]
    values: dict[str, Value] = {
        "module": Verbatim(module),
        "options": Joined(tuple(map(Verbatim, named)), "list.and"),
    }
    return in_turn(
        message,
        Phrase("setup.reboot_variable") if "reboot" in words else None,
        Phrase("setup.options_of_module", values) if named else None,
    )


def _own_words(value: Value, language: Language) -> list[str]:
    """The words of a message that are this collection's, not a host's: a process may have the name
    of an option."""
    match value:
        case Phrase():
            own = _WORD.findall(text_of(value.key, language))
            for name, each in value.values.items():
                own += [each] if name == "option" and isinstance(each, str) else []
                own += _own_words(each, language)
            return own
        case Verbatim():
            return _WORD.findall(value.text)
        case Sentence():
            return _own_words(value.clause, language)
        case Joined() | Sentences():
            return [word for each in value.values for word in _own_words(each, language)]
        case tuple():
            return [word for each in value for word in _own_words(each, language)]
    return []
