# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible itself, run as a user runs it, against simulated hosts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from integration.preimported import Starter
from loopback import Network
from winsim.cli import running
from winsim.server import Hosts

CHECKOUT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Output:
    """What a run ended with: its exit code, all that it printed, and each host's result."""

    code: int
    text: str
    results: dict[str, dict[str, Any]]


_NETWORK = Network()
STARTER = Starter()


def own_address(number: int = 1) -> str:
    """A loopback address that no other run at the same time has."""
    return _NETWORK.address(number)


def own_addresses() -> tuple[str, str]:
    """The option of winsim for such addresses, from the first on."""
    return "--address", own_address()


def simulated_hosts(inventory: Path, *options: str) -> AbstractContextManager[Hosts]:
    """The hosts that ``winsim up`` with these options starts, in this process: a program of its own
    takes as long as a task to begin."""
    return running(["--inventory", str(inventory), *options])


def requests(log: Path) -> list[dict[str, Any]]:
    """What simulated hosts have noted of the requests that they got."""
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def run(
    *command: str, folder: Path = CHECKOUT, environment: dict[str, str] | None = None
) -> tuple[int, str]:
    """Run a program of this Python's environment; returns its exit code and all of its output."""
    settings = {"ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"}
    whole = [program(command[0]), *command[1:]]
    variables = os.environ | settings | (environment or {})
    return STARTER.fork(whole, folder, variables) or start(whole, folder, variables)


def start(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a program as a user does."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def results_to(path: Path, *callbacks: str) -> dict[str, str]:
    """The settings that have Ansible write each result to a file, see `results_in`.

    Args:
        callbacks: others that are enabled besides.
    """
    path.unlink(missing_ok=True)
    return {
        "ANSIBLE_LOAD_CALLBACK_PLUGINS": "1",
        "ANSIBLE_CALLBACK_PLUGINS": str(CHECKOUT / "tests" / "integration" / "callbacks"),
        "ANSIBLE_CALLBACKS_ENABLED": ",".join(("results", *callbacks)),
        "RESULTS_FILE": str(path),
    }


def results_in(path: Path) -> list[dict[str, Any]]:
    """The results in their order: the keys ``host``, ``task`` and ``result``. Each result has the
    key ``status`` besides: ok, changed, failed or unreachable."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


@dataclass(frozen=True)
class Played:
    """What plays ended with: all that Ansible printed, and the results in their order."""

    text: str
    results: list[dict[str, Any]]


def play(
    playbook: str | Sequence[Mapping[str, Any]],
    folder: Path,
    *options: str,
    environment: Mapping[str, str] | None = None,
) -> Played:
    """Run a playbook, as text or as data, on the PCs of ``inventory.yml`` in a folder."""
    if not isinstance(playbook, str):
        # On one line each: names and texts are as long as the tests want them.
        playbook = yaml.safe_dump(list(playbook), allow_unicode=True, width=10_000)
    path, results = folder / "play.yml", folder / "results.jsonl"
    path.write_text(playbook, "utf-8")
    command = ("ansible-playbook", "-i", str(folder / "inventory.yml"), *options, str(path))
    _code, text = run(*command, environment={**results_to(results), **(environment or {})})
    assert "Traceback" not in text, text
    return Played(text, results_in(results))


def ad_hoc(
    inventory: Path,
    module: str,
    arguments: dict[str, Any],
    tree: Path,
    *options: str,
    hosts: str = "windows",
    environment: dict[str, str] | None = None,
) -> Output:
    """One module on hosts, as `ansible -m` runs it. `tree` is a folder for the results.

    Each result has the key ``status`` besides: ok, changed, failed or unreachable.
    """
    written = tree / "results.jsonl"
    code, text = run(
        "ansible",
        hosts,
        "-i",
        str(inventory),
        "-m",
        module,
        "-a",
        json.dumps(arguments) if arguments else "",
        *options,
        environment=results_to(written) | (environment or {}),
    )
    results = {each["host"]: each["result"] for each in results_in(written)}
    return Output(code, text, results)
