# SPDX-License-Identifier: GPL-3.0-or-later
"""How an unkind host answers: where all variations are applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import TypeAlias

from winsim.cim import CimClass
from winsim.exchange import read_target
from winsim.faults import FaultError
from winsim.soap import Element, Request
from winsim.unkind import (
    asking,
    delivery,
    faults,
    messages,
    output,
    refusals,
    running,
    values,
    writing,
)
from winsim.unkind.about import About
from winsim.unkind.tree import read
from winsim.wsman import Caller, Reply, Service

Variation: TypeAlias = Callable[[Element, Random, About], None]

#: In the order in which they are applied.
VARIATIONS: tuple[Variation, ...] = (
    values.whole_instances,
    values.absent_nulls,
    values.nil_arrays,
    values.nil_spelling,
    values.cim_moments,
    values.moments,
    values.bare_moments,
    values.addresses,
    values.booleans,
    values.numbers,
    values.typed_properties,
    values.property_order,
    values.no_types,
    messages.context_at_end,
    messages.expiry,
    messages.more_parts,
    messages.address,
    messages.reference_parameters,
    messages.put_without_instance,
    messages.returned_or_not,
    messages.output_of_class,
    messages.relationship,
    messages.no_language,
    messages.more_headers,
    messages.header_order,
    faults.omi_error,
    values.other_numbers,
    faults.no_fault_detail,
    faults.no_extended_error,
    faults.detail_order,
    faults.fault_language,
    faults.more_reasons,
    messages.blanks_around_uris,
)
_OFTEN, _SELDOM = 0.4, 0.08


class Unkind:
    """The manner of one host. `hard`: with refusals too that no client gets over."""

    def __init__(self, seed: int, *, hard: bool = False) -> None:
        self.seed = seed
        self._refusals = refusals.GENTLE + (refusals.HARD if hard else ())
        self._number = 0
        self._contexts = asking.Contexts()
        #: Answers to Receive that are still to be sent, by the command.
        self._kept: dict[str, list[Element]] = {}
        #: Whether the last answer was a refusal, after which none follows.
        self._refused = False

    def answer(
        self,
        service: Service,
        request: Request,
        caller: Caller,
        injected: Mapping[str, str],
        plainly: Callable[[Request, Caller, Mapping[str, str]], Reply],
    ) -> Reply:
        """The answer of `service`, which `plainly` gives, in another form."""
        self._number += 1
        random = self._randoms(service)
        real = self._contexts.asked(request)
        about = About.of(request, classes_of(service, real))
        fault = self._refusal(request, random)
        if fault is not None:
            root = read(service.fault_plainly(request, caller, fault).text)
            return self._written(root, 500, request, about, random)
        waiting = self._kept.get(_command_of(request))
        if waiting:
            root = output.addressed(waiting.pop(0), request.message_id)
            return self._written(root, 200, request, about, random)
        conduct = running.conduct(request, random("conduct"))
        reply = plainly(self._asked(service, real, random), caller, {**conduct, **injected})
        late = running.taken_late(request, random("taken_late"))
        if reply.status == 200 and late is not None:
            reply = service.fault_plainly(request, caller, late)
        root = read(reply.text)
        self._contexts.answered(request, root, random("contexts"))
        if request.verb == "Receive" and reply.status == 200:
            root, *self._kept[_command_of(request)] = output.in_pieces(root, random("in_pieces"))
        return self._written(root, reply.status, request, about, random)

    def told(self, service: Service, request: Request, reply: Reply) -> Reply:
        """An answer that asks nothing of the service, in another form."""
        self._number += 1
        random = self._randoms(service)
        return self._written(read(reply.text), reply.status, request, About(request), random)

    def waits(self, service: Service, request: Request) -> bool:
        """Whether an answer comes only when there is something to say."""
        return not running.early(request, self._randoms(service)("early"))

    def meant(self, request: Request) -> Request:
        """The request with the context by which the service knows its enumeration."""
        return self._contexts.asked(request)

    def rows(self, service: Service, items: Iterator[str]) -> Iterator[str]:
        """The items of an enumeration in another order."""
        return asking.rows(items, self._randoms(service)("rows"))

    def _randoms(self, service: Service) -> Callable[[str], Random]:
        """One for each name, so that a new variation changes no other."""
        about = f"{self.seed} {service.machine.name} {self._number}"
        return lambda name: Random(f"{about} {name}")

    def _refusal(self, request: Request, random: Callable[[str], Random]) -> FaultError | None:
        if self._refused:
            self._refused = False
            return None
        for refusal in self._refusals:
            chosen = random(refusal.__name__)
            if chosen.random() < _SELDOM:
                fault = refusal(request, chosen)
                self._refused = fault is not None
                if fault is not None:
                    return fault
        return None

    def _asked(
        self, service: Service, request: Request, random: Callable[[str], Random]
    ) -> Request:
        if not service.cuts_pages:
            return request
        if request.verb in {"Enumerate", "Pull"} and self._contexts.patient(request):
            for change in (asking.no_items_yet, asking.small_page):
                chosen = random(change.__name__)
                if chosen.random() < _OFTEN:
                    request = change(request, chosen)
        return request

    def _written(
        self,
        root: Element,
        status: int,
        request: Request,
        about: About,
        random: Callable[[str], Random],
    ) -> Reply:
        for variation in VARIATIONS:
            chosen = random(variation.__name__)
            if chosen.random() < _OFTEN:
                variation(root, chosen, about)
        style = writing.style(random("style"))
        text = writing.write(root, style, random("write"), request.charset)
        return Reply(
            status if status == 200 else delivery.fault_status(random("fault_status")),
            text,
            chunks=delivery.chunks(random("chunks")),
            last=delivery.last(random("last")),
            content_type=delivery.content_type(random("content_type")),
        )


def classes_of(service: Service, request: Request) -> tuple[CimClass, ...]:
    """The classes that the answer to a request may have instances of."""
    name = service.asked_class(request)
    try:
        target = read_target(request.resource_uri, request.selectors)
    except FaultError:
        return ()
    if not name:
        return ()
    return tuple(service.repository.derived(target.namespace, name, service.machine))


def _command_of(request: Request) -> str:
    """The id of the command whose output a request asks for; empty for another request."""
    if request.verb != "Receive" or request.body is None:
        return ""
    desired = next(iter(request.body), None)
    return (desired.get("CommandId", "") if desired is not None else "").upper()
