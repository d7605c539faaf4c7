# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What results say about a firewall, as types: plain dicts, lists and texts."""

from __future__ import annotations

from typing import Generic, NotRequired, TypedDict

from ...words.phrases import Words


class PerhapsFact(TypedDict, Generic[Words]):
    """Addresses that are let in under conditions, or not as asked for; `reason` is what decides.
    `more` is how many further networks and ranges are not listed."""

    addresses: list[str]
    more: NotRequired[int]
    reason: Words


class ReachFact(TypedDict, Generic[Words]):
    """Who can reach a listener: a word of `firewall.reach.sets.Who`. `reach_from` are the networks
    and ranges that certainly can, unless all or none can, and `reach_more` is how many further ones
    are not listed. `reach_perhaps` are those that can under conditions, unless these are the same
    for all addresses. All are missing in facts that an older release has gathered."""

    reach: NotRequired[str]
    reach_from: NotRequired[list[str]]
    reach_more: NotRequired[int]
    reach_perhaps: NotRequired[list[PerhapsFact[Words]]]


class ExposureFact(ReachFact[Words]):
    """How the firewall treats traffic from anywhere to a listener, in one profile, and who can
    reach it there."""

    state: str
    reason: Words
    rule_id: NotRequired[str]
    allowed_from: NotRequired[list[str]]


class ProfileFact(TypedDict):
    """The settings in force for a firewall profile, None if two readings of the keys of MDM differ.
    `set_by` has those that were set explicitly."""

    active: bool | None
    enabled: bool | None
    block_all_inbound: bool | None
    default_inbound: str | None
    default_outbound: str | None
    local_rules: bool | None
    set_by: dict[str, str]


class FirewallFact(TypedDict, Generic[Words]):
    """The firewall of a host, its settings by profile."""

    profiles: dict[str, ProfileFact]
    products: list[str]
    problem: Words | None
