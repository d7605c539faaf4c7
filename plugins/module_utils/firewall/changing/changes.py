# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turns a task's wishes for several rules into changes, and reports the results.

All rules are read once, and all plans are made before the first one begins, so that everything that
can be refused is refused before anything changes. `run` carries them out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ...asked.ports import WINRM_PORTS, PortSet
from ...ground.model import Endpoint, Protocol, TcpState
from ...host.host import Host, HostError
from ...pc.holders import is_winrm
from ...pc.programs import running
from ...pc.programs.commands import OutputError
from ...pc.programs.netsh import HTTP_SERVICE_STATE, http_urls
from ...pc.snapshot import SnapshotRequest, take
from ...words.phrases import Phrase, Value, in_turn
from ..judging import reading
from ..judging.reading import FirewallReading
from ..naming import asking
from ..naming.shown import ShownNames
from .carrying import Attempt, to_do
from .judged import Near, judged
from .moves.broken_off import ChangeError, SoFar, Standing
from .plan import PlanOutcome, rule_of
from .run import Run
from .unknown_names import to_ask, to_ask_of_policies
from .winrm_guard import Flow, Guard, flows
from .wishes import (
    Change,
    Wish,
    WishError,
    again,
    names_adapters,
    notes,
    of_their_protocols,
    plans_for,
    wish,
)
from .writer import StepError

__all__ = ["Change", "ChangeError", "Changes", "SoFar", "Standing", "Wish", "make", "wish"]

# WinRM listens there too, for programs on the host itself.
_OF_THE_HOST_ITSELF = (47001,)
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Windows 7 and Server 2008 R2 have the firewall, but not its CIM classes.
_LAST_WITHOUT_CLASSES = (6, 1)


@dataclass(frozen=True)
class Changes:
    """All rules of a task, the host's state afterwards, and sentences for the user."""

    changes: tuple[Change, ...]
    reading: FirewallReading
    notes: tuple[Phrase, ...] = ()

    @property
    def changed(self) -> bool:
        return any(change.outcome is not PlanOutcome.NOTHING for change in self.changes)


