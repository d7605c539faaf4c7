# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The results of the modules for a person: a table, and texts below it. It takes plain data and
returns lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, TypedDict

from ..diagnosis.path.result import PathEntry, PathResult
from ..diagnosis.result import CheckResult, ListenerEntry, PortEntry
from ..firewall.changing.result import FirewallResult, OpenEntry, RuleEntry
from ..firewall.reach.sets import Who
from ..firewall.settings.category.result import CategoryResult
from ..pc import schema
from ..pc.result import FactsResult, NetworkFact
from ..stopping.result import HolderEntry, ProcessResult, StoppedEntry
from ..words.languages import Language
from ..words.phrases import Joined, Phrase, Value, Verbatim
from . import fleet, networks, profiles, rules, table
from .layout import Cell, Paint, Table, Tone, Toned, plain, render, wrap_lines
from .networks import besides, network_label
from .table import active_line, columns, label

Result: TypeAlias = dict[str, Any]
# A table, if any, and the texts below it.
Shown: TypeAlias = tuple[Table | None, list[Value]]

_VERDICT = columns("verdict")
_PORT, _NAME, _FROM = columns("protocol", "port"), columns("name"), columns("from")
_HELD = columns("addresses", "pid", "process", "services", "firewall")
_REACH, _EXPECTED = columns("reach"), columns("as_expected")
_PATH_COLUMNS = columns(
    *("verdict", "hop", "client", "server", "address", "protocol", "port", "name", "process"),
    "services",
)
_RULE_COLUMNS = columns(
    *("outcome", "rule", "direction", "action", "protocol", "ports", "profiles", "from"),
    "effective",
)
# The options of a rule, in the order of their columns.
_OPTIONS = ("direction", "action", "protocol", "ports", "profiles", "remote_addresses")
_HOLDER_COLUMNS = columns("outcome", "ports", "addresses", "pid", "process", "services")
_VERDICT_TONES = {"reachable": Tone.GOOD, "unknown": Tone.NOTICE}
_SOURCE_TONES = {
    "allowed": Tone.GOOD,
    "own_address": Tone.GOOD,
    "partly": Tone.NOTICE,
    "conditional": Tone.NOTICE,
    "unknown": Tone.NOTICE,
}
_OUTCOME_TONES = {"unchanged": Tone.GOOD}


class _Message(TypedDict):
    """The keys that are read from a failed task."""

    msg: str


def show(
    module: str,
    result: Result,
    language: Language,
    limit: int | None = None,
    paint: Paint = plain,
    *,
    check_mode: bool = False,
) -> list[str] | None:
    """The result of one of the modules with tables, as lines.

    Args:
        module: its bare name.
        result: as the module returns it, successful or not.
        language: for the parts that are not rendered yet.
        limit: columns of the terminal, None if lines may have any length.
        paint: see `layout.render`.
        check_mode: whether the changes were only predicted.

    Returns:
        None if the result does not have the form that the module returns, for example because
        ``no_log`` hides it, or it is the summary of a loop.
    """
    if "results" in result and "rows" not in result:
        return None
    try:
        if module == "port_survey":
            # On a terminal, what is all right on a thousand hosts would hide the rest.
            made, texts = _survey(result, whole=limit is None)
        else:
            made, texts = _SHOWN[module](result)
    except schema.MisfitError:
        return None
    if check_mode and result.get("changed"):
        texts.append(Phrase("table.check_mode"))
        made = None if made is None else replace(made, rows=list(map(table.predicted, made.rows)))
    table_lines = [] if made is None else render(made, language, limit, paint)
    asked, told = (
        [line for text in each for line in wrap_lines(text, language, limit)]
        for each in (_besides(module, result), texts)
    )
    return [*asked, *table_lines, *told]


def _message(result: Result) -> Shown:
    return None, [Verbatim(schema.read(_Message, result)["msg"])]


def _besides(module: str, result: Result) -> list[Value]:
    """What port_facts has read only because a task has asked for it: it stands above the table."""
    if module != "port_facts" or "ansible_facts" not in result:
        return []
    return besides(schema.read(FactsResult[str], result)["ansible_facts"]["port_facts"])


