# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback table, as people see it: piped, on a terminal, with Ansible's own options."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.layout import width
from integration.pseudo_terminal import on_a_terminal
from integration.runs import own_address, own_addresses, run, simulated_hosts
from winsim.images import load
from winsim.inventory import inventory as inventory_of
from winsim.server import Hosts
from winsim.state import Endpoint, Process

pytestmark = pytest.mark.integration

# A checkout shows tables for ad hoc commands; here playbooks are asked for them too.
IN_PLAYBOOKS = {"PORTKEEPER_TABLE_IN_PLAYBOOKS": "1"}
WITHOUT = {"ANSIBLE_STDOUT_CALLBACK": "default"}
HEAD = "PROTO  PORT  NAME  ADDRESSES    STATE    PID  PROCESS    SERVICES / URLS"
ROW = "TCP      80  http  0.0.0.0, ::  listen  2976  httpd.exe  Apache2.4"


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """win-1 and win-2 are new engineers' PCs."""
    path = tmp_path_factory.mktemp("hosts") / "inventory.yml"
    with simulated_hosts(path, "--image", "win11-ja", "--count", "2", *own_addresses()):
        yield path


def ad_hoc(
    inventory: Path, module: str, arguments: dict[str, Any], *options: str, hosts: str = "win-1"
) -> tuple[int, str]:
    return run(
        *("ansible", hosts, "-i", str(inventory), "-m", module, "-a", json.dumps(arguments)),
        *options,
    )


def play(
    inventory: Path, folder: Path, *tasks: dict[str, Any], environment: dict[str, str]
) -> tuple[int, str]:
    path = folder / "play.yml"
    path.write_text(json.dumps([{"hosts": "win-1", "gather_facts": False, "tasks": tasks}]))
    return run("ansible-playbook", "-i", str(inventory), str(path), environment=environment)


@pytest.mark.every_core
def test_who_holds_a_port(inventory: Path) -> None:
    code, text = ad_hoc(inventory, "port_facts", {"ports": 80})
    assert (code, text.splitlines()) == (0, ["win-1 | SUCCESS => ", HEAD, ROW])


def test_a_listener_looks_the_same_in_every_table(inventory: Path) -> None:
    """One program listens with two sockets, the other with one that serves both families."""
    ports = "80,8080"
    asked: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
        ("port_facts", {"ports": ports}, ()),
        ("port_facts", {"ports": ports, "gather": ["firewall"]}, ()),
        ("port_check", {"ports": ports, "timeout": 1}, ()),
        ("port_check", {"ports": ports, "expect": "free"}, ()),
        ("port_process", {"ports": ports}, ("--check",)),
    ]
    for module, arguments, options in asked:
        _code, text = ad_hoc(inventory, module, arguments, *options)
        lines = text.splitlines()
        begin = lines[1].index("ADDRESSES")
        for program, addresses in (("httpd.exe", "0.0.0.0, ::"), ("java.exe", "::")):
            rows = [line for line in lines[2:] if f"  {program}" in line]
            assert [row[begin:].split("  ")[0] for row in rows] == [addresses], text


def test_what_was_asked_for_besides_listeners_comes_first(inventory: Path) -> None:
    _code, text = ad_hoc(inventory, "port_facts", {"gather": ["process", "reserved"]})
    assert text.splitlines()[1].startswith("Reserved: TCP ")
    assert text.splitlines()[2].startswith("PROTO ")


def test_why_it_can_not_connect(inventory: Path) -> None:
    arguments = {"ports": [80, 8080], "expect": "reachable", "timeout": 1}
    code, text = ad_hoc(inventory, "port_check", arguments)
    lines = text.splitlines()
    assert code == 2
    assert lines[0] == "win-1 | FAILED! => "
    assert lines[1].startswith("VERDICT        PROTO  PORT")
    assert lines[2].startswith("Other profile  TCP      80  http")
    assert lines[3].startswith("Reachable      TCP    8080")
    assert lines[4] == "Networks: ネットワーク 2 (public)"
    assert lines[5] == "1 of 2 ports should be reachable and are not."
    assert lines[6].startswith("The firewall rule 'Apache HTTP Server' opens TCP 80 for private")
    assert len(lines) == 7


