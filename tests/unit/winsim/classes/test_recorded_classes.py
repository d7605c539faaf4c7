# SPDX-License-Identifier: GPL-3.0-or-later
"""Classes of root/cimv2 against what a Server 2012 answered: the same properties in the same
order, NULL where it was always NULL, and values that a parser of the recording would take."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from unit.rows import each_row
from unit.sweeps import fast
from winsim import classes, images
from winsim.cim import Value

SAMPLES = Path(__file__).parents[3] / "samples" / "wsman_enumerate"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
RECORDED = ("Win32_Process", "Win32_Service", "Win32_OperatingSystem")


def recorded(class_name: str) -> list[ET.Element]:
    """All recorded instances of a class, selected with ``*``."""
    instances = []
    for path in sorted(SAMPLES.glob(f"server_2012_{class_name}_star_*.xml")):
        instances += [
            element for element in ET.parse(path).iter() if element.tag.endswith(f"}}{class_name}")
        ]
    return instances


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


@each_row("class_name", RECORDED)
def test_properties_are_the_recorded_ones_in_their_order(class_name: str) -> None:
    cim_class = classes.find("root/cimv2", class_name)
    assert cim_class is not None
    names = [p.name for p in cim_class.properties]
    for instance in recorded(class_name):
        assert names == list(dict.fromkeys(local(child) for child in instance))


@each_row("class_name", RECORDED)
@each_row("image", ["win11-ja", "server2022"])
def test_what_was_always_null_is_null(class_name: str, image: str) -> None:
    instances = recorded(class_name)
    nulls = set.intersection(*({local(c) for c in i if c.get(NIL) == "true"} for i in instances))
    assert nulls
    cim_class = classes.find("root/cimv2", class_name)
    assert cim_class is not None
    for values in cim_class.instances(images.load(image).boot()):
        assert not {name for name in nulls if values[name] is not None}


@each_row("class_name", RECORDED)
def test_types_read_every_recorded_value(class_name: str) -> None:
    cim_class = classes.find("root/cimv2", class_name)
    assert cim_class is not None
    types = {p.name: p.type for p in cim_class.properties}
    for instance in recorded(class_name):
        for child in instance:
            if child.get(NIL) != "true":
                text = child[0].text if len(child) else child.text
                assert fits(text or "", types[local(child)]), (local(child), text)


@pytest.mark.parametrize(
    "image", fast(images.names(), "win11-ja", "win2008r2", "server-core", "ipv6-only", "relays")
)
@each_row("class_name", [*RECORDED, "Win32_ComputerSystem"])
def test_values_have_the_declared_types(class_name: str, image: str) -> None:
    machine = images.load(image).boot()
    cim_class = classes.find("root/cimv2", class_name)
    assert cim_class is not None
    for values in cim_class.instances(machine):
        for declared in cim_class.properties:
            value = values[declared.name]
            assert isinstance(value, list) == (declared.array and value is not None)
            for item in value if isinstance(value, list) else [value]:
                assert item is None or has_type(item, declared.type), declared


def fits(text: str, cim_type: str) -> bool:
    if cim_type == "boolean":
        return text in {"true", "false"}
    if cim_type == "datetime":
        return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", text) is not None
    if cim_type == "string":
        return True
    return text.lstrip("-").isdecimal() and in_range(int(text), cim_type)


def in_range(value: int, cim_type: str) -> bool:
    bits = int(cim_type[4:])
    if cim_type.startswith("uint"):
        return 0 <= value < 1 << bits
    return -(1 << bits - 1) <= value < 1 << bits - 1


def has_type(value: Value, cim_type: str) -> bool:
    if isinstance(value, bool) or cim_type == "boolean":
        return isinstance(value, bool) and cim_type == "boolean"
    if isinstance(value, int):
        return "int" in cim_type and in_range(value, cim_type)
    if isinstance(value, str):
        return cim_type == "string"
    return cim_type == "datetime" and getattr(value, "tzinfo", None) is not None
