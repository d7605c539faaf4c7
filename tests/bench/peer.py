# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user would pick instead of port_survey: win_listen_ports_facts of ansible.windows, by forks.

Its PowerShell runs on simulated hosts that answer at once, with what the module would return of their
listeners. So the costs are those of Ansible alone: what it sends, and how it reads the answer. A real
host takes longer, but that is not the controller's CPU.

Run as a program (`python -m bench.peer up`) it is winsim with such a PowerShell.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from winsim import cli
from winsim.programs.command_line import SYSTEM32
from winsim.programs.execution import Steps
from winsim.programs.shell import Output, Shell

MODULE = "ansible.windows.win_listen_ports_facts"
#: The package of the Python index that has the collection, in the version of ansible-core 2.19 on.
PACKAGE, COLLECTION = "ansible==12.3.0", "ansible.windows 3.3.0"
_INSIDE = "ansible_collections/ansible/windows/"
_SECONDS = 300


def collection(folder: Path) -> Path | None:
    """A folder of collections with ansible.windows in it; None where the package index can't be
    reached."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    try:
        subprocess.run(
            [*command, "--only-binary=:all:", "--dest", str(folder), PACKAGE],
            check=True,
            timeout=_SECONDS,
            stdout=subprocess.DEVNULL,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith(_INSIDE)]
        archive.extractall(folder, names)
    wheel.unlink()
    return folder


def powershell(shell: Shell, _arguments: Sequence[str]) -> Steps[Output]:
    """Takes the module's script as its input, and answers as it would (RETURN of the module)."""
    yield from shell.stdin.read()
    listed: dict[str, list[dict[str, object]]] = {"tcp_listen": [], "udp_listen": []}
    for each in shell.machine.endpoints():
        if each.listening:
            process = shell.machine.process(each.pid)
            listed[f"{each.protocol}_listen"].append(
                {
                    "address": each.local_address,
                    "name": process.name if process else None,
                    "pid": each.pid,
                    "port": each.local_port,
                    "protocol": each.protocol,
                    "stime": "Tue Sep 17 15:34:50 2024",
                    "user": "NT AUTHORITY\\SYSTEM",
                }
            )
    output = Output()
    output.line(json.dumps({"changed": False, "ansible_facts": listed}))
    return output


if __name__ == "__main__":
    SYSTEM32["powershell.exe"] = powershell
    sys.exit(cli.main())
