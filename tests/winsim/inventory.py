# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible inventory of simulated hosts: what a user needs to talk to them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml

from winsim.kerberos import full_name
from winsim.server import Host

Transport: TypeAlias = Literal["basic", "ntlm", "kerberos"]
Plugin: TypeAlias = Literal["winrm", "psrp"]


def inventory(
    hosts: Sequence[Host], transport: Transport, plugin: Plugin, realm: str = ""
) -> dict[str, Any]:
    """The inventory as data: one group ``windows``, whose variables hold for all hosts. `realm` is
    that of Kerberos, in whose domain the hosts have their names."""
    named = {host.name: _host_variables(host) for host in hosts}
    if transport == "kerberos":
        for name, variables in named.items():
            variables["ansible_user"] = f"{variables['ansible_user']}@{realm}"
            variables[_NAME_OF_KERBEROS[plugin]] = full_name(name, realm)
    return {
        "windows": {
            "hosts": named,
            "vars": {
                "ansible_connection": plugin,
                **(_winrm if plugin == "winrm" else _psrp)(hosts[0].scheme, transport),
            },
        }
    }


#: For a host whose address is no name of the domain.
_NAME_OF_KERBEROS: dict[Plugin, str] = {
    "winrm": "ansible_winrm_kerberos_hostname_override",
    "psrp": "ansible_psrp_negotiate_hostname_override",
}


def write_inventory(path: Path, content: dict[str, Any]) -> None:
    """Write it in one step: whoever reads the file finds it whole. It holds a password, so only
    its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        yaml.safe_dump(content, file, sort_keys=False, allow_unicode=True)
    temporary.replace(path)


def _host_variables(host: Host) -> dict[str, Any]:
    user, password = next(iter(host.machine.users.items()))
    return {
        "ansible_host": host.address,
        "ansible_port": host.port,
        "ansible_user": user,
        "ansible_password": password,
    }


def _winrm(scheme: str, transport: Transport) -> dict[str, Any]:
    variables: dict[str, Any] = {
        "ansible_winrm_transport": transport,
        "ansible_winrm_scheme": scheme,
    }
    if transport == "kerberos":
        variables["ansible_winrm_kinit_env_vars"] = ["KRB5_CONFIG"]
    if scheme == "https":
        variables["ansible_winrm_server_cert_validation"] = "ignore"
    return variables


def _psrp(scheme: str, transport: Transport) -> dict[str, Any]:
    variables: dict[str, Any] = {
        "ansible_psrp_auth": transport,
        "ansible_psrp_protocol": scheme,
    }
    if scheme == "https":
        variables["ansible_psrp_cert_validation"] = "ignore"
    elif transport == "basic":
        variables["ansible_psrp_message_encryption"] = "never"
    return variables
