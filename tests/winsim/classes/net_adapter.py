# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetAdapter: the network adapters, connected or not.

Of its properties those that name an adapter and say of what kind it is; types and keys: Microsoft's
documentation of the class (NetAdapterCim). That InterfaceType is IANA's number and NdisPhysicalMedium
that of NDIS_PHYSICAL_MEDIUM, and what the two are for wired, wireless, Bluetooth and virtual
adapters: published programs and their recorded rows (6 and 14, 71 and 9, 6 and 10, 6 and 0). That
Name is what Get-NetAdapter shows as InterfaceAlias too, and InterfaceGuid the
GUID that the rule store has in ``IF``: programs that read rules from the registry and look their
adapters up so. That DeviceID is the GUID, and what the other keys hold: published `Format-List *`
of Get-NetAdapter.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Property, Values
from winsim.classes.network import NetworkClass
from winsim.machine import Machine


class NetAdapter(NetworkClass):
    name = "MSFT_NetAdapter"
    properties = (
        Property("CreationClassName", "string", key=True),
        Property("DeviceID", "string", key=True),
        Property("InterfaceGuid", "string"),
        Property("InterfaceIndex", "uint32"),
        Property("InterfaceType", "uint32"),
        Property("Name", "string"),
        Property("NdisPhysicalMedium", "uint32"),
        Property("SystemCreationClassName", "string", key=True),
        Property("SystemName", "string", key=True),
        Property("Virtual", "boolean"),
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        self.require(machine)
        for adapter in machine.network.adapters:
            yield {
                "CreationClassName": self.name,
                "DeviceID": adapter.id,
                "InterfaceGuid": adapter.id,
                "InterfaceIndex": adapter.index,
                "InterfaceType": adapter.interface_type,
                "Name": adapter.alias,
                "NdisPhysicalMedium": adapter.medium,
                "SystemCreationClassName": "CIM_NetworkPort",
                "SystemName": machine.computer_name,
                "Virtual": adapter.virtual,
            }
