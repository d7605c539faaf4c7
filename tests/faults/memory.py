# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory a task takes of the controller when a PC answers with a bomb. The PC is another
process, so that what is measured is the controller's alone."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from faults import controller
from faults.pc import NAME, OTHER
from faults.tasks import MODULES, TASKS
from integration.runs import own_address

BOMBS = ("dtd", "external-entity", "depth=1000000", "oversize=120000000", "endless")
# An answer of 17 MB is read at most, and an enumeration keeps 150,000 instances.
MAX_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Peak:
    """What a task took at its most, in bytes; and whether it came to an error."""

    module: str
    bomb: str
    size: int
    error: bool


def peaks(folder: Path) -> Iterator[Peak]:
    """Every bomb in the first answer that each module gets."""
    # Not before Ansible looks after the imports of collections, which the demo has one of.
    controller.prepare()
    from demo.__main__ import simulated_hosts

    tasks = {task.module: task for task in reversed(TASKS.values())}
    cases = [(module, bomb) for module in MODULES for bomb in BOMBS]
    # One more, that has no bomb, is the other of two.
    options = ["--image", str(Path(__file__).with_name("pc.yml")), "--count", str(len(cases) + 1)]
    options += ["--address", own_address(100)]
    for number, (_module, bomb) in enumerate(cases, start=1):
        options += ["--fault", f"{bomb}:host=win-{number}"]
    inventory = folder / "inventory.yml"
    with simulated_hosts(inventory, *options):
        group = yaml.safe_load(inventory.read_text("utf-8"))["windows"]
        # A PC that makes a bomb of 120 MB takes its time.
        shared = {
            **group["vars"],
            "ansible_winrm_operation_timeout_sec": 60,
            "ansible_winrm_read_timeout_sec": 120,
        }
        *struck, whole = group["hosts"].values()
        for (module, bomb), own in zip(cases, struck, strict=True):
            known = {NAME: {**shared, **own}, OTHER: {**shared, **whole}}
            tracemalloc.start()
            result = controller.run(known, tasks[module])
            size = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            error = any(result.get(key) for key in ("failed", "unreachable", "unread"))
            yield Peak(module, bomb, size, error)


def table(found: list[Peak]) -> str:
    """A line for each bomb: the most that any module took."""
    most = {bomb: max(each.size for each in found if each.bomb == bomb) for bomb in BOMBS}
    lines = [f"{bomb:28}{size / 1024 / 1024:>8.1f} MB" for bomb, size in most.items()]
    return "\n".join([f"{'peak memory':28}{f'of {MAX_BYTES >> 20} MB':>11}", *lines])


def problems(found: list[Peak]) -> list[str]:
    """What broke the bound, or was taken for an answer."""
    return [
        f"memory: {json.dumps(each.__dict__)}"
        for each in found
        if each.size > MAX_BYTES or not (each.error or each.bomb == "endless")
    ]
