# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Keeps a task from cutting the connection that it works over.

WinRM listens through http.sys, that is as ``System``, on TCP 5985 and 5986 unless set up otherwise.
A change is objected to if it takes something from a rule that lets WinRM in, or makes a rule that
may block it: by port, by range, by any, or by program. On doubt it objects; `force` is there.
"""

from __future__ import annotations

from collections.abc import Collection

from ..names import name_key
from ..wsman.text import for_display
from .addresses import AddressSet
from .rule import FirewallRule, PortCondition
from .vocabulary import TCP, Action, Direction

WINRM_PORTS = frozenset({5985, 5986})
# The ids of Windows' own rules for WinRM: WINRM-HTTP-In-TCP and its like, in all samples.
_WINRM_RULE_IDS = "winrm-"
# Properties that don't change what a rule does.
_TEXTS = frozenset({"name", "description", "group"})


def objection(
    before: FirewallRule | None,
    after: FirewallRule | None,
    changed: Collection[str] = (),
    ports: Collection[int] = WINRM_PORTS,
) -> str | None:
    """Why a change could cut WinRM off, or None if it can't.

    Args:
        before: the rule as it is; None for a new one.
        after: the rule as it would be; None if it would be deleted.
        changed: the properties (`compare.properties`) that would change.
        ports: the ports that WinRM is reached at.
    """
    if before is not None and after is not None and _TEXTS.issuperset(changed):
        return None
    if before is not None and after is None and _is_winrm_rule(before):
        return f"the rule '{for_display(before.label)}' is Windows' own for WinRM"
    if before is not None and lets_in(before, ports):
        lost = _lost(before, after, ports)
        if lost:
            return f"the rule '{for_display(before.label)}' lets WinRM in, and {lost}"
    if after is not None and _blocks(after, ports):
        shown = ", ".join(str(port) for port in sorted(_met(after.local_ports, ports)))
        return f"the rule '{for_display(after.label)}' would block WinRM (port {shown})"
    return None


def _is_winrm_rule(rule: FirewallRule) -> bool:
    return name_key(rule.rule_id).startswith(_WINRM_RULE_IDS)


def lets_in(rule: FirewallRule, ports: Collection[int] = WINRM_PORTS) -> bool:
    """Whether an enabled rule may be what lets WinRM in."""
    return rule.action is not Action.BLOCK and _concerns(rule, ports)


def _blocks(rule: FirewallRule, ports: Collection[int]) -> bool:
    return rule.action is Action.BLOCK and _concerns(rule, ports)


def _concerns(rule: FirewallRule, ports: Collection[int]) -> bool:
    program = name_key(rule.program or "system")
    service = name_key(rule.service or "winrm")
    return (
        rule.enabled
        and rule.direction is not Direction.OUT
        and rule.protocol in (None, TCP)
        and program == "system"
        and service in ("winrm", "*")
        and not rule.package_sid
        and not rule.package_family
        and bool(_met(rule.local_ports, ports))
    )


def _met(condition: PortCondition, ports: Collection[int]) -> set[int]:
    """The ports of WinRM that a condition holds for; a keyword means none of them."""
    if not condition:
        return set(ports)
    return {port for port in ports if port in condition.numbers}


def _lost(before: FirewallRule, after: FirewallRule | None, ports: Collection[int]) -> str | None:
    if after is None:
        return "would be deleted"
    if not lets_in(after, ports):
        return "would no longer do so"
    if not _met(before.local_ports, ports) <= _met(after.local_ports, ports):
        return "would do so for fewer ports"
    if not before.effective_profiles <= after.effective_profiles:
        return "would do so in fewer profiles"
    if not _covers(after.remote_addresses, before.remote_addresses):
        return "would do so for fewer remote addresses"
    if not _covers(after.local_addresses, before.local_addresses):
        return "would do so for fewer local addresses"
    if after.interface_types and not (
        before.interface_types and before.interface_types <= after.interface_types
    ):
        return "would do so on fewer network adapters"
    if after.remote_ports and after.remote_ports != before.remote_ports:
        return "would do so for fewer remote ports"
    return None


def _covers(new: AddressSet, old: AddressSet) -> bool:
    """Whether every address of the old condition meets the new one; an empty one means any."""
    if not new:
        return True
    if not old:
        return False
    return all(
        all(_within(interval, new.intervals(family)) for interval in old.intervals(family))
        and old.keywords(family) <= new.keywords(family)
        for family in (4, 6)
    )


def _within(interval: tuple[int, int], intervals: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= interval[0] and interval[1] <= last for first, last in intervals)
