# SPDX-License-Identifier: GPL-3.0-or-later
"""What each process that runs cells needs, imported: processes are forked from one that has done so.

The clock comes first, see there.
"""

from faults import clock

clock.install()

from ansible.parsing import dataloader as dataloader  # noqa: E402
from ansible.playbook import play_context as play_context  # noqa: E402
from ansible.playbook import task as task  # noqa: E402
from ansible.plugins.action import ActionBase as ActionBase  # noqa: E402
from ansible.plugins.connection import psrp as psrp  # noqa: E402
from ansible.plugins.connection import winrm as winrm  # noqa: E402
from ansible.template import Templar as Templar  # noqa: E402

from faults import matrix as matrix  # noqa: E402
