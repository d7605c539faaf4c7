# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetFirewallProfile: the settings of the three profiles in the local store.

Properties, types and key: Microsoft's documentation of the class. The form of InstanceID, and
what is not configured on an ordinary PC: published `Get-NetFirewallProfile | Format-List *`, and
rows of it as JSON, in which ElementName is empty and Caption and Description are NULL. The
numbers are those of the cmdlets: 0 false, 1 true, 2 not configured; for the actions 0 not
configured, 2 allow, 4 block. That 1 blocks, too: a public test suite that sends 1 to real hosts.
What the other half of a number writes into the registry: [MS-GPFAS] 2.2.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from winsim.cim import Property, Value, Values
from winsim.classes.firewall_class import FirewallClass
from winsim.firewall.errors import invalid, not_found
from winsim.firewall.store import FirewallState, profile_key
from winsim.machine import Machine

_PROFILES = ("Domain", "Private", "Public")
_PREFIX = "MSFT|FW|FirewallProfile|"
_NOT_CONFIGURED = 2
#: Kilobytes of a log whose size is not configured: MAXUINT64 (documentation of the class).
_NO_SIZE = 2**64 - 1


@dataclass(frozen=True)
class _Switch:
    """A setting of on and off, in a value that may mean the opposite."""

    name: str
    negated: bool = False
    subkey: str = ""


_SWITCHES = {
    "AllowInboundRules": _Switch("DoNotAllowExceptions", negated=True),
    "AllowLocalFirewallRules": _Switch("AllowLocalPolicyMerge"),
    "AllowLocalIPsecRules": _Switch("AllowLocalIPsecPolicyMerge"),
    "AllowUnicastResponseToMulticast": _Switch(
        "DisableUnicastResponsesToMulticastBroadcast", negated=True
    ),
    "AllowUserApps": _Switch("AllowUserPrefMerge", subkey="AuthorizedApplications"),
    "AllowUserPorts": _Switch("AllowUserPrefMerge", subkey="GloballyOpenPorts"),
    "EnableStealthModeForIPsec": _Switch(
        "DisableStealthModeIPsecSecuredPacketExemption", negated=True
    ),
    "Enabled": _Switch("EnableFirewall"),
    "LogAllowed": _Switch("LogSuccessfulConnections", subkey="Logging"),
    "LogBlocked": _Switch("LogDroppedPackets", subkey="Logging"),
    "LogIgnored": _Switch("LogIgnoredRules", subkey="Logging"),
    "NotifyOnListen": _Switch("DisableNotifications", negated=True),
}
#: Number in the class and in the registry.
_READ_ACTIONS: Mapping[int | str | None, int] = {None: 0, 0: 2, 1: 4}
_WRITE_ACTIONS = {0: None, 1: 1, 2: 0, 4: 1}
_ACTIONS = ("DefaultInboundAction", "DefaultOutboundAction")


class NetFirewallProfile(FirewallClass):
    name = "MSFT_NetFirewallProfile"
    derived_from = ("CIM_ManagedElement",)
    properties = (
        *(Property(name, "uint16") for name in _SWITCHES),
        *(Property(name, "uint16") for name in _ACTIONS),
        Property("Caption", "string"),
        Property("Description", "string"),
        Property("DisabledInterfaceAliases", "string", array=True),
        Property("ElementName", "string"),
        Property("InstanceID", "string", key=True),
        Property("LogFileName", "string"),
        Property("LogMaxSizeKilobytes", "uint64"),
        Property("Name", "string"),
    )

    writable = frozenset({*_SWITCHES, *_ACTIONS, "LogFileName", "LogMaxSizeKilobytes"})

    def instances(self, machine: Machine) -> Iterable[Values]:
        firewall = self.require_firewall(machine)
        return [_instance(firewall, profile) for profile in _PROFILES]

    def put(self, machine: Machine, keys: Mapping[str, str], values: Values) -> Values:
        firewall = self.require_firewall(machine, writing=True)
        named = keys.get("InstanceID", "").lower()
        profile = next((p for p in _PROFILES if f"{_PREFIX}{p}".lower() == named), None)
        if profile is None:
            raise not_found()
        for name, value in values.items():
            _write(firewall, profile, name, value)
        return _instance(firewall, profile)


def _instance(firewall: FirewallState, profile: str) -> Values:
    values: Values = {
        "Caption": None,
        "Description": None,
        "DisabledInterfaceAliases": ["NotConfigured"],
        "ElementName": "",
        "InstanceID": f"{_PREFIX}{profile}",
        "Name": profile,
    }
    for name, switch in _SWITCHES.items():
        setting = _setting(firewall, profile, switch.name, switch.subkey)
        values[name] = _NOT_CONFIGURED if setting is None else int((setting != 0) != switch.negated)
    for name in _ACTIONS:
        values[name] = _READ_ACTIONS.get(_setting(firewall, profile, name), 4)
    values["LogFileName"] = _setting(firewall, profile, "LogFilePath", "Logging")
    size = _setting(firewall, profile, "LogFileSize", "Logging")
    values["LogMaxSizeKilobytes"] = _NO_SIZE if size is None else size
    return values


def _write(firewall: FirewallState, profile: str, name: str, value: Value) -> None:
    if name in _SWITCHES and value is not None:
        switch = _SWITCHES[name]
        if value not in (0, 1, _NOT_CONFIGURED):
            raise invalid(f"The value of {name} is not valid. ")
        setting = None if value == _NOT_CONFIGURED else int((value == 1) != switch.negated)
        _put(firewall, profile, switch.name, setting, switch.subkey)
    elif name in _ACTIONS and value is not None:
        if not isinstance(value, int) or value not in _WRITE_ACTIONS:
            raise invalid(f"The value of {name} is not valid. ")
        _put(firewall, profile, name, _WRITE_ACTIONS[value])
    elif name == "LogFileName" and value is not None:
        _put(firewall, profile, "LogFilePath", str(value), "Logging")
    elif name == "LogMaxSizeKilobytes" and isinstance(value, int):
        size = None if value == _NO_SIZE else value
        _put(firewall, profile, "LogFileSize", size, "Logging")


def _key(profile: str, subkey: str) -> str:
    key = profile_key(profile.lower())
    return rf"{key}\{subkey}" if subkey else key


def _setting(
    firewall: FirewallState, profile: str, name: str, subkey: str = ""
) -> int | str | None:
    """A setting of the local store; None where it is not configured."""
    value = firewall.value(_key(profile, subkey), name)
    return None if value is None else value.data


def _put(
    firewall: FirewallState, profile: str, name: str, setting: int | str | None, subkey: str = ""
) -> None:
    key = _key(profile, subkey)
    if setting is not None:
        firewall.set_value(key, name, setting)
    elif firewall.value(key, name) is not None:
        firewall.delete_value(key, name)
