# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, routes and attempts of simulated PCs in the states that real ones can be in."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pairs import PAIRS, Met, Pair

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.destination import (
    starts_from,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends import (
    naming,
    routing,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.naming import (
    NameSource,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.routing import (
    Departure,
    NoRoute,
    NoWay,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.situation import (
    ClientSituation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Clock, Host
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import networks
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.curl import (
    Target,
    TryOutcome,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.resolving import reading
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.resolving.attempting import (
    attempt,
)
from loopback import Network
from unit.rows import each_row
from unit.simulated import SimulatedTransport
from winsim.machine import Machine
from winsim.server import Hosts
from winsim.unkind.manner import Unkind

LOOPBACK = Network()
NAME = "srv1.corp.example"

OUTCOMES = {
    Met.CONNECTED: TryOutcome.CONNECTED,
    Met.HUNG_UP: TryOutcome.CONNECTED,
    Met.REFUSED: TryOutcome.REFUSED,
    Met.SILENT: TryOutcome.TIMED_OUT,
    Met.FORBIDDEN: TryOutcome.FORBIDDEN,
    Met.UNREACHABLE: TryOutcome.UNREACHABLE,
}


class Client:
    """The client of a pair, and what was read of it."""

    def __init__(
        self, machine: Machine, seed: int | None = None, clock: Clock | None = None
    ) -> None:
        transport = SimulatedTransport(machine)
        transport.service.manner = None if seed is None else Unkind(seed)
        self.host = Host(transport, "client", clock=clock)
        self.addresses, _notes = networks.read_addresses(self.host)
        self.routes, _notes = networks.read_routes(self.host)
        self.adapters, _notes = networks.read_adapters(self.host)

    def leave(self, address: str) -> Departure | NoRoute:
        return routing.route_to(address, self.addresses, self.routes, self.adapters)

    def resolve(self, name: str) -> naming.Resolved:
        facts = reading.read_names(self.host, [name])
        assert facts.notes == ()
        if naming.order_matters([name], facts):
            facts = reading.with_policies(self.host, facts)
        client = ClientSituation(
            "client", addresses=self.addresses, routes=self.routes, adapters=self.adapters
        )
        return naming.resolve(name, facts, self.addresses, partial(starts_from, client))


@contextmanager
def client_of(pair: Pair, seed: int | None = None) -> Iterator[Client]:
    with Hosts(pair.boot(LOOPBACK.next), unkind=None) as hosts:
        yield Client(hosts["client"].machine, seed)


@cache
def alone(name: str) -> Machine:
    """The client of a pair, whose server is nowhere."""
    return PAIRS[name].images()["client"].boot("client")


@each_row(
    ("name", "source", "addresses"),
    [
        ("well", NameSource.DNS_CACHE, ("10.20.2.5",)),
        ("stale_hosts", NameSource.HOSTS_FILE, ("10.20.2.99",)),
        ("stale_cache", NameSource.DNS_CACHE, ("10.20.2.98",)),
        ("unknown_name", NameSource.NOT_FOUND, ()),
        ("ipv6_first", NameSource.DNS_CACHE, ("2001:db8:2::5", "10.20.2.5")),
    ],
)
def test_where_a_name_leads(name: str, source: NameSource, addresses: tuple[str, ...]) -> None:
    found = Client(alone(name)).resolve(NAME)
    assert (found.source, found.addresses, found.doubts) == (source, addresses, ())


@each_row(
    ("name", "address", "expected"),
    [
        ("well", "10.20.2.5", ("10.20.1.7", "10.20.1.1", False)),
        ("well", "2001:db8:2::5", ("2001:db8:1::7", "fe80::1%12", False)),
        ("same_subnet", "10.20.2.5", ("10.20.2.7", None, False)),
        ("vpn_route", "10.20.2.5", ("10.8.0.2", "10.8.0.1", True)),
        ("no_route", "10.20.2.5", NoRoute(NoWay.NO_ROUTE)),
        ("duplicate_client", "10.20.2.5", NoRoute(NoWay.DUPLICATE, "10.20.1.7")),
        ("well", "10.20.1.7", NoRoute(NoWay.OWN, "10.20.1.7")),
        ("ipv6_only", "10.20.2.5", NoRoute(NoWay.NO_ROUTE)),
        # A temporary address.
        (
            "ipv6_only", "2001:db8:11::5",
            ("2001:db8:11:0:b8d1:47a0:93fe:1c55", None, False),
        ),
        (
            "ipv6_only", "fe80::8d3:71c4:22ae:90bd%12",
            ("fe80::5c1e:9a3b:44d2:7f10%12", None, False),
        ),
    ],
)  # fmt: skip
def test_how_packets_leave(
    name: str, address: str, expected: tuple[str, str | None, bool] | NoRoute
) -> None:
    found = Client(alone(name)).leave(address)
    if isinstance(found, Departure):
        assert found.doubts == ()
        assert (found.address, found.next_hop, found.tunnel) == expected
    else:
        assert found == expected


def target(text: str) -> Target:
    address, _colon, port = text.rpartition(":")
    return address.strip("[]"), int(port)


def tried(name: str, seed: int | None = None) -> list[str]:
    """What is wrong with the attempts of a pair: with what they came to, and with the address from
    which they were made, which is the one that the routes tell."""
    pair = PAIRS[name]
    with client_of(pair, seed) as client:
        facts = reading.read_names(client.host, [])
        if facts.curl is None:
            return [f"{name}: no curl"] if pair.met else []
        expected = {target(text): OUTCOMES[met] for text, met in pair.met.items()}
        found = attempt(client.host, list(expected), 1, facts.curl)
        ways = {each: client.leave(each[0]) for each in expected}
    wrong = [f"{name}: {each}" for each in found.notes]
    for each in found.attempts:
        way = ways[each.address, each.port]
        start = way.address.partition("%")[0] if isinstance(way, Departure) else None
        if each.outcome is not expected[each.address, each.port]:
            wrong.append(f"{name}: {each}")
        if each.outcome is TryOutcome.CONNECTED and each.local_address != start:
            wrong.append(f"{name}: {each} starts from {start}")
        if each.outcome is TryOutcome.UNREACHABLE and start is not None:
            wrong.append(f"{name}: {each} has a way")
    return wrong


@pytest.mark.sweep
def test_what_attempts_come_to() -> None:
    """They wait for silent ports most of the time, so many are made at once."""
    with ThreadPoolExecutor(8) as threads:
        wrong = [each for found in threads.map(tried, PAIRS) for each in found]
    assert wrong == []


@settings(max_examples=20)
@given(st.integers(0, 2**31))
def test_a_host_that_answers_in_any_form_is_read_the_same(seed: int) -> None:
    client = Client(alone("ipv6_first"), seed, Clock(sleep=lambda _seconds: None))
    found, way = client.resolve(NAME), client.leave("10.20.2.5")
    assert found.addresses == ("2001:db8:2::5", "10.20.2.5")
    assert isinstance(way, Departure)
    assert (way.address, way.next_hop) == ("10.20.1.7", "10.20.1.1")


@pytest.mark.sweep
@settings(max_examples=4)
@given(st.integers(0, 2**31))
def test_a_host_that_answers_in_any_form_tries_the_same(seed: int) -> None:
    assert tried("well", seed) == []
