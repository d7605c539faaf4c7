# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line program: up, its inventory, its end; detached, and down."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
import yaml
from winrm.protocol import Protocol

from integration.runs import own_address
from winsim import images
from winsim.cli import machines, main

pytestmark = [pytest.mark.integration, pytest.mark.plain("looks at octets and messages")]

TESTS = Path(__file__).parent.parent
FIRST = own_address()


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "winsim", *arguments]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(TESTS), "PYTHONUNBUFFERED": "1"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def foreground(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """A winsim that has said that it is ready."""
    process = subprocess.Popen(
        command("up", "--address", FIRST, *arguments),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
        yield process, process.stdout
    finally:
        process.kill()
        process.communicate()


def answers(address: str, port: int = 5985) -> bool:
    try:
        socket.create_connection((address, port), timeout=5).close()
    except ConnectionError:
        return False
    return True


def test_up_writes_an_inventory_and_stops_cleanly(tmp_path: Path) -> None:
    inventory, log = tmp_path / "hosts.yml", tmp_path / "requests.jsonl"
    with foreground("--count", "2", "--inventory", str(inventory), "--log-requests", str(log)) as (
        process,
        _unused,
    ):
        group = yaml.safe_load(inventory.read_text())["windows"]
        assert list(group["hosts"]) == ["win-1", "win-2"]
        assert group["vars"] == {
            "ansible_connection": "winrm",
            "ansible_winrm_transport": "basic",
            "ansible_winrm_scheme": "http",
        }
        assert stat.S_IMODE(inventory.stat().st_mode) == 0o600
        variables = group["hosts"]["win-2"]
        assert (variables["ansible_host"], variables["ansible_port"]) == (own_address(2), 5985)
        protocol = Protocol(
            f"http://{variables['ansible_host']}:{variables['ansible_port']}/wsman",
            transport="basic",
            username=variables["ansible_user"],
            password=variables["ansible_password"],
        )
        protocol.close_shell(protocol.open_shell())
        process.send_signal(signal.SIGTERM)
        _unused, errors = process.communicate(timeout=10)
        assert process.returncode == 0
        assert "Traceback" not in errors
        assert "win-2 127.0.0.1 Create" in errors
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(entry["host"], entry["action"]) for entry in entries] == [
        ("win-2", "Create"),
        ("win-2", "Delete"),
    ]
    assert not answers(FIRST)
    assert not answers(own_address(2))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_even_while_a_client_is_connected(number: signal.Signals) -> None:
    with foreground() as (process, _unused):
        client = socket.create_connection((FIRST, 5985), timeout=10)
        process.send_signal(number)
        process.communicate(timeout=2)
        assert process.returncode == 0
        assert client.recv(1) == b""
        client.close()


def test_https_and_psrp_in_the_inventory(tmp_path: Path) -> None:
    inventory = tmp_path / "hosts.yml"
    with foreground(
        "--https",
        "--transport",
        "ntlm",
        "--connection",
        "psrp",
        "--certificates",
        str(tmp_path),
        "--inventory",
        str(inventory),
    ):
        assert answers(FIRST, 5986)
        assert yaml.safe_load(inventory.read_text())["windows"]["vars"] == {
            "ansible_connection": "psrp",
            "ansible_psrp_auth": "ntlm",
            "ansible_psrp_protocol": "https",
            "ansible_psrp_cert_validation": "ignore",
        }
        assert (tmp_path / "winsim.pem").exists()


def test_detached_and_down(tmp_path: Path) -> None:
    pid_file, ready = tmp_path / "winsim.pid", tmp_path / "winsim.pid.ready"
    arguments = ("--address", FIRST, "--pid-file", str(pid_file))
    started = run("up", "--detach", *arguments)
    try:
        assert (started.returncode, started.stdout) == (0, "ready\n")
        assert answers(FIRST)
        again = run("up", "--detach", *arguments)
        assert again.returncode == 1
        assert "runs already" in again.stderr
        assert ready.exists()
    finally:
        stopped = run("down", "--pid-file", str(pid_file))
    assert (stopped.returncode, stopped.stderr) == (0, "")
    assert not answers(FIRST)
    assert not pid_file.exists()
    assert not ready.exists()


def test_down_when_it_has_died(tmp_path: Path) -> None:
    pid_file = tmp_path / "winsim.pid"
    run("up", "--detach", "--address", FIRST, "--pid-file", str(pid_file))
    os.kill(int(pid_file.read_text()), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while answers(FIRST) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert run("down", "--pid-file", str(pid_file)).returncode == 0
    assert not pid_file.exists()
    assert run("down", "--pid-file", str(pid_file)).returncode == 0


def test_down_leaves_alone_whoever_has_the_number_now(tmp_path: Path) -> None:
    """A stale pid file names a process that is not a winsim; nobody holds the file's lock."""
    pid_file = tmp_path / "winsim.pid"
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        pid_file.write_text(f"{other.pid}\n")
        assert run("down", "--pid-file", str(pid_file)).returncode == 0
        assert other.poll() is None
    finally:
        other.communicate(b"\n")


def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server((FIRST, 5985)):
        done = run("up", "--address", FIRST)
        assert done.returncode == 1
        assert "address already in use" in done.stderr
        assert "Traceback" not in done.stderr
        pid_file = tmp_path / "winsim.pid"
        detached = run("up", "--detach", "--address", FIRST, "--pid-file", str(pid_file))
        assert detached.returncode == 1
        assert "address already in use" in detached.stderr
        assert not pid_file.exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("up", "--fault", "quotas"), "no fault is called 'quotas'"),
        (("up", "--count", "0"), "at least 1"),
        (("up", "--image", "none-such"), "no image none-such"),
        (("up", "--fault", "quota:host=win-2"), "no host is called so"),
        (("up", "--address", "192.0.2.1"), "isn't a loopback address"),
        (("up", "--detach"), "needs --pid-file"),
        (("down",), "--pid-file"),
        ((), "required"),
    ],
)
def test_mistakes_are_named(
    arguments: tuple[str, ...], reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    done = run(*arguments)
    assert done.returncode != 0
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_a_hundred_hosts_where_few_files_may_be_open(tmp_path: Path) -> None:
    pid_file = tmp_path / "winsim.pid"
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, soft), hard))
    try:
        started = run(
            "up", "--detach", "--count", "100", "--address", FIRST, "--pid-file", str(pid_file)
        )
        assert started.returncode == 0, started.stderr
        assert answers(own_address(100))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        stopped = run("down", "--pid-file", str(pid_file))
    assert stopped.returncode == 0


def test_an_image_that_is_no_yaml(tmp_path: Path) -> None:
    image = tmp_path / "broken.yml"
    image.write_text("a: [")
    done = run("up", "--image", str(image))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "broken.yml" in done.stderr


def test_help_explains_faults(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["up", "--help"])
    assert "reset:after=1000,message=3" in capsys.readouterr().out


def test_the_images_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["images"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == images.names()
    assert any(re.fullmatch(r"win11-ja +The PC of a new engineer, .+\.", line) for line in lines)


def test_images_in_turn_and_addresses_in_order() -> None:
    made = machines(["win11-ja", "win11-ja"], 3, "127.77.255.255")
    assert [m.address for m in made] == ["127.77.255.255", "127.78.0.0", "127.78.0.1"]
    assert [m.name for m in made] == ["win-1", "win-2", "win-3"]


def test_a_host_may_have_a_name_of_its_own() -> None:
    made = machines(["pc-1=win11-ja", "win11-ja"], 3, FIRST)
    assert [m.name for m in made] == ["pc-1", "win-2", "win-3"]
    with pytest.raises(ValueError, match="the same name"):
        machines(["pc-1=win11-ja", "pc-1=server2022"], 2, FIRST)
