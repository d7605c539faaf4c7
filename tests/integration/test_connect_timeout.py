# SPDX-License-Identifier: GPL-3.0-or-later
"""PCs that are off, through Ansible itself: each costs the time that is set for connecting, wherever
that is, and is told with the variable to raise it by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.runs import play
from unit.hostile_server import hostile_server, off

pytestmark = [
    pytest.mark.integration,
    pytest.mark.every_core,
    pytest.mark.plain("speaks to servers of its own"),
]

VARIABLE = "portkeeper_connect_timeout"
KNOWN = {"ansible_user": "admin", "ansible_password": "x", "ansible_host": "127.0.0.1"}
WINRM = {"ansible_connection": "winrm", "ansible_winrm_transport": "ntlm"}
PSRP = {"ansible_connection": "psrp", "ansible_psrp_auth": "ntlm"}
HTTP = {"ansible_winrm_scheme": "http", "ansible_psrp_protocol": "http"}
HTTPS = {"ansible_winrm_scheme": "https", "ansible_psrp_protocol": "https"}

# What is set for a host, and the seconds that it then costs. The environment says 3.
OFF: dict[str, tuple[dict[str, Any], int]] = {
    "winrm": (WINRM, 3),
    "psrp": (PSRP, 3),
    "winrm-own": (WINRM | {VARIABLE: "{{ half * 2 }}", "half": 1}, 2),
    "psrp-own": (PSRP | {VARIABLE: 2}, 2),
    "psrp-by-its-connection": (PSRP | {VARIABLE: 50, "ansible_psrp_connection_timeout": 1}, 1),
    "winrm-with-slow-answers": (WINRM | {VARIABLE: 1, "ansible_winrm_connection_timeout": 70}, 1),
}
# The same where the connection is accepted, and TLS not answered.
MUTE: dict[str, tuple[dict[str, Any], int]] = {
    "winrm-tls": (WINRM | {VARIABLE: 1}, 1),
    "psrp-tls": (PSRP | {VARIABLE: 1}, 1),
}
DELEGATED = {
    "name": "delegated", "hosts": "localhost", "gather_facts": False,
    "tasks": [
        {"portkeeper.windows.port_facts": {"ports": 80}, "ignore_unreachable": True,
         "delegate_to": name}
        for name in ("winrm-own", "psrp-by-its-connection")
    ],
}  # fmt: skip
OWN = {
    "name": "own", "hosts": "windows", "gather_facts": False,
    "tasks": [{"portkeeper.windows.port_facts": {"ports": 80}}],
}  # fmt: skip


def test_a_pc_that_is_off_costs_what_is_set(tmp_path: Path) -> None:
    with off() as port, hostile_server() as mute:
        mute.mute = b"\x16\x03\x03\x40"  # a record that goes on for long
        hosts = {
            **{name: OFF[name][0] | HTTP | {"ansible_port": port} for name in OFF},
            **{name: MUTE[name][0] | HTTPS | {"ansible_port": mute.port} for name in MUTE},
            "wrong": WINRM | HTTP | {"ansible_port": port, VARIABLE: "soon"},
        }
        inventory = {"windows": {"hosts": {name: KNOWN | of for name, of in hosts.items()}}}
        (tmp_path / "inventory.yml").write_text(yaml.safe_dump(inventory), "utf-8")
        done = play(
            [DELEGATED, OWN], tmp_path, "-f", "12", environment={"PORTKEEPER_CONNECT_TIMEOUT": "3"}
        )
    told = {each["host"]: each["result"] for each in done.results if each["host"] != "localhost"}
    for name, (_variables, seconds) in OFF.items():
        message = told[name]["msg"]
        assert told[name]["status"] == "unreachable"
        assert f"no connection came about in time ({seconds} s). The PC may be off" in message
        assert f"raise {VARIABLE} (or ansible_psrp_connection_timeout" in message
        assert f"127.0.0.1:{port}" in message
    for name, (_variables, seconds) in MUTE.items():
        message = told[name]["msg"]
        assert told[name]["status"] == "unreachable"
        assert f"TLS was not set up within {seconds} seconds" in message
        assert VARIABLE in message
    assert told["wrong"]["status"] == "failed"
    assert f"{VARIABLE}: 'soon' is not a time" in told["wrong"]["msg"]
    of_delegated = [each["result"]["msg"] for each in done.results if each["host"] == "localhost"]
    for message, seconds in zip(of_delegated, (2, 1), strict=True):
        assert f"no connection came about in time ({seconds} s)" in message
