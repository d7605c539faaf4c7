# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a PC has become better or worse."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import (
    Change,
    ChangeKind,
    Host,
    State,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.report.overview.trend import trend
from unit.rows import each_row

Step = tuple[ChangeKind, str | None, str | None]


@each_row(
    ("steps", "found"),
    [
        ([], None),
        ([(ChangeKind.STATE, None, "ready")], "new"),
        ([(ChangeKind.STATE, "ready", "unreachable")], "worse"),
        ([(ChangeKind.STATE, "unreachable", "blocked")], "better"),
        # The state decides, whatever single ports do.
        ([(ChangeKind.STATE, "taken", "ready"), (ChangeKind.VERDICT, "reachable", "blocked")], "better"),
        ([(ChangeKind.VERDICT, "blocked", "reachable")], "better"),
        ([(ChangeKind.VERDICT, "blocked", "reachable"), (ChangeKind.VERDICT, "reachable", "reserved")], "worse"),
        ([(ChangeKind.VERDICT, "blocked", "hidden_by_profile")], "other"),
        ([(ChangeKind.LISTENER, "a.exe", "b.exe")], "other"),
        ([(ChangeKind.STATE, "ready", "what is that")], "worse"),
    ],
)  # fmt: skip
def test_a_change_is_to_the_better_or_to_the_worse(steps: list[Step], found: str | None) -> None:
    changes = tuple(Change(kind, None, None, before, after) for kind, before, after in steps)
    assert trend(Host("pc", None, State.READY, changes=changes)) == found
