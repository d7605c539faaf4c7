# SPDX-License-Identifier: GPL-3.0-or-later
"""From the rows of an image to the facts of a machine: its system, network and http.sys."""

from __future__ import annotations

import dataclasses
import ipaddress
import re

from winsim.image_tables import Context
from winsim.network_state import (
    ETHERNET,
    PREFERRED,
    PREFIXES,
    WIRED,
    Adapter,
    ConnectionProfile,
    Family,
    Hurdle,
    NatMapping,
    Network,
    OwnAddress,
    PortRange,
    Protocol,
    Route,
)
from winsim.rows import Row
from winsim.state import (
    FirewallProduct,
    OperatingSystem,
    RequestQueue,
    Restart,
    SystemDriver,
    UrlGroup,
    WsmanSettings,
)

#: Drivers of Windows' own network, with their display names and start modes in English.
_DRIVERS = {
    "AFD": ("Ancillary Function Driver for Winsock", "System"),
    "HTTP": ("HTTP Service", "Manual"),
    "mpsdrv": ("Windows Defender Firewall Authorization Driver", "Manual"),
    "NDIS": ("NDIS System Driver", "Boot"),
    "NetBT": ("NetBT", "System"),
    "srv2": ("Server SMB 2.xxx Driver", "Manual"),
    "Tcpip": ("TCP/IP Protocol Driver", "Boot"),
    "tdx": ("NetIO Legacy TDI Support Driver", "System"),
    "WFPLWFS": ("Microsoft Windows Filtering Platform", "Boot"),
}
CATEGORIES = {"public": 0, "private": 1, "domain": 2}
#: AddressState of MSFT_NetIPAddress (its documentation), in lower case.
STATES = {"invalid": 0, "tentative": 1, "duplicate": 2, "deprecated": 3, "preferred": PREFERRED}
_NAT = re.compile(
    r"^(?P<name>\S+): (?P<protocol>tcp|udp) (?P<external>[0-9.]+):(?P<external_port>[0-9]+)"
    r" -> (?P<internal>[0-9.]+):(?P<internal_port>[0-9]+)$"
)
_HURDLE = re.compile(
    r"(?P<what>drop|refuse) (?:(?P<four>[0-9./]+)|\[(?P<six>[0-9A-Fa-f:./]+)\])(?::(?P<port>[0-9]+))?"
)
_RANGE = re.compile(r"^(?P<start>[0-9]+)-(?P<end>[0-9]+)(?P<administered>\*?)$")
FAMILIES: tuple[Family, ...] = ("ipv4", "ipv6")
PROTOCOLS: tuple[Protocol, ...] = ("tcp", "udp")


def operating_system(row: Row) -> OperatingSystem:
    """The section ``os``."""
    system = OperatingSystem(
        caption=row.take("caption", str),
        version=row.take("version", str),
        language=row.take("language", str),
        installed=row.time("installed"),
        booted=row.time("booted"),
        sku=row.take("sku", int),
        product_type=row.take("product_type", int, 1),
        suite_mask=row.take("suite_mask", int, 272),
        time_zone=row.take("time_zone", int, 0),
        registered_user=row.take("registered_user", str, ""),
        organization=row.optional("organization", str),
        memory_kb=row.take("memory_kb", int, 16_542_000),
    )
    row.done()
    return system


