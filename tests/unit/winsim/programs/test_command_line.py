# SPDX-License-Identifier: GPL-3.0-or-later
"""What cmd.exe makes of a command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.rows import each_row
from unit.winsim.small import boot
from winsim import images, programs

MACHINE = boot()


def run(line: str) -> tuple[str, str, int]:
    result = programs.run(MACHINE, line)
    return result.stdout.decode(), result.stderr.decode(), result.exit_code


@each_row(
    ("line", "stdout"),
    [
        ("hostname", "TEST01\r\n"),
        ("HOSTNAME.EXE", "TEST01\r\n"),
        (r"C:\Windows\System32\hostname.exe", "TEST01\r\n"),
        (r"%SystemRoot%\System32\hostname.exe", "TEST01\r\n"),
        (r'"C:\Windows\System32\hostname.exe"', "TEST01\r\n"),
        (r'""C:\Windows\System32\hostname.exe""', "TEST01\r\n"),
        ("whoami", "test01\\admin\r\n"),
        ("echo hi", "hi\r\n"),
        ("echo hi & hostname", "hi \r\nTEST01\r\n"),
        ('echo "a & b"', '"a & b"\r\n'),
        ("echo %windir% %nothing%", "C:\\Windows %nothing%\r\n"),
        ("cmd /c hostname", "TEST01\r\n"),
        (r"C:\Windows\System32\cmd.exe /c echo hi", "hi\r\n"),
        ("hostname >nul & echo x", "x\r\n"),
        ("hostname && echo yes || echo no", "TEST01\r\nyes \r\n"),
        ('"echo hi"', "hi\r\n"),
        ('"echo hi', "hi\r\n"),
        ('"echo "a" & hostname', '"a & hostname\r\n'),
        ('cmd /c "echo hi & hostname"', "hi \r\nTEST01\r\n"),
        ('cmd /s /c ""hostname""', "TEST01\r\n"),
        ("@echo hi", "hi\r\n"),
        ("echo (a)", "(a)\r\n"),
        ("echo a^&b ^| ^> ^^ ^(", "a&b | > ^ (\r\n"),
        ('echo "a^b > c | d"', '"a^b > c | d"\r\n'),
        ('echo ^"a & hostname', '"a \r\nTEST01\r\n'),
        ("echo >nul hi & echo x2>nul& echo y", "y\r\n"),
        ("echo %USERNAME% %errorlevel%", "admin 0\r\n"),
        ("echo hi <nul", "hi \r\n"),
        ("echo.", "\r\n"),
        ("ECHO:a & echo/b", "a \r\nb\r\n"),
        ("echo", "ECHO is on.\r\n"),
        ("echo off & echo on", ""),
        ("exit/b 3 & hostname", ""),
        ("exit 3 & echo never", ""),
        ("", ""),
    ],
)
def test_output(line: str, stdout: str) -> None:
    assert run(line)[:2] == (stdout, "")


def test_recorded_command_line() -> None:
    """`pypsrp_winrs_stderr_rc`: what a Windows answered, blanks included."""
    line = "cmd.exe /c echo out && echo err>&2 && exit 1"
    assert run(line) == ("out \r\n", "err \r\n", 1)


@each_row(
    ("redirections", "output", "errors"),
    [
        (">nul 2>&1", None, None),
        ("2>&1 >nul", None, "stdout"),
        ("2>nul", "stdout", None),
        (">nul", None, "stderr"),
        ("1>&2", "stderr", "stderr"),
        ("2>&1", "stdout", "stdout"),
        (">&2 2>nul", "stderr", None),
        (">NUL: 2>&1 1>&2", None, None),
        ('>"nul" 2>>&1', None, None),
    ],
)
def test_redirections_apply_from_left_to_right(
    redirections: str, output: str | None, errors: str | None
) -> None:
    """Where the output of `hostname` and the errors of `nosuch` arrive."""
    for line, expected, code in (("hostname", output, 0), ("nosuch", errors, 1)):
        stdout, stderr, exit_code = run(f"{line} {redirections}")
        arrived = {name for name, text in (("stdout", stdout), ("stderr", stderr)) if text}
        assert (arrived, exit_code) == ({expected} - {None}, code)


@each_row(
    ("line", "what"),
    [
        ("hostname | findstr a.*b", "findstr.exe with a pattern, a.*b"),
        ("hostname | | sort", "a pipe without a command"),
        ("hostname |", "a pipe without a command"),
        ("| sort", "a pipe without a command"),
        ("hostname > C:\\out.txt", "a redirection with a file, >C:\\out.txt"),
        ('hostname>>"a b.txt"', 'a redirection with a file, >"a b.txt"'),
        ("hostname < in.txt", "a redirection with a file, <in.txt"),
        ("hostname >", "a redirection with a file, >"),
        ("(hostname & hostname)", "a group of commands, ("),
        ("hostname & ( echo hi )", "a group of commands, ("),
        ("cmd", "cmd.exe without /c"),
        ("cmd /k hostname", "cmd.exe without /c"),
        ("ver", "the command ver"),
        ("hostname & SET X=1", "the command set"),
        ("cd\\ & dir", "the command cd"),
        ("if exist x echo y", "the command if"),
        ("dir/b", "the command dir"),
    ],
)
def test_what_is_not_simulated_is_said_and_nothing_runs(line: str, what: str) -> None:
    assert run(line) == ("", f"winsim does not simulate {what}: {line}\r\n", 255)


@given(st.text(alphabet='ab "^&|<>()@012%nul', max_size=30))
def test_any_line_is_run_or_refused(line: str) -> None:
    result = programs.run(MACHINE, line)
    refused = b"winsim does not simulate" in result.stderr
    assert refused == (result.exit_code == 255)
    assert not refused or result.stdout == b""


def test_exit_code_is_that_of_the_last_command() -> None:
    assert run("nosuch & hostname")[2] == 0
    assert run("hostname & nosuch")[2] == 1
    assert run("exit 42")[2] == 42
    assert run("cmd /c exit 7")[2] == 7
    assert run('cmd /c "exit 8"')[2] == 8
    assert run('"cmd /c "exit 8""')[2] == 8
    assert run('cmd /c "exit 8" & hostname')[2] == 0


def test_unknown_program_is_not_recognized() -> None:
    stdout, stderr, code = run(r"C:\Windows\System32\nosuch.exe -x")
    assert (stdout, code) == ("", 1)
    assert stderr.startswith(r"'C:\Windows\System32\nosuch.exe' is not recognized")


@pytest.mark.sweep
@each_row("image", images.names())
def test_every_image_has_words_for_an_unknown_program(image: str) -> None:
    result = programs.run(images.load(image).boot(), "nosuch")
    assert b"nosuch" in result.stderr


def test_code_page_of_the_shell_encodes_the_output() -> None:
    japanese = images.load("win11-ja").boot()
    assert "コード ページ".encode() in programs.run(japanese, "chcp").stdout
    assert "コード ページ".encode("cp932") in programs.run(japanese, "chcp", 932).stdout
    changed = programs.run(japanese, "chcp 932 & chcp")
    assert changed.stdout.count(b"932") == 2
    assert programs.run(japanese, "chcp 99999").exit_code == 1


def test_what_a_code_page_lacks_becomes_a_question_mark() -> None:
    japanese = images.load("win11-ja").boot()
    assert b"???" in programs.run(japanese, "chcp", 437).stdout


def test_no_program_writes_a_bare_line_feed() -> None:
    for line in ("netstat -nao", "netsh http show servicestate view=requestq", "hostname"):
        text = programs.run(MACHINE, line).stdout.decode()
        assert "\n" not in text.replace("\r\n", "")
    assert not Path("nul").exists()


def test_autorun_comes_before_each_command_line() -> None:
    machine = boot()
    machine.autorun = "echo hello & chcp 850 >nul"
    result = programs.run(machine, "echo ß")
    assert result.stdout == b"hello \r\n" + "ß\r\n".encode("cp850")
    result = programs.run(machine, r"%SystemRoot%\System32\chcp.com 65001 >nul & echo ß")
    assert result.stdout == "hello \r\nß\r\n".encode()
    machine.autorun = "exit 3"
    assert programs.run(machine, "echo on").exit_code == 0
