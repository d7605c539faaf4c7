# SPDX-License-Identifier: GPL-3.0-or-later
"""The role port_setup for a Japanese reader: nothing that it says is English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.runs import own_addresses, play, simulated_hosts
from unit.words.japanese import english_in

pytestmark = pytest.mark.integration

# Ansible's own parts of a result, and its own words around ours.
ANSIBLES_KEYS = ("assertion", "evaluated_to", "exception", "status")
ANSIBLES_WORDS = (
    "All items completed",
    "All assertions passed",
)
# What the controller's system says of a connection; the names that a PC has given to its rules;
# the description that the role gives to a rule, whoever reads what it does.
WORDS_OF_OTHERS = (
    "Connection refused",
    "Block any inbound traffic to ",
    "AxInstSV inbound",
    "Platform binary",
    "HTTPS (web over TLS)",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """win-1 is a new engineer's PC, win-2 one whose local rules a policy voids."""
    path = tmp_path_factory.mktemp("pcs")
    images = ("--image", "win11-ja", "--image", "gpo-locked")
    with simulated_hosts(path / "inventory.yml", *images, *own_addresses()):
        yield path


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ({"services": ["htps"]}, ()),
        ({"services": [{"name": "web", "port": 80, "process": "nginx.exe"}]}, ("--check",)),
        (
            {
                "services": ["https", {"name": "web", "port": 8080, "process": "nginx.exe"}],
                "conflict": "stop",
            },
            ("--diff",),
        ),
        ({"services": ["https"], "state": "absent"}, ("--check", "--diff")),
    ],
    ids=["no such service", "a port is taken", "free and open", "take away"],
)
def test_a_run_in_japanese_has_no_english_sentence(
    folder: Path, variables: dict[str, Any], options: tuple[str, ...]
) -> None:
    plays = [
        {
            "hosts": "windows",
            "gather_facts": False,
            "vars": {f"port_setup_{name}": value for name, value in variables.items()},
            "roles": [{"role": "portkeeper.windows.port_setup"}],
        }
    ]
    played = play(plays, folder, *options, environment={"PORTKEEPER_LANGUAGE": "ja"})
    ours = [each for each in played.results if "Validating arguments" not in each["task"]]
    assert ours
    found = {
        text: each["task"]
        for each in ours
        for text in english_in(
            {key: value for key, value in each["result"].items() if key not in ANSIBLES_KEYS},
            *ANSIBLES_WORDS,
            *WORDS_OF_OTHERS,
        )
    }
    assert found == {}
