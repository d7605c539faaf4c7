# SPDX-License-Identifier: GPL-3.0-or-later
"""The constant command lines, and the outputs of several programs taken apart again."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import (
    commands,
    netsh,
    netstat,
    tasklist,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.commands import (
    FAILED,
    MAX_COMMAND_LINE,
    OutputError,
    Program,
    compose,
    failed,
    in_utf8,
    split,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.netsh import (
    DYNAMIC_PORTS,
    EXCLUDED_PORT_RANGES,
    HTTP_SERVICE_STATE,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.netstat import NETSTAT
from unit.rows import each_row

#: Those that tell what was dropped, as they are run together.
RECORDS = (
    (
        commands.SECURITY_EVENTS,
        commands.AUDIT_POLICY,
        commands.LOG_COLUMNS,
        commands.FIREWALL_LOG,
    ),
    (commands.NET_EVENTS,),
)
#: All others that are declared, wherever in the folder.
ALL_PROGRAMS = tuple(
    {
        each.command_line: each
        for module in (commands, netsh, netstat, tasklist)
        for value in vars(module).values()
        for each in (value if isinstance(value, tuple) else (value,))
        if isinstance(each, Program) and not any(each in together for together in RECORDS)
    }.values()
)
PROGRAMS = (NETSTAT, HTTP_SERVICE_STATE, EXCLUDED_PORT_RANGES[0])
MARKER = re.compile(r"& echo (\S+)")


def output_of(texts: list[str], programs: tuple[Program, ...] = PROGRAMS) -> str:
    """What cmd.exe gives back: each text and its marker, with the blank that stands before the
    next ``&`` of the line. Only the last marker has none."""
    *markers, last = MARKER.findall(compose(programs))
    lines = [f"{text}{marker} \r\n" for text, marker in zip(texts, markers, strict=False)]
    return "".join(lines) + f"{texts[-1]}{last}\r\n"


@each_row("size", [1, 7, 1000])
def test_how_much_the_last_of_several_programs_has_printed(size: int) -> None:
    before = b"x" * 500 + b"\r\nportkeeper-end-of-output-1\r\nportkeeper-end-of-output-2"
    output = before + b"\r\n" + b"y" * 400
    tail, read = commands.Tail(3, 100), 0
    while not tail(output[read : read + size]):
        read += size
        assert read < len(output), "it never has enough"
    assert 100 - size <= read - len(before) <= 100 + size
    assert not commands.Tail(3, 402)(output)
    assert commands.Tail(1, 100)(b"y" * 101)


def test_an_output_that_was_left_before_its_end() -> None:
    programs = [Program("a", "a"), Program("b", "b")]
    output = "one\r\nportkeeper-end-of-output-1\r\ntwo\r\nthr"
    found = commands.split(commands.ended_early(output, programs), programs)
    assert list(found.values()) == ["one\r\n", "two\r\n"]
    # What did not come from there can't be attributed.
    for wrong in (f"{output}\r\nportkeeper-end-of-output-2\r\nx", "one\r\ntwo"):
        with pytest.raises(commands.OutputError):
            commands.split(commands.ended_early(wrong, programs), programs)


def test_every_command_line_is_inert_in_cmd() -> None:
    assert len(ALL_PROGRAMS) == 13
    for program in ALL_PROGRAMS:
        assert re.fullmatch(
            r"%SystemRoot%\\System32\\(netstat|netsh|tasklist|reg)\.exe"
            r"( [-/]?[a-z0-9=]+| \"HKEY_[A-Za-z_\\ ]+\")+",
            program.command_line,
        )


@pytest.mark.parametrize("together", RECORDS)
def test_what_tells_of_drops_is_constant_and_fits_one_command_line(
    together: tuple[Program, ...],
) -> None:
    line = in_utf8(compose(together))
    assert len(line.replace("%SystemRoot%", "C" * 260)) < MAX_COMMAND_LINE
    assert set(re.findall("%[^%]*%", line)) == {"%SystemRoot%"}
    assert line.isascii()
    # What cmd.exe knows stands between the programs alone, or in quotes.
    for program in together:
        outside = re.sub(r'"[^"]*"', "", program.command_line)
        outside = outside.replace(" 2>nul", "").replace(" && echo.", "").replace(" | ", " ")
        assert re.fullmatch(r"[A-Za-z0-9%\\./:,=?{}-]+( [A-Za-z0-9%\\./:,={}-]*)*", outside)


def test_command_lines() -> None:
    system32 = r"%SystemRoot%\System32"
    assert NETSTAT.command_line == rf"{system32}\netstat.exe -nao"
    assert [table.command_line for table in EXCLUDED_PORT_RANGES] == [
        rf"{system32}\netsh.exe int ipv4 show excludedportrange protocol=tcp",
        rf"{system32}\netsh.exe int ipv4 show excludedportrange protocol=udp",
        rf"{system32}\netsh.exe int ipv6 show excludedportrange protocol=tcp",
        rf"{system32}\netsh.exe int ipv6 show excludedportrange protocol=udp",
    ]
    assert [table.command_line for table in DYNAMIC_PORTS] == [
        rf"{system32}\netsh.exe int ipv4 show dynamicport tcp",
        rf"{system32}\netsh.exe int ipv4 show dynamicport udp",
        rf"{system32}\netsh.exe int ipv6 show dynamicport tcp",
        rf"{system32}\netsh.exe int ipv6 show dynamicport udp",
    ]
    assert [(table.family, table.protocol) for table in DYNAMIC_PORTS] == [
        ("ipv4", Protocol.TCP),
        ("ipv4", Protocol.UDP),
        ("ipv6", Protocol.TCP),
        ("ipv6", Protocol.UDP),
    ]


def test_all_programs_at_once_fit_one_command_line() -> None:
    line = compose(ALL_PROGRAMS)
    # The longest path that SystemRoot can hold, MAX_PATH, in place of every variable.
    assert len(line.replace("%SystemRoot%", "C" * 260)) < MAX_COMMAND_LINE == 8191


def test_a_command_line_that_cmd_would_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="of 8191 characters"):
        compose([NETSTAT] * 200)
    with pytest.raises(ValueError, match="no program"):
        compose([])


def test_one_program() -> None:
    line = compose([NETSTAT])
    marker = MARKER.findall(line)[0]
    assert line == f"{NETSTAT.command_line} || echo {FAILED} & echo {marker}"
    assert split(f"rows\r\n{marker}\r\n", [NETSTAT]) == {NETSTAT: "rows\r\n"}


def test_what_ended_with_an_error_is_told_apart() -> None:
    for end in ("\r\n", " \r\n"):
        text = output_of(["rows\r\n", f"some rows\r\n{FAILED}{end}", f"{FAILED}{end}"])
        assert failed(text, PROGRAMS) == {HTTP_SERVICE_STATE, EXCLUDED_PORT_RANGES[0]}
        assert list(split(text, PROGRAMS).values()) == ["rows\r\n", "some rows\r\n", ""]
    unended = output_of(["rows", f"no line end{FAILED} \r\n", f"{FAILED} stands in it\r\n"])
    assert failed(unended.replace("rows", "rows\r\n"), PROGRAMS) == {HTTP_SERVICE_STATE}


def test_the_code_page_is_set_by_a_constant_too() -> None:
    line = in_utf8(compose(ALL_PROGRAMS))
    assert line.startswith(r"%SystemRoot%\System32\chcp.com 65001 >nul & %SystemRoot%")
    assert line.endswith(compose(ALL_PROGRAMS))
    assert len(line.replace("%SystemRoot%", "C" * 260)) < MAX_COMMAND_LINE


def test_outputs_are_taken_apart() -> None:
    texts = ["first\r\n", "", "third\r\nand more\r\n"]
    assert split(output_of(texts), PROGRAMS) == dict(zip(PROGRAMS, texts, strict=True))


@given(
    st.lists(st.text(alphabet="ab-12&% \t").map(lambda text: f"{text}\r\n"), min_size=3, max_size=3)
)
def test_any_outputs_are_taken_apart(texts: list[str]) -> None:
    assert split(output_of(texts), PROGRAMS) == dict(zip(PROGRAMS, texts, strict=True))


def test_a_marker_inside_a_line_is_no_marker() -> None:
    marker = MARKER.findall(compose(PROGRAMS))[0]
    texts = [f"    Request queue name: {marker}\r\n", f"{marker} x\r\n", f" {marker}\r\n"]
    assert split(output_of(texts), PROGRAMS) == dict(zip(PROGRAMS, texts, strict=True))


@each_row("number", [0, 1, 2])
def test_a_forged_marker_is_found_out(number: int) -> None:
    forged = MARKER.findall(compose(PROGRAMS))[number]
    for place in range(3):
        texts = ["one\r\n", "two\r\n", "three\r\n"]
        texts[place] = f"{forged}\r\n"
        with pytest.raises(OutputError, match=r"can't be told apart.* Run the task again"):
            split(output_of(texts), PROGRAMS)


def test_output_that_was_cut_is_found_out() -> None:
    whole = output_of(["one\r\n", "two\r\n", "three\r\n"])
    first_marker = MARKER.findall(compose(PROGRAMS))[0]
    for cut in ("", whole[:10], whole[: whole.index("three")], whole.replace(first_marker, "")):
        with pytest.raises(OutputError, match="netstat -nao"):
            split(cut, PROGRAMS)


@given(st.text())
def test_any_text_is_taken_apart_or_refused(text: str) -> None:
    with pytest.raises(OutputError):
        split(text, PROGRAMS)
