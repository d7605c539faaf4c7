# SPDX-License-Identifier: GPL-3.0-or-later
"""An envelope as a tree that doesn't depend on prefixes: also names in content, such as the value
of xsi:type and the codes of a fault, are kept with their namespace."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from io import BytesIO

from winsim.cim import Property
from winsim.soap import WMI, XSI, A, Element, N, S, W
from winsim.values import CIM_SCHEMA

HEADER, BODY, FAULT = f"{{{S}}}Header", f"{{{S}}}Body", f"{{{S}}}Fault"
RELATES_TO = f"{{{A}}}RelatesTo"
NIL, TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"
FRAGMENT = f"{{{W}}}XmlFragment"
#: The attributes and elements whose content is a qualified name (XML Schema part 1, 2.6.1; SOAP 1.2
#: part 1, 5.4.6; WS-Addressing 2.2).
_NAMES_IN_ATTRIBUTES = frozenset({TYPE, "RelationshipType"})
_NAMES_IN_TEXT = frozenset({f"{{{S}}}Value"})


def read(text: str) -> Element:
    """The root element of an envelope. Names in content become ``{namespace}name``."""
    root: Element | None = None
    scope: list[tuple[str, str]] = []
    data = BytesIO(text.encode("utf-8", "xmlcharrefreplace"))
    for event, found in ET.iterparse(data, events=("start", "end", "start-ns", "end-ns")):
        if event == "start-ns":
            scope.append(found)
        elif event == "end-ns":
            scope.pop()
        elif event == "start":
            root = found if root is None else root
            for name in _NAMES_IN_ATTRIBUTES & found.attrib.keys():
                found.set(name, _resolved(found.attrib[name], scope))
        elif found.tag in _NAMES_IN_TEXT:
            found.text = _resolved(found.text or "", scope)
    assert root is not None
    return root


def _resolved(name: str, scope: list[tuple[str, str]]) -> str:
    prefix, colon, local = name.strip().rpartition(":")
    uri = dict(scope).get(prefix) if colon else None
    return f"{{{uri}}}{local}" if uri is not None else name


def is_name(element: Element) -> bool:
    """Whether the text of an element is a qualified name."""
    return element.tag in _NAMES_IN_TEXT


def is_name_in(attribute: str) -> bool:
    """Whether the value of an attribute is a qualified name."""
    return attribute in _NAMES_IN_ATTRIBUTES


def split(name: str) -> tuple[str, str]:
    """The namespace of a name, empty where it has none, and its local part."""
    if not name.startswith("{"):
        return "", name
    uri, _unused, local = name[1:].partition("}")
    return uri, local


def content(root: Element) -> Element | None:
    """What the body holds."""
    body = root.find(BODY)
    return next(iter(body), None) if body is not None else None


def is_class(uri: str) -> bool:
    """Whether a namespace is that of a CIM class."""
    return uri.lower().startswith((WMI.lower(), CIM_SCHEMA.lower()))


def instances(root: Element) -> Iterator[Element]:
    """The CIM instances of an answer, whole or projected."""
    for element in root.iter():
        uri, name = split(element.tag)
        if element.tag == FRAGMENT or (is_class(uri) and uri.lower().endswith(f"/{name.lower()}")):
            yield element


def declared(element: Element, properties: Mapping[str, Property]) -> Property | None:
    """What the class says of a property, by the name of its element."""
    return properties.get(split(element.tag)[1].lower())


def pages(root: Element) -> Iterator[Element]:
    """The answer to Enumerate or Pull, where this is one."""
    found = content(root)
    if found is not None and found.tag in {f"{{{N}}}EnumerateResponse", f"{{{N}}}PullResponse"}:
        yield found
