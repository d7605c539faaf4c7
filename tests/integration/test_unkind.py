# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that end a connection with each answer, and say so: what seals messages ends with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from integration.runs import ad_hoc, own_address
from winsim.config import Access
from winsim.images import load
from winsim.inventory import Plugin, inventory, write_inventory
from winsim.machine import Machine
from winsim.server import Hosts
from winsim.soap import Request
from winsim.wsman import Caller, Reply, Service

pytestmark = [
    pytest.mark.integration,
    pytest.mark.plain("has a manner of answering of its own"),
]
PLUGINS: tuple[Plugin, ...] = ("winrm", "psrp")


class Ending:
    """Each answer is the last on its connection."""

    def answer(
        self,
        service: Service,
        request: Request,
        caller: Caller,
        injected: Mapping[str, str],
        plainly: Callable[[Request, Caller, Mapping[str, str]], Reply],
    ) -> Reply:
        return replace(plainly(request, caller, injected), last=True)

    def told(self, service: Service, request: Request, reply: Reply) -> Reply:
        return replace(reply, last=True)

    def rows(self, service: Service, items: Iterator[str]) -> Iterator[str]:
        return items


def ending(machine: Machine, access: Access) -> Service:
    service = Service(machine, access)
    service.manner = Ending()
    return service


def test_a_change_gets_new_keys_after_each_answer(tmp_path: Path) -> None:
    machines = [
        load("win11-ja").boot(name, own_address(number)) for number, name in enumerate(PLUGINS, 1)
    ]
    access = Access(basic=False, negotiate=True, allow_unencrypted=False)
    with Hosts(machines, access=access, make_service=ending) as hosts:
        content = inventory(list(hosts), "ntlm", "winrm")
        for host in hosts:
            of_host = inventory([host], "ntlm", "psrp" if host.name == "psrp" else "winrm")
            content["windows"]["hosts"][host.name] |= of_host["windows"]["vars"]
        write_inventory(tmp_path / "inventory.yml", content)
        wanted = {"name": "Web", "ports": "8080"}
        output = ad_hoc(tmp_path / "inventory.yml", "port_firewall", wanted, tmp_path)
        assert output.code == 0, output.text
        assert {result["changed"] for result in output.results.values()} == {True}
        for machine in machines:
            assert machine.firewall is not None
            written = [dict(machine.firewall.fields(t)) for t in machine.firewall.rules().values()]
            assert [each["LPort"] for each in written if each.get("Name") == "Web"] == ["8080"]
