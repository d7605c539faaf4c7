# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands behind listeners, in the facts."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Forward,
    Protocol,
    Via,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.result import facts
from unit.holder_cases import SVCHOST, listener, process, service, snapshot


def test_what_stands_behind_listeners_and_the_mappings_of_ports() -> None:
    helper = process(2840, "svchost.exe", SVCHOST)
    web = Forward(Via.PORTPROXY, Protocol.TCP, "0.0.0.0", 8081, "172.20.0.2", 80, "v4tov4")
    nat = Forward(Via.NAT, Protocol.UDP, "0.0.0.0", 8089, "172.28.0.2", 53, "nat")
    known = snapshot(
        [listener(8081, 2840), listener(8082, 2840), listener(8083, 9612), listener(8084, 9604)],
        [helper, process(9612, "wslrelay.exe"), process(9604, "com.docker.backend.exe")],
        [service("iphlpsvc", 2840)],
    )
    found = facts(replace(known, forwards=(web, nat)), forwards=True)["port_facts"]
    assert {each["port"]: each.get("relay") for each in found["endpoints"]} == {
        8081: "portproxy",
        8082: "portproxy",
        8083: "wsl",
        8084: "container",
    }
    assert [
        (each["via"], each["protocol"], each["port"], each["to_address"], each["to_port"])
        for each in found["forwards"]
    ] == [("portproxy", "tcp", 8081, "172.20.0.2", 80), ("nat", "udp", 8089, "172.28.0.2", 53)]
    # Those that were not requested are unknown, not absent.
    assert "forwards" not in facts(known)["port_facts"]
