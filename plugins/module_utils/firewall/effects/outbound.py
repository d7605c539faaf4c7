# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Is outbound traffic treated as a rule says, as far as settings alone decide?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ...words.phrases import Phrase
from ..judging.decision import Decider, Decision, VerdictState, uncertain
from ..judging.verdict import Firewall
from ..policy.profile_settings import ProfileSettings
from ..policy.vocabulary import Action, Profile
from .answer import Answer

#: Why a rule is void in a profile, under some settings; None if it is not.
Voided: TypeAlias = Callable[[Profile, ProfileSettings | None], "Phrase | None"]


def answer(
    firewall: Firewall, profile: Profile, goal: Action, voided: Voided, *, present: bool
) -> Answer:
    """The answer about a rule for outbound traffic in a profile.

    Args:
        goal: how its traffic is to be treated.
        voided: why it is void, if it is.
        present: whether there is such a rule.
    """
    settings = firewall.stores.profiles[profile]
    if firewall.products:
        reason = Decision.by_products(firewall.products).phrase
        return Answer(False if present else None, VerdictState.OVERRULED, reason)
    found = _under(settings, profile, goal, voided, present=present)
    other = firewall.stores.contested.get(profile)
    if other is not None and _under(other, profile, goal, voided, present=present) != found:
        contested = uncertain(Phrase("stores.mdm_contested"))
        return Answer(None, VerdictState.CONDITIONAL, contested)
    return found


def _under(
    settings: ProfileSettings, profile: Profile, goal: Action, voided: Voided, *, present: bool
) -> Answer:
    if not settings.enabled.value:
        off = Decision(Decider.FIREWALL_OFF, origin=settings.enabled.origin)
        return Answer(goal is Action.ALLOW, VerdictState.ALLOWED, off.phrase)
    if present and goal is Action.BLOCK:
        void = voided(profile, settings)
        if void is not None:
            return Answer(False, VerdictState.UNKNOWN, void)
        return Answer(True, VerdictState.BLOCKED, Phrase("effect.blocks_outbound"))
    return Answer(None, VerdictState.UNKNOWN, Phrase("effect.outbound_unknown"))
