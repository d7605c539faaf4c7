# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that only ask, on many simulated PCs in one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from integration import runs
from winsim.config import Access
from winsim.inventory import inventory, write_inventory
from winsim.machine import Machine
from winsim.request_log import Entry
from winsim.server import Hosts

#: The tasks of a PC, each a module with its options.
Tasks: TypeAlias = Sequence[Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Asked:
    """What PCs answered: the results of their tasks in order, and what was asked of them."""

    results: Mapping[str, list[dict[str, Any]]]
    requests: Sequence[Entry]

    def __getitem__(self, pc: str) -> list[dict[str, Any]]:
        return self.results[pc]


def ask(machines: Sequence[Machine], tasks: Mapping[str, Tasks], folder: Path) -> Asked:
    """Run the tasks of each PC, by the name of the machine. All have to end well, without a
    change."""
    with Hosts(machines, access=Access(basic=True, allow_unencrypted=True)) as hosts:
        write_inventory(folder / "inventory.yml", inventory(list(hosts), "basic", "winrm"))
        plays = [
            {
                "hosts": name,
                "gather_facts": False,
                "tasks": [
                    {f"portkeeper.windows.{module}": dict(options)}
                    for task in several
                    for module, options in task.items()
                ],
            }
            for name, several in tasks.items()
        ]
        played = runs.play(plays, folder)
        requests = hosts.log.entries()
    results: dict[str, list[dict[str, Any]]] = {name: [] for name in tasks}
    for each in played.results:
        assert each["result"]["status"] == "ok", each
        results[each["host"]].append(each["result"])
    return Asked(results, requests)
