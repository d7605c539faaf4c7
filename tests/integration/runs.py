# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible itself, run as a user runs it, against simulated hosts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Output:
    """What a run ended with: its exit code, all that it printed, and each host's result."""

    code: int
    text: str
    results: dict[str, dict[str, Any]]


def own_address(last: int = 1) -> str:
    """One of the loopback addresses that another run at the same time does not use.

    Args:
        last: the last of its four numbers, 1 to 254.
    """
    number = os.getpid()
    return f"127.{100 + number % 100}.{number // 100 % 250}.{last}"


def own_addresses() -> tuple[str, str]:
    """The option of winsim for such addresses, from the first on."""
    return "--address", own_address()


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
    done = subprocess.run(
        [program(command[0]), *command[1:]],
        cwd=folder,
        env=os.environ | settings | (environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def ad_hoc(
    inventory: Path,
    module: str,
    arguments: dict[str, Any],
    tree: Path,
    *options: str,
    hosts: str = "windows",
    environment: dict[str, str] | None = None,
) -> Output:
    """One module on hosts, as `ansible -m` runs it. `tree` is an empty folder for the results.

    Each result has the key ``status`` besides: ok, changed, failed or unreachable.
    """
    callback = {
        "ANSIBLE_LOAD_CALLBACK_PLUGINS": "1",
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callbacks"),
        "ANSIBLE_CALLBACKS_ENABLED": "results",
        "RESULTS_FOLDER": str(tree),
    }
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
        environment=callback | (environment or {}),
    )
    results = {path.name: json.loads(path.read_text()) for path in tree.iterdir()}
    return Output(code, text, results)
