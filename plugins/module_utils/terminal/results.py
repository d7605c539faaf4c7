# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The results of the modules as a person wants to see them: a table, and below it what there is to
say. Plain data in, lines out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from ..pc.misfits import MISFITS
from . import table
from .layout import Cell, Column, Paint, Table, Tone, Toned, plain, render, wrap_lines

CHECK_MODE = "Check mode: nothing was changed."

Result: TypeAlias = Mapping[str, Any]
# A table, or none, and the text below it.
Shown: TypeAlias = tuple[Table | None, list[str]]

_CHECK_COLUMNS = (
    Column("VERDICT"),
    Column("PROTO"),
    Column("PORT", numbers=True),
    Column("NAME"),
    Column("ADDRESSES"),
    Column("PID", numbers=True),
    Column("PROCESS"),
    Column("SERVICES"),
    Column("FIREWALL"),
)
_EXPECTED = Column("AS EXPECTED")
_RULE_COLUMNS = (
    Column("OUTCOME"),
    Column("RULE"),
    Column("DIRECTION"),
    Column("ACTION"),
    Column("PROTO"),
    Column("PORTS"),
    Column("PROFILES"),
    Column("FROM"),
    Column("EFFECTIVE"),
)
_HOLDER_COLUMNS = (
    Column("OUTCOME"),
    Column("PORTS"),
    Column("ADDRESSES"),
    Column("PID", numbers=True),
    Column("PROCESS"),
    Column("SERVICES"),
)
_VERDICT_TONES = {"reachable": Tone.GOOD, "unknown": Tone.NOTICE}
_OUTCOME_TONES = {"unchanged": Tone.GOOD}


def show(
    module: str,
    result: Result,
    limit: int | None = None,
    paint: Paint = plain,
    *,
    check_mode: bool = False,
) -> list[str] | None:
    """The result of one of the four modules as lines.

    Args:
        module: its bare name.
        result: as the module returns it, successful or not.
        limit: columns of the terminal, None where lines may have any length.
        paint: see `layout.render`.
        check_mode: whether what has changed would have changed.

    Returns:
        None where the result has not the form that the module returns, for example because
        ``no_log`` hides it, or because it sums up a loop.
    """
    if "results" in result:
        return None
    try:
        made, texts = _SHOWN[module](result)
        if check_mode and result["changed"]:
            texts.append(CHECK_MODE)
        lines = [] if made is None else render(made, limit, paint)
        return [*lines, *(line for text in texts for line in wrap_lines(text, limit))]
    except MISFITS:
        return None


def _facts(result: Result) -> Shown:
    if "ansible_facts" not in result:
        return None, [result["msg"]]
    facts = result["ansible_facts"]["port_facts"]
    made = table.of_endpoints(facts["endpoints"])
    texts = [] if made.rows else [table.NOBODY]
    texts += _ranges("Reserved", facts["reserved"])
    texts += _ranges("For outgoing connections", facts["dynamic_range"])
    texts += _networks(facts.get("profiles", ()))
    firewall = facts.get("firewall", {})
    if firewall.get("products"):
        texts.append(f"In charge of the firewall: {table.shown(firewall['products'])}")
    if firewall.get("problem"):
        texts.append(str(firewall["problem"]))
    return made if made.rows else None, texts


def _check(result: Result) -> Shown:
    if "ports" not in result:
        return None, [result["msg"]]
    ports = result["ports"]
    expecting = any("as_expected" in port for port in ports)
    rows = [
        [*row, _yes_or_no(port["as_expected"])] if expecting else row
        for port in ports
        for row in _check_rows(port)
    ]
    columns = (*_CHECK_COLUMNS, _EXPECTED) if expecting else _CHECK_COLUMNS
    return Table(columns, rows), [*_networks(result["networks"]), result["msg"]]


def _firewall(result: Result) -> Shown:
    if "rules" not in result:
        return None, [result["msg"]]
    rules = result["rules"]
    reasons = [f"{each['name'] or each['rule_id']}: {each['reason']}" for each in rules]
    active = f"Active profiles: {table.shown(result['active_profiles']) or 'none'}"
    return Table(_RULE_COLUMNS, [_rule_row(each) for each in rules]), [active, *reasons]


