# SPDX-License-Identifier: GPL-3.0-or-later
"""With -vvvv and whatever goes wrong, no password, hash, token or command line is seen: not in what
is printed, not in results, logs and files that stay.

Every fault that simulated PCs can have, at the first message and in the midst of a task, for every
module, over winrm and psrp, with Basic and NTLM.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.runs import own_address, results_in, results_to, run
from integration.secret_forms import files_in, forms, found_in
from winsim.cli import machines
from winsim.config import Access
from winsim.injection import KINDS
from winsim.inventory import Plugin, Transport, inventory
from winsim.machine import Machine
from winsim.server import Hosts

pytestmark = [pytest.mark.integration, pytest.mark.plain("breaks messages by their number")]

# Basic has no agreed charset: what is not ASCII is for NTLM.
PASSWORDS: dict[Transport, str] = {
    "basic": '"it\'s" {{ 7*7 }} Zq7KxW4bT9 <&>%41\\n$(id)',
    "ntlm": 'Übermäßig "it\'s" {{ 7*7 }} Vn3RpJ8dL5 <&>%41\\n$(id) 秘密',
}
OWN = "Ty8PdK3vC6 {{ of the task's own host }}"
WRONG = "Hm6FyC2gS7 isn't {{ the }} password"
MARKERS = {
    "the password for Basic": ("Zq7KxW4bT9", PASSWORDS["basic"]),
    "the password for NTLM": ("Vn3RpJ8dL5", PASSWORDS["ntlm"]),
    "the password of the task's own host": ("Ty8PdK3vC6", OWN),
    "the wrong password": ("Hm6FyC2gS7", WRONG),
    "the command line of a process": ("Kd4WmQ6tB8", "Kd4WmQ6tB8"),
    "the command line of a service": ("Xs9GvN5hP3", "Xs9GvN5hP3"),
}
SECRETS = {name: forms(*marker) for name, marker in MARKERS.items()}
VALUES = {"delay": "3", "http": "403", "duplicate": "RelatesTo", "missing": "Body",
          "oversize": "100000", "slow": "headers", "only": "Enabled",
          "ticket": "37", "without": "Enabled"}  # fmt: skip
SETTINGS = {
    "slow-drip": "slow-drip:bytes=20000,every=0.01",
    # A program that never prints is waited for as long as a task may take.
    "empty": "empty:class=Win32_Process",
}
EVERY_WAY = os.environ.get("SECRETS") == "all"
# Into the midst of a task.
SKIPPED = 3
_PORT = 8080
TASKS: dict[str, dict[str, Any]] = {
    "port_facts": {
        "gather": ["process", "service", "user", "httpsys", "reserved", "dynamic", "firewall"]
    },
    "port_check": {"ports": [80, _PORT], "expected_process": "other.exe", "expect": "reachable"},
    "port_firewall": {"name": "Own", "ports": 8443, "remote_addresses": "10.0.0.0/8"},
    "port_process": {"ports": [80, _PORT], "stay_free": 0, "timeout": 1},
}
# Instances without end take seconds, the output of a program without end does not.
ONCE = {} if EVERY_WAY else {"endless": "port_firewall", "empty": "port_process"}


class Unsafe(str):
    """Text that Ansible must not take for a template."""


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


BAD = {"failed", "unreachable"}


@dataclass(frozen=True)
class Trouble:
    """A PC with a fault, and how it is reached."""

    fault: str
    transport: Transport
    plugin: Plugin


WAYS: list[tuple[Transport, Plugin]] = [
    ("basic", "winrm"),
    ("ntlm", "psrp"),
    ("ntlm", "winrm"),
    ("basic", "psrp"),
]
# At the first message, and in the midst of a task.
PLACES = ("", f"skip={SKIPPED}")


def troubles() -> list[Trouble]:
    """Every kind of fault; ways and places in turn, or with SECRETS=all each with each."""
    found = []
    for number, (name, kind) in enumerate(KINDS.items()):
        value = VALUES.get(name, kind.default)
        text = SETTINGS.get(name, name if value is None else f"{name}={value}")
        if EVERY_WAY:
            chosen = [(place, way) for place in PLACES for way in WAYS]
        else:
            chosen = [(PLACES[number // 2 % 2], WAYS[number % 4])]
        found += [Trouble(_narrowed(text, place), *way) for place, way in chosen]
    return found + [Trouble(f"http=401:skip={SKIPPED}", *way) for way in WAYS]


def _narrowed(text: str, how: str) -> str:
    """A fault as winsim reads it, with one more condition."""
    return f"{text}{',' if ':' in text else ':'}{how}" if how else text


def pcs(count: int) -> list[Machine]:
    """PCs on which a process and a service have secrets in their command lines."""
    made = machines(["win11-ja"], count, own_address())
    for machine in made:
        machine.users = {f"user-{transport}": password for transport, password in PASSWORDS.items()}
        for endpoint in [each for each in machine.endpoints() if each.local_port == _PORT]:
            process = machine.process(endpoint.pid)
            assert process is not None
            secret = f'"{process.path}" --password Kd4WmQ6tB8'
            machine._processes[process.pid] = dataclasses.replace(process, command_line=secret)
        for service in machine.services():
            machine.put_service(
                dataclasses.replace(service, path_name=f"{service.path_name} -key Xs9GvN5hP3")
            )
    return made


def variables(hosts: Hosts, number: int, trouble: Trouble) -> dict[str, Any]:
    host = hosts[number]
    (group,) = inventory([host], trouble.transport, trouble.plugin).values()
    found = {**group["vars"], **group["hosts"][host.name]}
    found["ansible_user"] = f"user-{trouble.transport}"
    found["ansible_password"] = Unsafe(PASSWORDS[trouble.transport])
    once = ONCE.get(trouble.fault.partition(":")[0])
    if once is not None:
        found["only"] = once
    if trouble.fault.startswith(("delay", "slow=")):
        found |= {"ansible_winrm_operation_timeout_sec": 1, "ansible_winrm_read_timeout_sec": 2}
        found |= {"ansible_psrp_operation_timeout": 1, "ansible_psrp_read_timeout": 2}
    return found


@dataclass(frozen=True)
class Run:
    """What a run has left: its output and its files by where they were found, and its results."""

    contents: dict[str, bytes]
    results: list[dict[str, Any]]


def play(
    folder: Path,
    hosts: dict[str, Any],
    tasks: dict[str, dict[str, Any]],
    *,
    debug: bool = False,
    of: str = "windows",
) -> Run:
    """Run tasks on PCs, each of them on each PC whatever became of the one before.

    Args:
        of: the PCs that the tasks run on, where they are not all.
    """
    playbook, left = folder / "play.yml", folder / "left"
    left.mkdir()
    (left / "tree").mkdir()
    every = [
        {
            f"portkeeper.windows.{name}": arguments,
            "name": name,
            "when": f"only | default('{name}') == '{name}'",
        }
        for name, arguments in tasks.items()
    ]
    book = {
        "hosts": of,
        "gather_facts": False,
        "ignore_errors": True,
        "ignore_unreachable": True,
        "tasks": every,
    }
    playbook.write_text(yaml.safe_dump([book], sort_keys=False), "utf-8")
    inventory_file = folder / "inventory.yml"
    content = {"windows": {"hosts": hosts}}
    inventory_file.write_text(yaml.dump(content, Dumper=_Dumper, allow_unicode=True), "utf-8")
    settings = {
        **results_to(left / "results.jsonl", "ansible.builtin.tree"),
        "ANSIBLE_CALLBACK_TREE_DIR": str(left / "tree"),
        "ANSIBLE_LOG_PATH": str(left / "log"),
        "ANSIBLE_HOME": str(left / "home"),
        "ANSIBLE_LOCAL_TEMP": str(left / "local"),
        "TMPDIR": str(left),
        "HOME": str(left),
    }
    if debug:
        settings["ANSIBLE_DEBUG"] = "1"
    _code, text = run(
        "ansible-playbook",
        *("-vvvv", "-f", "10", "-i", str(inventory_file), str(playbook)),
        environment=settings,
    )
    contents = {"output": text.encode("utf-8", "surrogateescape"), **files_in(left)}
    results = results_in(left / "results.jsonl")
    return Run(contents, [each for each in results if each["task"] in tasks])


def seen(run_: Run) -> list[str]:
    """The secrets that can be seen, and where."""
    return [
        f"{where}: {what}"
        for where, content in run_.contents.items()
        for what in found_in(content, SECRETS)
    ]


@pytest.fixture(scope="module")
def hosts() -> Iterator[Hosts]:
    every = troubles()
    # Two without a fault are behind them, for what goes wrong on this side, and one with an account
    # that no other has.
    machines_ = pcs(len(every) + 3)
    machines_[-1].users = {"user-own": OWN}
    faults = [
        _narrowed(trouble.fault, f"host={machine.name}")
        for trouble, machine in zip(every, machines_, strict=False)
    ]
    access = Access(basic=True, negotiate=True, allow_unencrypted=True)
    with Hosts(machines_, access=access, faults=faults) as running:
        yield running


def test_every_fault_and_module(hosts: Hosts, tmp_path: Path) -> None:
    every = troubles()
    done = play(
        tmp_path,
        {hosts[n].name: variables(hosts, n, trouble) for n, trouble in enumerate(every)},
        TASKS,
    )
    once = [each for each in every if each.fault.partition(":")[0] in ONCE]
    assert len(done.results) == len(every) * len(TASKS) - len(once) * (len(TASKS) - 1)
    failed = [each["host"] for each in done.results if each["result"]["status"] in BAD]
    assert len(failed) > len(done.results) / 2
    assert seen(done) == []


def test_every_fault_of_another_host(hosts: Hosts, tmp_path: Path) -> None:
    """The passwords of hosts that the play is not for: of those that port_path reads besides."""
    every = troubles()
    known = {
        hosts[n].name: variables(hosts, n, trouble)
        for n, trouble in enumerate(every)
        if EVERY_WAY or trouble.fault.partition(":")[0] not in ONCE
    }
    server = hosts[len(every)].name
    own = variables(hosts, len(every), Trouble("", "ntlm", "winrm"))
    task = {"clients": list(known), "ports": [80, _PORT], "attempt": False}
    done = play(tmp_path, {**known, server: own}, {"port_path": task}, of=server)
    (result,) = (each["result"] for each in done.results)
    assert result["status"] == "ok"
    unread = [each for each in result["ports"] if each["evidence"]["client"] is None]
    assert len(unread) > len(every)
    assert seen(done) == []


def test_faults_of_a_server(hosts: Hosts, tmp_path: Path) -> None:
    """The passwords of both ends. The client is well, and each task has it by another name."""
    every = list(enumerate(troubles()))
    quick = [(n, each) for n, each in every if each.fault.partition(":")[0] not in ONCE]
    servers = {
        hosts[n].name: variables(hosts, n, trouble)
        for n, trouble in (every if EVERY_WAY else quick[::5])
    }
    own = variables(hosts, len(every) + 2, Trouble("", "ntlm", "winrm"))
    own |= {"ansible_user": "user-own", "ansible_password": Unsafe(OWN)}
    clients = {f"with-{name}": own | {"of": name} for name in servers}
    task = {"server": "{{ of }}", "ports": [80, _PORT], "attempt": False}
    done = play(tmp_path, {**servers, **clients}, {"port_path": task}, of="with-*")
    assert {each["host"] for each in done.results} == clients.keys()
    # Whatever the server does, the host of the task has answered.
    ended = [each["result"]["status"] for each in done.results]
    assert set(ended) == {"ok", "failed"}
    assert ended.count("failed") > len(servers) / 3
    assert seen(done) == []


BROKEN: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "wrong password": lambda known: {"ansible_password": Unsafe(WRONG)},
    "no account": lambda known: {"ansible_user": "nobody"},
    "closed port": lambda known: {"ansible_port": 9},
    "no such name": lambda known: {"ansible_host": "host.invalid"},
    "TLS where there is none": lambda known: {
        "ansible_winrm_scheme": "https",
        "ansible_psrp_protocol": "https",
    },
    "a setting that does not exist": lambda known: {
        "ansible_winrm_transport": "none",
        "ansible_psrp_auth": "none",
    },
    "nothing": lambda known: {},
}


def test_what_goes_wrong_on_the_way(hosts: Hosts, tmp_path: Path) -> None:
    """With ANSIBLE_DEBUG, which prints more than -vvvv alone, and nothing less."""
    number = len(troubles())
    inventory_hosts = {}
    for transport in PASSWORDS:
        for plugin in ("winrm", "psrp"):
            known = variables(hosts, number, Trouble("", transport, plugin))
            for what, change in BROKEN.items():
                name = f"{transport}-{plugin}-{what}".replace(" ", "-")
                inventory_hosts[name] = known | change(known)
    tasks = {
        "port_check": {"ports": [80, _PORT]},
        "port_firewall": {"name": "A", "state": "absent"},
    }
    done = play(tmp_path, inventory_hosts, tasks, debug=True)
    healthy = [each for each in done.results if each["host"].endswith("nothing")]
    assert {each["result"]["status"] for each in healthy} == {"ok"}
    others = [each for each in done.results if each not in healthy]
    assert {each["result"]["status"] for each in others} <= BAD
    assert seen(done) == []
    # The same hosts, as others of a task that runs on a healthy one.
    well = healthy[0]["host"]
    refused = "a setting that does not exist".replace(" ", "-")
    for what, names in (
        ("broken", [name for name in inventory_hosts if not name.endswith(("nothing", refused))]),
        ("refused", [name for name in inventory_hosts if name.endswith(refused)]),
    ):
        task = {"clients": names, "ports": _PORT, "attempt": False}
        (tmp_path / what).mkdir()
        done = play(tmp_path / what, inventory_hosts, {"port_path": task}, debug=True, of=well)
        (result,) = (each["result"] for each in done.results)
        # A setting is refused before anything is sent to any host.
        assert result["status"] == ("ok" if what == "broken" else "failed"), result
        assert {each["verdict"] for each in result.get("ports", ())} <= {"unknown"}
        assert seen(done) == []


def test_a_command_line_that_is_asked_for_is_seen(hosts: Hosts, tmp_path: Path) -> None:
    """So the others look where it would be."""
    name = hosts[len(troubles()) + 1].name
    known = variables(hosts, len(troubles()) + 1, Trouble("", "basic", "winrm"))
    tasks = {"port_facts": {"command_lines": True}}
    done = play(tmp_path, {name: known}, tasks)
    where = {each.partition(":")[0] for each in seen(done)}
    assert {"output", "log", "results.jsonl", f"tree/{name}"} <= where
    assert all("the command line of a process" in each for each in seen(done))


@pytest.mark.parametrize("name", MARKERS)
@pytest.mark.parametrize(
    "write",
    [
        str.encode,
        lambda text: text.encode("utf-16"),
        lambda text: json.dumps(text).encode(),
        lambda text: urllib.parse.quote(text).encode(),
        lambda text: base64.b64encode(text.encode()),
        lambda text: base64.b64encode(b"user:" + text.encode()),
        lambda text: base64.b64encode(b"user1:" + text.encode("utf-16-le")),
        lambda text: text.encode().hex().upper().encode(),
    ],
)
def test_every_form_is_recognised(name: str, write: Callable[[str], bytes]) -> None:
    content = b"before " + write(MARKERS[name][1]) + b" behind"
    assert any(found.startswith(name) for found in found_in(content, SECRETS))


def test_tokens_and_headers_are_recognised() -> None:
    for text in (b'"Authorization": "Basic abc"', b"Authorization: Negotiate TlRMTVNTUAAB"):
        assert list(found_in(text, {}))
    assert not list(found_in(b"Authorization was refused; basic, negotiate", {}))
