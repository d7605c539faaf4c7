# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the host's own addresses, its network adapters and its routes.

All of them have the index of an interface, by which they are joined. A host that can't tell them is
no error: they are empty, and a note says why. Before Windows 8 and Server 2012, another class has
the addresses, and none the rest.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from ..ground.model import (
    Adapter,
    Address,
    AddressState,
    IpInterface,
    OwnAddress,
    Route,
    parse_address,
)
from ..host.host import Host, HostError
from ..words.phrases import Phrase, Value
from ..wsman.cim import classes, wql
from ..wsman.cim.objects import CimClass, Instance
from ..wsman.cim.row_values import optional_number, optional_truth, text, texts
from ..wsman.soap.faults import MISSING_CLASS

T = TypeVar("T")

# MSFT_NetIPAddress.AddressState (documentation of the class).
_STATES = {
    0: AddressState.INVALID,
    1: AddressState.TENTATIVE,
    2: AddressState.DUPLICATE,
    3: AddressState.DEPRECATED,
    4: AddressState.PREFERRED,
}
# Deprecated only means that no new connection starts from it.
_USABLE = frozenset({AddressState.DEPRECATED, AddressState.PREFERRED})
# MSFT_NetIPAddress.SuffixOrigin: of a temporary address.
_RANDOM = 5
# Store of the classes of TCP/IP: what is kept for the next start of Windows.
_PERSISTENT = 0
_FAMILIES = {2: "ipv4", 23: "ipv6"}
#: How many addresses, adapters and routes are kept of one host. A server with hundreds of web sites
#: has hundreds of addresses; only a hostile host has more than this.
MAX_ROWS = 2_000

_GUID = re.compile(r"\{?([0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})\}?\Z", re.IGNORECASE)


def read_addresses(
    host: Host, *, old: bool = False
) -> tuple[tuple[OwnAddress, ...], tuple[Value, ...]]:
    """The host's addresses, loopback included, in an order of ours; empty if they are unknown.

    Args:
        old: the host is known to lack the classes of Windows 8.

    Returns:
        The addresses, and notes about what could not be read.

    Raises:
        HostError: the host is unreachable.
    """
    names = (
        "IPAddress", "PrefixLength", "InterfaceIndex", "InterfaceAlias", "AddressState",
        "SkipAsSource", "SuffixOrigin",
    )  # fmt: skip
    try:
        rows = [] if old else host.enumerate(classes.NET_IP_ADDRESS, names)
        if len(rows) > MAX_ROWS:
            # Some of them would say less than none: another address would seem not to be its own.
            return (), (Phrase("networks.too_many", {"count": MAX_ROWS}),)
        found = [each for row in rows if (each := _own_address(row)) is not None]
    except HostError as error:
        if error.unreachable:
            raise
        if error.kind not in MISSING_CLASS:
            return (), (Phrase("networks.no_addresses", {"error": error.phrase}),)
        old = True
    if old:
        found, notes = _addresses_of_old_windows(host)
        if notes:
            return (), notes
    ordered = sorted(found, key=lambda each: (each.interface, _order(each.address)))
    return tuple(ordered), ()


def _addresses_of_old_windows(host: Host) -> tuple[list[OwnAddress], tuple[Value, ...]]:
    """The addresses of the adapters that use IP; loopback is not among them."""
    try:
        rows = host.enumerate(
            classes.NETWORK_ADAPTER_CONFIGURATION,
            ("InterfaceIndex", "IPAddress", "IPSubnet"),
            wql.equals("IPEnabled", True),
        )
    except HostError as error:
        if error.unreachable:
            raise
        return [], (Phrase("networks.no_addresses", {"error": error.phrase}),)
    found: list[OwnAddress] = []
    for row in rows:
        index = optional_number(row, "InterfaceIndex")
        for address, subnet in zip(texts(row, "IPAddress"), texts(row, "IPSubnet"), strict=False):
            if index is not None and len(found) < MAX_ROWS:
                with suppress(ValueError):
                    found.append(OwnAddress(plain_address(address), prefix_of(subnet), index))
    return found, ()


def prefix_of(subnet: str) -> int:
    """The length of a prefix that is written as such, or as a mask. Raises ValueError."""
    if subnet.isascii() and subnet.isdigit():
        return int(subnet)
    return ipaddress.ip_network(f"0.0.0.0/{subnet}").prefixlen


def read_adapters(host: Host) -> tuple[tuple[Adapter, ...], tuple[Value, ...]]:
    """The host's network adapters, connected or not; as `read_addresses`."""
    names = (
        "InterfaceGuid", "InterfaceIndex", "InterfaceType", "Name", "NdisPhysicalMedium", "Virtual",
    )  # fmt: skip
    found, notes = _rows(host, classes.NET_ADAPTER, names, _adapter, "networks.no_adapters")
    return tuple(sorted(found, key=lambda each: (each.index, each.guid or ""))), notes


