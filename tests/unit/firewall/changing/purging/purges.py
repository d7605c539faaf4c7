# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that want their rules to be the only ones of a scope, on simulated PCs without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import changes
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    Changes,
    Wish,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.purging import (
    driver,
    scope,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.purging.scope import (
    Unspecified,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Clock, Host
from unit.firewall.test_simulated_changes import no_time
from unit.simulated import SimulatedTransport
from winsim.machine import Machine

Entry = Mapping[str, Any]


def rule(name: str, port: int = 8000, **fields: str) -> str:
    """The text of a local rule that lets TCP in; further fields as they are in the registry."""
    given = {"Action": "Allow", "Active": "TRUE", "Dir": "In", "Protocol": "6", "LPort": str(port)}
    given |= {"Name": name} | fields
    return "v2.30|" + "".join(f"{key}={value}|" for key, value in given.items())


def wishes(entries: Sequence[Entry], group: str | None) -> list[Wish]:
    """The wishes of a task with these entries, each with the group of the task by default."""
    found = []
    for each in entries:
        options = {"group": group} | {key: value for key, value in each.items() if key != "state"}
        made = changes.wish(options, present=each.get("state") != "absent")
        found.append(replace(made, default_group="group" not in each))
    return found


def purge(
    machine: Machine,
    entries: Sequence[Entry] = (),
    *,
    unspecified: str = "remove",
    group: str | None = "Orders",
    limits: Mapping[str, object] | None = None,
    force: bool = False,
    check: bool = False,
    transport: SimulatedTransport | None = None,
) -> Changes:
    """Run a task as the module does."""
    found = scope.scope(Unspecified(unspecified), group, limits, with_rules=True, force=force)
    assert found is not None
    host = Host(transport or SimulatedTransport(machine), "win-1", clock=Clock(sleep=no_time))
    return driver.make(host, wishes(entries, group), found, check=check, force=force, sleep=no_time)


def names(machine: Machine) -> list[str]:
    """The rules of a PC by their names, disabled ones in parentheses."""
    assert machine.firewall is not None
    found = [dict(machine.firewall.fields(text)) for text in machine.firewall.rules().values()]
    return sorted(
        each["Name"] if each["Active"] == "TRUE" else f"({each['Name']})" for each in found
    )
