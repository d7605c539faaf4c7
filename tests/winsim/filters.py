# SPDX-License-Identifier: GPL-3.0-or-later
"""What an Enumerate asks for: a class, a WQL query, a selector filter or an association, in one
of three modes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import ParamSpec, TypeAlias

from winsim import associations, wql
from winsim.cim import CimClass, CimError, Property, Values
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
from winsim.faults import FaultError, query_fault
from winsim.soap import Element, N, Request, W, local_name, read_selectors, text_of
from winsim.values import (
    alphabetical,
    matching,
    reference_of,
    write_fragment,
    write_instance,
    write_reference,
)

WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
SELECTOR = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
ASSOCIATION = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter"

P = ParamSpec("P")
Found: TypeAlias = Iterable[tuple[CimClass, Values]]
Writer: TypeAlias = Callable[[CimClass, Values], str]


def open_items(exchange: Exchange, enumerate_element: Element) -> Iterator[str]:
    """The XML of every item, in order. The instances are those of this moment; their XML is
    written as it is asked for. Raises FaultError."""
    uri = exchange.request.resource_uri
    if not is_cim(uri):
        raise invalid_resource_uri()
    target = read_target(uri, exchange.request.selectors)
    if target.selectors:  # they name an instance, and an enumeration is of a class (DSP0227 8)
        raise FaultError("w:InvalidSelectors", 2150858843, fault_detail="UnexpectedSelectors")
    found, writer = _find(exchange, target, filter_of(enumerate_element))
    mode = text_of(enumerate_element.find(f"{{{W}}}EnumerationMode"))
    write = in_mode(mode, writer, partial(_reference, dmtf=target.dmtf))
    with exchange.machine.lock:
        try:
            snapshot = list(found)
        except CimError as error:
            raise cim_fault(error, target.namespace) from None
    return (write(cim_class, values) for cim_class, values in snapshot)


def asked_class(request: Request) -> str:
    """The name of the class that a request is about; empty where none is named."""
    name = request.resource_uri.rpartition("/")[2]
    element = filter_of(request.body) if request.body is not None else None
    if name != "*" or element is None:
        return name.replace("*", "")
    named = re.search(r"\bfrom\s+(\w+)", "".join(element.itertext()), re.IGNORECASE)
    if named is not None:
        return named[1]
    parts = {local_name(part): text_of(part) for part in element.iter()}
    return parts.get("ResultClassName", "") or parts.get("AssociationClassName", "")


def check_options(
    exchange: Exchange, target: Target, classes: Iterable[CimClass], *, query: bool = False
) -> None:
    """Raises FaultError for options with which a class would have another answer."""
    try:
        for cim_class in classes:
            check = cim_class.check_query_options if query else cim_class.check_options
            check(exchange.machine, exchange.wmi_options)
    except CimError as error:
        raise cim_fault(error, target.namespace) from None


def filter_of(enumerate_element: Element) -> Element | None:
    """w:Filter and n:Filter mean the same (MS-WSMV 3.1.4.1.13). Raises FaultError where both are
    there (DSP0226 8.3)."""
    found = [e for e in enumerate_element if e.tag in {f"{{{W}}}Filter", f"{{{N}}}Filter"}]
    if len(found) > 1:
        raise FaultError("n:CannotProcessFilter", 2150858778)
    return found[0] if found else None


def _find(exchange: Exchange, target: Target, element: Element | None) -> tuple[Found, Writer]:
    whole = partial(write_instance, dmtf=target.dmtf)
    if element is None:
        if target.wildcard:
            raise FaultError("w:UnsupportedFeature", 2150858831, fault_detail="FilteringRequired")
        return _instances(exchange, target), whole
    dialect = element.get("Dialect", "")
    if dialect == WQL:
        return _query(exchange, target, text_of(element))
    if dialect == SELECTOR:
        return _selected(exchange, target, element), whole
    if dialect == ASSOCIATION:
        return associations.find(exchange, target, element), whole
    raise FaultError("n:FilterDialectRequestedUnavailable", 2150858777)


def in_mode(mode: str, item: Callable[P, str], reference: Callable[P, str]) -> Callable[P, str]:
    """DSP0226 8.7: the object, its endpoint reference, or both in a w:Item. Raises FaultError for
    another mode."""
    if mode == "":
        return item
    if mode == "EnumerateEPR":
        return reference
    if mode == "EnumerateObjectAndEPR":
        return lambda *a, **k: f"<w:Item>{item(*a, **k)}{reference(*a, **k)}</w:Item>"
    raise FaultError("w:UnsupportedFeature", 2150858886, fault_detail="EnumerationMode")


def _reference(cim_class: CimClass, values: Values, *, dmtf: bool) -> str:
    return write_reference(reference_of(cim_class, values), dmtf=dmtf)


def _instances(exchange: Exchange, target: Target) -> Found:
    """Instances of a class and of those derived from it (MS-WSMV 3.1.4.1.27)."""
    check_namespace(exchange, target.namespace)
    classes = exchange.repository.derived(target.namespace, target.class_name, exchange.machine)
    if not classes:
        find_class(exchange, target)
    check_options(exchange, target, classes)
    return ((c, values) for c in classes for values in c.instances(exchange.machine))


def _query(exchange: Exchange, target: Target, text: str) -> tuple[Found, Writer]:
    if not target.wildcard:
        raise invalid_resource_uri(2150859003)  # a WQL query wants the wildcard (DSP0227 6.2)
    check_namespace(exchange, target.namespace)
    try:
        query = wql.parse(text)
    except wql.WqlError as error:
        raise query_fault(text, f"The WQL query is invalid: {error}. ") from None
    classes = exchange.repository.derived(target.namespace, query.class_name, exchange.machine)
    if not classes:
        raise query_fault(text, "The specified class does not exist in the given namespace. ")
    check_options(exchange, target, classes, query=True)

    def found() -> Iterator[tuple[CimClass, Values]]:
        for cim_class in classes:
            options = exchange.wmi_options
            for values in cim_class.instances_with(exchange.machine, query.limits, options):
                if query.matches(values):
                    yield cim_class, values

    try:
        _check(query, tuple(classes))
        matching = list(found())
    except wql.WqlError as error:
        raise query_fault(text, f"The WQL query is invalid: {error}. ") from None
    except CimError as error:
        raise cim_fault(error, target.namespace) from None
    if query.properties is None:
        return matching, partial(write_instance, dmtf=target.dmtf)
    wanted = frozenset(name.lower() for name in query.properties)
    projected = {c.name: _projected(c.properties, wanted) for c in classes}
    return matching, lambda c, values: write_fragment(projected[c.name], values)


@lru_cache(1000)  # a client asks for the same few again and again
def _check(query: wql.Query, classes: tuple[CimClass, ...]) -> None:
    query.check(p.name for c in classes for p in c.properties)


@lru_cache(1000)
def _projected(properties: tuple[Property, ...], wanted: frozenset[str]) -> Sequence[Property]:
    return alphabetical(p for p in properties if p.name.lower() in wanted)


def _selected(exchange: Exchange, target: Target, element: Element) -> Found:
    """MS-WSMV 3.1.4.1.13: only on a class, no arrays, no dates, no quotes in values."""
    selector_set = next(iter(element), None)
    if selector_set is None or selector_set.tag != f"{{{W}}}SelectorSet" or target.wildcard:
        raise FaultError("n:CannotProcessFilter", 2150858778)
    try:
        selectors = read_selectors(selector_set)
    except FaultError:
        raise FaultError("n:CannotProcessFilter", 2150858778) from None
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
    is_wanted = matching(wanted)
    return ((c, v) for c, v in _instances(exchange, target) if is_wanted(v))
