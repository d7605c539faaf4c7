# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a PC is better or worse than in the earlier report."""

from __future__ import annotations

from enum import StrEnum

from ..model import Change, ChangeKind, Host
from ..states import severity, state_of


class Trend(StrEnum):
    """How a PC has changed, in the order in which people want to know of it."""

    WORSE = "worse"
    BETTER = "better"
    NEW = "new"
    #: It has changed, and neither to the better nor to the worse.
    OTHER = "other"


def trend(host: Host) -> Trend | None:
    """How a PC has changed; None if it has not, or there is no earlier report.

    Its state decides. If that is the same, the verdicts on its ports do: one that is worse makes
    the PC worse, whatever else is better.
    """
    states = [each for each in host.changes if each.kind == ChangeKind.STATE]
    if any(each.before is None for each in states):
        return Trend.NEW
    for kind in (ChangeKind.STATE, ChangeKind.VERDICT):
        steps = [_step(each) for each in host.changes if each.kind == kind]
        if any(step < 0 for step in steps):
            return Trend.WORSE
        if any(step > 0 for step in steps):
            return Trend.BETTER
    return Trend.OTHER if host.changes else None


def _step(change: Change) -> int:
    """Above 0 to the better, below 0 to the worse."""
    before, after = (severity(state_of(word or "")) for word in (change.before, change.after))
    return after - before
