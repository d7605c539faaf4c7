# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetNatStaticMapping: ports that WinNAT translates to a container or a virtual machine.

Properties and types: bindings that Microsoft generated from the class (microsoft/wmi). What they
hold, and that StaticMappingID counts from 0: published output of Get-NetNatStaticMapping, which
shows the numbers 6 and 17 of Protocol as TCP and UDP. That NatName and StaticMappingID are the keys
is an assumption: they are what Remove-NetNatStaticMapping takes.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Property, Values
from winsim.classes.network import NetworkClass
from winsim.machine import Machine

_NUMBERS = {"tcp": 6, "udp": 17}


class NetNatStaticMapping(NetworkClass):
    name = "MSFT_NetNatStaticMapping"
    derived_from = ("MSFT_NetSettingData", "CIM_SettingData", "CIM_ManagedElement")
    properties = (
        Property("Active", "uint8"),
        Property("Caption", "string"),
        Property("Description", "string"),
        Property("ElementName", "string"),
        Property("ExternalIPAddress", "string"),
        Property("ExternalPort", "uint16"),
        Property("InstanceID", "string"),
        Property("InternalIPAddress", "string"),
        Property("InternalPort", "uint16"),
        Property("InternalRoutingDomainId", "string"),
        Property("NatName", "string", key=True),
        Property("Protocol", "uint32"),
        Property("RemoteExternalIPAddressPrefix", "string"),
        Property("StaticMappingID", "uint32", key=True),
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        self.require(machine)
        for number, mapping in enumerate(machine.network.nat):
            yield {
                "Active": 1,
                "Caption": None,
                "Description": None,
                "ElementName": None,
                "ExternalIPAddress": mapping.external,
                "ExternalPort": mapping.external_port,
                "InstanceID": f"{mapping.name};{number}",
                "InternalIPAddress": mapping.internal,
                "InternalPort": mapping.internal_port,
                "InternalRoutingDomainId": "{00000000-0000-0000-0000-000000000000}",
                "NatName": mapping.name,
                "Protocol": _NUMBERS[mapping.protocol],
                "RemoteExternalIPAddressPrefix": "0.0.0.0/0",
                "StaticMappingID": number,
            }
