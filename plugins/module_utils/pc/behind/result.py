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
    found: list[str | None] = []
    for endpoint in endpoints:
        known = None
        if endpoint.is_listening:
            process, services = snapshot.process(endpoint.pid), snapshot.services_in(endpoint.pid)
            known = relay(snapshot, process, services, {(endpoint.protocol, endpoint.port)})
        found.append(known.kind.value if known is not None else None)
    return found
