# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether one rule, looked at by itself, may be about WinRM, and what a change of it may do.

WinRM listens through http.sys, that is as ``System`` (PID 4) without a service, on TCP 5985 and
5986 unless set up otherwise.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ...ground.names import same_name
from ...ground.text import for_display
from ..policy.addresses import AddressSet
from ..policy.rule import FirewallRule, PortCondition
from ..policy.stores import Store
from ..policy.vocabulary import TCP, Action, Direction, EdgeTraversal, Profile
from . import matching
from .matching import ConditionKind, Conditions
from .traffic import ANY, SYSTEM, Environment, Listener, Network, ask
from .verdict import switched_on

WINRM_PORTS = frozenset({5985, 5986})
# A socket that is bound to no address.
UNSPECIFIED = ("0.0.0.0", "::")  # noqa: S104  (nothing is bound here)
# Words for ports of Windows that http.sys may hold; it holds none of the others.
_WORDS_OF_HTTP_SYS = frozenset({"IPTLSIn", "IPHTTPSIn"})


def concern(
    before: FirewallRule | None,
    after: FirewallRule | None,
    ports: Collection[int] = WINRM_PORTS,
) -> str | None:
    """What a change of one rule may do to WinRM, or None if it can do it no harm.

    Args:
        before: the rule as it is; None for a new one.
        after: the rule as it would be; None if it would be deleted.
        ports: the ports that WinRM is reached at.
    """
    if before is not None and after is not None and _only_texts_differ(before, after):
        return None
    if before is not None and lets_in(before, ports):
        lost = _lost(before, after, ports)
        if lost:
            return f"the rule '{for_display(before.label)}' lets WinRM in, and {lost}"
    if after is not None and after.action in (Action.BLOCK, None) and concerns(after, ports):
        shown = ", ".join(str(port) for port in sorted(_met(after.local_ports, ports)))
        which = f" (port {shown})" if shown else ""
        return f"the rule '{for_display(after.label)}' would block WinRM{which}"
    return None


def _only_texts_differ(before: FirewallRule, after: FirewallRule) -> bool:
    return after == replace(
        before, name=after.name, description=after.description, group=after.group
    )


def lets_in(rule: FirewallRule, ports: Collection[int] = WINRM_PORTS) -> bool:
    """Whether an enabled rule may be what lets WinRM in."""
    return rule.action is not Action.BLOCK and concerns(rule, ports)


def concerns(rule: FirewallRule, ports: Collection[int]) -> bool:
    """Whether an enabled rule may match what comes in to WinRM, from wherever."""
    if rule.direction is Direction.OUT or not switched_on(rule) or rule.protocol not in (None, TCP):
        return False
    compiled = matching.compile_rule(
        rule, Store.LOCAL, Environment(), windows_version=None, policy_version=None
    )
    if compiled is None:
        return False
    # What comes of a condition on the service is not asked here.
    listeners = [Listener(TCP, port, local, SYSTEM) for port in ports for local in UNSPECIFIED]
    asked = [ask(each, Network(Profile.PUBLIC), ANY, Environment()) for each in listeners]
    return any(is_about_winrm(matching.match(compiled, each)) for each in asked)


def is_about_winrm(conditions: Conditions | None) -> bool:
    """Whether a rule that matches under these conditions (`matching.match`) may match WinRM."""
    if conditions is None:
        return False
    return not any(
        each.kind is ConditionKind.LOCAL_PORT
        and not any(word in each.text for word in _WORDS_OF_HTTP_SYS)
        for each in conditions
    )


def _met(condition: PortCondition, ports: Collection[int]) -> set[int]:
    """The ports of WinRM that the numbers of a condition hold for."""
    if not condition:
        return set(ports)
    return {port for port in ports if port in condition.numbers}


def _lost(before: FirewallRule, after: FirewallRule | None, ports: Collection[int]) -> str | None:
    """What a rule that may let WinRM in would no longer do, None where it does all of it."""
    if after is None:
        return "would be deleted"
    if not lets_in(after, ports):
        return "would no longer do so"
    if after.service is not None and not _same(after.service, before.service):
        # Windows looks for the service's SID in the token of the process that listens, and that
        # of http.sys has none ([MS-FASP] 2.2.37, wszLocalService).
        return f"would no longer do so: http.sys is not the service {for_display(after.service)}"
    if after.program is not None and not any(
        _same(after.program, program) for program in (SYSTEM, before.program)
    ):
        return "would do so for one program"
    if _fewer(after.local_ports, before.local_ports, ports):
        return "would do so for fewer ports"
    if _fewer(after.remote_ports, before.remote_ports):
        return "would do so for fewer remote ports"
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
    if not passes_edge(after, before):
        return "would no longer do so for what comes past an edge device"
    return None


def _fewer(
    new: PortCondition, old: PortCondition, of_interest: Collection[int] | None = None
) -> bool:
    """Whether some port of the old condition, of all or of those of interest, misses the new."""
    if not new:
        return False
    if of_interest is not None:
        lost = not _met(old, of_interest) <= _met(new, of_interest)
    else:
        lost = not old or not all(_within(each, new.numbers.ranges) for each in old.numbers.ranges)
    return lost or bool(old.keywords - new.keywords)


def _same(one: str, other: str | None) -> bool:
    return other is not None and same_name(one, other)


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


def passes_edge(after: FirewallRule, before: FirewallRule) -> bool:
    """Whether what comes past an edge device still does so."""
    return before.edge_traversal is EdgeTraversal.BLOCK or after.edge_traversal in (
        EdgeTraversal.ALLOW,
        before.edge_traversal,
    )
