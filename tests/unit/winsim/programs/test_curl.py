# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated curl says what the real one was recorded to say (tests/samples/curl)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from unit.rows import each_row
from unit.winsim.pair import CURL, USUAL, Pair, configuration, pair
from winsim import programs
from winsim.images import load
from winsim.machine import Machine
from winsim.programs.cmd_syntax import NotSimulatedError
from winsim.programs.curl.configuration import read

SAMPLES = Path(__file__).parents[3] / "samples" / "curl"
VERSIONS = ["7.61.1", "8.11.1", "8.12.1", "8.16.0"]
#: By the case of a recording: the port with which it was made, where its server did the same.
PORTS = {
    "silent": 7001,
    "greets": 7002,
    "POP3": 7003,
    "closes": 7004,
    "refuses": 7010,
    "drops": 7020,
}
SERVER: dict[str, Any] = {
    # Without stealth mode a port refuses where nothing listens.
    "firewall": {
        "profiles": {"private": {"DisableStealthMode": 1}},
        "rules": {
            "open": r"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort2_10=7001-7004|Name=Open|"
        },
    },
    "registry": {
        r"HKLM\SYSTEM\CurrentControlSet\Services\PortProxy\v4tov4\tcp": {
            "0.0.0.0/7004": "127.0.0.1/9"
        }
    },
    "processes": [
        {"pid": 9000, "parent": 692, "name": "a.exe",
         "tcp": [f"0.0.0.0:{port}" for port in (7001, 7002, 7003, 7020)]},
        {"pid": 9004, "svchost": "NetSvcs -p", "services": ["iphlpsvc"]},
    ],
    "services": {"iphlpsvc": {"display": "IP Helper"}},
    "greetings": {"7002": "SSH-2.0-OpenSSH\r\n", "7003": "+OK ready\r\n"},
}  # fmt: skip


def recorded(version: str) -> dict[str, list[str]]:
    """The lines of a recording of libcurl, by its cases."""
    found: dict[str, list[str]] = {}
    for line in (SAMPLES / f"libcurl_{version}.txt").read_text("utf-8").splitlines():
        if line.startswith("== "):
            lines = found[line[3:].partition(":")[0]] = []
        else:
            lines.append(line)
    return found


def plain(line: str) -> str:
    """A line without what differs each time: addresses, ports of clients, times, numbers of
    connections, the number of an error that Linux has and Windows has not."""
    line = re.sub(r"127\.0\.0\.1|10\.20\.[12]\.[0-9]+", "ADDRESS", line.rstrip("\r"))
    line = re.sub(r"(from ADDRESS port|ADDRESS/?\|) ?[0-9]+", r"\1 PORT", line)
    line = re.sub(r"/\|[0-9]{2,}\|", "/|PORT|", line)
    line = re.sub(r"after [0-9]+ m", "after TIME m", line)
    line = re.sub(r"(?i)(closing connection #?)[0-9]+", r"\1N", line)
    return re.sub(r"errno: [0-9]+|\(#[0-9]+\)", "N", line)


def simulated(running: Pair, version: str, text: str) -> list[str]:
    running.client.curl = tuple(map(int, version.split(".")))  # type: ignore[assignment]
    result = running.curl(text)
    assert result.stderr == b""
    return [plain(line) for line in result.stdout.decode().splitlines()]


@pytest.fixture(scope="module")
def running() -> Any:
    with pair(None, SERVER) as both:
        yield both


def soon(tried: Callable[[float], tuple[Any, Any]]) -> tuple[Any, Any]:
    """What two attempts come to with time limits that are longer each time, until they are equal:
    this machine may be busy."""
    for seconds in (0.1, 1, 10):
        found = tried(seconds)
        if found[0] == found[1]:
            break
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_as_libcurl_was_recorded(running: Pair, version: str) -> None:
    for case, lines in recorded(version).items():
        if case in PORTS:
            printed, expected = soon(partial(compared, running, version, case, lines))
            assert printed == expected, case


def compared(
    running: Pair, version: str, case: str, lines: list[str], seconds: float
) -> tuple[list[str], list[str]]:
    text = configuration(f"pop3://10.20.2.5:{PORTS[case]}", seconds=seconds)
    printed = simulated(running, version, text)
    result = next(line for line in printed if line.startswith("|"))
    # The tool alone complains of variables that it doesn't know.
    rest = [line for line in printed if line and line != result and "variable" not in line]
    *expected, outcome = [plain(line) for line in lines]
    # The oldest version has no variables for the exit code and the message.
    known = outcome if version != "7.61.1" else "|".join(outcome.split("|")[:-2])
    return [*rest, result.rstrip("|")], [*expected, known.rstrip("|")]


