# SPDX-License-Identifier: GPL-3.0-or-later
"""One environment for each pair of Python and ansible-core, its packages pinned."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import environments
from tools.environments import PAIRS, Environment, NoInterpreterError, Pair
from tools.layout import ROOT

# Supported Python versions of the controller, from the ansible-core support matrix.
SUPPORTED = {
    "2.19": {"3.11", "3.12", "3.13"},
    "2.20": {"3.12", "3.13", "3.14"},
    "2.21": {"3.12", "3.13", "3.14"},
}


def available(*versions: str) -> list[Environment]:
    """The environments of a machine that has interpreters of these versions only."""
    there = {version: Path(f"/opt/python{version}") for version in versions}
    return list(environments.available(there.get))


def test_the_floor_and_every_later_release_are_tested() -> None:
    assert PAIRS[0] == Pair("3.11", "2.19")
    assert {pair.core for pair in PAIRS} == set(SUPPORTED)
    assert all(pair.python in SUPPORTED[pair.core] for pair in PAIRS)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_every_package_of_a_pair_is_pinned(pair: Pair) -> None:
    lines = pair.constraints.read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert pins["ansible-core"].startswith(f"{pair.core}.")
    for name in ("aiohttp", "hypothesis", "pypsrp", "pytest", "pywinrm", "setuptools"):
        assert pins[name]


def test_the_first_that_is_there_is_the_environment_of_every_command() -> None:
    assert [(str(one.pair), one.folder) for one in available("3.11", "3.13")] == [
        ("Python 3.11, ansible-core 2.19", ROOT / ".venv"),
        ("Python 3.13, ansible-core 2.21", ROOT / ".venv-3.13-2.21"),
    ]


def test_the_others_have_no_tools() -> None:
    assert [each.package for each in available("3.11", "3.12", "3.13")] == [
        f"{ROOT}[test,tools]",
        f"{ROOT}[test]",
        f"{ROOT}[test]",
    ]


def test_a_machine_without_the_floor() -> None:
    (only,) = available("3.14")
    assert (only.pair, only.folder) == (Pair("3.14", "2.21"), ROOT / ".venv")


def test_a_machine_without_any() -> None:
    with pytest.raises(NoInterpreterError, match=r"3\.11"):
        available()


def test_the_programs_of_an_environment_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/somewhere")
    for name in ("PYTHONPATH", "ANSIBLE_CONFIG", "MOLECULE_GLOB"):
        monkeypatch.setenv(name, "/elsewhere")
    (only,) = available("3.11")
    variables = only.variables()
    assert variables["PATH"] == f"{ROOT}/.venv/bin:/somewhere"
    assert "/elsewhere" not in variables.values()
