# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of one firewall profile, and who has set them: local policy, Group Policy or MDM.

Names of values: [MS-GPFAS] 2.2.3. How the values of several stores merge: [MS-FASP] 2.2.38. If the
documents don't say how MDM merges, a value of Group Policy takes precedence over one of MDM, and
one of MDM over a local one; a setting that blocks takes precedence if both are policies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Generic, TypeVar

from ...ground.names import ascii_upper
from .registry_text import RegistryTree
from .vocabulary import Action

T = TypeVar("T")


class Origin(StrEnum):
    """The origin of a value."""

    LOCAL = "local"
    GROUP_POLICY = "group_policy"
    MDM = "mdm"
    DEFAULT = "default"


_POLICIES = (Origin.GROUP_POLICY, Origin.MDM)


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A value in force, its origin, and the registry value that holds it (``KEY\\NAME``, empty for
    a default)."""

    value: T
    origin: Origin = Origin.DEFAULT
    path: str = ""


@dataclass(frozen=True, slots=True)
class BesideTraffic:
    """The settings in force for one profile that don't decide whether traffic is let through.

    Defaults: documentation of Set-NetFirewallProfile, on a computer. `log_size` is in kilobytes.
    What decides if several stores have a value: documentation of the Firewall CSP, in the words of
    [MS-FASP] 2.2.38.
    """

    notifications: Setting[bool] = Setting(True)
    unicast_responses: Setting[bool] = Setting(True)
    stealth_for_ipsec: Setting[bool] = Setting(True)
    log_file: Setting[str] = Setting(r"%systemroot%\system32\LogFiles\Firewall\pfirewall.log")
    log_size: Setting[int] = Setting(4096)
    log_allowed: Setting[bool] = Setting(False)
    log_blocked: Setting[bool] = Setting(False)
    log_ignored: Setting[bool] = Setting(False)


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """The settings in force for one profile.

    Defaults: the firewall is on and local rules count (documentation of the Firewall CSP), inbound
    traffic is blocked and outbound traffic allowed (documentation of
    INetFwPolicy2::get_DefaultInboundAction and get_DefaultOutboundAction). Hosts omit these values
    from the registry: no sample has a default action.
    """

    enabled: Setting[bool] = Setting(True)
    # "Shield up": all inbound traffic is blocked, whatever the rules say.
    block_all_inbound: Setting[bool] = Setting(False)
    default_inbound: Setting[Action] = Setting(Action.BLOCK)
    default_outbound: Setting[Action] = Setting(Action.ALLOW)
    local_rules: Setting[bool] = Setting(True)
    local_application_rules: Setting[bool] = Setting(True)
    local_port_rules: Setting[bool] = Setting(True)
    local_security_rules: Setting[bool] = Setting(True)
    # Upper-case GUIDs in braces of network adapters on which the firewall is off.
    disabled_interfaces: Setting[frozenset[str]] = Setting(frozenset())
    beside: BesideTraffic = BesideTraffic()

    @property
    def values(self) -> tuple[object, ...]:
        """The values in force that decide about traffic, whatever their origin."""
        names = (each.name for each in fields(self) if each.name != "beside")
        return tuple(getattr(self, name).value for name in names)


_Found = tuple[int, Origin, str]


def merge(tree: RegistryTree, keys: Mapping[Origin, Sequence[str]]) -> ProfileSettings:
    """The settings in force for one profile.

    Args:
        tree: the registry.
        keys: for each origin, the keys that may hold the profile; the first one that has a value
            counts.
    """
    reader = _Reader(tree, keys)
    return ProfileSettings(
        enabled=reader.switch("EnableFirewall", default=True),
        block_all_inbound=reader.wins_if("DoNotAllowExceptions", True, default=False),
        default_inbound=reader.action("DefaultInboundAction", Action.BLOCK),
        default_outbound=reader.action("DefaultOutboundAction", Action.ALLOW),
        local_rules=reader.wins_if("AllowLocalPolicyMerge", False, default=True, origins=_POLICIES),
        local_application_rules=reader.switch(
            "AllowUserPrefMerge", default=True, below="AuthorizedApplications"
        ),
        local_port_rules=reader.switch(
            "AllowUserPrefMerge", default=True, below="GloballyOpenPorts", origins=_POLICIES
        ),
        local_security_rules=reader.wins_if(
            "AllowLocalIPsecPolicyMerge", False, default=True, origins=_POLICIES
        ),
        disabled_interfaces=reader.interfaces("DisabledInterfaces"),
        beside=_beside_traffic(reader),
    )


def _beside_traffic(reader: _Reader) -> BesideTraffic:
    known = BesideTraffic()
    return BesideTraffic(
        notifications=_opposite(reader.switch("DisableNotifications", default=False)),
        unicast_responses=_opposite(
            reader.switch("DisableUnicastResponsesToMulticastBroadcast", default=False)
        ),
        stealth_for_ipsec=_opposite(
            reader.switch("DisableStealthModeIPsecSecuredPacketExemption", default=False)
        ),
        log_file=reader.text("LogFilePath", known.log_file.value, _LOGGING),
        log_size=reader.number("LogFileSize", known.log_size.value, _LOGGING),
        log_allowed=reader.log_switch("LogSuccessfulConnections"),
        log_blocked=reader.log_switch("LogDroppedPackets"),
        log_ignored=reader.log_switch("LogIgnoredRules"),
    )


def _opposite(setting: Setting[bool]) -> Setting[bool]:
    return Setting(not setting.value, setting.origin, setting.path)


# The key below that of a profile that says what is logged ([MS-GPFAS] 2.2.3).
_LOGGING = "Logging"

# Precedence of the configured values, first to last.
_ORDER = (Origin.GROUP_POLICY, Origin.MDM, Origin.LOCAL)


class _Reader:
    def __init__(self, tree: RegistryTree, keys: Mapping[Origin, Sequence[str]]) -> None:
        self.tree = tree
        self.keys = keys

    def _paths(self, origin: Origin, below: str) -> Iterator[str]:
        for key in self.keys.get(origin, ()):
            yield f"{key}\\{below}" if below else key

    def _numbers(
        self, name: str, below: str = "", origins: Sequence[Origin] = _ORDER
    ) -> Iterator[_Found]:
        for origin in _ORDER:
            if origin not in origins:
                continue
            for path in self._paths(origin, below):
                key = self.tree.key(path)
                number = key.number(name) if key else None
                if number is not None:
                    yield number, origin, f"{path}\\{name}"
                    break

    def switch(
        self, name: str, *, default: bool, below: str = "", origins: Sequence[Origin] = _ORDER
    ) -> Setting[bool]:
        """The value of the strongest origin that has one."""
        for number, origin, path in self._numbers(name, below, origins):
            return Setting(number != 0, origin, path)
        return Setting(default)

    def number(self, name: str, default: int, below: str) -> Setting[int]:
        """The number of the strongest origin that has one."""
        for number, origin, path in self._numbers(name, below):
            return Setting(number, origin, path)
        return Setting(default)

    def text(self, name: str, default: str, below: str) -> Setting[str]:
        """The text of the strongest origin that has one."""
        for origin in _ORDER:
            for path in self._paths(origin, below):
                key = self.tree.key(path)
                value = key.value(name) if key else None
                if value is not None and value.number is None and value.data:
                    return Setting(value.data, origin, f"{path}\\{name}")
        return Setting(default)

    def log_switch(self, name: str) -> Setting[bool]:
        """What is logged if any origin says so."""
        return self.wins_if(name, True, default=False, below=_LOGGING)

    def wins_if(
        self,
        name: str,
        winner: bool,
        *,
        default: bool,
        below: str = "",
        origins: Sequence[Origin] = _ORDER,
    ) -> Setting[bool]:
        """The value `winner` if any origin has it, otherwise that of the strongest origin."""
        found = [
            Setting(number != 0, origin, path)
            for number, origin, path in self._numbers(name, below, origins)
        ]
        winners = [setting for setting in found if setting.value is winner]
        return (winners or found or [Setting(default)])[0]

    def action(self, name: str, default: Action) -> Setting[Action]:
        """0 allows, 1 blocks ([MS-GPFAS] 2.2.3.16 and 2.2.3.17)."""
        for number, origin, path in self._numbers(name):
            return Setting(Action.ALLOW if number == 0 else Action.BLOCK, origin, path)
        return Setting(default)

    def interfaces(self, name: str) -> Setting[frozenset[str]]:
        """A list ``{GUID},{GUID}`` ([MS-GPFAS] 2.2.3.15)."""
        for origin in _ORDER:
            for path in self._paths(origin, ""):
                key = self.tree.key(path)
                value = key.value(name) if key else None
                if value is not None:
                    parts = (part.strip() for text in value.texts for part in text.split(","))
                    found = frozenset(ascii_upper(part) for part in parts if part)
                    return Setting(found, origin, f"{path}\\{name}")
        return Setting(frozenset())
