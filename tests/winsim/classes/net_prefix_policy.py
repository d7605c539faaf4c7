# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetPrefixPolicy: by which the addresses of a name are ordered.

Properties and types: Microsoft's documentation of the class, which says of no property that it is
a key, where an instance has no other name than its prefix in its store. That each policy is listed
twice, of both stores: published listings of Get-NetPrefixPolicy.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Property, Values
from winsim.classes.network import NetworkClass
from winsim.machine import Machine

_PERSISTENT, _ACTIVE = 0, 1


class NetPrefixPolicy(NetworkClass):
    name = "MSFT_NetPrefixPolicy"
    derived_from = ("CIM_ManagedElement",)
    properties = (
        Property("Caption", "string"),
        Property("Description", "string"),
        Property("ElementName", "string"),
        Property("InstanceID", "string"),
        Property("Label", "uint32"),
        Property("Precedence", "uint32"),
        Property("Prefix", "string", key=True),
        Property("Store", "uint8", key=True),
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        self.require(machine)
        for store in (_ACTIVE, _PERSISTENT):
            for each in machine.names.prefix_policies:
                yield {
                    "Caption": None,
                    "Description": None,
                    "ElementName": None,
                    "InstanceID": None,
                    "Label": each.label,
                    "Precedence": each.precedence,
                    "Prefix": each.prefix,
                    "Store": store,
                }
