# SPDX-License-Identifier: GPL-3.0-or-later
"""How packets leave a host: by which route, adapter and address, or why they don't."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.routing import (
    Departure,
    NoRoute,
    NoWay,
    metrics_matter,
    route_to,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Adapter,
    AddressState,
    OwnAddress,
    Route,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.rows import each_row

LAN, WIFI, VPN = 12, 14, 20
ALIASES = {1: "Loopback Pseudo-Interface 1", LAN: "Ethernet", WIFI: "Wi-Fi", VPN: "Company VPN"}
DUPLICATE, TENTATIVE = AddressState.DUPLICATE, AddressState.TENTATIVE


def own(text: str, prefix: int, index: int, state: AddressState | None = None) -> OwnAddress:
    usable = state in (None, AddressState.PREFERRED, AddressState.DEPRECATED)
    return OwnAddress(parse_address(text), prefix, index, ALIASES[index], usable, state)


LOOPBACK = (own("127.0.0.1", 8, 1), own("::1", 128, 1))
ADDRESSES = (
    *LOOPBACK,
    own("10.0.1.7", 24, LAN),
    own("fe80::7%12", 64, LAN),
    own("2001:db8:1::7", 64, LAN),
)
ROUTES = (
    Route("0.0.0.0/0", LAN, "10.0.1.1", 0),
    Route("10.0.1.0/24", LAN, None, 256),
    Route("127.0.0.0/8", 1, None, 256),
    Route("::/0", LAN, "fe80::1%12", 256),
    Route("2001:db8:1::/64", LAN, None, 256),
    Route("fe80::/64", LAN, None, 256),
)
ADAPTERS = (
    Adapter(LAN, None, "Ethernet", 6, 14, False),
    Adapter(VPN, None, "Company VPN", 53, 0, True),
)
OFFICE = Network(Profile.DOMAIN, name="corp", alias="Ethernet", interface=LAN)
COMPANY = Network(Profile.PUBLIC, name="VPN", alias="Company VPN", interface=VPN)


def leave(
    address: str,
    addresses: tuple[OwnAddress, ...] = ADDRESSES,
    routes: tuple[Route, ...] = ROUTES,
    networks: tuple[Network, ...] = (OFFICE, COMPANY),
) -> Departure | NoRoute:
    return route_to(address, addresses, routes, ADAPTERS, networks)


def departure(*arguments: object, **more: object) -> Departure:
    found = leave(*arguments, **more)  # type: ignore[arg-type]
    assert isinstance(found, Departure), found
    return found


@each_row(
    ("address", "start", "next_hop"),
    [
        ("10.0.1.5", "10.0.1.7", None),
        ("203.0.113.5", "10.0.1.7", "10.0.1.1"),
        ("2001:db8:1::5", "2001:db8:1::7", None),
        ("2001:db8:2::5", "2001:db8:1::7", "fe80::1%12"),
        ("fe80::5", "fe80::7%12", None),
        ("fe80::5%12", "fe80::7%12", None),
        ("::ffff:10.0.1.5", "10.0.1.7", None),
    ],
)
def test_a_departure(address: str, start: str, next_hop: str | None) -> None:
    found = departure(address)
    assert found == Departure(start, LAN, "Ethernet", next_hop, (OFFICE,))


def test_the_longest_prefix_counts() -> None:
    vpn = own("10.8.0.7", 32, VPN)
    routes = (*ROUTES, Route("10.0.0.0/8", VPN, None, 1), Route("10.0.1.5/32", VPN, "10.8.0.1", 9))
    found = departure("10.0.1.5", (*ADDRESSES, vpn), routes)
    assert (found.address, found.next_hop, found.adapter) == ("10.8.0.7", "10.8.0.1", "Company VPN")
    assert (found.networks, found.tunnel, found.beside) == ((COMPANY,), True, "Ethernet")
    found = departure("10.0.1.6", (*ADDRESSES, vpn), routes)
    assert (found.address, found.tunnel, found.beside) == ("10.0.1.7", False, None)
    # Of what kind an adapter is that was not read, is unknown.
    unread = route_to("10.0.1.5", (*ADDRESSES, vpn), routes)
    assert isinstance(unread, Departure)
    assert (unread.tunnel, unread.beside) == (None, "Ethernet")


@each_row(
    ("first", "second", "start", "doubt"),
    [
        ((256, 25), (0, 35), "10.8.0.7", None),
        ((0, 25), (0, 35), "10.0.1.7", None),
        ((0, 35), (0, 35), "10.0.1.7", "equal metrics"),
        ((0, None), (5, None), "10.0.1.7", "not all known"),
        ((None, 25), (5, 35), "10.0.1.7", "not all known"),
    ],
)
def test_the_lowest_metric_counts(
    first: tuple[int | None, int | None],
    second: tuple[int | None, int | None],
    start: str,
    doubt: str | None,
) -> None:
    addresses = (*ADDRESSES, own("10.8.0.7", 24, VPN))
    routes = (
        Route("0.0.0.0/0", LAN, "10.0.1.1", *first),
        Route("0.0.0.0/0", VPN, None, *second),
    )
    for several in (routes, routes[::-1]):
        found = departure("203.0.113.5", addresses, several)
        assert found.address == start
        told = " ".join(render(each, "en") for each in found.doubts)
        assert (doubt or "") in told
        assert bool(told) == (doubt is not None)
    assert metrics_matter(["203.0.113.5"], addresses, routes)


def test_two_routers_on_one_link_are_no_doubt() -> None:
    routes = (Route("0.0.0.0/0", LAN, "10.0.1.1", 5), Route("0.0.0.0/0", LAN, "10.0.1.2", 5))
    assert departure("203.0.113.5", routes=routes).doubts == ()
    assert not metrics_matter(["203.0.113.5"], ADDRESSES, routes)
    assert not metrics_matter(["10.0.1.5", "::1", "fe80::5%99"], ADDRESSES, ROUTES)


def test_a_route_that_is_only_kept_leads_nowhere() -> None:
    kept = Route("10.9.0.0/16", VPN, "10.8.0.1", 1, active=False)
    found = departure("10.9.0.5", (*ADDRESSES, own("10.8.0.7", 24, VPN)), (*ROUTES, kept))
    assert found.adapter == "Ethernet"


def test_without_a_network_each_profile_is_possible() -> None:
    found = departure("10.0.1.5", networks=())
    assert {each.profile for each in found.networks} == set(Profile)
    assert {each.interface for each in found.networks} == {LAN}


@each_row(
    ("address", "expected"),
    [
        ("10.0.1.7", NoRoute(NoWay.OWN, "10.0.1.7")),
        ("127.0.0.5", NoRoute(NoWay.OWN, "127.0.0.5")),
        ("::1", NoRoute(NoWay.OWN, "::1")),
        ("2001:DB8:1::7", NoRoute(NoWay.OWN, "2001:db8:1::7")),
        # Another link.
        ("fe80::5%99", NoRoute(NoWay.NO_ROUTE)),
        ("fe80::5%eth0", NoRoute(NoWay.UNKNOWN)),
        ("fe80::5%" + "9" * 5_000, NoRoute(NoWay.UNKNOWN)),
    ],
)
def test_what_does_not_leave(address: str, expected: NoRoute) -> None:
    assert leave(address) == expected


def test_no_route() -> None:
    routes = tuple(each for each in ROUTES if not each.destination.endswith("/0"))
    assert leave("203.0.113.5", routes=routes) == NoRoute(NoWay.NO_ROUTE)
    assert leave("2001:db8:2::5", routes=routes) == NoRoute(NoWay.NO_ROUTE)


def test_unread_tables_tell_nothing() -> None:
    assert leave("10.0.1.5", addresses=()) == NoRoute(NoWay.UNKNOWN)
    assert leave("10.0.1.5", routes=()) == NoRoute(NoWay.UNKNOWN)


def test_a_link_local_address_needs_a_zone_where_there_are_several_links() -> None:
    addresses = (*ADDRESSES, own("fe80::9%14", 64, WIFI))
    routes = (*ROUTES, Route("fe80::/64", WIFI, None, 256))
    assert leave("fe80::5", addresses, routes) == NoRoute(NoWay.UNKNOWN)
    found = departure("fe80::5%14", addresses, routes)
    assert (found.address, found.adapter, found.beside) == ("fe80::9%14", "Wi-Fi", None)


def test_an_address_that_windows_assigned_itself() -> None:
    addresses = (*LOOPBACK, own("169.254.3.3", 16, LAN))
    found = departure("10.0.1.5", addresses)
    assert (found.address, found.self_assigned) == ("169.254.3.3", True)
    routes = (Route("169.254.0.0/16", LAN, None, 256),)
    assert not departure("169.254.9.9", addresses, routes).self_assigned


@each_row(
    ("addresses", "routes", "expected"),
    [
        # The server's own address, or one beside it.
        ((own("10.0.1.5", 24, LAN, DUPLICATE),), ROUTES, NoRoute(NoWay.DUPLICATE, "10.0.1.5")),
        ((own("10.0.1.7", 24, LAN, DUPLICATE),), ROUTES, NoRoute(NoWay.DUPLICATE, "10.0.1.7")),
        # Windows then has no route to the subnet, or assigns itself an address.
        ((own("10.0.1.7", 24, LAN, DUPLICATE),), ROUTES[3:], NoRoute(NoWay.DUPLICATE, "10.0.1.7")),
        (
            (own("10.0.1.7", 24, LAN, DUPLICATE), own("169.254.3.3", 16, LAN)),
            ROUTES,
            NoRoute(NoWay.DUPLICATE, "10.0.1.7"),
        ),
        ((own("10.9.0.7", 24, LAN, DUPLICATE),), ROUTES, NoRoute(NoWay.DUPLICATE, "10.9.0.7")),
        ((own("10.9.0.7", 24, VPN, DUPLICATE),), ROUTES, NoRoute(NoWay.NO_ADDRESS)),
        ((own("10.0.1.7", 24, LAN, TENTATIVE),), ROUTES, NoRoute(NoWay.NO_ADDRESS, "10.0.1.7")),
        ((), ROUTES, NoRoute(NoWay.NO_ADDRESS)),
    ],
)
def test_no_address_to_start_from(
    addresses: tuple[OwnAddress, ...], routes: tuple[Route, ...], expected: NoRoute
) -> None:
    assert leave("10.0.1.5", (*LOOPBACK, *addresses), routes) == expected


def test_several_addresses_to_start_from() -> None:
    addresses = (*ADDRESSES, own("10.0.1.6", 24, LAN))
    found = departure("203.0.113.5", addresses, (Route("0.0.0.0/0", LAN, None, 0),))
    assert found.address == "10.0.1.7"
    assert "10.0.1.7 and 10.0.1.6" in render(found.doubts[0], "en")


def test_no_address_is_an_error() -> None:
    with pytest.raises(ValueError, match="srv-1"):
        leave("srv-1")


NETWORKS = st.tuples(st.ip_addresses(v=4), st.integers(0, 32)).map(
    lambda pair: str(ipaddress.IPv4Network(pair, strict=False))
)
METRICS = st.integers(0, 3)


@given(
    st.ip_addresses(v=4),
    st.lists(
        st.builds(Route, NETWORKS, st.sampled_from([LAN, WIFI, VPN]), st.none(), METRICS, METRICS),
        max_size=6,
    ),
)
def test_no_other_route_is_better(address: ipaddress.IPv4Address, routes: list[Route]) -> None:
    addresses = tuple(own(f"192.0.2.{index}", 32, index) for index in (LAN, WIFI, VPN))
    found = route_to(str(address), addresses, routes)
    fitting = [each for each in routes if address in ipaddress.IPv4Network(each.destination)]
    if not isinstance(found, Departure):
        assert not fitting or address.is_loopback or found.why is NoWay.OWN
        return

    def rank(route: Route) -> tuple[int, int]:
        length = int(route.destination.partition("/")[2])
        return -length, (route.metric or 0) + (route.interface_metric or 0)

    best = min(map(rank, fitting))
    winners = {each.interface for each in fitting if rank(each) == best}
    assert found.interface in winners
    assert bool(found.doubts) == (len(winners) > 1)
