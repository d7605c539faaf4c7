# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out a trial: does what `run` asks for, one thing after the other. It makes no
decisions."""

from __future__ import annotations

from ...firewall.changing.writer import StepError, own_filters
from ...firewall.judging import reading
from ...firewall.policy.stores import Store
from ...host.host import Host, HostError
from ...wsman.cim import classes
from ...wsman.soap.faults import FaultKind
from .asks import (
    Answer,
    Ask,
    Create,
    Delete,
    Disable,
    Failed,
    FindFilters,
    Put,
    ReadInstance,
    ReadRules,
)
from .run import TrialResult, trial
from .steps import WRITTEN, TrialOrder


def carry_out(host: Host, order: TrialOrder) -> TrialResult:
    """Carry out a trial. Raises nothing: the result includes failures, and what is left."""
    course = trial(order)
    answer: Answer = None
    try:
        while True:
            answer = answer_to(host, course.send(answer))
    except StopIteration as end:
        result: TrialResult = end.value
        return result


def answer_to(host: Host, ask: Ask) -> Answer:
    """Do what is asked for. Raises nothing: a failure is also an answer."""
    try:
        return _answer_to(host, ask)
    except HostError as error:
        # Only a fault shows that the host has understood the request and not carried it out, except
        # this one.
        refused = error.fault is not None and error.kind is not FaultKind.TIMED_OUT
        return Failed(
            error.in_full(),
            unreachable=error.unreachable,
            refused=refused,
            not_found=error.kind is FaultKind.NOT_FOUND,
            exists=error.kind is FaultKind.ALREADY_EXISTS,
        )
    except StepError as error:
        return Failed(error.phrase, refused=True)


def _answer_to(host: Host, ask: Ask) -> Answer:
    rule = classes.NET_FIREWALL_RULE
    if isinstance(ask, ReadRules):
        return reading.read_stores_again(host).of(Store.LOCAL)
    if isinstance(ask, Create):
        host.create(rule, ask.values, ask.options)
        return None
    if isinstance(ask, FindFilters):
        return own_filters(host, ask.rule_id)
    if isinstance(ask, Put):
        host.put(WRITTEN[ask.class_name], ask.reference, ask.values)
        return None
    if isinstance(ask, Disable):
        return host.invoke(rule, ask.reference, "Disable").return_value
    if isinstance(ask, Delete):
        host.delete(rule, ask.reference)
        return None
    if isinstance(ask, ReadInstance):
        return host.get(WRITTEN[ask.class_name], ask.reference).values
    raise TypeError(f"{ask!r} is nothing that a host is asked")
