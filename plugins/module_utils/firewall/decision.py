# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A verdict as plain values, and in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..wsman.text import for_display
from .matching import Condition, ConditionKind
from .profile_settings import Origin
from .stores import Store
from .vocabulary import Action, Profile


class State(StrEnum):
    """The answer."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    # Allowed or blocked, depending on conditions that can't be judged from here.
    CONDITIONAL = "conditional"
    # Another maker's firewall is in charge.
    OVERRULED = "overruled"
    UNKNOWN = "unknown"


class Decider(StrEnum):
    """What kind of thing decides."""

    RULE = "rule"
    DEFAULT_ACTION = "default_action"
    FIREWALL_OFF = "firewall_off"
    BLOCK_ALL_INBOUND = "block_all_inbound"
    INTERFACE_OFF = "interface_off"
    SERVICE_RESTRICTION = "service_restriction"
    LOOPBACK = "loopback"
    THIRD_PARTY = "third_party"
    UNREADABLE = "unreadable"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Decision:
    """The rule or setting that decides. Fields that don't apply to its kind are empty."""

    kind: Decider
    action: Action | None = None
    store: Store | None = None
    rule_id: str = ""
    rule_name: str = ""
    origin: Origin | None = None
    path: str = ""
    text: str = ""

    def describe(self) -> str:
        """One sentence part for people: ``the block rule 'x' of Group Policy``."""
        setter = _ORIGINS.get(self.origin, "") if self.origin else ""
        if self.kind in (Decider.RULE, Decider.SERVICE_RESTRICTION):
            action = (self.action or Action.BLOCK).value.lower()
            store = _STORES[self.store] if self.store else ""
            return f"the {action} rule {_name(self.rule_name)} {store}".rstrip()
        if self.kind is Decider.DEFAULT_ACTION:
            action = "allows" if self.action is Action.ALLOW else "blocks"
            return f"no rule decides, and the default action {action} it ({setter})"
        if self.kind in (Decider.THIRD_PARTY, Decider.UNREADABLE, Decider.IMPOSSIBLE):
            return f"{_KINDS[self.kind]}{for_display(self.text)}"
        return f"{_KINDS[self.kind]}{f' ({setter})' if setter else ''}"


# How many rules one sentence names.
MAX_NAMED = 3


def _name(text: str) -> str:
    """The name of a rule, which its maker chose, fit for a message."""
    return f"'{for_display(text, 100)}'"


_KINDS = {
    Decider.FIREWALL_OFF: "the firewall is off in this profile",
    Decider.BLOCK_ALL_INBOUND: "all inbound traffic is blocked in this profile",
    Decider.INTERFACE_OFF: "the firewall is off on this network adapter",
    Decider.LOOPBACK: "traffic of a host with itself is not filtered",
    Decider.THIRD_PARTY: "another firewall is in charge: ",
    Decider.UNREADABLE: "",
    Decider.IMPOSSIBLE: "",
}
_ORIGINS = {
    Origin.LOCAL: "set locally",
    Origin.GROUP_POLICY: "set by Group Policy",
    Origin.MDM: "set by device management",
    Origin.DEFAULT: "the default of Windows",
}
_STORES = {
    Store.LOCAL: "of this host",
    Store.GROUP_POLICY: "of Group Policy",
    Store.MDM: "of device management",
    Store.STATIC_SERVICE: "that restricts the service",
    Store.CONFIGURABLE_SERVICE: "that restricts the service",
    Store.APP_ISOLATION: "that restricts the app",
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """A rule that matches if all its open conditions hold."""

    rule_id: str
    rule_name: str
    store: Store | None
    action: Action
    conditions: tuple[Condition, ...]

    def describe(self) -> str:
        """``the rule 'x' if the remote address is LocalSubnet``."""
        rule = f"the rule {_name(self.rule_name)}" if self.rule_name else "Windows"
        parts = [
            f"the {_CONDITIONS[each.kind]} is {for_display(each.text, 100)}"
            for each in self.conditions
        ]
        return rule + (" if " + " and ".join(parts) if parts else "")


_CONDITIONS = {kind: kind.value.replace("_", " ") for kind in ConditionKind}


@dataclass(frozen=True, slots=True)
class VoidRule:
    """A local rule that matches but does not count, and the policy's registry value behind it."""

    rule_id: str
    rule_name: str
    action: Action
    path: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class ProfileVerdict:
    """The verdict for one network.

    Where `state` is conditional, the traffic is allowed if one of the rules in `requires` matches
    in full, and one of those in `restricted_to` (exceptions to a restriction of its service), and
    none of those in `unless`, which block it; an empty list asks for nothing. `void`: local rules
    that would have mattered. `windows_state` is what Windows' own rules say where another firewall
    overrules them.
    """

    profile: Profile
    state: State
    decision: Decision
    requires: tuple[Requirement, ...] = ()
    restricted_to: tuple[Requirement, ...] = ()
    unless: tuple[Requirement, ...] = ()
    void: tuple[VoidRule, ...] = ()
    windows_state: State | None = None
    products: tuple[str, ...] = ()

    @property
    def allowed_from(self) -> tuple[str, ...]:
        """From where the traffic is certainly allowed: ``any``, or addresses, subnets and keywords;
        empty where nothing is certain, or nothing allowed."""
        if self.state is State.ALLOWED:
            return ("any",)
        if self.state is not State.CONDITIONAL or self.unless or self.restricted_to:
            return ()
        found = {
            text.strip()
            for requirement in self.requires
            if [each.kind for each in requirement.conditions] == [ConditionKind.REMOTE_ADDRESS]
            for text in requirement.conditions[0].text.split(",")
        }
        return tuple(sorted(found))

    def describe(self) -> str:
        """The verdict in one sentence, without the profile."""
        decision = self.decision.describe()
        if self.requires:
            decision = f"allowed by {_either(self.requires)}; otherwise {decision}"
        text = f"{self.state}: {decision}"
        if self.restricted_to:
            text += f"; the service may only do {_either(self.restricted_to)}"
        if self.unless:
            text += f"; but blocked by {_either(self.unless)}"
        return text


def _either(requirements: tuple[Requirement, ...]) -> str:
    text = ", or by ".join(each.describe() for each in requirements[:MAX_NAMED])
    others = len(requirements) - MAX_NAMED
    return f"{text}, or by {others} others" if others > 0 else text
