# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The error of a change that was refused or broke off, whatever it is about, and in which state it
has left things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ....words.phrases import PhraseError, Value
from ...policy.rule import Title
from ...policy.vocabulary import Profile


class Standing(StrEnum):
    """The state of a rule or a profile after a task that broke off."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    DISABLED = "disabled"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SoFar:
    """The state of one rule after a task that broke off, as far as it is known."""

    name: Title
    rule_id: str | None
    standing: Standing


class ChangeError(PhraseError):
    """The changes of a task were not made, or not all of them.

    Attributes:
        changed: something was changed anyway, or may have been.
        unreachable: the host no longer answers.
        rules, profiles: the state of each rule or profile of the task; empty if nothing was begun,
            or if it is about something else.
    """

    def __init__(
        self,
        said: Value,
        *,
        changed: bool = False,
        unreachable: bool = False,
        rules: tuple[SoFar, ...] = (),
        profiles: Mapping[Profile, Standing] | None = None,
    ) -> None:
        super().__init__("left.said", said=said)
        self.changed = changed
        self.unreachable = unreachable
        self.rules = rules
        self.profiles = profiles or {}
