# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out the plans of a task together, and undoes what could not be completed.

One stage of each rule is carried out, then all rules are read at once, and the next stage of a rule
follows only if the rule has the result of its stage: a rule is enabled, or widened, only after it
was read back. Stages end together. Steps that remove something come last, in the order of the task.

If a step fails, the rules are read again, because it is unknown whether the host has carried it
out, and each incomplete rule is restored. An interruption from outside (the timeout of a task)
undoes nothing; the order of the steps ensures that the rule is then no more open than before or
after, and the next run completes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from ...ground.names import name_key
from ...ground.text import for_display
from ...host.host import Host, HostError
from ...words.phrases import Joined, Phrase, PhraseError, Value, Verbatim, in_turn
from ...wsman.soap.faults import FaultKind
from ..judging import reading, winrm_rules
from ..judging.reading import FirewallReading
from ..parts import compare
from ..parts.choices import ENABLED
from ..parts.option import Plain
from ..parts.table import doubts
from ..policy.rule import FirewallRule, Title
from ..policy.stores import FirewallStores, Store
from .moves.steps import CreateRule, Stage
from .plan import RulePlan, not_as, rule_of, taking_back, unwritten
from .writer import StepError, Writer

# How many rules one message names.
_TOLD = 10
# Faults of an operation that may have been carried out anyway: it took too long to answer, or the
# answer failed.
_MAY_BE_DONE = frozenset({FaultKind.TIMED_OUT, FaultKind.ENVELOPE_SIZE, FaultKind.OTHER})


class ApplyError(PhraseError):
    """Plans could not be carried out. The error says why, what happened to the rules, and how to
    mend it.

    Attributes:
        why: the sentences that say why.
        left: those about the rules, which no longer hold if these are written once more; None if
            there are none.
        unreachable: the host no longer answers.
    """

    def __init__(self, why: Value, left: Value | None, *, unreachable: bool = False) -> None:
        super().__init__("left.said", said=in_turn(why, left))
        self.why = why
        self.left = left
        self.unreachable = unreachable


