# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who has a port: whether that is the expected program, and how to free the port from others."""

from __future__ import annotations

import ntpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ...asked.ports import PortSet
from ...ground.model import PortRange, Service
from ...ground.names import name_key, same_program
from ...pc.holders import (
    IIS_SERVICE,
    IIS_WORKER,
    Holder,
    HolderKind,
    SystemPort,
    behind_http_sys,
    described,
    find_holders,
)
from ...stopping.choosing.model import StopRequest, Surroundings
from ...stopping.choosing.plan import make_plan
from ...stopping.choosing.targets import is_program
from ...words.phrases import Phrase, Value
from .listening import Listening, Reach
from .model import Cause, CauseKind, Remedy, RemedyTask, Situation, WantedPort, cause_of

# The World Wide Web Publishing Service, and the one that starts its workers.
_IIS = frozenset({name_key(IIS_SERVICE), "was"})

# No healthy host has more processes on one port.
_MOST_OTHERS = 20

PORT_PROCESS = "portkeeper.windows.port_process"


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
    others = [each for each in holders if each.pid in in_the_way and not expected[each.pid]]
    others = others[:_MOST_OTHERS]
    unknown = [each for each in others if expected[each.pid] is None]
    causes = [_in_use(situation, wanted, each) for each in others if each not in unknown]
    causes += [_unknown(wanted, each) for each in unknown]
    return Holding(holders, mine, tuple(causes))


def reserved_ranges(situation: Situation, wanted: WantedPort) -> tuple[PortRange, ...]:
    """The excluded ranges that contain a port."""
    return tuple(
        each
        for each in situation.snapshot.reserved
        if each.protocol is wanted.protocol and wanted.port in each
    )


def nobody(wanted: WantedPort, reserved: Iterable[PortRange]) -> Cause:
    """The cause if no program has a port: Windows reserves it, or nothing has been started.

    A range that an administrator has excluded is only left out when Windows chooses a port at
    random; a program that asks for one of its ports gets it (KB 3039044 has an example). Ranges
    without that mark belong to some program, and a bind fails with WSAEACCES.
    """
    kept = next((each for each in reserved if not each.administered), None)
    values: dict[str, Value] = {"port": wanted.label, "number": wanted.port}
    if kept is not None:
        values["range"] = str(kept.start) if kept.start == kept.end else f"{kept.start}-{kept.end}"
        return cause_of(CauseKind.RESERVED, values)
    if wanted.expected_process:
        values["expected"] = " / ".join(wanted.expected_process)
    remedy = "start_expected" if wanted.expected_process else "start_program"
    return cause_of(CauseKind.NOTHING_LISTENS, values, remedy=remedy)


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
        behind = behind_http_sys(situation.snapshot, holder)
        programs += [each.process for each in behind if each.process]
        # The first request starts the worker of IIS; until then its services wait.
        if any(map(_is_iis, behind)) and _names_iis_worker(wanted):
            return True
    if any(is_program(each, name) for each in programs for name in wanted.expected_process):
        return True
    if holder.kind in (HolderKind.UNKNOWN, HolderKind.ENDED):
        return None
    if holder.kind is HolderKind.SYSTEM and _may_serve_anybody(situation, holder.system):
        return None
    return False


def _is_iis(holder: Holder) -> bool:
    """Whether http.sys listens for IIS: for one of its workers or, while there is none, for the
    services that start them."""
    name = name_key(holder.process.name) if holder.process else ""
    services = {name_key(each.name) for each in holder.services}
    return holder.through_http_sys and (name == IIS_WORKER or not services.isdisjoint(_IIS))


def _names_iis_worker(wanted: WantedPort) -> bool:
    names = (ntpath.basename(each) for each in wanted.expected_process)
    return any(same_program(name, IIS_WORKER) for name in names)


def _may_serve_anybody(situation: Situation, ports: Iterable[SystemPort]) -> bool:
    """Whether http.sys may listen for an unknown program: its URLs could not be read, or the
    process of one of them is unknown."""
    return not situation.urls_read or any(port.urls and not port.behind for port in ports)


def _in_use(situation: Situation, wanted: WantedPort, holder: Holder) -> Cause:
    values: dict[str, Value] = {
        "port": wanted.label,
        "holder": described(situation.snapshot, holder),
        "expected": " / ".join(wanted.expected_process),
    }
    unexpected = bool(wanted.expected_process) and not wanted.free
    task = _freeing(situation, wanted, holder)
    if holder.kind is HolderKind.ORPHANED:
        key = "remedy.restart_for_socket" if task is None else "remedy.end_heirs"
    elif task is not None:
        key = "remedy.stop_holder"
    elif holder.kind is HolderKind.SHARED_SERVICES:
        key = "remedy.name_the_service"
    else:
        key = "remedy.choose_another_port"
    remedies = [Remedy(Phrase(key, values), task)]
    text = "not_expected" if unexpected else "in_use"
    return cause_of(CauseKind.IN_USE_BY_OTHER, values, remedies, text=text)


def _unknown(wanted: WantedPort, holder: Holder) -> Cause:
    remedy = "run_again" if holder.kind is HolderKind.ENDED else "look_at_holder"
    return cause_of(CauseKind.HOLDER_UNKNOWN, {"port": wanted.label}, remedy=remedy)


def _freeing(situation: Situation, wanted: WantedPort, holder: Holder) -> RemedyTask | None:
    """The task that stops a holder, if port_process would do so without force."""
    services: list[str] = []
    programs: list[str] = []
    # A driver that serves no process keeps its ports when its service stops, some until Windows
    # restarts.
    behind = behind_http_sys(situation.snapshot, holder)
    if holder.kind is HolderKind.ORPHANED:
        programs += [each.name for each in holder.heirs]
    for each in behind if holder.kind is HolderKind.SYSTEM else (holder,):
        if _is_iis(each):
            services.append(IIS_SERVICE)
        elif len(each.services) > 1:
            return None  # it is unknown which of them it is for
        elif each.services:
            services.append(each.services[0].name)
        elif each.process is not None:
            programs.append(each.process.name)
    services, programs = list(dict.fromkeys(services)), list(dict.fromkeys(programs))
    request = StopRequest(expected_process=tuple(programs), expected_service=tuple(services))
    known = [each for running in situation.snapshot.services.values() for each in running]
    names = {name_key(each.name) for each in known}
    known += [Service(each, each, "Running") for each in services if name_key(each) not in names]
    if not programs and not services:
        return None
    around = Surroundings(services=tuple(known))
    if situation.firewall is not None:
        windows = situation.firewall.environment.windows_directory
        around = replace(around, system_directory=windows.rstrip("\\") + "\\System32")
    plan = make_plan(situation.snapshot, [holder], request, around)
    if plan.refusals or not plan.steps:
        return None
    options: dict[str, object] = {"ports": wanted.port, "protocols": [wanted.protocol.value]}
    if programs:
        options["expected_process"] = programs
    if services:
        options["expected_service"] = services
    return RemedyTask(Phrase("task.free_port", {"port": wanted.label}), PORT_PROCESS, options)
