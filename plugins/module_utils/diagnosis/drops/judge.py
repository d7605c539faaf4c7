# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Says which of the packets that Windows has recorded as dropped were for a port, and what dropped
them.

A record is evidence of a drop. That there is none is evidence of nothing: Windows records some
drops in one place only, and overwrites the oldest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ...firewall.policy.rule import FirewallRule
from ...firewall.policy.stores import FirewallStores
from ...firewall.policy.vocabulary import TCP, UDP, Action
from ...ground.model import Protocol
from ...ground.names import name_key
from ...pc.drops.model import Direction, Drop, End, Layer, Record
from ...pc.drops.reading import Records
from ...pc.holders import Port
from ...words.phrases import Phrase, Value
from ..causes.model import WantedPort

# How many kinds of drops of one port are told, and how many addresses of one kind.
MAX_HITS = 20
MAX_REMOTES = 10
_IN_WORDS = 3

_PROTOCOLS = {TCP: Protocol.TCP, UDP: Protocol.UDP}

# Names of origins that are no ids of rules, with underscores: those of the filters that Windows
# makes by itself.
_ORIGINS = frozenset(
    (
        *("stealth", "query_user_default", "default_inbound", "default_outbound", "wsh_default"),
        *("quarantine_default", "uwp_default", "appcontainer_loopback", "boot_time_default"),
    )
)
_OF_DIRECTION = {Direction.INBOUND: "inbound", Direction.OUTBOUND: "outbound"}


@dataclass(frozen=True)
class Hit:
    """Drops of one kind at a port, in one record.

    Attributes:
        count: how many; `first` and `last` are the times of the oldest and the newest.
        remotes: addresses of the other end, the latest first, `MAX_REMOTES` at most.
        filter_id, origin, program: as `Drop` has them; the origin may stand in another record.
        rule: the rule that the origin names, None if it is none that was read.
    """

    record: Record
    direction: Direction | None
    layer: Layer | None
    count: int
    first: datetime | None
    last: datetime | None
    remotes: tuple[str, ...]
    filter_id: int | None
    origin: str
    program: str
    rule: FirewallRule | None

    @property
    def by(self) -> Phrase:
        """What dropped them."""
        if self.rule is not None:
            return Phrase("drop_by.rule", {"rule": self.rule.label})
        name = name_key(self.origin).replace(" ", "_")
        if name in _ORIGINS:
            return Phrase(f"drop_by.{name}")
        if name and name != "unknown":
            return Phrase("drop_by.origin", {"origin": self.origin})
        if self.filter_id is not None:
            return Phrase("drop_by.filter", {"number": str(self.filter_id)})
        return Phrase("drop_by.unknown")


@dataclass(frozen=True)
class PortDrops:
    """The recorded drops of one port, those of the best record first, and what to say of them: that
    there were some, or that none is recorded."""

    wanted: WantedPort
    hits: tuple[Hit, ...]
    told: tuple[Phrase, ...]


def find(
    records: Records,
    wanted: Iterable[WantedPort],
    own: Collection[str],
    stores: FirewallStores | None,
) -> tuple[PortDrops, ...]:
    """The recorded drops of each port, in their order. Raises nothing.

    Args:
        own: the host's own addresses, without zones.
        stores: its rules, None if they are unknown.
    """
    asked = tuple(wanted)
    ports = {each.key for each in asked}
    by_port: dict[Port, list[tuple[Drop, str]]] = {}
    for drop in _with_origins(records):
        protocol = _PROTOCOLS.get(drop.protocol)
        if protocol is None:
            continue
        local, remote = _ends(drop, own, protocol, ports)
        if drop.direction is Direction.FORWARDED and local.address not in own:
            continue  # between two other machines
        if (protocol, local.port) in ports:
            by_port.setdefault((protocol, local.port), []).append((drop, remote.address))
    rules = _rules(stores) if by_port else {}
    return tuple(
        _port_drops(each, records.minutes, by_port.get(each.key, ()), rules) for each in asked
    )


def _ends(
    drop: Drop, own: Collection[str], protocol: Protocol, ports: Collection[Port]
) -> tuple[End, End]:
    """The host's own end and the other one. Where the record does not say, the host's addresses
    decide; if they don't, the layout does, and where that is unknown, the ports."""
    local, remote = drop.local, drop.remote
    if drop.certain:
        return local, remote
    if (remote.address in own) != (local.address in own):
        return (remote, local) if remote.address in own else (local, remote)
    if drop.direction is None and (protocol, local.port) not in ports:
        return remote, local
    return local, remote


