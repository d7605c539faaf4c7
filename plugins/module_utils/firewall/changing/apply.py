# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out single steps over CIM.

A step is one request; the first filter of a rule costs one more, to find the rule's filters. They
are put only if all that the host shows are the rule's own: a host that ignores what was asked for
shows those of other rules as well.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...ground.names import ascii_lower, same_name
from ...ground.text import for_display
from ...host.host import Host, HostError
from ...words.phrases import Verbatim, render
from ...wsman.cim import classes
from ...wsman.cim.objects import Instance, Reference
from ...wsman.soap.faults import FaultKind
from ..parts.choices import ON
from ..parts.table import FILTERS
from .steps import CreateRule, PutFilter, PutRule, Step

# The keys of a rule, as references that hosts send have them.
_CREATION_CLASS = "MSFT|FW|FirewallRule|"
_EMPTY_KEYS = ("PolicyRuleName", "SystemCreationClassName", "SystemName")

_REGISTER_CLASSES = (
    "On Windows 8, Server 2012 and later, register the classes of the firewall again there with "
    r"`mofcomp %SystemRoot%\System32\wbem\wfascim.mof`; earlier versions don't have them."
)


def explain(error: HostError) -> str:
    """The text of an error, with the host's own words and, for broken classes, the remedy."""
    text = render(error.in_full, "en")
    if error.kind in (FaultKind.UNKNOWN_CLASS, FaultKind.INVALID_NAMESPACE):
        text += f" {_REGISTER_CLASSES}"
    return text


class Writer:
    """Carries out steps on one host, and remembers the references of rules and filters."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._rules: dict[str, Reference] = {}
        self._filters: dict[str, dict[str, Reference]] = {}

    def do(self, step: Step) -> None:
        """Carry out a step. Raises HostError."""
        host = self._host
        if isinstance(step, CreateRule):
            # The reference that the answer gives is not needed: the id that was asked for says it.
            host.create(classes.NET_FIREWALL_RULE, step.values)
        elif isinstance(step, PutFilter):
            reference = self._filter(step.rule_id, step.class_name)
            host.put(FILTERS[step.class_name], reference, step.values)
        elif isinstance(step, PutRule):
            self._put_rule(self._rule(step.rule_id), step)
        else:
            self._delete(self._rule(step.rule_id))

    def _put_rule(self, reference: Reference, step: PutRule) -> None:
        host = self._host
        if step.values.keys() != {"Enabled"}:
            host.put(classes.NET_FIREWALL_RULE, reference, step.values)
            return
        method = "Enable" if step.values["Enabled"] == ON else "Disable"
        result = host.invoke(classes.NET_FIREWALL_RULE, reference, method)
        # Windows answers without a return value when it is done.
        if result.return_value:
            told = (
                f"Could not {method.lower()} the rule on {host.name} ({host.url}): Windows "
                f"returned {_number(result.return_value)}. Run the task again; if it stays, look "
                "at the event log of Windows Firewall With Advanced Security on the host."
            )
            raise HostError("host.told", told=Verbatim(told))

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
            self._filters[rule_id] = self._own(rule_id, found)
        reference = self._filters[rule_id].get(ascii_lower(class_name))
        if reference is None:
            told = (
                f"{self._host.name} ({self._host.url}) shows no {class_name} for the firewall "
                f"rule {for_display(rule_id)}. {_REGISTER_CLASSES}"
            )
            raise HostError("host.told", told=Verbatim(told))
        return reference

    def _own(self, rule_id: str, found: Iterable[Instance]) -> dict[str, Reference]:
        """The references of a rule's filters by their classes, if no filter is another rule's."""
        own: dict[str, Reference] = {}
        for each in found:
            reference = each.reference
            if reference is None:
                continue
            ids = _ids_of_rule(each, reference)
            name = ascii_lower(reference.class_name)
            if not ids:
                raise self._not_only_own(rule_id, "one that does not say which rule it is of")
            for other in ids:
                if not same_name(other, rule_id):
                    raise self._not_only_own(rule_id, f"one of {for_display(other)}")
            if name in own:
                raise self._not_only_own(rule_id, f"several {for_display(reference.class_name)}")
            own[name] = reference
        return own

    def _not_only_own(self, rule_id: str, told: str) -> HostError:
        host = self._host
        text = (
            f"Asked for the filters of the firewall rule {for_display(rule_id)}, {host.name} "
            f"({host.url}) shows others too: {told}. None was changed, since a change could have "
            "hit another rule. Check what answers there (a proxy, another WS-Management server); "
            "Windows shows the filters of that rule alone."
        )
        return HostError("host.told", told=Verbatim(text))


def _ids_of_rule(instance: Instance, reference: Reference) -> list[str]:
    """The ids of the rule that a filter belongs to, as its reference and the filter itself tell
    them."""
    key = reference.selector("CreationClassName") or ""
    if ascii_lower(key).startswith(ascii_lower(_CREATION_CLASS)):
        key = key[len(_CREATION_CLASS) :]
    elif ascii_lower(key) == ascii_lower(reference.class_name):
        # What the key means in CIM, where a host does not keep the rule's id in it.
        key = ""
    told = instance.values.get("InstanceID")
    ids = (key, reference.selector("InstanceID"), told if isinstance(told, str) else None)
    return [each for each in ids if each]


def _number(returned: int) -> str:
    """What a method returned, and how its meaning is found where it is one of Windows' own error
    codes, alone or in an HRESULT ([MS-ERREF] 2.1 and 2.2)."""
    shown = f"{returned} (0x{returned & 0xFFFFFFFF:08X}"
    own = (returned & 0xFFFFFFFF) >> 16 in (0, 0x8007)
    return f"{shown}, see `net helpmsg {returned & 0xFFFF}`)" if own else f"{shown})"
