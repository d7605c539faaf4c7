# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_NetworkAdapterConfiguration: the addresses of each adapter.

Of its properties those that tell of addresses; types and meaning: Microsoft's documentation of the
class. IPSubnet has a mask for an IPv4 address (recorded, with the GUID of the adapter as SettingID:
server_2012_Win32_NetworkAdapterConfiguration_star_001) and the length of the prefix for an IPv6
one, in the order of IPAddress. That link-local addresses have no zone here is an assumption.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import CimClass, Property, Values
from winsim.machine import Machine
from winsim.network_state import OwnAddress


class Win32NetworkAdapterConfiguration(CimClass):
    name = "Win32_NetworkAdapterConfiguration"
    namespace = "root/cimv2"
    properties = (
        Property("Caption", "string"),
        Property("DefaultIPGateway", "string", array=True),
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
        for number, adapter in enumerate(network.adapters, start=1):
            own = [each for each in network.addresses if each.index == adapter.index]
            own.sort(key=lambda each: each.ip.version)
            gateways = [r.next_hop for r in network.routes if r.index == adapter.index]
            routers = [each for each in gateways if each not in {"0.0.0.0", "::"}]
            yield {
                "Caption": f"[{number:08}] {adapter.alias}",
                "DefaultIPGateway": list(dict.fromkeys(routers)) or None,
                "Description": adapter.alias,
                "Index": number,
                "InterfaceIndex": adapter.index,
                "IPAddress": [str(each.ip) for each in own] or None,
                "IPEnabled": adapter not in network.unconnected or bool(own),
                "IPSubnet": [_subnet(each) for each in own] or None,
                "SettingID": adapter.id,
            }


def _subnet(address: OwnAddress) -> str:
    if address.ip.version == 6:
        return str(address.prefix)
    return str(address.subnet.netmask)
