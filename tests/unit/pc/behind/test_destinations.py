# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the mappings of a port proxy lead on the PC itself, by the addresses of what listens."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    Forward,
    OwnAddress,
    Protocol,
    Service,
    Snapshot,
    TcpState,
    Via,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.behind.destinations import (
    inner,
    silent,
)

PROXY, PROGRAM = 2840, 5000
OWN = "192.0.2.5"


def is_silent(
    to: str, *listeners: tuple[str, int, int], more: dict[int, str] | None = None
) -> bool:
    """Whether the mapping of port 80 to an address and port is certain to lead nowhere."""
    mappings = {80: to} | (more or {})
    forwards = tuple(
        Forward(
            Via.PORTPROXY,
            Protocol.TCP,
            "0.0.0.0",
            port,
            each.rpartition("/")[0],
            int(each.rpartition("/")[2]),
            "v4tov4",
        )
        for port, each in mappings.items()
    )
    snapshot = Snapshot(
        addresses=(OwnAddress(parse_address(OWN), 24, 3),),
        services={PROXY: (Service("iphlpsvc", "IP Helper", "Running", pid=PROXY),)},
        forwards=forwards,
    )
    found = inner(snapshot, {(Protocol.TCP, 80)})
    asked = {each.to_port for each in found}
    rows = [
        Endpoint(Protocol.TCP, parse_address(address), port, TcpState.LISTEN, pid=pid)
        for address, port, pid in listeners
        if port in asked
    ]
    return forwards[0] in silent(snapshot, found, rows)


def test_what_listens_has_to_listen_at_the_address_too() -> None:
    assert {
        "nothing": is_silent("127.0.0.1/81"),
        "loopback": is_silent("127.0.0.1/81", ("127.0.0.1", 81, PROGRAM)),
        "all addresses": is_silent("127.0.0.1/81", ("0.0.0.0", 81, PROGRAM)),
        "perhaps both families": is_silent("127.0.0.1/81", ("::", 81, PROGRAM)),
        "another address": is_silent("127.0.0.1/81", (OWN, 81, PROGRAM)),
        "another family": is_silent("::1/81", ("0.0.0.0", 81, PROGRAM)),
        "its own address": is_silent(f"{OWN}/81", (OWN, 81, PROGRAM)),
        "only loopback": is_silent(f"{OWN}/81", ("127.0.0.1", 81, PROGRAM)),
        "a name": is_silent("LocalHost/81", ("::1", 81, PROGRAM)),
        "another host": is_silent("192.0.2.77/81"),
        "a name elsewhere": is_silent("pc.example/81"),
    } == {
        "nothing": True,
        "loopback": False,
        "all addresses": False,
        "perhaps both families": False,
        "another address": True,
        "another family": True,
        "its own address": False,
        "only loopback": True,
        "a name": False,
        "another host": False,
        "a name elsewhere": False,
    }


def test_mappings_that_lead_to_mappings() -> None:
    here = "0.0.0.0"
    proxies = tuple((here, port, PROXY) for port in (80, 81))
    assert {
        "itself": is_silent("127.0.0.1/80", *proxies),
        "each other": is_silent("127.0.0.1/81", *proxies, more={81: "127.0.0.1/80"}),
        "a program behind": is_silent(
            "127.0.0.1/81", *proxies, (here, 82, PROGRAM), more={81: "127.0.0.1/82"}
        ),
        "nothing behind": is_silent("127.0.0.1/81", *proxies, more={81: "127.0.0.1/82"}),
        "another host behind": is_silent("127.0.0.1/81", *proxies, more={81: "192.0.2.77/82"}),
        "a program before": is_silent("127.0.0.1/80", *proxies, ("127.0.0.1", 80, PROGRAM)),
    } == {
        "itself": True,
        "each other": True,
        "a program behind": False,
        "nothing behind": True,
        "another host behind": False,
        "a program before": False,
    }
