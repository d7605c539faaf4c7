# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules of a host as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..firewall.listing.result import ListedRule, ListingResult
from ..firewall.parts.option import Plain
from ..firewall.parts.table import OPTIONS
from ..pc import schema
from ..words.phrases import Joined, Phrase, Value, Verbatim
from . import findings, table
from .layout import Cell, Table, Tone, Toned
from .table import active_line, columns, label

_COLUMNS = columns(
    *("status", "rule", "store", "direction", "action", "protocol", "ports", "profiles", "remote"),
    "program",
)
_TONES: Mapping[str, Tone | None] = {
    "counts": Tone.GOOD,
    "disabled": None,
    "other_profile": None,
    "other_transport": None,
    "other_windows": None,
}
# Options without a column that say who gets through, by what a rule with one of them is limited to:
# what is left says where.
_LIMITS = {
    each.name: each.limit
    for each in OPTIONS
    if each.limit is not None and each.limit not in ("interfaces", "platforms")
}
# The reasons are told below the table if so few rules are listed.
_FEW = 20
# What the column says it all about.
_SELF_EVIDENT = frozenset({"counts", "disabled"})


def of_listing(result: Mapping[str, Any]) -> tuple[Table | None, list[Value]]:
    """The table of port_firewall_info, and the texts below it."""
    found = schema.read(ListingResult[str], result)
    rules = found["rules"]
    reasons: dict[tuple[str, str], Value] = {}
    for each in rules if len(rules) <= _FEW else ():
        if each["status"] not in _SELF_EVIDENT:
            values: dict[str, Value] = {"rule": each["name"], "reason": Verbatim(each["reason"])}
            reasons[each["name"], each["reason"]] = Phrase("table.of_rule", values)
    texts = list(reasons.values())
    texts += findings.told(found.get("audit"))
    if "tasks" in found:
        made = [each for each in found["tasks"] if each["task"] is not None]
        numbers: dict[str, Value] = {"count": len(made), "all": len(found["tasks"])}
        texts.append(Phrase("table.as_tasks", numbers))
    texts.append(active_line(found["active_profiles"]))
    charged = tuple(each["name"] for each in found["products"] if each["in_charge"])
    if charged:
        texts.append(Phrase("table.in_charge", {"products": Joined(charged, "list.separator")}))
    if found["problem"]:
        texts.append(Verbatim(found["problem"]))
    texts.append(Verbatim(found.get("msg", "")))
    return Table(_COLUMNS, [_row(each) for each in rules]) if rules else None, texts


def limited(name: str, rule: Mapping[str, Plain] | None) -> Value | None:
    """What a rule is limited to, of what no column has; None if there is nothing."""
    found = tuple(
        label(f"limit.{limit}")
        for option, limit in _LIMITS.items()
        if (rule or {}).get(option) not in (None, "any", ["any"], "not_required")
    )
    if not found:
        return None
    limits = Joined(tuple(dict.fromkeys(found)), "list.separator")
    return Phrase("table.limited", {"rule": name, "limits": limits})


def _row(entry: ListedRule[str]) -> Sequence[Cell]:
    rule, status = entry["rule"], entry["status"]
    # Of what leaves, it is the port of the other side that has a name.
    ports = "remote_ports" if rule.get("direction") == "out" else "ports"
    program = table.rule_cell("program", rule.get("program"))
    if rule.get("program") == "any" and "package" in entry["limits"]:
        # It is not for every program, and the name of a package is a number.
        program = Phrase("limit.package")
    options = ("direction", "action", "protocol", ports, "profiles", "remote_addresses")
    return [
        Toned(label(f"rule_status.{status}"), _TONES.get(status, Tone.NOTICE)),
        entry["name"],
        label(f"rule_store.{entry['store']}"),
        *(table.rule_cell(name, rule.get(name)) for name in options),
        program,
    ]
