# SPDX-License-Identifier: GPL-3.0-or-later
"""The last resort of port_process: a restart of Windows, over each connection, and what it frees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from integration.freeing import Pc, Situation, Tables, Task, outcomes, play_on
from winsim.images import load
from winsim.inventory import Plugin, Transport

pytestmark = pytest.mark.integration

SHORT = {"timeout": 1}
LAST = SHORT | {"reboot": "if_needed", "reboot_timeout": 60}


def with_file_sharing(document: Mapping[str, Any]) -> dict[str, Any]:
    """The processes of an image, of which System holds port 445 for as long as LanmanServer runs
    and, because a driver holds it, until the next restart of Windows."""
    return {
        "processes": [
            each | {"tcp": ["*:445 (LanmanServer)"]} if each["pid"] == 4 else each
            for each in document["processes"]
        ]
    }


WAYS: tuple[tuple[Transport, Plugin], ...] = (
    ("basic", "winrm"),
    ("ntlm", "winrm"),
    ("ntlm", "psrp"),
)
PROGRAM, PINNED = {"ports": 7000}, {"ports": 7130}
SHARING = {"ports": 445, "expected_service": "LanmanServer", "start_mode": "disabled"}
#: What frees no port yet, by the name of the PC.
NOT_YET = {
    **{
        f"{transport}-{plugin}": Situation(
            [Task("check", PROGRAM | LAST, check=True), Task("never", PROGRAM | SHORT)],
            {"way": (transport, plugin)},
        )
        for transport, plugin in WAYS
    },
    "pinned": Situation([Task("useless", PINNED | LAST)]),
    "sharing": Situation(
        [Task("not yet", SHARING | SHORT)],
        {"changed": with_file_sharing(load("stubborn").document)},
    ),
}
#: And what does with a restart.
RESTARTED = {
    **{f"{transport}-{plugin}": PROGRAM | LAST for transport, plugin in WAYS},
    "pinned": PINNED | LAST | {"start_mode": "disabled"},
    "sharing": SHARING | LAST,
}


@dataclass(frozen=True)
class Restart:
    """A PC, what its tasks have returned that freed no port, how it was after these, and what the
    one has returned that restarts Windows."""

    pc: Pc
    before: Tables
    not_yet: Mapping[str, Mapping[str, Any]]
    between: Tables
    result: Mapping[str, Any]


@pytest.fixture(scope="module")
def restarts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Restart]]:
    folder = tmp_path_factory.mktemp("restarts")
    with outcomes(NOT_YET, folder, 60) as found:
        between = {name: Tables.of(each.pc.machine) for name, each in found.items()}
        tasks = {name: [Task("free", arguments)] for name, arguments in RESTARTED.items()}
        results = play_on({name: each.pc for name, each in found.items()}, tasks, folder)
        yield {
            name: Restart(each.pc, each.before, each.results, between[name], results[name]["free"])
            for name, each in found.items()
        }


def assert_restarted(found: Restart) -> None:
    assert found.between.booted == found.before.booted
    assert found.result["status"] == "changed", found.result["msg"]
    assert found.result["rebooted"] is True
    assert Tables.of(found.pc.machine).booted != found.before.booted


@pytest.mark.parametrize("way", WAYS)
def test_a_restart_of_windows_frees_what_nothing_else_does(
    way: tuple[Transport, Plugin], restarts: dict[str, Restart]
) -> None:
    found = restarts["-".join(way)]
    assert found.not_yet["check"]["status"] == "changed"
    assert found.not_yet["never"]["status"] == "failed"
    assert found.not_yet["never"]["rebooted"] is False
    assert_restarted(found)
    assert found.result["after"] == []
    assert found.pc.is_free(7000)


def test_a_service_that_starts_with_windows_is_not_worth_a_restart(
    restarts: dict[str, Restart],
) -> None:
    found = restarts["pinned"]
    assert found.not_yet["useless"]["status"] == "failed"
    assert found.not_yet["useless"]["rebooted"] is False
    assert "start_mode" in found.not_yet["useless"]["msg"]
    assert_restarted(found)
    assert found.result["start_modes"] == {"Pinned": "auto"}
    assert found.pc.is_free(7130)
    service = found.pc.machine.service("Pinned")
    assert service is not None
    assert (service.start_mode, service.state) == ("Disabled", "Stopped")


def test_file_sharing_lets_go_of_its_port_with_the_next_restart_of_windows(
    restarts: dict[str, Restart],
) -> None:
    found = restarts["sharing"]
    assert found.not_yet["not yet"]["status"] == "failed"
    assert found.not_yet["not yet"]["start_modes"] == {"LanmanServer": "auto"}
    assert_restarted(found)
    assert found.pc.holder_of(445) is None
