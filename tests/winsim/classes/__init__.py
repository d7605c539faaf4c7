# SPDX-License-Identifier: GPL-3.0-or-later
"""The CIM classes of a simulated host: a registry by namespace and name.

To add a class: write it in a file of its own and name it in `_CLASSES`. A class that has other
properties on some builds of Windows is there once for each form, the newest first; one of them is
available on a machine.
"""

from __future__ import annotations

from functools import lru_cache

from winsim.cim import CimClass
from winsim.classes.computer_system import Win32ComputerSystem
from winsim.classes.data_file import CimDataFile
from winsim.classes.dependent_service import Win32DependentService
from winsim.classes.dns_client_cache import DnsClientCache
from winsim.classes.firewall_product import FirewallProduct
from winsim.classes.net_adapter import NetAdapter
from winsim.classes.net_connection_profile import NetConnectionProfile
from winsim.classes.net_firewall_filters import ASSOCIATIONS, FILTERS
from winsim.classes.net_firewall_profile import NetFirewallProfile
from winsim.classes.net_firewall_rule import NetFirewallRule, NetFirewallRuleWithPackages
from winsim.classes.net_ip_address import NetIpAddress
from winsim.classes.net_ip_interface import NetIpInterface
from winsim.classes.net_nat import NetNatStaticMapping
from winsim.classes.net_prefix_policy import NetPrefixPolicy
from winsim.classes.net_route import NetRoute
from winsim.classes.net_setting import SETTINGS
from winsim.classes.net_tcp_connection import NetTcpConnection
from winsim.classes.net_udp_endpoint import NetUdpEndpoint
from winsim.classes.network_adapter_configuration import Win32NetworkAdapterConfiguration
from winsim.classes.operating_system import Win32OperatingSystem
from winsim.classes.process import Win32Process
from winsim.classes.service import Win32Service
from winsim.classes.system_driver import Win32SystemDriver
from winsim.machine import Machine

_CLASSES: tuple[CimClass, ...] = (
    Win32Process(),
    Win32Service(),
    Win32SystemDriver(),
    CimDataFile(),
    Win32DependentService(),
    Win32OperatingSystem(),
    Win32ComputerSystem(),
    Win32NetworkAdapterConfiguration(),
    NetTcpConnection(),
    NetUdpEndpoint(),
    NetConnectionProfile(),
    NetAdapter(),
    NetIpAddress(),
    NetIpInterface(),
    NetPrefixPolicy(),
    NetRoute(),
    DnsClientCache(),
    NetNatStaticMapping(),
    FirewallProduct(),
    NetFirewallRuleWithPackages(),
    NetFirewallRule(),
    *FILTERS,
    *ASSOCIATIONS,
    NetFirewallProfile(),
    *SETTINGS,
)


def _key(text: str) -> str:
    return text.replace("\\", "/").strip("/").lower()


_BY_NAME: dict[tuple[str, str], list[CimClass]] = {}
_BY_NAMESPACE: dict[str, list[CimClass]] = {}
for _each in _CLASSES:
    _BY_NAME.setdefault((_key(_each.namespace), _each.name.lower()), []).append(_each)
    _BY_NAMESPACE.setdefault(_each.namespace, []).append(_each)


def find(namespace: str, name: str, machine: Machine | None = None) -> CimClass | None:
    """The class of that name, whatever the case of the letters and the way of the slashes.

    With `machine`, None also where that machine's Windows lacks the class.
    """
    found = _BY_NAME.get((_key(namespace), name.lower()), [])
    return next((c for c in found if machine is None or c.available(machine)), None)


def derived(namespace: str, name: str, machine: Machine | None = None) -> list[CimClass]:
    """The class itself, where it has instances of its own, and those derived from it."""
    return [c for c in _derived(namespace, name) if machine is None or c.available(machine)]


@lru_cache(1000)
def _derived(namespace: str, name: str) -> tuple[CimClass, ...]:
    return tuple(
        c
        for c in _CLASSES
        if _key(c.namespace) == _key(namespace)
        and name.lower() in (c.name.lower(), *(base.lower() for base in c.derived_from))
    )


def namespaces(machine: Machine | None = None) -> frozenset[str]:
    """Namespaces as Windows spells them (``root/cimv2``); with `machine`, those that it has."""
    return frozenset(
        namespace
        for namespace, classes in _BY_NAMESPACE.items()
        if machine is None or any(c.has_namespace(machine) for c in classes)
    )
