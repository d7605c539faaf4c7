# SPDX-License-Identifier: GPL-3.0-or-later
"""Association queries (DSP0227 8.2): what is associated with an object, or the associations.

A host answers such a query from all of its classes, and this simulator has few of them. What it
can't answer in full is therefore a fault, as a query about an unknown class is (recorded:
winrb_soap_fault_v2.xml), never an enumeration without items. It can answer a query whose classes
it has, and that names the association or the class of the results.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from winsim.cim import CimClass, CimError, CimStatus, Reference, Values
from winsim.cim_faults import cim_fault
from winsim.exchange import Exchange, Target, find_class, read_target
from winsim.faults import FaultError, query_fault, schema_violation
from winsim.soap import B, Element, W, local_name, read_selectors, text_of
from winsim.values import class_keys, matching

Pair: TypeAlias = tuple[CimClass, Values]

#: The children of both kinds of query (DSP0227 8.2.1 and 8.2.2).
_PARTS = {
    "AssociatedInstances": {
        "Object",
        "AssociationClassName",
        "Role",
        "ResultClassName",
        "ResultRole",
    },
    "AssociationInstances": {"Object", "ResultClassName", "Role"},
}


@dataclass(frozen=True)
class _Query:
    """One association query; names are None where the filter doesn't give them."""

    exchange: Exchange
    source: Target
    source_class: CimClass
    selectors: dict[str, str]
    association: str | None
    role: str | None
    result_class: str | None
    result_role: str | None

    @property
    def reference(self) -> Reference:
        return Reference(
            self.source_class.namespace, self.source_class.name, tuple(self.selectors.items())
        )

    def unanswerable(self, why: str) -> FaultError:
        """The fault for what can't be answered, with the WQL that the query amounts to
        ([MS-WMI] 2.2.1 has that of both kinds; that the plugin makes it is inferred)."""
        keys = ",".join(f'{name}="{value}"' for name, value in self.selectors.items())
        conditions = "".join(
            f" {name}={value}"
            for name, value in (
                ("AssocClass", self.association),
                ("ResultClass", self.result_class),
                ("Role", self.role),
                ("ResultRole", self.result_role),
            )
            if value is not None
        )
        text = f"ASSOCIATORS OF {{{self.source_class.name}.{keys}}}"
        return query_fault(text + (f" WHERE{conditions}" if conditions else ""), why)

    def links(self, name: str) -> list[CimClass]:
        """The association classes of that name, or derived from it. Raises FaultError where there
        is none, or none with the roles that the query names."""
        found = [
            c
            for c in self.exchange.repository.derived(
                self.source.namespace, name, self.exchange.machine
            )
            if any(p.type == "reference" for p in c.properties)
        ]
        if not found:
            raise self.unanswerable(f"There is no association class {name}. ")
        roles = {p.name.lower() for c in found for p in c.properties if p.type == "reference"}
        for role in (self.role, self.result_role):
            if role is not None and role.lower() not in roles:
                raise self.unanswerable(f"The association {name} has no reference {role}. ")
        return found

    def is_result(self, cim_class: CimClass) -> bool:
        names = {name.lower() for name in (cim_class.name, *cim_class.derived_from)}
        return self.result_class is None or self.result_class.lower() in names


def find(exchange: Exchange, target: Target, element: Element) -> list[Pair]:
    """The instances that an association filter finds, in their order. Raises FaultError."""
    kind = next(iter(element), None)
    if kind is None or kind.tag not in {f"{{{B}}}{name}" for name in _PARTS}:
        raise FaultError("n:CannotProcessFilter", 2150858778)
    parts = {local_name(part): part for part in kind}
    # IncludeResultProperty too: this simulator gives whole instances only.
    for name in parts:
        if name not in _PARTS[local_name(kind)]:
            raise FaultError(
                "n:CannotProcessFilter",
                2150858778,
                message=f"The association filter's element {name} isn't supported. ",
            )
    query = _read(exchange, target, parts)
    try:
        with exchange.machine.lock:
            query.source_class.check_options(exchange.machine, exchange.wmi_options)
            if local_name(kind) == "AssociationInstances":
                _require_source(query)
                return list(_associations(query))
            return list(_associated(query))
    except CimError as error:
        raise cim_fault(error, query.source.namespace) from None


