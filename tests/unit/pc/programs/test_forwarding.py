# SPDX-License-Identifier: GPL-3.0-or-later
"""The mappings of ``netsh interface portproxy`` and the listen list of http.sys, as reg.exe prints
them. The forms of names and data are those that public programs read and write."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Forward,
    Protocol,
    Via,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.forwarding import (
    MAX_FORWARDS,
    listen_list,
    port_proxies,
)

KEY = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\PortProxy"


def printed(pair: str, *values: str) -> str:
    return (
        "\r\n" + "\r\n".join([rf"{KEY}\{pair}\tcp", *(f"    {each}" for each in values)]) + "\r\n"
    )


def forward(address: str, port: int, to: str, to_port: int, pair: str = "v4tov4") -> Forward:
    return Forward(Via.PORTPROXY, Protocol.TCP, address, port, to, to_port, pair)


def test_each_pair_of_families_has_its_mappings() -> None:
    text = (
        rf"{KEY}\v4tov4"
        + printed(
            "v4tov4",
            "0.0.0.0/8081    REG_SZ    172.20.0.2/80",
            "*/8082    REG_SZ    web-1.example/8082",
        )
        + printed("v6tov4", "::/8083    REG_SZ    127.0.0.1/3000")
        + printed("V4toV6", "10.0.0.5/8084    REG_SZ    fd00::2/80")
    )
    assert port_proxies(text) == (
        forward("0.0.0.0", 8081, "172.20.0.2", 80),
        forward("*", 8082, "web-1.example", 8082),
        forward("::", 8083, "127.0.0.1", 3000, "v6tov4"),
        forward("10.0.0.5", 8084, "fd00::2", 80, "v4tov6"),
    )
    assert [each.target for each in port_proxies(text)] == [
        "172.20.0.2:80",
        "web-1.example:8082",
        "127.0.0.1:3000",
        "[fd00::2]:80",
    ]


def test_what_is_no_mapping_is_skipped() -> None:
    """Among it what could become a command of its own if a person copies the remedy."""
    wrong = (
        "0.0.0.0/0    REG_SZ    10.0.0.1/80",
        "0.0.0.0/65536    REG_SZ    10.0.0.1/80",
        "0.0.0.0/80    REG_SZ    10.0.0.1",
        "0.0.0.0/80    REG_DWORD    0x1",
        "0.0.0.0 & calc/80    REG_SZ    10.0.0.1/80",
        "0.0.0.0/80    REG_SZ    10.0.0.1 & calc/80",
        "0.0.0.0/80    REG_SZ    $(calc)/80",
        "-x/80    REG_SZ    10.0.0.1/80",
    )
    assert port_proxies(printed("v4tov4", *wrong)) == ()
    # Below another key, the same text means something else.
    elsewhere = printed("v4tov4", "0.0.0.0/80    REG_SZ    10.0.0.1/80").replace(
        "PortProxy", "Other"
    )
    assert port_proxies(elsewhere) == ()
    assert port_proxies("ERROR: The system was unable to find the specified registry key.") == ()
    many = (f"0.0.0.0/{n}    REG_SZ    10.0.0.1/80" for n in range(1, 2 * MAX_FORWARDS))
    assert len(port_proxies(printed("v4tov4", *many))) == MAX_FORWARDS


@given(st.ip_addresses(), st.integers(1, 65_535), st.ip_addresses(), st.integers(1, 65_535))
def test_any_addresses_and_ports(address: object, port: int, to: object, to_port: int) -> None:
    line = f"{address}/{port}    REG_SZ    {to}/{to_port}"
    assert port_proxies(printed("v6tov6", line)) == (
        forward(str(address), port, str(to), to_port, "v6tov6"),
    )


def test_the_listen_list() -> None:
    head = "\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\r\n"
    value = r"    ListenOnlyList    REG_MULTI_SZ    "
    assert {
        text: listen_list(f"{head}{value}{text}\r\n")
        for text in (r"127.0.0.1", r"10.0.0.5\0::1\0", "x", r"::1\0no address", "")
    } == {
        r"127.0.0.1": ("127.0.0.1",),
        r"10.0.0.5\0::1\0": ("10.0.0.5", "::1"),
        "x": (),
        r"::1\0no address": ("::1",),
        "": (),
    }