def make(
    host: Host,
    wishes: Sequence[Wish],
    *,
    check: bool = False,
    force: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Changes:
    """Change the rules of a host as wished.

    Args:
        check: change nothing, but report what would change.
        force: change even what could cut WinRM off.
        sleep: waits this many seconds; tests pass their own.

    Raises:
        HostError: the host could not be read.
        ChangeError: a wish is impossible, or was not fulfilled.
    """
    wishes = of_their_protocols(wishes)
    known = read_for(host, wishes)
    before, guard = known.before, None if force else known.guard
    try:
        planned, rules = plans_for(wishes, before, guard)
        contradictions = again(wishes, before.with_local_rules(rules))
    except WishError as error:
        raise ChangeError(error.phrase) from error
    if contradictions:
        raise ChangeError(in_turn(*contradictions))
    todo = to_do(planned)
    if todo and not check:
        run = known.run(host)

        def once_more(now: FirewallReading) -> Sequence[Change]:
            return plans_for(wishes, now, guard, run.created)[0]

        def whole() -> bool:
            # A rule that is gone is not made again: what was made in its place stays too.
            return _all_or_none(wishes) and not any(
                rule_of(each, run.rules) is None for each in going
            )

        going = [each for each in todo if each.outcome is PlanOutcome.DELETE]
        Attempt(run, planned, before, whole).carry_out(todo, once_more, sleep)
        after = replace(before, stores=run.stores)
    else:
        after = before.with_local_rules(rules)
    found, after = judged(host, planned, after, known.near)
    return Changes(found, after, tuple(notes(wishes, before, rules)))


def _all_or_none(wishes: Sequence[Wish]) -> bool:
    """Whether a task changes rules of one name together."""
    return any(rule.all_of_a_name for each in wishes if each.present for rule in each.rules)


@dataclass(frozen=True)
class Known:
    """What is known about a host before its rules are changed: its firewall, its own addresses
    where they are asked for, and what keeps a task from cutting off WinRM."""

    before: FirewallReading
    near: Near
    guard: Guard
    winrm: PortSet

    def run(self, host: Host) -> Run:
        """What writes the changes of the task. Raises ChangeError."""
        if _without_classes(self.before):
            raise ChangeError(Phrase("change.no_classes", {"host": host.name}))
        return Run(host, self.before, self.winrm)


def read_for(host: Host, wishes: Sequence[Wish]) -> Known:
    """Read a host for the wishes of a task.

    Raises:
        HostError: the host could not be read.
        ChangeError: its rules can't be changed.
    """
    before, winrm = read_with_ports(host)
    if before.problem is not None:
        values: dict[str, Value] = {"host": host.name, "problem": before.problem}
        raise ChangeError(Phrase("change.unworkable", values))
    if any(map(names_adapters, wishes)):
        before = reading.with_adapters(host, before)
    names, groups = to_ask(wishes, before.local_rules)
    if (names or groups) and not _without_classes(before):
        before = replace(before, shown=_shown(host, names, groups))
    names, groups = to_ask_of_policies(wishes, before)
    if (names or groups) and not _without_classes(before):
        before = replace(before, shown=_shown_of_policies(host, names, groups, before.shown))
    near = Near(host)
    guard = Guard(before, winrm, lambda: flows_to(host, winrm), near.addresses)
    return Known(before, near, guard, winrm)


def _shown(host: Host, names: Sequence[str], groups: Sequence[str]) -> ShownNames:
    """What the host shows its own rules by. Without it, a task could overlook a rule that is there,
    or make a twin of it."""
    try:
        return asking.ask(host, names, groups)
    except HostError as error:
        if error.unreachable:
            raise
        raise ChangeError(StepError.of(error).phrase) from error


def _shown_of_policies(
    host: Host, names: Sequence[str], groups: Sequence[str], shown: ShownNames
) -> ShownNames:
    """The same with what the host shows the rules of policies by. No task changes those, so what
    the host does not tell is left out."""
    try:
        return shown.with_others(asking.ask(host, names, groups, policies=True))
    except HostError as error:
        if error.unreachable:
            raise
        return shown


def _without_classes(before: FirewallReading) -> bool:
    version = before.stores.windows_version
    return version is not None and version <= _LAST_WITHOUT_CLASSES


def winrm_ports(url: str) -> PortSet:
    """The ports of WinRM: its own, and the one that a connection goes to."""
    parts = urlsplit(url)
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    return WINRM_PORTS.union(PortSet.of([port] if port else []))


def ports_of_winrm(url: str, printed: str) -> PortSet:
    """The ports of WinRM, as `winrm_ports`, and those at which http.sys serves it: a router or a
    tunnel may lead the port of the connection to any of them.

    Args:
        printed: what `HTTP_SERVICE_STATE` has printed, empty if it could not be read.
    """
    found = PortSet.of(each.port for each in http_urls(printed) or () if is_winrm(each))
    others = PortSet.of(port for port in found if port not in _OF_THE_HOST_ITSELF)
    return winrm_ports(url).union(others)


def read_with_ports(host: Host) -> tuple[FirewallReading, PortSet]:
    """The firewall of a host, and the ports of WinRM. Raises HostError as `reading.read`."""
    try:
        printed = running.run(host, (reading.PROGRAM, HTTP_SERVICE_STATE), reading.WHAT)
    except OutputError:
        return reading.read(host), winrm_ports(host.url)
    found = reading.read(host, printed.texts[reading.PROGRAM])
    return found, ports_of_winrm(host.url, printed.texts[HTTP_SERVICE_STATE])


def flows_to(host: Host, ports: Collection[int]) -> tuple[Flow, ...]:
    """The connections, as the host sees them, one of which may be that of this task."""
    wanted = SnapshotRequest(
        PortSet.of(ports),
        frozenset({Protocol.TCP}),
        frozenset({TcpState.ESTABLISHED}),
        processes=False,
        services=False,
    )
    found: tuple[Endpoint, ...] = ()
    try:
        found = take(host, wanted).endpoints
    except HostError as error:
        if error.unreachable:
            raise
    return flows(found, ports, host.own[0] if host.own else None, host.peer)
