# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's own connections, as a task has them."""

from __future__ import annotations

from typing import Any

from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader


def winrm_connection(address: str, port: int, **variables: Any) -> Any:
    """A ``winrm`` connection to a host; `variables` are what stands behind ``ansible_winrm_``."""
    return _connection("winrm", address, port, variables)


def psrp_connection(address: str, port: int, **variables: Any) -> Any:
    """A ``psrp`` connection to a host; `variables` are what stands behind ``ansible_psrp_``."""
    return _connection("psrp", address, port, variables)


def _connection(kind: str, address: str, port: int, variables: dict[str, Any]) -> Any:
    known = {
        "ansible_host": address,
        "ansible_port": port,
        "ansible_user": "u",
        "ansible_password": "secret",
        **{f"ansible_{kind}_{name}": value for name, value in variables.items()},
    }
    # A worker hands over besides what no option of the connection is declared for.
    further = {name: value for name, value in known.items() if name.startswith(f"ansible_{kind}_")}
    connection = connection_loader.get(kind, PlayContext())
    connection.set_options(var_options={**known, "_extras": further})
    return connection