def read_routes(host: Host) -> tuple[tuple[Route, ...], tuple[Value, ...]]:
    """The host's routes of both families; as `read_addresses`."""
    names = ("DestinationPrefix", "InterfaceIndex", "NextHop", "RouteMetric", "Store")
    found, notes = _rows(host, classes.NET_ROUTE, names, _route, "networks.no_routes")
    # A persistent route is listed again among those in use.
    in_use = {replace(each, active=True) for each in found if each.active}
    kept = {each for each in found if replace(each, active=True) not in in_use}
    ordered = sorted(
        in_use | kept,
        key=lambda each: (
            ":" in each.destination,
            each.destination,
            each.interface,
            each.next_hop or "",
            each.metric or 0,
        ),
    )
    return tuple(ordered), notes


def read_interfaces(host: Host) -> tuple[tuple[IpInterface, ...], tuple[Value, ...]]:
    """The host's interfaces as each family of IP uses them; as `read_addresses`."""
    names = ("AddressFamily", "ConnectionState", "InterfaceIndex", "InterfaceMetric", "Store")
    found, notes = _rows(
        host, classes.NET_IP_INTERFACE, names, _ip_interface, "networks.no_interfaces"
    )
    ordered = sorted(set(found), key=lambda each: (each.index, each.family, each.metric or 0))
    return tuple(ordered), notes


def with_metrics(routes: Iterable[Route], interfaces: Iterable[IpInterface]) -> tuple[Route, ...]:
    """Routes with the metrics of their interfaces, as far as these are known."""
    metrics = {(each.index, each.family): each.metric for each in interfaces}
    return tuple(
        replace(each, interface_metric=metrics.get((each.interface, each.family)))
        for each in routes
    )


def guid_of(written: str) -> str | None:
    """The GUID of an adapter, in braces and upper case; None if the text is none."""
    match = _GUID.match(written)
    return f"{{{match[1]}}}".upper() if match else None


def _rows(
    host: Host,
    cim_class: CimClass,
    names: tuple[str, ...],
    build: Callable[[Instance], T | None],
    key: str,
) -> tuple[list[T], tuple[Value, ...]]:
    try:
        rows = host.enumerate(cim_class, names)
    except HostError as error:
        if error.unreachable:
            raise
        return [], (Phrase(key, {"error": error.phrase}),)
    built = (build(row) for row in rows[:MAX_ROWS])
    return [each for each in built if each is not None], ()


def plain_address(written: str) -> Address:
    """An address in the one form in which addresses can be compared. Raises ValueError."""
    bare, percent, zone = written.partition("%")
    return parse_address(f"{ipaddress.ip_address(bare)}{percent}{zone}")


def _order(address: Address) -> tuple[str, int]:
    return address.family, int(ipaddress.ip_address(address.text))


def _own_address(row: Instance) -> OwnAddress | None:
    index = optional_number(row, "InterfaceIndex")
    if index is None:
        return None
    try:
        address = plain_address(text(row, "IPAddress"))
    except ValueError:
        return None
    number = optional_number(row, "AddressState")
    state = None if number is None else _STATES.get(number, AddressState.INVALID)
    return OwnAddress(
        address,
        optional_number(row, "PrefixLength"),
        index,
        text(row, "InterfaceAlias"),
        # A host that does not report the state has no reason to list an unusable address.
        usable=state is None or state in _USABLE,
        state=state,
        skipped=optional_truth(row, "SkipAsSource") is True,
        temporary=address.family == "ipv6" and optional_number(row, "SuffixOrigin") == _RANDOM,
    )


def _adapter(row: Instance) -> Adapter | None:
    index = optional_number(row, "InterfaceIndex")
    if index is None:
        return None
    return Adapter(
        index,
        guid_of(text(row, "InterfaceGuid")),
        text(row, "Name"),
        optional_number(row, "InterfaceType"),
        optional_number(row, "NdisPhysicalMedium"),
        optional_truth(row, "Virtual"),
    )


def _route(row: Instance) -> Route | None:
    index = optional_number(row, "InterfaceIndex")
    try:
        destination = str(ipaddress.ip_network(text(row, "DestinationPrefix"), strict=False))
    except ValueError:
        return None
    if index is None:
        return None
    return Route(
        destination,
        index,
        _next_hop(text(row, "NextHop")),
        optional_number(row, "RouteMetric"),
        active=optional_number(row, "Store") != _PERSISTENT,
    )


def _ip_interface(row: Instance) -> IpInterface | None:
    index = optional_number(row, "InterfaceIndex")
    family = _FAMILIES.get(optional_number(row, "AddressFamily") or 0)
    if index is None or family is None or optional_number(row, "Store") == _PERSISTENT:
        return None
    state = optional_number(row, "ConnectionState")
    return IpInterface(
        index,
        family,
        optional_number(row, "InterfaceMetric"),
        None if state is None else state == 1,
    )


def _next_hop(written: str) -> str | None:
    """The router; None for the unspecified address, which says that there is none."""
    try:
        address = plain_address(written)
    except ValueError:
        return None
    return None if ipaddress.ip_address(address.text).is_unspecified else str(address)
