# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetConnectionProfile: the network behind each connected interface.

Properties: Get-NetConnectionProfile in Microsoft's documentation and published output of it.
Numbers of NetworkCategory (0 public, 1 private, 2 domain) and of the connectivities (0
disconnected, 1 no traffic, 2 subnet, 3 local network, 4 internet): its values in the order that
the documentation lists them, as several public programs read them. That InstanceID is the GUID
of the interface: programs that select by it. Types other than string are an assumption.

A Put changes NetworkCategory, to private or public: Windows gives DomainAuthenticated by itself
(Set-NetConnectionProfile in Microsoft's documentation). What it says where it refuses, and that the
status is that of access denied (``MI RESULT 2``, PermissionDenied): published output of the cmdlet.
It names three reasons and does not tell which one it is: the account, a domain network, and a
setting of 'Network List Manager Policies'. Where these are: published programs and baselines that
write the value Category below `POLICIES`, under FirstNetwork or the signature of a network, and
CategoryReadOnly beside it (one program). What the latter does follows from Microsoft's "Network
List Manager policies": users can't change the location. That a network keeps the category of a
policy although a Put was answered is an assumption.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from winsim.cim import CimError, CimStatus, Property, Values
from winsim.classes.network import NetworkClass
from winsim.machine import Machine
from winsim.names import folded
from winsim.network_state import ConnectionProfile

POLICIES = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\CurrentVersion\NetworkList\Signatures"
#: The signature of 'Unidentified Networks' (many published programs write below it).
UNIDENTIFIED = "010103000F0000F0010000000F0000F0C967A3643C3AD745950DA7859209176EF5B87C875FA20DF21951640E807D7C24"
#: What Windows calls such a network (published listings of Get-NetConnectionProfile).
_UNIDENTIFIED_NAMES = frozenset(
    {"Unidentified network", "識別されていないネットワーク", "Nicht identifiziertes Netzwerk"}
)
_PUBLIC, _PRIVATE, _DOMAIN = range(3)
REFUSED = (
    "Unable to set the NetworkCategory due to one of the following possible reasons: not running "
    "PowerShell elevated; the NetworkCategory cannot be changed from 'DomainAuthenticated'; user "
    "initiated changes to NetworkCategory are being prevented due to the Group Policy setting "
    "'Network List Manager Policies'."
)


class NetConnectionProfile(NetworkClass):
    name = "MSFT_NetConnectionProfile"
    properties = (
        Property("Caption", "string"),
        Property("Description", "string"),
        Property("DomainAuthenticationKind", "uint32"),
        Property("ElementName", "string"),
        Property("InstanceID", "string", key=True),
        Property("InterfaceAlias", "string"),
        Property("InterfaceIndex", "uint32"),
        Property("IPv4Connectivity", "uint32"),
        Property("IPv6Connectivity", "uint32"),
        Property("Name", "string"),
        Property("NetworkCategory", "uint32"),
    )
    writable = frozenset({"NetworkCategory"})

    def instances(self, machine: Machine) -> Iterable[Values]:
        self.require(machine)
        return map(_instance, machine.network.profiles)

    def put(self, machine: Machine, keys: Mapping[str, str], values: Values) -> Values:
        self.require(machine)
        profile = _named(machine, keys)
        wanted = values.get("NetworkCategory", profile.category)
        if wanted != profile.category:
            if not isinstance(wanted, int) or wanted not in (_PUBLIC, _PRIVATE):
                raise _refused()
            if profile.category == _DOMAIN:
                raise _refused()
            if (machine.firewall and machine.firewall.read_only) or _is_locked(machine, profile):
                raise _refused()
            if _policy(machine, profile, "Category") is None:
                machine.give_category(profile, wanted)
        return _instance(_named(machine, keys))


def _instance(profile: ConnectionProfile) -> Values:
    return {
        "Caption": None,
        "Description": None,
        "DomainAuthenticationKind": 1 if profile.category == _DOMAIN else 0,
        "ElementName": None,
        "InstanceID": profile.instance_id,
        "InterfaceAlias": profile.interface_alias,
        "InterfaceIndex": profile.interface_index,
        "IPv4Connectivity": profile.ipv4_connectivity,
        "IPv6Connectivity": profile.ipv6_connectivity,
        "Name": profile.name,
        "NetworkCategory": profile.category,
    }


def _named(machine: Machine, keys: Mapping[str, str]) -> ConnectionProfile:
    wanted = folded(keys.get("InstanceID", ""))
    for profile in machine.network.profiles:
        if folded(profile.instance_id) == wanted:
            return profile
    raise CimError(CimStatus.NOT_FOUND, "Not found", style="wmi")


def _refused() -> CimError:
    return CimError(CimStatus.ACCESS_DENIED, REFUSED, style="wmi")


def _is_locked(machine: Machine, profile: ConnectionProfile) -> bool:
    """Whether a policy keeps users from changing the category of that network: one for it, or one
    for all networks. Under which key the latter is has not been published; here it is any other
    than that of unidentified networks."""
    state = machine.firewall
    if state is None:
        return False
    keys = [key for key in state.subkeys(POLICIES) if not key.endswith(UNIDENTIFIED)]
    if profile.name in _UNIDENTIFIED_NAMES:
        keys.append(rf"{POLICIES}\{UNIDENTIFIED}")
    found = [state.value(key, "CategoryReadOnly") for key in keys]
    return any(value is not None and value.data for value in found)


def _policy(machine: Machine, profile: ConnectionProfile, name: str) -> object:
    """What the policy for unidentified networks says of one of them."""
    if machine.firewall is None or profile.name not in _UNIDENTIFIED_NAMES:
        return None
    value = machine.firewall.value(rf"{POLICIES}\{UNIDENTIFIED}", name)
    return None if value is None else value.data