def _facts(result: Result) -> Shown:
    if "ansible_facts" not in result:
        return _message(result)
    whole = schema.read(FactsResult[str], result)
    facts = whole["ansible_facts"]["port_facts"]
    made = table.of_endpoints(facts)
    nothing = Verbatim(whole["msg"]) if "msg" in whole else table.NOBODY
    texts: list[Value] = [] if made.rows else [nothing]
    texts += _networks(map(network_label, facts.get("profiles", ())))
    firewall = facts.get("firewall")
    if firewall is not None:
        if firewall["products"]:
            products = Joined(tuple(firewall["products"]), "list.separator")
            texts.append(Phrase("table.in_charge", {"products": products}))
        if firewall["problem"]:
            texts.append(Verbatim(firewall["problem"]))
    return made if made.rows else None, texts


def _check(result: Result) -> Shown:
    if "ports" not in result:
        return _message(result)
    check = schema.read(CheckResult[str], result)
    expecting = any("as_expected" in port for port in check["ports"])
    several = any("sources" in port for port in check["ports"])
    reached = any("reach" in port for port in check["ports"])
    rows: list[list[Cell]] = []
    for port in check["ports"]:
        number: list[Cell] = [port["protocol"].upper(), str(port["port"])]
        # A terminal has no room for both.
        known: list[Cell] = [] if several else [table.shown(port["name"])]
        reach: list[Cell] = [_reach(port)] if reached else []
        expected = [table.yes_or_no(port.get("as_expected"))] if expecting else []
        for verdict, row in _check_rows(port):
            by: list[Cell] = [Phrase("table.controller")] * several
            rows.append([verdict, *by, *number, *known, *row, *reach, *expected])
        for state, source, row in _source_rows(port):
            rows.append([state, source, *number, *row, *[""] * (reached + expecting)])
    heads = (
        *(*_VERDICT, *(_FROM if several else ()), *_PORT, *(() if several else _NAME), *_HELD),
        *(*(_REACH if reached else ()), *(_EXPECTED if expecting else ())),
    )
    networks = _networks(
        network_label(each, of_controller=each.get("controller") is True)
        for each in check["networks"]
    )
    states = {each["state"] for port in check["ports"] for each in port["evidence"]["firewall"]}
    explained = [Phrase("table.conditional")] if "conditional" in states else []
    return Table(heads, rows), [*networks, *explained, *_message(result)[1]]


def _path(result: Result) -> Shown:
    if "ports" not in result:
        return _message(result)
    found = schema.read(PathResult[str], result)
    expecting = any("as_expected" in port for port in found["ports"])
    rows = []
    for port in found["ports"]:
        row = _path_row(port)
        rows.append([*row, table.yes_or_no(port.get("as_expected"))] if expecting else row)
    heads = (*_PATH_COLUMNS, *_EXPECTED) if expecting else _PATH_COLUMNS
    return Table(heads, rows), _message(result)[1]


def _firewall(result: Result) -> Shown:
    if "rules" not in result:
        return _message(result)
    made = schema.read(FirewallResult[str], result)
    texts: list[Value] = [active_line(made["active_profiles"])]
    for each in made["rules"]:
        reason = Verbatim(each["reason"])
        texts.append(Phrase("table.of_rule", {"rule": _name(each), "reason": reason}))
        texts += filter(None, [rules.limited(_name(each), each["rule"])])
        texts += _openings(each)
    return Table(_RULE_COLUMNS, [_rule_row(each) for each in made["rules"]]), texts


def _listing(result: Result) -> Shown:
    return rules.of_listing(result) if "rules" in result else _message(result)


def _profiles(result: Result) -> Shown:
    return profiles.of_profiles(result) if "in_force" in result else _message(result)


def _process(result: Result) -> Shown:
    if "before" not in result:
        return _message(result)
    freed = schema.read(ProcessResult[str], result)
    came_back = Toned(Phrase("holder_outcome.came_back"), Tone.BAD)
    rows = [
        *(_holder_row(each, _outcome(each, freed)) for each in freed["before"]),
        *(_stopped_row(each, freed) for each in freed["stopped"] if not each["ports"]),
        *(_holder_row(each, came_back) for each in freed["came_back"]),
    ]
    return Table(_HOLDER_COLUMNS, rows) if rows else None, _message(result)[1]


