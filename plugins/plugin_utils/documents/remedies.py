# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tasks of a result's remedies, in a form that a person can paste into a playbook."""

from __future__ import annotations

from collections.abc import Iterable

from ...module_utils.diagnosis.result import PortEntry, RemedyEntry
from ...module_utils.diagnosis.tasks import MAX_LENGTH, is_harmless
from ...module_utils.words.languages import Language
from ...module_utils.words.phrases import Value
from ..values import spoken
from .task_yaml import to_yaml


def written(ports: Iterable[PortEntry[Value]], language: Language) -> list[PortEntry[Value]]:
    """The ports of a result of port_check, in which each remedy has its task, rendered, and as
    YAML.

    A task that is too long, or whose text might be mistaken for a template, is not offered as data.
    """
    return [_port(each, language) for each in ports]


def _port(port: PortEntry[Value], language: Language) -> PortEntry[Value]:
    found: PortEntry[Value] = {**port, "remedies": _all_written(port["remedies"], language)}
    if "sources" in port:
        found["sources"] = [
            {**each, "remedies": _all_written(each["remedies"], language)}
            for each in port["sources"]
        ]
    return found


def _all_written(
    remedies: Iterable[RemedyEntry[Value]], language: Language
) -> list[RemedyEntry[Value]]:
    return [_written(each, language) for each in remedies]


def _written(remedy: RemedyEntry[Value], language: Language) -> RemedyEntry[Value]:
    found: RemedyEntry[Value] = {**remedy, "task": None, "yaml": None}
    if remedy["task"] is None:
        return found
    data = spoken(remedy["task"], language)
    text = to_yaml(data)
    if len(text) <= MAX_LENGTH:
        # Data have no mark. Code that writes them into a playbook must not get a template.
        found["task"], found["yaml"] = data if is_harmless(data) else None, text
    return found
