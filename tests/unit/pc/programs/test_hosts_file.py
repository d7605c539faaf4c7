# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts file, as ``type`` prints it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import commands
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.hosts_file import (
    HOSTS_FILE,
    MAX_ENTRIES,
    HostsEntry,
    HostsFile,
    parse,
)
from unit.rows import each_row

# The file that Windows comes with, in short.
DEFAULT = """\
# Copyright (c) 1993-2009 Microsoft Corp.\r
#\r
#      102.54.94.97     rhino.acme.com          # source server\r
#\t127.0.0.1       localhost\r
#\t::1             localhost\r
\r
"""


def test_a_file_without_entries() -> None:
    assert parse(DEFAULT, {"localhost", "rhino.acme.com"}) == HostsFile()
    assert parse("\r\n", {"srv-1"}) == HostsFile()


def test_no_file() -> None:
    assert parse("", {"srv-1"}) == HostsFile(readable=False)


def test_each_address_of_a_name_in_the_order_of_the_file() -> None:
    text = DEFAULT + (
        "10.0.0.5 SRV-1 srv-1.example  # the server srv-1\r\n"
        "  \t10.0.0.6\tsrv-1\t \r\n"
        "2001:DB8:0::7 srv-1 other\r\n"
        "fe80::7%12 srv-1\n"
        "10.0.0.5 srv-1"
    )
    assert parse(text, {"srv-1"}).entries == (
        HostsEntry("srv-1", "10.0.0.5", 7),
        HostsEntry("srv-1", "10.0.0.6", 8),
        HostsEntry("srv-1", "2001:db8::7", 9),
        HostsEntry("srv-1", "fe80::7%12", 10),
        HostsEntry("srv-1", "10.0.0.5", 11),
    )
    assert parse(text, {"srv-1.example", "other"}).entries == (
        HostsEntry("srv-1.example", "10.0.0.5", 7),
        HostsEntry("other", "2001:db8::7", 9),
    )


@each_row(
    "line",
    [
        "# 10.0.0.5 srv-1",
        "10.0.0.5#srv-1",
        "10.0.0.5 srv-10 # srv-1",
        "10.0.0.5",
        "srv-1 10.0.0.5",
        "10.0.0 srv-1",
        "010.0.0.5 srv-1",
        "10.0.0.5%1 srv-1",
        "fe80::1% srv-1",
        "10.0.0.5 srv-10 xsrv-1 srv-1.",
        "10.0.0.5 \x1b[31msrv-1",
        "1\x000.0.0.5 srv-1",
    ],
)
def test_what_is_no_entry_of_the_name(line: str) -> None:
    assert parse(f"{line}\r\n", {"srv-1"}).entries == ()


def test_names_that_windows_may_not_read() -> None:
    names = " ".join(f"n{number}" for number in range(1, 12))
    found = parse(f"10.0.0.5 {names}\r\n", {"n9", "n10"}).entries
    assert [(each.name, each.doubtful) for each in found] == [("n9", False), ("n10", True)]
    found = parse("\ufeff10.0.0.5 srv-1\r\n10.0.0.6 srv-1\r\n", {"srv-1"}).entries
    assert [(each.address, each.doubtful) for each in found] == [
        ("10.0.0.5", True), ("10.0.0.6", False),
    ]  # fmt: skip


def test_a_line_without_end_has_no_cut_name() -> None:
    line = "10.0.0.5 " + "x" * 4_081 + " srv-10"
    assert line[:4_096].endswith("srv-1")
    assert parse(line, {"srv-1"}).entries == ()


def test_a_hostile_file_is_bounded() -> None:
    found = parse("10.0.0.5 srv-1\n" * (MAX_ENTRIES + 1), {"srv-1"})
    assert (len(found.entries), found.more) == (MAX_ENTRIES, True)
    found = parse("10.0.0.5 " + "srv-1 " * 1_000, {"srv-1"})
    assert (len(found.entries), found.more) == (MAX_ENTRIES, True)


@given(st.text(alphabet="10.:abf%# \t\r\n\ufeffsv-é", max_size=200))
def test_whatever_the_file_has(text: str) -> None:
    for entry in parse(text, {"srv", "a", "b"}).entries:
        assert entry.name in {"srv", "a", "b"}
        assert entry.address.isascii()
        assert entry.address.isprintable()


def test_the_end_of_its_last_line_is_a_line_of_its_own() -> None:
    """The file may lack its last line break, and cmd.exe writes the marker where it is."""
    line = commands.compose([HOSTS_FILE])
    assert line.startswith(
        r'type "%SystemRoot%\System32\drivers\etc\hosts" && echo. || echo portkeeper-ended'
    )
    output = "10.0.0.5 srv-1\r\nportkeeper-end-of-output-1\r\n"
    assert parse(commands.split(output, [HOSTS_FILE])[HOSTS_FILE], {"srv-1"}).entries
