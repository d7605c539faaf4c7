# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetRoute: the routes, those in use and those that are kept for the next start only.

Properties, types, key, and the numbers of AddressFamily, Protocol and Store: Microsoft's
documentation of the class. Which routes there are, that NextHop is the unspecified address where
there is no router, and the metric 256 of those: published listings of Get-NetRoute. What InstanceID
holds is opaque there.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Property, Values
from winsim.classes.network import NetworkClass
from winsim.machine import Machine

_PERSISTENT, _ACTIVE = 0, 1
_COMPUTED = 3
_LOCAL, _MANAGED = 2, 3


class NetRoute(NetworkClass):
    name = "MSFT_NetRoute"
    derived_from = ("CIM_NextHopRoute", "CIM_ManagedElement")
    properties = (
        Property("AddressFamily", "uint16"),
        Property("DestinationPrefix", "string"),
        Property("InstanceID", "string", key=True),
        Property("InterfaceAlias", "string"),
        Property("InterfaceIndex", "uint32"),
        Property("NextHop", "string"),
        Property("Protocol", "uint16"),
        Property("Publish", "uint8"),
        Property("RouteMetric", "uint16"),
        Property("Store", "uint8"),
        Property("TypeOfRoute", "uint16"),
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        self.require(machine)
        for number, each in enumerate(machine.network.routes):
            onlink = each.next_hop in {"0.0.0.0", "::"}
            yield {
                "AddressFamily": 23 if ":" in each.destination else 2,
                "DestinationPrefix": each.destination,
                "InstanceID": f":{number:02d}:{each.index:02d}:",
                "InterfaceAlias": each.alias,
                "InterfaceIndex": each.index,
                "NextHop": each.next_hop,
                "Protocol": _LOCAL if onlink else _MANAGED,
                "Publish": 0,
                "RouteMetric": each.metric,
                "Store": _ACTIVE if each.active else _PERSISTENT,
                "TypeOfRoute": _COMPUTED,
            }
