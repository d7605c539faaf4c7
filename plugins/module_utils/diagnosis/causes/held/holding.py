# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who has a port, and whether that is the expected program."""

from __future__ import annotations

import ntpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ....asked.ports import PortSet
from ....ground.model import PortRange
from ....ground.names import same_program
from ....pc.behind.relays import PORTPROXY_SERVICE
from ....pc.holders import (
    IIS_WORKER,
    Holder,
    HolderKind,
    SystemPort,
    behind_http_sys,
    find_holders,
)
from ....stopping.choosing.model import Step
from ....stopping.choosing.targets import is_program
from ....words.phrases import Value
from ..model import Cause, CauseKind, Situation, WantedPort, cause_of
from . import behind, freeing
from .freeing import Held
from .listening import Listening, Reach, listeners

# No healthy host has more processes on one port.
_MOST_OTHERS = 20


@dataclass(frozen=True)
class Holding:
    """Who has a port.

    `mine` are the listeners of programs that may have it, `causes` speak of all others.
    """

    holders: tuple[Holder, ...]
    mine: tuple[Listening, ...]
    causes: tuple[Cause, ...]


def judge(situation: Situation, wanted: WantedPort, found: Sequence[Listening]) -> Holding:
    """Separate programs that may have a port from others."""
    holders, mine, others = _apart(situation, wanted, found)
    if not found:
        return Holding(holders, mine, ())
    held = _held(situation, wanted, holders, mine, others)
    causes = [freeing.in_use(held, each) for each in held.others]
    causes += [freeing.bound(held, each) for each in held.bound]
    causes += [_unknown(wanted, each) for each, expected in others if expected is None]
    return Holding(holders, mine, tuple(causes))


def _apart(
    situation: Situation, wanted: WantedPort, found: Sequence[Listening]
) -> tuple[tuple[Holder, ...], tuple[Listening, ...], list[tuple[Holder, bool | None]]]:
    """All holders, the listeners of those that may have the port, and the holders that are in their
    way, each with None if it is unknown whether it may have it."""
    ports = {wanted.protocol: PortSet.of([wanted.port])}
    holders = find_holders(situation.snapshot, ports)
    expected = {each.pid: _is_expected(situation, wanted, each) for each in holders}
    mine = tuple(each for each in found if expected.get(each.endpoint.pid))
    # A listener on another address is not an obstacle to one on the controller's.
    in_the_way = {
        each.endpoint.pid
        for each in found
        if each.reach in (Reach.YES, Reach.PERHAPS) or not mine or wanted.free
    }
    # The one that others reach comes first, not the one with the lowest PID.
    place = {each.endpoint.pid: number for number, each in reversed(list(enumerate(found)))}
    others = [each for each in holders if each.pid in in_the_way and not expected[each.pid]]
    others = sorted(others, key=lambda each: place[each.pid])[:_MOST_OTHERS]
    return holders, mine, [(each, expected[each.pid]) for each in others]


def reserved_ranges(situation: Situation, wanted: WantedPort) -> tuple[PortRange, ...]:
    """The excluded ranges that contain a port."""
    return tuple(
        each
        for each in situation.snapshot.reserved
        if each.protocol is wanted.protocol and wanted.port in each
    )


def nobody(situation: Situation, wanted: WantedPort, reserved: Iterable[PortRange]) -> list[Cause]:
    """The causes if no program listens on a port: another one has bound it, Windows reserves it, or
    nothing has been started.

    A range that an administrator has excluded is only left out when Windows chooses a port at
    random; a program that asks for one of its ports gets it (KB 3039044 has an example). Ranges
    without that mark belong to some program, and a bind fails with WSAEACCES.
    """
    held = _held(situation, wanted)
    if held.bound:
        return [freeing.bound(held, each) for each in held.bound]
    kept = next((each for each in reserved if not each.administered), None)
    values: dict[str, Value] = {"port": wanted.label, "number": wanted.port}
    if kept is not None:
        values |= {"protocol": wanted.protocol.value, "family": kept.family}
        values["range"] = str(kept.start) if kept.start == kept.end else f"{kept.start}-{kept.end}"
        return [cause_of(CauseKind.RESERVED, values)]
    mapping = behind.unserved_mapping(situation, wanted)
    if mapping is not None:
        values |= {"target": mapping.target, "service": PORTPROXY_SERVICE}
        return [
            cause_of(
                CauseKind.NOTHING_LISTENS,
                values,
                text="portproxy_stopped",
                remedy="start_portproxy",
            )
        ]
    if wanted.expected_process:
        values["expected"] = " / ".join(wanted.expected_process)
    remedy = "start_expected" if wanted.expected_process else "start_program"
    return [cause_of(CauseKind.NOTHING_LISTENS, values, remedy=remedy)]


