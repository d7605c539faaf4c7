# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From the options of a task to the rule that it wants, with every refusal before anything is sent.

An option that is not given (absent, or None) asks for nothing: an existing rule keeps what it has.
Only `enabled` can be meant without being given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..policy.rule import FirewallRule
from ..policy.vocabulary import ICMPV4, ICMPV6, TCP, UDP, Action, Direction, EdgeTraversal
from . import option_texts as texts
from . import option_values as values
from .option_texts import OptionError

# The options that describe a rule, in the order in which people think of one.
OPTIONS = (
    "name",
    "rule_id",
    "enabled",
    "direction",
    "action",
    "protocol",
    "ports",
    "remote_ports",
    "icmp_types",
    "profiles",
    "remote_addresses",
    "local_addresses",
    "program",
    "service",
    "interface_types",
    "edge_traversal",
    "description",
    "group",
)

# Rules are written with the version of Windows 8 and Server 2012, the first with the CIM classes.
_DEFAULTS = FirewallRule(
    rule_id="", version=(2, 20), action=Action.ALLOW, active=True, direction=Direction.IN
)


@dataclass(frozen=True)
class WantedRule:
    """What a task says of one rule.

    `asked` holds values by attribute of FirewallRule, only for what was asked. `exact_protocol`:
    the task wants rules for several protocols under one name, so that a rule of another protocol
    is not this one. `default_protocol` is meant for ports that were given without a protocol, where
    the existing rule has none with ports. `enabled_by_default`: the rule is to count although the
    task does not say so.
    """

    name: str | None
    rule_id: str | None
    asked: Mapping[str, Any] = field(default_factory=dict)
    exact_protocol: bool = False
    default_protocol: int | None = None
    enabled_by_default: bool = False

    def applied_to(self, existing: FirewallRule | None) -> FirewallRule:
        """The whole rule: what is asked over what exists, or over the defaults of a new rule.

        A part that only made sense beside another goes with it: ports with a protocol without
        ports, types with a protocol that is not ICMP, edge traversal with an outbound rule.

        Raises:
            OptionError: the result is a rule that Windows does not take.
        """
        base = existing or replace(_DEFAULTS, name=self.name, rule_id=self.rule_id or "")
        asked = dict(self.asked)
        if existing is not None and self.rule_id is None:
            # The rule was found by its name, in whatever letter case.
            asked.pop("name", None)
        rule = replace(base, source=None, **asked)
        if self.default_protocol is not None and rule.protocol not in (TCP, UDP):
            rule = replace(rule, protocol=self.default_protocol)
        blank = FirewallRule("")
        if rule.protocol not in (TCP, UDP):
            rule = replace(rule, local_ports=blank.local_ports, remote_ports=blank.remote_ports)
        has_types = rule.protocol in (ICMPV4, ICMPV6)
        if not has_types or (rule.protocol != base.protocol and "icmp_types" not in self.asked):
            rule = replace(rule, icmp_types=frozenset())
        if rule.direction is Direction.OUT and "edge" not in self.asked:
            rule = replace(rule, edge=False, defer=None)
        _check_whole(rule)
        # A rule that an interrupted run has only begun is as good as new.
        new = existing is None or (self.enabled_by_default and not existing.enabled)
        if new and "protocol" not in self.asked and _opens_everything(rule):
            raise OptionError(
                "ports",
                "a new rule with neither ports, protocol, program, service nor addresses would "
                "open everything. If that is meant, set protocol: any.",
            )
        return rule


def wanted_rules(
    options: Mapping[str, object], *, enabled_by_default: bool = False
) -> tuple[WantedRule, ...]:
    """What the options of a task ask for: one rule, or one for each of several protocols.

    Args:
        options: values by the names of `OPTIONS`; others are ignored.
        enabled_by_default: without `enabled` the rule is to count, whether it does so now or not.
            A rule that an interrupted run has left disabled is so enabled by the next one.

    Raises:
        OptionError: an option, or what several of them say together, fits no rule.
    """
    given = {key: options[key] for key in OPTIONS if options.get(key) is not None}
    if "name" not in given and "rule_id" not in given:
        raise OptionError("name", "a name or a rule_id is needed.")
    if not enabled_by_default or "enabled" in given:
        return _for_each_protocol(given)
    found = _for_each_protocol(given | {"enabled": True})
    return tuple(replace(each, enabled_by_default=True) for each in found)


