# SPDX-License-Identifier: GPL-3.0-or-later
"""The structure of an XML document: everything but the values."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
#: Attributes whose value belongs to the structure; of the others only the name does.
_TELLING = {f"{_XSI}nil", f"{_XSI}type", "Name", "End", "State", "Code", "provider", "path"}
#: Elements that occur as often as there is data.
_AS_OFTEN_AS_NEEDED = {"Stream"}
#: Elements whose text belongs to the structure.
_FIXED_TEXT = {"Action", "Value", "FaultDetail", "ResourceURI", "ResourceUri", "ExitCode"}


def shape(element: ET.Element) -> Any:
    """Names with their namespaces, attributes, order, which texts are empty; and the values that
    make an answer what it is. Equal for two documents of the same structure."""
    name = element.tag.rpartition("}")[2]
    attributes = tuple(
        sorted((key, value if key in _TELLING else "") for key, value in element.attrib.items())
    )
    text = (element.text or "").strip()
    children: list[Any] = []
    for child in element:
        inner = shape(child)
        repeated = child.tag.rpartition("}")[2] in _AS_OFTEN_AS_NEEDED
        if not (repeated and children and children[-1] == inner):
            children.append(inner)
    return (
        element.tag,
        attributes,
        text if name in _FIXED_TEXT else bool(text),
        tuple(children),
    )
