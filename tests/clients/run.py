# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the clients against simulated hosts, and keep what they got."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from clients.client import CLIENTS, WAYS, Client
from loopback import Network
from winsim.images import load
from winsim.machine import Machine
from winsim.server import Hosts

IMAGE = "server2022"
USER, PASSWORD = "admin", "Passw0rd!"
#: What the operations are about. The service runs at first, and can be stopped.
SERVICE = "Spooler"
RULE = "WINRM-HTTP-In-TCP-NoScope"
OLD_RULE = "RemoteDesktop-Shadow-In-TCP"
NEW_RULE = "another-client"
QUERY = "SELECT Name, State FROM Win32_Service WHERE State = 'Stopped'"
#: A command with more output than one answer holds: a line of each rule.
LONG = (
    r"%SystemRoot%\System32\reg.exe query HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess"
    r"\Parameters\FirewallPolicy\FirewallRules"
)

_NETWORK = Network()
#: What takes longer does not end.
_SECONDS = 300


@dataclass(frozen=True)
class Outcome:
    """How an operation ended: what the client got, or the number of the fault or the status by
    which it was refused."""

    got: Any = None
    refused: str = ""
    said: str = ""


@dataclass
class Run:
    """All operations of one client on one host. `machine` is as it was afterwards, `actions` are
    what the host was asked for."""

    client: Client
    machine: Machine
    outcomes: dict[str, Outcome]
    actions: list[str] = field(default_factory=list)


class DriverError(Exception):
    """A driver ended without an answer."""


def run(client: Client, way: str, operations: Sequence[str]) -> Run:
    """Let a client do some operations on a new host that is reached in one way only.

    Raises DriverError.
    """
    machine = load(IMAGE).boot(address=_NETWORK.next())
    chosen = WAYS[way]
    with (
        tempfile.TemporaryDirectory(prefix="client-") as folder,
        Hosts([machine], https=chosen.scheme == "https", access=chosen.access) as hosts,
    ):
        asked = {
            "scheme": chosen.scheme,
            "authentication": chosen.authentication,
            "address": hosts[0].address,
            "port": hosts[0].port,
            "url": hosts[0].url,
            "certificate": str(hosts.certificate) if hosts.certificate else None,
            "user": USER,
            "password": PASSWORD,
            "folder": folder,
            "operations": list(operations),
            "service": SERVICE,
            "rule": RULE,
            "old_rule": OLD_RULE,
            "new_rule": NEW_RULE,
            "query": QUERY,
            "long": LONG,
        }
        said = _drive(client, asked, str(hosts.certificate or ""))
        actions = hosts.log.actions()
    outcomes = {operation: Outcome(**found) for operation, found in said.items()}
    return Run(client, machine, outcomes, actions)


def _drive(client: Client, asked: dict[str, Any], certificate: str) -> dict[str, Any]:
    # Node.js takes an authority from this variable only.
    variables = {**client.variables, "NODE_EXTRA_CA_CERTS": certificate}
    done = subprocess.run(
        client.command,
        env={**os.environ, **variables},
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    try:
        found = json.loads(done.stdout)
    except ValueError:
        found = None
    if done.returncode or not isinstance(found, dict):
        raise DriverError(f"{client.name}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    return found


@dataclass(frozen=True)
class Results:
    """What all clients got: with all their operations on one way, and with one on each way."""

    operations: dict[str, Run]
    ways: dict[str, dict[str, Run]]


def run_all() -> Results:
    """Run every client. Takes some seconds. Raises DriverError."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        operations = {
            each.name: pool.submit(run, each, each.way, [*each.also, *each.operations])
            for each in CLIENTS
        }
        ways = {
            each.name: {way: pool.submit(run, each, way, [each.probe]) for way in WAYS}
            for each in CLIENTS
        }
        return Results(
            {name: future.result() for name, future in operations.items()},
            {
                name: {way: future.result() for way, future in each.items()}
                for name, each in ways.items()
            },
        )
