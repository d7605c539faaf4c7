# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a trial asks of a host, one thing at a time, and the answers.

Nothing here talks to a host: `driver` does what is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ...firewall.parts.cim_values import Values
from ...firewall.policy.rule import FirewallRule
from ...words.phrases import Value
from ...wsman.cim.objects import CimValue, Reference


@dataclass(frozen=True)
class ReadRules:
    """Read the registry; the answer is all rules of the local store."""


@dataclass(frozen=True)
class Create:
    """Create a rule; the answer is None."""

    values: Values
    options: Values


@dataclass(frozen=True)
class FindFilters:
    """Ask for the filters of a rule; the answer is their references by the names of their classes
    in lower case."""

    rule_id: str


@dataclass(frozen=True)
class Put:
    """Put these values on an instance; the answer is None."""

    class_name: str
    reference: Reference
    values: Values


@dataclass(frozen=True)
class Disable:
    """Call Disable of a rule; the answer is its return value, None if it has none."""

    reference: Reference


@dataclass(frozen=True)
class Delete:
    """Delete a rule; the answer is None."""

    reference: Reference


@dataclass(frozen=True)
class ReadInstance:
    """Get an instance; the answer is its properties."""

    class_name: str
    reference: Reference


@dataclass(frozen=True)
class Failed:
    """The answer if something could not be done.

    Attributes:
        problem: why, in whole sentences.
        unreachable: the host gave no answer at all.
        refused: the host has understood the request, and has not carried it out.
        not_found: what the request is about does not exist.
        exists: what was to be created exists already.
    """

    problem: Value
    unreachable: bool = False
    refused: bool = False
    not_found: bool = False
    exists: bool = False


Ask: TypeAlias = ReadRules | Create | FindFilters | Put | Disable | Delete | ReadInstance
Answer: TypeAlias = int | tuple[FirewallRule, ...] | Mapping[str, CimValue] | Failed | None
