# SPDX-License-Identifier: GPL-3.0-or-later
"""What each operation has to bring, taken from the simulated machine itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from clients.run import NEW_RULE, OLD_RULE, RULE, SERVICE, Run
from winsim.machine import Machine
from winsim.state import Service, SystemDriver

#: What cmd.exe says where there is no program of that name.
NO_PROGRAM = (
    "'{}' is not recognized as an internal or external command,\r\n"
    "operable program or batch file.\r\n"
)
#: What wsl puts; the others disable the rule.
DESCRIPTION = "Changed"
_FILTERS = [
    "MSFT_NetAddressFilter",
    "MSFT_NetApplicationFilter",
    "MSFT_NetInterfaceFilter",
    "MSFT_NetInterfaceTypeFilter",
    "MSFT_NetNetworkLayerSecurityFilter",
    "MSFT_NetProtocolPortFilter",
    "MSFT_NetServiceFilter",
]


def _services(machine: Machine) -> list[Service]:
    """As hosts list them."""
    return sorted(machine.services(), key=lambda service: service.name.lower())


def _drivers(machine: Machine) -> list[SystemDriver]:
    """As hosts list them."""
    return sorted(machine.drivers, key=lambda driver: driver.name.lower())


def _states(services: Sequence[Service | SystemDriver]) -> list[list[str]]:
    return [[service.name, service.state] for service in services]


def _identity(machine: Machine) -> list[str]:
    version = machine.operating_system.version
    return ["Microsoft Corporation", f"OS: {version} SP: 0.0 Stack: 3.0"]


def _get(machine: Machine) -> list[str]:
    service = machine.service(SERVICE)
    assert service is not None
    return [service.name, service.state, service.path_name]


def _association(machine: Machine) -> list[Any]:
    assert machine.firewall is not None
    rule = machine.firewall.rule(RULE)
    assert rule is not None
    return [_FILTERS, rule.first("LPort")]


def _rules(machine: Machine) -> int:
    assert machine.firewall is not None
    return len(machine.firewall.rules())


def _key(identifier: str) -> dict[str, str]:
    return {
        "CreationClassName": f"MSFT|FW|FirewallRule|{identifier}",
        "PolicyRuleName": "",
        "SystemCreationClassName": "",
        "SystemName": "",
    }


#: By operation, from the machine as it was before.
GOT: dict[str, Callable[[Machine], Any]] = {
    "identify": _identity,
    "enumerate": lambda machine: _states(_services(machine)),
    # Drivers are services of CIM too.
    "dmtf": lambda machine: _states(_services(machine)) + _states(_drivers(machine)),
    "wql": lambda machine: _states([s for s in _services(machine) if s.state == "Stopped"]),
    "selector": lambda machine: _states([s for s in _services(machine) if s.name == SERVICE]),
    "references": lambda machine: [service.name for service in _services(machine)],
    "association": _association,
    "get": _get,
    "config": lambda machine: [str(machine.wsman.max_envelope_size // 1024)],
    "put": lambda _machine: ["2"],
    "create": lambda _machine: _key(NEW_RULE),
    "delete": lambda _machine: 0,
    "invoke": lambda _machine: ["0"],
    "shells": lambda _machine: [2, True],
    "command": lambda _machine: ["one two\r\n", "", 0],
    "unicode": lambda _machine: ["héllo 日本\r\n", "", 0],
    "failing": lambda _machine: ["", NO_PROGRAM.format("no-such-program"), 1],
    "long": _rules,
    "input": lambda _machine: ["apple\r\npear\r\n", "", 0],
}


def _active(run: Run, identifier: str) -> bool | None:
    assert run.machine.firewall is not None
    rule = run.machine.firewall.rule(identifier)
    return None if rule is None else rule.is_true("Active")


def _state(run: Run) -> str:
    service = run.machine.service(SERVICE)
    assert service is not None
    return service.state


#: What has to be so afterwards, on the machine or among what it was asked for.
AFTERWARDS: dict[str, Callable[[Run], bool]] = {
    # In two blocks, the second of which says that it is the last.
    "input": lambda run: run.actions.count("Send") == 2,
    "enumerate": lambda run: "Pull" in run.actions,
    "put": lambda run: (
        _active(run, RULE) is False or run.machine.operating_system.description == DESCRIPTION
    ),
    "create": lambda run: _active(run, NEW_RULE) is False,
    "delete": lambda run: _active(run, OLD_RULE) is None,
    "invoke": lambda run: _state(run) in {"Stop Pending", "Stopped"},
}