#: Of the recordings of the tool: what their hosts did that the simulated server can't do.
OTHERS = ("7005", "::1", "fe80::1", "10.99.99.99", "Recv failure")


def tool(name: str) -> list[str]:
    text = (SAMPLES / f"tool_7.88.1_{name}.txt").read_text("utf-8")
    # The last lines of a connection don't tell which one they are about.
    text = re.sub(r"(?i)\* closing connection [0-9]+\n", "", text)
    return [
        plain(line) for line in text.splitlines() if line and not any(o in line for o in OTHERS)
    ]


URLS = [f"pop3://10.20.2.5:{port}" for port in (7001, 7002, 7003, 7004, 7010, 7020)]


def without_closing(lines: list[str]) -> list[str]:
    return [line for line in lines if line and not line.startswith("* Closing connection")]


def test_one_after_the_other_as_the_tool_was_recorded(running: Pair) -> None:
    printed = simulated(running, "7.88.1", configuration(*URLS, seconds=0.1))
    expected = [
        line for line in tool("serial") if line != "* Recv failure: Connection reset by peer"
    ]
    assert without_closing(printed) == expected


def test_all_at_once_as_the_tool_was_recorded(running: Pair) -> None:
    lines = (*USUAL, "no-progress-meter", "parallel", "parallel-immediate")

    def tried(seconds: float) -> tuple[Any, Any]:
        text = configuration(*URLS, lines=lines, seconds=seconds)
        printed = simulated(running, "7.88.1", text)
        # In whichever order things happen.
        return Counter(without_closing(printed)), Counter(tool("parallel_no_meter"))

    printed, expected = soon(tried)
    assert printed == expected


def test_the_meter_that_silent_does_not_silence(running: Pair) -> None:
    lines = (*USUAL, "parallel", "parallel-immediate")
    printed = running.curl(configuration(*URLS[:1], lines=lines)).stdout.decode()
    # As octets: a return alone is no end of a line here.
    sample = (SAMPLES / "tool_7.88.1_parallel.txt").read_bytes().decode()
    header = next(line for line in sample.splitlines() if line.startswith("DL%"))
    meter = re.compile(r"\r--  --      0     0 +[0-9]+ +[0-9]+  --:--:-- .{8} --:--:--     0     ")
    assert printed.count(f"{header}\r\n") == sample.count(f"{header}\n") == 1
    for text in (printed.replace("\r\n", "\n"), sample):
        found = meter.findall(text)
        assert found
        assert text.endswith(f"{found[-1]}\n")
        # The next line goes on behind it.
        assert re.search(rf"{meter.pattern} \* ", text)


def test_sections_end_with_the_first_failure_in_old_versions(running: Pair) -> None:
    def sections(seconds: float) -> str:
        first, second = (configuration(each, seconds=seconds) for each in (URLS[4], URLS[0]))
        return f"{first}next\n{second}"

    def tried(seconds: float) -> tuple[Any, Any]:
        printed = simulated(running, "7.88.1", sections(seconds))
        return tuple(
            [line for line in without_closing(lines) if not line.startswith("|")]
            for lines in (printed, tool("next"))
        )  # type: ignore[return-value]

    printed, expected = soon(tried)
    assert printed == expected
    old = simulated(running, "7.55.1", sections(0.1))
    assert [line for line in old if "Trying" in line] == ["*   Trying ADDRESS..."]


def read_by(version: str, text: str, language: str = "en") -> tuple[list[str], Any]:
    number = tuple(map(int, version.split(".")))
    found = read(
        text,
        number,
        decimal=lambda value: value.replace("." if language == "en" else ",", "").isdigit(),
    )
    return [each for each in found.warnings if each], found


