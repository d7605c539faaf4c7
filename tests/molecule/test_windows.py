# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenario for real Windows hosts on a simulated one: all of it but what PowerShell runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from demo.__main__ import simulated_hosts
from integration.runs import CHECKOUT, own_addresses, run
from loopback import Network
from winsim.config import Access
from winsim.images import load
from winsim.inventory import inventory as of_hosts
from winsim.inventory import write_inventory
from winsim.server import Hosts

pytestmark = pytest.mark.integration

SCENARIO = CHECKOUT / "extensions" / "molecule" / "windows"
SERVICES = [
    {"name": "reports", "port": 8443, "process": "reports.exe"},
    {"name": "stock", "port": 8080, "process": "java.exe"},
    {"name": "later", "port": 9099},
]


@pytest.fixture
def inventory(tmp_path: Path) -> Iterator[Path]:
    """As the scenario's README has it, with services: one is shut, one open, one not there yet."""
    path = tmp_path / "inventory.yml"
    with simulated_hosts(path, "--image", "win11-ja", *own_addresses()):
        content = yaml.safe_load(path.read_text())
        content["windows"]["hosts"]["win-1"]["port_setup_services"] = SERVICES
        path.write_text(yaml.safe_dump(content))
        yield path


def played(inventory: Path, name: str, change: str) -> int:
    """A playbook of the scenario, which has to succeed: how many tasks have changed something."""
    command = ("ansible-playbook", "-i", str(inventory), "--skip-tags", "netstat,registry")
    playbook = str(SCENARIO / f"{name}.yml")
    code, text = run(*command, playbook, environment={"PORTKEEPER_WINDOWS_CHANGE": change})
    assert code == 0, text
    (changed,) = re.findall(r"changed=(\d+)", text)
    return int(changed)


def test_nothing_is_changed_unless_asked_for(inventory: Path) -> None:
    assert played(inventory, "converge", "") == 1
    assert played(inventory, "verify", "") == 0
    # What was only said is still to be done.
    assert played(inventory, "converge", "yes") == 1
    assert played(inventory, "verify", "yes") == 0
    assert played(inventory, "converge", "yes") == 0


def test_the_path_of_a_host_to_itself(tmp_path: Path) -> None:
    """The inventory of the workflow, whose only host is a simulated one."""
    written = CHECKOUT / ".github" / "windows-hosts.yml"
    content = yaml.safe_load(written.read_text())
    (name,) = content["windows"]["hosts"]
    server = load("path-server").boot(name, Network().next())
    with Hosts([server], port=5985, access=Access(allow_unencrypted=True)) as hosts:
        user, password = next(iter(server.users.items()))
        content["all"]["vars"] |= {"ansible_user": user}
        # One that only loopback addresses reach, and one at which nothing listens.
        services = [{"name": "a", "port": 8443}, {"name": "b", "port": 8472}]
        content["windows"]["hosts"][name]["port_setup_services"] = services
        path = tmp_path / "inventory.yml"
        path.write_text(yaml.safe_dump(content))
        environment = {"WINDOWS_ADDRESS": hosts[0].address, "WINDOWS_PASSWORD": password}
        command = ("ansible-playbook", "-v", "-i", str(path), str(SCENARIO / "verify_paths.yml"))
        code, text = run(*command, environment=environment | {"PORTKEEPER_WINDOWS_CHANGE": "yes"})
    assert code == 0, text
    assert re.findall(r"changed=(\d+)", text) == ["0"]
    # Each kind of port was asked about.
    assert re.findall(r"ok: \[runner\] => \(item=(\d+)\)", text).count("5985") == 1
    assert {"5985", "8443", "9", "8472"} <= set(re.findall(r"\(item=(\d+)\)", text))


def test_paths_between_two_hosts(tmp_path: Path) -> None:
    network = Network()
    machines = [
        load(image).boot(name, network.next())
        for name, image in (("pc-1", "path-client"), ("srv-1", "path-server"))
    ]
    # At its usual port, which the rules of Windows open.
    with Hosts(machines, port=5985, access=Access(basic=True, allow_unencrypted=True)) as hosts:
        path = tmp_path / "inventory.yml"
        write_inventory(path, of_hosts(list(hosts), "basic", "winrm"))
        command = ("ansible-playbook", "-i", str(path), str(SCENARIO / "verify_paths.yml"))
        code, text = run(*command, environment={"PORTKEEPER_WINDOWS_CHANGE": "yes"})
        assert code == 0, text
        # The rule that kept curl back is gone again.
        assert re.findall(r"changed=(\d+)", text) == ["2", "2"]
        for machine in machines:
            assert machine.firewall is not None
            assert not any("curl.exe" in rule for rule in machine.firewall.rules().values())
