# SPDX-License-Identifier: GPL-3.0-or-later
"""What the classes of the network stack in root/StandardCimv2 have in common.

Properties, types, keys and MOF defaults: Microsoft's documentation of MSFT_NetTCPConnection and
MSFT_NetUDPEndpoint, which both derive from MSFT_NetTransportConnection. That documentation
leaves CreationTime and OwningProcess out of MSFT_NetUDPEndpoint, where Get-NetUDPEndpoint has
them. Which properties are NULL and which show their MOF default: a published `Format-List *` of
Get-NetTCPConnection on Windows 11.
"""

from __future__ import annotations

from winsim.cim import CimClass, CimError, CimStatus, Limits, Property, Values
from winsim.machine import Machine
from winsim.state import Endpoint

#: Of MSFT_NetTransportConnection and its bases; the value is (type, array).
_INHERITED = {
    "AggregationBehavior": ("uint16", False),
    "AvailableRequestedStates": ("uint16", True),
    "Caption": ("string", False),
    "CommunicationStatus": ("uint16", False),
    "CreationTime": ("datetime", False),
    "Description": ("string", False),
    "DetailedStatus": ("uint16", False),
    "Directionality": ("uint16", False),
    "ElementName": ("string", False),
    "EnabledDefault": ("uint16", False),
    "EnabledState": ("uint16", False),
    "HealthState": ("uint16", False),
    "InstallDate": ("datetime", False),
    "InstanceID": ("string", False),
    "LocalAddress": ("string", False),
    "LocalPort": ("uint16", False),
    "Name": ("string", False),
    "OperatingStatus": ("uint16", False),
    "OperationalStatus": ("uint16", True),
    "OtherEnabledState": ("string", False),
    "OwningProcess": ("uint32", False),
    "PrimaryStatus": ("uint16", False),
    "RequestedState": ("uint16", False),
    "Status": ("string", False),
    "StatusDescriptions": ("string", True),
    "TimeOfLastStateChange": ("datetime", False),
    "TransitioningToState": ("uint16", False),
}
_DEFAULTS = {"EnabledDefault": 2, "RequestedState": 5, "TransitioningToState": 12}


def transport_properties(**own: str) -> tuple[Property, ...]:
    """The properties of an endpoint class: inherited ones and its own, in order of name."""
    rows = {**_INHERITED, **{name: (kind, False) for name, kind in own.items()}}
    return tuple(
        Property(name, kind, array=array, key=name == "InstanceID")
        for name, (kind, array) in sorted(rows.items(), key=lambda row: row[0].lower())
    )


def endpoints_within(machine: Machine, limits: Limits) -> list[Endpoint]:
    """Those that may have the ports and processes of a query, in their order."""
    ports, pids = limits.get(("localport", int)), limits.get(("owningprocess", int))
    if ports is None and pids is None:
        return machine.endpoints()
    return machine.endpoints(
        lambda e: (ports is None or e.local_port in ports) and (pids is None or e.pid in pids)
    )


class NetworkClass(CimClass):
    """A class that came with Windows 8 and Windows Server 2012."""

    namespace = "root/StandardCimv2"

    def available(self, machine: Machine) -> bool:
        return machine.network.has_cim_classes

    def require(self, machine: Machine) -> None:
        """Raises CimError where the machine's Windows is older than the class."""
        if not self.available(machine):
            raise CimError(
                CimStatus.INVALID_CLASS, "Invalid class", hresult=0x80041010, style="wmi"
            )


class TransportClass(NetworkClass):
    """An endpoint of the transport layer."""

    derived_from = (
        "MSFT_NetTransportConnection",
        "CIM_NetworkPipe",
        "CIM_EnabledLogicalElement",
        "CIM_LogicalElement",
        "CIM_ManagedSystemElement",
        "CIM_ManagedElement",
    )

    def blank(self) -> Values:
        """An instance in which only the MOF defaults are set."""
        values: Values = {p.name: None for p in self.properties}
        values.update(_DEFAULTS)
        return values
