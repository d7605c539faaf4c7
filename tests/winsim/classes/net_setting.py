# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetTCPSetting and MSFT_NetUDPSetting: the range that ports for connections come from.

Properties, types and key: Microsoft's documentation of the classes. Settings by their names, one
of them choosing among the others and without values of its own: published output of
Get-NetTCPSetting. The range is that of IPv4; what the class says where IPv6 differs is not known.
"""

from __future__ import annotations

from collections.abc import Iterable

from winsim.cim import Property, Values
from winsim.classes.network import NetworkClass
from winsim.machine import Machine
from winsim.network_state import Protocol

_TCP_SETTINGS = ("Internet", "Datacenter", "Compat", "DatacenterCustom", "InternetCustom")

_PROPERTIES: tuple[Property, ...] = (
    Property("DynamicPortRangeNumberOfPorts", "uint16"),
    Property("DynamicPortRangeStartPort", "uint16"),
    Property("InstanceID", "string", key=True),
)


class NetSetting(NetworkClass):
    """The settings of one protocol."""

    derived_from = ("CIM_PolicyAction",)

    def __init__(self, name: str, protocol: Protocol, settings: tuple[str, ...]) -> None:
        self.name = name
        self._protocol: Protocol = protocol
        self._settings = settings
        own = (Property("SettingName", "string"),) if protocol == "tcp" else ()
        self.properties = _PROPERTIES + own

    def instances(self, machine: Machine) -> Iterable[Values]:
        self.require(machine)
        if self._protocol == "tcp":
            yield self._instance("Automatic", None, None)
        dynamic = machine.network.dynamic["ipv4", self._protocol]
        for setting in self._settings:
            yield self._instance(setting, dynamic.start, dynamic.end - dynamic.start + 1)

    def _instance(self, setting: str, start: int | None, number: int | None) -> Values:
        named: Values = {"SettingName": setting} if self._protocol == "tcp" else {}
        return named | {
            "DynamicPortRangeNumberOfPorts": number,
            "DynamicPortRangeStartPort": start,
            "InstanceID": setting,
        }


SETTINGS = (
    NetSetting("MSFT_NetTCPSetting", "tcp", _TCP_SETTINGS),
    NetSetting("MSFT_NetUDPSetting", "udp", ("",)),
)
