# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The part of a trial that deletes a rule, whatever came of it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from ...firewall.changing.writer import rule_reference
from ...firewall.policy.rule import FirewallRule
from .asks import Answer, Ask, Delete, Disable, Failed, ReadRules
from .steps import rule_in

T = TypeVar("T")
Course: TypeAlias = Generator[Ask, Answer, T]

# How many times a rule is deleted at most, until it is gone.
_ATTEMPTS = 3


@dataclass(frozen=True)
class Removal:
    """What came of a deletion. `answer` is the one to the first request; `gone` is None if it could
    not be read, because of `unread`; `enabled`: the rule stays, and was enabled when last seen."""

    answer: Failed | None
    gone: bool | None
    unread: Failed | None
    enabled: bool


def remove(rule_id: str, *, enabled: bool = False) -> Course[Removal]:
    """Delete a rule until it is gone, or until it is clear that it stays. Then it is at least
    disabled. `enabled`: whether it was enabled when last seen."""
    first: Failed | None = None
    gone: bool | None = None
    unread: Failed | None = None
    for attempt in range(_ATTEMPTS):
        answer = yield Delete(rule_reference(rule_id))
        if attempt == 0 and isinstance(answer, Failed):
            first = answer
        gone, unread, enabled = yield from _state(rule_id, enabled)
        if gone:
            break
    if enabled and not gone:
        yield Disable(rule_reference(rule_id))
        gone, unread, enabled = yield from _state(rule_id, enabled)
    return Removal(first, gone, unread, enabled)


def _state(rule_id: str, enabled: bool) -> Course[tuple[bool | None, Failed | None, bool]]:
    """Whether a rule is gone, or why that can't be read, and whether it is enabled."""
    rules = yield from rules_now()
    if isinstance(rules, Failed):
        return None, rules, enabled
    found = rule_in(rules, rule_id)
    return found is None, None, found is not None and found.enabled


def rules_now() -> Course[tuple[FirewallRule, ...] | Failed]:
    """Read the rules of the local store."""
    answer = yield ReadRules()
    if isinstance(answer, Failed):
        return answer
    if not isinstance(answer, tuple):
        raise TypeError(f"{answer!r} is no answer to {ReadRules()!r}")
    return answer
