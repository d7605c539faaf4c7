# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The arguments of each module: once, for the action that does the work and for the module of
the same name, against which Ansible's own checks compare the documentation.
"""

from __future__ import annotations

from typing import Any

ArgumentSpec = dict[str, dict[str, Any]]

PROTOCOLS: dict[str, Any] = {
    "type": "list",
    "elements": "str",
    "choices": ["tcp", "udp"],
    "default": ["tcp", "udp"],
}

PORT_CHECK: ArgumentSpec = {
    "ports": {"type": "raw", "required": True},
    "protocols": {"type": "list", "elements": "str", "choices": ["tcp", "udp"]},
    "expected_process": {"type": "list", "elements": "str"},
    "expect": {"type": "str", "choices": ["reachable", "free", "in_use"]},
    "language": {"type": "str", "choices": ["en", "ja"], "default": "en"},
    "from_controller": {"type": "bool", "default": True},
    "timeout": {"type": "float", "default": 3.0},
}

PORT_FACTS: ArgumentSpec = {
    "ports": {"type": "raw"},
    "protocols": PROTOCOLS,
    "states": {
        "type": "list",
        "elements": "str",
        "choices": [
            "all",
            "closed",
            "listen",
            "syn_sent",
            "syn_received",
            "established",
            "fin_wait1",
            "fin_wait2",
            "close_wait",
            "closing",
            "last_ack",
            "time_wait",
            "delete_tcb",
            "bound",
        ],
        "default": ["listen"],
    },
    "gather": {
        "type": "list",
        "elements": "str",
        "choices": ["process", "service", "user", "httpsys", "reserved", "dynamic"],
        "default": ["process", "service", "httpsys"],
    },
    "command_lines": {"type": "bool", "default": False},
}
