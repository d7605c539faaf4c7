# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated PCs of a fleet: no two alike, a tenth of them faulty, reached in four ways."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cache
from typing import Any

from fleet.faulty import FAULTS, Fault
from winsim.cli import machines
from winsim.inventory import Plugin, Transport, inventory
from winsim.machine import Machine
from winsim.server import Hosts
from winsim.state import Endpoint

IMAGES = ("win11-ja", "server2022")
WAYS: tuple[tuple[Transport, Plugin], ...] = (
    ("basic", "winrm"),
    ("basic", "psrp"),
    ("ntlm", "winrm"),
    ("ntlm", "psrp"),
)
_FIRST_PORT = 20_001
# Shorter than the delay of the fault, in whole seconds: what the connections count in.
_OPERATION, _READ = 4, 5
_IMPATIENT = {
    "ansible_winrm_operation_timeout_sec": _OPERATION,
    "ansible_winrm_read_timeout_sec": _READ,
}


def pcs(count: int, first_address: str) -> list[Machine]:
    """PCs each of which has a program and a port that no other has."""
    made = machines(IMAGES, count, first_address)
    for number, machine in enumerate(made):
        port = _FIRST_PORT + number
        model = next(each for each in machine.processes() if each.path and not each.protected)
        pid = machine.start_process(dataclasses.replace(model, name=program(number))).pid
        booted = machine.operating_system.booted
        machine.open_as(pid, [Endpoint("tcp", "0.0.0.0", port, pid, booted)])
    return made


def port(number: int) -> int:
    """The port of a PC's own program."""
    return _FIRST_PORT + number


def program(number: int) -> str:
    """The name of a PC's own program."""
    return f"of-{number}.exe"


@cache
def faults(count: int, faulty: int, kinds: tuple[Fault, ...] = FAULTS) -> dict[int, Fault]:
    """What is wrong with which PC: with so many of them, of every image and on every way."""
    share = count // faulty
    return {
        each * count // faulty + each * 3 % share: kinds[each % len(kinds)]
        for each in range(faulty)
    }


def fault_texts(count: int, faulty: int, kinds: tuple[Fault, ...] = FAULTS) -> dict[int, str]:
    """The same as winsim reads it."""
    return {
        number: f"{fault.text}{',' if ':' in fault.text else ':'}host=win-{number + 1}"
        for number, fault in faults(count, faulty, kinds).items()
    }


def hosts_of_inventory(
    hosts: Hosts, faulty: int, kinds: tuple[Fault, ...] = FAULTS
) -> dict[str, Any]:
    """The inventory: each PC with its own variables."""
    wrong = faults(len(hosts), faulty, kinds)
    found: dict[str, Any] = {}
    for number, host in enumerate(hosts):
        impatient = number in wrong and wrong[number].impatient
        way = WAYS[0] if impatient else WAYS[number // len(IMAGES) % len(WAYS)]
        (group,) = inventory([host], *way).values()
        variables = {**group["vars"], **group["hosts"][host.name]}
        if impatient:
            variables |= _IMPATIENT
        found[host.name] = variables | {"own_port": port(number), "own_program": program(number)}
    return found


def truth(machine: Machine) -> list[tuple[str, str, int, int]]:
    """What listens on a PC, as the PC itself knows it: protocol, address, port and PID."""
    return sorted(
        (each.protocol, each.local_address, each.local_port, each.pid)
        for each in machine.endpoints()
        if each.listening
    )


def open_operations(hosts: Sequence[Any]) -> dict[str, tuple[int, int]]:
    """Shells and enumerations that were not given back, by the PC that has them."""
    found = {
        host.name: (len(host.service.shells), len(host.service.enumerations)) for host in hosts
    }
    return {name: counts for name, counts in found.items() if any(counts)}