def _read(exchange: Exchange, target: Target, parts: dict[str, Element]) -> _Query:
    object_reference = parts.get("Object")
    if object_reference is None:
        raise schema_violation("The association filter names no object.")
    selectors = read_selectors(object_reference.find(f".//{{{W}}}SelectorSet"))
    source = read_target(text_of(object_reference.find(f".//{{{W}}}ResourceURI")), selectors)
    if source.namespace.lower() != target.namespace.lower():
        # Associations within one namespace only: nothing here leads from one to another.
        raise FaultError("n:CannotProcessFilter", 2150858778)
    source_class = find_class(exchange, source)
    names = {name: text_of(part) or None for name, part in parts.items()}
    query = _Query(
        exchange,
        source,
        source_class,
        class_keys(source_class, source.selectors),
        names.get("AssociationClassName"),
        names.get("Role"),
        names.get("ResultClassName"),
        names.get("ResultRole"),
    )
    wanted = query.result_class
    known = exchange.repository.derived(target.namespace, wanted or "", exchange.machine)
    if wanted is not None and not known:
        raise query.unanswerable(f"There is no class {wanted}. ")
    return query


def _require_source(query: _Query) -> None:
    """The object must be there: for one that isn't, WMI has the fault of a Get."""
    cim_class = query.source_class
    instances = cim_class.instances(query.exchange.machine)
    if not any(map(matching(query.selectors), instances)):
        raise cim_class.not_found() or CimError(CimStatus.NOT_FOUND, "Not found ")


def _associated(query: _Query) -> Iterator[Pair]:
    if query.association is None and query.result_class is None:
        raise query.unanswerable("Neither the association nor the result's class is named. ")
    links = query.links(query.association) if query.association is not None else []
    named_roles = query.role is not None or query.result_role is not None
    if not named_roles:
        found = query.source_class.associated(
            query.exchange.machine, query.selectors, query.association, query.result_class
        )
        if found is not None:
            yield from _unfiltered(query, list(found))
            return
    if not links:
        raise query.unanswerable("The association isn't named. ")
    _require_source(query)
    for link in links:
        for values in link.instances(query.exchange.machine):
            yield from _opposite(query, values)


def _opposite(query: _Query, values: Values) -> Iterator[Pair]:
    """What one association refers to, in the roles that the query names, beside the source."""
    references = {n.lower(): v for n, v in values.items() if isinstance(v, Reference)}
    role, result_role = (query.role or "").lower(), (query.result_role or "").lower()
    if not any(
        reference.is_same(query.reference)
        for name, reference in references.items()
        if role in {"", name}
    ):
        return
    for name, reference in references.items():
        if result_role not in {"", name} or reference.is_same(query.reference):
            continue
        target = Target(reference.namespace, reference.class_name)
        cim_class = find_class(query.exchange, target)
        if query.is_result(cim_class):
            instances = cim_class.instances(query.exchange.machine)
            yield from ((cim_class, each) for each in filter(matching(reference.keys), instances))


def _unfiltered(query: _Query, found: list[Pair]) -> list[Pair]:
    """Where the fault ``unfiltered`` is injected: all instances of the classes that an association
    leads to, those of each turned by as many as the fault says."""
    injected = query.exchange.injected
    if "unfiltered" not in injected or not found:
        return found
    turn = int(injected["unfiltered"])
    return [
        (cim_class, values)
        for cim_class in dict.fromkeys(c for c, _values in found)
        for values in _turned(list(cim_class.instances(query.exchange.machine)), turn)
    ]


def _turned(instances: list[Values], turn: int) -> list[Values]:
    start = turn % len(instances) if instances else 0
    return instances[start:] + instances[:start]


def _associations(query: _Query) -> Iterator[Pair]:
    """Instances of an association class that refer to the source, in that role where one is
    named."""
    if query.result_class is None:
        raise query.unanswerable("The class of the associations isn't named. ")
    role = (query.role or "").lower()
    unfiltered = "unfiltered" in query.exchange.injected
    for cim_class in query.links(query.result_class):
        for values in cim_class.instances(query.exchange.machine):
            if unfiltered or any(
                role in {"", name.lower()} and value.is_same(query.reference)
                for name, value in values.items()
                if isinstance(value, Reference)
            ):
                yield cim_class, values
