# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One answer to the question whether traffic is treated as a rule asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ...words.phrases import Phrase, Value
from ..judging.decision import ProfileVerdict, VerdictState
from ..judging.matching import ConditionKind
from ..policy.rule import FirewallRule
from ..policy.vocabulary import ICMPV4, ICMPV6, TCP, UDP
from .by_address import HARDENING, Part
from .model import Left, ProfileEffect

# Conditions that a rule itself may state: it applies only under these. For the others, it is
# unknown whether they are ever met.
LIMITS = frozenset(
    {
        ConditionKind.REMOTE_ADDRESS,
        ConditionKind.LOCAL_ADDRESS,
        ConditionKind.REMOTE_PORT,
        ConditionKind.LOCAL_PORT,
        ConditionKind.ICMP,
        ConditionKind.INTERFACE_TYPE,
        ConditionKind.USER,
        ConditionKind.AUTHENTICATION,
        ConditionKind.REMOTE_ACCOUNT,
        ConditionKind.PACKAGE,
        ConditionKind.NETWORK,
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it is, None if that is unknown, or differs between parts that the rule does not name.

    Attributes:
        state: that of the traffic.
        reason: what decides.
        allowed_from: see `ProfileEffect`, as `in_part` and `perhaps`.
        of_all: the reason without the part of the traffic that it is about, None if it names none.
        decides: the reason without the answer itself.
        left: what is otherwise than asked for, of one family.
    """

    effective: bool | None
    state: VerdictState
    reason: Phrase
    allowed_from: tuple[str, ...] = ()
    in_part: bool = False
    perhaps: Phrase | None = None
    of_all: Phrase | None = None
    decides: Phrase | None = None
    left: tuple[Left, ...] = ()

    def about(self, key: str, **part: Value) -> Answer:
        """The same answer, which says what part of the traffic it is about."""
        reason = Phrase(key, {**part, "reason": self.reason})
        return replace(self, reason=reason, of_all=self.of_all or self.reason)


T = TypeVar("T", Answer, ProfileEffect)

#: Of several answers, the worst is reported.
RANK: Mapping[bool | None, int] = {False: 0, None: 1, True: 2}


def names_parts(rule: FirewallRule) -> bool:
    """Whether a rule names its ports, types of ICMP or protocol, so that each of them is meant."""
    return bool(rule.local_ports or rule.icmp_types) or rule.protocol not in (
        None, TCP, UDP, ICMPV4, ICMPV6
    )  # fmt: skip


def worst(found: Iterable[Answer], *, named: bool) -> Answer:
    """The worst of the answers about parts of some traffic, at least one, as the answer about all
    of it.

    Args:
        named: whether the rule names these parts.
    """
    answers = list(found)
    answer = least(answers)
    outcomes = {each.effective for each in answers}
    alike = len({each.of_all or each.reason for each in answers}) == 1
    if alike or (len(outcomes) == 1 and not named):
        # What holds for every part names none of them, nor does a part that stands for the others.
        answer = replace(answer, reason=answer.of_all or answer.reason)
    if not {True, False} <= outcomes:
        return replace(answer, in_part=any(each.in_part for each in answers))
    # A port that a rule names is meant; of all ports or types, nobody uses each.
    return replace(answer, effective=answer.effective if named else None, in_part=True)


def least(found: Sequence[T]) -> T:
    """The worst of the answers about parts of some traffic, at least one. If it is certain, it says
    why the answer about another part is unknown, if one is."""
    answer = min(found, key=lambda each: RANK[each.effective])
    if answer.effective is None:
        return replace(answer, perhaps=None)
    reasons = (each.reason if each.effective is None else each.perhaps for each in found)
    return replace(answer, perhaps=next((each for each in reasons if each is not None), None))


def without_hardening(verdict: ProfileVerdict) -> ProfileVerdict:
    """A verdict without the rules that harden services.

    Every Windows has dozens of these: they limit its own services to the ports that they need. A
    rule that allows a port to any listener is effective anyway.
    """
    kept = tuple(each for each in verdict.unless if each.store not in HARDENING)
    if kept == verdict.unless or verdict.state is not VerdictState.CONDITIONAL:
        return verdict
    open_still = kept or verdict.restricted_to or verdict.requires
    return replace(
        verdict, unless=kept, state=verdict.state if open_still else VerdictState.ALLOWED
    )


def limited(verdict: ProfileVerdict) -> tuple[str, ...]:
    """From where traffic is certainly allowed, if not from everywhere."""
    return verdict.allowed_from if verdict.state is VerdictState.CONDITIONAL else ()


def of_parts(found: Sequence[tuple[Part, Answer]], answer: Answer, *, named: bool) -> Answer:
    """One answer from those about parts of the remote addresses.

    Args:
        answer: that about traffic from anywhere.
        named: the rule names the addresses that it is for.
    """
    certain = {each.effective for part, each in found if part.certain}
    outcomes = certain | {each.effective for part, each in found if part.doubtful}
    if not certain or None in outcomes or outcomes != certain:
        # In the last case, it hangs on whether Windows counts those as local.
        return answer
    if len(outcomes) > 1:
        # An address that a rule names is meant; of all addresses, nobody uses each.
        effective = False if named else None
        return replace(answer, effective=effective, in_part=True)
    alike = len({each.reason for _part, each in found}) == 1 and False in outcomes
    reason = found[0][1].reason if alike else answer.reason
    return replace(answer, effective=found[0][1].effective, reason=reason)