class Run:
    """The changes of a task to the rules of one host.

    Args:
        before: the host as it was first read.
        winrm_ports: the ports of WinRM.

    Attributes:
        stores: the host's stores as they were last read.
    """

    def __init__(self, host: Host, before: FirewallReading, winrm_ports: Collection[int]) -> None:
        self.stores: FirewallStores = before.stores
        self._host = host
        self._environment = before.environment
        self._ports = winrm_ports
        #: By the key of its id: the first plan of each rule that was begun, and its intermediate
        #: states.
        self._first: dict[str, RulePlan] = {}
        #: The keys of the rules that stay as they are if a step fails.
        self._held: set[str] = set()
        self._states: dict[str, list[FirewallRule]] = {}
        #: The keys of the rules for which anything was sent since the stores were read.
        self._uncertain: set[str] = set()

    @property
    def rules(self) -> tuple[FirewallRule, ...]:
        """The local rules as they were last read."""
        return self.stores.of(Store.LOCAL)

    @property
    def created(self) -> frozenset[str]:
        """The keys of the rules that this run has begun to create."""
        return frozenset(key for key, plan in self._first.items() if plan.before is None)

    def has_begun(self, plan: RulePlan) -> bool:
        """Whether anything was sent for this rule."""
        return name_key(plan.rule_id) in self._first

    def is_uncertain(self, plan: RulePlan) -> bool:
        """Whether this rule may differ from the one that was last read."""
        return name_key(plan.rule_id) in self._uncertain

    def carry_out(self, plans: Sequence[RulePlan], *, last: bool) -> Phrase | None:
        """Carry out plans, and read the results.

        Args:
            last: there will be no further attempt.

        Returns:
            Sentences about what is not as planned although the host has accepted every change, or
            about someone else who was quicker. Nothing was undone in that case.

        Raises:
            ApplyError: a step failed. Incomplete changes were undone.
        """
        for batch in self._batches(plans):
            problem = self._together(batch, last)
            if problem is not None:
                return problem
        return None

    def hold(self, plans: Iterable[RulePlan]) -> None:
        """Leave these rules as they are if a step fails: others are gone by then. `undo` restores
        them all the same."""
        self._held |= {name_key(each.rule_id) for each in plans}

    def held(self, plans: Iterable[RulePlan]) -> tuple[FirewallRule, ...]:
        """The rules of some plans that are held and still there."""
        found = (
            rule_of(each, self.rules) for each in plans if name_key(each.rule_id) in self._held
        )
        return tuple(rule for rule in found if rule is not None)

    def take_back(self, plans: Iterable[RulePlan]) -> Value | None:
        """Restore each rule that was begun, and is not as planned.

        Returns:
            Sentences about the outcome; None if there were no such rules.

        Raises:
            HostError, StepError: the outcome is unknown.
        """
        # For a rule that the task names twice, the last plan counts.
        latest = {name_key(plan.rule_id): plan for plan in plans if self.has_begun(plan)}
        unfinished = [
            plan
            for key, plan in latest.items()
            if key not in self._held and unwritten(plan, self.rules, self._environment)
        ]
        back = [made for plan in reversed(unfinished) if (made := self._back(plan)) is not None]
        if back:
            self._lead_back(back)
        return in_turn(*map(self._state, unfinished)) if unfinished else None

    def undo(self) -> Value | None:
        """Restore every rule that was begun, also those that are as planned.

        What was only disabled is enabled first, since it may be what lets WinRM in. The others
        follow once that is as before.

        Returns:
            Sentences about the outcome; None if there were no such rules.

        Raises:
            HostError, StepError: the outcome is unknown.
        """
        if self._uncertain:
            self.read()
        changed = [plan for plan in self._first.values() if self._differs(plan)]
        paused = [plan for plan in changed if self._is_paused(plan)]
        for group in (paused, [plan for plan in changed if plan not in paused]):
            back = [made for plan in reversed(group) if (made := self._back(plan)) is not None]
            if back:
                self._lead_back(back)
            if any(map(self._differs, group)):
                break
        left = [plan for plan in changed if self._differs(plan)]
        if changed and not left:
            return Phrase("left.all_taken_back")
        return in_turn(*map(self._state, left)) if left else None

    def _differs(self, plan: RulePlan) -> bool:
        """Whether a rule is otherwise than before its first plan."""
        return bool(not_as(plan.before, plan, self.rules, self._environment))

    def _is_paused(self, plan: RulePlan) -> bool:
        differences = not_as(plan.before, plan, self.rules, self._environment)
        return [(each.property, each.after) for each in differences] == [(ENABLED.name, True)]

    # -- forwards ------------------------------------------------------------------------------

    def _batches(self, plans: Sequence[RulePlan]) -> Iterator[list[RulePlan]]:
        """Plans that can be carried out together: no two for one rule, and a plan that may cut off
        WinRM only after everything before it is done and read back."""
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

    def _together(self, plans: Sequence[RulePlan], last: bool) -> Phrase | None:
        writer = Writer(self._host)
        rounds = _rounds(plans)
        for due in rounds:
            for plan, stage in due:
                try:
                    self._do(writer, plan, stage)
                except StepError as error:
                    if error.kind is FaultKind.ALREADY_EXISTS and not last:
                        self.read()
                        return error.phrase
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
            except StepError as error:
                refused = error.kind is not None and error.kind not in _MAY_BE_DONE
                if refused and isinstance(move.step, CreateRule) and not begun:
                    # We have created nothing. If a rule has this id, it must stay.
                    del self._first[key], self._states[key]
                    self._uncertain.remove(key)
                if refused and move.state is not None:
                    raise error.with_doubts(doubts(move.state)) from error
                raise

    def read(self) -> None:
        """Read the rules again. Raises HostError."""
        self.stores = reading.read_stores_again(self._host)
        self._uncertain.clear()

    # -- when something fails ------------------------------------------------------------------

    def _recover(
        self,
        plans: Sequence[RulePlan],
        error: StepError | HostError,
        failed: RulePlan | None = None,
        stage: Stage = (),
        *,
        complete: bool = False,
    ) -> None:
        """Restore the host, unless the stage of the failed plan turns out to be done, or only the
        reading failed and a second one succeeded. `complete` says that nothing was left to do then.
        Raises ApplyError."""
        refused = failed is not None and not self.has_begun(failed)
        try:
            if self._uncertain:
                self.read()
            if failed is None or (not refused and not self._missing(failed, stage)):
                return
            left = self.take_back(plans)
        except (HostError, StepError) as second:
            if failed is None and complete:
                begun = [plan for plan in plans if self.has_begun(plan)]
                values: dict[str, Value] = {
                    "error": second.phrase,
                    "host": self._host.name,
                    "rules": _listed(begun),
                }
                told = Phrase("left.not_read_back", values)
                raise ApplyError(told, None, unreachable=second.unreachable) from error
            unknown = Phrase("left.not_found_out", {"error": second.phrase})
            said = in_turn(error.phrase, unknown)
            half_done = self.half_done(plans)
            raise ApplyError(said, half_done, unreachable=second.unreachable) from error
        not_created = None
        if refused and failed is not None:
            not_created = Phrase("left.not_created", {"rule": failed.name})
        raise ApplyError(in_turn(error.phrase, not_created), left) from error

    def _missing(self, plan: RulePlan, stage: Stage) -> tuple[compare.Difference, ...]:
        return not_as(stage[-1].state, plan, self.rules, self._environment)

    def half_done(self, plans: Sequence[RulePlan]) -> Value | None:
        """Sentences that say which rules may be neither as before nor as planned; None if there are
        none."""
        latest = {name_key(plan.rule_id): plan for plan in plans if self.has_begun(plan)}
        found = [
            plan
            for plan in latest.values()
            if self.is_uncertain(plan) or unwritten(plan, self.rules, self._environment)
        ]
        if not found:
            return None
        half_done = Phrase("left.half_done", {"rules": _listed(found)})
        paused = [plan for plan in found if not self._first[name_key(plan.rule_id)].heals]
        if not paused:
            return half_done
        values: dict[str, Value] = {"rules": _listed(paused), "option": "enabled"}
        return in_turn(half_done, Phrase("left.paused", values))

    def _back(self, plan: RulePlan) -> RulePlan | None:
        key = name_key(plan.rule_id)
        found = rule_of(plan, self.rules)
        if found is None or not self._is_ours(key, found):
            return None
        return taking_back(self._first[key], found, self._environment)

    def _is_ours(self, key: str, found: FirewallRule) -> bool:
        """Whether each property of a rule is either as before or as written by this run. Changes by
        someone else are not undone."""
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
                except StepError as error:
                    if error.unreachable:
                        raise
                    # The others may still succeed.
                    going.remove(plan)
            self.read()
            for plan, stage in due:
                if plan in going and self._missing(plan, stage):
                    going.remove(plan)

    # -- in words ------------------------------------------------------------------------------

    def _unstored(self, plan: RulePlan, missing: Sequence[compare.Difference]) -> Phrase:
        differences = tuple(
            Phrase(
                "left.differs",
                {
                    "property": one.property,
                    "found": _shown(one.before),
                    "wanted": _shown(one.after),
                },
            )
            for one in missing
        )
        values: dict[str, Value] = {
            "rule": plan.name,
            "host": self._host.name,
            "url": self._host.url,
            "differences": Joined(differences, "list.separator"),
        }
        return Phrase("left.not_stored", values)

    def _state(self, plan: RulePlan) -> Phrase:
        """A sentence about what happened to a rule that is not as planned."""
        found = rule_of(plan, self.rules)
        before = self._first[name_key(plan.rule_id)].before
        values: dict[str, Value] = {"rule": plan.name}
        if before is None:
            if found is None:
                return Phrase("left.taken_back", values)
            return Phrase("left.there_enabled" if found.enabled else "left.there_disabled", values)
        if found is None:
            return Phrase("left.gone", values)
        differences = compare.differences(found, before, self._environment)
        if not differences:
            return Phrase("left.as_before", values)
        names = Verbatim(", ".join(each.property for each in differences))
        return Phrase("left.not_put_back", values | {"properties": names})


def _rounds(plans: Sequence[RulePlan]) -> list[list[tuple[RulePlan, Stage]]]:
    """The stages that are carried out together, in order; the last stages of all plans are among
    these."""
    most = max((len(plan.stages) for plan in plans), default=0)
    return [
        [(plan, plan.stages[-left]) for plan in plans if len(plan.stages) >= left]
        for left in range(most, 0, -1)
    ]


def _listed(plans: Sequence[RulePlan]) -> Phrase:
    """Rules by their names, as the subject of a sentence."""
    key = "left.rule" if len(plans) == 1 else "left.rules"
    return Phrase(key, {"rules": quoted(plan.name for plan in plans)})


def quoted(names: Iterable[Title]) -> Joined:
    """Names of rules, each once; of very many, only the first."""
    distinct = list(dict.fromkeys(names))
    shown = tuple(Phrase("left.quoted", {"name": name}) for name in distinct[:_TOLD])
    if len(distinct) > _TOLD:
        shown += (Phrase("left.others"),)
    return Joined(shown, "list.separator")


def _shown(value: Plain) -> Value:
    if value is None:
        return Phrase("left.nothing")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return Verbatim(for_display(", ".join(value) if isinstance(value, list) else str(value), 100))
