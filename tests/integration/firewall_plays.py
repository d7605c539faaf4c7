# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated PCs of this process and plays of port_firewall on them: what a play has done to a PC
can be looked at in its rule store, and in who can connect to it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integration import runs
from loopback import Network
from winsim.config import Access
from winsim.firewall.store import FirewallState
from winsim.inventory import inventory, write_inventory
from winsim.machine import Machine
from winsim.server import Hosts

MODULE = "portkeeper.windows.port_firewall"
# How long a connection may stay without an answer before it counts as dropped. A PC that answers
# does so at once, and one that drops never does: waiting longer changes no result.
_PATIENCE = 1.0
# How long the controller waits for a PC that answers no more.
SOON = ("-e", "ansible_winrm_read_timeout_sec=4", "-e", "ansible_winrm_operation_timeout_sec=2")

address = Network().address


@dataclass(frozen=True)
class Task:
    """One task of a play, and the results that it has to have."""

    arguments: Mapping[str, Any]
    status: str
    check: bool = False
    module: str = MODULE


def asks(status: str, *, check: bool = False, **arguments: Any) -> Task:
    """A task of port_firewall that has to end as ``ok``, ``changed`` or ``failed``."""
    return Task(arguments, status, check)


def _as_data(number: int, task: Task) -> dict[str, Any]:
    data = {"name": str(number), task.module: dict(task.arguments), "ignore_errors": True}
    return data | ({"check_mode": True} if task.check else {})


def settles(**arguments: Any) -> list[Task]:
    """A task that changes something: in check mode first, then in earnest, then once more."""
    return [
        asks("changed", check=True, **arguments),
        asks("changed", **arguments),
        asks("ok", **arguments),
    ]


@dataclass(frozen=True)
class Fleet:
    """Simulated PCs that run."""

    hosts: Hosts
    folder: Path

    def machine(self, name: str) -> Machine:
        return next(host.machine for host in self.hosts if host.name == name)

    def rules(self, name: str) -> dict[str, dict[str, str]]:
        """The local rules of a PC by their ids, with the fields of each."""
        state = self.firewall(name)
        return {rule_id: dict(state.fields(text)) for rule_id, text in state.rules().items()}

    def named(self, name: str, rule: str) -> list[dict[str, str]]:
        """The rules of a PC that have a display name."""
        return [fields for fields in self.rules(name).values() if fields.get("Name") == rule]

    def firewall(self, name: str) -> FirewallState:
        state = self.machine(name).firewall
        assert state is not None
        return state

    def play(self, name: str, tasks: Sequence[Task], *options: str) -> list[dict[str, Any]]:
        """Run the tasks on one PC as one play. Their results, each of which has the status that was
        demanded."""
        return self.play_and_text(name, tasks, *options)[0]

    def play_and_text(
        self, name: str, tasks: Sequence[Task], *options: str
    ) -> tuple[list[dict[str, Any]], str]:
        """The results, and all that Ansible printed."""
        (results,), text = self._played([(name, tasks, {})], *options)
        return results, text

    def play_each(
        self, *plays: tuple[str, Sequence[Task], Mapping[str, Any]]
    ) -> list[list[dict[str, Any]]]:
        """Run tasks on PCs, one play after the other with one start of Ansible.

        Args:
            plays: of each the PC, its tasks, and variables.

        Returns:
            The results of each play, which have the status that was demanded.
        """
        return self._played(plays)[0]

    def _played(
        self, plays: Sequence[tuple[str, Sequence[Task], Mapping[str, Any]]], *options: str
    ) -> tuple[list[list[dict[str, Any]]], str]:
        data = [
            {
                "hosts": name,
                "gather_facts": False,
                "diff": True,
                "vars": dict(variables),
                "tasks": [_as_data(number, each) for number, each in enumerate(tasks)],
            }
            for name, tasks, variables in plays
        ]
        played = runs.play(data, self.folder, *options)
        found = iter([each["result"] for each in played.results])
        assert len(played.results) == sum(len(tasks) for _name, tasks, _vars in plays), played.text
        by_play = [[next(found) for _task in tasks] for _name, tasks, _variables in plays]
        for (_name, tasks, _variables), results in zip(plays, by_play, strict=True):
            for task, result in zip(tasks, results, strict=True):
                assert result["status"] == task.status, f"{task}: {json.dumps(result, indent=1)}"
        return by_play, played.text

    def connects(self, name: str, port: int) -> str:
        """What becomes of a connection to a PC: ``accepted``, ``refused`` or ``silent``."""
        try:
            address = (self.machine(name).address, port)
            with socket.create_connection(address, timeout=_PATIENCE):
                return "accepted"
        except ConnectionRefusedError:
            return "refused"
        except TimeoutError:
            return "silent"

    def connections(self, name: str, ports: Iterable[int]) -> dict[int, str]:
        """The same for several ports at once."""
        wanted = list(ports)
        with ThreadPoolExecutor(len(wanted)) as pool:
            found = pool.map(lambda port: self.connects(name, port), wanted)
            return dict(zip(wanted, found, strict=True))


@contextmanager
def fleet(folder: Path, machines: Sequence[Machine], **options: Any) -> Iterator[Fleet]:
    """PCs that run while the block does."""
    access = Access(basic=True, negotiate=True, allow_unencrypted=True)
    with Hosts(machines, access=access, **options) as hosts:
        write_inventory(folder / "inventory.yml", inventory(list(hosts), "basic", "winrm"))
        yield Fleet(hosts, folder)


@contextmanager
def rules_put_back(state: FirewallState) -> Iterator[None]:
    """Whatever the block does, a PC has the rules afterwards that it had before."""
    before = state.rules()
    yield
    for rule_id in state.rules().keys() - before.keys():
        state.delete_rule(rule_id)
    for rule_id, text in before.items():
        if state.rules().get(rule_id) != text:
            state.set_rule(rule_id, text)
