# SPDX-License-Identifier: GPL-3.0-or-later
"""A PC that answers from its recording is the same PC to every module, but for its names."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.verification import reading, result
from unit.verification.recorded_pc import (
    host_of,
    ordered,
    port_check,
    port_facts,
    recorded,
    redacted,
)

pytestmark = pytest.mark.sweep

#: Images, some of which answer as unkind hosts of a seed.
HOSTS = (
    *(("win11-ja", None), ("win11-de", None), ("server2022", None), ("gpo-locked", None)),
    *(("win11-ja", 1), ("win11-ja", 3), ("win11-ja", 7)),
)


PORTS = (80, 135, 445, 5985, 8080, 9999, 50010)


@cache
def facts(image: str) -> dict[str, Any]:
    """What port_facts returns of the PC itself, however it answered while it was recorded."""
    return port_facts(host_of(recorded(image, None).machine))


@cache
def check(image: str) -> dict[str, Any]:
    return port_check(host_of(recorded(image, None).machine), *PORTS)


@pytest.mark.parametrize(("image", "unkind"), HOSTS)
def test_port_facts_are_the_same(image: str, unkind: int | None) -> None:
    done = recorded(image, unkind)
    original = facts(image)
    assert original["tcp_listen"]
    replayed = port_facts(done.replayed())
    assert ordered(replayed) == ordered(redacted(original, done.redactor))


@pytest.mark.parametrize(("image", "unkind"), HOSTS)
def test_port_check_comes_to_the_same(image: str, unkind: int | None) -> None:
    done = recorded(image, unkind)
    original = check(image)
    assert len(set(original["verdicts"].values())) > 1
    assert port_check(done.replayed(), *PORTS) == redacted(original, done.redactor)


@pytest.mark.parametrize(("image", "unkind"), HOSTS)
def test_comparisons_come_to_the_same(image: str, unkind: int | None) -> None:
    done = recorded(image, unkind)
    again = reading.read(done.replayed())
    first, second = (result.all_comparisons(each) for each in (done.evidence, again))
    assert [(each.fact, each.agreed, each.outcome) for each in first] == [
        (each.fact, each.agreed, each.outcome) for each in second
    ]
    assert result.system_of(again) == result.system_of(done.evidence)