JAPANESE_TABLE = [
    "プロトコル  ポート  名称  アドレス     状態       PID  プロセス   サービス/URL",
    "TCP             80  http  0.0.0.0, ::  待ち受け  2976  httpd.exe  Apache2.4",
]


def test_the_language_of_a_task_is_that_of_its_table(inventory: Path) -> None:
    code, text = ad_hoc(inventory, "port_facts", {"ports": 80, "language": "ja"})
    assert (code, text.splitlines()) == (0, ["win-1 | SUCCESS => ", *JAPANESE_TABLE])
    arguments = {"ports": 9, "timeout": 1, "language": "ja"}
    code, text = ad_hoc(inventory, "port_check", arguments)
    assert code == 0
    assert text.splitlines()[1:4] == [
        "判定          プロトコル  ポート  名称     アドレス  PID  プロセス  サービス"
        "  ファイアウォール      接続範囲",
        "待ち受けなし  TCP              9  discard"
        "                                     パブリック: 条件付き  不可",
        "ネットワーク: ネットワーク 2 (パブリック)",
    ]


@pytest.mark.every_core
def test_the_language_of_the_controller_is_that_of_tasks_without_one(
    inventory: Path, tmp_path: Path
) -> None:
    tasks: list[dict[str, Any]] = [
        {"name": "none", "portkeeper.windows.port_facts": {"ports": 80}},
        {
            "name": "own",
            "portkeeper.windows.port_facts": {"ports": 80, "language": "{{ wanted }}"},
            "vars": {"wanted": "en"},
        },
        {
            "name": "default",
            "portkeeper.windows.port_facts": {"ports": 80},
            "module_defaults": {"group/portkeeper.windows.all": {"language": "en"}},
        },
        {
            "name": "loop",
            "portkeeper.windows.port_facts": {"ports": 80, "language": "{{ item }}"},
            "loop": ["ja", "en"],
        },
    ]
    environment = IN_PLAYBOOKS | {"PORTKEEPER_LANGUAGE": "ja"}
    code, text = play(inventory, tmp_path, *tasks, environment=environment)
    assert code == 0
    lines = [line for line in text.splitlines() if line in (HEAD, JAPANESE_TABLE[0])]
    assert lines == [JAPANESE_TABLE[0], HEAD, HEAD, JAPANESE_TABLE[0], HEAD]


@pytest.mark.every_core
def test_what_would_be_opened_and_freed(inventory: Path) -> None:
    rule = {"name": "Reports", "ports": [8443], "profiles": ["domain"]}
    code, text = ad_hoc(inventory, "port_firewall", rule, "--check", "--diff")
    assert code == 0
    assert "+ports: 8443\n" in text
    expected = r"^win-1 \| CHANGED => \nOUTCOME       RULE .*\nwould create  Reports  in "
    assert re.search(expected, text, re.M)
    assert "Check mode: nothing was changed.\n" in text
    code, text = ad_hoc(inventory, "port_process", {"ports": 8080}, "--check", "--diff")
    assert code == 0
    assert "-8080/tcp: java.exe (PID 7192)\n" in text
    assert "would stop  8080/tcp  ::         7192  java.exe\n" in text
    assert "Would end the process java.exe (PID 7192).\n" in text


@pytest.mark.every_core
def test_what_is_refused(inventory: Path) -> None:
    code, text = ad_hoc(inventory, "port_process", {"ports": 135})
    assert code == 2
    assert text.splitlines()[0] == "win-1 | FAILED! => "
    assert "refused: several services  135/tcp" in text
    assert text.count("Nothing was stopped. svchost.exe (PID 1136) runs several services") == 1


@pytest.mark.every_core
@pytest.mark.parametrize(
    ("options", "state", "code", "said"),
    [
        (
            ("-e", "ansible_port=1"),
            "UNREACHABLE!",
            4,
            r"Could not connect to WinRM on win-1 \(http.*\): the connection was refused",
        ),
        (("-a", "ports=bad"), "FAILED!", 2, r'ports: "bad" is not a port'),
    ],
)
def test_a_failure_is_told_in_a_line_of_its_own(
    inventory: Path, options: tuple[str, ...], state: str, code: int, said: str
) -> None:
    found, text = run("ansible", "win-1", "-i", str(inventory), "-m", "port_facts", *options)
    assert found == code
    assert re.fullmatch(rf"win-1 \| {state} => \n{said}.*\n", text)