def _category(result: Result) -> Shown:
    if "network" not in result:
        return _message(result)
    made = networks.of_category(schema.read(CategoryResult[str], result))
    return made, _message(result)[1]


def _survey(result: Result, *, whole: bool) -> Shown:
    return fleet.of_survey(result, whole=whole) if "rows" in result else _message(result)


_SHOWN: Mapping[str, Callable[[Result], Shown]] = {
    "network_category": _category,
    "firewall_profile": _profiles,
    "port_facts": _facts,
    "port_check": _check,
    "port_firewall": _firewall,
    "port_firewall_info": _listing,
    "port_path": _path,
    "port_process": _process,
}
#: The modules whose results have their own layout here.
MODULES = frozenset((*_SHOWN, "port_survey"))


def _check_rows(port: PortEntry[str]) -> Iterable[tuple[Cell, list[Cell]]]:
    verdict, evidence = port["verdict"], port["evidence"]
    by_holder: dict[tuple[object, ...], list[ListenerEntry]] = {}
    for listener in evidence["listeners"]:
        key = (listener["pid"], listener["process"], *listener["services"])
        by_holder.setdefault(key, []).append(listener)
    nobody: list[ListenerEntry] = []
    for listeners in by_holder.values() or (nobody,):
        first = listeners[0] if listeners else None
        tone = _VERDICT_TONES.get(verdict, Tone.BAD)
        yield (
            Toned(label(f"port_verdict.{verdict}"), tone),
            [
                table.shown([each["address"] for each in listeners]),
                table.shown(first and first["pid"]),
                table.shown(first and first["process"]),
                table.shown(first and first["services"]),
                table.firewall_cell(
                    (each["profile"], each["state"]) for each in evidence["firewall"]
                ),
            ],
        )


def _reach(port: PortEntry[str]) -> Cell:
    return label(f"reach.{port['reach']}") if "reach" in port else ""


def _source_rows(port: PortEntry[str]) -> Iterable[tuple[Cell, str, list[Cell]]]:
    """What the rules say about traffic from elsewhere: a row for each source."""
    for each in port.get("sources", ()):
        tone = _SOURCE_TONES.get(each["state"], Tone.BAD)
        firewall = table.firewall_cell(
            (found["profile"], found["state"])
            for found in each["firewall"]
            if found.get("decides", True)
        )
        yield (
            Toned(label(f"source_state.{each['state']}"), tone),
            each["source"],
            [*[""] * 4, firewall],
        )


def _path_row(port: PathEntry[str]) -> list[Cell]:
    verdict, hop, server = port["verdict"], port["hop"], port["evidence"]["server"]
    listeners = server["listeners"] if server is not None else []
    services = dict.fromkeys(name for each in listeners for name in each["services"])
    return [
        Toned(label(f"path_verdict.{verdict}"), _VERDICT_TONES.get(verdict, Tone.BAD)),
        "" if hop is None else label(f"hop.{hop}"),
        port["client"],
        port["server"],
        table.shown(port["address"]),
        port["protocol"].upper(),
        str(port["port"]),
        table.shown(port["name"]),
        table.shown(list(dict.fromkeys(table.shown(each["process"]) for each in listeners))),
        table.shown(list(services)),
    ]


def _name(entry: RuleEntry[str]) -> str:
    return entry["name"] or entry["rule_id"] or ""


def _rule_row(entry: RuleEntry[str]) -> list[Cell]:
    rule = entry["rule"] or entry.get("before", {})
    outcome, name = entry["outcome"], _name(entry)
    # The task has not named it.
    unlisted = Phrase("table.unlisted_rule", {"rule": name})
    return [
        Toned(label(f"rule_outcome.{outcome}"), _OUTCOME_TONES.get(outcome, Tone.NOTICE)),
        unlisted if entry.get("unspecified") else name,
        *(table.rule_cell(name, rule.get(name)) for name in _OPTIONS),
        table.has_effect(entry["effective"]),
    ]


