# SPDX-License-Identifier: GPL-3.0-or-later
"""A task of a playbook as Ansible hands it to an action, in this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.playbook import Playbook
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader
from ansible.template import Templar
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager

from ansible_collections.portkeeper.windows.plugins.action.port_facts import ActionModule


def action_on(
    folder: Path, host: str, inventory: Mapping[str, Any], play: Mapping[str, Any]
) -> tuple[ActionModule, dict[str, Any]]:
    """The action of the first task of a play on a host, with the variables of the task. Each keyword
    of the task is already that of the host.

    :param folder: for the files
    :param inventory: hosts by name, each with its variables
    """
    hosts, book = folder / "hosts.yml", folder / "play.yml"
    hosts.write_text(
        yaml.safe_dump({"all": {"hosts": dict(inventory)}}, allow_unicode=True), "utf-8"
    )
    book.write_text(yaml.safe_dump([{"hosts": "all", **play}]), "utf-8")
    loader = DataLoader()
    found = InventoryManager(loader, sources=[str(hosts)])
    manager = VariableManager(loader, found)
    HostVars(found, manager, loader)
    (made,) = Playbook.load(str(book), variable_manager=manager, loader=loader).get_plays()
    task = next(
        each for block in made.compile() for each in _tasks_of(block) if each.action != "meta"
    )
    variables = manager.get_vars(play=made, host=found.hosts[host], task=task)
    task.post_validate(Templar(loader, variables)._engine)
    connection = connection_loader.get("local", PlayContext())
    return ActionModule(task, connection, PlayContext(), loader, None, None), variables


def _tasks_of(block: Any) -> Iterator[Task]:
    for each in block.block:
        if isinstance(each, Task):
            yield each
        else:
            yield from _tasks_of(each)
