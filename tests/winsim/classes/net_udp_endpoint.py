# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetUDPEndpoint: bound UDP sockets.

The form of InstanceID is an assumption after that of MSFT_NetTCPConnection; sockets that share
address and port have the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Limits, Values
from winsim.classes.network import TransportClass, endpoints_within, transport_properties
from winsim.machine import Machine


class NetUdpEndpoint(TransportClass):
    name = "MSFT_NetUDPEndpoint"
    properties = transport_properties()

    def instances(self, machine: Machine) -> Iterable[Values]:
        return self.instances_within(machine, {})

    def instances_within(self, machine: Machine, limits: Limits) -> Iterable[Values]:
        self.require(machine)
        blank = self.blank()
        for endpoint in endpoints_within(machine, limits):
            if endpoint.protocol == "udp":
                yield {
                    **blank,
                    "CreationTime": endpoint.created,
                    "InstanceID": f"{endpoint.local_address}++{endpoint.local_port}",
                    "LocalAddress": endpoint.local_address,
                    "LocalPort": endpoint.local_port,
                    "OwningProcess": endpoint.pid,
                }
