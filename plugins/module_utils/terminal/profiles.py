# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What firewall_profile returns, as a table with a row for each setting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..firewall.settings.profile.result import Plain, ProfileEntry, ProfileResult
from ..pc import schema
from ..words.phrases import Joined, Value
from .layout import Cell, Table, Tone, Toned
from .table import active_line, columns, label

_COLUMNS = columns("outcome", "profiles", "setting", "local", "in_force", "origin")
# The group of a row: its setting, and what is told of it.
_Row = tuple[str, str, str, str, str]


def of_profiles(result: Mapping[str, Any]) -> tuple[Table | None, list[Value]]:
    """The table of the settings that the task has a value for, or of all if it has none. Profiles
    with the same values share a row.

    Raises:
        MisfitError: it is not what the module returns.
    """
    found = schema.read(ProfileResult[str], result)
    entries = found["profiles"]
    wanted = {name for each in entries for name in each["requested"]}
    rows: dict[_Row, list[str]] = {}
    for name in entries[0]["local"] if entries else ():
        for each in entries:
            if name in each["requested"] if wanted else True:
                rows.setdefault(_row(each, name), []).append(each["name"])
    table = Table(_COLUMNS, [_cells(row, names) for row, names in rows.items()])
    texts: list[Value] = [active_line(found["active_profiles"])]
    return table if table.rows else None, texts


def _row(entry: ProfileEntry[str], name: str) -> _Row:
    changed = name in entry.get("differences", ())
    effective, origins = entry["effective"] or {}, entry["origins"] or {}
    return (
        name,
        "changed" if changed else "unchanged",
        _word(entry["local"].get(name)),
        _word(effective.get(name)),
        origins.get(name, ""),
    )


def _cells(row: _Row, names: Iterable[str]) -> list[Cell]:
    name, outcome, local, effective, origin = row
    return [
        Toned(
            label(f"rule_outcome.{outcome}"),
            Tone.GOOD if outcome == "unchanged" else Tone.NOTICE,
        ),
        Joined(tuple(label(f"profile.{each}") for each in names), "list.separator"),
        name,
        local,
        effective,
        label(f"origin.{origin}") if origin else "",
    ]


def _word(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
