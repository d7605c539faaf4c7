# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the role port_setup has done to PCs, and how their ports stand, as lines for a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

from ..diagnosis.causes.model import Verdict
from ..pc import schema
from ..words.phrases import Joined, Phrase, Single, Value, Verbatim, in_turn
from .layout import Cell, Table
from .table import columns, label, shown


class _Listener(TypedDict):
    pid: int | None
    process: str | None


class _Evidence(TypedDict):
    listeners: list[_Listener]


class _Dropped(TypedDict):
    msg: str


class _Port(TypedDict):
    """The keys that are read from a port of port_check."""

    port: int
    protocol: str
    name: str | None
    verdict: str
    msg: str
    evidence: _Evidence
    drops: NotRequired[_Dropped]


class _Path(TypedDict):
    """The same of port_path."""

    verdict: str
    msg: str


class _Done(TypedDict):
    """The same of a module that changes something."""

    changed: NotRequired[bool]
    msg: NotRequired[str]


class _Rule(TypedDict):
    """The same of a rule of port_firewall."""

    name: str
    outcome: str
    effective: bool | None
    reason: str


class PcResults(TypedDict):
    """What the modules have returned for one PC, as far as they have run there."""

    before: NotRequired[list[_Port]]
    freed: NotRequired[list[_Done]]
    network: NotRequired[_Done]
    opened: NotRequired[list[_Rule]]
    after: NotRequired[list[_Port]]
    paths: NotRequired[list[_Path]]


@dataclass(frozen=True)
class Wanted:
    """`accepted` are the verdicts that are all right; `check_mode` says that nothing was done."""

    accepted: Collection[str]
    check_mode: bool = False


_HOST, _STATES = columns("host"), columns("verdict_before", "verdict_now")
_PORT, _HELD = columns("protocol", "port", "name"), columns("pid", "process")
_NOT_READ = Phrase("table.unread")
#: What became of a rule, and how that is said; in check mode what would become of it.
_RULES: Mapping[str, tuple[str, str]] = {
    "created": ("story.rule_created", "story.rule_would_be_created"),
    "changed": ("story.rule_changed", "story.rule_would_be_changed"),
    "deleted": ("story.rule_deleted", "story.rule_would_be_deleted"),
}


#: Where a result of a module has what is read of it.
_PARTS = {
    "before": "ports",
    "freed": "results",
    "opened": "rules",
    "after": "ports",
    "paths": "ports",
}


def read(registered: object) -> dict[str, PcResults]:
    """What the role has registered for PCs, by their names.

    Args:
        registered: for each PC the results by the keys of `PcResults`, each as the module has
            returned it. One that was skipped or has failed may be there, and has nothing.

    Raises:
        MisfitError: they are not what the modules return.
    """
    found = {}
    for name, results in schema.read(dict[str, dict[str, Any]], registered).items():
        parts: dict[str, Any] = {
            key: results[key][part]
            for key, part in _PARTS.items()
            if isinstance(results.get(key), Mapping) and part in results[key]
        }
        if isinstance(results.get("network"), Mapping):
            parts["network"] = results["network"]
        found[name] = schema.read(PcResults, parts, name)
    return found


def of_pc(results: PcResults, wanted: Wanted) -> list[Value]:
    """What was done to one PC, and how each of its ports stands, those first that are not as
    wanted."""
    done = list(_done(results, wanted))
    ports = results.get("after", results.get("before", []))
    told = [(each["verdict"], each["msg"]) for each in (*ports, *results.get("paths", []))]
    wrong = [Verbatim(msg) for verdict, msg in told if verdict not in wanted.accepted]
    wrong += [
        Verbatim(each["drops"]["msg"])
        for each in ports
        if "drops" in each and each["verdict"] not in wanted.accepted
    ]
    right = [Verbatim(msg) for verdict, msg in told if verdict in wanted.accepted]
    unchanged = "story.nothing_would_change" if wanted.check_mode else "story.nothing_changed"
    return [*(done or [Phrase(unchanged)]), *wrong, *right]


def of_pcs(results: Mapping[str, PcResults], wanted: Wanted) -> tuple[Table, Value]:
    """How the ports of several PCs stand, as a table with the PCs first that could not be read or
    are not as wanted, and a sentence with their numbers."""
    unread = [name for name, found in results.items() if "before" not in found]
    read_ones = {name: found for name, found in results.items() if "before" in found}
    wrong = [name for name, found in read_ones.items() if not _is_well(found, wanted)]
    rows: list[list[Cell]] = [
        [name, *[""] * len(_PORT), _NOT_READ, *[""] * (len(_STATES) + len(_HELD) - 1)]
        for name in unread
    ]
    for name in sorted(read_ones, key=lambda name: name not in wrong):
        rows += _rows(name, read_ones[name])
    counts: dict[str, Value] = {
        "all": len(results),
        "well": len(read_ones) - len(wrong),
        "wrong": len(wrong),
        "unread": len(unread),
    }
    key = "story.pcs_and_unread" if unread else "story.pcs"
    pending = [_unreached(found) for name, found in read_ones.items() if name not in wrong]
    verdicts = tuple(dict.fromkeys(verdict for each in pending for verdict in each))
    accepted: dict[str, Value] = {
        "count": sum(map(bool, pending)),
        "verdicts": Joined(verdicts, "list.separator"),
    }
    told = in_turn(
        Phrase("story.as_they_are") if wanted.check_mode else None,
        Phrase(key, counts),
        Phrase("story.accepted", accepted) if verdicts else None,
    )
    return Table((*_HOST, *_PORT, *_STATES, *_HELD), rows), told


def _done(results: PcResults, wanted: Wanted) -> Iterator[Value]:
    for each in (*results.get("freed", []), results.get("network", _Done())):
        if each.get("changed") and "msg" in each:
            yield Verbatim(each["msg"])
    for rule in results.get("opened", []):
        keys = _RULES.get(rule["outcome"])
        if keys is None:
            continue
        said = Phrase(keys[wanted.check_mode], {"rule": Verbatim(rule["name"])})
        if rule["effective"] is False:
            reason = Verbatim(rule["reason"])
            said = Phrase("story.without_effect", {"done": said, "reason": reason})
        yield said


def _is_well(results: PcResults, wanted: Wanted) -> bool:
    ports = results.get("after", results.get("before", []))
    return all(each["verdict"] in wanted.accepted for each in (*ports, *results.get("paths", [])))


def _unreached(results: PcResults) -> list[Single]:
    """The verdicts of the ports of a PC that can't be reached, in words."""
    ports = results.get("after", results.get("before", []))
    found = [f"port_verdict.{each['verdict']}" for each in ports]
    common = {"not_listening", "loopback_only", "in_use_by_other", "reserved", "unknown"}
    found += [
        f"{'port' if each['verdict'] in common else 'path'}_verdict.{each['verdict']}"
        for each in results.get("paths", [])
    ]
    return [label(each) for each in found if not each.endswith(f".{Verdict.REACHABLE}")]


def _rows(name: str, results: PcResults) -> Iterator[list[Cell]]:
    before, after = results.get("before", []), results.get("after", [])
    now = {(each["port"], each["protocol"]): each for each in after}
    for each in before:
        later = now.get((each["port"], each["protocol"]))
        listeners = (later or each)["evidence"]["listeners"]
        yield [
            name,
            each["protocol"].upper(),
            str(each["port"]),
            shown(each["name"]),
            label(f"port_verdict.{each['verdict']}"),
            label(f"port_verdict.{later['verdict']}") if later else "",
            shown(listeners[0]["pid"] if listeners else None),
            shown(listeners[0]["process"] if listeners else None),
        ]
