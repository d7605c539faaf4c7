# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who listens, over all PCs: by process and by port."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from ..model import Host, Listener

#: A protocol and a port.
Port: TypeAlias = tuple[str, int]
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Process:
    """A program that listens, and the places in the report of the PCs on which it does. `ports`
    are those that Windows did not choose, the most frequent first."""

    name: str
    hosts: tuple[int, ...]
    ports: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A port at which something listens, on which PCs, and which programs or services that are, the
    most frequent first. Ports that Windows may have chosen are not among them: they are others
    after each restart."""

    port: Port
    name: str | None
    hosts: tuple[int, ...]
    holders: tuple[str, ...]


@dataclass(slots=True)
class _Seen:
    first: Listener
    hosts: dict[int, None] = field(default_factory=dict)
    ports: Counter[Port] = field(default_factory=Counter)
    holders: Counter[str] = field(default_factory=Counter)


def by_process(hosts: Iterable[Host]) -> list[Process]:
    """The programs, first those on the most PCs, and last those with no port but such as Windows
    chose. Windows compares names without case."""
    seen: dict[str, _Seen] = {}
    for place, host in enumerate(hosts):
        for each in host.listeners or ():
            if each.process:
                found = seen.setdefault(each.process.casefold(), _Seen(each))
                found.hosts[place] = None
                if not each.dynamic:
                    found.ports[each.protocol, each.port] += 1
    return [
        Process(each.first.process or "", tuple(each.hosts), _most(each.ports))
        for each in _ordered(seen.values())
    ]


def by_port(hosts: Iterable[Host]) -> list[Held]:
    """The ports, first those that are open on the most PCs."""
    seen: dict[Port, _Seen] = {}
    for place, host in enumerate(hosts):
        for each in host.listeners or ():
            if not each.dynamic:
                found = seen.setdefault((each.protocol, each.port), _Seen(each))
                found.hosts[place] = None
                found.ports[each.protocol, each.port] += 1
                found.holders[each.holder] += 1
    return [
        Held(
            (each.first.protocol, each.first.port),
            each.first.name,
            tuple(each.hosts),
            _most(each.holders),
        )
        for each in _ordered(seen.values())
    ]


def _ordered(seen: Iterable[_Seen]) -> list[_Seen]:
    # Programs at whose ports nobody connects by number come last.
    return sorted(seen, key=lambda each: (not each.ports, -len(each.hosts)))


def _most(counted: Counter[_Item]) -> tuple[_Item, ...]:
    return tuple(item for item, _count in counted.most_common())
