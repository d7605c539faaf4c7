# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetConnectionProfile: the network behind each connected interface.

Properties: Get-NetConnectionProfile in Microsoft's documentation and published output of it.
Numbers of NetworkCategory (0 public, 1 private, 2 domain) and of the connectivities (0
disconnected, 1 no traffic, 2 subnet, 3 local network, 4 internet): its values in the order that
the documentation lists them, as several public programs read them. That InstanceID is the GUID
of the interface: programs that select by it. Types other than string are an assumption.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Property, Values
from winsim.classes.network import NetworkClass
from winsim.machine import Machine


class NetConnectionProfile(NetworkClass):
    name = "MSFT_NetConnectionProfile"
    properties = (
        Property("Caption", "string"),
        Property("Description", "string"),
        Property("DomainAuthenticationKind", "uint32"),
        Property("ElementName", "string"),
        Property("InstanceID", "string", key=True),
        Property("InterfaceAlias", "string"),
        Property("InterfaceIndex", "uint32"),
        Property("IPv4Connectivity", "uint32"),
        Property("IPv6Connectivity", "uint32"),
        Property("Name", "string"),
        Property("NetworkCategory", "uint32"),
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        self.require(machine)
        for profile in machine.network.profiles:
            yield {
                "Caption": None,
                "Description": None,
                "DomainAuthenticationKind": 1 if profile.category == 2 else 0,
                "ElementName": None,
                "InstanceID": profile.instance_id,
                "InterfaceAlias": profile.interface_alias,
                "InterfaceIndex": profile.interface_index,
                "IPv4Connectivity": profile.ipv4_connectivity,
                "IPv6Connectivity": profile.ipv6_connectivity,
                "Name": profile.name,
                "NetworkCategory": profile.category,
            }
