# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out plans over CIM, and takes back what could not be completed.

A step is one request; the first filter of a rule costs one more, to find the rule's filters. If a
step fails, the rules are read again, because nobody knows whether the host has carried it out, and
the rule is led back to what it was. An interruption from outside (the timeout of a task) takes
nothing back; the order of the steps sees to it that the rule is then no more open than before or
after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..host import Host, HostError
from ..names import ascii_lower, same_name
from ..session import says
from ..wsman import classes
from ..wsman.cim import CimClass, Reference
from ..wsman.faults import FaultKind
from ..wsman.text import for_display
from . import compare, reading
from .cim_values import (
    ADDRESS_FILTER,
    APPLICATION_FILTER,
    ENABLED,
    INTERFACE_TYPE_FILTER,
    PROTOCOL_PORT_FILTER,
    SERVICE_FILTER,
)
from .plan import CreateRule, PutFilter, PutRule, RulePlan, Step, unwritten
from .rule import FirewallRule
from .stores import Store

_FILTERS: Mapping[str, CimClass] = {
    PROTOCOL_PORT_FILTER: classes.NET_PROTOCOL_PORT_FILTER,
    ADDRESS_FILTER: classes.NET_ADDRESS_FILTER,
    APPLICATION_FILTER: classes.NET_APPLICATION_FILTER,
    SERVICE_FILTER: classes.NET_SERVICE_FILTER,
    INTERFACE_TYPE_FILTER: classes.NET_INTERFACE_TYPE_FILTER,
}
# The keys of a rule, as references that hosts send have them.
_CREATION_CLASS = "MSFT|FW|FirewallRule|"
_EMPTY_KEYS = ("PolicyRuleName", "SystemCreationClassName", "SystemName")

_REGISTER_CLASSES = (
    "On Windows 8, Server 2012 and later, register the classes of the firewall again there with "
    r"`mofcomp %SystemRoot%\System32\wbem\wfascim.mof`; earlier versions don't have them."
)


class ApplyError(Exception):
    """A plan could not be carried out. The text says why, what became of the rule, and how to mend
    it; `unreachable` that the host answers no more, `overtaken` that somebody else has created the
    rule since the host was read."""

    def __init__(self, message: str, *, unreachable: bool = False, overtaken: bool = False) -> None:
        super().__init__(message)
        self.unreachable = unreachable
        self.overtaken = overtaken


def explain(error: HostError) -> str:
    """The text of an error, with the host's own words and, for broken classes, the remedy."""
    text = str(error)
    if error.fault is not None and error.fault.detail and says(error.fault) not in text:
        text += f" {says(error.fault)}"
    if error.kind in (FaultKind.UNKNOWN_CLASS, FaultKind.INVALID_NAMESPACE):
        text += f" {_REGISTER_CLASSES}"
    return text


