# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What has to stop so that a holder releases its ports, and whether that is expected."""

from __future__ import annotations

from ...ground.model import Process, Service, Snapshot
from ...ground.names import name_key, same_name, same_program
from ...pc.holders import (
    IIS_SERVICE,
    IIS_WORKER,
    Holder,
    HolderKind,
    SystemPort,
    behind_http_sys,
    heirs_of,
    port_text,
    process_title,
)
from ...words.phrases import Joined, Phrase, Sentences, Single, Value
from .guards import needed_services
from .model import (
    Means,
    Refusal,
    StopGuard,
    StopRequest,
    Surroundings,
    Target,
    listed,
    service_titles,
)

# How many processes that may have inherited a socket one sentence names.
_MOST_HEIRS = 10


def choose(
    snapshot: Snapshot, holder: Holder, request: StopRequest, surroundings: Surroundings
) -> list[Target | Refusal]:
    """What to stop for a holder. Raises nothing.

    For process 4 these may be several services and programs, or none: it is never stopped itself,
    and those for which it holds the ports are stopped only if a person has named them.
    """
    if holder.kind is HolderKind.SYSTEM:
        return _choose_for_system(snapshot, holder, request, surroundings)
    if holder.kind is HolderKind.ORPHANED:
        return _choose_for_orphan(snapshot, holder, request, surroundings)
    return [_choose(holder, request, surroundings)]


def orphan_text(holder: Holder) -> Sentences:
    """Why the ports of an ended process are held, and what to do."""
    why = Phrase("refused.orphaned", {"pid": holder.pid or 0})
    if not holder.heirs:
        return Sentences((why, Phrase("refused.orphaned_alone")))
    heirs = listed(map(process_title, holder.heirs), _MOST_HEIRS)
    return Sentences((why, Phrase("refused.orphaned_with_heirs", {"heirs": heirs})))


def is_named(service: Service, request: StopRequest) -> bool:
    """Whether a person has named this service, by name or display name."""
    names = {name_key(service.name), name_key(service.display_name)}
    return any(name_key(each.strip()) in names for each in request.expected_service)


def is_program(process: Process, expected: str) -> bool:
    """Whether a process runs this program: a name, with or without ``.exe``, or a full path."""
    wanted = expected.strip().replace("/", "\\")
    if "\\" in wanted:
        return process.path is not None and same_name(process.path, wanted)
    return same_program(wanted, process.name)


def _choose(holder: Holder, request: StopRequest, around: Surroundings) -> Target | Refusal:
    if holder.kind is HolderKind.IDLE:
        return Refusal(holder, StopGuard.WINDOWS_ITSELF, Phrase("refused.idle"))
    if holder.kind is HolderKind.UNKNOWN:
        return Refusal(holder, StopGuard.UNKNOWN_PROCESS, Phrase("refused.unknown_process"))
    if holder.process is None:
        text = Phrase("refused.ended", {"pid": holder.pid or 0})
        return Refusal(holder, StopGuard.ENDED, text)
    named = _named(holder, request, around)
    programs = request.expected_process
    if (programs and not any(is_program(holder.process, each) for each in programs)) or (
        request.expected_service and not named
    ):
        return Refusal(holder, StopGuard.NOT_EXPECTED, _unexpected(holder, request))
    if _is_iis_worker(holder) and not named:
        return _refused(holder, StopGuard.IIS_WORKER, service=IIS_SERVICE)
    if request.means is Means.TERMINATE:
        return _process(holder, request)
    if named or len(holder.services) == 1:
        return Target(holder, named or holder.services)
    if holder.services:
        return _one_of_several(holder, around)
    if request.means is Means.SERVICE:
        return _refused(holder, StopGuard.NOT_A_SERVICE)
    return _process(holder, request)


def _one_of_several(holder: Holder, around: Surroundings) -> Refusal:
    """A person has to name the service; those that must not stop are not offered."""
    needed = needed_services(holder, around.system_directory)
    text = "refused.several_services"
    if len(needed) == len(holder.services):
        text = "refused.needed_services"
    elif needed:
        text = "refused.several_services_but"
    values: dict[str, Value] = {
        "holder": holder.title,
        "services": service_names(holder),
        "needed": listed(needed),
    }
    return Refusal(holder, StopGuard.SEVERAL_SERVICES, Phrase(text, values))


def service_names(holder: Holder) -> Joined:
    """The names of the services that run in a holder, for a message."""
    return listed(each.name for each in holder.services)


def _refused(holder: Holder, guard: StopGuard, **values: Value) -> Refusal:
    text = Phrase(f"refused.{guard.value}", {"holder": holder.title, **values})
    return Refusal(holder, guard, text)


def _process(holder: Holder, request: StopRequest) -> Target | Refusal:
    if request.restart:
        text = Phrase("refused.no_service_to_restart", {"holder": holder.title})
        return Refusal(holder, StopGuard.NOT_A_SERVICE, text)
    return Target(holder)


def _named(holder: Holder, request: StopRequest, surroundings: Surroundings) -> tuple[Service, ...]:
    """The services of a holder that a person has named. They may also have started the process: the
    service whose program does its work in a separate process, and for a worker of IIS the World
    Wide Web Publishing Service."""
    candidates = holder.services
    if request.means is not Means.TERMINATE:
        candidates += holder.parent_services
        if _is_iis_worker(holder):
            candidates += _known(surroundings, IIS_SERVICE)
    return tuple(each for each in candidates if is_named(each, request))


def _choose_for_system(
    snapshot: Snapshot, holder: Holder, request: StopRequest, surroundings: Surroundings
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
    snapshot: Snapshot, holder: Holder, request: StopRequest, surroundings: Surroundings
) -> list[Target | Refusal]:
    """Windows does not say which of the heirs has the socket: only those that a person has named
    are stopped."""
    choices: list[Target | Refusal] = []
    if request.expected_process or request.expected_service:
        for heir in heirs_of(snapshot, holder):
            choice = _choose(heir, request, surroundings)
            if isinstance(choice, Target) or choice.guard is not StopGuard.NOT_EXPECTED:
                choices.append(choice)
    return choices or [Refusal(holder, StopGuard.ORPHANED, orphan_text(holder))]


def _never(holder: Holder, ports: tuple[SystemPort, ...]) -> Refusal:
    never = Phrase("refused.never", {"holder": holder.title})
    may_be_named: list[Single] = []
    others: list[Single] = []
    for port in ports:
        nameable = (port.behind or port.releases) and not port.carries_winrm
        values: dict[str, Value] = {"port": port_text(port.port), "owner": port.owner}
        told = may_be_named if nameable else others
        told += [Phrase("refused.port_held_by", values), port.remedy]
    if may_be_named:
        may_be_named.append(Phrase("refused.or_name_it"))
    text = Sentences((never, *may_be_named, *others))
    return Refusal(holder, StopGuard.WINDOWS_ITSELF, text)


def _known(surroundings: Surroundings, name: str) -> tuple[Service, ...]:
    return tuple(each for each in surroundings.services if same_name(each.name, name))


def _is_iis_worker(holder: Holder) -> bool:
    return (
        holder.through_http_sys
        and holder.process is not None
        and same_name(holder.process.name, IIS_WORKER)
    )


def _unexpected(holder: Holder, request: StopRequest) -> Phrase:
    expected = (*request.expected_process, *request.expected_service)
    values: dict[str, Value] = {
        "holder": holder.title,
        "services": service_titles(holder.services),
        "expected": Joined(expected, "list.or"),
    }
    key = "refused.not_expected_service" if holder.services else "refused.not_expected"
    return Phrase(key, values)
