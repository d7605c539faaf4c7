# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``make fuzz`` prints of its parsers, and when it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest
from hypothesis import strategies as st

from fuzz.__main__ import main
from fuzz.parser import Parser
from fuzz.parsers import PARSERS


def each_once(data: Sequence[int]) -> None:
    for _each in data:
        pass


def some_with_each(data: Sequence[int]) -> None:
    for _each in data[::20]:
        each_once(data)


def refuses_numbers(data: Sequence[int]) -> None:
    if data:
        raise ValueError("a number")


@pytest.mark.parametrize(
    ("read", "failed"), [(each_once, False), (some_with_each, True)], ids=["linear", "square"]
)
def test_it_fails_for_work_that_grows_faster_than_the_input(
    read: Callable[[Sequence[int]], None], failed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = st.lists(st.integers(), max_size=3)
    parser = Parser("numbers", (), read, numbers, grows={"more": lambda size: [0] * size})
    assert main(["--inputs", "5", "--seed", "1"], [parser]) == failed
    assert ("numbers" in capsys.readouterr().err) is failed


def test_it_counts_what_is_taken_and_what_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    inputs = st.sampled_from([(), (1,)])
    parser = Parser("numbers", (), refuses_numbers, inputs, (ValueError,))
    assert main(["--inputs", "2", "--seed", "1"], [parser]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["numbers", "2", "1", "1"]


_DIGESTS = """
import hashlib

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from fuzz.parsers import PARSERS

for parser in PARSERS:
    found = hashlib.sha256()

    @seed(1)
    @settings(max_examples=3, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def run(data):
        found.update(repr(data.draw(parser.inputs)).encode("utf-8", "surrogatepass"))

    run()
    print(parser.name, found.hexdigest())
"""


def test_a_seed_gives_the_same_inputs_each_time() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", _DIGESTS],
            env=os.environ | {"PYTHONHASHSEED": number, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for number in ("1", "2")
    ]
    assert told[0] == told[1]
    assert len(told[0].splitlines()) == len(PARSERS)