class Writer:
    """Carries out plans on one host, and remembers the references of rules and filters."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._rules: dict[str, Reference] = {}
        self._filters: dict[str, dict[str, Reference]] = {}

    def carry_out(self, plan: RulePlan) -> None:
        """Do the steps of a plan; what could not be completed is taken back.

        Raises:
            ApplyError: a step failed, and the host is not as planned.
        """
        for position, step in enumerate(plan.steps):
            try:
                self._do(step)
            except HostError as error:
                refused = error.fault is not None and position == 0
                self._after_failure(plan, error, refused)
                return

    def _after_failure(self, plan: RulePlan, error: HostError, refused: bool) -> None:
        """Lead the host back, unless it turns out that all is as planned.

        Args:
            refused: the host answered to the first step that it did not do it.
        """
        name = f"The rule '{for_display((plan.after or plan.before or _UNNAMED).label)}'"
        cause = explain(error)
        if refused and plan.before is None:
            # Nothing of ours is there. What has this id, if anything does, must stay.
            raise ApplyError(
                f"{cause} {name} was not created.",
                overtaken=error.kind is FaultKind.ALREADY_EXISTS,
            ) from error
        try:
            rules = self._read()
            if not unwritten(plan, rules):
                return
            self._take_back(plan, rules)
            rules = self._read()
        except HostError as second:
            raise ApplyError(
                f"{cause} What became of it could not be found out or taken back: {second} {name} "
                "may be half done; it is then disabled or narrower than meant. Run the task again.",
                unreachable=second.unreachable,
            ) from error
        raise ApplyError(f"{cause} {name} {_state(plan, rules)}") from error

    def _take_back(self, plan: RulePlan, rules: Sequence[FirewallRule]) -> None:
        found = _find(plan, rules)
        if plan.before is None:
            if found is None or found.name != (plan.after or _UNNAMED).name:
                return
        elif found is not None and not compare.differences(found, plan.before):
            return
        failure: HostError | None = None
        for step in plan.undo:
            try:
                self._do(step)
            except HostError as error:
                # The others may still succeed, and each brings the rule nearer to what it was.
                failure = failure or error
        if failure is not None and failure.unreachable:
            raise failure

    def _read(self) -> tuple[FirewallRule, ...]:
        return reading.read_stores_again(self._host).of(Store.LOCAL)

    # -- steps ---------------------------------------------------------------------------------

    def _do(self, step: Step) -> None:
        host = self._host
        if isinstance(step, CreateRule):
            # The reference that the answer gives is not needed: the id that was asked for says it.
            host.create(classes.NET_FIREWALL_RULE, step.values)
        elif isinstance(step, PutFilter):
            reference = self._filter(step.rule_id, step.class_name)
            host.put(_FILTERS[step.class_name], reference, step.values)
        elif isinstance(step, PutRule):
            self._put_rule(self._rule(step.rule_id), step)
        else:
            self._delete(self._rule(step.rule_id))

    def _put_rule(self, reference: Reference, step: PutRule) -> None:
        host = self._host
        if step.values.keys() != {"Enabled"}:
            host.put(classes.NET_FIREWALL_RULE, reference, step.values)
            return
        method = "Enable" if step.values["Enabled"] == ENABLED else "Disable"
        result = host.invoke(classes.NET_FIREWALL_RULE, reference, method)
        # Windows answers without a return value when it is done.
        if result.return_value:
            raise HostError(
                f"Could not {method.lower()} the rule on {host.name} ({host.url}): Windows "
                f"returned {_number(result.return_value)}. Run the task again; if it stays, look "
                "at the event log of Windows Firewall With Advanced Security on the host."
            )

    def _delete(self, reference: Reference) -> None:
        try:
            self._host.delete(classes.NET_FIREWALL_RULE, reference)
        except HostError as error:
            if error.kind is not FaultKind.NOT_FOUND:
                raise  # gone is gone, whoever removed it

    def _rule(self, rule_id: str) -> Reference:
        if rule_id not in self._rules:
            keys = [(name, "") for name in _EMPTY_KEYS]
            self._rules[rule_id] = classes.NET_FIREWALL_RULE.reference(
                [("CreationClassName", _CREATION_CLASS + rule_id), *keys]
            )
        return self._rules[rule_id]

    def _filter(self, rule_id: str, class_name: str) -> Reference:
        if rule_id not in self._filters:
            found = self._host.associators(
                self._rule(rule_id), classes.NET_FIREWALL_RULE_FILTERS, classes.FILTER_ENTRY_BASE
            )
            self._filters[rule_id] = {
                ascii_lower(each.reference.class_name): each.reference
                for each in found
                if each.reference is not None
            }
        reference = self._filters[rule_id].get(ascii_lower(class_name))
        if reference is None:
            raise HostError(
                f"{self._host.name} shows no {class_name} for the firewall rule "
                f"{for_display(rule_id)}. {_REGISTER_CLASSES}"
            )
        return reference


_UNNAMED = FirewallRule("")


def _number(returned: int) -> str:
    """What a method returned, and how its meaning is found where it is one of Windows' own error
    codes, alone or in an HRESULT ([MS-ERREF] 2.1 and 2.2)."""
    shown = f"{returned} (0x{returned & 0xFFFFFFFF:08X}"
    own = (returned & 0xFFFFFFFF) >> 16 in (0, 0x8007)
    return f"{shown}, see `net helpmsg {returned & 0xFFFF}`)" if own else f"{shown})"


def _find(plan: RulePlan, rules: Sequence[FirewallRule]) -> FirewallRule | None:
    return next((rule for rule in rules if same_name(rule.rule_id, plan.rule_id)), None)


def _state(plan: RulePlan, rules: Sequence[FirewallRule]) -> str:
    """What became of a rule whose plan failed, as the rest of a sentence."""
    found = _find(plan, rules)
    if plan.before is None:
        if found is None:
            return "is not there: what was begun was taken back."
        enabled = "enabled" if found.enabled else "disabled"
        return f"could not be removed again; it is there, {enabled}."
    if found is None:
        return "is gone."
    differences = compare.differences(found, plan.before)
    if not differences:
        return "is as it was before."
    names = ", ".join(each.property for each in differences)
    return f"could not be put back: {names} differ from what they were."
