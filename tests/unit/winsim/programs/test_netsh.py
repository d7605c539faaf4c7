# SPDX-License-Identifier: GPL-3.0-or-later
"""netsh.exe: port ranges, and the state of http.sys."""

from __future__ import annotations

from unit.rows import each_row
from unit.winsim.small import boot, document
from winsim import programs
from winsim.machine import Machine


def lines(machine: Machine, arguments: str) -> list[str]:
    result = programs.run(machine, rf"%SystemRoot%\System32\netsh.exe {arguments}")
    assert result.exit_code == 0
    return [line.rstrip() for line in result.stdout.decode().split("\r\n")]


def of(**system: str) -> Machine:
    changed = document()
    changed["os"] |= system
    return boot(changed)


def test_excluded_ranges_with_ports_of_http_sys_and_the_mark_of_an_administrator() -> None:
    assert lines(boot(), "int ipv4 show excludedportrange protocol=tcp") == [
        "",
        "Protocol tcp Port Exclusion Ranges",
        "",
        "Start Port    End Port",
        "----------    --------",
        "      5985        5985",
        "     20090       20090",
        "     21000       21009",
        "     47001       47001",
        "     50000       50059     *",
        "",
        "* - Administered port exclusions.",
        "",
        "",
    ]


def test_udp_has_no_ports_of_http_sys() -> None:
    text = "\n".join(lines(boot(), "interface ipv6 show excludedportrange udp"))
    assert "5985" not in text
    assert "Protocol udp" in text


@each_row(
    ("language", "expected"),
    [
        ("en", ["Protocol tcp Dynamic Port Range", "Start Port      : 49152"]),
        ("ja", ["プロトコル tcp の動的ポートの範囲", "開始ポート      : 49152"]),
        ("de", ['Dynamischer Portbereich für das Protokoll "tcp"', "Startport        : 49152"]),
    ],
)
def test_dynamic_range_is_its_first_port_and_a_count(language: str, expected: list[str]) -> None:
    table = lines(of(language=language), "int ipv4 show dynamicport tcp")
    assert table[1] == expected[0]
    assert table[3] == expected[1]
    assert table[4].endswith(" : 16384")


def test_translated_excluded_ranges_have_the_same_rows() -> None:
    command = "int ipv4 show excludedportrange protocol=tcp"
    rows = lines(of(language="en"), command)[5:10]
    assert lines(of(language="ja"), command)[5:10] == rows
    assert lines(of(language="de"), command)[5:10] == rows
    assert lines(of(language="de"), command)[1] == 'Portausschlussbereiche für das Protokoll "tcp"'


def test_queues_of_a_new_windows_tell_image_and_services() -> None:
    table = lines(boot(), "http show servicestate view=requestq")
    assert table[1] == "Snapshot of HTTP service state (Request Queue View):"
    start = table.index("Request queue name: Request queue is unnamed.")
    assert table[start + 1 : start + 11] == [
        "    Version: 2.0",
        "    State: Active",
        "    Request queue 503 verbosity level: Basic",
        "    Max requests: 1000",
        "    Number of active processes attached: 1",
        "    Processes:",
        r"        ID: 800, image: C:\Windows\System32\svchost.exe",
        "        Services: Alpha, Beta, WinRM",
        "        Tagged Service: WinRM",
        "    URL groups:",
    ]
    urls = table.index("            Registered URLs:")
    assert table[urls - 1 : urls + 3] == [
        "            Number of registered URLs: 2",
        "            Registered URLs:",
        "                HTTP://+:5985/WSMAN/",
        "                HTTP://+:47001/WSMAN/",
    ]


def test_queues_of_an_old_windows_tell_bare_process_ids() -> None:
    table = lines(of(version="10.0.17763"), "http show servicestate view=requestq")
    first = table.index("    Process IDs:")
    assert table[first + 1] == "        800"
    assert not any("image" in line for line in table)


def test_queues_of_the_newest_windows_have_counters() -> None:
    table = lines(of(version="10.0.26200"), "http show servicestate view=requestq")
    counter = table.index("    Max queued request age: 0s")
    assert table[counter - 3 : counter] == [
        "    Max requests: 1000",
        "    Active requests: 0",
        "    Queued requests: 0",
    ]
    assert table[counter + 4 : counter + 6] == [
        "    Number of active processes attached: 1",
        "    Processes:",
    ]


def test_queue_of_a_pool_tells_its_controller() -> None:
    table = lines(boot(), "http show servicestate view=requestq")
    pool = table.index("Request queue name: Pool")
    assert "    Controller process ID: 904" in table[pool : pool + 8]
    machine = boot()
    machine.end_process(908)
    table = lines(machine, "http show servicestate view=requestq")
    pool = table.index("Request queue name: Pool")
    assert "    Number of active processes attached: 0" in table[pool : pool + 8]


def test_session_view_lists_queues_at_the_end() -> None:
    table = lines(boot(), "http show servicestate")
    assert table[1] == "Snapshot of HTTP service state (Server Session View):"
    queues = table.index("Request queues:")
    assert "    Request queue name: Pool" in table[queues:]
    assert "            HTTP://*:20090/" in table[queues:]


def test_japanese_labels_are_translated_and_urls_are_not() -> None:
    table = lines(of(language="ja"), "http show servicestate view=requestq")
    assert "要求キュー名: Pool" in table
    assert r"        ID: 800, イメージ: C:\Windows\System32\svchost.exe" in table
    assert "                HTTP://*:20090/" in table


@each_row("command", ["", "foo", "int ipv4 show nothing", "int ipv4 show dynamicport"])
def test_unknown_command_fails(command: str) -> None:
    result = programs.run(boot(), f"netsh {command}")
    assert result.exit_code == 1
    assert b"The following command was not found" in result.stdout
