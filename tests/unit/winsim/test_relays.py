# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands behind listeners: port proxies, the listen list of http.sys, WinNAT."""

from __future__ import annotations

import pytest

from winsim import classes
from winsim.images import load
from winsim.machine import HTTP_PARAMETERS, PORT_PROXY, Machine
from winsim.programs.reg import reg
from winsim.programs.shell import Shell


@pytest.fixture
def machine() -> Machine:
    return load("relays").boot()


def held(machine: Machine, pid: int) -> set[tuple[str, int]]:
    return {(e.local_address, e.local_port) for e in machine.endpoints() if e.pid == pid}


def test_ip_helper_listens_for_its_mappings_while_it_runs(machine: Machine) -> None:
    helper = machine.service("iphlpsvc")
    assert helper is not None
    tcp = {each for each in held(machine, helper.process_id) if each[1] < 10_000}
    assert tcp == {("192.168.11.23", 8084), *(("0.0.0.0", port) for port in range(8091, 8096))}
    assert machine.firewall is not None
    machine.firewall.delete_value(rf"{PORT_PROXY}\v4tov6\tcp", "*/8095")
    assert ("0.0.0.0", 8095) not in held(machine, helper.process_id)
    machine.end_process(helper.process_id)
    assert held(machine, helper.process_id) == set()


def test_reg_shows_them_below_a_key_for_each_pair(machine: Machine) -> None:
    printed = reg(Shell(machine, 65001, "admin"), ["query", PORT_PROXY, "/s"])
    assert printed.exit_code == 0
    assert rf"{PORT_PROXY}\v4tov4\tcp" in printed.stdout
    assert "    0.0.0.0/8091    REG_SZ    172.20.0.2/80\r\n" in printed.stdout
    assert "    */8095    REG_SZ    fd00::2/80\r\n" in printed.stdout


def test_http_sys_listens_at_the_addresses_of_its_list_only(machine: Machine) -> None:
    assert ("::", 51234) in held(machine, 4)
    assert machine.firewall is not None
    machine.firewall.set_texts(HTTP_PARAMETERS, "ListenOnlyList", ["127.0.0.1", "::1"])
    found = {address for address, port in held(machine, 4) if port == 51234}
    assert found == {"127.0.0.1", "::1"}
    printed = reg(
        Shell(machine, 65001, "admin"), ["query", HTTP_PARAMETERS, "/v", "ListenOnlyList"]
    )
    assert r"    ListenOnlyList    REG_MULTI_SZ    127.0.0.1\0::1" in printed.stdout


def test_nothing_listens_for_what_winnat_translates(machine: Machine) -> None:
    found = classes.find("root/standardcimv2", "MSFT_NetNatStaticMapping", machine)
    assert found is not None
    rows = list(found.instances(machine))
    assert [
        (row["Protocol"], row["ExternalPort"], row["InternalIPAddress"], row["InternalPort"])
        for row in rows
    ] == [(6, 8088, "172.28.16.2", 80), (17, 8089, "172.28.16.3", 53)]
    assert all(set(row) == {each.name for each in found.properties} for row in rows)
    assert all(e.local_port not in (8088, 8089) for e in machine.endpoints())
    assert classes.find("root/standardcimv2", found.name, load("win2008r2").boot()) is None
