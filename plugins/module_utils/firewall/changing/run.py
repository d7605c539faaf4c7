# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out the plans of a task together, and takes back what could not be completed.

A stage of each rule is carried out, then the rules are read, once for all of them, and only where a
rule is what its stage leads to the next stage follows: a rule is enabled, or widened, only after it
was read back. Stages end together. What takes something away comes last, in the order of the task.

If a step fails, the rules are read again, because nobody knows whether the host has carried it out,
and each rule that is not complete is led back to what it was. An interruption from outside (the
timeout of a task) takes nothing back; the order of the steps sees to it that the rule is then no
more open than before or after, and the next run completes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from ...ground.names import name_key
from ...ground.text import for_display
from ...host.host import Host, HostError
from ...wsman.soap.faults import FaultKind
from ..judging import reading, winrm_rules
from ..judging.reading import FirewallReading
from ..parts import compare
from ..policy.rule import FirewallRule
from ..policy.stores import FirewallStores, Store
from .apply import Writer, explain
from .plan import RulePlan, not_as, rule_of, taking_back, unwritten
from .steps import CreateRule, Stage

# How many rules one message names.
_TOLD = 10
# Faults of an operation that may have been carried out nevertheless: it took too long to answer, or
# the answer failed.
_MAY_BE_DONE = frozenset({FaultKind.TIMED_OUT, FaultKind.ENVELOPE_SIZE, FaultKind.OTHER})


class ApplyError(Exception):
    """Plans could not be carried out. The text says why, what became of the rules, and how to mend
    it; `unreachable` that the host answers no more."""

    def __init__(self, message: str, *, unreachable: bool = False) -> None:
        super().__init__(message)
        self.unreachable = unreachable


