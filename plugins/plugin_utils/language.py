# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The language for people: that of the task or, if it has none, that of the controller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from ansible import constants
from ansible.errors import AnsibleError, AnsibleFilterError

from ..module_utils.words.languages import LANGUAGES, Language, language_of
from ..module_utils.words.phrases import Joined, Phrase, PhraseError, Value, render

# Ansible reads its own settings and those of plugins with such definitions.
_SETTINGS: Final[dict[str, Any]] = {
    "language": {
        "name": "language of portkeeper.windows",
        "type": "string",
        "default": "en",
        "env": [{"name": "PORTKEEPER_LANGUAGE"}],
        "ini": [{"section": "portkeeper", "key": "language"}],
    }
}
_OWNER: Final = {"plugin_type": "action", "plugin_name": "portkeeper.windows"}


def chosen(given: object) -> Language:
    """The language of texts for people.

    Args:
        given: the option ``language`` as written. If it names none, the environment variable
            ``PORTKEEPER_LANGUAGE`` counts, then ``language`` in the section ``portkeeper`` of
            ansible.cfg, then English.

    Raises:
        AnsibleError: one of these names a language that the collection does not support.
    """
    return language_of(given) if given in LANGUAGES else default()


def default() -> Language:
    """The language of the controller; see `chosen`.

    Raises:
        AnsibleError: its settings name one that the collection does not support. Ansible's own
            error would not say where.
    """
    constants.config.initialize_plugin_configuration_definitions(
        _OWNER["plugin_type"], _OWNER["plugin_name"], _SETTINGS
    )
    value, origin = constants.config.get_config_value_and_origin("language", **_OWNER)
    if not value:
        return "en"  # an empty variable counts as not set
    if value not in LANGUAGES:
        told: dict[str, Value] = {
            "value": str(value),
            "origin": str(origin),
            "known": Joined(LANGUAGES, "list.or"),
        }
        raise AnsibleError(render(Phrase("setting.language", told), "en"))
    return language_of(value)


@contextmanager
def refusing(spoken: Language) -> Iterator[None]:
    """What a filter does with a value that it can't take: it says why, in a language."""
    try:
        yield
    except PhraseError as error:
        # Ansible would also show the cause, which is an error of Python.
        raise AnsibleFilterError(render(error.phrase, spoken)) from None
