# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A rule as it was read, as the options of a port_firewall task that makes the same rule elsewhere.

A task says every option, also those without a condition: on a PC that has the rule already, an
option that is not given would stay as it is there. Before it is offered, the task is read as
port_firewall reads it, and the rule that it makes is compared with the one that was read. A rule
with a part that no option sets gets no task: without that part, it would let in more, or block
more, than it does.

Windows' own rules are on every PC, under the same ids, and their names are references that no task
can write. Their tasks name them by id, and say only what people change in such rules. Rules that a
feature of Windows brings are there where the feature is, and as it makes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ....words.phrases import Joined, Phrase, Value, Verbatim
from ...parts.compare import differences
from ...parts.desired import WantedRule, wanted_rules
from ...parts.option import OptionError, Plain
from ...parts.table import OPTIONS, UNSET
from ...parts.texts import RULE_ID
from ...policy.environment import Environment
from ...policy.rule import FirewallRule
from ...policy.stores import Store

# What the ids of the accounts of a domain or of one PC begin with ([MS-DTYP] 2.4.2.4).
_OF_ACCOUNT = "S-1-5-21-"
_BLANK = FirewallRule("")
# Fields that no option sets, and that people, not Windows, set in its own rules, or nobody knows.
_NOT_OF_WINDOWS = (
    "local_users_encoded",
    "security_realm",
    "bypass_outbound",
    "unknown",
    "malformed",
)


@dataclass(frozen=True)
class Exported:
    """A rule as the options of a task.

    Attributes:
        rule, store: the rule as it was read, and where.
        options: those of port_firewall, in the order of its documentation; None if there is no
            task for the rule.
        creates: whether the task makes the rule where it is missing. If not, the rule has to be
            there already: it is one of Windows' own.
        notes: why there is no task, or what else differs, in whole sentences.
    """

    rule: FirewallRule
    store: Store
    options: Mapping[str, Plain] | None = None
    creates: bool = False
    notes: tuple[Value, ...] = field(default=())

    @property
    def name(self) -> Phrase:
        """The name of the task."""
        return Phrase("export.task", {"rule": self.rule.label})


def exported(
    rules: Iterable[tuple[Store, FirewallRule]], environment: Environment
) -> Iterator[Exported]:
    """Each of some rules as a task, or why it can't be one.

    Args:
        environment: that of the host. It needs the names of the network adapters that rules are
            for; on another host, the adapters are found by these names.
    """
    for store, rule in rules:
        yield export(rule, store, environment)


def export(rule: FirewallRule, store: Store, environment: Environment) -> Exported:
    """One rule, see `exported`."""
    if store is not Store.LOCAL:
        told: dict[str, Value] = {"store": Phrase(f"store_name.{store}")}
        return _without_task(rule, store, "export.of_store", told)
    if rule.is_localised_name or rule.is_of_feature:
        return _of_windows(rule, store, environment)
    if not rule.name:
        return _without_task(rule, store, "export.no_name")
    lost = list(_lost(rule))
    if lost:
        return _without_task(rule, store, "export.lost", {"limits": Joined(tuple(lost), _COMMA)})
    options: dict[str, Plain] = {}
    for each in OPTIONS:
        value = rule.rule_id if each is RULE_ID else each.shown(rule, environment)
        if value is not None:
            options[each.name] = value
    try:
        made = _read(options).applied_to(None, environment)
    except OptionError as error:
        return _without_task(rule, store, "export.refused", {"problem": error.phrase})
    differ = [each.property for each in differences(rule, made, environment)]
    if differ or made.rule_id != rule.rule_id:
        shown = Verbatim(", ".join(differ or ["rule_id"]))
        return _without_task(rule, store, "export.differs", {"options": shown})
    return Exported(rule, store, options, creates=True, notes=tuple(_notes(rule, made)))


_COMMA = "list.separator"


def _of_windows(rule: FirewallRule, store: Store, environment: Environment) -> Exported:
    if rule.package_sid or rule.package_family:
        return _without_task(rule, store, "export.of_package")
    lost = list(_lost(rule, _NOT_OF_WINDOWS))
    if lost:
        return _without_task(rule, store, "export.lost", {"limits": Joined(tuple(lost), _COMMA)})
    options: dict[str, Plain] = {"rule_id": rule.rule_id}
    for each in OPTIONS:
        value = each.shown(rule, environment)
        if each.set_in_windows_rules and value is not None:
            options[each.name] = value
    try:
        made = _read(options).applied_to(rule, environment)
    except OptionError as error:
        return _without_task(rule, store, "export.refused", {"problem": error.phrase})
    differ = [each.property for each in differences(rule, made, environment)]
    if differ:
        return _without_task(
            rule, store, "export.differs", {"options": Verbatim(", ".join(differ))}
        )
    return Exported(rule, store, options, notes=(Phrase("export.of_windows"),))


def _read(options: Mapping[str, object]) -> WantedRule:
    """What port_firewall takes from these options. Raises OptionError."""
    (wanted,) = wanted_rules(options)
    return wanted


def _lost(rule: FirewallRule, among: Collection[str] = tuple(UNSET)) -> Iterator[Phrase]:
    """What the rule is limited to by fields that no option sets."""
    kinds = {UNSET[each]: None for each in among if getattr(rule, each) != getattr(_BLANK, each)}
    for kind in kinds:
        yield Phrase(f"limit.{kind}")


def _notes(rule: FirewallRule, made: FirewallRule) -> Iterator[Phrase]:
    if rule.merged_as != made.merged_as:
        yield Phrase("export.merged")
    if rule.interfaces:
        yield Phrase("export.adapters")
    accounts = (rule.local_users, rule.remote_users, rule.remote_machines)
    if any(_OF_ACCOUNT in each for each in accounts if each is not None):
        yield Phrase("export.accounts")


def _without_task(
    rule: FirewallRule, store: Store, key: str, values: Mapping[str, Value] | None = None
) -> Exported:
    return Exported(rule, store, notes=(Phrase(key, values or {}),))
