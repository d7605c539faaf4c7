# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetTCPConnection: listeners and connections of TCP.

Numbers of states and settings: Microsoft's documentation of the class. The form of InstanceID:
a published `Get-NetTCPConnection | Format-List *` of a Windows 11 host. AppliedSetting of a listener,
6: a row of Get-NetTCPConnection as JSON, Windows Server 2022, that is published with tests of
another program. That a dual-stack socket
has one row, on ``::``, and an outgoing connection a second row in state Bound: published
captures of Get-NetTCPConnection on Windows 10 and Server 2016 to 2022.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Limits, Values
from winsim.classes.network import TransportClass, endpoints_within, transport_properties
from winsim.machine import Machine
from winsim.state import Endpoint, TcpState


class NetTcpConnection(TransportClass):
    name = "MSFT_NetTCPConnection"
    properties = transport_properties(
        AppliedSetting="uint8",
        OffloadState="uint8",
        RemoteAddress="string",
        RemotePort="uint16",
        State="uint8",
    )

    def instances(self, machine: Machine) -> Iterable[Values]:
        return self.instances_within(machine, {})

    def instances_within(self, machine: Machine, limits: Limits) -> Iterable[Values]:
        self.require(machine)
        blank = self.blank()
        for endpoint in endpoints_within(machine, limits):
            if endpoint.protocol == "tcp":
                yield {
                    **blank,
                    "AppliedSetting": _applied_setting(endpoint),
                    "CreationTime": endpoint.created,
                    "InstanceID": (
                        f"{endpoint.local_address}++{endpoint.local_port}"
                        f"++{endpoint.remote_address}++{endpoint.remote_port}"
                    ),
                    "LocalAddress": endpoint.local_address,
                    "LocalPort": endpoint.local_port,
                    "OffloadState": 0,
                    "OwningProcess": endpoint.pid,
                    "RemoteAddress": endpoint.remote_address,
                    "RemotePort": endpoint.remote_port,
                    "State": int(endpoint.state),
                }


def _applied_setting(endpoint: Endpoint) -> int | None:
    """0, Internet, for a connection; 6, which the documentation doesn't name, for a listener.
    Other sockets have none."""
    if endpoint.state is TcpState.LISTEN:
        return 6
    return 0 if endpoint.state is TcpState.ESTABLISHED else None
