# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of network_category as a table, for a terminal."""

from __future__ import annotations

from ..firewall.settings.category.result import CategoryResult, ConnectedEntry
from ..words.phrases import Phrase
from . import table
from .layout import Cell, Table, Tone, Toned
from .table import columns, label

_COLUMNS = columns("outcome", "network", "adapter", "before", "category")


def of_category(result: CategoryResult[str]) -> Table:
    """The network, and those whose category has changed with it."""
    changed = result["changed"]
    rows = [_row(result["network"], result["before"], changed=changed)]
    rows += [_row(each, None, changed=True) for each in result["also"]]
    return Table(_COLUMNS, rows)


def _row(network: ConnectedEntry, before: str | None, *, changed: bool) -> list[Cell]:
    outcome = Phrase("rule_outcome.changed" if changed else "rule_outcome.unchanged")
    return [
        Toned(outcome, Tone.NOTICE if changed else Tone.GOOD),
        table.shown(network["name"]),
        table.shown(network["adapter"]),
        "" if before is None else label(f"profile.{before}"),
        "" if network["category"] is None else label(f"profile.{network['category']}"),
    ]