def _is_program_of(wanted: WantedPort, holder: Holder) -> bool:
    process = holder.process
    return process is not None and any(
        is_program(process, each) for each in wanted.expected_process
    )


def _is_expected(situation: Situation, wanted: WantedPort, holder: Holder) -> bool | None:
    """Whether a holder may have the port; None if that is unknown."""
    if wanted.free:
        return False
    if holder.kind is HolderKind.ORPHANED:
        # The process that opened the port is gone: an heir counts only if it is named.
        names = wanted.expected_process
        return any(is_program(heir, name) for heir in holder.heirs for name in names)
    if not wanted.expected_process:
        return True
    programs = [holder.process] if holder.process else []
    if holder.kind is HolderKind.SYSTEM:
        served = behind_http_sys(situation.snapshot, holder)
        programs += [each.process for each in served if each.process]
        # The first request starts the worker of IIS; until then its services wait.
        if any(map(freeing.is_iis, served)) and _names_iis_worker(wanted):
            return True
    if any(is_program(each, name) for each in programs for name in wanted.expected_process):
        return True
    if holder.kind in (HolderKind.UNKNOWN, HolderKind.ENDED):
        return None
    if holder.kind is HolderKind.SYSTEM and _may_serve_anybody(situation, holder.system):
        return None
    return False


def _names_iis_worker(wanted: WantedPort) -> bool:
    names = (ntpath.basename(each) for each in wanted.expected_process)
    return any(same_program(name, IIS_WORKER) for name in names)


def _may_serve_anybody(situation: Situation, ports: Iterable[SystemPort]) -> bool:
    """Whether http.sys may listen for an unknown program: its URLs could not be read, or the
    process of one of them is unknown."""
    return not situation.urls_read or any(port.urls and not port.behind for port in ports)


def interrupting(situation: Situation, wanted: Iterable[WantedPort]) -> tuple[Step, ...]:
    """What the remedies of these ports would stop, and the relays that must not be stopped for
    them: steps that end processes whose other ports a person has to know."""
    steps: list[Step] = []
    for each in wanted:
        apart = _apart(situation, each, listeners(situation, each))
        steps += freeing.interrupted(_held(situation, each, *apart))
    return tuple(steps)


def _held(
    situation: Situation,
    wanted: WantedPort,
    holders: tuple[Holder, ...] = (),
    mine: Sequence[Listening] = (),
    others: Sequence[tuple[Holder, bool | None]] = (),
) -> Held:
    """Who else has a port. What has it without listening is in the way of those who are to listen,
    so it does not matter where the right one does."""
    known = tuple(each for each, expected in others if expected is not None)
    own = {each.endpoint.pid for each in mine}
    bound: list[Holder] = []
    if not mine:
        bound += (
            each
            for each in behind.bound_without_listening(situation, wanted)
            if wanted.free or not _is_program_of(wanted, each)
        )
    held = Held(
        situation,
        wanted,
        (*holders, *bound[:_MOST_OTHERS]),
        known,
        tuple(bound[:_MOST_OTHERS]),
        tuple(each for each in holders if each.pid in own),
    )
    return freeing.with_task(held)


def _unknown(wanted: WantedPort, holder: Holder) -> Cause:
    remedy = "run_again" if holder.kind is HolderKind.ENDED else "look_at_holder"
    return cause_of(CauseKind.HOLDER_UNKNOWN, {"port": wanted.label}, remedy=remedy)