def _for_each_protocol(given: Mapping[str, object]) -> tuple[WantedRule, ...]:
    if "protocol" not in given:
        # Ports without a protocol are those of TCP, as documented.
        ports = [each for each in ("ports", "remote_ports") if each in given]
        default = any(not values.is_any(each, given[each]) for each in ports)
        wanted = _wanted(given, (TCP,) if default else None)
        if default:
            del wanted["protocol"]
        return (_rule(given, wanted, default_protocol=TCP if default else None),)
    protocols = values.protocols("protocol", given["protocol"])
    if len(protocols) > 1 and "rule_id" in given:
        raise OptionError("protocol", "several protocols make several rules; rule_id names one.")
    return tuple(
        _rule(given, _wanted(given, (each,)), exact_protocol=len(protocols) > 1)
        for each in protocols
    )


def _rule(
    given: Mapping[str, object],
    asked: dict[str, Any],
    *,
    exact_protocol: bool = False,
    default_protocol: int | None = None,
) -> WantedRule:
    rule_id = texts.rule_id("rule_id", given["rule_id"]) if "rule_id" in given else None
    return WantedRule(asked.get("name"), rule_id, asked, exact_protocol, default_protocol)


def _wanted(given: Mapping[str, object], protocol: tuple[int | None] | None) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    if "name" in given:
        asked["name"] = texts.name("name", given["name"])
    direction = Direction.IN
    if "direction" in given:
        asked["direction"] = direction = values.direction("direction", given["direction"])
    if protocol is not None:
        asked["protocol"] = protocol[0]
    _read_ports(given, protocol, direction, asked)
    for option, attribute, reader in (
        ("enabled", "active", values.boolean),
        ("action", "action", values.action),
        ("profiles", "profiles", values.profiles),
        ("program", "program", texts.program),
        ("service", "service", texts.service),
        ("interface_types", "interface_types", values.interface_types),
    ):
        if option in given:
            asked[attribute] = reader(option, given[option])
    for option, keywords in (("remote_addresses", True), ("local_addresses", False)):
        if option in given:
            asked[option] = values.address_set(option, given[option], keywords=keywords)
    for option in ("description", "group"):
        if option in given:
            # Empty takes a description away; the rule store has no empty ones.
            asked[option] = texts.text(option, given[option]) or None
    if "edge_traversal" in given:
        edge = values.edge_traversal("edge_traversal", given["edge_traversal"])
        asked["edge"] = edge is not EdgeTraversal.BLOCK
        asked["defer"] = {
            EdgeTraversal.DEFER_TO_APP: "App",
            EdgeTraversal.DEFER_TO_USER: "User",
        }.get(edge)
    return asked


def _read_ports(
    given: Mapping[str, object],
    protocol: tuple[int | None] | None,
    direction: Direction,
    asked: dict[str, Any],
) -> None:
    number = protocol[0] if protocol else None
    for option, attribute in (("ports", "local_ports"), ("remote_ports", "remote_ports")):
        if option not in given:
            continue
        if number in (TCP, UDP):
            asked[attribute] = values.ports(
                option,
                given[option],
                number,
                local=attribute == "local_ports",
                direction=direction,
            )
        elif not values.is_any(option, given[option]):
            raise OptionError(option, "only tcp and udp have ports; set protocol to one of them.")
        else:
            asked[attribute] = FirewallRule("").local_ports
    if "icmp_types" in given:
        asked["icmp_types"] = values.icmp_types("icmp_types", given["icmp_types"], number)


def _opens_everything(rule: FirewallRule) -> bool:
    limits = (rule.protocol is not None, rule.program, rule.service, rule.remote_addresses,
              rule.local_addresses, rule.package_sid, rule.package_family, rule.security,
              rule.local_users, rule.local_users_encoded)  # fmt: skip
    return rule.action is Action.ALLOW and rule.direction is Direction.IN and not any(limits)


def is_possible(rule: FirewallRule) -> bool:
    """Whether Windows takes a rule whose parts say this together, as far as that is known."""
    try:
        _check_whole(rule)
    except OptionError:
        return False
    return True


def _check_whole(rule: FirewallRule) -> None:
    """What the parts of a rule say together ([MS-FASP] 2.2.37 and 2.2.24)."""
    if not rule.name:
        raise OptionError("name", "a new rule needs a name.")
    for word in rule.local_ports.keywords:
        if rule.direction is Direction.OUT:
            raise OptionError("ports", f"{word} is for inbound rules only.")
        if (word in ("RPC", "RPC-EPMap") and rule.protocol != TCP) or (
            word == "Teredo" and rule.protocol != UDP
        ):
            raise OptionError("ports", f"{word} does not go with this protocol.")
    if rule.local_addresses and (rule.interface_types or rule.interfaces):
        raise OptionError(
            "local_addresses", "Windows does not take them together with interface_types."
        )
    if rule.edge and rule.direction is Direction.OUT:
        raise OptionError("edge_traversal", "is for inbound rules only.")
    if rule.action is Action.BLOCK and rule.security:
        raise OptionError(
            "action", "the rule asks for IPsec authentication, so Windows lets it only allow."
        )