def _openings(entry: RuleEntry[str]) -> Iterator[Value]:
    """How far the ports of a rule are open: a line for each network and group of ports."""
    name = _name(entry)
    for each in entry["open"]:
        ports: dict[str, Value] = {
            "protocol": each["protocol"].upper(),
            "ports": ", ".join(each["ports"]),
            "program": each.get("program", ""),
        }
        network: NetworkFact = {"name": each["network"], "profile": each["profile"]}
        values: dict[str, Value] = {
            "rule": name,
            "ports": Phrase(
                "table.ports_of_program" if "program" in each else "table.ports", ports
            ),
            "network": network_label(network),
            "reach": _open_to(each),
        }
        yield Phrase("table.open", values)
    if "open_more" in entry:
        yield Phrase("table.open_more", {"rule": name, "count": entry["open_more"]})


def _open_to(entry: OpenEntry[str]) -> Phrase:
    """Who can reach some ports, and who can't or can against what a rule asks for."""
    word = entry.get("reach", Who.UNKNOWN.value)
    found = Phrase("table.open_unknown")
    if word != Who.UNKNOWN:
        listed, more = entry.get("reach_from", []), entry.get("reach_more", 0)
        key = "table.open_to_addresses" if listed else "table.open_to"
        told: dict[str, Value] = {
            "who": label(f"reach.{word}"),
            "addresses": table.listed(listed, more),
        }
        found = Phrase(key, told)
    for key, facts in (
        ("table.perhaps_open", entry.get("reach_perhaps", [])),
        ("table.not_open", entry.get("not_open_from", [])),
        ("table.still_open", entry.get("still_open_from", [])),
    ):
        for each in facts:
            values: dict[str, Value] = {
                "open": found,
                "addresses": table.listed(each["addresses"], each.get("more", 0)),
                "reason": Verbatim(each["reason"]),
            }
            found = Phrase(key, values)
    return found


def _outcome(holder: HolderEntry[str], result: ProcessResult[str]) -> Cell:
    """What has happened to the holders of the ports."""
    pid = holder["pid"]
    for refused in result["refused"]:
        if refused["pid"] == pid:
            reason = label(f"refusal.{refused['reason']}")
            return Toned(Phrase("holder_outcome.refused", {"reason": reason}), Tone.BAD)
    ended = [each for each in result["stopped"] if each["pid"] == pid]
    if any(each["name"] in result["started"] for each in ended):
        return Toned(Phrase("holder_outcome.restarted"), Tone.GOOD)
    left = result["after"]
    if left is not None and any(each["pid"] == pid for each in left):
        released = {port for each in result["stopped"] for port in each["ports"]}
        stays = released.intersection(holder["ports"]) and not result["started"]
        return Toned(Phrase(f"holder_outcome.{'still_held' if stays else 'left'}"), Tone.NOTICE)
    if ended:
        return Toned(Phrase("holder_outcome.stopped"), Tone.GOOD)
    return Toned(Phrase(f"holder_outcome.{'unknown' if left is None else 'gone'}"), None)


def _holder_row(holder: HolderEntry[str], outcome: Cell) -> list[Cell]:
    return [
        outcome,
        table.shown(holder["ports"]),
        table.shown(holder["addresses"]),
        table.shown(holder["pid"]),
        table.shown(holder["process"]),
        table.shown(holder["services"]) or table.shown(holder["owner"]),
    ]


def _stopped_row(stopped: StoppedEntry, result: ProcessResult[str]) -> list[Cell]:
    """A service that was stopped because of a dependency, in either direction."""
    name, service = table.shown(stopped["name"]), stopped["kind"] == "service"
    outcome = "restarted" if stopped["name"] in result["started"] else "stopped"
    return [
        Toned(Phrase(f"holder_outcome.{outcome}"), Tone.GOOD),
        "",
        "",
        table.shown(stopped["pid"]),
        "" if service else name,
        name if service else "",
    ]


def _networks(named: Iterable[Phrase]) -> list[Value]:
    texts = tuple(named)
    return [Phrase("table.networks", {"networks": Joined(texts, "list.separator")})] * bool(texts)
