# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The steps of the trial of writing, as plain data.

Two rules are made, one after the other. Both are disabled from their creation to their end, and
limited to the loopback address and to ports on which nothing listens. The first gets its
conditions as port_firewall writes them, filter by filter. The second gets its ports with its
creation, by the options that New-NetFirewallRule passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ...asked.ports import PortSet
from ...firewall.changing.moves.steps import with_parts
from ...firewall.parts import cim_values, compare
from ...firewall.parts.choices import OFF
from ...firewall.parts.cim_values import Values
from ...firewall.parts.table import CLASSES, RULE
from ...firewall.policy import addresses
from ...firewall.policy.addresses import AddressSet
from ...firewall.policy.environment import Environment
from ...firewall.policy.rule import FirewallRule, PortCondition
from ...firewall.policy.vocabulary import (
    TCP,
    Action,
    Authentication,
    Direction,
    InterfaceType,
    Profile,
)
from ...ground.names import name_key, same_name
from ...wsman.cim import classes
from ...wsman.cim.objects import CimClass

GROUP = "portkeeper.windows"
#: The option that asks for a trial, which a playbook calls by the name of its variable.
OPTION = "write_trial"
NAME = "portkeeper.windows: write trial, may be deleted"
#: The ids of the two rules. They are always the same, so that a run finds what an interrupted one
#: has left.
BY_FILTERS = "portkeeper.windows-write-trial-filters"
BY_OPTIONS = "portkeeper.windows-write-trial-options"
RULE_IDS = (BY_FILTERS, BY_OPTIONS)

PORT_FILTER = classes.NET_PROTOCOL_PORT_FILTER.name
#: The classes that the trial writes, by their names.
WRITTEN: Mapping[str, CimClass] = CLASSES
#: The filters that a rule has to have.
FILTER_CLASSES = tuple(name for name in WRITTEN if name != RULE)

# Every Windows has both. A rule that was enabled nevertheless would let in nothing else.
_PROGRAM = r"%SystemRoot%\System32\svchost.exe"
_SERVICE = "W32Time"
_LOOPBACK = "127.0.0.1"


class StepName(StrEnum):
    """What a trial does, in this order."""

    CREATE = "create"
    FILTERS = "filters"
    PUT_PORTS = "put_ports"
    PUT_ADDRESSES = "put_addresses"
    PUT_PROGRAM = "put_program"
    PUT_SERVICE = "put_service"
    PUT_INTERFACE_TYPES = "put_interface_types"
    PUT_INTERFACES = "put_interfaces"
    PUT_SECURITY = "put_security"
    PUT_RULE = "put_rule"
    DISABLE = "disable"
    DELETE = "delete"
    CREATE_WITH_OPTIONS = "create_with_options"
    DELETE_WITH_OPTIONS = "delete_with_options"


@dataclass(frozen=True)
class TrialStep:
    """One operation, and what it has to result in.

    Attributes:
        class_name: the class that is written.
        values: what is sent.
        rule: the rule as it has to be afterwards.
        parts: the classes whose conditions are read back in the registry.
        options: what goes along with a Create for the provider.
    """

    name: StepName
    class_name: str
    values: Values
    rule: FirewallRule
    parts: tuple[str, ...]
    options: Values = field(default_factory=dict)

    @property
    def is_put_of_filter(self) -> bool:
        """Whether it needs the rule's filters."""
        return self.class_name in FILTER_CLASSES and not self.options

    @property
    def shown(self) -> tuple[str, Values]:
        """The class that CIM is asked for afterwards, and what it has to show."""
        return (PORT_FILTER, self.options) if self.options else (self.class_name, self.values)


@dataclass(frozen=True)
class TrialOrder:
    """What a trial needs to know about a host.

    Attributes:
        port: two ports from this one on, on which nothing listens.
        adapter: GUID and name of a network adapter; None if the host reports none.
        environment: to compare paths and adapters.
    """

    host: str
    url: str
    port: int
    adapter: tuple[str, str] | None = None
    environment: Environment = field(default_factory=Environment)


def is_ours(rule: FirewallRule) -> bool:
    """Whether a rule with an id of a trial is one that a trial has left, and nobody has enabled or
    renamed it since."""
    return is_named_by_trial(rule) and not rule.enabled


def is_named_by_trial(rule: FirewallRule) -> bool:
    """Whether a rule has the name and group that a trial gives."""
    return rule.name == NAME and same_name(rule.group or "", GROUP)


