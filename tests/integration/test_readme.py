# SPDX-License-Identifier: GPL-3.0-or-later
"""What README.md and README.ja.md show is what is printed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.__main__ import simulated_hosts
from integration.runs import CHECKOUT, own_address, own_addresses, program, run
from winsim.config import Access
from winsim.images import load
from winsim.inventory import inventory, write_inventory
from winsim.server import Hosts

pytestmark = pytest.mark.integration

READMES = ("README.md", "README.ja.md")
DEMOS = ("make demo", "PORTKEEPER_LANGUAGE=ja make demo")
PAIR = {"pc-1": "path-client", "srv-1": "path-server"}
SHOWN_ADDRESS = "127.77.0.1"
#: The module whose command prints a warning too, beside what is shown.
WARNING = " -m portkeeper.windows.port_firewall "


def shown(readme: str) -> list[tuple[str, list[str]]]:
    """The terminal of a README: each command, and the lines below it."""
    blocks = re.findall(r"^```console\n\$ (.*)\n((?:.*\n)*?)```", Path(readme).read_text(), re.M)
    return [(command, output.splitlines()) for command, output in blocks]


def printed(*command: str, environment: dict[str, str]) -> list[str]:
    """What a command prints for a person, without warnings."""
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env=os.environ | {"ANSIBLE_NOCOLOR": "1"} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line.rstrip() for line in done.stdout.splitlines()]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The inventory and the address of a new engineer's PC."""
    option, address = own_addresses()
    path = tmp_path / "inventory.yml"
    with simulated_hosts(path, "--image", "win11-ja", option, address):
        yield path, address


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Path]:
    """The inventory of a client and a server."""
    machines = [
        load(image).boot(name, own_address(number))
        for number, (name, image) in enumerate(PAIR.items(), start=2)
    ]
    path = tmp_path / "pair.yml"
    with Hosts(machines, access=Access(basic=True, allow_unencrypted=True)) as hosts:
        write_inventory(path, inventory(list(hosts), "basic", "winrm"))
        yield path


@pytest.mark.parametrize("readme", READMES)
def test_what_modules_print(readme: str, host: tuple[Path, str], pair: Path) -> None:
    of_host, address = host
    commands = [each for each in shown(str(CHECKOUT / readme)) if each[0].startswith("ansible ")]
    modules = [re.findall(r" -m portkeeper\.windows\.(\w+)", each) for each, _lines in commands]
    assert modules == [
        *(["port_facts"], ["port_check"], ["port_path"], ["port_firewall"]),
        *(["port_firewall_info"], ["port_process"]),
    ]
    for command, lines in commands:
        name, hosts, *arguments = shlex.split(command)
        known = str(pair if hosts in PAIR else of_host)
        arguments = [hosts, *(known if each == "inventory.yml" else each for each in arguments)]
        if WARNING in command:
            config = {"ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg")}
            output = printed(program(name), *arguments, environment=config)
        else:
            code, text = run(name, *arguments)
            output = [line.rstrip() for line in text.splitlines()]
            assert code == 0, text
        assert lines == [line.replace(address, SHOWN_ADDRESS) for line in output]


def test_what_the_demo_prints() -> None:
    paths = os.pathsep.join(str(CHECKOUT / each) for each in (".dev", "tests"))
    for readme, command in zip(READMES, DEMOS, strict=True):
        told = dict(shown(str(CHECKOUT / readme)))[command]
        *settings, _make, _demo = command.split()
        environment = dict(each.split("=") for each in settings)
        lines = printed(
            sys.executable, "-m", "demo", environment={"PYTHONPATH": paths, **environment}
        )
        output = [re.sub(r"127\.\d+\.0\.1", SHOWN_ADDRESS, line) for line in lines]
        # A part of it, as it is.
        start = output.index(told[0])
        assert told == output[start : start + len(told)]


def tried_without_windows(readme: str) -> list[list[str]]:
    """The commands of a README that start a simulated PC and ask it something."""
    text = (CHECKOUT / readme).read_text()
    (block,) = re.findall(r"\n    make venv\n((?:    .+\n)+)", text)
    return [shlex.split(line, comments=True) for line in block.splitlines()]


def test_a_simulated_pc_can_be_tried(tmp_path: Path) -> None:
    (start, ask), japanese = map(tried_without_windows, READMES)
    assert japanese == [start, ask]
    assert start[:3] == [".venv/bin/python", "-m", "winsim"]
    inventory_file = tmp_path / "inventory.yml"

    def here(command: list[str]) -> list[str]:
        """In this environment, and with an inventory of the test's own."""
        name = Path(command[0]).name
        return [
            str(inventory_file) if each == "inventory.yml" else each
            for each in [program(name), *command[1:]]
        ]

    simulator = subprocess.Popen(
        [*here(start), *own_addresses()], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert simulator.stdout is not None
        assert simulator.stdout.readline() == "ready\n"
        config = {"ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg")}
        output = printed(*here(ask), environment=config)
    finally:
        simulator.terminate()
        simulator.communicate()
    assert [line.split()[1] for line in output[2:]] == ["80", "8080"]


def test_a_simulated_pair_can_be_tried(tmp_path: Path) -> None:
    """With the options and the names that both READMEs give it."""
    told = [re.findall(r"`(--image [^`]*)`", (CHECKOUT / readme).read_text()) for readme in READMES]
    ((options,), japanese) = told
    assert japanese == [options]
    ask, _lines = next(
        each for each in shown(str(CHECKOUT / "README.md")) if "port_path" in each[0]
    )
    for old, new in zip(PAIR, ("win-1", "win-2"), strict=True):
        for readme in READMES:
            assert new in (CHECKOUT / readme).read_text()
        ask = ask.replace(old, new)
    path = tmp_path / "inventory.yml"
    with simulated_hosts(path, *options.split(), *own_addresses()):
        name, *arguments = shlex.split(ask)
        code, text = run(
            name, *(str(path) if each == "inventory.yml" else each for each in arguments)
        )
    assert code == 0, text
    assert "From win-1 to win-2, TCP 1433 can be reached" in text
