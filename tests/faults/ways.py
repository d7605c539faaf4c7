# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to a PC: Ansible's connection plugins, once in the clear and once sealed."""

from __future__ import annotations

from typing import Any, NamedTuple

from winsim.inventory import Plugin, Transport

# pywinrm and pypsrp count in whole seconds, and want the second to be the longer one.
_OPERATION, _READ = 1, 2
_TIMEOUTS: dict[Plugin, dict[str, Any]] = {
    "winrm": {
        "ansible_winrm_operation_timeout_sec": _OPERATION,
        "ansible_winrm_read_timeout_sec": _READ,
    },
    "psrp": {
        "ansible_psrp_operation_timeout": _OPERATION,
        "ansible_psrp_read_timeout": _READ,
        "ansible_psrp_connection_timeout": _READ,
        "ansible_psrp_reconnection_retries": 0,
    },
}


class Way(NamedTuple):
    """A connection plugin and how it authenticates, which decides whether messages are sealed."""

    plugin: Plugin
    authentication: Transport

    def __str__(self) -> str:
        return f"{self.plugin} with {self.authentication}"

    @property
    def timeouts(self) -> dict[str, Any]:
        """Variables that make it wait no longer than a test has to."""
        return _TIMEOUTS[self.plugin]


WINRM = Way("winrm", "basic")
WAYS = (WINRM, Way("psrp", "ntlm"))