@pytest.mark.every_core
def test_an_error_of_a_module_without_a_table_is_told_alike(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = {"ANSIBLE_LOG_PATH": str(log), "ANSIBLE_LOCALHOST_WARNING": "0"}
    said = 'ports: "bad" is not a port'
    arguments = {"ports": "bad", "folder": str(tmp_path)}
    asked = ("-m", "port_report", "-a", json.dumps(arguments))
    code, text = run("ansible", "localhost", "-i", "localhost,", *asked, environment=environment)
    assert code == 2
    assert re.fullmatch(rf"localhost \| FAILED! => \n{said}.*\n", text)
    assert log.read_text("utf-8").count(said) == 1
    task = {"portkeeper.windows.port_report": arguments | {"ports": "{{ item }}"}, "loop": ["bad"]}
    path = tmp_path / "play.yml"
    path.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
    code, text = run(*("ansible-playbook", "-i", "localhost,", str(path)), environment=IN_PLAYBOOKS)
    assert code == 2
    assert f"failed: [localhost] (item=bad) => \n{said}" in text
    assert text.count(said) == 1


@pytest.mark.every_core
def test_what_verify_host_says_is_told_as_the_text_that_it_is(inventory: Path) -> None:
    code, text = ad_hoc(inventory, "verify_host", {"language": "ja"})
    assert code == 0
    head, _end, rest = text.partition("\n")
    assert head.startswith("win-1 | SUCCESS =>")
    assert "{" not in rest, rest
    assert "項目" in rest
    # Whatever the host is.
    assert "確認済み" in rest
    assert "実物の Windows であれば" in rest
    code, text = ad_hoc(inventory, "verify_host", {"recording": "/proc/none/x"})
    assert code == 2
    assert re.fullmatch(r"win-1 \| FAILED! => \nrecording: .*\n", text), text


@pytest.mark.every_core
def test_the_whole_result_with_verbosity(inventory: Path) -> None:
    code, text = ad_hoc(inventory, "port_facts", {"ports": 80}, "-v")
    assert code == 0
    before, _head, table = text.partition(HEAD)
    assert table.strip() == ROW
    result = json.loads(before.partition("SUCCESS => ")[2])
    assert "80/tcp" in result["ansible_facts"]["port_facts"]["by_port"]


@pytest.mark.every_core
def test_one_line_and_a_tree_of_results(inventory: Path, tmp_path: Path) -> None:
    code, text = ad_hoc(inventory, "port_facts", {"ports": 80}, "-o")
    assert code == 0
    (line,) = [each for each in text.splitlines() if each.startswith("win-1 | SUCCESS => ")]
    assert json.loads(line.partition(" => ")[2])["ansible_facts"]["tcp_listen"]
    code, text = ad_hoc(inventory, "port_facts", {"ports": 80}, "--tree", str(tmp_path))
    assert code == 0
    assert ROW in text
    assert json.loads((tmp_path / "win-1").read_text())["ansible_facts"]["tcp_listen"]


@pytest.mark.every_core
@pytest.mark.parametrize(
    "options",
    [
        ("-m", "ping", "-v"),
        ("-m", "command", "-a", "echo a"),
        ("-m", "fail", "-a", "msg=a"),
    ],
)
def test_what_is_not_ours_is_shown_as_ever(options: tuple[str, ...]) -> None:
    def shown(environment: dict[str, str]) -> tuple[int, str]:
        local = ("-c", "local", "-e", "ansible_python_interpreter=auto_silent")
        code, text = run("ansible", "localhost", *local, *options, environment=environment)
        return code, re.sub(r"\d\d:\d\d:\d\d\.\d+|\d:\d\d:\d\d\.\d+", "TIME", text)

    assert shown({}) == shown(WITHOUT)


@pytest.mark.every_core
def test_playbooks_show_tables_if_they_should(inventory: Path, tmp_path: Path) -> None:
    tasks: list[dict[str, Any]] = [
        {"name": "facts", "portkeeper.windows.port_facts": {"ports": 80}},
        {"name": "hidden", "portkeeper.windows.port_facts": {"ports": 80}, "no_log": True},
        {
            "name": "loop",
            "portkeeper.windows.port_facts": {"ports": "{{ item }}"},
            "loop": [80, "bad"],
            "ignore_errors": True,
        },
        {"name": "other", "ansible.builtin.debug": {"msg": "hello"}},
        {"name": "skipped", "portkeeper.windows.port_facts": {}, "when": False},
        {
            "name": "told",
            "ansible.builtin.debug": {"msg": "hello"},
            "vars": {"portkeeper_told_by_table": True},
        },
        {
            "name": "failed",
            "ansible.builtin.assert": {"that": False},
            "vars": {"portkeeper_told_by_table": True},
            "ignore_errors": True,
        },
        {"name": "ignored", "port_facts": {"ports": "bad"}, "ignore_errors": True},
    ]
    code, text = play(inventory, tmp_path, *tasks, environment=IN_PLAYBOOKS)
    assert code == 0
    banner = re.compile(r"^TASK \[(\w+)\] \*+$", re.M)
    _start, *found = banner.split(text.partition("PLAY RECAP")[0])
    shown = dict(zip(found[::2], map(str.strip, found[1::2]), strict=True))
    assert shown["facts"] == f"ok: [win-1]\n{HEAD}\n{ROW}"
    assert shown["hidden"] == "ok: [win-1]"
    assert shown["loop"].startswith(f"ok: [win-1] => (item=80)\n{HEAD}\n{ROW}\nfailed: [win-1]")
    assert '\nports: "bad" is not a port' in shown["loop"]
    assert shown["other"] == 'ok: [win-1] => {\n    "msg": "hello"\n}'
    assert shown["skipped"] == "skipping: [win-1]"
    # No heading with nothing below it.
    assert "told" not in shown
    assert shown["failed"].endswith("...ignoring")
    result, *told, end = shown["ignored"].splitlines()
    assert result.startswith("fatal: [win-1]: FAILED! =>")
    assert told[0].startswith('ports: "bad" is not a port')
    assert end == "...ignoring"
    assert "ok=7    changed=0    unreachable=0    failed=0    skipped=1" in text
    assert (
        play(inventory, tmp_path, *tasks, environment={})[1]
        == (play(inventory, tmp_path, *tasks, environment=WITHOUT)[1])
    )


def command(inventory: Path, *options: str) -> tuple[str, ...]:
    return ("ansible", "windows", "-i", str(inventory), "-m", "port_facts", *options)


@pytest.mark.every_core
def test_on_a_terminal_there_are_colours_and_a_progress_bar(inventory: Path) -> None:
    options = ("-a", "ports=80 gather=firewall")
    # As a user starts it, and as the other tests do.
    for started in (True, False):
        code, text = on_a_terminal(*command(inventory, *options), columns=80, started=started)
        assert code == 0
        bars = re.findall(
            r"port_facts: (\d)/2 hosts, 0 failed, (\d) left \|[^|]*\| \[\d\d:\d\d<", text
        )
        assert [bars[0], bars[-1]] == [("0", "2"), ("2", "0")]
        assert set(bars) == {("0", "2"), ("1", "1"), ("2", "0")}
        assert "\x1b[0;33m" in text
        assert "\x1b[0;32mwin-1 | SUCCESS => \x1b[0m" in text
        # The bar is gone at the end, and was not where text was written.
        last = text.rpartition("\n")[2]
        assert re.fullmatch(r"(\r *)*\r", last[last.rindex("]") + 1 :])
        lines = [line.rpartition("\r")[2] for line in text.replace("\r\n", "\n").split("\n")]
        plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
        assert sum(line.startswith("TCP      80  http") for line in plain) == 2
        assert max(map(len, plain)) <= 80


@pytest.mark.every_core
def test_what_is_piped_has_neither(inventory: Path) -> None:
    code, text = run(*command(inventory, "-a", "ports=80"), environment={"ANSIBLE_NOCOLOR": ""})
    assert code == 0
    assert sorted(set(text.splitlines())) == sorted(
        {HEAD, ROW, "win-1 | SUCCESS => ", "win-2 | SUCCESS => "}
    )


@pytest.mark.parametrize(
    ("settings", "coloured"),
    [({"NO_COLOR": "1"}, False), ({"ANSIBLE_NOCOLOR": "1"}, False), ({}, True)],
)
def test_colours_follow_ansible_s_settings(
    inventory: Path, settings: dict[str, str], coloured: bool
) -> None:
    options = ("--limit", "win-1", "-a", "ports=80 gather=firewall")
    code, text = on_a_terminal(*command(inventory, *options), environment=settings)
    assert code == 0
    assert ("\x1b[" in text) is coloured
    # One host needs no bar.
    assert "1 left" not in text


def test_colours_can_be_forced_where_there_is_no_terminal(inventory: Path) -> None:
    forced = {"ANSIBLE_FORCE_COLOR": "1", "ANSIBLE_NOCOLOR": ""}
    code, text = run(*command(inventory, "-a", "ports=80"), environment=forced)
    assert code == 0
    assert "\x1b[0;32mwin-1 | SUCCESS => \x1b[0m" in text


def test_without_tqdm_there_is_no_bar_and_verbosity_says_why(
    inventory: Path, tmp_path: Path
) -> None:
    (tmp_path / "tqdm.py").write_text("raise ImportError\n")
    settings = {"PYTHONPATH": str(tmp_path)}
    code, text = on_a_terminal(
        *command(inventory, "-a", "ports=80"), environment=settings, columns=200
    )
    assert code == 0
    assert "2 left" not in text
    assert "tqdm" not in text
    code, text = on_a_terminal(
        *command(inventory, "-a", "ports=80", "-v"), environment=settings, columns=200
    )
    assert code == 0
    assert text.count("There is no progress bar: the Python package tqdm is not installed.") == 1


def test_the_bar_speaks_the_language_of_the_task(inventory: Path) -> None:
    options = ("-a", "ports=80 language=ja")
    code, text = on_a_terminal(*command(inventory, *options), columns=100)
    assert code == 0
    assert re.findall(r"port_facts: (\d)/2 台、失敗 0、残り (\d) \|", text)[0] == ("0", "2")


@pytest.fixture
def many(inventory: Path, tmp_path: Path) -> Path:
    """An inventory in which the same PC has 20 names."""
    written = yaml.safe_load(inventory.read_text())["windows"]
    hosts = {f"pc-{number}": written["hosts"]["win-1"] for number in range(1, 21)}
    path = tmp_path / "many.yml"
    path.write_text(json.dumps({"windows": {**written, "hosts": hosts}}))
    return path


def survey(many: Path, *options: str) -> tuple[str, ...]:
    return ("ansible", "localhost", "-i", str(many), "-m", "port_survey", *options)


def test_a_survey_has_one_table_for_all_hosts(many: Path) -> None:
    arguments = {"hosts": "windows:!pc-3", "ports": [80, 8080], "timeout": 1}
    code, text = run(*survey(many, "-a", json.dumps(arguments)))
    assert code == 0
    lines = text.splitlines()
    assert lines[0] == "localhost | SUCCESS => "
    assert lines[1].startswith("VERDICT        HOST   PROTO  PORT")
    assert [line.split()[2] for line in lines[2:21]] == [
        f"pc-{number}" for number in range(1, 21) if number != 3
    ]
    assert all(line.startswith("Other profile") for line in lines[2:21])
    assert all(line.startswith("Reachable") for line in lines[21:40])
    assert lines[40].startswith("19 of 19 hosts were read.")
    assert len(lines) == 41


@pytest.mark.every_core
def test_a_survey_has_lines_or_a_bar_for_its_progress(many: Path) -> None:
    options = ("-a", "hosts=windows ports=80 from_controller=false")
    told = "port_survey: 0 of 20 hosts are done."
    code, text = on_a_terminal(*survey(many, *options), columns=100)
    assert code == 0
    assert "port_survey: 0/20 hosts, 0 failed, 20 left |" in text
    assert told not in text
    without = {"PORTKEEPER_TABLE_PROGRESS": "0"}
    code, text = on_a_terminal(*survey(many, *options), environment=without, columns=100)
    assert code == 0
    assert told in text
    assert " left |" not in text


def test_an_interrupted_run_leaves_no_bar_behind(inventory: Path) -> None:
    with ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        silent.setblocking(False)
        connected: list[socket.socket] = []

        # Before that, Ansible's own workers write tracebacks: they meet the signal as they start.
        def both_hosts_are_asked() -> bool:
            with suppress(BlockingIOError):
                connected.append(stack.enter_context(silent.accept()[0]))
            return len(connected) == 2

        port = silent.getsockname()[1]
        # Ansible's workers wait on until nothing has answered them for so long.
        where = (
            *("-e", f"ansible_host=127.0.0.1 ansible_port={port}"),
            *("-e", "ansible_winrm_read_timeout_sec=6 ansible_winrm_operation_timeout_sec=4"),
        )
        code, text = on_a_terminal(*command(inventory, *where), interrupt=both_hosts_are_asked)
    assert code != 0
    assert "2 left" in text
    assert "Traceback" not in text, text
    assert "hosts" not in text.rpartition("\r")[2]


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "a\u202egnp.exe\u2066",
    "\x9b2J\x9d0;title\x9c\u200b\ufeff",
    "y" * 10_000,
    "業" * 100_000,
)
FIRST_PORT = 3100


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Path]:
    """A host whose processes have hostile names."""
    machine = load("win11-ja").boot(name="win-1", address=own_address(9))
    with machine.lock:
        for port, name in enumerate(HOSTILE, start=FIRST_PORT):
            pid = machine.start_process(Process(0, 4556, name, "C:\\x.exe")).pid
            now = machine.operating_system.booted
            machine.open_as(pid, [Endpoint("tcp", "0.0.0.0", port, pid, now)])
    path = tmp_path / "inventory.yml"
    with Hosts([machine]) as hosts:
        path.write_text(json.dumps(inventory_of(list(hosts), "basic", "winrm")))
        yield path


