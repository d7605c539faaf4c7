# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of the simulated PC of pc.yml, one task of each sort that a module knows. It is win-1;
of two PCs, it is the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

COLLECTION = "portkeeper.windows"
EVERYTHING = ["process", "service", "user", "reserved", "dynamic", "httpsys", "firewall"]


@dataclass(frozen=True)
class Task:
    """One task: its name, the module without its collection, and the module's arguments.
    `thorough` says that it meets every fault, and not only those that ask whether a host is left
    worse. `client` is the one of two PCs that connects, None if there is only one."""

    name: str
    module: str
    arguments: Mapping[str, Any] = field(hash=False)
    thorough: bool = True
    client: str | None = None


# Waiting is for hosts that take their time: this one does what it is told at once, or never.
_AT_ONCE = {"stay_free": 0, "timeout": 1}

TASKS = {
    task.name: task
    for task in (
        Task("facts", "port_facts", {"gather": EVERYTHING}),
        Task(
            "rules listed",
            "port_firewall_info",
            {"ports": [7400, 7401], "audit": True, "as_tasks": True},
        ),
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
            "rules of all sorts",
            "port_firewall",
            {
                "force": True,
                "rules": [
                    {"name": "New", "ports": [7200], "profiles": ["private"]},
                    # Several of its parts change at once.
                    {
                        "name": "Tool",
                        "ports": [7401],
                        "profiles": ["domain"],
                        "remote_addresses": ["192.168.11.0/24"],
                    },
                    # It lets WinRM in, from elsewhere and for every program.
                    {
                        "name": "Management",
                        "ports": [5985, 80],
                        "program": r"C:\道具\tool.exe",
                        "remote_addresses": ["any"],
                    },
                    # It blocks, and is to let in what it blocks now, but not from everywhere.
                    {
                        "name": "Shut",
                        "action": "allow",
                        "profiles": ["domain"],
                        "remote_addresses": ["192.168.11.0/24"],
                    },
                    {"name": "Open", "action": "block", "ports": [7404, 7400]},
                    {"name": "Old", "state": "absent"},
                ],
            },
            thorough=False,
        ),
        # Those that have these names stay. Of the others, several go.
        Task(
            "other rules removed",
            "port_firewall",
            {
                "unspecified": "remove",
                "unspecified_scope": {"direction": "in"},
                "force": True,
                "rules": [
                    {"name": "New", "ports": [7200], "profiles": ["private"]},
                    {"name": "Management"},
                    {"name": "Shut"},
                    {"name": "Open"},
                ],
            },
            thorough=False,
        ),
        Task(
            "services stopped",
            "port_process",
            {"ports": 7200, "force": True, "start_mode": "manual", "expected_service": "Depot"}
            | _AT_ONCE,
        ),
        Task(
            "services restarted",
            "port_process",
            {"ports": 7200, "force": True, "state": "restarted", "expected_service": "Depot"}
            | _AT_ONCE,
            thorough=False,
        ),
        Task("program ended", "port_process", {"ports": 7400} | _AT_ONCE),
        Task(
            "network changed",
            "network_category",
            {"interface": "イーサネット", "category": "public", "timeout": 1},
        ),
        # Several settings of one profile, and one of the others.
        Task(
            "profiles changed",
            "firewall_profile",
            {"log_blocked": True, "by_profile": {"domain": {"default_inbound_action": "allow"}}},
        ),
        Task("check", "port_check", {"ports": [7400], "timeout": 1}),
        # What Windows has recorded of dropped packets is read by programs of its own.
        Task("check of drops", "port_check", {"ports": [7400, 7403], "timeout": 1, "drops": True}),
        # One port is open to the client, the other one is not.
        Task(
            "path",
            "port_path",
            {"server": "win-2", "name": "faults.example", "ports": [7400, 7402], "timeout": 3},
            client="win-1",
        ),
        Task(
            "paths",
            "port_path",
            {"clients": ["win-2"], "ports": [7400, 7402], "timeout": 3},
            thorough=False,
            client="win-2",
        ),
        # One PC of a survey, whose trouble is no failure of the task.
        Task(
            "survey",
            "port_survey",
            {"hosts": "win-1", "gather": ["process", "service", "httpsys", "firewall"]},
        ),
    )
}
MODULES = tuple(dict.fromkeys(task.module for task in TASKS.values()))
