# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether one rule, taken by itself, may be about WinRM, and what a change of it may do.

WinRM listens through http.sys, that is as ``System`` (PID 4) without a service, by default on TCP
5985 and 5986.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ...asked.ports import WINRM_PORTS
from ...words.phrases import Phrase, Value
from ..networks.network import Network
from ..parts.ports import met
from ..parts.table import OPTIONS
from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from ..policy.stores import Store
from ..policy.vocabulary import TCP, Action, Direction, Profile
from . import matching
from .deciding import switched_on
from .matching import ConditionKind, Conditions
from .traffic import ANY, SYSTEM, Listener, ask

# A socket that is not bound to an address.
UNSPECIFIED = ("0.0.0.0", "::")  # noqa: S104  (nothing is bound here)
# Keywords for ports of Windows that http.sys may hold; it holds none of the others.
_WORDS_OF_HTTP_SYS = frozenset({"IPTLSIn", "IPHTTPSIn"})


def concern(
    before: FirewallRule | None,
    after: FirewallRule | None,
    ports: Collection[int] = WINRM_PORTS,
) -> Phrase | None:
    """What a change of one rule may do to WinRM, as a clause; None if it can do no harm.

    Args:
        before: the rule as it is; None for a new one.
        after: the rule as it would be; None if it would be deleted.
        ports: the ports of WinRM.
    """
    if before is not None and after is not None and _only_texts_differ(before, after):
        return None
    if before is not None and lets_in(before, ports):
        lost = _lost(before, after, ports)
        if lost:
            return Phrase("guard.loses", {"rule": before.label, "lost": lost})
    if after is not None and after.action in (Action.BLOCK, None) and concerns(after, ports):
        blocked = sorted(met(after.local_ports, ports))
        values: dict[str, Value] = {"rule": after.label}
        if not blocked:
            return Phrase("guard.blocks", values)
        return Phrase("guard.blocks_ports", values | {"ports": ", ".join(map(str, blocked))})
    return None


def _only_texts_differ(before: FirewallRule, after: FirewallRule) -> bool:
    texts = {
        name: getattr(after, name)
        for option in OPTIONS
        if option.only_text
        for name in option.attributes
    }
    return after == replace(before, **texts)


def lets_in(rule: FirewallRule, ports: Collection[int] = WINRM_PORTS) -> bool:
    """Whether an enabled rule may be the one that lets WinRM in."""
    return rule.action is not Action.BLOCK and concerns(rule, ports)


def concerns(rule: FirewallRule, ports: Collection[int]) -> bool:
    """Whether an enabled rule may match traffic to WinRM from anywhere."""
    if rule.direction is Direction.OUT or not switched_on(rule) or rule.protocol not in (None, TCP):
        return False
    compiled = matching.compile_rule(
        rule, Store.LOCAL, Environment(), windows_version=None, policy_version=None
    )
    if compiled is None:
        return False
    # The effect of a condition on the service is not considered here.
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


def _lost(
    before: FirewallRule, after: FirewallRule | None, ports: Collection[int]
) -> Phrase | None:
    """What a rule that may let WinRM in would no longer do, None if it still does everything."""
    if after is None:
        return Phrase("guard.lost.deleted")
    if not lets_in(after, ports):
        return Phrase("guard.lost.all")
    for option in OPTIONS:
        if option.cuts is not None and option.cuts(before, after, ports):
            shown = option.show(after, Environment()) if option.show else None
            value = tuple(shown) if isinstance(shown, list) else str(shown)
            return Phrase(f"cut.{option.name}", {"value": value})
    return None
