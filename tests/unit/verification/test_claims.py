# SPDX-License-Identifier: GPL-3.0-or-later
"""Which claims of docs/fidelity.md a host raises, and that its recording shows the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.verification import claims, result
from ansible_collections.portkeeper.windows.plugins.module_utils.verification import (
    reading as readings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.claims import (
    CLAIMS,
    Claim,
    Evidence,
    Grade,
    Standing,
    standing,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.comparison import (
    Comparison,
    Discrepancy,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.reading import (
    HostReadings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial import driver
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.run import (
    StepOutcome,
    TrialOutcome,
    TrialResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.trial.steps import (
    StepName,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase
from unit.rows import each_row
from unit.verification.recorded_pc import Recorded, record, recorded
from winsim import images

NETWORKS = Comparison(Phrase("check.networks"), "CIM", "registry", agreed=1)
OTHER = Comparison(Phrase("check.profiles"), "CIM", "registry", agreed=1)
EXPECTED = Discrepancy("x", "a", None, Phrase("check.other_store"))
FACT = Claim("connection_profiles", Grade.SEEN_ELSEWHERE, ("networks",))
STEPS = Claim("rule_keys", Grade.SEEN_ELSEWHERE, steps=(StepName.PUT_RULE, StepName.DELETE))


@each_row(
    ("comparison", "expected"),
    [
        (NETWORKS, Standing.RAISED),
        (replace(NETWORKS, differences=(EXPECTED,)), Standing.RAISED),
        # Nothing to compare shows nothing.
        (replace(NETWORKS, agreed=0), Standing.STAYS),
        (replace(NETWORKS, problem="unread"), Standing.STAYS),
        (replace(NETWORKS, agreed=0, problem="unread"), Standing.STAYS),
        (
            replace(NETWORKS, agreed=9, differences=(Discrepancy("x", "a", "b"),)),
            Standing.CONTRADICTED,
        ),
        (OTHER, Standing.STAYS),
    ],
)
def test_a_fact_raises_a_claim(comparison: Comparison, expected: Standing) -> None:
    assert standing(FACT, Evidence(HostReadings(), [comparison])) is expected


@each_row("outcome", list(TrialOutcome))
def test_steps_raise_a_claim_only_together(outcome: TrialOutcome) -> None:
    steps = (
        StepOutcome(StepName.PUT_RULE, TrialOutcome.WORKS, by_cim=True),
        StepOutcome(StepName.DELETE, outcome, by_cim=True),
    )
    expected = {
        TrialOutcome.WORKS: Standing.RAISED,
        TrialOutcome.SKIPPED: Standing.STAYS,
        TrialOutcome.UNANSWERED: Standing.STAYS,
    }.get(outcome, Standing.CONTRADICTED)
    assert standing(STEPS, Evidence(HostReadings(), [], TrialResult(steps))) is expected
    assert standing(STEPS, Evidence(HostReadings(), [])) is Standing.STAYS
    alone = TrialResult(steps[:1])
    assert standing(STEPS, Evidence(HostReadings(), [], alone)) is Standing.STAYS


def test_a_step_that_cim_could_not_show_raises_nothing() -> None:
    steps = tuple(StepOutcome(name, TrialOutcome.WORKS, by_registry=True) for name in STEPS.steps)
    assert standing(STEPS, Evidence(HostReadings(), [], TrialResult(steps))) is Standing.STAYS


@pytest.mark.parametrize("observed", [True, False])
def test_what_has_to_be_observed_as_well(observed: bool) -> None:
    claim = replace(FACT, observed=lambda _evidence: observed)
    expected = Standing.RAISED if observed else Standing.STAYS
    assert standing(claim, Evidence(HostReadings(), [NETWORKS])) is expected
    disagreeing = replace(NETWORKS, differences=(Discrepancy("x", "a", "b"),))
    found = standing(claim, Evidence(HostReadings(), [disagreeing]))
    assert found is Standing.CONTRADICTED


def test_a_host_of_which_nothing_was_read_raises_nothing() -> None:
    nothing = HostReadings()
    evidence = Evidence(nothing, result.all_comparisons(nothing))
    assert {standing(each, evidence) for each in CLAIMS} == {Standing.STAYS}


def standings(done: Recorded) -> dict[str, str]:
    evidence = Evidence(done.evidence, result.all_comparisons(done.evidence), done.trial)
    return {each["claim"]: each["standing"] for each in claims.entries(evidence)}


BY_TRIAL = {each.name for each in CLAIMS if each.steps}


@pytest.mark.sweep
def test_a_new_windows_raises_what_reading_alone_shows() -> None:
    found = standings(recorded("win11-ja"))
    assert {found[name] for name in BY_TRIAL} == {"stays"}
    raised = {name for name, each in found.items() if each == "raised"}
    assert {"tcp_rows", "state_bound", "bound_row", "network_list"} <= raised
    assert "contradicted" not in found.values()
    assert found["old_windows"] == "stays"


def test_an_old_windows_raises_what_it_alone_can_show() -> None:
    found = standings(recorded("win2008r2"))
    assert {found[name] for name in BY_TRIAL} == {"stays"}
    assert "contradicted" not in found.values()
    assert found["old_windows"] == "raised"
    assert found["tcp_rows"] == "stays"


@pytest.mark.sweep
def test_the_recording_holds_the_evidence() -> None:
    """Verified again, what was recorded raises the same claims, also those about writing."""
    done = record(images.load("win11-ja").boot(), trial=True)
    assert done.trial is not None
    assert {each.outcome for each in done.trial.steps} == {TrialOutcome.WORKS}
    host = done.replayed()
    evidence = readings.read(host)
    order = result.order_of(evidence, "win-1", "")
    again = replace(done, evidence=evidence, trial=driver.carry_out(host, order))
    assert standings(again) == standings(done)
    assert again.trial is not None
    assert again.trial.steps == done.trial.steps
    assert again.trial.left == ()
    raised = [name for name, each in standings(done).items() if each == "raised"]
    assert {each.name for each in CLAIMS if each.steps} <= set(raised)


@pytest.mark.parametrize(
    ("returned", "expected"), [(False, Standing.RAISED), (True, Standing.STAYS)]
)
def test_a_return_value_of_0_is_one(returned: bool, expected: Standing) -> None:
    """The step works, but does not show that methods return nothing."""
    claim = next(each for each in CLAIMS if each.name == "no_return_value")
    step = StepOutcome(StepName.DISABLE, TrialOutcome.WORKS, True, True, returned=returned)
    evidence = Evidence(HostReadings(), (), TrialResult((step,)))
    assert standing(claim, evidence) is expected
