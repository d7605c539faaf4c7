# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a service can be stopped and started in the state that it is in.

States are those of Win32_Service.State. Windows sends no stop to a service that has stopped, starts
or stops (documentation of ControlService, ERROR_SERVICE_CANNOT_ACCEPT_CTRL), and none to one that
does not take it (Win32_Service.AcceptStop). Its answers are then 5 and 4 (documentation of
Win32_Service.StopService). A service in a pending state mostly takes nothing until it has reached
the next one.
"""

from __future__ import annotations

from ...ground.model import Service
from ...pc.launchers import is_part_of_windows
from .model import Request, StartMode, as_start_mode, service_title

# How a service has ended that has not been started since Windows has: ERROR_SERVICE_NEVER_STARTED.
NEVER_STARTED = 1077
# The code of its own stands in ServiceSpecificExitCode: ERROR_SERVICE_SPECIFIC_ERROR.
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
    """Whether it is on the way to a state in which it may take a stop, and takes none now."""
    return state_of(service) in _BETWEEN and not service.accepts_stop


def starts_by_itself(service: Service) -> bool:
    """Whether it is on the way to run."""
    return state_of(service) in {"start pending", "continue pending"}


def is_paused(service: Service) -> bool:
    """Whether it does not run until somebody resumes it."""
    return state_of(service) in {"paused", "pause pending"}


def never_takes_stop(service: Service) -> bool:
    """Whether it has reached a state, and takes no stop in it."""
    return (
        service.accepts_stop is False
        and not has_stopped(service)
        and state_of(service) not in _BETWEEN | {STOPPING}
    )


def may_have_been_stopped(service: Service) -> bool:
    """Whether a service that depends on another one may have been stopped for its sake by a run
    that was interrupted: it starts with Windows, and has stopped although it was started."""
    return (
        has_stopped(service)
        and as_start_mode(service.start_mode) is StartMode.AUTOMATIC
        and service.exit_code not in (None, NEVER_STARTED)
    )


def why_not_stopped(service: Service, request: Request, named: bool) -> str:
    """Why a stop of this service can't succeed, and what to do, in sentences; empty where it can.
    `named` says that it would get the start mode that is asked for."""
    if not never_takes_stop(service):
        return ""
    title = service_title(service)
    text = f"Would not stop: the service {title} runs and takes no stop from anybody."
    mode = request.start_mode if named else None
    if not request.reboot and is_part_of_windows(service):
        return f"{text} It is a part of Windows: leave it, and choose another port."
    if not request.reboot:
        return (
            f"{text} If it belongs to a security product, use its own console. Otherwise end its "
            "process with the method terminate, or set its start mode to disabled and restart "
            "Windows (reboot: if_needed)."
        )
    if (mode or as_start_mode(service.start_mode)) is StartMode.AUTOMATIC:
        return (
            f"{text} A restart of Windows would not help: {title} starts with it. Set start_mode "
            "to manual or disabled."
        )
    return ""


def stop_remark(service: Service, request: Request) -> str:
    """What is to be known of a stop beforehand, in sentences; empty where there is nothing."""
    title = service_title(service)
    if takes_stop_later(service):
        return (
            f"The service {title} would not stop at once: its state is {service.state}, in which "
            "it takes no stop. The task sends the stop as soon as the service takes it, within the "
            "timeout."
        )
    if state_of(service) == STOPPING:
        return (
            f"The service {title} is stopping already ({service.state}): the task sends no stop, "
            "and waits for it within the timeout."
        )
    if never_takes_stop(service) and request.reboot:
        return f"The service {title} takes no stop: Windows would be restarted (reboot: if_needed)."
    return ""


def started_too_remark(service: Service) -> str:
    """What is to be known of the start of a service that nobody has named."""
    return (
        f"The service {service_title(service)} starts automatically, depends on a service that is "
        "named, and has stopped: it is started too, because a run that was interrupted may have "
        "stopped it. If it is to stay stopped, set its start mode to manual."
    )


def wait_remark(service: Service) -> str:
    """What is to be known of a named service that is on its way to run."""
    return (
        f"The service {service_title(service)} does not run yet ({service.state}): it is waited "
        "for within the timeout."
    )


def why_not_started(service: Service, request: Request, named: bool) -> str:
    """Why a start of this service can't succeed, and what to do; empty where it may."""
    mode = (request.start_mode if named else None) or as_start_mode(service.start_mode)
    if mode is not StartMode.DISABLED:
        return ""
    title = service_title(service)
    text = f"Would not start: the service {title} is disabled."
    if named:
        return f"{text} Give start_mode manual or auto."
    return f"{text} It would stop and stay so: set its start mode to manual or auto first."
