# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Instances, properties and references as XML elements, in both directions (DSP0230; DSP0227).

Reading accepts what Windows and OMI send: names with or without a namespace, xsi:nil, an array as
repeated elements, datetimes wrapped in an element, embedded instances, endpoint references.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from ...ground.names import ascii_lower
from ...ground.text import for_display
from ..soap import namespaces
from ..soap.characters import escape
from ..soap.document import Element, is_nil, text_of
from ..soap.errors import LocalProtocolError, RemoteProtocolError
from .cim_text import READERS, check_type, to_text
from .objects import CimClass, CimScalar, CimType, CimValue, Instance, Property, Reference

#: The elements that wrap the text of a datetime: Windows writes the first, the others are the
#: remaining choices of cimDateTime that can stand for a value (DSP0230, 6.1; [MS-WSMAN] 2.2.5.1).
_DATETIME_WRAPPERS = frozenset({"Datetime", "Interval", "CIM_DateTime", "CIM_DateTimeString"})

#: The names that CIM allows for classes, properties, methods and parameters (DSP0004, 5.2.2), as
#: far as they are ASCII; each is an XML name too.
_CIM_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")


class InstanceReader:
    """Reads the instances of one class (or of an unknown class) from one answer.

    Keeps what it learned about the names in the answer, which repeat in every instance.
    """

    def __init__(self, cim_class: CimClass | None) -> None:
        self._class = cim_class
        self._known: dict[str, _Known] = {}

    def read(self, element: Element, reference: Reference | None = None) -> Instance:
        """The instance that an element holds: `p:Class` or, for a projection, `w:XmlFragment`.

        Raises RemoteProtocolError for a value that is not of its property's declared type.
        """
        known = self._known
        values: dict[str, CimValue] = {}
        arrays: dict[str, list[CimScalar]] = {}
        for child in element:
            name, reader, declared, is_array = known.get(child.tag) or self._learn(child.tag)
            try:
                if child.get("nil") and is_nil(child):
                    value: CimScalar = None
                elif len(child):
                    value = _read_children(child, declared)
                else:
                    value = reader(child.text or "")
            except ValueError:
                raise self._wrong_type(child, name, declared) from None
            if is_array:
                arrays.setdefault(name, []).append(value)
            elif name not in values:
                values[name] = value
            elif declared is None:  # a second value shows that the unknown property is an array
                arrays.setdefault(name, [cast(CimScalar, values[name])]).append(value)
            else:
                raise RemoteProtocolError("answer.repeated", property=self._path(name))
        for name, items in arrays.items():
            # A null array is written as one null element ([MS-WSMV] 3.1.4.1.26).
            values[name] = None if items == [None] else tuple(items)
        class_name = None if element.tag == "XmlFragment" else element.tag
        return Instance(class_name, values, reference)

    def _learn(self, tag: str) -> _Known:
        declared = self._class.by_name.get(ascii_lower(tag)) if self._class else None
        if declared:
            entry = _Known(declared.name, READERS[declared.type], declared.type, declared.array)
        else:
            entry = _Known(tag, str, None, False)
        self._known[tag] = entry
        return entry

    def _path(self, name: str) -> str:
        return f"{self._class.name}.{name}" if self._class else for_display(name)

    def _wrong_type(
        self, element: Element, name: str, declared: CimType | None
    ) -> RemoteProtocolError:
        return RemoteProtocolError(
            "answer.wrong_type",
            value=for_display(element.text or "", 60),
            property=self._path(name),
            type=declared.value if declared else "text",
        )


class _Known(NamedTuple):
    """What is known about a name in an answer; `declared` is None for an unknown property."""

    name: str
    reader: Callable[[str], CimScalar]
    declared: CimType | None
    is_array: bool


def _read_children(element: Element, declared: CimType | None) -> CimScalar:
    """The value of a property whose element holds elements.

    Raises ValueError if a property of its type can't have such a value.
    """
    first = element[0]
    if len(element) == 1 and first.tag in _DATETIME_WRAPPERS:
        return READERS[declared or CimType.STRING](first.text or "")
    if declared in (CimType.REFERENCE, None):
        if element.find("ReferenceParameters") is not None:
            return read_reference(element)
        if first.tag == "EndpointReference":
            return read_reference(first)
    # An embedded instance is a string in the schema, with a qualifier (DSP0004, 5.6.3.15).
    if declared in (CimType.STRING, None):
        class_name = element.get("type", "").rpartition(":")[2].removesuffix("_Type")
        return replace(InstanceReader(None).read(element), class_name=class_name or None)
    raise ValueError(first.tag)


