# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's controller in this process: the real action plugins over the real connection plugins.

A matrix of thousands of tasks can't afford a process for each of them. What `ansible` puts around a
task is made here with Ansible's own loaders; that both end alike is a test of its own.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from faults.tasks import COLLECTION, Task
from faults.ways import WINRM, Way
from winsim.inventory import inventory
from winsim.server import Hosts

CHECKOUT = Path(__file__).parent.parent.parent

NAME = "win-1"


@cache
def prepare() -> None:
    """Let Ansible find the collection of this checkout, once for a process."""
    os.environ["ANSIBLE_CONFIG"] = str(CHECKOUT / "ansible.cfg")
    sys.path[:0] = [str(CHECKOUT / ".dev")]
    from ansible.plugins.loader import init_plugin_loader

    init_plugin_loader()


def variables(hosts: Hosts, way: Way, waits: bool = False) -> dict[str, Any]:
    """What the inventory says of the only host. `waits` says that it may not answer."""
    (group,) = inventory(list(hosts), way.authentication, way.plugin).values()
    return {**group["vars"], **group["hosts"][NAME], **way.timeouts(waits)}


def run(inventory_variables: dict[str, Any], task: Task, way: Way = WINRM) -> dict[str, Any]:
    """Run a task on the host with these variables; returns its result as a callback would get it.
    An exception of the action, which Ansible would show as a failure of the module, goes through.
    """
    prepare()
    from ansible.parsing.dataloader import DataLoader
    from ansible.playbook.play_context import PlayContext
    from ansible.playbook.task import Task as AnsibleTask
    from ansible.plugins import loader as plugins
    from ansible.template import Templar

    known = inventory_variables | {"inventory_hostname": NAME, "groups": {"all": [NAME]}}
    context, files = PlayContext(), DataLoader()
    connection = plugins.connection_loader.get(f"ansible.builtin.{way.plugin}", context)
    prefix = f"ansible_{way.plugin}_"
    extras = {name: value for name, value in known.items() if name.startswith(prefix)}
    connection.set_options(var_options={**known, "_extras": extras})
    made = AnsibleTask()
    made.action, made.args = f"{COLLECTION}.{task.module}", dict(task.arguments)
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
