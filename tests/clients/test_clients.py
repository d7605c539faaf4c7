# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients that others wrote get of a simulated host is what the machine has."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clients.client import CLIENTS, DRIVERS, OPERATIONS, WAYS, Client
from clients.expected import AFTERWARDS, DESCRIPTION, GOT
from clients.run import Outcome, Results, boot
from clients.table import DOCUMENT, REFUSALS, refusals, text
from tools.clients import SOURCE, program
from tools.layout import CONSTRAINTS

pytestmark = pytest.mark.integration

BY_NAME = {client.name: client for client in CLIENTS}
#: The clients, and the HTTP library that one of them wants its transport from.
PYTHON_CLIENTS = {"awinrm", "httpx", "winrm", "pypsrp", "wsmanclient"}


def expected(client: Client, operation: str) -> Any:
    if client.name == "wsl" and operation == "put":
        return [DESCRIPTION]
    got = GOT[operation](boot())
    if client.name == "winrm-client":
        # It gives one text: stdout or, where that is empty, stderr; without blanks around it.
        stdout, stderr, _code = got
        return (stdout or stderr).strip()
    return got


def check(client: Client, operation: str, outcome: Outcome) -> None:
    assert not outcome.failed, outcome.failed
    if outcome.refused:
        assert outcome.refused in REFUSALS
        assert outcome.got is None
        if outcome.refused in {"exit code 1", "not recognized"}:
            assert "powershell" in outcome.said
            assert "is not recognized as an internal or external command" in outcome.said
    else:
        assert outcome.got == expected(client, operation)


@pytest.mark.parametrize(
    ("name", "operation"),
    [(client.name, operation) for client in CLIENTS for operation in client.operations],
)
def test_a_client_gets_what_the_machine_has(results: Results, name: str, operation: str) -> None:
    run = results.operations[name]
    check(BY_NAME[name], operation, run.outcomes[operation])
    if not run.outcomes[operation].refused and operation in AFTERWARDS:
        assert AFTERWARDS[operation](run), run.actions


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", BY_NAME)
def test_a_client_on_each_way(results: Results, name: str, way: str) -> None:
    client = BY_NAME[name]
    run = results.ways[name][way]
    assert set(run.outcomes) == {client.probe}
    check(client, client.probe, run.outcomes[client.probe])


def test_a_client_with_an_ntlm_of_its_own_seals(results: Results) -> None:
    [outcome] = results.ways["awinrm"]["http-ntlm"].outcomes.values()
    assert outcome.got == expected(BY_NAME["awinrm"], "command")


@pytest.mark.parametrize("name", ["pywinrm", "pypsrp"])
def test_the_clients_of_the_product_come_in_on_every_way(results: Results, name: str) -> None:
    runs = results.ways[name]
    assert {way: run.outcomes[BY_NAME[name].probe].refused for way, run in runs.items()} == (
        dict.fromkeys(WAYS, "")
    )


def test_who_can_not_seal_is_let_in_by_no_host_that_wants_it(results: Results) -> None:
    for name in ("python-wsmanclient", "wsl", "winrmcp", "winrm-client"):
        [outcome] = results.ways[name]["http-ntlm"].outcomes.values()
        assert outcome.refused in {"HTTP 401", "HTTP 500"}
        assert results.ways[name]["http-ntlm"].actions == []


def test_what_the_notes_say_of_a_client(results: Results) -> None:
    pages = results.operations["python-wsmanclient"].outcomes["enumerate_optimised"]
    everything = GOT["enumerate"](boot())
    assert pages.got == everything[10:]
    part = results.operations["winrm-client"].outcomes["first_part"]
    assert 0 < part.got < GOT["long"](boot())
    copied = results.operations["wsl"].outcomes["invoke_enumerated"]
    assert copied.refused == "2150858817"  # its prefixes are not declared


def test_a_copy_that_is_refused_has_closed_its_shells(results: Results) -> None:
    actions = results.operations["winrmcp"].actions
    assert actions.count("Create") == actions.count("Delete") > 0
    assert actions.count("Command") == actions.count("Signal") > 0


def test_every_refusal_that_is_documented_is_seen(results: Results) -> None:
    assert refusals(results) == set(REFUSALS)


def test_every_operation_is_tried_by_someone() -> None:
    tried = {operation for client in CLIENTS for operation in client.operations}
    assert tried == set(OPERATIONS)


def test_the_table_is_what_the_run_saw(results: Results) -> None:
    assert results.failures() == []
    assert DOCUMENT.read_text("utf-8") == text(results), "make clients-table writes it anew"


def test_every_package_of_pypi_is_pinned() -> None:
    freeze = [program("python"), "-m", "pip", "freeze"]
    installed = subprocess.run(freeze, check=True, capture_output=True, text=True).stdout
    pins = {
        _canonical(line)
        for path in (SOURCE / "requirements.txt", *CONSTRAINTS.glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
        if "==" in line
    }
    assert {_canonical(line) for line in installed.splitlines()} <= pins


def _canonical(requirement: str) -> str:
    return requirement.lower().replace("_", "-")


@pytest.mark.parametrize("path", sorted(DRIVERS.glob("*.py")), ids=lambda path: path.stem)
def test_a_driver_uses_no_code_of_this_repository(path: Path) -> None:
    allowed = set(sys.stdlib_module_names) | PYTHON_CLIENTS
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert not node.level
            modules = [node.module or ""]
        assert {module.partition(".")[0] for module in modules} <= allowed


def test_the_driver_in_javascript_uses_none_either() -> None:
    [path] = DRIVERS.glob("*.cjs")
    assert set(re.findall(r"require\('([^']+)'\)", path.read_text("utf-8"))) == {
        "node:fs",
        "winrm-client",
    }