def rule_in(rules: tuple[FirewallRule, ...], rule_id: str) -> FirewallRule | None:
    """The rule with this id; None if there is none."""
    key = name_key(rule_id)
    return next((each for each in rules if name_key(each.rule_id) == key), None)


def is_stored(step: TrialStep, found: FirewallRule, environment: Environment) -> bool:
    """Whether the registry has a rule as a step has to leave it, as far as the step is about it."""
    if found.enabled:
        return False
    wanted = with_parts(found, step.rule, step.parts)
    return not compare.differences(found, wanted, environment)


def steps_of_filters(order: TrialOrder) -> tuple[TrialStep | None, ...]:
    """The steps of the first rule between its creation and its deletion; None for those of an
    adapter if the host has none. The narrowest conditions come first."""
    rule = _blank(BY_FILTERS)
    made = [_create(rule, StepName.CREATE)]
    rule = replace(rule, protocol=TCP, local_ports=_ports(order.port))
    made.append(_put(StepName.PUT_PORTS, classes.NET_PROTOCOL_PORT_FILTER, rule, order))
    # port_firewall refuses this address, because the firewall does not filter it.
    here = AddressSet((addresses.parse_interval(_LOOPBACK)[1],))
    rule = replace(rule, local_addresses=here, remote_addresses=here)
    made.append(_put(StepName.PUT_ADDRESSES, classes.NET_ADDRESS_FILTER, rule, order))
    rule = replace(rule, program=_PROGRAM)
    made.append(_put(StepName.PUT_PROGRAM, classes.NET_APPLICATION_FILTER, rule, order))
    rule = replace(rule, service=_SERVICE)
    made.append(_put(StepName.PUT_SERVICE, classes.NET_SERVICE_FILTER, rule, order))
    rule = replace(rule, interface_types=frozenset({InterfaceType.LAN}))
    made.append(_put(StepName.PUT_INTERFACE_TYPES, classes.NET_INTERFACE_TYPE_FILTER, rule, order))
    steps: list[TrialStep | None] = [*made]
    if order.adapter is None:
        steps.append(None)
    else:
        rule = replace(rule, interfaces=frozenset({order.adapter[0]}))
        steps.append(_put(StepName.PUT_INTERFACES, classes.NET_INTERFACE_FILTER, rule, order))
    rule = replace(rule, authentication=Authentication.REQUIRED)
    security = classes.NET_NETWORK_LAYER_SECURITY_FILTER
    steps.append(_put(StepName.PUT_SECURITY, security, rule, order))
    rule = replace(
        rule,
        description="Written again by a trial of verify_host.",
        profiles=frozenset({Profile.PRIVATE}),
    )
    changed: Values = {"Description": rule.description, "Profiles": Profile.PRIVATE.value}
    steps.append(TrialStep(StepName.PUT_RULE, RULE, changed, rule, (RULE,)))
    steps.append(TrialStep(StepName.DISABLE, RULE, {"Enabled": OFF}, rule, ()))
    return tuple(steps)


def step_of_options(order: TrialOrder) -> TrialStep:
    """The creation of the second rule, with its ports."""
    two = PortCondition(PortSet.of([order.port, order.port + 1]))
    rule = replace(_blank(BY_OPTIONS), protocol=TCP, local_ports=two)
    options: Values = {"Protocol": "TCP", "LocalPort": (str(order.port), str(order.port + 1))}
    made = _create(rule, StepName.CREATE_WITH_OPTIONS)
    return replace(made, options=options, parts=(RULE, PORT_FILTER))


def _blank(rule_id: str) -> FirewallRule:
    return FirewallRule(
        rule_id,
        version=(2, 20),
        action=Action.ALLOW,
        active=False,
        direction=Direction.IN,
        profiles=frozenset({Profile.DOMAIN}),
        name=NAME,
        description="Made by a trial of verify_host, disabled, and removed at its end.",
        group=GROUP,
    )


def _ports(port: int) -> PortCondition:
    return PortCondition(PortSet.of([port]))


def _create(rule: FirewallRule, name: StepName) -> TrialStep:
    everything = cim_values.values_of(rule)[RULE]
    values = {key: value for key, value in everything.items() if value is not None}
    return TrialStep(name, RULE, {**values, "Enabled": OFF}, rule, (RULE,))


def _put(name: StepName, of: CimClass, rule: FirewallRule, order: TrialOrder) -> TrialStep:
    blank = cim_values.values_of(FirewallRule(""))[of.name]
    values = {
        key: value
        for key, value in cim_values.values_of(rule, order.environment)[of.name].items()
        if value != blank[key]
    }
    return TrialStep(name, of.name, values, rule, (of.name,))
