# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Prepares a thousand rules, and finds the few of them that can matter to traffic, by protocol,
port and program.

Many firewalls have the same rules: those of hosts with the same Windows, and those that are made
from one to ask what a change would do. So each rule is compiled once. It is recognised by its
identity: rules of the same text are the same object (`rule_text`), and to compare one field by
field would cost more than it saves.

The index leaves out only rules that `matching.match` would answer with no.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from ...ground.kept import Kept
from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from ..policy.stores import RESTRICTING, FirewallStores, Store
from ..policy.vocabulary import Action
from . import matching
from .matching import CompiledRule
from .traffic import Traffic

T = TypeVar("T")

# A rule for at most this many ports is kept under each of them.
_SINGLY = 64
# How many compiled rules are kept, and how many characters of their texts, as in `rule_text`. One
# without a text is of this collection, and short.
_MOST = 8_192
_MOST_CHARACTERS = 2_048_000
_WITHOUT_TEXT = 1_000


@dataclass(frozen=True)
class _Of:
    """What a rule becomes: the rule itself as well, so that its identity stays its own."""

    rule: FirewallRule
    compiled: CompiledRule | None


_kept: Kept[tuple[object, ...], _Of] = Kept(_MOST, _MOST_CHARACTERS)


class Compiler:
    """Compiles rules for one host.

    Args:
        stores: what was read from it.
        environment: its folders and adapters.

    Attributes:
        environment: as given.
    """

    def __init__(self, stores: FirewallStores, environment: Environment) -> None:
        self.environment = environment
        # All of it that rules without adapters depend on.
        self._folders = Environment(environment.windows_directory, environment.variables)
        self._windows_version = stores.windows_version
        self._policy_version = stores.policy_version
        self._host = (
            environment.windows_directory,
            tuple(sorted(environment.variables.items())),
            self._windows_version,
            self._policy_version,
        )
        # What is found below, for the many firewalls that are made from that of one host.
        self._known: dict[tuple[int, int, bool, bool], _Of] = {}

    def compiled(
        self, rule: FirewallRule, store: Store, *, restricts: bool = False, same_id: bool = False
    ) -> CompiledRule | None:
        """As `matching.compile_rule`."""
        # To hash a member of an enumeration would cost more than all the rest.
        known = (id(rule), id(store), restricts, same_id)
        found = self._known.get(known)
        if found is None:
            found = self._known[known] = self._found(rule, store, restricts, same_id)
        return found.compiled

    def _found(self, rule: FirewallRule, store: Store, restricts: bool, same_id: bool) -> _Of:
        def make(environment: Environment) -> _Of:
            compiled = matching.compile_rule(
                rule,
                store,
                environment,
                windows_version=self._windows_version,
                policy_version=self._policy_version,
                restricts=restricts,
                same_id=same_id,
            )
            return _Of(rule, compiled)

        if rule.interfaces:
            return make(self.environment)
        key = (id(rule), self._host, store, restricts, same_id)
        weight = len(rule.source or "") or _WITHOUT_TEXT
        return _kept.get(key, lambda: make(self._folders), weight)


_ByService: TypeAlias = "dict[str | None, list[tuple[int, CompiledRule]]]"


class RuleIndex:
    """Rules of one direction by their conditions. Each rule is returned once, in the order of
    insertion.

    Args:
        outbound: the rules are for outbound traffic, whose remote port is the server's.
    """

    def __init__(self, rules: Iterable[CompiledRule], *, outbound: bool = False) -> None:
        self._outbound = outbound
        self._by_port: dict[tuple[int, int], list[tuple[int, CompiledRule]]] = {}
        #: By protocol and program, and then by the service that a rule names.
        self._by_program: dict[tuple[int | None, str | None], _ByService] = {}
        #: Those with a condition on ports that are not under single ports.
        self._of_ports: list[CompiledRule] = []
        self._packaged: list[tuple[int, CompiledRule]] = []
        self._packaged_blocks: list[tuple[int, CompiledRule]] = []
        #: The latest question to the index, and the answer.
        self._latest: tuple[object, Any] = (None, None)
        for position, compiled in enumerate(rules):
            self._put(position, compiled)

    def _put(self, position: int, compiled: CompiledRule) -> None:
        rule = compiled.rule
        ports = rule.remote_ports if self._outbound else rule.local_ports
        numbers = ports.numbers
        if ports:
            self._of_ports.append(compiled)
        if rule.package_sid or rule.package_family:
            blocks = compiled.action is Action.BLOCK and compiled.store not in RESTRICTING
            (self._packaged_blocks if blocks else self._packaged).append((position, compiled))
            return
        if (
            rule.protocol is not None
            and numbers.ranges
            and not ports.keywords
            # It may be that such a rule is for any remote port.
            and not (self._outbound and rule.local_only_mapped)
            and sum(last - first + 1 for first, last in numbers.ranges) <= _SINGLY
        ):
            self._of_ports.pop()
            for port in numbers:
                self._by_port.setdefault((rule.protocol, port), []).append((position, compiled))
            return
        service = None if rule.service == "*" else compiled.service
        by_service = self._by_program.setdefault((rule.protocol, compiled.program), {})
        by_service.setdefault(service, []).append((position, compiled))

    def port_class(self, traffic: Traffic) -> Hashable | None:
        """What the rules say about the local port of inbound traffic, None if one is for that port
        by its number."""
        if (traffic.protocol, traffic.port) in self._by_port:
            return None
        return tuple(matching.local_port(each, traffic) for each in self._port_conditions)

    @cached_property
    def _port_conditions(self) -> Sequence[CompiledRule]:
        """Of the rules with a condition on local ports, one for each that says the same of all
        ports."""
        return list(
            {
                (each.rule.local_ports, each.action is Action.BLOCK): each
                for each in self._of_ports
            }.values()
        )

    def once(self, question: object, answer: Callable[[], T]) -> T:
        """The answer to a question about these rules, which is found once if it is asked again
        right away. What is asked must not be None."""
        latest = self._latest
        if latest[0] != question:
            # What another thread asks meanwhile is not what is returned here.
            latest = self._latest = question, answer()
        found: T = latest[1]
        return found

    def candidates(self, traffic: Traffic) -> list[CompiledRule]:
        """The rules that may match."""
        found = [pair for group in self._groups(traffic) for pair in group]
        found.sort(key=lambda pair: pair[0])
        return [compiled for _unused, compiled in found]

    def _groups(self, traffic: Traffic) -> Iterator[list[tuple[int, CompiledRule]]]:
        protocol, port = traffic.protocol, traffic.port
        if traffic.packaged is not False:
            yield self._packaged
        if traffic.packaged is not False or traffic.elsewhere_packaged:
            yield self._packaged_blocks
        if port is not None:
            yield self._by_port.get((protocol, port), [])
        for by_service in self._of_program(traffic):
            if traffic.services is None or traffic.inherited is None:
                yield from by_service.values()
                continue
            # Two thirds of the rules that ship with Windows restrict one service each.
            yield by_service.get(None, [])
            for service in traffic.services | traffic.inherited:
                yield by_service.get(service, [])

    def _of_program(self, traffic: Traffic) -> Iterator[_ByService]:
        protocol, program = traffic.protocol, traffic.plain_program
        if program is None:
            for (each, _unused), found in self._by_program.items():
                if each is None or each == protocol:
                    yield found
            return
        for each in (protocol, None):
            for name in (program, None):
                yield self._by_program.get((each, name), {})