def network(row: Row) -> Network:
    """The section ``network``."""
    excluded_row, dynamic_row = row.row("excluded"), row.row("dynamic")
    excluded = {}
    dynamic = {}
    for family in FAMILIES:
        for protocol in PROTOCOLS:
            key = f"{family} {protocol}"
            excluded[family, protocol] = tuple(
                _range(excluded_row, text) for text in excluded_row.texts(key)
            )
            dynamic[family, protocol] = _range(
                dynamic_row, dynamic_row.take(key, str, "49152-65535")
            )
    excluded_row.done()
    dynamic_row.done()
    ipv4, _slash, prefix = row.take("ipv4", str, "").partition("/")
    state = STATES[row.take("ipv4_state", str, "preferred")]
    result = Network(
        ipv4=ipv4,
        ipv4_prefix=int(prefix or PREFIXES[4]),
        ipv4_state=state,
        ipv6_link_local=row.take("ipv6_link_local", str, ""),
        workgroup=row.take("workgroup", str, "WORKGROUP"),
        domain=row.optional("domain", str),
        profiles=tuple(_profile(profile) for profile in row.rows("profiles")),
        unconnected=tuple(_adapter(each) for each in row.rows("unconnected")),
        unidentified=tuple(_adapter(each) for each in row.rows("unidentified")),
        gateways=row.texts("gateways"),
        seen_as=row.take("seen_as", str, ""),
        on_the_way=tuple(_hurdle(row, text) for text in row.texts("on_the_way")),
        dead_ends=frozenset(int(index) for index in row.texts("dead_ends")),
        nat=tuple(_nat_mapping(row, text) for text in row.texts("nat")),
        excluded=excluded,
        dynamic=dynamic,
        has_cim_classes=row.take("cim_classes", bool, True),
    )
    addresses = tuple(_address(each, result) for each in row.rows("addresses"))
    routes = tuple(_route(each, result) for each in row.rows("routes"))
    metrics = row.row("metrics")
    interface_metrics = {int(index): metrics.take(index, int) for index in metrics.names()}
    row.done()
    return dataclasses.replace(
        result,
        more_addresses=addresses,
        more_routes=routes,
        interface_metrics=interface_metrics,
    )


def request_queues(rows: list[Row]) -> list[RequestQueue]:
    """The section ``http``: request queues of http.sys, each with its groups of URLs."""
    return [_request_queue(number, row) for number, row in enumerate(rows)]


def firewall_products(rows: list[Row], context: Context) -> list[FirewallProduct]:
    """The section ``firewall_products``."""
    return [_firewall_product(row, context) for row in rows]


def drivers(rows: dict[str, Row], context: Context) -> list[SystemDriver]:
    """The section ``drivers``, and those that the network of every Windows has."""
    own = [
        SystemDriver(name, title, start_mode=start, path=rf"C:\Windows\system32\drivers\{name}.sys")
        for name, (title, start) in _DRIVERS.items()
    ]
    return own + [_driver(name, row, context) for name, row in rows.items()]


def wsman(row: Row) -> WsmanSettings:
    """The section ``wsman``: only what differs from the defaults."""
    settings = WsmanSettings()
    changes = {
        field.name: row.take(field.name, type(getattr(settings, field.name)))
        for field in dataclasses.fields(settings)
        if row.has(field.name)
    }
    row.done()
    return dataclasses.replace(settings, **changes)


def greetings(row: Row) -> dict[int, str]:
    """The section ``greetings``: what programs say first, by port."""
    said = {int(port): row.take(port, str) for port in row.names()}
    row.done()
    return said


def curl(row: Row) -> tuple[int, int, int] | None:
    """The version of curl.exe, under ``curl``."""
    text = row.optional("curl", str)
    if text is None:
        return None
    match = re.fullmatch(r"([0-9]+)\.([0-9]+)\.([0-9]+)", text)
    if match is None:
        raise ValueError(f"{row.where}: curl is {text!r}, wanted a version such as 8.13.0")
    return int(match[1]), int(match[2]), int(match[3])


def restart(row: Row) -> Restart:
    """The section ``restart``."""
    result = Restart(row.take("takes", float, 1.0), row.take("refuses", int, 0))
    row.done()
    return result


def _request_queue(number: int, row: Row) -> RequestQueue:
    texts = row.texts("urls")
    groups = [texts] if texts else [g.texts("urls") for g in row.rows("groups")]
    queue = RequestQueue(
        name=row.optional("name", str),
        process_ids=tuple(int(pid) for pid in row.texts("pids")),
        groups=tuple(
            UrlGroup(
                urls=urls,
                # Shaped as in Microsoft's pages on servicestate: the first byte counts down.
                id=f"{0xFE - 2 * number:02X}0000004000{place:04X}",
                session_id=f"{0xFF - 2 * number:02X}00000020000001",
            )
            for place, urls in enumerate(groups, 1)
        ),
        version=row.take("version", str, "2.0"),
        max_requests=row.take("max_requests", int, 1000),
        controller=row.optional("controller", int),
        service=row.optional("service", str),
    )
    row.done()
    return queue


