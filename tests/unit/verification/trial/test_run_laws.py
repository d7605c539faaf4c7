# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every course of a trial, whatever a host answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.writer import (
    rule_reference,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.names import ascii_lower
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.asks import (
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
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.run import (
    TrialOutcome,
    TrialResult,
    trial,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.steps import (
    FILTER_CLASSES,
    GROUP,
    NAME,
    RULE_IDS,
    WRITTEN,
    StepName,
    is_named_by_trial,
    is_ours,
    rule_in,
)
from unit.verification.trial.simulated_trial import order

OURS = FirewallRule("", name=NAME, group=GROUP, active=False)
RULES = st.builds(
    replace,
    st.sampled_from(
        [OURS, OURS, replace(OURS, active=True), replace(OURS, name="Mine"), FirewallRule("")]
    ),
    rule_id=st.sampled_from([*RULE_IDS, "other"]),
)
FAILED = st.builds(
    Failed,
    problem=st.just("no"),
    unreachable=st.booleans(),
    refused=st.booleans(),
    not_found=st.booleans(),
    exists=st.booleans(),
)
FOUND = {
    ascii_lower(name): WRITTEN[name].reference((("CreationClassName", f"x|{name}"),))
    for name in FILTER_CLASSES
}
ANSWERS: Mapping[type, st.SearchStrategy[Answer]] = {
    ReadRules: st.lists(RULES, max_size=2, unique_by=lambda each: each.rule_id).map(tuple),
    Create: st.none(),
    FindFilters: st.sets(st.sampled_from(sorted(FOUND))).map(
        lambda names: {name: FOUND[name] for name in names}
    ),
    Put: st.none(),
    Disable: st.sampled_from([None, 0, 5]),
    Delete: st.none(),
    ReadInstance: st.just({}),
}


@dataclass
class Course:
    """A trial that has ended: what it asked for, with the answers, and its result."""

    result: TrialResult
    said: list[tuple[Ask, Answer]] = field(default_factory=list)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Trials on hosts that may answer anything. One in several answers is a failure."""
    running = trial(order())
    said: list[tuple[Ask, Answer]] = []
    answer: Answer = None
    while True:
        try:
            ask = running.send(answer)
        except StopIteration as end:
            return Course(end.value, said)
        fails = draw(st.integers(0, 5)) == 0
        answer = draw(FAILED if fails else ANSWERS[type(ask)])
        said.append((ask, answer))
        assert len(said) < 100


@given(courses())
def test_nothing_enables_a_rule(course: Course) -> None:
    for ask, _answer in course.said:
        if isinstance(ask, Create):
            assert ask.values["Enabled"] == 2
            assert ask.values["InstanceID"] in RULE_IDS
            assert "Enabled" not in ask.options
        elif isinstance(ask, Put):
            assert ask.values.get("Enabled", 2) == 2


@given(courses())
def test_only_rules_of_the_trial_and_filters_that_it_was_shown_are_written(course: Course) -> None:
    own = [rule_reference(rule_id) for rule_id in RULE_IDS]
    shown = list(own)
    for ask, answer in course.said:
        if isinstance(ask, FindFilters) and isinstance(answer, dict):
            shown += answer.values()
        if isinstance(ask, Put):
            assert ask.reference in shown
        elif isinstance(ask, (Delete, Disable)):
            assert ask.reference in own


@given(courses())
def test_nothing_is_written_beside_a_rule_of_somebody_else(course: Course) -> None:
    """Nor is it deleted."""
    _ask, first = course.said[0]
    known = first if isinstance(first, tuple) else ()
    foreign = [each for each in known if each.rule_id in RULE_IDS and not is_ours(each)]
    if foreign or isinstance(first, Failed):
        assert len(course.said) == 1
        assert course.result.problem is not None
        assert not course.result.wrote
    for rule_id in RULE_IDS:
        mine = rule_in(known, rule_id) is not None
        for ask, answer in course.said:
            if isinstance(ask, Create) and ask.values["InstanceID"] == rule_id:
                mine = not (isinstance(answer, Failed) and answer.exists)
            elif isinstance(ask, Delete) and ask.reference == rule_reference(rule_id):
                assert mine


@given(courses())
def test_what_was_created_is_deleted_or_reported(course: Course) -> None:
    for rule_id in RULE_IDS:
        created = [
            number
            for number, (ask, answer) in enumerate(course.said)
            if isinstance(ask, Create)
            and ask.values["InstanceID"] == rule_id
            and not isinstance(answer, Failed)
        ]
        if not created:
            continue
        after = course.said[created[-1] + 1 :]
        deletions = [
            number
            for number, (ask, _answer) in enumerate(after)
            if isinstance(ask, Delete) and ask.reference == rule_reference(rule_id)
        ]
        assert deletions
        ask, last = after[deletions[-1] + 1]
        assert isinstance(ask, ReadRules)
        gone = isinstance(last, tuple) and rule_in(last, rule_id) is None
        shown = gone and not isinstance(after[deletions[-1] + 2][1], Failed)
        assert (rule_id in course.result.left) == (not gone or shown)


@given(courses())
def test_a_rule_of_the_trial_that_was_seen_last_is_reported(course: Course) -> None:
    """Also one that the host has enabled, or whose creation it has not answered."""
    for rule_id in RULE_IDS:
        created = [
            number
            for number, (ask, answer) in enumerate(course.said)
            if isinstance(ask, Create)
            and ask.values["InstanceID"] == rule_id
            and not (isinstance(answer, Failed) and answer.exists)
        ]
        readings = [
            rules
            for ask, rules in course.said[created[-1] if created else len(course.said) :]
            if isinstance(ask, ReadRules) and isinstance(rules, tuple)
        ]
        # The second rule is created after the last reading that is about the first.
        if rule_id != RULE_IDS[-1] or not readings:
            continue
        found = rule_in(readings[-1], rule_id)
        if found is not None and is_named_by_trial(found):
            assert rule_id in course.result.left
            assert (rule_id in course.result.by_hand) >= found.enabled


@given(courses())
def test_after_a_rule_is_seen_enabled_it_is_deleted_with_the_next_request(course: Course) -> None:
    for number, (ask, answer) in enumerate(course.said[:-1]):
        if not isinstance(ask, ReadRules) or not isinstance(answer, tuple) or not number:
            continue
        before, told = course.said[number - 1]
        rule_id = before.values["InstanceID"] if isinstance(before, Create) else None
        if rule_id is None or (isinstance(told, Failed) and told.exists):
            continue
        found = rule_in(answer, str(rule_id))
        if found is not None and found.enabled and is_named_by_trial(found):
            assert isinstance(course.said[number + 1][0], Delete)


@given(courses())
def test_a_result_has_every_step_once_or_says_why_none_was_begun(course: Course) -> None:
    names = [each.name for each in course.result.steps]
    if course.result.problem is None and not course.result.left:
        assert names == list(StepName)
    assert names in ([], list(StepName))
    for each in course.result.steps:
        if each.outcome is TrialOutcome.WORKS and each.name is not StepName.FILTERS:
            assert each.by_cim is not False
            assert each.by_registry
        if each.by_registry and each.by_cim:
            # Of a deletion, the first answer counts.
            assert each.outcome is TrialOutcome.WORKS or "delete" in each.name
        assert each.problem is not None or each.outcome in (
            TrialOutcome.WORKS,
            TrialOutcome.SKIPPED,
        )
    writes = (Create, Put, Disable, Delete)
    assert course.result.wrote == any(isinstance(ask, writes) for ask, _answer in course.said)
