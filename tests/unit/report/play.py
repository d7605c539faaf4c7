# SPDX-License-Identifier: GPL-3.0-or-later
"""The action port_report on its own, with variables of hosts as Ansible holds them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader
from ansible.template import Templar
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager

from ansible_collections.portkeeper.windows.plugins.action.port_report import ActionModule


def variables(folder: Path, registered: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The variables of a task in a play of these hosts, each of which has registered results.
    `folder` is for the inventory."""
    inventory_file = folder / "hosts"
    inventory_file.write_text("[windows]\n" + "\n".join(registered) + "\n", encoding="utf-8")
    loader = DataLoader()
    inventory = InventoryManager(loader=loader, sources=[str(inventory_file)])
    manager = VariableManager(loader=loader, inventory=inventory)
    for name, results in registered.items():
        manager.set_nonpersistent_facts(name, dict(results))
    hostvars = HostVars(inventory, manager, loader)
    manager._hostvars = hostvars
    return {"hostvars": hostvars, "ansible_play_hosts_all": list(registered)}


def run(
    task_vars: dict[str, Any], *, check_mode: bool = False, diff: bool = False, **options: Any
) -> dict[str, Any]:
    """The result of the task."""
    task = Task()
    task.args, task.check_mode, task.diff = options, check_mode, diff
    context, loader = PlayContext(), DataLoader()
    connection = connection_loader.get("local", context)
    action = ActionModule(task, connection, context, loader, Templar(loader), None)
    result: dict[str, Any] = action.run(task_vars=task_vars)
    return result
