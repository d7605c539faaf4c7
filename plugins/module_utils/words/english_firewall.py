# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the firewall decides, and what comes of its rules, in English. See `catalog`."""

from __future__ import annotations

from collections.abc import Mapping

_VERDICTS = {
    "verdict.allowed": "allowed",
    "verdict.blocked": "blocked",
    "verdict.conditional": "conditional",
    "verdict.overruled": "overruled",
    "verdict.unknown": "unknown",
    "verdict.because": "{state}: {decision}",
    "verdict.allowed_by": "allowed by {rules}; otherwise {decision}",
    "verdict.restricted_to": "{verdict}; the service may only do {rules}",
    "verdict.unless": "{verdict}; but blocked by {rules}",
}

_DECISIONS = {
    "decision.rule": "the {action} rule '{rule}'",
    "decision.rule_of": "{rule} {store}",
    "decision.set_by": "{decision} ({origin})",
    "decision.default_allows": "no rule decides, and the default action allows it",
    "decision.default_blocks": "no rule decides, and the default action blocks it",
    "decision.firewall_off": "the firewall is off in this profile",
    "decision.block_all_inbound": "all inbound traffic is blocked in this profile",
    "decision.interface_off": "the firewall is off on this network adapter",
    "decision.loopback": "traffic of a host with itself is not filtered",
    "decision.third_party": "another firewall is in charge: {products}",
    # In the words of the error: of Windows, of a library, of ours.
    "decision.uncertain": "{note}",
    "action.allow": "allow",
    "action.block": "block",
    "action.bypass": "bypass",
    "store.local": "of this host",
    "store.group_policy": "of Group Policy",
    "store.mdm": "of device management",
    "store.static_service": "that restricts the service",
    "store.configurable_service": "that restricts the service",
    "store.app_isolation": "that restricts the app",
    "origin.local": "set locally",
    "origin.group_policy": "set by Group Policy",
    "origin.mdm": "set by device management",
    "origin.default": "the default of Windows",
}

_REQUIREMENTS = {
    "requirement.rule": "the rule '{rule}'",
    # Where it is no rule that lets traffic in, but that the firewall is off on some adapters.
    "requirement.setting": "Windows",
    "requirement.if": "{rule} if {conditions}",
    "requirement.and": " and ",
    "requirement.or": ", or by ",
    "requirement.more": "{count} others",
    "requires.remote_address": "the remote address is {value}",
    "requires.local_address": "the local address is {value}",
    "requires.remote_port": "the remote port is {value}",
    "requires.local_port": "the local port is {value}",
    # A condition on types of ICMP stays open only where no type was asked about.
    "requires.icmp": "the icmp is some types only",
    "requires.program": "the program is {value}",
    "requires.service": "the service is {value}",
    "requires.package": "the package is {value}",
    "requires.user": "the user is {value}",
    "requires.authentication": "the authentication is {value}",
    "requires.interface": "the interface is {value}",
    "requires.interface_type": "the interface type is {value}",
    "requires.network": "the network is {value}",
    "requires.transport": "the transport is {value}",
    "requires.platform": "the platform is {value}",
    "requires.unknown_field": "the unknown field is {value}",
    "requires.same_id": "the same id is {value}",
}

_EFFECTS = {
    "effect.none_now": "The rule '{rule}' has no effect now: {reason}.",
    "effect.no_rule": "there is no such rule",
    "effect.other_profile": (
        "the rule is for {profiles}, and the host is connected to networks that are {active}"
    ),
    "effect.void": "the rule does not count: {setter} lets no such local rule count ({path})",
    "effect.of_port": "port {port}: {reason}",
    "effect.ports_of_windows": "only Windows knows the ports of {words}",
    "effect.too_many_rules": "too many other rules are about these ports",
    "effect.blocks_outbound": "blocked: block rules go before all others",
    "effect.outbound_unknown": "outbound rules are not judged together",
    "setter.local": "a local setting",
    "setter.group_policy": "Group Policy",
    "setter.mdm": "device management",
    "setter.default": "Windows",
}

_RULES = {
    "rule.headline": "firewall rule {rule} ({rule_id})",
    "rule.all_of_a_name": "{count} rules are named '{name}'; all of them go.",
    "rule.was_disabled": (
        "The rule '{rule}' was disabled, as an interrupted task can leave it. The task does not "
        "set {option}, so the rule is enabled."
    ),
    "rule.group_disabled": (
        "In the group '{group}', these rules are disabled and stay so: {rules}. Set {setting} to "
        "enable them."
    ),
    "rule.also_limited": "The rule '{rule}' is also limited to {limits}; that stays.",
    "limit.package": "an app package",
    "limit.users": "users",
    "limit.authentication": "IPsec authentication",
    "limit.interfaces": "single network adapters",
    "limit.platforms": "versions of Windows",
    "limit.networks": "named networks",
    "limit.transport": "a dynamic transport",
    "limit.unknown_fields": "fields that are not known here",
}

TEXTS: Mapping[str, str] = {
    **_VERDICTS,
    **_DECISIONS,
    **_REQUIREMENTS,
    **_EFFECTS,
    **_RULES,
}
