# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules return, as their documentation says it, and what they ask of a host for it: CIM and
programs of Windows with constant command lines, over both connections."""

from __future__ import annotations

import importlib
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader

from ansible_collections.portkeeper.windows.plugins.module_utils.pc import schema
from integration.runs import own_address
from unit.project.test_returned import RESULTS
from winsim.images import load
from winsim.request_log import Entry
from winsim.server import Hosts

pytestmark = pytest.mark.integration

PLUGINS = "ansible_collections.portkeeper.windows.plugins"
# The tasks of each module, which have as much to return as there is. Some change the host.
TASKS: dict[str, tuple[dict[str, Any], ...]] = {
    "port_facts": (
        {
            "gather": [
                "process", "user", "service", "reserved", "dynamic", "httpsys", "firewall",
            ],
            "command_lines": True,
            "states": ["all"],
        },
    ),
    "port_check": (
        {
            "ports": [80, 135, 5432, 5985, 8080, 9999, {"port": 5353, "protocols": ["udp"]}],
            "from_controller": False,
        },
        {
            "ports": [80, 5432],
            "from": ["10.0.0.0/8", "fe80::7"],
            "expect": "in_use",
            "from_controller": False,
        },
    ),
    "verify_host": ({},),
    "port_firewall": (
        {"name": "Reports", "ports": [8443], "profiles": ["domain", "private"]},
        {"name": "Reports", "ports": [8443, 8444], "profiles": ["domain", "private"]},
        {"name": "Reports", "state": "absent"},
    ),
    "firewall_profile": ({}, {"log_blocked": True, "profiles": ["public", "private"]}),
    "network_category": (
        {"interface": "イーサネット", "category": "private"},
        {"name": "ネットワーク 2", "category": "private"},
    ),
    "port_firewall_info": ({"ports": [80, 5985]}, {"stores": ["app_isolation"]}),
    "port_process": ({"ports": [8080, 9999]}, {"ports": [445]}),
}  # fmt: skip
READING = ("port_facts", "port_check", "port_firewall_info", "verify_host")
# Keys of Ansible itself, in every result.
COMMON = {"changed", "failed", "msg", "warnings", "diff", "invocation", "exception"}
# Of CIM, what changes nothing; a shell is opened, used and closed besides.
READS = {"Enumerate", "Pull", "Get", "Release", "GetOwner"}
SHELL = "cmd"
# What stands between two ampersands of a command line.
PIECE = re.compile(
    r"%SystemRoot%\\System32\\((reg|netsh)\.exe (query|int|http) [^&|<>^]+|netstat\.exe -nao|"
    r"tasklist\.exe /svc /fo csv /nh|chcp\.com 65001)|echo portkeeper-[a-z-]+\d*"
)


@dataclass(frozen=True)
class Done:
    """What a module has returned, task by task, and what was asked of the host for it."""

    results: tuple[dict[str, Any], ...]
    entries: tuple[Entry, ...]


def run(module: str, kind: str, host: str, options: dict[str, Any]) -> dict[str, Any]:
    task = Task()
    task.args, task.check_mode, task.diff = options, False, True
    task.action = f"portkeeper.windows.{module}"
    context = PlayContext()
    connection = connection_loader.get(kind, context, "/dev/null")
    connection.set_options(
        var_options={
            "ansible_host": host, "ansible_port": 5985, "ansible_user": "admin",
            "ansible_password": "Passw0rd!", "ansible_winrm_transport": "basic",
            "ansible_psrp_protocol": "http", "ansible_psrp_auth": "basic",
            "ansible_psrp_message_encryption": "never", "_extras": {},
        }
    )  # fmt: skip
    action = importlib.import_module(f"{PLUGINS}.action.{module}").ActionModule
    made = action(task, connection, context, None, None, None)
    result: dict[str, Any] = made.run(task_vars={"inventory_hostname": "pc-01"})
    return result


@pytest.fixture(scope="module", params=["winrm", "psrp"])
def done(request: pytest.FixtureRequest) -> dict[str, Done]:
    address = own_address(170)
    machine = load("win11-ja").boot(address=address, users={"admin": "Passw0rd!"})
    found = {}
    with Hosts([machine], port=5985) as hosts:
        for module, tasks in TASKS.items():
            hosts.log.clear()
            results = tuple(run(module, request.param, address, options) for options in tasks)
            found[module] = Done(results, tuple(hosts.log.entries()))
    return found


def undocumented(value: Any, documented: Mapping[str, Any], place: str) -> list[str]:
    """The keys of a result that its documentation does not name, below those that it has."""
    if isinstance(value, list):
        return [found for item in value for found in undocumented(item, documented, place)]
    if not isinstance(value, dict):
        return []
    contained = documented.get("contains")
    if contained is None:
        return []  # described in words, with a sample
    missing = [f"{place}.{key}" for key in value if key not in contained]
    for key in value.keys() & contained.keys():
        missing += undocumented(value[key], contained[key], f"{place}.{key}")
    return missing


@pytest.mark.parametrize("module", TASKS)
def test_what_a_module_returns_is_documented(done: dict[str, Done], module: str) -> None:
    returned = yaml.safe_load(importlib.import_module(f"{PLUGINS}.modules.{module}").RETURN)
    for result in done[module].results:
        assert "unreachable" not in result, result
        assert set(result) - COMMON <= set(returned)
        for key in result.keys() & returned.keys():
            documented = dict(returned[key])
            if "also has the keys of RV(before)" in str(documented["description"]):
                documented["contains"] |= returned["before"]["contains"]
            assert undocumented(result[key], documented, key) == []


@pytest.mark.parametrize("module", TASKS)
def test_what_a_module_returns_has_its_type(done: dict[str, Done], module: str) -> None:
    for result in done[module].results:
        assert schema.read(RESULTS[module], result) is result
        assert unnamed(RESULTS[module], result) == []


# What a type that may be null has among its parts.
NONE = types.NoneType


def unnamed(kind: Any, value: Any) -> list[str]:
    """The keys of a result that its type does not name, as deep as it goes."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if typing.is_typeddict(origin or kind):
        keys = schema.keys_of(kind)
        found = [name for name in value if name not in keys and name != "invocation"]
        return found + [
            each
            for name in value.keys() & keys.keys()
            for each in unnamed(keys[name][0], value[name])
        ]
    if value is None or origin is None or origin is typing.Literal:
        return []
    if origin is list:
        items = value if isinstance(value, list) else []
        return [each for item in items for each in unnamed(inner[0], item)]
    if origin is dict:
        return [each for item in value.values() for each in unnamed(inner[1], item)]
    return [each for part in inner if part is not NONE for each in unnamed(part, value)]


@pytest.mark.parametrize("module", READING)
def test_what_only_reads_sends_no_change(done: dict[str, Done], module: str) -> None:
    asked = {(entry.action, entry.class_name) for entry in done[module].entries if entry.action}
    assert asked
    assert {action for action, name in asked if name != SHELL} <= READS
    for result in done[module].results:
        assert result["changed"] is False


@pytest.mark.parametrize("module", TASKS)
def test_nothing_but_cim_and_fixed_programs_is_asked_of_a_host(
    done: dict[str, Done], module: str
) -> None:
    entries = [entry for entry in done[module].entries if entry.action]
    assert entries
    for entry in entries:
        # Classes of CIM, or the shell of cmd.exe: that of PowerShell has another name.
        assert entry.class_name == SHELL or re.fullmatch("[A-Z][A-Za-z0-9_]+", entry.class_name)
        if entry.action == "Command":
            for piece in re.split(r" (?:>nul|\|\||&)(?: &)? ", entry.detail):
                assert PIECE.fullmatch(piece), piece
            # Nothing that a task names stands in one.
            assert not re.search("Reports|8443|8444|5432|9999", entry.detail)
