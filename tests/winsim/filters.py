# SPDX-License-Identifier: GPL-3.0-or-later
"""What an Enumerate asks for: a class, a WQL query, a selector filter or an association, in one
of three modes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from winsim import wql
from winsim.cim import CimClass, CimError, Property, Reference, Values
from winsim.cim_faults import cim_fault
from winsim.exchange import (
    Exchange,
    Target,
    check_namespace,
    find_class,
    invalid_resource_uri,
    is_cim,
    read_target,
)
from winsim.faults import WMI_PLUGIN, FaultError, schema_violation
from winsim.soap import Element, N, Request, W, local_name, read_selectors, text_of
from winsim.values import (
    alphabetical,
    matches,
    reference_of,
    write_fragment,
    write_instance,
    write_reference,
)

WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
SELECTOR = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
ASSOCIATION = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter"

Found: TypeAlias = Iterable[tuple[CimClass, Values]]
Writer: TypeAlias = Callable[[CimClass, Values], str]


def open_items(exchange: Exchange, enumerate_element: Element) -> Iterator[str]:
    """The XML of every item, in order. The instances are those of this moment; their XML is
    written as it is asked for. Raises FaultError."""
    uri = exchange.request.resource_uri
    if not is_cim(uri):
        raise invalid_resource_uri()
    target = read_target(uri, exchange.request.selectors)
    found, writer = _find(exchange, target, _filter(enumerate_element))
    write = _in_mode(text_of(enumerate_element.find(f"{{{W}}}EnumerationMode")), writer)
    with exchange.machine.lock:
        try:
            snapshot = list(found)
        except CimError as error:
            raise cim_fault(error, target.namespace) from None
    return (write(cim_class, values) for cim_class, values in snapshot)


def asked_class(request: Request) -> str:
    """The name of the class that a request is about; empty where none is named."""
    name = request.resource_uri.rpartition("/")[2]
    element = _filter(request.body) if request.body is not None else None
    if name != "*" or element is None:
        return name.replace("*", "")
    named = re.search(r"\bfrom\s+(\w+)", "".join(element.itertext()), re.IGNORECASE)
    if named is not None:
        return named[1]
    parts = {local_name(part): text_of(part) for part in element.iter()}
    return parts.get("ResultClassName", "") or parts.get("AssociationClassName", "")


def _filter(enumerate_element: Element) -> Element | None:
    """w:Filter and n:Filter mean the same (MS-WSMV 3.1.4.1.13)."""
    found = enumerate_element.find(f"{{{W}}}Filter")
    return found if found is not None else enumerate_element.find(f"{{{N}}}Filter")


def _find(exchange: Exchange, target: Target, element: Element | None) -> tuple[Found, Writer]:
    if element is None:
        if target.wildcard:
            raise FaultError("w:UnsupportedFeature", 2150858831, fault_detail="FilteringRequired")
        return _instances(exchange, target), write_instance
    dialect = element.get("Dialect", "")
    if dialect == WQL:
        return _query(exchange, target, text_of(element))
    if dialect == SELECTOR:
        return _selected(exchange, target, element), write_instance
    if dialect == ASSOCIATION:
        return _associated(exchange, target, element), write_instance
    raise FaultError("n:FilterDialectRequestedUnavailable", 2150858777)


def _in_mode(mode: str, writer: Writer) -> Writer:
    """DSP0226 8.7: the object, its endpoint reference, or both in a w:Item."""
    if mode == "":
        return writer
    if mode == "EnumerateEPR":
        return lambda c, v: write_reference(reference_of(c, v))
    if mode == "EnumerateObjectAndEPR":
        return lambda c, v: f"<w:Item>{writer(c, v)}{write_reference(reference_of(c, v))}</w:Item>"
    raise FaultError("w:UnsupportedFeature", 2150858886, fault_detail="EnumerationMode")


def _instances(exchange: Exchange, target: Target) -> Found:
    """Instances of a class and of those derived from it (MS-WSMV 3.1.4.1.27)."""
    check_namespace(exchange, target.namespace)
    classes = exchange.repository.derived(target.namespace, target.class_name, exchange.machine)
    if not classes:
        find_class(exchange, target)
    return ((c, values) for c in classes for values in c.instances(exchange.machine))


def _query(exchange: Exchange, target: Target, text: str) -> tuple[Found, Writer]:
    if not target.wildcard:
        raise invalid_resource_uri(2150859003)  # a WQL query wants the wildcard (DSP0227 6.2)
    check_namespace(exchange, target.namespace)
    try:
        query = wql.parse(text)
    except wql.WqlError as error:
        raise _query_fault(text, f"The WQL query is invalid: {error}. ") from None
    classes = exchange.repository.derived(target.namespace, query.class_name, exchange.machine)
    if not classes:
        raise _query_fault(text, "The specified class does not exist in the given namespace. ")

    def found() -> Iterator[tuple[CimClass, Values]]:
        for cim_class in classes:
            for values in cim_class.instances_within(exchange.machine, query.limits):
                if query.matches(values):
                    yield cim_class, values

    try:
        query.check(p.name for c in classes for p in c.properties)
        matching = list(found())
    except wql.WqlError as error:
        raise _query_fault(text, f"The WQL query is invalid: {error}. ") from None
    except CimError as error:
        raise cim_fault(error, target.namespace) from None
    if query.properties is None:
        return matching, write_instance
    wanted = frozenset(name.lower() for name in query.properties)
    projected = {c.name: _projected(c.properties, wanted) for c in classes}
    return matching, lambda c, values: write_fragment(projected[c.name], values)


@lru_cache(1000)  # a client asks for the same few again and again
def _projected(properties: tuple[Property, ...], wanted: frozenset[str]) -> Sequence[Property]:
    return alphabetical(p for p in properties if p.name.lower() in wanted)


def _query_fault(query: str, message: str) -> FaultError:
    """Recorded: winrb_soap_fault_v2.xml."""
    return FaultError(
        "n:CannotProcessFilter",
        2150858778,
        message=message,
        provider=WMI_PLUGIN,
        nested=True,
        extended={
            "Description": None,
            "Operation": "ExecQuery",
            "ParameterInfo": query,
            "ProviderName": "WinMgmt",
            "StatusCode": None,
        },
    )


def _selected(exchange: Exchange, target: Target, element: Element) -> Found:
    """MS-WSMV 3.1.4.1.13: only on a class, no arrays, no dates, no quotes in values."""
    selectors = read_selectors(next(iter(element), None))
    cim_class = find_class(exchange, target)
    known = {p.name.lower(): p for p in cim_class.properties}
    wanted: dict[str, str] = {}
    for name, value in selectors.items():
        declared = known.get(name.lower())
        if (
            declared is None
            or declared.array
            or declared.type in {"datetime", "reference"}
            or "'" in value
            or '"' in value
        ):
            raise FaultError("n:CannotProcessFilter", 2150858778)
        wanted[declared.name] = value
    return ((c, v) for c, v in _instances(exchange, target) if matches(c, v, wanted))


def _associated(exchange: Exchange, target: Target, element: Element) -> Found:
    """DSP0227 8.2: the instances associated with the object that the filter refers to, or those
    of the association that refer to it."""
    query = next(iter(element), None)
    if query is None or local_name(query) not in {"AssociatedInstances", "AssociationInstances"}:
        raise FaultError("n:CannotProcessFilter", 2150858778)
    parts = {local_name(part): part for part in query}
    source = parts.get("Object")
    if source is None:
        raise schema_violation("The association filter names no object.")
    selectors = read_selectors(source.find(f".//{{{W}}}SelectorSet"))
    source_target = read_target(text_of(source.find(f".//{{{W}}}ResourceURI")), selectors)
    result_class = text_of(parts.get("ResultClassName")) or None
    if local_name(query) == "AssociationInstances":
        reference = Reference(
            source_target.namespace, source_target.class_name, tuple(selectors.items())
        )
        role = text_of(parts.get("Role"))
        return _associations(exchange, target, reference, result_class, role)
    source_class = find_class(exchange, source_target)
    association = text_of(parts.get("AssociationClassName")) or None
    try:
        found = list(
            source_class.associated(exchange.machine, selectors, association, result_class)
        )
        return _unfiltered(exchange, [c for c, _values in found]) or found
    except CimError as error:
        raise cim_fault(error, source_target.namespace) from None


def _unfiltered(exchange: Exchange, classes: Iterable[CimClass]) -> Found:
    """Where the fault ``unfiltered`` is injected: all instances of the classes that an association
    leads to, those of each turned by as many as the fault says."""
    if "unfiltered" not in exchange.injected:
        return []
    turn = int(exchange.injected["unfiltered"])
    return [
        (cim_class, values)
        for cim_class in dict.fromkeys(classes)
        for values in _turned(list(cim_class.instances(exchange.machine)), turn)
    ]


def _turned(instances: list[Values], turn: int) -> list[Values]:
    start = turn % len(instances) if instances else 0
    return instances[start:] + instances[:start]


def _associations(
    exchange: Exchange, target: Target, source: Reference, result_class: str | None, role: str
) -> Found:
    """Instances of an association class that refer to `source`, in that role where one is named.
    Without a class to look in, this simulator does not know where to look."""
    if result_class is None:
        raise FaultError("w:UnsupportedFeature", 2150858831)
    unfiltered = "unfiltered" in exchange.injected
    for cim_class, values in _instances(exchange, Target(target.namespace, result_class)):
        for name, value in values.items():
            named = role.lower() in {"", name.lower()}
            if unfiltered or (named and isinstance(value, Reference) and value.is_same(source)):
                yield cim_class, values
                break
