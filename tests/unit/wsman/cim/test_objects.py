# SPDX-License-Identifier: GPL-3.0-or-later
"""Classes, properties and references as plain values."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import (
    CimClass,
    CimType,
    Property,
    Reference,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    LocalProtocolError,
)
from unit.rows import each_row

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"


def test_addresses_of_a_class() -> None:
    assert classes.PROCESS.resource_uri == f"{WMI}root/cimv2/Win32_Process"
    assert classes.PROCESS.namespace_uri == f"{WMI}root/cimv2/*"


def test_keys() -> None:
    def keys(cim_class: CimClass) -> list[str]:
        return [each.name for each in cim_class.properties if each.key]

    assert keys(classes.PROCESS) == ["Handle"]
    assert keys(classes.SERVICE) == ["Name"]
    assert keys(classes.OPERATING_SYSTEM) == []


def test_properties_are_found_in_any_letter_case() -> None:
    found = classes.NET_PROTOCOL_PORT_FILTER.property_named("LOCALPORT")
    assert found == Property("LocalPort", CimType.STRING, array=True)
    assert str(found) == "string[] LocalPort"


def test_an_unknown_property_is_our_mistake() -> None:
    with pytest.raises(LocalProtocolError, match="Win32_Process has no property 'Pid'"):
        classes.PROCESS.property_named("Pid")


def test_a_reference_names_its_class_and_selectors() -> None:
    reference = classes.SERVICE.reference([("Name", "W3SVC")])
    assert reference == Reference(f"{WMI}root/cimv2/Win32_Service", (("Name", "W3SVC"),))
    assert reference.class_name == "Win32_Service"
    assert reference.selector("NAME") == "W3SVC"
    assert reference.selector("Other") is None


def test_every_declared_class_is_consistent() -> None:
    declared = [each for each in vars(classes).values() if isinstance(each, CimClass)]
    assert len({each.name for each in declared}) == len(declared) == 31
    for each in declared:
        assert each.namespace in ("root/cimv2", "root/StandardCimv2", "root/SecurityCenter2")
        assert len(each.by_name) == len(each.properties) > 0
        assert not any(key.array for key in each.properties if key.key)


@each_row(
    ("cim_class", "name", "declared"),
    [
        (classes.NET_TCP_CONNECTION, "LocalPort", "uint16 LocalPort"),
        (classes.NET_TCP_CONNECTION, "State", "uint8 State"),
        (classes.NET_TCP_CONNECTION, "OwningProcess", "uint32 OwningProcess"),
        (classes.NET_UDP_ENDPOINT, "CreationTime", "datetime CreationTime"),
        (classes.NET_FIREWALL_RULE, "Enabled", "uint16 Enabled"),
        (classes.NET_FIREWALL_RULE, "EnforcementStatus", "uint16[] EnforcementStatus"),
        (classes.NET_ADDRESS_FILTER, "RemoteAddress", "string[] RemoteAddress"),
        (classes.NET_APPLICATION_FILTER, "AppPath", "string AppPath"),
        (classes.NET_SERVICE_FILTER, "ServiceName", "string ServiceName"),
        (classes.NET_INTERFACE_TYPE_FILTER, "InterfaceType", "uint32 InterfaceType"),
        (classes.SERVICE, "AcceptStop", "boolean AcceptStop"),
        (classes.FIREWALL_PRODUCT, "productState", "uint32 productState"),
    ],
)
def test_types_are_those_of_the_reference(cim_class: CimClass, name: str, declared: str) -> None:
    assert str(cim_class.property_named(name)) == declared
