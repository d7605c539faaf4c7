# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The arguments of each module, in one place: the action that does the work uses them, and so does
the module of the same name, whose documentation Ansible's own checks compare with them. Those of
port_firewall are made of the options of a rule (`firewall.parts.table`).
"""

from __future__ import annotations

from typing import Any

from ..words.languages import language_of
from ..words.phrases import Phrase, render

ArgumentSpec = dict[str, dict[str, Any]]

# What a module of this collection says if it is run as one; {0} is its name.
PROTOCOLS: dict[str, Any] = {
    "type": "list",
    "elements": "str",
    "choices": ["tcp", "udp"],
    "default": ["tcp", "udp"],
}

# Every module has it. If a task does not set it, a setting of the controller decides.
LANGUAGE: ArgumentSpec = {"language": {"type": "str", "choices": ["en", "ja"]}}

NETWORK_CATEGORY: ArgumentSpec = {
    **LANGUAGE,
    "name": {"type": "str"},
    "interface": {"type": "str", "aliases": ["interface_alias", "interface_index"]},
    "category": {"type": "str", "required": True, "choices": ["private", "public"]},
    "force": {"type": "bool", "default": False},
    "timeout": {"type": "float", "default": 10.0},
}

PORT_CHECK: ArgumentSpec = {
    **LANGUAGE,
    "ports": {"type": "raw", "required": True},
    "protocols": {"type": "list", "elements": "str", "choices": ["tcp", "udp"]},
    "expected_process": {"type": "list", "elements": "str"},
    "expect": {"type": "str", "choices": ["reachable", "free", "in_use"]},
    "from": {"type": "list", "elements": "str"},
    "from_controller": {"type": "bool", "default": True},
    "timeout": {"type": "float", "default": 3.0},
    "drops": {"type": "bool", "default": False},
}

_GATHER = ["process", "service", "httpsys"]

PORT_FACTS: ArgumentSpec = {
    **LANGUAGE,
    "ports": {"type": "raw"},
    "protocols": PROTOCOLS,
    "states": {
        "type": "list",
        "elements": "str",
        "default": ["listen"],
        "aliases": ["tcp_filter"],
    },
    "gather": {
        "type": "list",
        "elements": "str",
        "choices": [
            "process",
            "service",
            "user",
            "httpsys",
            "reserved",
            "dynamic",
            "forwards",
            "firewall",
            "networks",
        ],
        "default": [*_GATHER, "user"],
    },
    "command_lines": {"type": "bool", "default": False},
    "date_format": {"type": "str", "default": "%c", "aliases": ["date_uformat"]},
}

_STORES = [
    *("local", "group_policy", "mdm"),
    *("static_service", "configurable_service", "app_isolation"),
]
_NAMES: dict[str, Any] = {"type": "list", "elements": "str"}

PORT_FIREWALL_INFO: ArgumentSpec = {
    **LANGUAGE,
    "ports": {"type": "raw", "aliases": ["port", "localport"]},
    "any_port": {"type": "bool", "default": False},
    "protocol": _NAMES,
    "name": _NAMES,
    "rule_id": _NAMES,
    "group": _NAMES,
    "direction": {"type": "str"},
    "action": {"type": "str"},
    "program": _NAMES,
    "service": _NAMES,
    "profiles": {**_NAMES, "aliases": ["profile"]},
    "stores": {**_NAMES, "choices": _STORES, "aliases": ["store"]},
    "enabled": {"type": "bool", "aliases": ["enable"]},
    "counts": {"type": "bool"},
    "audit": {"type": "bool", "default": False},
    "as_tasks": {"type": "bool", "default": False},
}

PORT_PATH: ArgumentSpec = {
    **LANGUAGE,
    "server": {"type": "str"},
    "clients": {"type": "list", "elements": "str"},
    "ports": {"type": "raw", "required": True},
    "protocols": {"type": "list", "elements": "str", "choices": ["tcp", "udp"]},
    "name": {"type": "str"},
    "client_program": {"type": "str"},
    "expected_process": {"type": "list", "elements": "str"},
    "expect": {"type": "str", "choices": ["reachable", "blocked"]},
    "attempt": {"type": "bool", "default": True},
    "timeout": {"type": "float", "default": 4.0},
}

PORT_PROCESS: ArgumentSpec = {
    **LANGUAGE,
    "ports": {"type": "raw", "required": True},
    "protocols": {"type": "list", "elements": "str", "choices": ["tcp", "udp"]},
    "state": {"type": "str", "choices": ["free", "restarted"], "default": "free"},
    "method": {"type": "str", "choices": ["auto", "service", "terminate"], "default": "auto"},
    "expected_process": {"type": "list", "elements": "str"},
    "expected_service": {"type": "list", "elements": "str"},
    "connections": {"type": "bool", "default": False},
    "start_mode": {"type": "str", "choices": ["auto", "manual", "disabled"]},
    "force": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "timeout": {"type": "float", "default": 60.0},
    "stay_free": {"type": "float", "default": 2.0},
    "reboot": {"type": "str", "choices": ["never", "if_needed"], "default": "never"},
    "reboot_timeout": {"type": "float", "default": 600.0},
}

PORT_REPORT: ArgumentSpec = {
    **LANGUAGE,
    "folder": {"type": "path", "required": True},
    "name": {"type": "str", "default": "port_report"},
    "title": {"type": "str"},
    "details": {"type": "str", "default": "auto", "choices": ["auto", "all", "unready"]},
    "previous": {"type": "path"},
    "ports": {"type": "raw"},
    "hosts": {"type": "list", "elements": "str"},
    "check": {"type": "str", "default": "port_report_check"},
    "facts": {"type": "str", "default": "port_report_facts"},
    "paths": {"type": "str", "default": "port_report_paths"},
    "surveys": {"type": "list", "elements": "path"},
    "parts": {"type": "list", "elements": "path"},
}

#: What port_survey reads of the listeners if a task does not say. An account costs a request
#: for each process of it.
SURVEY_GATHER = _GATHER

# The options of port_survey that may be different for each host.
_OWN = ("ports", "expected_process", "from", "from_controller", "gather")

PORT_SURVEY: ArgumentSpec = {
    **LANGUAGE,
    "hosts": {"type": "list", "elements": "str"},
    "ports": {"type": "raw"},
    "protocols": {"type": "list", "elements": "str", "choices": ["tcp", "udp"]},
    "expected_process": {"type": "list", "elements": "str"},
    "expect": {"type": "str", "choices": ["reachable", "free", "in_use"]},
    "from": {"type": "list", "elements": "str"},
    "from_controller": {"type": "bool", "default": True},
    "timeout": {"type": "float", "default": 3.0},
    "drops": {"type": "bool", "default": False},
    "gather": {
        "type": "list",
        "elements": "str",
        "choices": PORT_FACTS["gather"]["choices"],
    },
    "host_variables": {"type": "dict", "options": {name: {"type": "str"} for name in _OWN}},
    "parallel": {"type": "int", "default": 16},
    "connect_timeout": {"type": "float"},
    "detail": {"type": "bool", "default": False},
    "detail_file": {"type": "path"},
    "for_report": {"type": "bool", "default": False},
}

VERIFY_HOST: ArgumentSpec = {
    **LANGUAGE,
    "recording": {"type": "path"},
    "recording_folder": {"type": "path"},
    "strict": {"type": "bool", "default": False},
    "write_trial": {"type": "bool", "default": False},
}


def no_action(module: str, language: object) -> str:
    """What a module says if Ansible did not find the action that does its work.

    Args:
        module: its name, without that of the collection.
        language: as the option of the task names it.
    """
    return render(Phrase("task.no_action", {"module": module}), language_of(language))
