# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetTCPConnection: listeners and connections of TCP.

Properties, types and numbers of states: Microsoft's documentation of the class. The form of
InstanceID, and which properties are NULL or hold their MOF default: a `Get-NetTCPConnection |
Format-List *` of a Windows 11 host, published by its owner. Order of the properties on the wire
is taken to be alphabetical, as recorded for the classes of root/cimv2.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Values
from winsim.classes.network import NetworkClass, transport_properties
from winsim.machine import Machine
from winsim.state import TcpState


class NetTcpConnection(NetworkClass):
    name = "MSFT_NetTCPConnection"
    derived_from = ("MSFT_NetTransportConnection", "CIM_NetworkPipe")
    properties = transport_properties(
        AppliedSetting="uint8",
        LocalAddress="string",
        LocalPort="uint16",
        OffloadState="uint8",
        OwningProcess="uint32",
        CreationTime="datetime",
        RemoteAddress="string",
        RemotePort="uint16",
        State="uint8",
        AggregationBehavior="uint16",
        Directionality="uint16",
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        self.require(machine)
        template = self.blank()
        for endpoint in machine.endpoints():
            if endpoint.protocol != "tcp":
                continue
            values = dict(template)
            values["InstanceID"] = (
                f"{endpoint.local_address}++{endpoint.local_port}"
                f"++{endpoint.remote_address}++{endpoint.remote_port}"
            )
            values["LocalAddress"] = endpoint.local_address
            values["LocalPort"] = endpoint.local_port
            values["RemoteAddress"] = endpoint.remote_address
            values["RemotePort"] = endpoint.remote_port
            values["State"] = int(endpoint.state)
            values["OwningProcess"] = endpoint.pid
            values["CreationTime"] = endpoint.created
            values["OffloadState"] = 0
            # The template "Internet" applies to connections; a listener shows none.
            values["AppliedSetting"] = None if endpoint.state is TcpState.LISTEN else 0
            yield values