def _process(result: Result) -> Shown:
    if "before" not in result:
        return None, [result["msg"]]
    rows = [
        *(_holder_row(each, _outcome(each, result)) for each in result["before"]),
        *(_stopped_row(each) for each in result["stopped"] if not each["ports"]),
        *(_holder_row(each, Toned("came back", Tone.BAD)) for each in result["came_back"]),
    ]
    return Table(_HOLDER_COLUMNS, rows) if rows else None, [result["msg"]]


_SHOWN: Mapping[str, Callable[[Result], Shown]] = {
    "port_facts": _facts,
    "port_check": _check,
    "port_firewall": _firewall,
    "port_process": _process,
}
#: The modules whose results have a form of their own here.
MODULES = frozenset(_SHOWN)


def _check_rows(port: Mapping[str, Any]) -> Iterable[list[Cell]]:
    verdict, evidence = port["verdict"], port["evidence"]
    by_holder: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for listener in evidence["listeners"]:
        key = (listener["pid"], listener["process"], *listener["services"])
        by_holder.setdefault(key, []).append(listener)
    nobody = [{"address": None, "pid": None, "process": None, "services": None}]
    for listeners in by_holder.values() or (nobody,):
        first = listeners[0]
        yield [
            Toned(verdict.replace("_", " "), _VERDICT_TONES.get(verdict, Tone.BAD)),
            port["protocol"].upper(),
            str(port["port"]),
            table.shown(port["name"]),
            table.shown([each["address"] for each in listeners if each["address"]]),
            table.shown(first["pid"]),
            table.shown(first["process"]),
            table.shown(first["services"]),
            table.firewall_cell((each["profile"], each["state"]) for each in evidence["firewall"]),
        ]


def _rule_row(entry: Mapping[str, Any]) -> list[Cell]:
    rule = entry["rule"] or entry.get("before") or {}
    return [
        Toned(entry["outcome"], _OUTCOME_TONES.get(entry["outcome"], Tone.NOTICE)),
        entry["name"] or entry["rule_id"] or "",
        *(
            table.shown(rule.get(name))
            for name in ("direction", "action", "protocol", "ports", "profiles", "remote_addresses")
        ),
        _yes_or_no(entry["effective"]),
    ]


def _outcome(holder: Mapping[str, Any], result: Result) -> Cell:
    """What has become of what held a port."""
    pid = holder["pid"]
    for refused in result["refused"]:
        if refused["pid"] == pid:
            return Toned(f"refused: {refused['reason'].replace('_', ' ')}", Tone.BAD)
    left = result["after"]
    if left is not None and any(each["pid"] == pid for each in left):
        return Toned("left", Tone.NOTICE)
    if any(each["pid"] == pid for each in result["stopped"]):
        return Toned("stopped", Tone.GOOD)
    return "unknown" if left is None else "gone"


def _holder_row(holder: Mapping[str, Any], outcome: Cell) -> list[Cell]:
    return [
        outcome,
        table.shown(holder["ports"]),
        table.shown(holder["addresses"]),
        table.shown(holder["pid"]),
        table.shown(holder["process"]),
        table.shown(holder["services"]) or table.shown(holder["owner"]),
    ]


def _stopped_row(stopped: Mapping[str, Any]) -> list[Cell]:
    """A service that was stopped because another depends on it, or the other way round."""
    name, service = table.shown(stopped["name"]), stopped["kind"] == "service"
    return [
        Toned("stopped", Tone.GOOD),
        "",
        "",
        table.shown(stopped["pid"]),
        "" if service else name,
        name if service else "",
    ]


def _yes_or_no(value: bool | None) -> Cell:
    if value is None:
        return Toned("unknown", Tone.NOTICE)
    return Toned("yes", Tone.GOOD) if value else Toned("no", Tone.BAD)


def _networks(networks: Iterable[Mapping[str, Any]]) -> list[str]:
    named = ", ".join(f"{each['name'] or 'unnamed'} ({each['profile']})" for each in networks)
    return [f"Networks: {named}"] if named else []


def _ranges(title: str, ranges: Iterable[Mapping[str, Any]]) -> list[str]:
    """Ranges of ports in one line; the same range for IPv4 and IPv6 stands there once."""
    named = dict.fromkeys(map(_range, ranges))
    return [f"{title}: {', '.join(named)}"] if named else []


def _range(item: Mapping[str, Any]) -> str:
    first, last = item["start"], item["end"]
    ports = f"{first}" if first == last else f"{first}-{last}"
    remark = " (administered)" if item["administered"] else ""
    return f"{item['protocol'].upper()} {ports}{remark}"
