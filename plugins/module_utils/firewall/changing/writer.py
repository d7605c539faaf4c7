# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out single steps over CIM.

A step is one request; the first filter of a rule costs one more, to find the rule's filters. They
are written only if all filters that the host returns are the rule's own: a host that ignores the
query also returns those of other rules.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...ground.names import ascii_lower, same_name
from ...host.host import Host, HostError
from ...words.phrases import Phrase, PhraseError, Value, Verbatim, in_turn
from ...wsman.cim import classes
from ...wsman.cim.objects import Instance, Reference
from ...wsman.soap.faults import MISSING_CLASS, FaultKind
from ..parts.choices import ON
from ..parts.table import FILTERS
from .moves.steps import CreateRule, PutFilter, PutRule, RuleStep

# The keys of a rule, as in the references that hosts send.
_CREATION_CLASS = "MSFT|FW|FirewallRule|"
_EMPTY_KEYS = ("PolicyRuleName", "SystemCreationClassName", "SystemName")

_CLASSES_FILE = r"%SystemRoot%\System32\wbem\wfascim.mof"
_EVENT_LOG = "Windows Firewall With Advanced Security"


class StepError(PhraseError):
    """A step could not be carried out, or it is unknown whether it was.

    As a phrase it contains the host's own words and, for broken classes, the remedy.

    Attributes:
        unreachable: the host gave no answer at all.
        kind: the kind of the host's fault, None if there was none.
    """

    unreachable = False
    kind: FaultKind | None = None

    @classmethod
    def of(cls, error: HostError) -> StepError:
        """The same for an error of the host."""
        remedy = _register_classes() if error.kind in MISSING_CLASS else None
        found = cls("step.failed", cause=error.in_full(remedy))
        found.unreachable, found.kind = error.unreachable, error.kind
        return found

    def with_doubts(self, doubts: Sequence[Phrase]) -> StepError:
        """The same with what the host may not accept about the rule."""
        if not doubts:
            return self
        found = type(self)("left.said", said=in_turn(self.phrase, *doubts))
        found.unreachable, found.kind = self.unreachable, self.kind
        return found


def _register_classes() -> Phrase:
    return Phrase("step.register_classes", {"file": _CLASSES_FILE})


class Writer:
    """Carries out steps on one host, and remembers the references of rules and filters."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._rules: dict[str, Reference] = {}
        self._filters: dict[str, dict[str, Reference]] = {}

    def do(self, step: RuleStep) -> None:
        """Carry out a step. Raises StepError."""
        try:
            self._do(step)
        except HostError as error:
            raise StepError.of(error) from error

    def _do(self, step: RuleStep) -> None:
        host = self._host
        if isinstance(step, CreateRule):
            # The reference in the answer is not needed: the requested id is enough.
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
        # On success, Windows answers without a return value.
        if result.return_value:
            raise StepError(
                "step.not_enabled" if method == "Enable" else "step.not_disabled",
                host=host.name,
                url=host.url,
                code=_number(result.return_value),
                log=Verbatim(_EVENT_LOG),
            )

    def _delete(self, reference: Reference) -> None:
        try:
            self._host.delete(classes.NET_FIREWALL_RULE, reference)
        except HostError as error:
            if error.kind is not FaultKind.NOT_FOUND:
                raise  # it does not matter who deleted it

    def _rule(self, rule_id: str) -> Reference:
        if rule_id not in self._rules:
            self._rules[rule_id] = rule_reference(rule_id)
        return self._rules[rule_id]

    def _filter(self, rule_id: str, class_name: str) -> Reference:
        if rule_id not in self._filters:
            self._filters[rule_id] = own_filters(self._host, rule_id)
        reference = self._filters[rule_id].get(ascii_lower(class_name))
        if reference is None:
            values: dict[str, Value] = {
                "host": self._host.name,
                "url": self._host.url,
                "name": class_name,
                "rule": rule_id,
            }
            cause = in_turn(Phrase("step.no_filter", values), _register_classes())
            raise StepError("step.failed", cause=cause)
        return reference


def rule_reference(rule_id: str) -> Reference:
    """The reference of a rule, made of its id."""
    keys = [(name, "") for name in _EMPTY_KEYS]
    return classes.NET_FIREWALL_RULE.reference(
        [("CreationClassName", _CREATION_CLASS + rule_id), *keys]
    )


def own_filters(host: Host, rule_id: str) -> dict[str, Reference]:
    """Ask a host for a rule's filters: their references by the names of their classes in lower
    case.

    Raises:
        HostError: the host could not be asked.
        StepError: a filter belongs to another rule, or to none: the host ignores the query.
    """
    found = host.associators(
        rule_reference(rule_id), classes.NET_FIREWALL_RULE_FILTERS, classes.FILTER_ENTRY_BASE
    )
    own: dict[str, Reference] = {}
    for each in found:
        reference = each.reference
        if reference is None:
            continue
        ids = _ids_of_rule(each, reference)
        name = ascii_lower(reference.class_name)
        if not ids:
            raise _not_only_own(host, rule_id, Phrase("step.filter_without_rule"))
        for other in ids:
            if not same_name(other, rule_id):
                raise _not_only_own(host, rule_id, Phrase("step.filter_of", {"rule": other}))
        if name in own:
            several = Phrase("step.several_filters", {"name": reference.class_name})
            raise _not_only_own(host, rule_id, several)
        own[name] = reference
    return own


def _not_only_own(host: Host, rule_id: str, shown: Phrase) -> StepError:
    return StepError("step.foreign_filters", rule=rule_id, host=host.name, url=host.url, told=shown)


def _ids_of_rule(instance: Instance, reference: Reference) -> list[str]:
    """The ids of the rule that a filter belongs to, from its reference and from the filter
    itself."""
    key = reference.selector("CreationClassName") or ""
    if ascii_lower(key).startswith(ascii_lower(_CREATION_CLASS)):
        key = key[len(_CREATION_CLASS) :]
    elif ascii_lower(key) == ascii_lower(reference.class_name):
        # The meaning of the key in CIM, if a host does not keep the rule's id in it.
        key = ""
    told = instance.values.get("InstanceID")
    ids = (key, reference.selector("InstanceID"), told if isinstance(told, str) else None)
    return [each for each in ids if each]


def _number(returned: int) -> Phrase:
    """What a method returned, and how to find its meaning if it is one of Windows' own error codes,
    directly or in an HRESULT ([MS-ERREF] 2.1 and 2.2)."""
    values: dict[str, Value] = {"number": returned, "hex": f"0x{returned & 0xFFFFFFFF:08X}"}
    if (returned & 0xFFFFFFFF) >> 16 not in (0, 0x8007):
        return Phrase("step.code", values)
    return Phrase("step.code_with_help", values | {"own": returned & 0xFFFF})
