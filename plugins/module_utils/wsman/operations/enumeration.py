# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Enumerations: WQL queries and associations, page by page (DSP0226, 8; DSP0227, 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..cim.cim_xml import InstanceReader, read_reference, write_reference
from ..cim.objects import CimClass, CimValue, Instance, Reference
from ..soap import namespaces
from ..soap.characters import escape
from ..soap.document import DocumentLimits, Element, text_of
from ..soap.errors import RemoteProtocolError
from .envelope import Request, RequestSettings, build, only_child, read, wmi_options

#: The most instances that a service puts into one answer; its default limit ([MS-WSMV] 3.1.4.1.14).
MAX_ELEMENTS = 32_000

_WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
_ASSOCIATION_FILTER = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter"


@dataclass(frozen=True)
class Page:
    """Part of an enumeration: its instances, and the context to pull the next page with.

    Only `end` says that it was the last page: OMI sends a context even with the last one. `context`
    is None at the end, and every page has a new one.
    """

    items: tuple[Instance, ...]
    context: str | None
    end: bool


def enumerate_query(
    cim_class: CimClass,
    query: str,
    settings: RequestSettings,
    *,
    max_elements: int = MAX_ELEMENTS,
    references: bool = False,
    options: Mapping[str, CimValue] | None = None,
) -> Request:
    """Ask for the instances that a WQL query selects in the namespace of a class.

    With `references`, each instance comes with its reference (EnumerateObjectAndEPR). `options`
    become the WMI context of the operation (`envelope.wmi_options`).
    """
    return _enumerate(cim_class, _WQL, escape(query), settings, max_elements, references, options)


def associators(
    source: Reference,
    *,
    association_class: CimClass,
    result_class: CimClass | None,
    settings: RequestSettings,
    max_elements: int = MAX_ELEMENTS,
    references: bool = False,
) -> Request:
    """Ask for the instances that an association class links to a source (DSP0227, 8.2; [MS-WSMV]
    3.1.4.1.13).

    `result_class` narrows them to that class and those derived from it.
    """
    result = f"<b:ResultClassName>{result_class.name}</b:ResultClassName>" if result_class else ""
    content = (
        f"<b:AssociatedInstances><b:Object>{write_reference(source)}</b:Object>"
        f"<b:AssociationClassName>{association_class.name}</b:AssociationClassName>"
        f"{result}</b:AssociatedInstances>"
    )
    return _enumerate(
        association_class, _ASSOCIATION_FILTER, content, settings, max_elements, references
    )


def association_instances(
    source: Reference,
    *,
    association_class: CimClass,
    role: str,
    settings: RequestSettings,
    max_elements: int = MAX_ELEMENTS,
) -> Request:
    """Ask for the instances of an association class that refer to a source in a role: the name of
    the reference that has to be the source (DSP0227, 8.2).

    A service that does not know the role also sends those with other roles: check the references.
    """
    content = (
        f"<b:AssociationInstances><b:Object>{write_reference(source)}</b:Object>"
        f"<b:ResultClassName>{association_class.name}</b:ResultClassName>"
        f"<b:Role>{role}</b:Role></b:AssociationInstances>"
    )
    return _enumerate(
        association_class, _ASSOCIATION_FILTER, content, settings, max_elements, False
    )


def pull(
    cim_class: CimClass,
    context: str,
    settings: RequestSettings,
    *,
    max_elements: int = MAX_ELEMENTS,
) -> Request:
    """Ask for the next page; `cim_class` is the one that the enumeration was opened with."""
    body = (
        f"<n:Pull><n:EnumerationContext>{escape(context)}</n:EnumerationContext>"
        f"<n:MaxElements>{max_elements}</n:MaxElements></n:Pull>"
    )
    action = f"{namespaces.ENUMERATION}/Pull"
    return build(action, cim_class.namespace_uri, body, settings)


def release(cim_class: CimClass, context: str, settings: RequestSettings) -> Request:
    """Tell the service to forget an enumeration that will not be read to its end."""
    body = f"<n:Release><n:EnumerationContext>{escape(context)}</n:EnumerationContext></n:Release>"
    action = f"{namespaces.ENUMERATION}/Release"
    return build(action, cim_class.namespace_uri, body, settings)


def read_page(
    data: bytes, request: Request, cim_class: CimClass | None, limits: DocumentLimits
) -> Page:
    """The answer to Enumerate or Pull; `cim_class` gives the values their types.

    Raises FaultError for a fault, RemoteProtocolError for an answer that is neither at its end
    nor says how to go on, or that holds a value of the wrong type.
    """
    response = only_child(read(data, request, limits), "Response")
    end = response.find("EndOfSequence") is not None
    context = text_of(response.find("EnumerationContext")) or None
    if not end and context is None:
        raise RemoteProtocolError("answer.no_context")
    reader = InstanceReader(cim_class)
    # EnumerateResponse has w:Items, PullResponse n:Items; a page may have none.
    items = response.find("Items")
    return Page(
        tuple(_read_item(each, reader) for each in items) if items is not None else (),
        None if end else context,
        end,
    )


def _read_item(element: Element, reader: InstanceReader) -> Instance:
    if element.tag != "Item":
        return reader.read(element)
    reference = element.find("EndpointReference")
    objects = [each for each in element if each is not reference]
    if reference is None or len(objects) != 1:
        raise RemoteProtocolError("answer.no_reference")
    return reader.read(objects[0], read_reference(reference))


def _enumerate(
    cim_class: CimClass,
    dialect: str,
    filter_content: str,
    settings: RequestSettings,
    max_elements: int,
    references: bool,
    options: Mapping[str, CimValue] | None = None,
) -> Request:
    mode = "<w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode>" if references else ""
    body = (
        f"<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>{max_elements}</w:MaxElements>{mode}"
        f'<w:Filter Dialect="{dialect}">{filter_content}</w:Filter></n:Enumerate>'
    )
    action = f"{namespaces.ENUMERATION}/Enumerate"
    wmi = wmi_options(options or {})
    return build(action, cim_class.namespace_uri, body, settings, options=wmi)
