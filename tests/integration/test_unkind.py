# SPDX-License-Identifier: GPL-3.0-or-later
"""Unkind hosts as they are seen through HTTP, and by Ansible where they end each connection with its
answer."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from integration.runs import ad_hoc, own_address
from unit.winsim.wire import ENUMERATION, enumerate_body, envelope
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
PROCESSES = envelope(f"{ENUMERATION}Enumerate", enumerate_body("SELECT * FROM Win32_Process"))
WRONG = envelope(f"{ENUMERATION}Enumerate", enumerate_body("SELECT * FROM Nothing"))
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

    def waits(self, service: Service, request: Request) -> bool:
        return True

    def meant(self, request: Request) -> Request:
        return request

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


def answers(seed: int | None, *requests: bytes) -> list[tuple[HTTPResponse, str]]:
    """What a host answers, without the ids that are new each time."""
    basic = "Basic " + base64.b64encode(b"admin:Passw0rd!").decode()
    headers = {"Content-Type": "application/soap+xml;charset=UTF-8", "Authorization": basic}
    machine = load("server2022").boot("win-1", own_address())
    found = []
    with Hosts([machine], unkind=seed) as hosts:
        for request in requests:
            connection = HTTPConnection(hosts[0].address, hosts[0].port, timeout=10)
            connection.request("POST", "/wsman", request, headers)
            response = connection.getresponse()
            text = re.sub(
                "[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", "ID", response.read().decode()
            )
            found.append((response, text))
            connection.close()
    return found


def test_a_seed_is_an_option_or_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    by_option = [text for _response, text in answers(5, PROCESSES, PROCESSES)]
    assert by_option[0] != by_option[1]
    monkeypatch.setenv("WINSIM_UNKIND", "5")
    assert [text for _response, text in answers(None, PROCESSES, PROCESSES)] == by_option
    assert [text for _response, text in answers(6, PROCESSES, PROCESSES)] != by_option


def test_http_varies_too() -> None:
    found = [response for response, _text in answers(1, *[PROCESSES, WRONG] * 25)]
    assert {response.status for response in found} == {200, 400, 500}
    assert {response.chunked for response in found} == {True, False}
    assert {response.getheader("Connection") for response in found} == {None, "close"}
    types = {response.getheader("Content-Type") for response in found}
    assert len(types) == 3
    assert all("soap+xml" in str(each).lower() for each in types)
