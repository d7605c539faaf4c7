# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reach sets as facts: a word, and addresses only where they say more. A hostile host with any
number of rules gets no more than that."""

from __future__ import annotations

from collections.abc import Iterable

from ...pc.facts.firewall import PerhapsFact, ReachFact
from ...words.phrases import Phrase, Value
from .sets import Perhaps, Reach, Who
from .spans import Spans

# How many networks and ranges are listed, in all and for one of several conditions, and how many
# conditions are told apart. Real hosts have a few.
_MOST_FROM, _MOST_PERHAPS, _MOST_CONDITIONS = 32, 8, 4


def tell(into: ReachFact[Value], found: Reach | None) -> None:
    """Put a reach set into a fact.

    Args:
        into: its keys about other things are there.
        found: None if it would take too much work, or could not be judged.
    """
    into["reach"] = (Who.UNKNOWN if found is None else found.who).value
    if found is None:
        return
    if found.who in (Who.OWN_SUBNETS, Who.SOME):
        texts, more = found.certain.texts(_MOST_FROM)
        into["reach_from"] = [*texts, *found.words]
        if more:
            into["reach_more"] = more
    doubtful = found.doubtful
    one = doubtful[0].addresses if len(doubtful) == 1 and not found.others else None
    # Where all hangs on the same conditions, they are the reason of the verdict.
    if (doubtful or found.others) and one != Spans.everything(found.families):
        into["reach_perhaps"] = list(_perhaps(doubtful, found.others))


def left_over(addresses: Spans, words: Iterable[str], reason: Value) -> PerhapsFact[Value]:
    """Addresses that a rule is for and of which something else decides, as a fact.

    Args:
        words: keywords for further ones.
        reason: what decides.
    """
    return _of(addresses, reason, words)


def shorten(fact: ReachFact[Value]) -> None:
    """Leave out the addresses and conditions of a fact, and say only how many networks and ranges
    certainly can."""
    listed = len(fact.pop("reach_from", ())) + fact.get("reach_more", 0)
    if listed:
        fact["reach_more"] = listed
    fact.pop("reach_perhaps", None)


def size(made: ReachFact[Value]) -> int:
    """How many texts there are in a fact beside its word."""
    perhaps = made.get("reach_perhaps", ())
    return len(made.get("reach_from", ())) + sum(1 + len(each["addresses"]) for each in perhaps)


def widest(words: Iterable[str]) -> str:
    """The one of the words of several networks that lets the most in."""
    return min(words, key=_WIDTH.index)


_WIDTH = [each.value for each in (
    Who.EVERYBODY, Who.SOME, Who.OWN_SUBNETS, Who.PERHAPS, Who.UNKNOWN, Who.NOBODY,
)]  # fmt: skip


def _perhaps(doubtful: tuple[Perhaps, ...], others: Spans) -> Iterable[PerhapsFact[Value]]:
    for each in doubtful[:_MOST_CONDITIONS]:
        yield _of(each.addresses, each.verdict.reason)
    for each in doubtful[_MOST_CONDITIONS:]:
        others |= each.addresses
    if others:
        yield _of(others, Phrase("reach.other_conditions"))


def _of(addresses: Spans, reason: Value, words: Iterable[str] = ()) -> PerhapsFact[Value]:
    texts, more = addresses.texts(_MOST_PERHAPS)
    made: PerhapsFact[Value] = {"addresses": [*texts, *words], "reason": reason}
    if more:
        made["more"] = more
    return made
