# SPDX-License-Identifier: GPL-3.0-or-later
"""What each process that runs cells needs, imported: processes are forked from one that has done so.

The clock comes first, see there.
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
