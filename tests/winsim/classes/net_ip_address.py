# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetIPAddress: the addresses of the machine itself.

Properties, types, keys, MOF defaults, and the numbers of AddressFamily, AddressState, Store and
SuffixOrigin: Microsoft's documentation of the class. That a link-local address of IPv6 has its zone, that the
loopback interface is listed, and that IPv6 comes first: published listings of Get-NetIPAddress. What
Name and InstanceID hold is opaque there, and no more than different for each address here.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Property, Values
from winsim.classes.network import NetworkClass
from winsim.machine import Machine
from winsim.network_state import OwnAddress

_FAMILIES = {4: 2, 6: 23}
_ACTIVE = 1
_UNICAST = 1
_MANUAL, _LINK, _RANDOM = 1, 4, 5


class NetIpAddress(NetworkClass):
    name = "MSFT_NetIPAddress"
    derived_from = (
        "CIM_IPProtocolEndpoint",
        "CIM_ProtocolEndpoint",
        "CIM_ServiceAccessPoint",
        "CIM_EnabledLogicalElement",
        "CIM_LogicalElement",
        "CIM_ManagedSystemElement",
        "CIM_ManagedElement",
    )
    properties = (
        Property("AddressFamily", "uint16"),
        Property("AddressState", "uint16"),
        Property("CreationClassName", "string", key=True),
        Property("InstanceID", "string"),
        Property("InterfaceAlias", "string"),
        Property("InterfaceIndex", "uint32"),
        Property("IPAddress", "string"),
        Property("IPv4Address", "string"),
        Property("IPv6Address", "string"),
        Property("Name", "string", key=True),
        Property("PrefixLength", "uint8"),
        Property("ProtocolIFType", "uint16"),
        Property("SkipAsSource", "boolean"),
        Property("Store", "uint8"),
        Property("SuffixOrigin", "uint16"),
        Property("SystemCreationClassName", "string", key=True),
        Property("SystemName", "string", key=True),
        Property("Type", "uint8"),
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        self.require(machine)
        found = sorted(machine.network.addresses, key=lambda each: -each.ip.version)
        for number, each in enumerate(found):
            name = f";{number:02d};{each.index:02d};"
            yield {
                "AddressFamily": _FAMILIES[each.ip.version],
                "AddressState": each.state,
                "CreationClassName": "",
                "InstanceID": name,
                "InterfaceAlias": each.alias,
                "InterfaceIndex": each.index,
                "IPAddress": each.text,
                "IPv4Address": each.text if each.ip.version == 4 else None,
                "IPv6Address": each.text if each.ip.version == 6 else None,
                "Name": name,
                "PrefixLength": each.prefix,
                "ProtocolIFType": 4096,
                "SkipAsSource": each.skip_as_source,
                "Store": _ACTIVE,
                "SuffixOrigin": _suffix_origin(each),
                "SystemCreationClassName": "",
                "SystemName": "",
                "Type": _UNICAST,
            }


def _suffix_origin(address: OwnAddress) -> int:
    if address.temporary:
        return _RANDOM
    return _LINK if address.ip.is_link_local else _MANUAL
