# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules of a firewall by what they name, with a limit on the work that they may cause.

A store may have thousands of rules, of which few concern a given port, but in a hostile one, each
rule may concern every port.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

from ...firewall.judging.traffic import Listener
from ...firewall.judging.verdict import Firewall
from ...firewall.policy.rule import FirewallRule
from ...firewall.policy.stores import Store
from ...firewall.policy.vocabulary import Action
from ...firewall.reach import sweep
from ...ground.names import name_key
from .source import Work

T = TypeVar("T")

# Rules of all three count together ([MS-FASP] 3.1.3); a person can change those of the first store.
_STORES = (Store.LOCAL, Store.GROUP_POLICY, Store.MDM)
# A rule for more ports is unlikely to be meant for one of them.
_MOST_PORTS = 64
_ENDPOINT_MAPPER = 135
# A service host runs so many services that it says nothing about any of them.
_SHARED = frozenset({"svchost.exe", "system"})
# How many rules that nearly fit are considered for one port. Real hosts have a handful.
_MOST_NEAR = 500
# How many rules are considered for all ports together. Real hosts have a few hundred for one port,
# so this is enough for more ports than a task may name.
MAX_WORK = 100_000
# The limit on the work for who can reach these ports (`sweep.Work`).
MAX_PARTS = 1_000_000

StoredRule = tuple[Store, FirewallRule]


class RuleBook:
    """The rules of one firewall, for the diagnoses of one task.

    `names` are the folded display names of the local rules, `work` and `reach_work` are the limits
    on other kinds of work.
    """

    def __init__(self, firewall: Firewall) -> None:
        self.firewall = firewall
        self.names = frozenset(
            name_key(rule.name or "") for rule in firewall.stores.of(Store.LOCAL)
        )
        self._left = MAX_WORK
        self.work = Work()
        self.reach_work = sweep.Work(MAX_PARTS)
        self._narrowed: dict[Listener, Firewall] = {}
        self._stand_ins: dict[Hashable, Listener] = {}
        self._answers: dict[Hashable, Any] = {}
        self._allowing = [
            (store, rule)
            for store in _STORES
            for rule in firewall.stores.of(store)
            if rule.action is Action.ALLOW
        ]

    @cached_property
    def _by_port(self) -> Mapping[int, list[StoredRule]]:
        found: dict[int, list[StoredRule]] = {}
        for store, rule in self._allowing:
            local = rule.local_ports
            if not local:
                continue
            ports = set(local.numbers) if len(local.numbers) <= _MOST_PORTS else set()
            if "RPC-EPMap" in local.keywords:
                # The only word of rules that stands for one port ([MS-FASP] 2.2.14).
                ports.add(_ENDPOINT_MAPPER)
            for port in ports:
                found.setdefault(port, []).append((store, rule))
        return found

    @cached_property
    def _by_program(self) -> Mapping[str, list[StoredRule]]:
        found: dict[str, list[StoredRule]] = {}
        for store, rule in self._allowing:
            if rule.program is not None:
                name = self._file_name(rule.program)
                if name not in _SHARED:
                    found.setdefault(name, []).append((store, rule))
        return found

    def _file_name(self, path: str) -> str:
        expanded = self.firewall.environment.expand(path) or path
        return name_key(expanded.rpartition("\\")[2])

    def is_shared(self, program: str | None) -> bool:
        """Whether a program of a rule runs services of all kinds, or is Windows itself."""
        return program is not None and self._file_name(program) in _SHARED

    def naming(self, listener: Listener) -> list[StoredRule]:
        """The rules that allow something on the listener's port by its number, or by a word for
        that port alone."""
        return self._by_port.get(listener.port or 0, [])[:_MOST_NEAR]

    def of_program(self, listener: Listener) -> list[StoredRule]:
        """The rules that allow something to the listener's program, or to a program of the same
        name in another folder."""
        if listener.program is None:
            return []
        return self._by_program.get(self._file_name(listener.program), [])[:_MOST_NEAR]

    def stand_in(self, listener: Listener) -> Listener:
        """The first listener that was asked about of those that are like this one but for a port
        which no rule can tell from this one's. What the firewall says of one, it says of all: on
        most ports, nobody listens, and no rule names them."""
        if listener.port is None or self.naming(listener):
            return listener
        of_port = self.firewall.port_class(listener)
        if of_port is None:
            return listener
        return self._stand_ins.setdefault((replace(listener, port=None), of_port), listener)

    def once(self, question: Hashable, answer: Callable[[], T]) -> T:
        """The answer to a question about the firewall, which is found once."""
        if question not in self._answers:
            self._answers[question] = answer()
        found: T = self._answers[question]
        return found

    def narrowed(self, listener: Listener) -> Firewall | None:
        """The firewall with only the rules that can matter to a listener; None if too many rules
        have already been considered."""
        if listener not in self._narrowed:
            also = [*self.naming(listener), *self.of_program(listener)]
            found = self.firewall.narrowed(listener, also)
            self._left -= found.stores.size
            if self._left < 0:
                return None
            self._narrowed[listener] = found
        return self._narrowed[listener]
