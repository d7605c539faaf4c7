# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sets the category of a network, and waits until Windows uses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from ....host.host import Host, HostError
from ....pc.networks import read_addresses
from ....words.phrases import Phrase, Value, in_turn
from ....wsman.cim import classes
from ....wsman.soap.faults import FaultKind
from ...changing.changes import flows_to
from ...changing.moves.broken_off import ChangeError
from ...networks.network import NETWORK_CATEGORIES
from . import plan as plans
from . import reading
from .model import Connected, WantedCategory, word
from .plan import CategoryPlan

__all__ = ["Done", "WantedCategory", "make"]

_NUMBERS = {profile: number for number, profile in NETWORK_CATEGORIES.items()}
# Seconds before the second look at a new category; they double.
_PAUSE, _LONGEST_PAUSE = 0.25, 2.0
# Faults of a change that may have been made anyway: it took too long to answer, or the answer
# failed.
_MAY_BE_DONE = frozenset({FaultKind.TIMED_OUT, FaultKind.ENVELOPE_SIZE, FaultKind.OTHER})


@dataclass(frozen=True)
class Done:
    """What became of a task.

    Attributes:
        plan: what it does, or would do.
        before, after: all networks of the host; the same if nothing was changed.
        predicted: the change was not made, since only its result was asked for.
    """

    plan: CategoryPlan
    before: tuple[Connected, ...]
    after: tuple[Connected, ...]
    predicted: bool = False
    also: tuple[Connected, ...] = field(default=())


def make(host: Host, wanted: WantedCategory, *, check: bool = False) -> Done:
    """Give a network the category that a task asks for.

    Args:
        check: change nothing, but report what would change.

    Raises:
        HostError: the host could not be read; nothing was changed.
        ChangeError: it is impossible, refused, or did not come about.
    """
    before = reading.networks(host)
    plan = plans.begin(reading.chosen(host, before, wanted), wanted, host.name)
    if not plan.changes:
        return Done(plan, before, before)
    around = reading.surroundings(host, firewall=not wanted.force)
    plan = plans.with_policies(plan, around.policies)
    if around.firewall is not None:
        find_flows = cache(lambda: flows_to(host, around.winrm))
        find_addresses = cache(lambda: read_addresses(host)[0])
        plan = plans.guarded(plan, around.firewall, find_flows, find_addresses, host.name)
    if check:
        return Done(plan, before, before, predicted=True)
    after = _change(host, plan, wanted.timeout)
    return Done(plan, before, after, also=_others(plan, before, after))


def _others(
    plan: CategoryPlan, before: Sequence[Connected], after: Sequence[Connected]
) -> tuple[Connected, ...]:
    """The other networks whose category has changed meanwhile, as they are now."""
    was = {each.instance_id: each.category for each in before}
    return tuple(
        each
        for each in after
        if each.instance_id != plan.network.instance_id
        and was.get(each.instance_id, each.category) is not each.category
    )


def _change(host: Host, plan: CategoryPlan, seconds: float) -> tuple[Connected, ...]:
    """All networks, once Windows uses the new category. Raises ChangeError."""
    reference = classes.NET_CONNECTION_PROFILE.reference([("InstanceID", plan.network.instance_id)])
    values = {"NetworkCategory": _NUMBERS[plan.category]}
    doubt: HostError | None = None
    try:
        host.put(classes.NET_CONNECTION_PROFILE, reference, values)
    except HostError as error:
        if error.kind is FaultKind.ACCESS_DENIED:
            raise _denied(host, plan, error) from error
        if error.kind is not None and error.kind not in _MAY_BE_DONE:
            raise ChangeError(error.in_full()) from error
        # Whether it was carried out, only another look can tell: there was no answer, or none that
        # can be read.
        doubt = error
    return _settled(host, plan, seconds, doubt)


def _settled(
    host: Host, plan: CategoryPlan, seconds: float, doubt: HostError | None
) -> tuple[Connected, ...]:
    pause, end = _PAUSE, host.clock.monotonic() + seconds
    while True:
        try:
            found = reading.networks(host)
        except (HostError, ChangeError) as error:
            raise _unknown(host, plan, error, doubt) from error
        now = next((each for each in found if each.instance_id == plan.network.instance_id), None)
        if now is None:
            raise ChangeError(Phrase("category.gone", _values(host, plan)), changed=True)
        if now.category is plan.category:
            return found
        left = end - host.clock.monotonic()
        if left <= 0:
            raise _kept(host, plan, now, seconds, doubt)
        host.clock.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)


def _values(host: Host, plan: CategoryPlan) -> dict[str, Value]:
    return {
        "network": plan.network.phrase,
        "host": host.name,
        "category": word(plan.category),
    }


def _denied(host: Host, plan: CategoryPlan, error: HostError) -> ChangeError:
    """What Windows says has three possible causes, of which two are known by then."""
    values = _values(host, plan)
    if plan.policies:
        values["policies"] = plans.told(plan.policies)
    key = "category.denied_by_policy" if plan.policies else "category.denied"
    return ChangeError(in_turn(Phrase(key, values), error.in_full()))


def _kept(
    host: Host, plan: CategoryPlan, now: Connected, seconds: float, doubt: HostError | None
) -> ChangeError:
    """The network has another category than was set."""
    changed = now.category is not plan.network.category
    if doubt is not None:
        # It answers again, so it is not unreachable, whatever became of the first answer.
        still: dict[str, Value] = {"network": now.phrase, "category": word(now.category)}
        return ChangeError(in_turn(doubt.in_full(), Phrase("category.is", still)), changed=changed)
    values = _values(host, plan) | {"now": word(now.category), "seconds": f"{seconds:g}"}
    if plan.policies:
        values["policies"] = plans.told(plan.policies)
    key = "category.kept_by_policy" if plan.policies else "category.kept"
    return ChangeError(Phrase(key, values), changed=changed)


def _unknown(
    host: Host, plan: CategoryPlan, error: HostError | ChangeError, doubt: HostError | None
) -> ChangeError:
    """The category could not be read back."""
    first = None if doubt is None else doubt.phrase
    values = _values(host, plan) | {"error": error.phrase}
    key = "category.not_read_back" if doubt is None else "category.not_found_out"
    return ChangeError(
        in_turn(first, Phrase(key, values)),
        # As far as anybody knows.
        changed=True,
        unreachable=error.unreachable,
    )
