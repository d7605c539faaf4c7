# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides what a task does, with plain data: nothing, a change, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ....ground.model import OwnAddress
from ....ground.names import same_name
from ....words.phrases import Joined, Phrase, Value, in_turn
from ...changing.moves.broken_off import ChangeError
from ...changing.winrm_guard import Flow
from ...judging.reading import FirewallReading
from ...networks.network import Network
from ...policy.vocabulary import Profile
from ..winrm_guard import Outlook, outlook
from .model import Connected, WantedCategory, word
from .policies import NetworkPolicy, against


@dataclass(frozen=True)
class CategoryPlan:
    """What a task does with one network.

    Attributes:
        network: as it was read.
        category: private or public.
        notes: whole sentences that a person should know.
        policies: those that may keep the network from having the category.
    """

    network: Connected
    category: Profile
    notes: tuple[Phrase, ...] = ()
    policies: tuple[NetworkPolicy, ...] = ()

    @property
    def changes(self) -> bool:
        return self.network.category is not self.category


def begin(network: Connected, wanted: WantedCategory, host: str) -> CategoryPlan:
    """The plan for a network, as far as the network itself decides.

    Raises:
        ChangeError: nobody can set its category, or it is unknown.
    """
    values: dict[str, Value] = {"network": network.phrase, "host": host}
    if network.category is Profile.DOMAIN:
        values["category"] = word(wanted.category)
        raise ChangeError(Phrase("category.of_domain", values))
    if network.category is None or not network.instance_id:
        raise ChangeError(Phrase("category.not_told", values))
    plan = CategoryPlan(network, wanted.category)
    if plan.changes and network.is_unidentified:
        return replace(plan, notes=(Phrase("category.unidentified", values),))
    return plan


def with_policies(plan: CategoryPlan, policies: Sequence[NetworkPolicy]) -> CategoryPlan:
    """The plan with what policies may do about it."""
    found = against(policies, plan.network, plan.category)
    if not found:
        return plan
    values: dict[str, Value] = {
        "network": plan.network.phrase,
        "policies": told(found),
        "category": word(plan.category),
    }
    return replace(plan, policies=found, notes=(*plan.notes, Phrase("category.policies", values)))


def told(policies: Sequence[NetworkPolicy]) -> Joined:
    """Policies as the items of a list, of which a message names a few."""
    return Joined(tuple(each.phrase for each in policies[:_TOLD]), "list.separator")


_TOLD = 4


def guarded(
    plan: CategoryPlan,
    before: FirewallReading,
    find_flows: Callable[[], Sequence[Flow]],
    find_addresses: Callable[[], Sequence[OwnAddress]],
    host: str,
) -> CategoryPlan:
    """The plan, once it is certain that WinRM stays reachable.

    Networks of one name may be one network to Windows, which has one category: then it changes for
    every adapter of it. So the host is judged with each of the two.

    Args:
        before: the firewall as it was read.
        find_flows, find_addresses: as for `outlook`.

    Raises:
        ChangeError: WinRM may not stay reachable, or nothing can be said about it.
    """
    problem = before.problem or _not_seen(plan.network, before, host)
    if problem is not None:
        values: dict[str, Value] = {"host": host, "option": "force", "problem": problem}
        raise ChangeError(Phrase("category.not_judged", values))
    notes: list[Phrase] = []
    for networks in _ways(plan, before.networks):
        found = _outlook(before, networks, find_flows, find_addresses)
        if found.refusal is not None:
            raise ChangeError(found.refusal)
        notes += found.elsewhere
    return replace(plan, notes=(*plan.notes, *dict.fromkeys(notes)))


def _not_seen(network: Connected, before: FirewallReading, host: str) -> Value | None:
    """Why nothing can be said about a network: the reading of the firewall, which follows that of
    the networks, lacks it. None if it is there."""
    if any(map(network.is_same, before.networks)):
        return None
    told = Phrase("category.not_seen_again", {"host": host, "network": network.phrase})
    return told if before.networks_known else in_turn(told, *before.notes)


def _outlook(
    before: FirewallReading,
    networks: tuple[Network, ...],
    find_flows: Callable[[], Sequence[Flow]],
    find_addresses: Callable[[], Sequence[OwnAddress]],
) -> Outlook:
    return outlook(before, replace(before, networks=networks), find_flows, find_addresses)


def _ways(plan: CategoryPlan, networks: Sequence[Network]) -> tuple[tuple[Network, ...], ...]:
    """The networks after the change: where only the chosen one changes, and where all of its name
    do, apart from those of a domain."""
    alone = tuple(
        replace(each, profile=plan.category) if plan.network.is_same(each) else each
        for each in networks
    )
    together = tuple(
        replace(each, profile=plan.category)
        if same_name(each.name, plan.network.name) and each.profile is not Profile.DOMAIN
        else each
        for each in alone
    )
    return (alone,) if alone == together else (alone, together)