def _firewall_product(row: Row, context: Context) -> FirewallProduct:
    path = context.expand(row.take("path", str))
    allows = [text.partition(" ") for text in row.texts("allows")]
    product = FirewallProduct(
        name=row.take("name", str),
        id=row.take("id", str),
        product_path=path,
        reporting_path=context.expand(row.take("reporting", str, path)),
        state=row.take("state", int),
        timestamp=row.take("timestamp", str),
        allows=frozenset(
            (protocol, int(port))
            for name, _unused, port in allows
            for protocol in PROTOCOLS
            if name == protocol
        ),
        holds_back=frozenset(int(port) for port in row.texts("holds_back")),
    )
    if len(product.allows) != len(allows):
        raise ValueError(f"{row.where}: allows wants texts such as tcp 80, each once")
    row.done()
    return product


def _driver(name: str, row: Row, context: Context) -> SystemDriver:
    driver = SystemDriver(
        name,
        row.take("display", str, name),
        state=row.take("state", str, "running").title(),
        start_mode=row.take("start", str, "manual").title(),
        path=context.expand(row.take("path", str, rf"%System32%\drivers\{name}.sys")),
        kind=row.take("type", str, "Kernel Driver"),
    )
    row.done()
    return driver


def _profile(row: Row) -> ConnectionProfile:
    profile = ConnectionProfile(
        name=row.take("name", str),
        interface_alias=row.take("interface", str),
        interface_index=row.take("index", int),
        category=CATEGORIES[row.take("category", str)],
        ipv4_connectivity=row.take("ipv4_connectivity", int, 4),
        ipv6_connectivity=row.take("ipv6_connectivity", int, 1),
        instance_id=row.take("id", str, ""),
        interface_type=row.take("type", int, ETHERNET),
        medium=row.take("medium", int, WIRED),
        virtual=row.take("virtual", bool, False),
    )
    row.done()
    return profile


def _adapter(row: Row) -> Adapter:
    adapter = Adapter(
        row.take("interface", str),
        row.take("index", int),
        row.take("id", str),
        row.take("type", int, ETHERNET),
        row.take("medium", int, WIRED),
        row.take("virtual", bool, False),
    )
    row.done()
    return adapter


def _address(row: Row, network: Network) -> OwnAddress:
    """An address with its prefix: ``10.8.0.2/24``, ``fe80::5%9/64``."""
    text, _slash, prefix = row.take("address", str).partition("/")
    index = row.take("index", int, network.main_index)
    address = OwnAddress(
        text=text,
        prefix=int(prefix) if prefix else PREFIXES[6 if ":" in text else 4],
        index=index,
        alias=network.alias_of(index),
        state=STATES[row.take("state", str, "preferred")],
        temporary=row.take("temporary", bool, False),
        skip_as_source=row.take("skip_as_source", bool, False),
    )
    row.done()
    try:
        str(address.subnet)
    except ValueError as error:
        raise ValueError(f"{row.where}: {error}") from error
    return address


def _route(row: Row, network: Network) -> Route:
    """A route: ``to`` a subnet, ``via`` a router, by the interface ``index``."""
    to = row.take("to", str)
    index = row.take("index", int, network.main_index)
    route = Route(
        destination=str(ipaddress.ip_network(to)),
        next_hop=row.take("via", str, "::" if ":" in to else "0.0.0.0"),
        index=index,
        alias=network.alias_of(index),
        metric=row.take("metric", int, 256),
        active=row.take("active", bool, True),
    )
    row.done()
    return route


def _nat_mapping(row: Row, text: str) -> NatMapping:
    match = _NAT.match(text)
    if match is None:
        raise ValueError(f"{row.where}: {text!r} is no mapping such as nat: tcp 0.0.0.0:80 -> ...")
    return NatMapping(
        match["name"],
        "tcp" if match["protocol"] == "tcp" else "udp",
        match["external"],
        int(match["external_port"]),
        match["internal"],
        int(match["internal_port"]),
    )


def _hurdle(row: Row, text: str) -> Hurdle:
    match = _HURDLE.fullmatch(text)
    if match is None:
        raise ValueError(f"{row.where}: {text!r} is no hurdle such as drop 10.0.0.0/8:443")
    network = ipaddress.ip_network(match["six"] or match["four"], strict=False)
    port = int(match["port"]) if match["port"] else None
    return Hurdle(match["what"] == "refuse", network, port)


def _range(row: Row, text: str) -> PortRange:
    match = _RANGE.match(text)
    if match is None:
        raise ValueError(f"{row.where}: {text!r} is no range of ports")
    return PortRange(int(match["start"]), int(match["end"]), bool(match["administered"]))