@pytest.mark.parametrize("columns", [None, 100])
def test_hostile_names_are_shown_harmlessly(hostile: Path, columns: int | None) -> None:
    last = FIRST_PORT + len(HOSTILE) - 1
    options = ("all", "-i", str(hostile), "-m", "port_facts", "-a", f"ports={FIRST_PORT}-{last}")
    if columns is None:
        code, text = run("ansible", *options)
    else:
        code, text = on_a_terminal("ansible", *options, columns=columns)
        text = re.sub(r"\x1b\[0(;3\d)?m", "", text).replace("\r\n", "\n")
    assert code == 0, text
    lines = text.splitlines()
    assert all(line.isprintable() for line in lines)
    head, rows = lines[1], [line for line in lines[2:] if line.startswith("TCP")]
    assert [int(row[: head.index("  NAME")].split()[1]) for row in rows] == list(
        range(FIRST_PORT, last + 1)
    )
    start = head.index("PROCESS")
    assert [row[start : start + 8] for row in rows] == [
        "<img src",
        "=cmd|' /",
        r"a\u202eg",
        r"\u009b2J",
        "yyyyyyyy",
        "業業業業業業業業",
    ]
    if columns is not None:
        assert max(map(width, lines)) <= columns


def test_hostile_names_are_shown_harmlessly_whatever_is_asked(hostile: Path) -> None:
    last = FIRST_PORT + len(HOSTILE) - 1
    ports = f"{FIRST_PORT}-{last}"
    for module, arguments, *options in (
        ("port_check", {"ports": ports, "timeout": 0.1}),
        ("port_facts", {"ports": ports}, "-v"),
        ("port_process", {"ports": ports}, "--check", "--diff"),
    ):
        encoded = json.dumps(arguments)
        code, text = run(
            *("ansible", "all", "-i", str(hostile), "-m", str(module), "-a", encoded),
            *map(str, options),
        )
        assert code == 0, text
        assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) is None
        assert "onerror=alert(1)>" in text
