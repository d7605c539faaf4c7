# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's controller in this process: the real action plugins over the real connection plugins.

A matrix of thousands of tasks can't afford a process for each of them. What `ansible` puts around a
task is made here with Ansible's own loaders; that both end alike is a test of its own.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from faults.tasks import COLLECTION, Task
from faults.ways import WINRM, Way
from winsim.inventory import inventory
from winsim.server import Hosts

CHECKOUT = Path(__file__).parent.parent.parent


@cache
def prepare() -> None:
    """Let Ansible find the collection of this checkout, once for a process."""
    os.environ["ANSIBLE_CONFIG"] = str(CHECKOUT / "ansible.cfg")
    sys.path[:0] = [str(CHECKOUT / ".dev")]
    from ansible.plugins.loader import init_plugin_loader

    init_plugin_loader()


def variables(hosts: Hosts, way: Way, silent: str | None = None) -> dict[str, dict[str, Any]]:
    """What the inventory says of each host. `silent` is the name of one that may not answer."""
    (group,) = inventory(list(hosts), way.authentication, way.plugin).values()
    return {
        name: {**group["vars"], **own, **way.timeouts(name == silent)}
        for name, own in group["hosts"].items()
    }


def run(
    inventory_variables: Mapping[str, Mapping[str, Any]], task: Task, way: Way = WINRM
) -> dict[str, Any]:
    """Run a task on the first of the hosts with these variables; returns its result as a callback
    would get it. An exception of the action, which Ansible would show as a failure of the module,
    goes through.
    """
    prepare()
    from ansible.parsing.dataloader import DataLoader
    from ansible.playbook.play_context import PlayContext
    from ansible.plugins import loader as plugins
    from ansible.template import Templar

    files = DataLoader()
    made, known = _of_play(inventory_variables, task, files)
    context = PlayContext()
    connection = plugins.connection_loader.get(f"ansible.builtin.{way.plugin}", context)
    prefix = f"ansible_{way.plugin}_"
    extras = {name: value for name, value in known.items() if name.startswith(prefix)}
    connection.set_options(var_options={**known, "_extras": extras})
    action = plugins.action_loader.get(
        made.action,
        task=made,
        connection=connection,
        play_context=context,
        loader=files,
        templar=Templar(loader=files, variables=known),
        shared_loader_obj=plugins,
    )
    try:
        result = action.run(task_vars=known)
    finally:
        with suppress(Exception):  # so does Ansible's executor of tasks
            connection.close()
    plain: dict[str, Any] = json.loads(json.dumps(result))
    return plain


def _of_play(
    inventory_variables: Mapping[str, Mapping[str, Any]], task: Task, files: Any
) -> tuple[Any, dict[str, Any]]:
    """The task as a part of a play on the first of the hosts, and its variables there."""
    from ansible.inventory.manager import InventoryManager
    from ansible.playbook.play import Play
    from ansible.vars.manager import VariableManager

    hosts = InventoryManager(loader=files, parse=False)
    for name, known in inventory_variables.items():
        hosts.add_host(name)
        for variable, value in known.items():
            hosts.get_host(name).set_variable(variable, value)
    manager = VariableManager(loader=files, inventory=hosts)
    name = next(iter(inventory_variables))
    written = {f"{COLLECTION}.{task.module}": dict(task.arguments)}
    book = {"hosts": name, "gather_facts": False, "tasks": [written]}
    play = Play.load(book, variable_manager=manager, loader=files)
    (block,) = play.tasks
    (made,) = block.block
    known = manager.get_vars(play=play, host=hosts.get_host(name), task=made)
    return made, known
