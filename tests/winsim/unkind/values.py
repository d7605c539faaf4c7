# SPDX-License-Identifier: GPL-3.0-or-later
"""The same instances in other forms: order, NULL, types, and how values are spelled."""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby
from random import Random

from winsim.soap import CIM, Element
from winsim.unkind.about import About
from winsim.unkind.tree import FRAGMENT, NIL, TYPE, declared, instances, pages, split
from winsim.values import resource_uri

_XML_TYPES = {
    "boolean": "cimBoolean",
    "datetime": "cimDateTime",
    "string": "cimString",
    "uint8": "cimUnsignedByte",
    "uint16": "cimUnsignedShort",
    "uint32": "cimUnsignedInt",
    "uint64": "cimUnsignedLong",
    "sint8": "cimByte",
    "sint16": "cimShort",
    "sint32": "cimInt",
    "sint64": "cimLong",
    "reference": "cimReference",
}
_SPELLINGS = {"true": ("true", "1", "TRUE"), "false": ("false", "0", "FALSE")}
_NUMBER = re.compile("-?[0-9]+")
_DURATION = re.compile(r"PT([0-9]+)S")


def whole_instances(root: Element, random: Random, about: About) -> None:
    """A query for some properties is answered with an element of the class instead of an
    XmlFragment (sample omi/wql_projected_response.xml)."""
    if len(about.classes) != 1:
        return
    uri = resource_uri(about.classes[0])
    for page in pages(root):
        for fragment in page.iter(FRAGMENT):
            fragment.tag = f"{{{uri}}}{about.classes[0].name}"
            for child in fragment:
                child.tag = f"{{{uri}}}{split(child.tag)[1]}"
                for wrapped in child:
                    if not wrapped.tag.startswith("{"):
                        wrapped.tag = f"{{{CIM}}}{wrapped.tag}"


def property_order(root: Element, random: Random, about: About) -> None:
    """Windows sends properties in alphabetical order (MS-WSMV note 59), OMI in that of the class
    (sample omi/epr_mode_response.xml). The values of an array keep theirs."""
    for instance in instances(root):
        groups = [list(group) for _tag, group in groupby(instance, key=lambda child: child.tag)]
        random.shuffle(groups)
        instance[:] = [child for group in groups for child in group]


def booleans(root: Element, random: Random, about: About) -> None:
    """A boolean is true, false, 1 or 0 (XML Schema part 2, 3.2.2), and from OMI TRUE or FALSE (sample
    omi/all_types_c_response.xml)."""
    for element in _of_types(root, about, "boolean"):
        if element.text in _SPELLINGS:
            element.text = random.choice(_SPELLINGS[element.text])


def numbers(root: Element, random: Random, about: About) -> None:
    """An integer may begin with zeros or a plus sign (XML Schema part 2, 3.3.13 and 3.3.20), and
    white space around it doesn't count (4.3.6)."""
    for element in _of_types(root, about, *(t for t in _XML_TYPES if "int" in t)):
        element.text = _number(element.text or "", random)


def other_numbers(root: Element, random: Random, about: About) -> None:
    """So may the number that a method returns, the exit code of a program, and the codes of a fault
    (XML Schema part 2, 3.3.20)."""
    for element in root.iter():
        name = split(element.tag)[1]
        if name in {"ReturnValue", "ExitCode", "CIMStatusCode", "error_Code"}:
            element.text = _number(element.text or "", random)
        elif name == "WSManFault":
            element.set("Code", _number(element.get("Code", ""), random).strip())


def _number(text: str, random: Random) -> str:
    if not _NUMBER.fullmatch(text):
        return text
    forms = [text, f" {text}\n"]
    if not text.startswith("-"):
        forms += [f"00{text}", f"+{text}"]
    return random.choice(forms)


def addresses(root: Element, random: Random, about: About) -> None:
    """An address of IPv6 may have letters of both cases, and its zeros in full (RFC 4291 2.2; what
    RFC 5952 4 recommends is no must)."""
    for element in _of_types(root, about, "string"):
        if split(element.tag)[1] in {"IPAddress", "IPv6Address", "NextHop"}:
            bare, percent, zone = (element.text or "").partition("%")
            if ":" in bare:
                full = ipaddress.IPv6Address(bare).exploded
                element.text = random.choice([bare, bare.upper(), full]) + percent + zone


