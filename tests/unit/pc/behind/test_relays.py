# SPDX-License-Identifier: GPL-3.0-or-later
"""Which processes only pass connections on, and how they are called."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Forward,
    Protocol,
    Service,
    Via,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.holders import (
    described,
    find_holders,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.holder_cases import SVCHOST, listener, ports, process, service, snapshot

HELPER = process(2840, "svchost.exe", SVCHOST)
WEB = Forward(Via.PORTPROXY, Protocol.TCP, "0.0.0.0", 8081, "172.20.0.2", 80, "v4tov4")
DNS = Forward(Via.NAT, Protocol.TCP, "0.0.0.0", 8082, "172.28.0.2", 53, "nat")


def name(image: str, *services: Service, forwards: tuple[Forward, ...] = ()) -> str:
    """What is said of the holder of port 8081."""
    known = snapshot([listener(8081, 2840)], [replace(HELPER, name=image)], services)
    known = replace(known, forwards=forwards)
    (holder,) = find_holders(known, ports(8081))
    return render(described(known, holder), "en")


def test_what_stands_behind_a_relay_is_said() -> None:
    relays = ("wslrelay.exe", "WSLHost.exe", "com.docker.backend.exe", "vpnkit.exe", "gvproxy.exe")
    assert [name(each) for each in relays] == [
        "wslrelay.exe (PID 2840, for a program in WSL)",
        "WSLHost.exe (PID 2840, for a program in WSL)",
        "com.docker.backend.exe (PID 2840, for a container of Docker Desktop)",
        "vpnkit.exe (PID 2840, for a container of Docker Desktop)",
        "gvproxy.exe (PID 2840, for a container of Podman)",
    ]
    assert name("nginx.exe") == "nginx.exe (PID 2840)"


def test_the_helper_is_a_relay_where_a_mapping_for_the_port_was_read() -> None:
    helper = service("iphlpsvc", 2840)
    relayed = "svchost.exe (PID 2840, service iphlpsvc, netsh interface portproxy to 172.20.0.2:80)"
    unknown = "svchost.exe (PID 2840, service iphlpsvc, for netsh interface portproxy)"
    assert name("svchost.exe", helper, forwards=(WEB, DNS)) == relayed
    # It listens for nothing else, so only where to is unknown.
    assert name("svchost.exe", helper, forwards=(replace(WEB, port=8082),)) == unknown
    assert name("svchost.exe", helper, forwards=(replace(DNS, port=8081),)) == unknown
    assert name("svchost.exe", helper) == unknown
    # In a process with others, one of these may listen.
    others = (helper, service("Winmgmt", 2840))
    assert name("svchost.exe", *others).endswith("services iphlpsvc and Winmgmt)")
    assert "portproxy to 172.20.0.2:80" in name("svchost.exe", *others, forwards=(WEB,))
    # Who else has the port than the service is no relay, whatever the mapping says.
    assert name("nginx.exe", forwards=(WEB,)) == "nginx.exe (PID 2840)"
