# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of TCP/IP, as reg.exe prints them."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.tcpip import (
    TcpipSettings,
    settings,
)
from unit.rows import each_row

KEY = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
PRINTED = rf"""
{KEY}
    DataBasePath    REG_EXPAND_SZ    %SystemRoot%\System32\drivers\etc
    Domain    REG_SZ    corp.example
    ForwardBroadcasts    REG_DWORD    0x0
    ICSDomain    REG_SZ    mshome.net
    SearchList    REG_SZ    {{}}
    Hostname    REG_SZ    PC-1
    DhcpDomain    REG_SZ    lan
    NV Domain    REG_SZ    corp.example
    NV Hostname    REG_SZ    pc-1

{KEY}\Adapters
{KEY}\Interfaces
"""
FOLDER = r"%SystemRoot%\System32\drivers\etc"
OWN = ("PC-1", "pc-1", "PC-1.corp.example", "pc-1.corp.example")


@each_row(
    ("text", "expected"),
    [
        (PRINTED.format(""), TcpipSettings(FOLDER, OWN, ("corp.example", "lan"))),
        (PRINTED.format("a.example,b.example"), TcpipSettings(FOLDER, OWN, ("a.example", "b.example"))),
        ("", TcpipSettings()),
        ("    Hostname    REG_DWORD    0x1\n", TcpipSettings()),
        ("    Hostname    REG_SZ\n    Domain    REG_SZ    \n", TcpipSettings()),
        ("    Hostname    REG_SZ    " + "x" * 3_000, TcpipSettings()),
        ("    Hostname    REG_SZ    a\n    HOSTNAME    REG_SZ    b", TcpipSettings(own=("a",))),
    ],
)  # fmt: skip
def test_settings(text: str, expected: TcpipSettings) -> None:
    assert settings(text) == settings(text.replace("\n", "\r\n")) == expected
