# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""To which of the server's addresses the client connects, and how its packets leave for it.

The address is one that the server itself reports. If the application has a name configured, it is
the first one that the name leads to; otherwise that by which the controller reaches the server, as
long as the client has a way to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...firewall.networks.network import Network
from ...firewall.policy.vocabulary import Profile
from ...ground.model import AddressState, OwnAddress, Scope, parse_address
from ...words.phrases import Phrase, Value
from .ends.model import PathCause, PathKind, at, path_cause
from .ends.naming import NameSource, Resolved
from .ends.routing import Departure, NoRoute, NoWay, route_to
from .ends.situation import ClientSituation, ServerSituation

# How many addresses of the server are tried at each port: one of each family is usual.
_MOST_TRIED = 2

_OF_NO_ROUTE = {
    NoWay.OWN: PathKind.CLIENT_HAS_ADDRESS,
    NoWay.DUPLICATE: PathKind.CLIENT_ADDRESS_DUPLICATE,
    NoWay.NO_ROUTE: PathKind.NO_ROUTE,
    NoWay.NO_ADDRESS: PathKind.NO_ROUTE,
    NoWay.UNKNOWN: PathKind.ROUTE_UNKNOWN,
}


# It is unknown where the name leads.
_OF_NO_NAME = (PathKind.NAME_NOT_CACHED, PathKind.NAME_NOT_READ)


@dataclass(frozen=True)
class Destination:
    """Where the client connects to.

    Attributes:
        address: the server's own address, None if it reports none.
        departure: how packets leave for it, None if they don't.
        tried: the addresses to which attempts may go, the one that counts first.
        causes: obstacles at the name, the route and the server's address.
        open: what of that can't be judged.
        remarks: what else a person should know.
        itself: the client is the server, under another name. What comes of its attempts tells
            nothing about either firewall, because a PC does not filter what it sends to itself.
    """

    address: str | None
    departure: Departure | None = None
    tried: tuple[str, ...] = ()
    causes: tuple[PathCause, ...] = ()
    open: tuple[PathCause, ...] = ()
    remarks: tuple[Value, ...] = ()
    itself: bool = False

    @property
    def networks(self) -> tuple[Network, ...]:
        """The client's networks by which packets leave; one of each profile if that is unknown."""
        if self.departure is None or not self.departure.networks:
            return tuple(Network(profile) for profile in Profile)
        return self.departure.networks


def choose(client: ClientSituation, server: ServerSituation) -> Destination:
    """The server's address that the client uses, and what is wrong with the way to it."""
    led_to = _by_reach(client, client.resolved.addresses if client.resolved is not None else ())
    named = [each for each in led_to if server.has(each)]
    order = named or _by_default(client, server)
    about_name = (
        [] if client.resolved is None else [*_name(client, server, client.resolved, led_to)]
    )
    open_ = [each for each in about_name if each.kind in _OF_NO_NAME]
    causes = [each for each in about_name if each not in open_]
    remarks = list(_remarks(client, server, led_to, named))
    if not order:
        values: dict[str, Value] = {"server": server.host}
        open_.append(path_cause(PathKind.SERVER_ADDRESS_UNKNOWN, server.host, values))
        return Destination(None, causes=tuple(causes), open=tuple(open_), remarks=tuple(remarks))
    address = order[0]
    way = client.ways.to(address)
    itself = _is_server(client, server)
    for each in _way_out(client, server, address, way, itself):
        (open_ if each.kind is PathKind.ROUTE_UNKNOWN else causes).append(each)
    if not server.uses(address):
        causes.append(_unused(server, address))
    return Destination(
        _target(address, way),
        way if isinstance(way, Departure) else None,
        tuple(_tried(client, server, [address, *named[1:]])),
        tuple(causes),
        tuple(open_),
        tuple(remarks),
        itself,
    )


# -- which address -------------------------------------------------------------------------------


def starts_from(client: ClientSituation, address: str) -> OwnAddress | None:
    """The client's own address from which a connection to an address starts; None if none does."""
    return client.ways.start(address)


def _leads_nowhere(way: Departure | NoRoute) -> bool:
    return isinstance(way, NoRoute) and way.why is not NoWay.UNKNOWN


def other_way(client: ClientSituation, address: str, departure: Departure) -> Departure | None:
    """How packets would leave if the adapter by which they do had no route."""
    others = tuple(each for each in client.routes if each.interface != departure.interface)
    found = replace(client, routes=others).ways.to(parse_address(address).text)
    return found if isinstance(found, Departure) and not found.self_assigned else None


def way_back(server: ServerSituation, source: str) -> Departure | NoRoute:
    """How the server's answers leave for the address by which it sees the client."""
    return route_to(source, server.addresses, server.routes)


def _by_reach(client: ClientSituation, addresses: Sequence[str]) -> list[str]:
    """Addresses, those first to which the client has a way: Windows avoids the others (RFC 6724,
    section 6, rule 1)."""
    return sorted(addresses, key=lambda each: _leads_nowhere(client.ways.to(each)))


def _by_default(client: ClientSituation, server: ServerSituation) -> list[str]:
    """The server's addresses in the order in which one is taken if the application has no name."""
    arrives = server.situation.arrives

    def place(text: str) -> tuple[bool, bool, bool, bool, bool]:
        way = client.ways.to(text)
        address = parse_address(text)
        return (
            # It is unknown whether both are on one link.
            address.scope is Scope.LINK_LOCAL,
            _leads_nowhere(way),
            text != arrives,
            isinstance(way, Departure) and way.next_hop is not None,
            address.family == "ipv6",
        )

    return sorted((each for each in server.known if server.uses(each)), key=place)


