# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_DNSClientCache: what the DNS client has been told, and that there was nothing to tell.

Properties, types, and keys: Microsoft's documentation of the class. Its numbers, and the status of
names that do not exist (9003) or have no records of a type (9701), for which there is no record: the
values of Get-DnsClientCache in Microsoft's documentation, and error codes of Windows. It also holds
what the hosts file says (published listings of Get-DnsClientCache and ``ipconfig /displaydns``);
an image has to list that.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Property, Values
from winsim.classes.network import NetworkClass
from winsim.machine import Machine

_ANSWER = 1


class DnsClientCache(NetworkClass):
    name = "MSFT_DNSClientCache"
    derived_from = ("CIM_ManagedElement",)
    properties = (
        Property("Caption", "string"),
        Property("Data", "string"),
        Property("DataLength", "uint16"),
        Property("Description", "string"),
        Property("ElementName", "string"),
        Property("Entry", "string", key=True),
        Property("InstanceID", "string"),
        Property("Name", "string", key=True),
        Property("Section", "uint8"),
        Property("Status", "uint32"),
        Property("TimeToLive", "uint32"),
        Property("Type", "uint16"),
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        self.require(machine)
        for each in machine.names.cache:
            found = each.status == 0
            yield {
                "Caption": None,
                "Data": each.data,
                "DataLength": each.length if found else None,
                "Description": None,
                "ElementName": None,
                "Entry": each.entry,
                "InstanceID": None,
                "Name": each.name,
                "Section": _ANSWER if found else None,
                "Status": each.status,
                "TimeToLive": each.life if found else None,
                "Type": each.type,
            }
