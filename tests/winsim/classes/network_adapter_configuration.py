# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_NetworkAdapterConfiguration: the addresses of each adapter.

Of its properties those that tell of addresses; types and meaning: Microsoft's documentation of the
class. IPSubnet has a mask for an IPv4 address (recorded, with the GUID of the adapter as SettingID:
server_2012_Win32_NetworkAdapterConfiguration_star_001) and the length of the prefix for an IPv6
one, in the order of IPAddress. That link-local addresses have no zone here is an assumption.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from winsim.cim import CimClass, Property, Values
from winsim.firewall.inbound import PREFIXES
from winsim.machine import Machine


class Win32NetworkAdapterConfiguration(CimClass):
    name = "Win32_NetworkAdapterConfiguration"
    namespace = "root/cimv2"
    properties = (
        Property("Caption", "string"),
        Property("Description", "string"),
        Property("Index", "uint32", key=True),
        Property("InterfaceIndex", "uint32"),
        Property("IPAddress", "string", array=True),
        Property("IPEnabled", "boolean"),
        Property("IPSubnet", "string", array=True),
        Property("SettingID", "string"),
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        network = machine.network
        found = (network.ipv4, (network.ipv6_link_local or "").partition("%")[0])
        own = [ipaddress.ip_address(address) for address in found if address]
        for number, profile in enumerate(network.profiles, start=1):
            # The first network is that of the machine's addresses.
            addresses = own if number == 1 else []
            yield {
                "Caption": f"[{number:08}] {profile.interface_alias}",
                "Description": profile.interface_alias,
                "Index": number,
                "InterfaceIndex": profile.interface_index,
                "IPAddress": [str(address) for address in addresses] or None,
                "IPEnabled": True,
                "IPSubnet": [_subnet(address) for address in addresses] or None,
                "SettingID": profile.instance_id,
            }


def _subnet(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    prefix = PREFIXES[address.version]
    if address.version == 6:
        return str(prefix)
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False).netmask)
