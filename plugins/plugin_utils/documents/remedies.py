# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tasks of a result's remedies, in a form that a person can paste into a playbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from ...module_utils.diagnosis.drops.result import TurningOnEntry
from ...module_utils.diagnosis.path.result import PathEntry, PathRemedyEntry
from ...module_utils.diagnosis.result import PortEntry, RemedyEntry
from ...module_utils.ground.templates import MAX_LENGTH, is_harmless
from ...module_utils.words.languages import Language
from ...module_utils.words.phrases import Value
from ..values import spoken
from .task_yaml import to_yaml

AnyRemedy: TypeAlias = RemedyEntry[Value] | PathRemedyEntry[Value] | TurningOnEntry[Value]
Entry = TypeVar("Entry", bound=PortEntry[Value] | PathEntry[Value])


def written(ports: Iterable[Entry], language: Language) -> list[Entry]:
    """The ports of a result of port_check or port_path, in which each remedy has its task,
    rendered, and as YAML.

    A task that is too long, or whose text might be mistaken for a template, is not offered as data.
    """
    found = list(ports)
    for port in found:
        write_all(port["remedies"], language)
        # Only those of port_check may have them.
        sources: Any = port.get("sources", ())
        for source in sources:
            write_all(source["remedies"], language)
    return found


def write_all(remedies: Iterable[AnyRemedy], language: Language) -> None:
    """Write the tasks of remedies, in place."""
    for each in remedies:
        _write(each, language)


def _write(remedy: AnyRemedy, language: Language) -> None:
    remedy["task"], remedy["yaml"] = offered(remedy["task"], language, MAX_LENGTH)


def offered(
    task: Mapping[str, Any] | None, language: Language, most: int
) -> tuple[dict[str, Any] | None, str | None]:
    """A task as data and as YAML, without what is not offered. `most`: how long it may be."""
    if task is None:
        return None, None
    data = spoken(task, language)
    text = to_yaml(data)
    if len(text) > most:
        return None, None
    # Data have no mark. Code that writes them into a playbook must not get a template.
    return data if is_harmless(data) else None, text
