# SPDX-License-Identifier: GPL-3.0-or-later
"""A recording that was made before verify_host read network adapters still says all that it has."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.verification import result
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.comparison import (
    Agreement,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.reading import (
    HostReadings,
    read,
)
from unit.verification.recorded_pc import recorded
from unit.words.english import english

pytestmark = pytest.mark.sweep

ADAPTERS, FILTERS = "MSFT_NetAdapter", "MSFT_NetInterfaceFilter"
OF_ADAPTERS = "Rules: adapters"


def without(text: str, *class_names: str) -> str:
    """A recording without what was asked of classes."""
    head, *messages, end = map(json.loads, text.splitlines())
    kept = [
        each
        for each in messages
        if not any(f"FROM {name}<" in each["request"] for name in class_names)
    ]
    assert len(kept) < len(messages)
    lines = [head, *kept, {**end, "messages": len(kept)}]
    return "".join(f"{json.dumps(each)}\n" for each in lines)


def outcomes(evidence: HostReadings) -> dict[str, Agreement]:
    return {english(each.fact): each.outcome for each in result.all_comparisons(evidence)}


@pytest.mark.parametrize("missing", [(ADAPTERS,), (ADAPTERS, FILTERS)])
def test_all_but_the_adapters_of_rules_is_compared(missing: tuple[str, ...]) -> None:
    done = recorded("win11-ja")
    before = outcomes(done.evidence)
    assert before[OF_ADAPTERS] is Agreement.AGREE
    evidence = read(replace(done, text=without(done.text, *missing)).replayed())
    assert set(evidence.problems) == set(missing)
    assert outcomes(evidence) == {**before, OF_ADAPTERS: Agreement.UNKNOWN}
    (unknown,) = (
        each for each in result.all_comparisons(evidence) if english(each.fact) == OF_ADAPTERS
    )
    assert {name for name in (ADAPTERS, FILTERS) if name in english(unknown.problem)} == set(
        missing
    )
