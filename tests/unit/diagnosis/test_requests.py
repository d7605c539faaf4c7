# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests a diagnosis of twenty ports takes, whatever is on the PC and in the way."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import reading
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Clock, Host
from unit.simulated import SimulatedTransport
from winsim.images import FOLDER, load

# What the design promises for twenty ports over Basic.
MAX_REQUESTS = 16
# Rules take as many answers as they need, and the heirs of a socket a request per generation; both
# are no matter of what is in the way. So each counts like on a usual PC.
MAX_ANSWERS = 3
EXPECTED = {"any": (), "another": ("nginx.exe",)}


def requests(image: str) -> dict[str, tuple[int, list[str]]]:
    """The number of requests by what is asked, and of what."""
    machine = load(image).boot()
    listening = sorted({each.local_port for each in machine.endpoints() if each.protocol == "tcp"})
    udp = sorted({each.local_port for each in machine.endpoints() if each.protocol == "udp"})
    found = {}
    places = {"first": listening[:18], "last": listening[-18:]}
    if places["last"] == places["first"]:
        del places["last"]
    for place, ports in places.items():
        for what, expected in EXPECTED.items():
            for free in (False, True) if not expected else (False,):
                wanted = [WantedPort(Protocol.TCP, each, expected, free) for each in ports]
                wanted += [WantedPort(Protocol.UDP, each, expected, free) for each in udp[:2]]
                transport = SimulatedTransport(load(image).boot())
                pc = Host(transport, "pc", clock=Clock(sleep=lambda _seconds: None))
                reading.read(pc, wanted, tried=not free)
                answers = transport.actions.count("Receive")
                count = len(transport.actions) - max(0, answers - MAX_ANSWERS)
                found[f"{image}, {place}, {what}, {free=}"] = (count, transport.actions)
    return found


def too_many(images: Iterable[str]) -> dict[str, tuple[int, list[str]]]:
    return {
        situation: (count, actions)
        for image in images
        for situation, (count, actions) in requests(image).items()
        if count > MAX_REQUESTS
    }


def test_whatever_is_in_the_way() -> None:
    # Adapters that matter.
    assert too_many(["server-core"]) == {}


@pytest.mark.sweep
def test_on_every_pc() -> None:
    # An ended process there has left its sockets to three generations.
    names = {each.stem for each in FOLDER.glob("*.yml")} - {"stubborn"}
    assert too_many(sorted(names)) == {}
