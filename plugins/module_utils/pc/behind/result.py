# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands behind listeners, as facts and evidence have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from ...ground.model import Endpoint, Forward, Snapshot
from .relays import relay


class ForwardFact(TypedDict):
    """A mapping by which Windows forwards a port to another address. `via` is ``portproxy`` or
    ``nat``."""

    via: str
    name: str
    protocol: str
    address: str
    port: int
    to_address: str
    to_port: int


def forward_fact(item: Forward) -> ForwardFact:
    """A mapping in plain values."""
    return {
        "via": item.via.value,
        "name": item.name,
        "protocol": item.protocol.value,
        "address": item.address,
        "port": item.port,
        "to_address": item.to_address,
        "to_port": item.to_port,
    }


def relay_kinds(snapshot: Snapshot, endpoints: Sequence[Endpoint]) -> list[str | None]:
    """For each endpoint the kind of its relay, None if it is none."""
    mapped = {(each.protocol, each.port) for each in snapshot.forwards}
    relays = {
        pid: relay(snapshot, snapshot.process(pid), snapshot.services_in(pid), mapped)
        for pid in {endpoint.pid for endpoint in endpoints}
    }
    found: list[str | None] = []
    for endpoint in endpoints:
        known = relays[endpoint.pid]
        ports = {(each.protocol, each.port) for each in known.forwards} if known else set()
        served = not ports or (endpoint.protocol, endpoint.port) in ports
        found.append(known.kind.value if known and served and endpoint.is_listening else None)
    return found