def _tried(
    client: ClientSituation, server: ServerSituation, addresses: Sequence[str]
) -> Iterator[str]:
    """Those of some addresses to which attempts may go: that the server uses, so that no other
    machine gets them, and that are not the client's own, unless it is the server."""
    possible, itself = [], _is_server(client, server)
    for each in addresses:
        way = client.ways.to(each)
        if server.uses(each) and (itself or not _leads_nowhere(way)):
            possible.append(_target(each, way))
    yield from possible[:_MOST_TRIED]


def _is_server(client: ClientSituation, server: ServerSituation) -> bool:
    """Whether the client is the server: what is different of each PC, the address that it has given
    itself in IPv6, is the same."""
    own, others = (
        {
            str(each.address)
            for each in of_host
            if each.address.family == "ipv6" and each.address.scope is Scope.LINK_LOCAL
        }
        for of_host in (client.addresses, server.addresses)
    )
    return bool(own) and own == others


def _target(address: str, way: Departure | NoRoute) -> str:
    """An address as the client writes it: with a zone of its own if it is a link-local one."""
    parsed = parse_address(address)
    if parsed.family == "ipv6" and parsed.scope is Scope.LINK_LOCAL and isinstance(way, Departure):
        return f"{parsed.text}%{way.interface}"
    return parsed.text


# -- what is wrong with it -----------------------------------------------------------------------


def _name(
    client: ClientSituation, server: ServerSituation, resolved: Resolved, led_to: Sequence[str]
) -> Iterator[PathCause]:
    """What is wrong with where the name leads."""
    values: dict[str, Value] = {
        "name": resolved.name,
        "server": server.host,
        "addresses": tuple(led_to),
        "own": _shown(server.known),
        "lines": resolved.lines,
    }
    if resolved.source is NameSource.NOT_FOUND:
        yield path_cause(PathKind.NAME_UNKNOWN, client.host, values)
    elif not led_to:
        kind = PathKind.NAME_NOT_READ if resolved.unread else PathKind.NAME_NOT_CACHED
        yield path_cause(kind, client.host, values)
    elif server.known and not server.has(led_to[0]):
        kind = PathKind.NAME_LEADS_ELSEWHERE
        key = f"{kind}_by_{resolved.source}"
        yield path_cause(kind, client.host, values, text=key)


def _shown(addresses: Sequence[str]) -> tuple[str, ...]:
    """The addresses that a name may lead to, of a host that has others besides."""
    wider = (each for each in addresses if parse_address(each).scope is not Scope.LINK_LOCAL)
    return tuple(wider) or tuple(addresses)


def _way_out(
    client: ClientSituation,
    server: ServerSituation,
    address: str,
    way: Departure | NoRoute,
    itself: bool,
) -> Iterator[PathCause]:
    """What is wrong with how packets leave the client."""
    values: dict[str, Value] = {"server": server.host, "address": address, "own": ""}
    if isinstance(way, Departure):
        if way.self_assigned:
            values["own"] = way.address
            yield path_cause(PathKind.NO_ROUTE, client.host, values, text="self_assigned")
        return
    kind = _OF_NO_ROUTE[way.why]
    if itself and kind is PathKind.CLIENT_HAS_ADDRESS:
        yield path_cause(kind, client.host, values, text="client_is_server")
        return
    alone = _self_assigned(client, address)
    if kind is PathKind.NO_ROUTE and alone is not None:
        values["own"] = alone
        yield path_cause(kind, client.host, values, text="self_assigned")
        return
    values["own"] = way.address or ""
    yield path_cause(kind, client.host, values)


def _self_assigned(client: ClientSituation, address: str) -> str | None:
    """The address that Windows has given itself, if it has no other one of IPv4."""
    given = [
        each.address
        for each in client.addresses
        if each.usable and each.address.scope is not Scope.LOOPBACK
    ]
    ipv4 = [each for each in given if each.family == "ipv4"]
    if parse_address(address).family != "ipv4" or not ipv4:
        return None
    return ipv4[0].text if all(each.scope is Scope.LINK_LOCAL for each in ipv4) else None


def _unused(server: ServerSituation, address: str) -> PathCause:
    values: dict[str, Value] = {"address": address}
    kind = PathKind.SERVER_ADDRESS_UNUSED
    if server.is_duplicate(address):
        kind = PathKind.SERVER_ADDRESS_DUPLICATE
    return path_cause(kind, server.host, values)


def _remarks(
    client: ClientSituation, server: ServerSituation, led_to: Sequence[str], named: Sequence[str]
) -> Iterator[Value]:
    for host, known in ((client.host, client.addresses), (server.host, server.addresses)):
        for each in known:
            if each.state is AddressState.DUPLICATE:
                clause = Phrase("path_remark.duplicate", {"address": each.address.text})
                yield at(host, clause)
    resolved = client.resolved
    if resolved is None:
        return
    values: dict[str, Value] = {"name": resolved.name, "server": server.host}
    others = tuple(each for each in led_to if not server.has(each))
    if named and others and server.has(led_to[0]):
        yield Phrase("path_remark.also_elsewhere", {**values, "addresses": others})
    yield from resolved.doubts
