# SPDX-License-Identifier: GPL-3.0-or-later
"""What README.md and README.ja.md show is what is printed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from integration.runs import CHECKOUT, own_addresses, run

pytestmark = pytest.mark.integration

READMES = ("README.md", "README.ja.md")
DEMOS = ("make demo", "PORTKEEPER_LANGUAGE=ja make demo")
SHOWN_ADDRESS = "127.77.0.1"
#: What a reader does not run in a checkout: the parts of the Makefile have tests of their own, and
#: the others install what is there already.
NOT_HERE = ("make ", "ansible-galaxy collection install ", "pip install -r ~/.ansible/")
PLAY = "set_up.yml"
ACTIVATED = ". .venv/bin/activate"


def shown(readme: str) -> list[tuple[str, list[str]]]:
    """The terminal of a README: each command, and the lines below it."""
    blocks = re.findall(r"^```console\n\$ (.*)\n((?:.*\n)*?)```", Path(readme).read_text(), re.M)
    return [(command, output.splitlines()) for command, output in blocks]


def printed(*command: str, environment: dict[str, str], folder: Path = CHECKOUT) -> list[str]:
    """What a command prints."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"ANSIBLE_NOCOLOR": "1"} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [line.rstrip() for line in done.stdout.splitlines()]


@dataclass(frozen=True)
class Command:
    """A command of a README. `output` are the lines below it, None if it shows none."""

    line: str
    output: list[str] | None


def commands(readme: str) -> list[Command]:
    """All commands of a README, from top to bottom, without their comments."""
    text = (CHECKOUT / readme).read_text("utf-8")
    found = {}
    for each in re.finditer(r"^```console\n\$ (.*)\n((?:.*\n)*?)```", text, re.M):
        found[each.start()] = Command(each[1], each[2].splitlines())
    # Blocks with a fence stand apart: their lines may be indented too.
    without = re.sub(r"^```(?:.*\n)*?```$", lambda block: "x" * len(block[0]), text, flags=re.M)
    for each in re.finditer(r"^    (?! )(\S.*)$", without, re.M):
        found[each.start()] = Command(re.sub(r"\s+# .*", "", each[1]), None)
    return [found[place] for place in sorted(found)]


def play(readme: str) -> str:
    """The play of a README, which it saves under the name PLAY."""
    (found,) = re.findall(
        r"^```yaml\n(- hosts: (?:.*\n)*?)```", (CHECKOUT / readme).read_text("utf-8"), re.M
    )
    return str(found)


def failed_hosts(recap: str) -> dict[str, int]:
    return {
        host: int(number)
        for host, number in re.findall(r"^(\S+) +: ok=.* failed=(\d+)", recap, re.M)
    }


@contextmanager
def winsim(line: str, folder: Path) -> Iterator[str]:
    """The simulated PCs of a command, at addresses of this test's own; the first one's address."""
    interpreter, *arguments = shlex.split(line)
    assert interpreter == ".venv/bin/python"
    option, address = own_addresses()
    process = subprocess.Popen(
        [sys.executable, *arguments, option, address, "--log-level", "warning"],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT / "tests")},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield address
    finally:
        process.terminate()
        process.communicate()


@pytest.mark.parametrize("readme", READMES)
def test_the_commands_work_as_written_from_top_to_bottom(readme: str, tmp_path: Path) -> None:
    """Each in the order of the page, on the PCs that its first commands start, as a newcomer who
    copies them has it; what is shown below one is what it prints then."""
    given = commands(readme)
    here = [
        each
        for each in given
        if not each.line.startswith(NOT_HERE) and "make demo" not in each.line
    ]
    start, activate, *others = here
    assert start.line.startswith(".venv/bin/python -m winsim up ")
    assert activate.line == ACTIVATED
    assert len([each for each in others if each.output]) == 6
    assert len(others) >= 12
    config = {"ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg")}
    (tmp_path / PLAY).write_text(play(readme), "utf-8")
    with winsim(start.line, tmp_path) as address:
        for command in others:
            name, *arguments = shlex.split(command.line)
            assert name in ("ansible", "ansible-playbook"), command.line
            code, text = run(name, *arguments, environment=config, folder=tmp_path)
            if PLAY in arguments:
                # As the page says of it.
                assert failed_hosts(text) == {"win-1": 1, "pc-1": 0, "srv-1": 0}, text
                assert re.search(r"port_setup: stock.*public", text), text
            else:
                assert code == 0, text
            if command.output is not None:
                output = [line.rstrip() for line in text.splitlines()]
                told = [line.replace(address, SHOWN_ADDRESS) for line in output]
                assert told == command.output, command.line


def test_both_readmes_have_the_same_commands() -> None:
    english, japanese = (
        [_without_language(each.line) for each in commands(name)] for name in READMES
    )
    assert english == japanese


def _without_language(line: str) -> str:
    """A command in English, and without quotes that only its language needs."""
    line = re.sub(r" (-e \w+)?language=ja", "", line).replace("PORTKEEPER_LANGUAGE=ja ", "")
    line = re.sub(r" -e \w+_language=ja", "", line)
    return " ".join(shlex.split(line))


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
