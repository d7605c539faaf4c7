# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The differences between two firewall rules, compared as sets, networks and paths, not as
texts."""

from __future__ import annotations

from dataclasses import dataclass

from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from .option import Plain
from .table import BY_NAME, OPTIONS


@dataclass(frozen=True, slots=True)
class Difference:
    """One property that differs; its name is that of the option that sets it."""

    property: str
    before: Plain
    after: Plain


def properties(rule: FirewallRule, environment: Environment | None = None) -> dict[str, Plain]:
    """A rule as a person would write it: by option, in plain types, with equal sets written
    alike."""
    known = environment or Environment()
    return {each.name: each.show(rule, known) for each in OPTIONS if each.show is not None}


def asked_for(rule: FirewallRule, environment: Environment | None = None) -> dict[str, Plain]:
    """The properties of a rule without those that require nothing, or make no sense in it."""
    return {
        name: value
        for name, value in properties(rule, environment).items()
        if value is not None and value != BY_NAME[name].blank
    }


def differences(
    before: FirewallRule, after: FirewallRule, environment: Environment | None = None
) -> tuple[Difference, ...]:
    """The properties that differ, in the order of the options.

    Args:
        environment: the folders of Windows and of programs, to recognize two paths of one file.
    """
    known = environment or Environment()
    found = []
    for each in OPTIONS:
        if each.show is None:
            continue
        value = each.compare or each.show
        if value(before, known) != value(after, known):
            found.append(Difference(each.name, each.show(before, known), each.show(after, known)))
    return tuple(found)
