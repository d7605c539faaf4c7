# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out a plan that frees ports: does what `running.run` asks for, one thing after the other.
It makes no decisions.
"""

from __future__ import annotations

from ..ground.model import Process, Service
from ..ground.names import same_name
from ..host.host import Host, HostError
from ..pc.processes import find_services
from ..words.phrases import said
from ..wsman.cim import classes, wql
from ..wsman.cim.objects import CimClass, Reference
from ..wsman.soap.faults import FaultKind
from .choosing.model import StopTask
from .reading import StopSurvey, look, read_windows
from .running.asks import (
    Answer,
    Ask,
    Call,
    Failed,
    Finish,
    Look,
    Observed,
    ReadBootTime,
    ReadService,
    Sleep,
)
from .running.run import advance, begin
from .running.state import StopOrder, StopResult


def carry_out(host: Host, task: StopTask, survey: StopSurvey) -> StopResult:
    """Carry out the plan of a survey. Raises nothing: the result includes failures, and what was
    done until then."""
    order = StopOrder(task, survey.plan, survey.booted, survey.named, host.name, host.url)
    state, ask = begin(order, host.clock.monotonic())
    while not isinstance(ask, Finish):
        answer = answer_to(host, ask)
        state, ask = advance(state, Observed(host.clock.monotonic(), answer))
    return ask.result


def answer_to(host: Host, ask: Ask) -> Answer:
    """Do what is asked for. Raises nothing: a failure is also an answer."""
    if isinstance(ask, Sleep):
        host.clock.sleep(ask.seconds)
        return None
    try:
        return _answer_to(host, ask)
    except HostError as error:
        # Only a fault shows that the host has understood the request and not carried it out, except
        # this one.
        understood = error.fault is not None and error.kind is not FaultKind.TIMED_OUT
        not_found = error.kind is FaultKind.NOT_FOUND
        return Failed(said(error), error.unreachable, understood, not_found)


def _answer_to(host: Host, ask: Ask) -> Answer:
    if isinstance(ask, Look):
        return look(
            host,
            ask.ports,
            connections=ask.connections,
            owners=ask.owners,
            parents=ask.parents,
        )
    if isinstance(ask, ReadService):
        return read_service(host, ask.service)
    if isinstance(ask, ReadBootTime):
        host.restarted()
        return read_windows(host)[1]
    if isinstance(ask, Call):
        cim_class, reference = _target(ask.target)
        result = host.invoke(cim_class, reference, ask.method.value, ask.arguments)
        return result.return_value or 0  # some methods return nothing on success
    raise TypeError(f"{ask!r} is nothing that a host is asked")


def read_service(host: Host, service: Service) -> Service | None:
    """The service as it is now, None if it no longer exists. Raises HostError."""
    found = find_services(host, wql.equals("Name", service.name), ends=True)
    return next((each for each in found if same_name(each.name, service.name)), None)


def _target(target: Process | Service | None) -> tuple[CimClass, Reference | None]:
    if isinstance(target, Process):
        return classes.PROCESS, classes.PROCESS.reference((("Handle", str(target.pid)),))
    if isinstance(target, Service):
        return classes.SERVICE, classes.SERVICE.reference((("Name", target.name),))
    return classes.OPERATING_SYSTEM, None
