# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the local values of profiles, reads them back, and takes everything back if one of them
can't be written.

All values of a profile go in one request, so that an interruption leaves it as it was or as it was
planned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....host.host import Host, HostError
from ....words.phrases import Joined, Phrase, Value, in_turn
from ....wsman.cim import classes
from ....wsman.cim.objects import Reference
from ...changing.moves.broken_off import ChangeError, Standing
from ...changing.writer import StepError
from ...judging.decision import profile_phrase
from ...policy.environment import Environment
from ...policy.vocabulary import Profile
from .options import BY_NAME, worded
from .plan import ProfilePlan, going_back, not_as_before
from .reading import Values, read_local

_INSTANCE = "MSFT|FW|FirewallProfile|"


def carry_out(host: Host, plans: Sequence[ProfilePlan], environment: Environment) -> None:
    """Write what is planned, and read it back.

    Args:
        plans: those of a task, in their order; one without a change is only reported.
        environment: where Windows is, to compare paths.

    Raises:
        ChangeError: a profile is not as planned. What was begun was taken back, as far as
            possible.
    """
    _Run(host, plans, environment).carry_out()


class _Run:
    def __init__(self, host: Host, plans: Sequence[ProfilePlan], environment: Environment) -> None:
        self._host = host
        self._plans = plans
        self._environment = environment
        self._begun: list[ProfilePlan] = []
        #: The local values as they were last read; None if anything was sent since then.
        self._now: Mapping[Profile, Values] | None = {each.profile: each.before for each in plans}

    def carry_out(self) -> None:
        for plan in self._plans:
            if not plan.changed:
                continue
            self._begun.append(plan)
            try:
                self._put(plan.profile, plan.written)
            except HostError as error:
                self._recover(plan, error)
        try:
            self._read()
        except HostError as error:
            self._recover(None, error)
        missing = [(plan, self._missing(plan)) for plan in self._begun if self._missing(plan)]
        if missing:
            raise self._given_up(in_turn(*(self._not_stored(*each) for each in missing)))

    def _put(self, profile: Profile, values: Values) -> None:
        self._now = None
        written = {
            BY_NAME[name].cim_property: BY_NAME[name].to_cim(each) for name, each in values.items()
        }
        self._host.put(classes.NET_FIREWALL_PROFILE, _reference(profile), written)

    def _read(self) -> None:
        self._now = read_local(self._host)

    def _found(self, plan: ProfilePlan) -> Values:
        return (self._now or {})[plan.profile]

    def _missing(self, plan: ProfilePlan) -> tuple[str, ...]:
        return plan.unlike(self._found(plan), self._environment)

    # -- when something fails ------------------------------------------------------------------

    def _recover(self, failed: ProfilePlan | None, error: HostError) -> None:
        """Go on if the step that failed turns out to be done, or a second reading succeeds.
        Otherwise take everything back. Raises ChangeError."""
        told = StepError.of(error).phrase
        try:
            self._read()
        except HostError as second:
            said = in_turn(told, Phrase("left.not_found_out", {"error": second.phrase}))
            raise self._broken_off(
                in_turn(said, self._may_be_changed()),
                unreachable=error.unreachable or second.unreachable,
            ) from error
        if failed is None or not self._missing(failed):
            return
        raise self._given_up(told) from error

    def _given_up(self, problem: Value) -> ChangeError:
        """The error of a task that can't be completed, after what it had begun was taken back."""
        try:
            for plan in reversed(self._begun):
                self._take_back(plan)
            if self._now is None:
                self._read()
        except HostError as error:
            failed = Phrase("left.not_taken_back", {"error": error.phrase})
            said = in_turn(problem, failed, self._may_be_changed())
            return self._broken_off(said, unreachable=error.unreachable)
        return self._broken_off(in_turn(problem, *map(self._left, self._begun)))

    def _take_back(self, plan: ProfilePlan) -> None:
        if self._now is None:
            self._read()
        values = going_back(plan, self._found(plan), self._environment)
        if not values:
            return
        try:
            self._put(plan.profile, values)
        except HostError as error:
            # The others may still succeed, and the next reading tells what became of this one.
            if error.unreachable:
                raise

    def _broken_off(self, said: Value, *, unreachable: bool = False) -> ChangeError:
        standings = {plan.profile: self._standing(plan) for plan in self._plans}
        # What may be changed counts as changed: handlers had better run once too often.
        changed = any(each is not Standing.UNCHANGED for each in standings.values())
        return ChangeError(said, changed=changed, unreachable=unreachable, profiles=standings)

    def _standing(self, plan: ProfilePlan) -> Standing:
        if plan not in self._begun:
            return Standing.UNCHANGED
        if self._now is None:
            return Standing.UNKNOWN
        if not not_as_before(plan, self._found(plan), self._environment):
            return Standing.UNCHANGED
        return Standing.INCOMPLETE if self._missing(plan) else Standing.CHANGED

    # -- in words ------------------------------------------------------------------------------

    def _left(self, plan: ProfilePlan) -> Phrase:
        values: dict[str, Value] = {"profile": profile_phrase(plan.profile)}
        left = not_as_before(plan, self._found(plan), self._environment)
        if not left:
            return Phrase("profile.as_before", values)
        options = Joined(left, "list.separator")
        return Phrase("profile.not_put_back", values | {"options": options})

    def _may_be_changed(self) -> Phrase:
        names = tuple(profile_phrase(each.profile) for each in self._begun)
        return Phrase("profile.may_be_changed", {"profiles": names})

    def _not_stored(self, plan: ProfilePlan, missing: Sequence[str]) -> Phrase:
        found = self._found(plan)
        differences = tuple(
            Phrase(
                "left.differs",
                {
                    "property": name,
                    "found": worded(found[name]) if name in found else Phrase("profile.unknown"),
                    "wanted": worded(plan.asked[name]),
                },
            )
            for name in missing
        )
        values: dict[str, Value] = {
            "profile": profile_phrase(plan.profile),
            "host": self._host.name,
            "url": self._host.url,
            "differences": Joined(differences, "list.separator"),
        }
        return Phrase("profile.not_stored", values)


def _reference(profile: Profile) -> Reference:
    """The reference of a profile, made of its name: nothing that a host says is put into it."""
    return classes.NET_FIREWALL_PROFILE.reference([("InstanceID", _INSTANCE + profile.word)])