def _with_origins(records: Records) -> Iterator[Drop]:
    """All drops. One without an origin has that of its filter in another record, if the filter's
    number has only one: Windows gives the number of a filter that is gone to another, and begins
    anew when it starts."""
    found: dict[int, set[str]] = {}
    for each in records.drops:
        if each.filter_id is not None and each.origin and not _is_before(each, records.booted):
            found.setdefault(each.filter_id, set()).add(each.origin)
    known = {number: origins.pop() for number, origins in found.items() if len(origins) == 1}
    for each in records.drops:
        name = "" if each.filter_id is None else known.get(each.filter_id, "")
        if each.origin or not name or _is_before(each, records.booted):
            yield each
        else:
            yield replace(each, origin=name)


def _is_before(drop: Drop, time: datetime | None) -> bool:
    return drop.time is not None and time is not None and drop.time < time


def _rules(stores: FirewallStores | None) -> Mapping[str, FirewallRule]:
    """Rules by their ids. An id may be in several stores: one that blocks is named before one that
    can't have dropped anything, and of such ones the first."""
    found: dict[str, FirewallRule] = {}
    for rules in stores.rules.values() if stores is not None else ():
        for rule in rules:
            key = name_key(rule.rule_id)
            if key not in found or _blocks(rule) > _blocks(found[key]):
                found[key] = rule
    return found


def _blocks(rule: FirewallRule) -> bool:
    return rule.enabled and rule.action is Action.BLOCK


def _port_drops(
    wanted: WantedPort,
    minutes: int,
    found: Sequence[tuple[Drop, str]],
    rules: Mapping[str, FirewallRule],
) -> PortDrops:
    kinds: dict[tuple[object, ...], list[tuple[Drop, str]]] = {}
    for drop, remote in found:
        key = (drop.record, drop.direction, drop.layer, drop.filter_id, drop.origin)
        kinds.setdefault(key, []).append((drop, remote))
    hits = [_hit(each, rules) for each in kinds.values()]
    order = list(Record)
    hits.sort(key=lambda each: (order.index(each.record), -_stamp(each.last), -each.count))
    told = tuple(_told(wanted, minutes, hits))
    return PortDrops(wanted, tuple(hits[:MAX_HITS]), told)


def _hit(found: list[tuple[Drop, str]], rules: Mapping[str, FirewallRule]) -> Hit:
    found.sort(key=lambda each: -_stamp(each[0].time))
    latest = found[0][0]
    times = [each.time for each, _remote in found if each.time is not None]
    return Hit(
        latest.record,
        latest.direction,
        latest.layer,
        len(found),
        min(times, default=None),
        max(times, default=None),
        tuple(dict.fromkeys(remote for _drop, remote in found))[:MAX_REMOTES],
        latest.filter_id,
        latest.origin,
        latest.program,
        rules.get(name_key(latest.origin)) if latest.origin else None,
    )


def _stamp(time: datetime | None) -> float:
    return 0.0 if time is None else time.timestamp()


def _told(wanted: WantedPort, minutes: int, hits: Sequence[Hit]) -> Iterable[Phrase]:
    """What is said of the port: the kinds of drops in the best record that has some."""
    values: dict[str, Value] = {"port": wanted.label, "minutes": minutes}
    if not hits:
        yield Phrase("drop.none", values)
    best = [each for each in hits if each.record is hits[0].record]
    for hit in best[:_IN_WORDS]:
        about: dict[str, Value] = {
            **values,
            "record": Phrase(f"drop_record.{hit.record}"),
            "count": hit.count,
            "remotes": hit.remotes,
            "time": shown(hit.last) or Phrase("drop.no_time"),
            "by": hit.by,
        }
        way = _OF_DIRECTION.get(hit.direction or Direction.FORWARDED, "other")
        yield Phrase(f"drop.{way}" if hit.count > 1 else f"drop.one_{way}", about)


def shown(time: datetime | None) -> str | None:
    """A time in UTC, to the second."""
    return None if time is None else time.strftime("%Y-%m-%dT%H:%M:%SZ")
