# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds the few of a thousand rules that can matter to traffic, by protocol, port and program.

The index leaves out only rules that `matching.match` would answer with no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..policy.stores import RESTRICTING
from ..policy.vocabulary import Action
from .matching import CompiledRule
from .traffic import Traffic

# A rule for at most this many ports is kept under each of them.
_SINGLY = 64


class RuleIndex:
    """Rules of one direction by their conditions. Each rule is returned once, in the order of
    insertion.

    Args:
        outbound: the rules are for outbound traffic, whose remote port is the server's.
    """

    def __init__(self, rules: Iterable[CompiledRule], *, outbound: bool = False) -> None:
        self._outbound = outbound
        self._by_port: dict[tuple[int, int], list[tuple[int, CompiledRule]]] = {}
        self._by_program: dict[tuple[int | None, str | None], list[tuple[int, CompiledRule]]] = {}
        self._packaged: list[tuple[int, CompiledRule]] = []
        self._packaged_blocks: list[tuple[int, CompiledRule]] = []
        for position, compiled in enumerate(rules):
            self._put(position, compiled)

    def _put(self, position: int, compiled: CompiledRule) -> None:
        rule = compiled.rule
        ports = rule.remote_ports if self._outbound else rule.local_ports
        numbers = ports.numbers
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
            for port in numbers:
                self._by_port.setdefault((rule.protocol, port), []).append((position, compiled))
            return
        self._by_program.setdefault((rule.protocol, compiled.program), []).append(
            (position, compiled)
        )

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
        program = traffic.plain_program
        if program is None:
            for (each, _unused), group in self._by_program.items():
                if each is None or each == protocol:
                    yield group
            return
        for each in (protocol, None):
            for name in (program, None):
                yield self._by_program.get((each, name), [])