def moments(root: Element, random: Random, about: About) -> None:
    """A time has any zone and any number of digits after the second (XML Schema part 2, 3.2.7;
    recorded from Windows: 28:47.73517Z, and 43:11.203125-07:00)."""
    for element in root.iter():
        wrapped = split(element.tag)[1]
        if wrapped == "Datetime" and (text := element.text or "").endswith("Z"):
            element.text = _moment(text, random)


def _moment(text: str, random: Random) -> str:
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    minutes = random.choice([0, -420, 540, 345])
    told = moment.astimezone(timezone(timedelta(minutes=minutes))).isoformat()
    zone = "Z" if not minutes else told[-6:]
    told = told[:-6]
    if random.random() < 0.5:
        told += "0" if "." in told else ".000"
    return told + zone


def cim_moments(root: Element, random: Random, about: About) -> None:
    """A time or an interval in the CIM's own form, in its own element (DSP0230 6.1, cimDateTime;
    DSP0004 5.2.4)."""
    for parent in root.iter():
        for element in parent:
            text = element.text or ""
            uri, name = split(element.tag)
            if name == "Datetime" and text.endswith("Z"):
                moment = datetime.fromisoformat(text)
                element.text = f"{moment:%Y%m%d%H%M%S.%f}+000"
            elif name == "Interval" and (match := _DURATION.fullmatch(text)) is not None:
                minutes, seconds = divmod(int(match[1]), 60)
                hours, minutes = divmod(minutes, 60)
                days, hours = divmod(hours, 24)
                element.text = f"{days:08}{hours:02}{minutes:02}{seconds:02}.000000:000"
            else:
                continue
            element.tag = f"{{{uri}}}CIM_DateTime" if uri else "CIM_DateTime"


def bare_moments(root: Element, random: Random, about: About) -> None:
    """A time without an element of its own around it (sample omi/all_types_c_response.xml)."""
    for element in _of_types(root, about, "datetime"):
        wrapped = next(iter(element), None)
        if wrapped is not None and split(wrapped.tag)[1] == "Datetime":
            element.text = wrapped.text
            element.remove(wrapped)


def absent_nulls(root: Element, random: Random, about: About) -> None:
    """A property that is NULL is nil, or it isn't there: any but a key may be left out (DSP0230 9,
    minOccurs). Windows leaves arrays out (sample
    server_2012_Win32_NetworkAdapterConfiguration_star_000.xml)."""
    for instance in instances(root):
        for child in list(instance):
            known = declared(child, about.properties)
            if child.get(NIL) and not (known and known.key) and random.random() < 0.5:
                instance.remove(child)


def nil_arrays(root: Element, random: Random, about: About) -> None:
    """An array that is NULL is one nil element (MS-WSMV 3.1.4.1.26; sample
    omi/all_types_c_response.xml)."""
    for instance in instances(root):
        uri, name = split(instance.tag)
        cim_class = next((c for c in about.classes if c.name == name), None)
        if instance.tag == FRAGMENT or cim_class is None or not instance.get(TYPE):
            continue  # of a projection only what was asked for
        there = {split(child.tag)[1].lower() for child in instance}
        for known in cim_class.properties:
            if known.array and known.name.lower() not in there:
                instance.append(Element(f"{{{uri}}}{known.name}", {NIL: "true"}))


def nil_spelling(root: Element, random: Random, about: About) -> None:
    """xsi:nil is a boolean: true or 1 (XML Schema part 1, 2.6.2)."""
    for element in root.iter():
        if element.get(NIL) == "true":
            element.set(NIL, random.choice(["true", "1"]))


def no_types(root: Element, random: Random, about: About) -> None:
    """An instance without xsi:type (samples of OMI; XML Schema part 1, 2.6.1: an element has the
    type that it is declared with)."""
    for instance in instances(root):
        instance.attrib.pop(TYPE, None)


def typed_properties(root: Element, random: Random, about: About) -> None:
    """Properties with xsi:type, as Windows writes them in an MSFT_WmiError (sample
    winrb_wmi_error_v2.xml; the types of DSP0230 6.1)."""
    for instance in instances(root):
        for child in instance:
            known = declared(child, about.properties)
            if known is not None and known.type in _XML_TYPES and not child.get(TYPE):
                child.set(TYPE, f"{{{CIM}}}{_XML_TYPES[known.type]}")


def _of_types(root: Element, about: About, *types: str) -> list[Element]:
    """The elements of properties of these types that have a value."""
    return [
        child
        for instance in instances(root)
        for child in instance
        if (known := declared(child, about.properties)) is not None
        and known.type in types
        and not child.get(NIL)
    ]
