# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a rule effects, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ...words.phrases import Phrase
from ..judging.decision import VerdictState
from ..policy.vocabulary import Profile


class Lack(StrEnum):
    """What would tell more about the effect of a rule."""

    # What listens at its ports: other rules are for single programs.
    LISTENERS = "listeners"
    # The services in those processes: other rules are for single services.
    SERVICES = "services"
    # The host's own addresses: they tell what its local subnet is.
    ADDRESSES = "addresses"


@dataclass(frozen=True, slots=True)
class ProfileEffect:
    """The effect of a rule in one profile.

    `active` says whether a network of the host has this profile, None if the host does not tell.
    `effective` is None if it is unknown, or differs between ports that the rule does not name.
    `state` is that of the traffic, `reason` what decides. `allowed_from` is where the traffic may
    certainly come from, if not from everywhere. `in_part` says that other parts of the traffic are
    treated otherwise.
    """

    profile: Profile
    active: bool | None
    effective: bool | None
    state: VerdictState
    reason: Phrase
    allowed_from: tuple[str, ...] = ()
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a rule: overall, on the networks that the host is connected to, and in each
    profile that the rule is for. `in_part`: see `ProfileEffect`. `lacks`: what would tell more, if
    it is unknown."""

    effective: bool | None
    reason: Phrase
    profiles: tuple[ProfileEffect, ...]
    in_part: bool = False
    lacks: frozenset[Lack] = frozenset()
