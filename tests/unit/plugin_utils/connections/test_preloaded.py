# SPDX-License-Identifier: GPL-3.0-or-later
"""What is loaded once, in the parent of all forks, and not anew by each task."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import ansible_collections.portkeeper.windows.plugins.plugin_utils.connections.transports
from ansible.plugins.loader import connection_loader, shell_loader
before = set(sys.modules)
connection_loader.get("winrm", class_only=True)
for shell in ("cmd", "powershell"):
    shell_loader.get(shell, class_only=True)
print(sorted(set(sys.modules) - before))
"""


def test_the_connection_and_the_shells_of_all_versions_of_ansible_are() -> None:
    """`winrm` has the shell powershell, since ansible-core 2.21 cmd."""
    program = f"import sys\nsys.path[:0] = {sys.path!r}\n{PROGRAM}"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
