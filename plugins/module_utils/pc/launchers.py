# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Processes that start programs for others: the service manager, the hosts of Windows' own
services, shells, the desktop. A program that they have started says nothing about their purpose, so
they must not be stopped because of it.
"""

from __future__ import annotations

import ntpath
import re
from collections.abc import Sequence

from ..ground.model import Process, Service
from ..ground.names import name_key

# Shells, desktops and schedulers, which may also be outside the folder of Windows, and all programs
# whose path a host may hide.
_PROGRAMS = frozenset(
    {
        "svchost.exe", "services.exe", "wininit.exe", "winlogon.exe", "userinit.exe", "smss.exe",
        "lsass.exe", "csrss.exe", "sihost.exe", "dllhost.exe", "taskhostw.exe", "taskeng.exe",
        "runtimebroker.exe", "explorer.exe", "cmd.exe", "conhost.exe", "openconsole.exe",
        "windowsterminal.exe", "powershell.exe", "pwsh.exe", "bash.exe", "sh.exe", "wsl.exe",
        "wscript.exe", "cscript.exe", "wmiprvse.exe", "winrshost.exe", "wsmprovhost.exe",
        "sshd.exe", "psexesvc.exe", "mmc.exe", "taskmgr.exe", "rundll32.exe", "msiexec.exe",
        "code.exe", "devenv.exe", "idea64.exe", "system",
    }
)  # fmt: skip
# Programs that only run another program as a service. They are often installed in the folder of
# Windows.
_WRAPPERS = frozenset(
    {"nssm.exe", "srvany.exe", "srvany-ng.exe", "winsw.exe", "winsw-x64.exe", "shawl.exe"}
)
_WINDOWS = re.compile(r"(?:\\\?\?\\|\\\\\?\\)?(?:[a-z]:\\windows\\|\\systemroot\\|%systemroot%\\)")


def is_launcher(process: Process) -> bool:
    """Whether a process starts programs for others, judging by its name and folder. A part of
    Windows, or a process that hides its path, counts as a launcher."""
    if name_key(process.name) in _PROGRAMS or process.path is None:
        return True
    if name_key(process.name) in _WRAPPERS:
        return False
    return _is_in_windows(ntpath.normpath(process.path))


def _is_in_windows(path: str) -> bool:
    return _WINDOWS.match(name_key(path)) is not None


def is_part_of_windows(service: Service) -> bool:
    """Whether the program of a service is in the folder of Windows. That folder holds the parts of
    Windows, and some programs of other makers."""
    return service.path is not None and _is_in_windows(service.path.lstrip('"'))


def starters(process: Process | None, services: Sequence[Service]) -> tuple[Service, ...]:
    """The service that started a program to do its work: the only one of the `services` in the
    parent `process`, if that is its own program and not a launcher."""
    if process is None or len(services) != 1 or is_launcher(process):
        return ()
    return tuple(services)
