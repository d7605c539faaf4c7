# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is to be mended on each PC, and the same over all PCs by kind.

A text about a port may name a PID or a rule of its PC, so it stands only beside the PCs of which
it was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ...words.languages import Language
from ...words.phrases import Phrase, render
from ..model import Check, Host, Remedy, State
from ..states import severity, state_of

# What did not come about of itself: for these the account, the certificates or a setting is wrong.
_ACCOUNT = ("authentication", "ticket", "kerberos", "not_tried")
_TLS = ("certificate", "tls", "not_tls", "tls_expected")
_SILENT = ("refused", "unreachable", "no_connection", "timeout", "closed")

_Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps one port of a PC from being ready, or the whole PC: then there is no port.

    `verdict` is that of port_check, or ``unreachable`` or ``failed``; `kind` that of the first
    cause or of the failure, empty if it is unknown. `why` is what was said of this PC.
    """

    port: int | None
    protocol: str | None
    verdict: str
    kind: str
    why: str
    remedies: tuple[Remedy, ...] = ()

    @property
    def state(self) -> State:
        """The state that it makes of a PC."""
        return state_of(self.verdict)


@dataclass(frozen=True, slots=True)
class Variant:
    """PCs of which the same was said. `hosts` are their places in the report."""

    problem: Problem
    hosts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """All that is mended in the same way. `hosts` are the places of the PCs in the report, each
    once; `count` is how many ports of PCs there are, of which a PC may have several."""

    verdict: str
    kind: str
    hosts: tuple[int, ...]
    count: int
    variants: tuple[Variant, ...]


@dataclass(slots=True)
class _Found:
    rank: int
    count: int = 0
    hosts: dict[int, None] = field(default_factory=dict)
    variants: dict[Problem, dict[int, None]] = field(default_factory=dict)


def worst_first(hosts: Iterable[Host]) -> tuple[Host, ...]:
    """PCs in the order of their states, of those in the same the one with the most problems first,
    and otherwise in the order in which they are."""
    return tuple(sorted(hosts, key=lambda host: (severity(host.state), -_count(host))))


def problems(host: Host, language: Language) -> tuple[Problem, ...]:
    """What is to be mended on a PC, the worst first."""
    if host.checks:
        found = (_of_check(check) for check in host.checks if _is_wrong(check))
        return tuple(sorted(found, key=lambda each: severity(each.state)))
    return () if host.state is State.READY else (_of_host(host, language),)


def groups(found: Sequence[Sequence[Problem]]) -> tuple[Group, ...]:
    """The problems of each PC by what mends them. First what helps the most PCs, then the worst."""
    groups_of: dict[_Key, _Found] = {}
    for place, each in enumerate(found):
        for problem in each:
            key = (problem.verdict, problem.kind)
            group = groups_of.setdefault(key, _Found(severity(problem.state)))
            group.count += 1
            group.hosts[place] = None
            group.variants.setdefault(problem, {})[place] = None
    ordered = sorted(groups_of.items(), key=lambda item: (-len(item[1].hosts), item[1].rank))
    return tuple(
        Group(
            *key,
            tuple(group.hosts),
            group.count,
            tuple(
                Variant(problem, tuple(places))
                for problem, places in sorted(group.variants.items(), key=lambda it: -len(it[1]))
            ),
        )
        for key, group in ordered
    )


def reading_remedy(kind: str) -> str | None:
    """The key of what to do about PCs that could not be read for a reason of this kind; None if
    only what was said of each of them tells."""
    for kinds, word in ((_SILENT, "connection"), (_ACCOUNT, "account"), (_TLS, "tls")):
        if kind in kinds:
            return f"report.check_{word}"
    return None


def _count(host: Host) -> int:
    return sum(map(_is_wrong, host.checks))


def _is_wrong(check: Check) -> bool:
    return bool(check.causes) or state_of(check.verdict) is not State.READY


def _of_check(check: Check) -> Problem:
    cause = check.causes[0] if check.causes else None
    kind, why = (cause.kind, cause.text) if cause else ("", check.msg)
    return Problem(check.port, check.protocol, check.verdict, kind, why, check.remedies)


def _of_host(host: Host, language: Language) -> Problem:
    off = host.state is State.UNREACHABLE
    kind = host.failure or ""
    key = reading_remedy(kind or "unreachable" if off else kind)
    remedies = () if key is None else tuple(_remedies(key, language))
    return Problem(
        None, None, "unreachable" if off else "failed", kind, host.message or "", remedies
    )


def _remedies(key: str, language: Language) -> Iterator[Remedy]:
    yield Remedy(render(Phrase(key), language), None)
