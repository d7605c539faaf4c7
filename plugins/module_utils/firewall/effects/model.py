# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a rule effects, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ...words.phrases import Phrase
from ..judging.decision import Decision, Requirement, VerdictState
from ..networks.network import Network
from ..policy.addresses import Interval
from ..policy.vocabulary import Profile
from ..reach.sets import Reach
from ..reach.spans import Spans


class Lack(StrEnum):
    """What would tell more about the effect of a rule."""

    # What listens at its ports: other rules are for single programs.
    LISTENERS = "listeners"
    # The services in those processes: other rules are for single services.
    SERVICES = "services"
    # The host's own addresses: they tell what its local subnet is.
    ADDRESSES = "addresses"


@dataclass(frozen=True, slots=True)
class Left:
    """Remote addresses that a rule is for, and whose traffic is treated otherwise than it asks for.
    `words` are keywords for such addresses, `reason` is what decides."""

    addresses: Spans
    words: tuple[str, ...]
    reason: Phrase


@dataclass(frozen=True, slots=True)
class Opening:
    """How far some ports of an inbound rule are open on a network.

    `reach` is from where they can be reached, by all rules, None if that would take too much work.
    `left` is what is otherwise than asked for: shut if `opens`, otherwise open. `program` is what
    listens at them, if the answer is about that alone.
    """

    network: Network
    protocol: int
    ports: tuple[Interval, ...]
    reach: Reach | None
    left: tuple[Left, ...]
    opens: bool
    program: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileEffect:
    """The effect of a rule in one profile.

    `active` says whether a network of the host has this profile, None if the host does not tell.
    `effective` is None if it is unknown, or differs between ports that the rule does not name.
    `state` is that of the traffic, `reason` what decides. `allowed_from` is where the traffic may
    certainly come from, if not from everywhere. `in_part` says that other parts of the traffic are
    treated otherwise. `perhaps` is the reason why nobody can tell that of another part, None if it
    can be told of all.
    """

    profile: Profile
    active: bool | None
    effective: bool | None
    state: VerdictState
    reason: Phrase
    allowed_from: tuple[str, ...] = ()
    in_part: bool = False
    perhaps: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a rule: overall, on the networks that the host is connected to, and in each
    profile that the rule is for. `in_part`, `perhaps`: see `ProfileEffect`. `openings`: how far its
    ports are open on these networks. `lacks`: what would tell more, if something is unknown.
    `against`: what decides otherwise than the rule asks for about a part of its traffic;
    `perhaps_against`: the rules that do so under conditions."""

    effective: bool | None
    reason: Phrase
    profiles: tuple[ProfileEffect, ...]
    in_part: bool = False
    perhaps: Phrase | None = None
    openings: tuple[Opening, ...] = ()
    lacks: frozenset[Lack] = frozenset()
    against: tuple[Decision, ...] = ()
    perhaps_against: tuple[Requirement, ...] = ()
