# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out single steps of a plan over CIM, and takes them back. What a return value means, and
what to do about it, stands in the errors."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from ...ground.model import Process, Service
from ...ground.names import same_name
from ...host.host import Host, HostError
from ...host.return_codes import Method, Outcome, ReturnCode, explain
from ...pc.snapshot import find_services
from ...wsman.cim import classes, wql
from ...wsman.cim.objects import CimClass, CimValue, Reference
from ...wsman.soap.faults import FaultKind
from ..choosing.model import StartMode, Step, StepAction, as_start_mode, service_title
from ..choosing.readiness import takes_stop_later

# Win32_Process.Terminate, Reason: the exit code that others see. Task Manager gives 1.
EXIT_CODE = 1

# Win32_Service.StopService: the service does not take this control (ERROR_INVALID_SERVICE_CONTROL).
INVALID_CONTROL = 4

# Win32_OperatingSystem.Win32Shutdown, Flags.
RESTART = 2
RESTART_BY_FORCE = 6


class StepError(Exception):
    """A step was not carried out; the text says why and what to do.

    Attributes:
        restart_helps: whether a restart of Windows would do what the step could not.
        take_back: whether the steps before it are to be taken back. They are not where the step may
            still come to be.
        late: whether the time was over before it had come to be.
        code: what the method has returned, where it has.
    """

    def __init__(
        self,
        message: str,
        *,
        restart_helps: bool = False,
        take_back: bool = True,
        late: bool = False,
        code: int | None = None,
    ) -> None:
        super().__init__(message)
        self.restart_helps = restart_helps
        self.take_back = take_back
        self.late = late
        self.code = code


class UnansweredError(Exception):
    """Nobody knows whether a step was carried out: the answer to it is lost, or can't be read. The
    text says what became of the answer."""


def perform(host: Host, step: Step) -> Outcome:
    """Carry out a step. PENDING says that the service has not answered to Windows yet, NOT_NOW that
    nothing was sent to it, because it takes nothing in its state.

    Raises:
        StepError: it did not take place.
        UnansweredError: nobody knows whether it did.
    """
    if step.process is not None:
        return _call(
            host,
            step.description,
            Method.TERMINATE,
            classes.PROCESS,
            _process(step.process),
            {"Reason": EXIT_CODE},
        )
    if step.service is None:
        raise ValueError("a step without a process or a service")
    if step.start_mode is not None:
        return _change_start_mode(host, step.description, step.service, step.start_mode)
    stops = step.action is StepAction.STOP_SERVICE
    method = Method.STOP_SERVICE if stops else Method.START_SERVICE
    try:
        return _call(host, step.description, method, classes.SERVICE, _service(step.service), {})
    except StepError as error:
        # That is also the answer of a service that is about to pause or to continue.
        if stops and error.code == INVALID_CONTROL and takes_stop_later(step.service):
            return Outcome.NOT_NOW
        raise


def take_back(host: Host, step: Step) -> bool:
    """Ask to undo a step that was carried out; False where that can't be. That a service runs again
    is to be read.

    Raises:
        StepError: it can be, but was not possible.
    """
    if step.service is None:
        return False
    earlier = as_start_mode(step.service.start_mode)
    try:
        if step.action is StepAction.STOP_SERVICE:
            what = f"start the service {service_title(step.service)} again"
            reference = _service(step.service)
            outcome = _call(host, what, Method.START_SERVICE, classes.SERVICE, reference, {})
        elif step.action is StepAction.CHANGE_START_MODE and earlier is not None:
            what = f"set the start mode of the service {service_title(step.service)} back"
            outcome = _change_start_mode(host, what, step.service, earlier)
        else:
            return False
    except UnansweredError as error:
        raise StepError(f"{error} It is not known whether it was done all the same.") from error
    if outcome is Outcome.NOT_NOW:
        raise StepError(
            f"Could not {what} on {host.name}: in the state that it is in, it can't be started or "
            "stopped. Look at it in the Services console."
        )
    return True


def restart_windows(host: Host, force: bool) -> None:
    """Ask Windows to restart. Returns also where the answer is lost, as it is wont to be.

    Raises:
        StepError: it refuses.
    """
    flags: dict[str, CimValue] = {"Flags": RESTART_BY_FORCE if force else RESTART, "Reserved": 0}
    with suppress(UnansweredError):
        _call(host, "restart Windows", Method.SHUT_DOWN, classes.OPERATING_SYSTEM, None, flags)


def read_service(host: Host, service: Service) -> Service | None:
    """The service as it is now, None where it is not there any more. Raises HostError."""
    found = find_services(host, wql.equals("Name", service.name), ends=True)
    return next((each for each in found if same_name(each.name, service.name)), None)


def _change_start_mode(host: Host, what: str, service: Service, mode: StartMode) -> Outcome:
    reference = _service(service)
    arguments: dict[str, CimValue] = {"StartMode": mode.value}
    return _call(host, what, Method.CHANGE_START_MODE, classes.SERVICE, reference, arguments)


def _call(
    host: Host,
    what: str,
    method: Method,
    cim_class: CimClass,
    reference: Reference | None,
    arguments: Mapping[str, CimValue],
) -> Outcome:
    try:
        result = host.invoke(cim_class, reference, method.value, arguments)
    except HostError as error:
        # Only a fault tells that the host has understood and not done it, and not this one.
        if error.fault is None or error.kind is FaultKind.TIMED_OUT:
            raise UnansweredError(str(error)) from error
        if method is Method.TERMINATE and error.kind is FaultKind.NOT_FOUND:
            return Outcome.ALREADY
        raise StepError(str(error)) from error
    # Some methods return nothing where they succeed.
    code = explain(method, result.return_value or 0)
    if code.outcome is Outcome.FAILED:
        failure = _failure(host, what, code)
        raise StepError(failure, restart_helps=code.restart_helps, code=code.value)
    return code.outcome


def _failure(host: Host, what: str, code: ReturnCode) -> str:
    where = f"{host.name} ({host.url})"
    return f"Could not {what} on {where}: {code.meaning} [{code.value}] {code.remedy}"


def _process(process: Process) -> Reference:
    return classes.PROCESS.reference((("Handle", str(process.pid)),))


def _service(service: Service) -> Reference:
    return classes.SERVICE.reference((("Name", service.name),))
