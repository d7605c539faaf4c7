# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What would have to stop for a holder to let go of its ports, and whether that is expected."""

from __future__ import annotations

from ...ground.model import Process, Service, Snapshot
from ...ground.names import name_key, same_name, same_program
from ...ground.text import for_display
from ...pc.holders import (
    IIS_SERVICE,
    IIS_WORKER,
    Holder,
    HolderKind,
    SystemPort,
    behind_http_sys,
    heirs_of,
)
from .model import Guard, Means, Refusal, Request, Surroundings, Target, service_title


def choose(
    snapshot: Snapshot, holder: Holder, request: Request, surroundings: Surroundings
) -> list[Target | Refusal]:
    """What to stop for a holder. Raises nothing.

    For process 4 that may be several services and programs, or none: it is never stopped itself,
    and what it holds the ports for only where a person has named it.
    """
    if holder.kind is HolderKind.SYSTEM:
        return _choose_for_system(snapshot, holder, request, surroundings)
    if holder.kind is HolderKind.ORPHANED:
        return _choose_for_orphan(snapshot, holder, request, surroundings)
    return [_choose(holder, request, surroundings)]


def orphan_text(holder: Holder) -> str:
    """Why the ports of a process that has ended are held, and what to do, in sentences."""
    why = (
        f"The process {holder.pid}, which opened the port, has ended, and the port is held all the "
        "same: another process has inherited the socket."
    )
    if not holder.heirs:
        return (
            f"{why} No process that it started itself is still there. What those have started may "
            "hold it, which Windows does not tell. Restart the host to release it."
        )
    heirs = [f"{for_display(each.name, 80)} (PID {each.pid})" for each in holder.heirs]
    shown = ", ".join(heirs[:10]) + (f" and {len(heirs) - 10} more" if len(heirs) > 10 else "")
    return (
        f"{why} Of the processes that it started, these are still there: {shown}. Find out what "
        "they are, and name in expected_process those that may be ended. If the port is held even "
        "then, restart the host."
    )


def is_named(service: Service, request: Request) -> bool:
    """Whether a person has named this service, by name or display name."""
    names = {name_key(service.name), name_key(service.display_name)}
    return any(name_key(each.strip()) in names for each in request.expected_service)


def is_program(process: Process, expected: str) -> bool:
    """Whether a process runs this program: a name, with or without ``.exe``, or a full path."""
    wanted = expected.strip().replace("/", "\\")
    if "\\" in wanted:
        return process.path is not None and same_name(process.path, wanted)
    return same_program(wanted, process.name)


def _choose(holder: Holder, request: Request, surroundings: Surroundings) -> Target | Refusal:
    if holder.kind is HolderKind.IDLE:
        return Refusal(
            holder,
            Guard.WINDOWS_ITSELF,
            "What is left of ended processes holds the port (PID 0). Wait until Windows lets go of "
            "it, or restart the host.",
        )
    if holder.kind is HolderKind.UNKNOWN:
        return Refusal(
            holder,
            Guard.UNKNOWN_PROCESS,
            "The host does not tell which process holds the port. Connect as an administrator.",
        )
    if holder.process is None:
        return Refusal(
            holder,
            Guard.ENDED,
            f"The process {holder.pid} ended while the host was read. Run the task again.",
        )
    named = _named(holder, request, surroundings)
    programs = request.expected_process
    if (programs and not any(is_program(holder.process, each) for each in programs)) or (
        request.expected_service and not named
    ):
        return Refusal(holder, Guard.NOT_EXPECTED, _unexpected(holder, request))
    if _is_iis_worker(holder) and not named:
        return Refusal(
            holder,
            Guard.IIS_WORKER,
            f"{holder.title} is a worker of IIS, which would start another one. Stop the site or "
            f"its application pool, or name the service {IIS_SERVICE} in expected_service.",
        )
    if request.means is Means.TERMINATE:
        return _process(holder, request)
    if named or len(holder.services) == 1:
        return Target(holder, named or holder.services)
    if holder.services:
        return Refusal(
            holder,
            Guard.SEVERAL_SERVICES,
            f"{holder.title} runs several services: {service_names(holder)}. Which of them holds "
            "the port, Windows does not say: name it in expected_service.",
        )
    if request.means is Means.SERVICE:
        return Refusal(
            holder,
            Guard.NOT_A_SERVICE,
            f"{holder.title} is no service. Use the method auto or terminate.",
        )
    return _process(holder, request)


