# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a service can be stopped or started in its current state.

States are those of Win32_Service.State. Windows does not send a stop to a service that has stopped,
is starting or is stopping (documentation of ControlService, ERROR_SERVICE_CANNOT_ACCEPT_CTRL), or
to one that does not accept it (Win32_Service.AcceptStop). It then answers 5 and 4 (documentation of
Win32_Service.StopService). A service in a pending state usually accepts nothing until it reaches
the next one.
"""

from __future__ import annotations

from ...firewall.policy import products
from ...ground.model import Service
from ...pc.launchers import is_part_of_windows
from ...words.phrases import Phrase, Sentences, Single, Value
from .model import StartMode, StopRequest, as_start_mode, service_title

# The exit code of a service that has not been started since Windows was:
# ERROR_SERVICE_NEVER_STARTED.
NEVER_STARTED = 1077
# Its own code is in ServiceSpecificExitCode: ERROR_SERVICE_SPECIFIC_ERROR.
SPECIFIC_ERROR = 1066

STOPPED, STOPPING, RUNNING = "stopped", "stop pending", "running"
_BETWEEN = frozenset({"start pending", "continue pending", "pause pending"})


def state_of(service: Service) -> str:
    """Its state in lower case."""
    return service.state.strip().lower()


def has_stopped(service: Service) -> bool:
    """Whether it does not run."""
    return state_of(service) == STOPPED


def takes_stop_later(service: Service) -> bool:
    """Whether it accepts no stop now, but is on its way to a state in which it may."""
    return state_of(service) in _BETWEEN and not service.accepts_stop


def starts_by_itself(service: Service) -> bool:
    """Whether it is about to run."""
    return state_of(service) in {"start pending", "continue pending"}


def is_paused(service: Service) -> bool:
    """Whether it is paused until someone resumes it."""
    return state_of(service) in {"paused", "pause pending"}


def never_takes_stop(service: Service) -> bool:
    """Whether it has reached a state in which it accepts no stop."""
    return (
        service.accepts_stop is False
        and not has_stopped(service)
        and state_of(service) not in _BETWEEN | {STOPPING}
    )


def may_have_been_stopped(service: Service) -> bool:
    """Whether an interrupted run may have stopped this service because it depends on another: it
    starts with Windows, and has stopped although it was started."""
    return (
        has_stopped(service)
        and as_start_mode(service.start_mode) is StartMode.AUTOMATIC
        and service.exit_code not in (None, NEVER_STARTED)
    )


def state_title(state: str) -> Single:
    """A state of ``state_of`` in a message: its name in Windows, if it is a known one."""
    known = state in _BETWEEN | {STOPPED, STOPPING, RUNNING, "paused", "unknown", "not there"}
    return Phrase(f"service_state.{state.replace(' ', '_')}") if known else state


def why_not_stopped(service: Service, request: StopRequest, named: bool) -> Sentences | None:
    """Why stopping this service can't succeed, and what to do; None if it can. `named` says that it
    would get the requested start mode."""
    if not never_takes_stop(service):
        return None
    mode = request.start_mode if named else None
    if not request.reboot:
        if is_part_of_windows(service):
            return _would_not_stop(service, "leave_it")
        product = products.of_service(service.name)
        if product is not None:
            return _would_not_stop(service, "use_its_console", product=product)
        return _would_not_stop(service, "terminate_or_disable")
    if (mode or as_start_mode(service.start_mode)) is StartMode.AUTOMATIC:
        return _would_not_stop(service, "starts_with_windows")
    return None


def _would_not_stop(service: Service, remedy: str, **more: Value) -> Sentences:
    values = _of(service) | more
    return Sentences((Phrase("obstacle.no_stop", values), Phrase(f"obstacle.{remedy}", values)))


def _of(service: Service) -> dict[str, Value]:
    return {"service": service_title(service), "state": state_title(state_of(service))}


def stop_remark(service: Service, request: StopRequest) -> Phrase | None:
    """What a person should know before the stop; None if there is nothing."""
    if takes_stop_later(service):
        return Phrase("remark.stops_later", _of(service))
    if state_of(service) == STOPPING:
        return Phrase("remark.stops_already", _of(service))
    if never_takes_stop(service) and request.reboot:
        return Phrase("remark.stops_with_windows", _of(service))
    return None


def started_too_remark(service: Service) -> Phrase:
    """What a person should know about the start of a service that was not named."""
    return Phrase("remark.started_too", _of(service))


def wait_remark(service: Service) -> Phrase:
    """What a person should know about a named service that is about to run."""
    return Phrase("remark.waited_for", _of(service))


def why_not_started(service: Service, request: StopRequest, named: bool) -> Sentences | None:
    """Why starting this service can't succeed, and what to do; None if it may."""
    mode = (request.start_mode if named else None) or as_start_mode(service.start_mode)
    if mode is not StartMode.DISABLED:
        return None
    remedy = "give_start_mode" if named else "set_start_mode_first"
    return Sentences((Phrase("obstacle.disabled", _of(service)), Phrase(f"obstacle.{remedy}")))