class Run:
    """What a task does to the rules of one host.

    Args:
        before: the host as it was read.
        winrm_ports: where WinRM is reached.

    Attributes:
        stores: the host's stores as they were read last.
        accepted: keys of the rules of which the host has accepted a step since then.
    """

    def __init__(self, host: Host, before: FirewallReading, winrm_ports: Collection[int]) -> None:
        self.stores: FirewallStores = before.stores
        self.accepted: set[str] = set()
        self._host = host
        self._environment = before.environment
        self._ports = winrm_ports
        #: By the key of its id: the first plan of each rule that was begun, and what it has been on
        #: the way.
        self._first: dict[str, RulePlan] = {}
        self._states: dict[str, list[FirewallRule]] = {}
        #: The keys of the rules for which anything was sent since the stores were read.
        self._uncertain: set[str] = set()

    @property
    def rules(self) -> tuple[FirewallRule, ...]:
        """The local rules as they were read last."""
        return self.stores.of(Store.LOCAL)

    @property
    def created(self) -> frozenset[str]:
        """The keys of the rules that this run has begun to create."""
        return frozenset(key for key, plan in self._first.items() if plan.before is None)

    def has_begun(self, plan: RulePlan) -> bool:
        """Whether anything was sent for this rule."""
        return name_key(plan.rule_id) in self._first

    def is_uncertain(self, plan: RulePlan) -> bool:
        """Whether this rule may be another than the one that was read last."""
        return name_key(plan.rule_id) in self._uncertain

    def carry_out(self, plans: Sequence[RulePlan], *, last: bool) -> str | None:
        """Do what plans say, and read what has come of it.

        Args:
            last: nobody will try again.

        Returns:
            What is not as planned although the host has accepted every change, or that somebody
            else was quicker, in a sentence. Nothing was taken back then.

        Raises:
            ApplyError: a step failed. What was not complete was taken back.
        """
        for batch in self._batches(plans):
            problem = self._together(batch, last)
            if problem is not None:
                return problem
        return None

    def take_back(self, plans: Iterable[RulePlan]) -> str:
        """Lead each rule that was begun, and is not as planned, back to what it was.

        Returns:
            What has become of them, in sentences.

        Raises:
            HostError: that could not be found out.
        """
        # A rule that the task names twice is as the last of its plans wants it.
        latest = {name_key(plan.rule_id): plan for plan in plans if self.has_begun(plan)}
        unfinished = [
            plan for plan in latest.values() if unwritten(plan, self.rules, self._environment)
        ]
        back = [made for plan in reversed(unfinished) if (made := self._back(plan)) is not None]
        if back:
            self._lead_back(back)
        return " ".join(f"The rule '{_name(plan)}' {self._state(plan)}" for plan in unfinished)

    # -- forwards ------------------------------------------------------------------------------

    def _batches(self, plans: Sequence[RulePlan]) -> Iterator[list[RulePlan]]:
        """Plans that can be carried out together: not two for one rule, and one that may take
        WinRM's way only when all before it is done and read back."""
        batch: list[RulePlan] = []
        for plan in plans:
            key = name_key(plan.rule_id)
            again = any(name_key(each.rule_id) == key for each in batch)
            serves = plan.before is not None and winrm_rules.lets_in(plan.before, self._ports)
            if batch and (again or serves):
                yield batch
                batch = []
            batch.append(plan)
        if batch:
            yield batch

    def _together(self, plans: Sequence[RulePlan], last: bool) -> str | None:
        writer = Writer(self._host)
        rounds = _rounds(plans)
        for due in rounds:
            for plan, stage in due:
                try:
                    self._do(writer, plan, stage)
                except HostError as error:
                    if error.kind is FaultKind.ALREADY_EXISTS and not last:
                        self.read()
                        return explain(error)
                    self._recover(plans, error, plan, stage)
            try:
                self.read()
            except HostError as error:
                self._recover(plans, error, complete=due == rounds[-1])
            for plan, stage in due:
                missing = self._missing(plan, stage)
                if missing:
                    return self._unstored(plan, missing)
        return None

    def _do(self, writer: Writer, plan: RulePlan, stage: Stage) -> None:
        key = name_key(plan.rule_id)
        for move in stage:
            begun = key in self._first
            self._first.setdefault(key, plan)
            self._states.setdefault(key, []).extend([move.state] if move.state else [])
            self._uncertain.add(key)
            try:
                writer.do(move.step)
            except HostError as error:
                refused = error.fault is not None and error.kind not in _MAY_BE_DONE
                if refused and isinstance(move.step, CreateRule) and not begun:
                    # Nothing of ours is there. What has this id, if anything does, must stay.
                    del self._first[key], self._states[key]
                    self._uncertain.remove(key)
                raise
            self.accepted.add(key)

    def read(self) -> None:
        """Read the rules again. Raises HostError."""
        self.stores = reading.read_stores_again(self._host)
        self._uncertain.clear()
        self.accepted.clear()

    # -- when something fails ------------------------------------------------------------------

    def _recover(
        self,
        plans: Sequence[RulePlan],
        error: HostError,
        failed: RulePlan | None = None,
        stage: Stage = (),
        *,
        complete: bool = False,
    ) -> None:
        """Lead the host back, unless it turns out that the stage of the plan that failed is done,
        or that it was only the reading that failed, which another one made good. `complete` says
        that nothing was left to do then. Raises ApplyError."""
        cause = explain(error)
        refused = failed is not None and not self.has_begun(failed)
        try:
            if self._uncertain:
                self.read()
            if failed is None or (not refused and not self._missing(failed, stage)):
                return
            told = self.take_back(plans)
        except HostError as second:
            if failed is None and complete:
                begun = [plan for plan in plans if self.has_begun(plan)]
                told = (
                    f"{second} {self._host.name} accepted every change, but what has come of it "
                    f"could not be read back. {_listed(begun)} may be as asked for. Run the task "
                    "again to find out."
                )
            else:
                told = (
                    f"{cause} What became of it could not be found out or taken back: {second} "
                    f"{self.half_done(plans)}".rstrip()
                )
            raise ApplyError(told, unreachable=second.unreachable) from error
        if refused and failed is not None:
            told = f"The rule '{_name(failed)}' was not created. {told}"
        raise ApplyError(f"{cause} {told}".rstrip()) from error

    def _missing(self, plan: RulePlan, stage: Stage) -> tuple[compare.Difference, ...]:
        return not_as(stage[-1].state, plan, self.rules, self._environment)

    def half_done(self, plans: Sequence[RulePlan]) -> str:
        """That rules may be neither what they were nor as planned, in sentences."""
        latest = {name_key(plan.rule_id): plan for plan in plans if self.has_begun(plan)}
        found = [
            plan
            for plan in latest.values()
            if self.is_uncertain(plan) or unwritten(plan, self.rules, self._environment)
        ]
        if not found:
            return ""
        told = (
            f"{_listed(found)} may be half done: a new one is then disabled or complete, and a "
            "changed one lets in no more than before and after together. Run the task again, which "
            "completes it."
        )
        paused = [plan for plan in found if not self._first[name_key(plan.rule_id)].heals]
        if paused:
            told += (
                f" {_listed(paused)} may be disabled for the time of the change; the task says "
                "nothing of enabled, so that it has to be enabled in a task of its own."
            )
        return told

    def _back(self, plan: RulePlan) -> RulePlan | None:
        key = name_key(plan.rule_id)
        found = rule_of(plan, self.rules)
        if found is None or not self._is_ours(key, found):
            return None
        return taking_back(self._first[key], found, self._environment)

    def _is_ours(self, key: str, found: FirewallRule) -> bool:
        """Whether a rule is what it was or this run has written, property by property. What
        somebody else has made of it is not taken back."""
        first = self._first[key].before
        known = [
            compare.properties(state) for state in (*self._states[key], *([first] if first else []))
        ]
        return all(
            any(value == each[name] for each in known)
            for name, value in compare.properties(found).items()
        )

    def _lead_back(self, plans: Sequence[RulePlan]) -> None:
        writer = Writer(self._host)
        going = list(plans)
        for due in _rounds(plans):
            for plan, stage in due:
                if plan not in going:
                    continue
                try:
                    for move in stage:
                        self._uncertain.add(name_key(plan.rule_id))
                        writer.do(move.step)
                except HostError as error:
                    if error.unreachable:
                        raise
                    # The others may still succeed.
                    going.remove(plan)
            self.read()
            for plan, stage in due:
                if plan in going and self._missing(plan, stage):
                    going.remove(plan)

    # -- in words ------------------------------------------------------------------------------

    def _unstored(self, plan: RulePlan, missing: Sequence[compare.Difference]) -> str:
        host = self._host
        told = ", ".join(
            f"{one.property} is {_shown(one.before)} instead of {_shown(one.after)}"
            for one in missing
        )
        return (
            f"The rule '{_name(plan)}' is not as asked for, although {host.name} accepted every "
            f"change: in its rule store ({host.url}) {told}. Look for a policy or a program there "
            "that manages the firewall, or for another controller that changes it at the same time."
        )

    def _state(self, plan: RulePlan) -> str:
        """What became of a rule that is not as planned, as the rest of a sentence."""
        found = rule_of(plan, self.rules)
        before = self._first[name_key(plan.rule_id)].before
        if before is None:
            if found is None:
                return "is not there: what was begun was taken back."
            return f"could not be removed again; it is there, {_switched(found)}."
        if found is None:
            return "is gone."
        differences = compare.differences(found, before, self._environment)
        if not differences:
            return "is as it was before."
        names = ", ".join(each.property for each in differences)
        return f"could not be put back: {names} differ from what they were."


def _rounds(plans: Sequence[RulePlan]) -> list[list[tuple[RulePlan, Stage]]]:
    """The stages that are carried out together, in order; the last ones of all plans are."""
    most = max((len(plan.stages) for plan in plans), default=0)
    return [
        [(plan, plan.stages[-left]) for plan in plans if len(plan.stages) >= left]
        for left in range(most, 0, -1)
    ]


def _listed(plans: Sequence[RulePlan]) -> str:
    names = [f"'{_name(plan)}'" for plan in plans]
    shown = ", ".join(names[:_TOLD]) + (", and others," if len(names) > _TOLD else "")
    return f"{'The rule' if len(names) == 1 else 'The rules'} {shown}"


def _name(plan: RulePlan) -> str:
    return for_display(plan.name)


def _switched(rule: FirewallRule) -> str:
    return "enabled" if rule.enabled else "disabled"


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    return for_display(", ".join(value) if isinstance(value, list) else str(value), 100)
