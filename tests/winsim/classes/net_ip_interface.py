# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetIPInterface: each interface as each family of IP uses it.

Properties, types, keys, MOF defaults, and the numbers of AddressFamily, ConnectionState and Store:
Microsoft's documentation of the class. What Name and InstanceID hold is opaque in published listings,
and no more than different for each row here.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Property, Values
from winsim.classes.network import NetworkClass
from winsim.machine import Machine
from winsim.network_state import LOOPBACK_INDEX

_FAMILIES = (23, 2)
_ACTIVE = 1
_DISCONNECTED, _CONNECTED = 0, 1
_ENABLED = 1


class NetIpInterface(NetworkClass):
    name = "MSFT_NetIPInterface"
    derived_from = (
        "CIM_LANEndpoint",
        "CIM_ProtocolEndpoint",
        "CIM_ServiceAccessPoint",
        "CIM_EnabledLogicalElement",
        "CIM_LogicalElement",
        "CIM_ManagedSystemElement",
        "CIM_ManagedElement",
    )
    properties = (
        Property("AddressFamily", "uint16"),
        Property("AutomaticMetric", "uint8"),
        Property("ConnectionState", "uint8"),
        Property("CreationClassName", "string", key=True),
        Property("InstanceID", "string"),
        Property("InterfaceAlias", "string"),
        Property("InterfaceIndex", "uint32"),
        Property("InterfaceMetric", "uint32"),
        Property("Name", "string", key=True),
        Property("Store", "uint8"),
        Property("SystemCreationClassName", "string", key=True),
        Property("SystemName", "string", key=True),
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        self.require(machine)
        network = machine.network
        unconnected = {each.index for each in network.unconnected}
        indexes = [each.index for each in network.adapters] + [LOOPBACK_INDEX]
        for family in _FAMILIES:
            for index in dict.fromkeys(indexes):
                name = f"{family};{index:02d};"
                yield {
                    "AddressFamily": family,
                    "AutomaticMetric": 0 if index in network.interface_metrics else _ENABLED,
                    "ConnectionState": _DISCONNECTED if index in unconnected else _CONNECTED,
                    "CreationClassName": "",
                    "InstanceID": name,
                    "InterfaceAlias": network.alias_of(index),
                    "InterfaceIndex": index,
                    "InterfaceMetric": network.metric_of(index),
                    "Name": name,
                    "Store": _ACTIVE,
                    "SystemCreationClassName": "",
                    "SystemName": "",
                }