def read_reference(element: Element) -> Reference:
    """The reference that an endpoint reference holds.

    Raises RemoteProtocolError if it names no resource.
    """
    parameters = element.find("ReferenceParameters")
    uri = text_of(parameters.find("ResourceURI")) if parameters is not None else ""
    if parameters is None or not uri:
        raise RemoteProtocolError("answer.no_resource")
    return Reference(
        uri,
        tuple(
            (selector.get("Name", ""), selector.text or "")
            for selector in parameters.iterfind("SelectorSet/Selector")
        ),
    )


def write_selectors(selectors: Iterable[tuple[str, str]]) -> str:
    """The w:SelectorSet of a header or a reference; nothing for a singleton or a class."""
    written = "".join(
        f'<w:Selector Name="{escape(name)}">{escape(value)}</w:Selector>'
        for name, value in selectors
    )
    return f"<w:SelectorSet>{written}</w:SelectorSet>" if written else ""


def write_reference(reference: Reference) -> str:
    """The content of an endpoint reference; its address is the service that reads it."""
    return (
        f"<a:Address>{namespaces.ANONYMOUS}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{escape(reference.resource_uri)}</w:ResourceURI>"
        f"{write_selectors(reference.selectors)}</a:ReferenceParameters>"
    )


def write_instance(
    tag: str, resource_uri: str, values: Mapping[str, CimValue], cim_class: CimClass | None = None
) -> str:
    """An element `p:tag` in the namespace of its class, with one child (or one per array element)
    for each value, in the order given.

    With a class, values are checked against its properties and take their spelling; without, the
    type of each Python value decides (the arguments of a method).

    Raises LocalProtocolError for a name or value that the class does not have.
    """
    children = []
    for name, value in values.items():
        declared = cim_class.property_named(name) if cim_class else None
        try:
            children.append(
                _write_property(declared.name if declared else check_name(name), value, declared)
            )
        except LocalProtocolError as error:
            raise LocalProtocolError("request.of", name=f"{tag}.{name}", problem=error) from error
    return (
        f'<p:{check_name(tag)} xmlns:p="{escape(resource_uri)}" xmlns:cim="{namespaces.CIM_COMMON}"'
        f' xmlns:xsi="{namespaces.SCHEMA_INSTANCE}">{"".join(children)}</p:{tag}>'
    )


def check_name(name: str) -> str:
    """The name itself; raises LocalProtocolError if CIM has no such names."""
    if not _CIM_NAME.fullmatch(name):
        raise LocalProtocolError("request.no_cim_name", name=name)
    return name


def _write_property(name: str, value: CimValue, declared: Property | None) -> str:
    if not isinstance(value, tuple):
        if declared and declared.array and value is not None:
            raise LocalProtocolError("request.no_array", value=repr(value))
        return _write_scalar(name, value, declared)
    if declared and not declared.array:
        raise LocalProtocolError("request.array", value=repr(value))
    if not value:
        raise LocalProtocolError("request.empty_array")
    if None in value:
        raise LocalProtocolError("request.null_in_array", value=repr(value))
    return "".join(_write_scalar(name, each, declared) for each in value)


def _write_scalar(name: str, value: CimScalar, declared: Property | None) -> str:
    if value is None:
        return f'<p:{name} xsi:nil="true"/>'
    if declared:
        check_type(value, declared.type)
    if isinstance(value, Reference):
        return f"<p:{name}>{write_reference(value)}</p:{name}>"
    return f"<p:{name}>{_wrap_datetime(value, escape(to_text(value)))}</p:{name}>"


def _wrap_datetime(value: CimScalar, text: str) -> str:
    if isinstance(value, datetime):
        return f"<cim:Datetime>{text}</cim:Datetime>"
    if isinstance(value, timedelta):
        return f"<cim:CIM_DateTime>{text}</cim:CIM_DateTime>"
    return text
