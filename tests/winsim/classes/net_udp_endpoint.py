# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetUDPEndpoint: bound UDP sockets.

LocalAddress, LocalPort, OwningProcess and CreationTime: parameters of Get-NetUDPEndpoint in
Microsoft's documentation.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Values
from winsim.classes.network import NetworkClass, transport_properties
from winsim.machine import Machine


class NetUdpEndpoint(NetworkClass):
    name = "MSFT_NetUDPEndpoint"
    derived_from = ("CIM_UDPProtocolEndpoint", "CIM_ProtocolEndpoint")
    properties = transport_properties(
        LocalAddress="string",
        LocalPort="uint16",
        OwningProcess="uint32",
        CreationTime="datetime",
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        self.require(machine)
        template = self.blank()
        for endpoint in machine.endpoints():
            if endpoint.protocol != "udp":
                continue
            values = dict(template)
            values["InstanceID"] = f"{endpoint.local_address}++{endpoint.local_port}"
            values["LocalAddress"] = endpoint.local_address
            values["LocalPort"] = endpoint.local_port
            values["OwningProcess"] = endpoint.pid
            values["CreationTime"] = endpoint.created
            yield values