@each_row(
    ("version", "text", "warnings"),
    [
        ("7.55.1", "parallel\n", ["Warning: <stdin>:1: warning: 'parallel' is unknown\n"]),
        ("7.55.1", "silent\nparallel\nparallel-immediate\n", []),
        ("8.13.0", "parallel\nparallel-immediate\nno-progress-meter\n", []),
        ("7.55.1", "no-progress-meter\n",
         ["Warning: <stdin>:1: warning: 'no-progress-meter' is unknown\n"]),
        ("8.13.0", "connect-timeout = x\n",
         ["Warning: <stdin>:1: warning: 'connect-timeout' expected a proper numerical parameter\n"]),
    ],
)  # fmt: skip
def test_what_an_old_version_does_not_know(version: str, text: str, warnings: list[str]) -> None:
    assert read_by(version, text)[0] == warnings


def test_a_configuration_in_other_forms() -> None:
    text = (
        '# a comment\n\n  --url=pop3://1.2.3.4:5\r\noutput : NUL more\nwrite-out = "a\\tb\\\\n\\"" # c\n'
        'max-time 2\nno-silent\nnext\n-url "pop3://[::1]:6"\n'
    )
    _unused, found = read_by("8.13.0", text)
    first, second = found.sections
    assert (first.urls, first.outputs) == (["pop3://1.2.3.4:5"], ["NUL"])
    assert first.settings == {"write-out": 'a\tb\\n"', "max-time": "2"}
    assert second.urls == ["pop3://[::1]:6"]


@each_row(
    "text", ["insecure\n", "url = http://1.2.3.4/\n", "user = a:b\n", "url = pop3://host/\n", "=\n"]
)
def test_what_it_does_not_simulate_it_refuses(text: str) -> None:
    machine = curl_machine("8.13.0")
    text = text if text.startswith("url") else f"{text}url = pop3://1.2.3.4:5\n"
    result = programs.run(machine, CURL, stdin=text.encode())
    assert result.exit_code == 255
    assert b"winsim does not simulate" in result.stderr


def curl_machine(version: str | None, image: str = "win11-ja") -> Machine:
    return load(image).varied({"curl": version}).boot()


@each_row("arguments", ["-K -", "-q http://1.2.3.4/", "-q -K file", "-q -K - -v", ""])
def test_no_other_command_line(arguments: str) -> None:
    result = programs.run(curl_machine("8.13.0"), f"curl.exe {arguments}", stdin=b"url = x\n")
    assert result.exit_code in {255}


def test_where_there_is_no_curl() -> None:
    result = programs.run(curl_machine(None, "server2022"), CURL)
    assert result.exit_code == 1
    assert b"is not recognized as an internal or external command" in result.stderr


@each_row(
    ("version", "begins"),
    [
        ("7.55.1", b"curl 7.55.1 (Windows) libcurl/7.55.1 WinSSL\r\nRelease-Date: "),
        ("8.13.0", b"curl 8.13.0 (Windows) libcurl/8.13.0 Schannel "),
    ],
)
def test_its_version(version: str, begins: bytes) -> None:
    result = programs.run(curl_machine(version), r"%SystemRoot%\System32\curl.exe -q --version")
    assert result.stdout.startswith(begins)
    assert b"pop3 pop3s" in result.stdout
    assert result.exit_code == 0


def test_without_a_url_there_is_nothing_to_do() -> None:
    result = programs.run(curl_machine("8.13.0"), CURL, stdin=b"silent\n")
    assert (result.stdout, result.exit_code) == (b"", 2)
    assert b"no URL specified" in result.stderr


def test_variables_that_old_versions_lack_are_told_of(running: Pair) -> None:
    running.client.curl = (7, 55, 1)
    result = running.curl(configuration(URLS[4], lines=("silent",)))
    assert b"curl: unknown --write-out variable: 'errormsg'\r\n" in result.stderr
    assert b"|0||" in result.stdout


def test_a_decimal_mark_is_that_of_the_language() -> None:
    text = configuration("pop3://10.9.9.9:1", lines=(), seconds=0.2)
    german, comma = curl_machine("7.55.1", "win11-de"), text.replace("0.2", "0,2")
    said = programs.run(german, CURL, stdin=comma.encode()).stderr
    assert b"expected a proper numerical parameter" not in said
    # Told before anything is tried, and then not kept: this would take five minutes.
    configured = read(text, (7, 55, 1), decimal=lambda value: "." not in value)
    assert len(configured.warnings) == 2
    assert configured.sections[0].settings.keys() == {"write-out"}


def test_an_option_that_is_not_known_here() -> None:
    with pytest.raises(NotSimulatedError):
        read("retry = 3\n", (8, 13, 0), decimal=str.isdigit)
