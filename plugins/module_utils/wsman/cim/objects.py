# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CIM as plain values: types, classes with their properties, references and instances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias, Union

from ...ground.names import ascii_lower
from ..soap import namespaces
from ..soap.errors import LocalProtocolError


class CimType(StrEnum):
    """The types of CIM properties, named as MOF names them (DSP0004, 5.2)."""

    BOOLEAN = "boolean"
    UINT8 = "uint8"
    UINT16 = "uint16"
    UINT32 = "uint32"
    UINT64 = "uint64"
    SINT8 = "sint8"
    SINT16 = "sint16"
    SINT32 = "sint32"
    SINT64 = "sint64"
    REAL32 = "real32"
    REAL64 = "real64"
    STRING = "string"
    DATETIME = "datetime"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Reference:
    """Names one instance: the resource URI of its class, and its keys as selectors in order."""

    resource_uri: str
    selectors: tuple[tuple[str, str], ...]

    @property
    def class_name(self) -> str:
        """The last part of the resource URI."""
        return self.resource_uri.rstrip("/").rpartition("/")[2]

    def selector(self, name: str) -> str | None:
        """The value of a selector; its name may have any letter case, like all CIM names."""
        wanted = ascii_lower(name)
        return next((value for key, value in self.selectors if ascii_lower(key) == wanted), None)


@dataclass(frozen=True, slots=True)
class Instance:
    """One object of a class, as an answer described it.

    `values` holds only what was sent: NULL is None, a property that was not sent is missing.
    `class_name` is None for a projection, whose answer names no class. `reference` is present only
    if it was requested.
    """

    class_name: str | None
    values: dict[str, CimValue]
    reference: Reference | None = None


#: `datetime` is always aware; `timedelta` is the interval form of the CIM type datetime.
CimScalar: TypeAlias = Union[
    bool, int, float, str, datetime, timedelta, Reference, "Instance", None
]
CimValue: TypeAlias = CimScalar | tuple[CimScalar, ...]


@dataclass(frozen=True)
class Property:
    """One property of a class. An array is read as a tuple, whether it holds one value or many."""

    name: str
    type: CimType
    array: bool = False
    key: bool = False

    def __str__(self) -> str:
        return f"{self.type.value}{'[]' if self.array else ''} {self.name}"


@dataclass(frozen=True)
class CimClass:
    """What is known about a class of a namespace: the properties that this collection reads and
    writes. An answer may hold others; they are kept as text."""

    name: str
    namespace: str
    properties: tuple[Property, ...]

    @property
    def resource_uri(self) -> str:
        """The address of the class ([MS-WSMV] 3.1.4.1.1)."""
        return f"{namespaces.WMI}{self.namespace}/{self.name}"

    @property
    def namespace_uri(self) -> str:
        """The address for queries: the namespace, not one of its classes (DSP0227, 6.2)."""
        return f"{namespaces.WMI}{self.namespace}/*"

    @cached_property
    def by_name(self) -> Mapping[str, Property]:
        """The properties by their names in lower case: CIM names are case-insensitive."""
        return {ascii_lower(each.name): each for each in self.properties}

    @cached_property
    def _as_spelled(self) -> Mapping[str, Property]:
        return {each.name: each for each in self.properties}

    def property_named(self, name: str) -> Property:
        """The property of that name in any letter case.

        Raises LocalProtocolError if the class, as declared here, has none.
        """
        found = self._as_spelled.get(name) or self.by_name.get(ascii_lower(name))
        if found is None:
            raise LocalProtocolError("request.no_property", cim_class=self.name, name=name)
        return found

    def reference(self, selectors: Iterable[tuple[str, str]]) -> Reference:
        """A reference to an instance of this class by the given keys and their values as text."""
        return Reference(self.resource_uri, tuple(selectors))
