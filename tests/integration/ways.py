# SPDX-License-Identifier: GPL-3.0-or-later
"""PCs that can be reached in different ways each, in one inventory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from loopback import Network
from winsim.config import Access
from winsim.images import load
from winsim.inventory import Plugin, Transport, inventory, write_inventory
from winsim.server import Host, Hosts

_NETWORK = Network()


@dataclass(frozen=True)
class Way:
    """A connection of Ansible, how it authenticates, and whether over HTTPS."""

    plugin: Plugin
    transport: Transport
    https: bool = False


@contextmanager
def reachable(ways: Mapping[str, Way], path: Path) -> Iterator[dict[str, Host]]:
    """Run an engineer's PC for each way, which takes no other. Each has the name of its way in the
    inventory that is written to a path."""
    found: dict[str, Host] = {}
    together: dict[str, dict[str, object]] = {}
    with ExitStack() as stack:
        for name, way in ways.items():
            basic = way.transport == "basic"
            access = Access(basic=basic, negotiate=True, allow_unencrypted=basic)
            machine = load("win11-ja").boot(name, _NETWORK.next())
            (host,) = stack.enter_context(Hosts([machine], https=way.https, access=access))
            group = inventory([host], way.transport, way.plugin)["windows"]
            found[name], together[name] = host, group["vars"] | group["hosts"][name]
        write_inventory(path, {"windows": {"hosts": together}})
        yield found
