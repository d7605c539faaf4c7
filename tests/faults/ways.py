# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to a PC: Ansible's connection plugins, once in the clear and once sealed."""

from __future__ import annotations

from typing import Any, NamedTuple

from winsim.inventory import Plugin, Transport

# How long an operation may take, and how long the next octet, where a PC does not answer; and where
# it does, so that no machine is too busy for that. pywinrm and pypsrp count in whole seconds, and
# want the second to be the longer one.
_SHORT, _LONG = (1, 2), (60, 70)


class Way(NamedTuple):
    """A connection plugin and how it authenticates, which decides whether messages are sealed."""

    plugin: Plugin
    authentication: Transport

    def __str__(self) -> str:
        return f"{self.plugin} with {self.authentication}"

    def timeouts(self, waits: bool) -> dict[str, Any]:
        """Variables that make it wait no longer than a test has to, where `waits` says that it has
        to wait at all."""
        operation, read = _SHORT if waits else _LONG
        if self.plugin == "winrm":
            return {
                "ansible_winrm_operation_timeout_sec": operation,
                "ansible_winrm_read_timeout_sec": read,
            }
        return {
            "ansible_psrp_operation_timeout": operation,
            "ansible_psrp_read_timeout": read,
            "ansible_psrp_connection_timeout": read,
            "ansible_psrp_reconnection_retries": 0,
        }


WINRM = Way("winrm", "basic")
WAYS = (WINRM, Way("psrp", "ntlm"))