def service_names(holder: Holder) -> str:
    """The names of the services that run in a holder, for a message."""
    return ", ".join(for_display(each.name, 80) for each in holder.services)


def _process(holder: Holder, request: Request) -> Target | Refusal:
    if request.restart:
        return Refusal(
            holder,
            Guard.NOT_A_SERVICE,
            f"{holder.title} would be ended as a process, and only services can be started again. "
            "Use the state free.",
        )
    return Target(holder)


def _named(holder: Holder, request: Request, surroundings: Surroundings) -> tuple[Service, ...]:
    """The services of a holder that a person has named. They may also be what started the process:
    the service whose program runs its work in a process of its own, and for a worker of IIS the
    World Wide Web Publishing Service."""
    candidates = holder.services
    if request.means is not Means.TERMINATE:
        candidates += holder.parent_services
        if _is_iis_worker(holder):
            candidates += _known(surroundings, IIS_SERVICE)
    return tuple(each for each in candidates if is_named(each, request))


def _choose_for_system(
    snapshot: Snapshot, holder: Holder, request: Request, surroundings: Surroundings
) -> list[Target | Refusal]:
    if not request.expected_process and not request.expected_service:
        return [_never(holder, holder.system)]
    choices = [_choose(each, request, surroundings) for each in behind_http_sys(snapshot, holder)]
    services: dict[str, Service] = {}
    unreleased = []
    for port in holder.system:
        if port.behind:
            continue
        named = [
            service
            for name in port.releases
            for service in _known(surroundings, name)
            if is_named(service, request) and request.means is not Means.TERMINATE
        ]
        services.update((name_key(each.name), each) for each in named)
        if not named:
            unreleased.append(port)
    if unreleased:
        choices.append(_never(holder, tuple(unreleased)))
    elif services:
        choices.append(Target(holder, tuple(services.values())))
    return choices


def _choose_for_orphan(
    snapshot: Snapshot, holder: Holder, request: Request, surroundings: Surroundings
) -> list[Target | Refusal]:
    """Which of its heirs has the socket, Windows does not say: only those that a person has named
    are stopped."""
    choices: list[Target | Refusal] = []
    if request.expected_process or request.expected_service:
        for heir in heirs_of(snapshot, holder):
            choice = _choose(heir, request, surroundings)
            if isinstance(choice, Target) or choice.guard is not Guard.NOT_EXPECTED:
                choices.append(choice)
    return choices or [Refusal(holder, Guard.ORPHANED, orphan_text(holder))]


def _never(holder: Holder, ports: tuple[SystemPort, ...]) -> Refusal:
    reasons = " ".join(
        f"Port {port.port[1]}/{port.port[0].value} is held by {port.owner}. {port.remedy}"
        for port in ports
    )
    nameable = any(port.behind or port.releases for port in ports)
    hint = " Or name it in expected_service or expected_process." if nameable else ""
    message = f"{holder.title} is never stopped. {reasons}{hint}"
    return Refusal(holder, Guard.WINDOWS_ITSELF, message)


def _known(surroundings: Surroundings, name: str) -> tuple[Service, ...]:
    return tuple(each for each in surroundings.services if same_name(each.name, name))


def _is_iis_worker(holder: Holder) -> bool:
    return (
        holder.through_http_sys
        and holder.process is not None
        and same_name(holder.process.name, IIS_WORKER)
    )


def _unexpected(holder: Holder, request: Request) -> str:
    expected = " or ".join(
        for_display(each, 100) for each in (*request.expected_process, *request.expected_service)
    )
    services = ", ".join(service_title(each) for each in holder.services)
    runs = f", which runs {services}," if services else ""
    return (
        f"{holder.title}{runs} holds the port, and {expected} is expected. Find out what it is, "
        "and correct what is expected."
    )
