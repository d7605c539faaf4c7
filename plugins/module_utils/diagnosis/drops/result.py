# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The recorded drops in the form that port_check returns."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypedDict

from ...pc.drops.reading import RecordRead, Records, State
from ...words.phrases import Joined, Phrase, Sentence, Sentences, Value, Words
from ..causes.model import Remedy, RemedyTask, WantedPort
from .judge import Hit, PortDrops, shown


class DropEntry(TypedDict, Generic[Words]):
    """Drops of one kind, in one record. Times are in UTC."""

    record: str
    direction: str | None
    layer: str | None
    count: int
    first: str | None
    last: str | None
    remote_addresses: list[str]
    filter_id: int | None
    origin: str | None
    rule: Words | None
    rule_id: str | None
    program: str | None


class PortDropsEntry(TypedDict, Generic[Words]):
    """The recorded drops of one port. `state` never says that nothing was dropped."""

    state: str
    msg: Words
    records: list[DropEntry[Words]]


class RecordEntry(TypedDict, Generic[Words]):
    """One of the places where Windows records drops, and how it was read."""

    record: str
    state: str
    msg: Words


class TurningOnEntry(TypedDict, Generic[Words]):
    """How to have Windows record drops. The edge writes `yaml`."""

    text: Words
    task: dict[str, Any] | None
    yaml: str | None


class DropsEntry(TypedDict, Generic[Words]):
    """What was read of recorded drops, for all ports."""

    minutes: int
    records: list[RecordEntry[Words]]
    remedies: list[TurningOnEntry[Words]]


@dataclass(frozen=True)
class Recorded:
    """What Windows has recorded: the records, the drops of each port in the order of the ports, how
    to have it record more, and the logs that were not read."""

    records: Records
    ports: tuple[PortDrops, ...]
    remedies: tuple[Remedy, ...] = ()
    other_logs: tuple[str, ...] = ()


def of_port(found: PortDrops) -> PortDropsEntry[Value]:
    """The recorded drops of one port."""
    return {
        "state": "dropped" if found.hits else "unknown",
        "msg": Sentences(tuple(map(Sentence, found.told))),
        "records": [_hit(each) for each in found.hits],
    }


def of_host(found: Recorded) -> DropsEntry[Value]:
    """What was read of a host."""
    return {
        "minutes": found.records.minutes,
        "records": [
            {
                "record": each.record.value,
                "state": each.state.value,
                "msg": Sentence(_state(each)),
            }
            for each in found.records.read
        ],
        "remedies": [_remedy(each) for each in found.remedies],
    }


def of_answer(found: PortDrops, *, reachable: bool) -> Iterable[Sentence]:
    """The recorded drops of a port in words. Nobody asks for those of one that can be reached,
    unless there are some."""
    return map(Sentence, found.told if found.hits or not reachable else ())


def none_of(found: Recorded, unreached: Collection[WantedPort]) -> Iterable[Sentence]:
    """That nothing is recorded of the ports that can be reached, in one sentence: nobody needs the
    reason why, but who asked should not wonder whether it was looked for."""
    ports = [each.wanted for each in found.ports if not each.hits]
    reached = tuple(each.label for each in ports if each not in unreached)
    if reached:
        values: dict[str, Value] = {
            "ports": Joined(reached, "list.separator"),
            "minutes": found.records.minutes,
        }
        yield Sentence(Phrase("drop.none_of_reachable", values))


def seen(found: Recorded) -> tuple[Sentence, ...]:
    """The drops that are recorded, of all ports."""
    return tuple(Sentence(told) for each in found.ports if each.hits for told in each.told)


def unread(found: Recorded, unreached: Collection[WantedPort]) -> Iterable[Value]:
    """What to say below the answers about the ports: which records are incomplete, and
    what this collection can do about that, if one of the ports that can't be reached has no hit."""
    if all(each.hits or each.wanted not in unreached for each in found.ports):
        return
    for each in found.records.read:
        if each.state is not State.READ:
            yield Sentence(_state(each))
    if found.other_logs:
        yield Sentence(Phrase("drop_record.other_logs", {"files": found.other_logs}))
    yield from (Sentence(each.text) for each in found.remedies if each.task is not None)


def _state(read: RecordRead) -> Phrase:
    values: dict[str, Value] = {"record": Phrase(f"drop_record.{read.record}")}
    return Phrase(f"drop_state.{read.state}", {**values, "why": read.why or ""})


def _hit(hit: Hit) -> DropEntry[Value]:
    return {
        "record": hit.record.value,
        "direction": None if hit.direction is None else hit.direction.value,
        "layer": None if hit.layer is None else hit.layer.value,
        "count": hit.count,
        "first": shown(hit.first),
        "last": shown(hit.last),
        "remote_addresses": list(hit.remotes),
        "filter_id": hit.filter_id,
        "origin": hit.origin or None,
        "rule": None if hit.rule is None else hit.rule.label,
        "rule_id": None if hit.rule is None else hit.rule.rule_id,
        "program": hit.program or None,
    }


def _remedy(remedy: Remedy) -> TurningOnEntry[Value]:
    task: RemedyTask | None = remedy.task
    data = None if task is None else {"name": task.name, task.module: dict(task.options)}
    return {"text": Sentence(remedy.text), "task": data, "yaml": None}
