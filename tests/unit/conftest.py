# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for all unit tests: how many examples a property is tried with, which of them belong to no
pair of Python and ansible-core, and when the collector of rubbish works.

By default few, and the same ones each time, so that a failure is about the change. `make unit` leaves
properties out: `make sweeps` tries them with more examples, on one pair, and
`HYPOTHESIS_PROFILE=thorough make sweeps` looks for inputs that no run has tried yet.
"""

from __future__ import annotations

import gc
import os
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from shares import number_of, share_of

for name, examples in {"quick": 10, "many": 30}.items():
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


#: About how many seconds of a core the sweeps of a file take, where it is many.
SECONDS = {
    "fuzz/test_growth.py": 25,
    "firewall/test_healing.py": 20,
    "fuzz/test_parsers.py": 17,
    "verification/test_replayed_results.py": 17,
    "firewall/test_purging_anywhere.py": 13,
    "host/test_unkind.py": 10,
    "verification/trial/test_simulated.py": 9,
    "firewall/judging/test_reference.py": 8,
    "firewall/test_every_moment.py": 8,
    "diagnosis/test_families.py": 7,
    "diagnosis/test_requests.py": 6,
    "firewall/test_two_controllers.py": 6,
    "firewall/test_in_japanese.py": 6,
    "fuzz/test_main.py": 6,
    "verification/test_claims.py": 5,
    "diagnosis/test_shared_work.py": 5,
}
HERE = Path(__file__).parent
#: Folders whose tests are sweeps, each with the files that are none. Those of the repository and of its
#: texts find the same on each pair. Those of the simulator are about a program of the tests: that it
#: works on a pair is seen there by the integration tests, which talk to it with Ansible. What measures
#: is a program that runs in the first environment alone.
ON_ONE_PAIR = {
    "bench": set[str](),
    "fuzz": set[str](),
    "project": {"test_promises.py"},  # asks Ansible's connections for their times
    "words": {"test_phrases.py"},
    "winsim": set[str](),
}
#: Of these, none is a sweep because of a simulated PC: they are about Ansible and the libraries of a pair.
ON_EVERY_PAIR = "plugin_utils"
_IMPORTED = re.compile(r"^(?:from|import) (winsim|unit)\b([\w.]*)(?: import (\w+))?", re.MULTILINE)


def belongs_to_no_pair(path: Path) -> bool:
    """Whether the tests of a file are sweeps because of the folder that it is in, or because they take
    the pure core, which knows no Ansible, through a whole simulated PC, instead of a single part."""
    below = path.relative_to(HERE) if path.is_relative_to(HERE) else path
    folder = below.parts[0]
    if folder in ON_ONE_PAIR:
        return below.name not in ON_ONE_PAIR[folder]
    return folder != ON_EVERY_PAIR and takes_a_simulated_pc(path)


@cache
def takes_a_simulated_pc(path: Path) -> bool:
    """Whether a module imports the simulator, itself or by one that helps it."""
    for root, rest, name in _IMPORTED.findall(path.read_text()):
        if root == "winsim":
            return True
        module = HERE.joinpath(*rest.split("."))
        helpers = (module.with_suffix(".py"), module / f"{name}.py")
        if any(helper.is_file() and takes_a_simulated_pc(helper) for helper in helpers):
            return True
    return False


def _left_out(config: pytest.Config, marker: str) -> bool:
    """Whether no test with this marker is wanted."""
    wanted = config.getoption("markexpr")
    return " or " not in wanted and f"not {marker}" in wanted.split(" and ")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave modules alone, whose import takes time, where none of their tests would run."""
    if not collection_path.match("test_*.py"):
        return None
    if _left_out(config, "sweep") and belongs_to_no_pair(collection_path):
        return True
    number, parts = number_of(config, "--part")
    return (parts > 1 and collection_path not in _part(number, parts)) or None


@cache
def _part(number: int, parts: int) -> set[Path]:
    """The modules of one of several jobs."""
    known = {HERE / name: seconds for name, seconds in SECONDS.items()}
    files = {path: known.get(path, 1) for path in HERE.rglob("test_*.py")}
    return share_of(files, number, parts)


def pytest_itemcollected(item: pytest.Item) -> None:
    if belongs_to_no_pair(item.path):
        item.add_marker(pytest.mark.sweep)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take properties away where they are left out, before hypothesis reads every module that is
    imported for the constants in it, which takes it a third of a second."""
    if _left_out(config, "hypothesis"):
        kept, left_out = [], []
        for item in items:
            property_of_it = is_hypothesis_test(getattr(item, "obj", None))
            (left_out if property_of_it else kept).append(item)
        items[:] = kept
        config.hook.pytest_deselected(items=left_out)


def pytest_collection() -> None:
    """Let nobody look for rubbish while modules and tests are made, all of which are to stay."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave what is there by now out of every look that follows, and look seldom: most of what tests
    make is gone without it, and the images and sources that they share are looked through each time."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Look once for what nobody has closed. pytest and the interpreter look again and again, at what is
    new by then."""
    gc.collect()
    gc.freeze()
