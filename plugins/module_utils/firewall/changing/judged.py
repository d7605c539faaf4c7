# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The effects of changed rules, and what is read of the host to tell them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...asked.ports import PortSet
from ...ground.model import OwnAddress, Protocol
from ...host.host import Host, HostError
from ...pc import networks
from ...pc.snapshot import SnapshotRequest, take
from ...words.phrases import Phrase
from ..effects import effect
from ..effects.model import Effect, Lack
from ..effects.parts_of_traffic import in_one
from ..judging.reading import FirewallReading
from ..judging.traffic import Listener
from ..policy.vocabulary import TCP, UDP
from ..reach.exposure import listeners
from .wishes import Change


class Near:
    """The host's own addresses, which are read at most once, and only where something depends on
    them."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._found: tuple[OwnAddress, ...] | None = None

    def addresses(self) -> tuple[OwnAddress, ...]:
        """The addresses; empty if the host does not tell. Raises HostError."""
        if self._found is None:
            # Whoever needs them says what it can't tell without.
            self._found, _notes = networks.read_addresses(self._host)
        return self._found

    @property
    def known(self) -> tuple[OwnAddress, ...]:
        """Those that were read already."""
        return self._found or ()


def judged(
    host: Host, planned: Iterable[Change], after: FirewallReading, near: Near
) -> tuple[tuple[Change, ...], FirewallReading]:
    """The changes with their effects, and the host with what was read to tell them. Nothing is read
    that would not tell more."""
    after = after.with_addresses(near.known)
    found = tuple(replace(each, effect=_effect(each, after)) for each in planned)
    if any(_lacks(each, Lack.ADDRESSES) for each in found):
        try:
            after = after.with_addresses(near.addresses())
        except HostError as error:
            # The rules are as they were asked for; what they do stays unknown.
            return found, _noted(after, error)
        found = tuple(
            replace(each, effect=_effect(each, after)) if _lacks(each, Lack.ADDRESSES) else each
            for each in found
        )
    doubtful = [each for each in found if _lacks(each, Lack.LISTENERS)]
    try:
        held = _held(host, doubtful)
    except HostError as error:
        return found, _noted(after, error)
    if held:
        found = tuple(
            replace(each, effect=_effect(each, after, held)) if each in doubtful else each
            for each in found
        )
    return found, after


def _noted(after: FirewallReading, error: HostError) -> FirewallReading:
    note = Phrase("effect.unread", {"error": error.phrase})
    return replace(after, notes=(*after.notes, note))


def _lacks(change: Change, what: Lack) -> bool:
    return change.effect is not None and what in change.effect.lacks


def _effect(change: Change, after: FirewallReading, held: Iterable[Listener] = ()) -> Effect | None:
    rule, present = change.judged
    return None if rule is None else effect.judge(rule, after, present=present, held=held)


def _held(host: Host, doubtful: Iterable[Change]) -> tuple[Listener, ...]:
    """What listens at the ports of inbound rules for any program. Other rules may be for single
    programs, so it matters which one listens. Raises HostError."""
    ports, protocols, services = PortSet(), set(), False
    for each in doubtful:
        rule, _present = each.judged
        if rule is not None and rule.protocol in (TCP, UDP):
            ports = ports.union(rule.local_ports.numbers)
            protocols.add(Protocol.TCP if rule.protocol == TCP else Protocol.UDP)
            services = services or _lacks(each, Lack.SERVICES)
    if not ports:
        return ()
    snapshot = take(host, SnapshotRequest(ports, frozenset(protocols), services=services))
    return in_one(listener for _endpoint, listener in listeners(snapshot))
