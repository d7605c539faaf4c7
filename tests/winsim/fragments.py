# SPDX-License-Identifier: GPL-3.0-or-later
"""Fragments of an instance (DSP0226 7.7): what an expression in XPath Level 1 (annex D.1) selects.

The expression starts at the instance's own element: ``DisplayName`` is a property,
``DependsOn[2]`` the second value of an array, ``Made/Datetime`` is inside one; ``text()`` and
``@name`` may end it, and a step may be filtered by ``[child="x"]`` or ``[@name="x"]``. A name
without prefix is that of any namespace. Windows refuses one that starts with a slash, or that
goes beyond the elements and attributes of an instance, or into a reference (MS-WSMV 3.1.4.1.18,
notes 65 and 66). That it answers with a property as the whole instance shows it is inferred from
DSP0226.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from winsim.cim import CimClass, Property, Scalar, Values
from winsim.faults import FaultError
from winsim.soap import CIM, XSI, A, Answer, Element, FragmentTransfer, W, escape
from winsim.values import scalar_text, write_instance

_XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
_NAME = r"(?:(?:[A-Za-z_][\w.-]*):)?[A-Za-z_][\w.-]*"
_STEP = re.compile(
    rf"(?P<name>{_NAME})(?:\[\s*(?:(?P<place>[1-9][0-9]{{0,8}})|(?P<at>@?)(?P<child>{_NAME})"
    r"\s*=\s*(?P<quote>[\"'])(?P<value>.*?)(?P=quote))\s*\])?"
)
_ATTRIBUTE = re.compile(rf"@(?P<name>{_NAME})")
_NIL = f"{{{XSI}}}nil"
_PREFIXES = {XSI: "xsi:", CIM: "cim:", A: "a:", W: "w:"}


@dataclass(frozen=True)
class Fragment:
    """A parsed expression. `end` is empty for elements, ``text()``, or the attribute's name."""

    steps: tuple[Step, ...]
    end: str
    header: FragmentTransfer

    @property
    def property_name(self) -> str:
        return self.steps[0].name

    @property
    def index(self) -> int | None:
        """The place in an array that the expression is about; None for all of it."""
        return self.steps[0].place


@dataclass(frozen=True)
class Step:
    """One step: the local name and what is known of its namespace, and the filter."""

    name: str
    namespace: str | None
    place: int | None = None
    child: str = ""
    at: bool = False
    value: str = ""

    def select(self, elements: Iterable[Element]) -> Iterator[Element]:
        """Those of the children of `elements` that it names."""
        for element in elements:
            named = [child for child in element if self._is_named(child.tag)]
            if self.place is not None:
                named = named[self.place - 1 : self.place]
            yield from (child for child in named if not self.child or self._fits(child))

    def _is_named(self, tag: str) -> bool:
        namespace, _unused, name = tag.rpartition("}")
        return name == self.name and self.namespace in {None, namespace[1:]}

    def _fits(self, element: Element) -> bool:
        if self.at:
            return _attribute(element, self.child) == self.value
        return any(_local(c.tag) == self.child and (c.text or "") == self.value for c in element)


def parse(header: FragmentTransfer) -> Fragment:
    """Raises FaultError for another dialect, or for what is no expression of Level 1."""
    if header.dialect not in {"", _XPATH}:
        raise FaultError("w:FragmentDialectNotSupported", 2150858896)
    if not header.expression:
        raise FaultError("w:CannotProcessFilter", 2150858897)
    *paths, last = _split(header.expression)
    end = ""
    if last == "text()":
        end = last
    elif (attribute := _ATTRIBUTE.fullmatch(last)) is not None:
        end = attribute["name"].rpartition(":")[2]
    else:
        paths.append(last)
    steps = tuple(_step(path, header.namespaces) for path in paths)
    if not steps:
        raise _cannot_process()
    return Fragment(steps, end, header)


def _split(expression: str) -> list[str]:
    """The steps: at slashes outside of quotes."""
    parts = re.findall(r"""(?:[^/"']|"[^"]*"|'[^']*')+|/""", expression)
    if "".join(parts) != expression or not parts or parts[0] == "/" or parts[-1] == "/":
        raise _cannot_process()
    if any(first == second == "/" for first, second in pairwise(parts)):
        raise _cannot_process()
    return [part.strip() for part in parts if part != "/"]


def _step(text: str, namespaces: Mapping[str, str]) -> Step:
    match = _STEP.fullmatch(text)
    if match is None:
        raise _cannot_process()
    prefix, _unused, name = match["name"].rpartition(":")
    if prefix and prefix not in namespaces:
        raise _cannot_process()
    return Step(
        name,
        namespaces[prefix] if prefix else None,
        int(match["place"]) if match["place"] else None,
        (match["child"] or "").rpartition(":")[2],
        bool(match["at"]),
        match["value"] or "",
    )


