# SPDX-License-Identifier: GPL-3.0-or-later
"""What each process that runs cells needs, imported: processes are forked from one that has done so.

The clock comes first, see there. The modules' own code comes last, by Ansible's loader: each process
would compile it anew.
"""

import importlib

from faults import clock

clock.install()
for _name in (
    "ansible.parsing.dataloader",
    "ansible.playbook.play_context",
    "ansible.playbook.task",
    "ansible.plugins.action",
    "ansible.plugins.connection.psrp",
    "ansible.plugins.connection.winrm",
    "ansible.template",
    "faults.matrix",
):
    importlib.import_module(_name)

_collection = importlib.import_module("faults.tasks").COLLECTION
_modules = importlib.import_module("faults.tasks").MODULES
importlib.import_module("faults.controller").prepare()
for _name in _modules:
    importlib.import_module(f"ansible_collections.{_collection}.plugins.action.{_name}")
