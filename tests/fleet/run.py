# SPDX-License-Identifier: GPL-3.0-or-later
"""One play of Ansible over a fleet of simulated PCs, and what is to be seen after it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fleet import pcs
from fleet.faulty import Fault
from integration.runs import results_in, results_to
from winsim.config import Access
from winsim.injection import parse
from winsim.inventory import write_inventory
from winsim.server import Hosts

HERE = Path(__file__).parent
CHECKOUT = HERE.parent.parent
_PATIENCE = 30.0


@dataclass(frozen=True)
class Census:
    """What a process holds open."""

    descriptors: int
    threads: int


@dataclass
class Outcome:
    """What has become of a fleet.

    Attributes:
        count, forks: how many PCs, and how many at a time.
        faults: what is wrong with which PC.
        code, text: Ansible's exit code and output.
        results: by PC and task; each has a ``status`` besides.
        truth: what listened on each PC before the play.
        own: the rules named "Own port" that each PC has after it.
        held: the processes that hold each PC's own port after it.
        controller: what the controller's process held at the start of each task and at the end.
        before, after: the same of the process of the PCs, before the play and after it; a listener
            of a port that was freed counts as if it were still there.
        kept: shells and enumerations that were not given back.
        left: processes of the run that are still there.
        requests: HTTP requests to each PC, as far as they were answered.
        struck: requests that met the fault of a faulty PC.
        sent, received: octets from and to the controller, of each PC.
    """

    count: int
    forks: int
    faults: dict[str, Fault] = field(default_factory=dict)
    code: int = -1
    text: str = ""
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    truth: dict[str, list[tuple[str, str, int, int]]] = field(default_factory=dict)
    own: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    held: dict[str, list[str]] = field(default_factory=dict)
    controller: list[Census] = field(default_factory=list)
    before: Census = Census(0, 0)
    after: Census = Census(0, 0)
    kept: dict[str, tuple[int, int]] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    requests: dict[str, int] = field(default_factory=dict)
    struck: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)


def run(count: int, forks: int, faulty: int, folder: Path, first_address: str) -> Outcome:
    """Have a fleet of PCs in this process and let Ansible play on them.

    Args:
        faulty: how many of them are.
        folder: an empty folder.
        first_address: loopback address of the first PC; the others follow it.
    """
    outcome = Outcome(count, forks)
    machines = pcs.pcs(count, first_address)
    access = Access(basic=True, negotiate=True, allow_unencrypted=True)
    rules = {number: parse(text) for number, text in pcs.fault_texts(count, faulty).items()}
    with Hosts(machines, access=access, faults=list(rules.values())) as hosts:
        outcome.truth = {host.name: pcs.truth(host.machine) for host in hosts}
        wrong = pcs.faults(count, faulty).items()
        outcome.faults = {hosts[number].name: fault for number, fault in wrong}
        outcome.before = census()
        write_inventory(
            folder / "inventory.yml",
            {"windows": {"hosts": pcs.hosts_of_inventory(hosts, faulty)}},
        )
        _play(outcome, folder)
        outcome.kept = pcs.open_operations(list(hosts))
        for number, host in enumerate(hosts):
            state = host.machine.firewall
            assert state is not None
            stored = [dict(state.fields(text)) for text in state.rules().values()]
            outcome.own[host.name] = [each for each in stored if each.get("Name") == "Own port"]
            outcome.held[host.name] = [
                process.name
                for each in host.machine.endpoints()
                if each.local_port == pcs.port(number)
                and (process := host.machine.process(each.pid))
            ]
            entries = hosts.log.entries(host.name)
            outcome.requests[host.name] = len(entries)
            if number in rules:
                outcome.struck[host.name] = rules[number].seen(host.name)
            outcome.sent[host.name] = sum(entry.bytes_in for entry in entries)
            outcome.received[host.name] = sum(entry.bytes_out for entry in entries)
        # Connections that the controller has left are closed as soon as their end is read.
        freed = sum(not names for names in outcome.held.values())
        wait_until(lambda: census().descriptors + freed <= outcome.before.descriptors)
        now = census()
        outcome.after = Census(now.descriptors + freed, now.threads)
    return outcome


def _play(outcome: Outcome, folder: Path) -> None:
    played = play(folder, HERE / "play.yml", "-f", str(outcome.forks))
    outcome.code, outcome.text, outcome.left = played.code, played.text, played.left
    outcome.controller = played.controller
    for entry in played.results:
        outcome.results.setdefault(entry["host"], {})[entry["task"]] = entry["result"]


@dataclass(frozen=True)
class Played:
    """What a run of Ansible ended with: its exit code and output, the results in their order, what
    the controller's process held at the start of each task and at the end, and the processes of the
    run that are still there."""

    code: int
    text: str
    results: list[dict[str, Any]]
    controller: list[Census]
    left: list[int]


def play(folder: Path, playbook: Path, *options: str) -> Played:
    """Run a playbook on the PCs of ``inventory.yml`` in a folder."""
    results, counted = folder / "results.jsonl", folder / "census.jsonl"
    counted.unlink(missing_ok=True)
    command = [
        str(Path(sys.executable).with_name("ansible-playbook")),
        *("-i", str(folder / "inventory.yml"), *options, str(playbook)),
    ]
    settings = {
        "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_LOCAL_TEMP": str(folder / "private"),
        **results_to(results, "census"),
        "CENSUS_FILE": str(counted),
    }
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    left = processes_with(f"CENSUS_FILE={counted}")
    counts = [json.loads(line) for line in counted.read_text("utf-8").splitlines()]
    controller = [Census(each["fd"], each["task"]) for each in counts]
    return Played(done.returncode, done.stdout, results_in(results), controller, left)


def census() -> Census:
    return Census(len(os.listdir("/proc/self/fd")), threading.active_count())


def processes_with(variable: str) -> list[int]:
    """The processes that have this variable in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if variable.encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
        except OSError:
            continue  # it has ended, or is another user's
    return found


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
