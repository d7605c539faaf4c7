# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of the simulated PC of pc.yml, one task of each sort that a module knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

COLLECTION = "portkeeper.windows"
EVERYTHING = ["process", "service", "user", "reserved", "dynamic", "httpsys", "firewall"]


@dataclass(frozen=True)
class Task:
    """One task: its name, the module without its collection, and the module's arguments."""

    name: str
    module: str
    arguments: Mapping[str, Any] = field(hash=False)


# Waiting is for hosts that take their time: this one does what it is told at once, or never.
_AT_ONCE = {"stay_free": 0, "timeout": 1}

TASKS = {
    task.name: task
    for task in (
        Task("facts", "port_facts", {"gather": EVERYTHING}),
        Task(
            "rule created",
            "port_firewall",
            {
                "name": "New",
                "ports": [7200],
                "profiles": ["private"],
                "remote_addresses": ["192.168.11.0/24"],
            },
        ),
        Task(
            "rule changed",
            "port_firewall",
            {
                "name": "Tool",
                "ports": [7401],
                "profiles": ["domain"],
                "remote_addresses": ["192.168.11.0/24"],
            },
        ),
        Task("rule removed", "port_firewall", {"name": "Tool", "state": "absent"}),
        Task(
            "services stopped",
            "port_process",
            {"ports": 7200, "force": True, "start_mode": "manual"} | _AT_ONCE,
        ),
        Task("program ended", "port_process", {"ports": 7400} | _AT_ONCE),
        Task("check", "port_check", {"ports": [7400], "timeout": 1}),
    )
}
MODULES = tuple(dict.fromkeys(task.module for task in TASKS.values()))
