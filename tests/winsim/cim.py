# SPDX-License-Identifier: GPL-3.0-or-later
"""What a simulated CIM class is: the contract between the wire (`wsman.py`) and the classes.

A class declares its properties and answers with plain Python values; the wire turns them into
XML. Values: ``None`` (NULL), ``bool``, ``int``, ``str``, aware ``datetime``, lists of these, and
`Reference`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from winsim.machine import Machine


@dataclass(frozen=True)
class Property:
    """One property of a class: its CIM type as MOF names it (``uint32``, ``string`` ...)."""

    name: str
    type: str
    array: bool = False
    key: bool = False


@dataclass(frozen=True)
class Reference:
    """The key of one instance: what an endpoint reference's selectors hold. The key of an
    association is a reference itself."""

    namespace: str
    class_name: str
    selectors: tuple[tuple[str, str | Reference], ...]

    @property
    def keys(self) -> dict[str, str]:
        """Names and values of the keys, those that are references as paths."""
        return {
            name: value.path if isinstance(value, Reference) else value
            for name, value in self.selectors
        }

    @property
    def path(self) -> str:
        """Namespace, class and keys in one text, the same for the same instance."""
        return object_path(self.namespace, self.class_name, self.keys)

    def is_same(self, other: Reference) -> bool:
        """Names and key values compare without regard to case (MS-WSMV 3.1.4.1.2)."""
        return self._folded == other._folded

    @cached_property
    def _folded(self) -> str:
        return self.path.lower()


def object_path(namespace: str, class_name: str, keys: Mapping[str, str]) -> str:
    """The path of an instance in the form of WMI ([MS-WMI] 2.2.2), its keys in alphabetical order."""
    texts = (f'{name}="{keys[name]}"' for name in sorted(keys, key=str.lower))
    return f"{namespace.replace(chr(92), '/')}:{class_name}.{','.join(texts)}"


Scalar: TypeAlias = bool | int | str | datetime | None
Value: TypeAlias = Scalar | Reference | list[Scalar]
Values: TypeAlias = dict[str, Value]

#: The values to which a query limits a property, by its name in lower case and their type. Texts
#: are folded. A property of another type may equal them too: ``ProcessId = '4'`` is no limit for
#: numbers.
Limits: TypeAlias = Mapping[tuple[str, type], frozenset[float | str]]


class CimStatus(Enum):
    """Status codes of CIM operations (DSP0223, table of status codes) that a class may raise."""

    FAILED = 1
    ACCESS_DENIED = 2
    INVALID_PARAMETER = 4
    INVALID_CLASS = 5
    NOT_FOUND = 6
    NOT_SUPPORTED = 7
    ALREADY_EXISTS = 11


@dataclass
class CimError(Exception):
    """An operation on a class failed.

    `hresult` is the Windows code that the fault carries; `style` says which detail element the
    wire writes: ``wsman`` (WSManFault, as Win32 classes do) or ``wmi`` (MSFT_WmiError, as the
    classes of root/StandardCimv2 do).
    """

    status: CimStatus
    message: str
    hresult: int = 0
    style: str = "wsman"
    extra: Mapping[str, str] = field(default_factory=dict)


class CimClass:
    """Base of every simulated class. One subclass, one file under `classes/`.

    `derived_from` names superclasses, nearest first: a query on one of them also returns
    instances of this class.
    """

    namespace: str = ""
    name: str = ""
    derived_from: tuple[str, ...] = ()
    properties: tuple[Property, ...] = ()
    #: The properties that a Put changes; None where the class sees to that itself.
    writable: frozenset[str] | None = None
    #: The parameters of its methods, as far as they are simulated, by the method's name.
    methods: Mapping[str, tuple[str, ...]] = {}
    #: A class without key is a singleton (Win32_OperatingSystem): Get takes no selectors.
    singleton: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(p.name for p in self.properties if p.key)

    def available(self, machine: Machine) -> bool:
        """Does that machine's Windows have the class?"""
        return True

    def has_namespace(self, machine: Machine) -> bool:
        """Does it have the namespace at all? An older Windows may have it without the class."""
        return True

    def not_found(self) -> CimError | None:
        """What an unknown key is answered with; None: the fault of WMI itself."""
        return None

    def check_options(self, machine: Machine, options: Mapping[str, Value]) -> None:
        """Raises CimError for options of a request that would lead to another answer, which this
        class doesn't have. Those that mean nothing to a provider change nothing (MS-WSMV note
        52)."""

    def check_query_options(self, machine: Machine, options: Mapping[str, Value]) -> None:
        """The same for a query, whose options `instances_with` gets."""
        self.check_options(machine, options)

    def instances(self, machine: Machine) -> Iterable[Values]:
        """All instances, each with a value for every declared property (absent means NULL)."""
        raise NotImplementedError

    def instances_within(self, machine: Machine, limits: Limits) -> Iterable[Values]:
        """In the same order at least those instances whose properties have values out of `limits`.
        A class with many instances leaves others out, which costs less than to compare them."""
        return self.instances(machine)

    def instances_with(
        self, machine: Machine, limits: Limits, options: Mapping[str, Value]
    ) -> Iterable[Values]:
        """The same with the options of the request. A class ignores those that it does not know
        (MS-WSMV 3.1.4.1.10)."""
        return self.instances_within(machine, limits)

    def invoke(
        self, machine: Machine, keys: Mapping[str, str] | None, method: str, arguments: Values
    ) -> Values:
        """Run a method; `keys` is None for a static call. Returns the output parameters, with
        ``ReturnValue`` where the real method has one."""
        raise CimError(CimStatus.NOT_SUPPORTED, f"{self.name} has no method {method}")

    def create(self, machine: Machine, values: Values, options: Mapping[str, Value]) -> Reference:
        raise CimError(CimStatus.NOT_SUPPORTED, f"{self.name} can't be created")

    def read_only(self, name: str) -> CimError:
        """The error for a property that a Put would change and can't."""
        return CimError(CimStatus.NOT_SUPPORTED, f"{name} can't be changed")

    def put(self, machine: Machine, keys: Mapping[str, str], values: Values) -> Values:
        """Change an instance; returns it whole."""
        raise CimError(CimStatus.NOT_SUPPORTED, f"{self.name} can't be changed")

    def delete(self, machine: Machine, keys: Mapping[str, str]) -> None:
        raise CimError(CimStatus.NOT_SUPPORTED, f"{self.name} can't be deleted")

    def associated(
        self,
        machine: Machine,
        keys: Mapping[str, str],
        association: str | None,
        result_class: str | None,
    ) -> Iterable[tuple[CimClass, Values]] | None:
        """Instances associated with the one that `keys` names (association filter dialect), for a
        class that knows them without a look at each association; None for one that doesn't.
        Raises CimError where `keys` names nothing."""
        return None
