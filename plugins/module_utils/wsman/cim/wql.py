# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""WQL queries built from values: this is the only place where text becomes part of a query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..soap.errors import LocalProtocolError
from .objects import CimClass, CimType

Literal: TypeAlias = str | int | bool


@dataclass(frozen=True)
class Equals:
    """A property has this value."""

    name: str
    value: Literal


@dataclass(frozen=True)
class Between:
    """A property is in an inclusive range."""

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class StartsWith:
    """A text property begins with this."""

    name: str
    beginning: str


@dataclass(frozen=True)
class AnyOf:
    """At least one condition holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class AllOf:
    """All conditions hold."""

    conditions: tuple[Condition, ...]


Condition: TypeAlias = Equals | Between | StartsWith | AnyOf | AllOf


def equals(name: str, value: Literal) -> Equals:
    """A property has a value. Windows ignores letter case when it compares strings."""
    return Equals(name, value)


def any_of(name: str, values: Iterable[Literal]) -> AnyOf:
    """A property has one of some values.

    WMI limits how many comparisons a query may hold, without saying how many
    (WBEM_E_QUOTA_VIOLATION): keep to some dozens.
    """
    return AnyOf(tuple(Equals(name, value) for value in values))


def any_fitting(name: str, patterns: Iterable[str]) -> AnyOf:
    """A text property has one of some names; a pattern that ends with ``*`` is what names begin
    with, which costs as much as a name."""
    return AnyOf(
        tuple(
            StartsWith(name, each[:-1]) if each.endswith("*") else Equals(name, each)
            for each in patterns
        )
    )


def any_range(name: str, ranges: Iterable[tuple[int, int]]) -> AnyOf:
    """A property is in one of some inclusive ranges."""
    return AnyOf(
        tuple(
            Equals(name, first) if first == last else Between(name, first, last)
            for first, last in ranges
        )
    )


def all_of(*conditions: Condition) -> AllOf:
    """All conditions hold."""
    return AllOf(conditions)


def literal(value: Literal) -> str:
    r"""A value as WQL writes it: TRUE, 80, 'text' with `\` before each quote and backslash
    (Microsoft's "WQL (SQL for WMI)": WHERE clause, and WMI's escape for both characters)."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(int(value))
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def select(
    cim_class: CimClass, properties: Sequence[str] | None = None, where: Condition | None = None
) -> str:
    """A query for instances of a class; without `properties`, for whole instances.

    Raises LocalProtocolError for a property that the class does not have, a value whose type
    differs from its property's, a property that can't be compared, or an empty condition.
    """
    names = [cim_class.property_named(name).name for name in properties or ()]
    if properties is not None and not names:
        raise LocalProtocolError("request.no_properties")
    query = ["SELECT", ",".join(names) or "*", "FROM", cim_class.name]
    if where is not None:
        query += ["WHERE", _condition(cim_class, where)]
    return " ".join(query)


def _condition(cim_class: CimClass, condition: Condition) -> str:
    if isinstance(condition, Equals):
        return _comparison(cim_class, condition.name, "=", condition.value)
    if isinstance(condition, Between):
        lower = _comparison(cim_class, condition.name, ">=", condition.first)
        return f"({lower} AND {_comparison(cim_class, condition.name, '<=', condition.last)})"
    if isinstance(condition, StartsWith):
        # Brackets make the characters plain that LIKE gives a meaning (Microsoft: "LIKE operator").
        plain = _WITH_A_MEANING.sub(r"[\g<0>]", condition.beginning)
        return _comparison(cim_class, condition.name, " LIKE ", f"{plain}%")
    if not condition.conditions:
        raise LocalProtocolError("request.empty_condition")
    word = " OR " if isinstance(condition, AnyOf) else " AND "
    parts = [_condition(cim_class, each) for each in condition.conditions]
    return parts[0] if len(parts) == 1 else f"({word.join(parts)})"


def _comparison(cim_class: CimClass, name: str, operator: str, value: Literal) -> str:
    declared = cim_class.property_named(name)
    if declared.array or declared.type in _INCOMPARABLE:
        shown = f"{cim_class.name}.{declared}"
        raise LocalProtocolError("request.incomparable", property=shown)
    expected = _LITERAL_TYPES.get(declared.type, int)
    # A bool is an int to isinstance, but not to WQL.
    if not isinstance(value, expected) or isinstance(value, bool) != (expected is bool):
        shown = f"{cim_class.name}.{declared}"
        raise LocalProtocolError("request.wrong_literal", value=repr(value), property=shown)
    return f"{declared.name}{operator}{literal(value)}"


_WITH_A_MEANING = re.compile(r"[%_[]")
_INCOMPARABLE = {CimType.REFERENCE, CimType.DATETIME, CimType.REAL32, CimType.REAL64}
_LITERAL_TYPES: dict[CimType, type] = {CimType.STRING: str, CimType.BOOLEAN: bool}
