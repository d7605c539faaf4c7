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
from winsim.state import Service

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
    """How an operation ended: what the client got, the number of the fault or the status by
    which it was refused, or how the client or its driver failed."""

    got: Any = None
    refused: str = ""
    said: str = ""
    failed: str = ""


@dataclass
class Run:
    """All operations of one client on one host. `machine` is as it was afterwards, `actions` are
    what the host was asked for."""

    client: Client
    machine: Machine
    outcomes: dict[str, Outcome]
    actions: list[str] = field(default_factory=list)


def boot(address: str = "127.77.0.1") -> Machine:
    """The machine that each client meets: with a service whose name has to be escaped in XML."""
    machine = load(IMAGE).boot(address=address)
    machine.put_service(Service("R&D <ü>", "Research", r"C:\research.exe"))
    return machine


def run(client: Client, way: str, operations: Sequence[str]) -> Run:
    """Let a client do some operations on a new host that is reached in one way only."""
    machine = boot(_NETWORK.next())
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
        outcomes = _drive(client, asked, str(hosts.certificate or ""))
        actions = hosts.log.actions()
    return Run(client, machine, outcomes, actions)


def _drive(client: Client, asked: dict[str, Any], certificate: str) -> dict[str, Outcome]:
    # Node.js takes an authority from this variable only.
    variables = {**client.variables, "NODE_EXTRA_CA_CERTS": certificate}
    try:
        done = subprocess.run(
            client.command,
            env={**os.environ, **variables},
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=True,
            timeout=_SECONDS,
        )
        found = json.loads(done.stdout)
        return {operation: Outcome(**found[operation]) for operation in asked["operations"]}
    except (subprocess.SubprocessError, ValueError, KeyError) as error:
        said = getattr(error, "stderr", None) or ""
        return dict.fromkeys(asked["operations"], Outcome(failed=f"{error!r}\n{said}"))


@dataclass(frozen=True)
class Results:
    """What all clients got: with all their operations on one way, and with one on each way."""

    operations: dict[str, Run]
    ways: dict[str, dict[str, Run]]

    def failures(self) -> list[str]:
        """What came of no operation, as text."""
        runs = [
            *self.operations.values(),
            *(r for each in self.ways.values() for r in each.values()),
        ]
        return [
            f"{run.client.name}, {operation}: {outcome.failed}"
            for run in runs
            for operation, outcome in run.outcomes.items()
            if outcome.failed
        ]


def run_all() -> Results:
    """Run every client. Takes some seconds."""
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
