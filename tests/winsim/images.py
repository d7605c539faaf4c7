# SPDX-License-Identifier: GPL-3.0-or-later
"""Machine images: what is on a simulated PC, written in YAML under `images/`.

An image lists processes with the services that they host and the ports that they hold, so that
one line tells a story: ``httpd.exe``, service Apache2.4, TCP 80. `images/README.md` describes
the keys. Mistakes in an image (an unknown key, a service that is not described, a port that no
process holds) are a ValueError that names the place.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from winsim.drop_state import Records, records
from winsim.firewall.store import FirewallState, add_keys, add_networks, add_tcpip, firewall
from winsim.image_facts import (
    curl,
    drivers,
    firewall_products,
    greetings,
    network,
    operating_system,
    request_queues,
    restart,
    wsman,
)
from winsim.image_tables import SECTIONS, Context, Tables, read_tables
from winsim.machine import Machine
from winsim.name_state import Names
from winsim.name_state import names as names_of
from winsim.network_state import Network
from winsim.rows import Raw, Row
from winsim.service_control import starts_by_itself
from winsim.state import FirewallProduct, OperatingSystem, RequestQueue, Restart, SystemDriver

FOLDER = Path(__file__).parent / "images"


@dataclass(frozen=True)
class _Facts:
    """What every machine of an image starts with: rows that are frozen, so that machines may share
    them, and a firewall of which each gets a copy."""

    computer_name: str
    system: OperatingSystem
    network: Network
    names: Names
    tables: Tables
    request_queues: Sequence[RequestQueue]
    restart: Restart
    firewall: FirewallState | None
    firewall_products: Sequence[FirewallProduct]
    drivers: Sequence[SystemDriver]
    files: Sequence[str]
    greetings: Mapping[int, str]
    curl: tuple[int, int, int] | None
    recorded_drops: Records


class _Read:
    """The tables that a document describes, for each context that they were read in: most variations
    of an image leave its processes and services as they are."""

    def __init__(self, document: Raw) -> None:
        self._document = document
        self._tables: dict[Hashable, Tables] = {}

    def tables(self, document: Raw, row: Row, context: Context) -> Tables:
        """Those of a variation, whose row gives its sections away. Raises ValueError."""
        if any(document.get(each) is not self._document.get(each) for each in SECTIONS):
            return read_tables(row, context)
        known = self._tables.get(context.key)
        if known is None:
            known = self._tables[context.key] = read_tables(row, context)
        row.leave(*SECTIONS)
        return known


@dataclass(frozen=True)
class Image:
    """An image as it was read, which nobody changes any more. `boot` makes a machine of it, as
    often as wanted. `origin` has what it shares with the image that it varies."""

    name: str
    document: Raw
    origin: _Read | None = field(default=None, compare=False, repr=False)

    @cached_property
    def _read(self) -> _Read:
        return self.origin or _Read(self.document)

    def boot(
        self,
        name: str = "win-1",
        address: str = "127.77.0.1",
        users: dict[str, str] | None = None,
    ) -> Machine:
        """A new machine that has just started: `name` is what the user of the simulator calls
        it, `address` the loopback address where its listeners will listen, `users` maps names
        to passwords. Raises ValueError where the image contradicts itself."""
        facts = self._facts
        machine = Machine(
            name=name,
            address=address,
            image=self.name,
            computer_name=facts.computer_name,
            operating_system=facts.system,
            network=facts.network,
            names=facts.names,
            processes=facts.tables.processes,
            services=facts.tables.services,
            endpoints=facts.tables.endpoints,
            request_queues=facts.request_queues,
            users=users,
            wsman=wsman(Row(self.name, self.document).row("wsman")),
            restarting=facts.restart,
            firewall=facts.firewall and facts.firewall.copy(),
            firewall_products=facts.firewall_products,
            drivers=facts.drivers,
            files=facts.files,
            greetings=facts.greetings,
            curl=facts.curl,
            recorded_drops=facts.recorded_drops,
        )
        for service in facts.tables.services:
            if service.state == "Start Pending":
                starts_by_itself(machine, service)
        return machine

    def varied(self, changes: Raw) -> Image:
        """An image that differs in some facts: `changes` is written like a file with this image as
        its base."""
        return Image(self.name, _merged(dict(self.document), dict(changes)), self._read)

    @cached_property
    def _facts(self) -> _Facts:
        row = Row(self.name, self.document)
        system = operating_system(row.row("os"))
        net = network(row.row("network"))
        known = names_of(row.row("names"))
        computer_name = row.take("computer_name", str)
        context = Context(system, net, computer_name, row.take("console_user", str, "user"))
        stores = firewall(row.row("firewall"))
        keys = row.named_rows("registry")
        if stores is not None:
            add_networks(stores, net.profiles)
            add_tcpip(stores, computer_name, net.domain or "", known)
            add_keys(stores, keys)
        elif keys:
            raise ValueError(f"{self.name}: the registry is only simulated with a firewall")
        facts = _Facts(
            computer_name=computer_name,
            system=system,
            network=net,
            names=known,
            tables=self._read.tables(self.document, row, context),
            request_queues=request_queues(row.rows("http")),
            restart=restart(row.row("restart")),
            firewall=stores,
            firewall_products=firewall_products(row.rows("firewall_products"), context),
            drivers=drivers(row.named_rows("drivers"), context),
            files=tuple(map(context.expand, row.texts("files"))),
            greetings=greetings(row.row("greetings")),
            curl=curl(row),
            recorded_drops=records(row.row("drops"), net.ipv4),
        )
        row.row("wsman")  # made anew for each machine, which changes it in place
        row.done()
        return facts


def load(name_or_path: str) -> Image:
    """The image of that name, or the one in that file. Raises FileNotFoundError with the names
    that exist, ValueError when the file is no image."""
    path = Path(name_or_path)
    if path.suffix not in {".yml", ".yaml"}:
        path = FOLDER / f"{name_or_path}.yml"
    if not path.is_file():
        raise FileNotFoundError(f"no image {name_or_path}; there are: {', '.join(names())}")
    return _image(path, path.read_text(encoding="utf-8"))


def names() -> list[str]:
    """Names of the images that come with the simulator."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def about(name: str) -> str:
    """What the first sentence of an image says that it is."""
    head = (FOLDER / f"{name}.yml").read_text(encoding="utf-8").partition("\n---\n")[0]
    _licence, *lines = (line.removeprefix("#").strip() for line in head.splitlines())
    first, *_others = re.split(r"(?<=\.)(?= [A-Z])", " ".join(lines))
    return first


@cache
def _image(path: Path, text: str) -> Image:
    return Image(path.stem, _document(path, text))


def _document(path: Path, text: str) -> dict[str, Any]:
    """The document, merged over the one that its key ``base`` names."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster
    document = yaml.load(text, Loader=loader)
    if not isinstance(document, dict):
        raise ValueError(f"{path}: an image is a mapping")
    base = document.pop("base", None)
    if base is None:
        return document
    below = FOLDER / f"{base}.yml"
    return _merged(_document(below, below.read_text(encoding="utf-8")), document)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Mappings are merged, lists joined, anything else is replaced; ``key!`` replaces ``key``."""
    result = dict(base)
    for key, value in over.items():
        if key.endswith("!"):
            result[key[:-1]] = value
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = _merged(result[key], value)
        elif isinstance(value, list) and isinstance(result.get(key), list):
            result[key] = result[key] + value
        else:
            result[key] = value
    return result