def read(fragment: Fragment, cim_class: CimClass, values: Values, *, dmtf: bool) -> str:
    """The w:XmlFragment that an instance has at a fragment; one that is nil where there is nothing.
    Raises FaultError."""
    declared = declared_property(fragment, cim_class)
    instance = write_instance(cim_class, values, dmtf=dmtf)
    root = ET.fromstring(f'<r xmlns:a="{A}" xmlns:w="{W}">{instance}</r>')[0]
    namespace = root.tag[1:].rpartition("}")[0]
    if fragment.steps[0].namespace not in {None, namespace}:
        raise _cannot_process()
    if declared.type == "reference" and len(fragment.steps) > 1:
        raise _cannot_process()
    found = [root]
    for depth, step in enumerate(fragment.steps):
        before, found = found, list(step.select(found))
        if depth > 0 and before and not found:
            raise _cannot_process()
    if fragment.end == "text()":
        content = "".join(escape(element.text or "") for element in found)
    elif fragment.end:
        texts = [_attribute(element, fragment.end) for element in found]
        if found and None in texts:
            raise _cannot_process()
        content = "".join(escape(text or "") for text in texts)
    else:
        content = "".join(_write(element, namespace) for element in found)
    declarations = f'xmlns:xsi="{XSI}" xmlns:p="{namespace}" xmlns:cim="{CIM}"'
    if not content:
        return f'<w:XmlFragment {declarations} xsi:nil="true"/>'
    return f'<w:XmlFragment xmlns:w="{W}" {declarations}>{content}</w:XmlFragment>'


def written(fragment: Fragment, cim_class: CimClass, values: Values, body: Element) -> Element:
    """The part of an instance that a Put of a fragment writes, as an element that holds it: the
    property with its new values. An expression that names one place of an array replaces that
    value and keeps the others, one that is followed by ``text()`` takes text (DSP0226 7.7.2).
    Raises FaultError."""
    declared = declared_property(fragment, cim_class)
    if body.tag != f"{{{W}}}XmlFragment":
        raise _invalid_xml()
    name = declared.name
    if len(fragment.steps) > 1 or fragment.steps[0].child or fragment.end not in {"", "text()"}:
        raise _cannot_process()  # a property, or a value of an array
    if fragment.end:
        if len(body) or (body.get(_NIL) in {"true", "1"} and (body.text or "").strip()):
            raise _invalid_xml()
        new = [ET.Element(name, dict(body.attrib))]
        new[0].text = body.text
    else:
        new = [child for child in body if _local(child.tag) == name]
        if len(new) < len(body) or not new or (body.text or "").strip():
            raise _invalid_xml()
    place = fragment.index
    if place is not None:
        old = values.get(name)
        texts = [_old(name, item) for item in old] if isinstance(old, list) else []
        if not declared.array or place > len(texts) or len(new) != 1:
            raise _cannot_process()
        new = [*texts[: place - 1], new[0], *texts[place:]]
    holder = ET.Element("holder")
    holder.extend(new)
    return holder


def _old(name: str, value: Scalar) -> Element:
    element = ET.Element(name)
    element.text = scalar_text(value)
    return element


def _invalid_xml() -> FaultError:
    """The body isn't the fragment that the expression is about (DSP0226 7.7.2)."""
    return FaultError("w:SchemaValidationError", 2150858841, fault_detail="InvalidFragment")


def declared_property(fragment: Fragment, cim_class: CimClass) -> Property:
    """The property that a fragment is of. Raises FaultError where the class has none such."""
    for declared in cim_class.properties:
        if declared.name == fragment.property_name:
            return declared
    raise _cannot_process()


def answer(action: str, fragment: Fragment, body: str) -> Answer:
    """An answer with the header that says what it is of (DSP0226 R7.7-3)."""
    dialect = f' Dialect="{_XPATH}"' if fragment.header.dialect else ""
    return Answer(
        action,
        body,
        prefixes="s a x w p",
        header=f'<w:FragmentTransfer s:mustUnderstand="true"{dialect}>'
        f"{escape(fragment.header.expression)}</w:FragmentTransfer>",
    )


def _cannot_process() -> FaultError:
    """The subcode that Windows has (notes 65 and 66), with the code of wsmerror.h for an invalid
    path; no answer with both was found."""
    return FaultError("w:CannotProcessFilter", 2150858899)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attribute(element: Element, name: str) -> str | None:
    return next((value for key, value in element.attrib.items() if _local(key) == name), None)


def _write(element: Element, namespace: str) -> str:
    """An element of an instance as Windows writes it there."""
    uri, _unused, name = element.tag[1:].rpartition("}")
    tag = {namespace: "p:", **_PREFIXES}.get(uri, "") + name
    attributes = "".join(
        f' {_PREFIXES.get(key[1:].rpartition("}")[0], "")}{_local(key)}="{escape(value)}"'
        for key, value in element.attrib.items()
    )
    inner = escape(element.text or "") + "".join(_write(child, namespace) for child in element)
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>"
