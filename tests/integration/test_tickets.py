# SPDX-License-Identifier: GPL-3.0-or-later
"""No Kerberos ticket stays on the controller, which would be good for hours without a password.

There is no Kerberos here. Ansible makes the file of a ticket all the same, runs `kinit`, which is a
program that does nothing, and the library, a stand-in, can't authenticate.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from integration.runs import Output, ad_hoc, own_address, own_addresses, simulated_hosts

pytestmark = [pytest.mark.integration, pytest.mark.every_core]

LIBRARY = """
class GSSError(Exception):
    pass


GSS_C_MUTUAL_FLAG = GSS_C_SEQUENCE_FLAG = GSS_C_DELEG_FLAG = 0
GSS_MECH_OID_KRB5 = None


def authGSSClientInit(*arguments, **options):
    raise GSSError("no credentials")
"""

# What a task does, by the name of its host: nothing listens at port 9.
WAYS = {
    "win-1": {"ansible_winrm_transport": ["kerberos", "basic"]},
    "win-2": {"ansible_winrm_transport": ["kerberos"]},
    "win-3": {"ansible_winrm_transport": ["kerberos", "basic"], "ansible_password": "wrong"},
    "win-4": {"ansible_winrm_transport": ["kerberos", "basic"], "ansible_port": 9},
}


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("left")


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory, left: Path) -> Iterator[Output]:
    folder = tmp_path_factory.mktemp("tickets")
    inventory, tree, library = (folder / name for name in ("hosts.yml", "tree", "library"))
    tree.mkdir()
    library.mkdir()
    (library / "kerberos.py").write_text(LIBRARY)
    with simulated_hosts(inventory, "--image", "server2022", "--count", "4", *own_addresses()):
        hosts = yaml.safe_load(inventory.read_text())
        windows = hosts["windows"]["hosts"]
        for name, way in WAYS.items():
            windows[name] |= way | {"ansible_winrm_kinit_cmd": "/bin/true"}
        inventory.write_text(yaml.safe_dump(hosts))
        environment = {"TMPDIR": str(left), "PYTHONPATH": str(library)}
        yield ad_hoc(inventory, "port_facts", {}, tree, "-vvvvv", environment=environment)


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("win-1", "ok", ""),
        ("win-2", "unreachable", "no credentials"),
        ("win-3", "unreachable", "basic: the credentials were rejected"),
        ("win-4", "unreachable", "connection was refused"),
    ],
)
def test_tasks_end_well_and_badly(output: Output, name: str, status: str, words: str) -> None:
    result = output.results[name]
    assert result["status"] == status, result
    assert words in result.get("msg", "")


def test_each_had_a_ticket(output: Output) -> None:
    assert output.text.count("kinit succeeded") == len(WAYS)


def test_no_ticket_is_left(output: Output, left: Path) -> None:
    assert output.results
    assert list(left.iterdir()) == []


def test_none_is_left_by_a_task_whose_time_is_up(tmp_path: Path) -> None:
    """Ansible's `timeout` interrupts it, be it in an exchange or in `kinit` itself."""
    inventory, tree, library, left = (tmp_path / name for name in ("hosts.yml", "t", "l", "left"))
    for folder in (tree, library, left):
        folder.mkdir()
    (library / "kerberos.py").write_text(LIBRARY)
    slow = library / "kinit"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o700)
    options = ("--image", "server2022", "--count", "2", "--fault", "slow=body")
    with simulated_hosts(inventory, *options, "--address", own_address(101)):
        hosts = yaml.safe_load(inventory.read_text())
        for host, kinit in zip(
            hosts["windows"]["hosts"].values(), ("/bin/true", slow), strict=True
        ):
            host["ansible_winrm_transport"] = ["kerberos", "basic"]
            host["ansible_winrm_kinit_cmd"] = str(kinit)
        inventory.write_text(yaml.safe_dump(hosts))
        done = ad_hoc(
            inventory, "port_facts", {}, tree, "-vvvvv", "--task-timeout", "8",
            environment={"TMPDIR": str(left), "PYTHONPATH": str(library)},
        )  # fmt: skip
    assert {each["status"] for each in done.results.values()} == {"failed"}
    assert done.text.count("creating Kerberos CC") == 2
    assert list(left.iterdir()) == []
