# SPDX-License-Identifier: GPL-3.0-or-later
"""The host's own addresses, its adapters and its routes, from whatever class has them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Adapter,
    AddressState,
    IpInterface,
    OwnAddress,
    Route,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host, HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import networks
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Value, render
from unit.conversation import Answer, ScriptedTransport, rows, sample
from unit.firewall.host_answers import no_class
from unit.rows import each_row
from unit.simulated import SimulatedTransport
from winsim import images

DENIED = sample("wsman_faults/winrb_wmi_error_v2.xml")
GUID = "{5A1B2C3D-0000-0000-0000-00000000000A}"


def host(*answers: Answer) -> Host:
    return Host(ScriptedTransport(*answers, shell_id="S"), "win-1")


def own(text: str, prefix: int | None, interface: int, **more: object) -> OwnAddress:
    return OwnAddress(parse_address(text), prefix, interface, **more)  # type: ignore[arg-type]


def preferred(text: str, prefix: int, interface: int, **more: object) -> OwnAddress:
    return own(text, prefix, interface, state=AddressState.PREFERRED, **more)


def row(text: str, prefix: int, index: int, state: int | None = 4) -> dict[str, object]:
    found = {"IPAddress": text, "PrefixLength": prefix, "InterfaceIndex": index,
             "InterfaceAlias": f"A{index}"}  # fmt: skip
    return found if state is None else found | {"AddressState": state}


def test_addresses_are_read_in_an_order_of_ours() -> None:
    listed = [
        row("::1", 128, 1),
        row("fe80::5%12", 64, 12),
        row("10.0.0.9", 24, 12),
        row("10.0.0.5", 24, 12, None),
        row("127.0.0.1", 8, 1),
        row("10.9.0.1", 16, 20, 1),
        row("2001:db8::7", 128, 12, 3),
        # Nothing can be known of these.
        row("?", 24, 12),
        {"IPAddress": "10.0.0.7", "PrefixLength": 24},
    ]
    expected = (
        preferred("127.0.0.1", 8, 1, alias="A1"),
        preferred("::1", 128, 1, alias="A1"),
        own("10.0.0.5", 24, 12, alias="A12"),
        preferred("10.0.0.9", 24, 12, alias="A12"),
        own("2001:db8::7", 128, 12, alias="A12", state=AddressState.DEPRECATED),
        preferred("fe80::5%12", 64, 12, alias="A12"),
        own("10.9.0.1", 16, 20, alias="A20", usable=False, state=AddressState.TENTATIVE),
    )
    assert networks.read_addresses(host(rows(*listed))) == (expected, ())
    assert networks.read_addresses(host(rows(*reversed(listed)))) == (expected, ())


@each_row(
    ("address", "prefix", "subnet"),
    [
        ("10.0.0.5", 24, "10.0.0.0/24"),
        ("10.0.0.5", 31, "10.0.0.4/31"),
        ("fe80::5%12", 64, "fe80::/64"),
        # They say nothing about their neighbours.
        ("10.0.0.5", 32, None),
        ("2001:db8::7", 128, None),
        ("10.0.0.5", 0, None),
        ("10.0.0.5", None, None),
        ("10.0.0.5", 64, None),
    ],
)
def test_the_subnet_of_an_address(address: str, prefix: int | None, subnet: str | None) -> None:
    assert own(address, prefix, 12).subnet == subnet


def test_an_old_windows_has_the_addresses_in_another_class() -> None:
    answer = rows(
        {"InterfaceIndex": 11, "IPAddress": "10.1.2.3", "IPSubnet": "255.255.252.0"},
        {"InterfaceIndex": 12, "IPAddress": "10.1.2.4", "IPSubnet": "255.0.255.0"},
        {"IPAddress": "10.1.2.5", "IPSubnet": "255.0.0.0"},
    ).replace(b"</IPAddress>", b"</IPAddress><IPAddress>fe80::1</IPAddress>", 1)
    answer = answer.replace(b"</IPSubnet>", b"</IPSubnet><IPSubnet>64</IPSubnet>", 1)
    expected = (own("10.1.2.3", 22, 11), own("fe80::1", 64, 11))
    assert networks.read_addresses(host(no_class(), answer)) == (expected, ())


def test_adapters_and_routes() -> None:
    adapters = rows(
        {"InterfaceIndex": 20, "InterfaceGuid": GUID[1:-1].lower(), "Name": "Wi-Fi",
         "InterfaceType": 71, "NdisPhysicalMedium": 9, "Virtual": False},
        {"InterfaceIndex": 12, "InterfaceGuid": "no GUID", "Name": "Ethernet"},
        {"Name": "without an index"},
    )  # fmt: skip
    assert networks.read_adapters(host(adapters)) == (
        (Adapter(12, None, "Ethernet"), Adapter(20, GUID, "Wi-Fi", 71, 9, False)),
        (),
    )
    routes = rows(
        {"DestinationPrefix": "::/0", "InterfaceIndex": 12, "NextHop": "fe80::1"},
        {"DestinationPrefix": "10.0.0.5/8", "InterfaceIndex": 12, "NextHop": "0.0.0.0",
         "RouteMetric": 256},
        {"DestinationPrefix": "0.0.0.0/0", "InterfaceIndex": 12, "NextHop": "10.0.0.1",
         "RouteMetric": 0},
        # Kept for the next start too.
        {"DestinationPrefix": "0.0.0.0/0", "InterfaceIndex": 12, "NextHop": "10.0.0.1",
         "RouteMetric": 0},
        {"DestinationPrefix": "?", "InterfaceIndex": 12, "NextHop": "10.0.0.1"},
        {"DestinationPrefix": "10.0.0.0/8", "NextHop": "10.0.0.1"},
        {"DestinationPrefix": "ff00::/8", "InterfaceIndex": 12, "NextHop": "?"},
    )  # fmt: skip
    assert networks.read_routes(host(routes)) == (
        (
            Route("0.0.0.0/0", 12, "10.0.0.1", 0),
            Route("10.0.0.0/8", 12, None, 256),
            Route("::/0", 12, "fe80::1"),
            Route("ff00::/8", 12),
        ),
        (),
    )


@each_row(
    ("number", "state", "usable"),
    [
        (0, AddressState.INVALID, False),
        (1, AddressState.TENTATIVE, False),
        (2, AddressState.DUPLICATE, False),
        (3, AddressState.DEPRECATED, True),
        (4, AddressState.PREFERRED, True),
        (9, AddressState.INVALID, False),
        (None, None, True),
    ],
)
def test_what_an_address_may_be_used_for(
    number: int | None, state: AddressState | None, usable: bool
) -> None:
    found, _notes = networks.read_addresses(host(rows(row("10.0.0.5", 24, 12, number))))
    assert [(each.state, each.usable) for each in found] == [(state, usable)]


def test_which_addresses_connections_start_from() -> None:
    listed = [
        row("10.0.0.5", 24, 12) | {"SkipAsSource": True, "SuffixOrigin": 1},
        row("2001:db8::7", 64, 12) | {"SkipAsSource": False, "SuffixOrigin": 4},
        row("2001:db8::8", 64, 12) | {"SuffixOrigin": 5},
        row("10.0.0.6", 24, 12) | {"SuffixOrigin": 5},
    ]
    found, _notes = networks.read_addresses(host(rows(*listed)))
    assert {each.address.text: (each.skipped, each.temporary) for each in found} == {
        "10.0.0.5": (True, False),
        "10.0.0.6": (False, False),
        "2001:db8::7": (False, False),
        "2001:db8::8": (False, True),
    }


def test_a_route_that_is_only_kept_is_not_in_use() -> None:
    def listed(metric: int, store: int | None) -> dict[str, object]:
        found: dict[str, object] = {"DestinationPrefix": "10.0.0.0/8", "InterfaceIndex": 12,
                                    "NextHop": "10.1.0.1", "RouteMetric": metric}  # fmt: skip
        return found if store is None else found | {"Store": store}

    found, _notes = networks.read_routes(
        host(rows(listed(1, 0), listed(1, 1), listed(2, 1), listed(3, 0), listed(4, None)))
    )
    assert [(each.metric, each.active) for each in found] == [
        (1, True), (2, True), (3, False), (4, True),
    ]  # fmt: skip


def test_the_metrics_of_interfaces() -> None:
    listed = rows(
        {"InterfaceIndex": 12, "AddressFamily": 23, "InterfaceMetric": 35, "ConnectionState": 1},
        {"InterfaceIndex": 12, "AddressFamily": 2, "InterfaceMetric": 25, "ConnectionState": 1,
         "Store": 1},
        {"InterfaceIndex": 12, "AddressFamily": 2, "InterfaceMetric": 1, "Store": 0},
        {"InterfaceIndex": 20, "AddressFamily": 2, "ConnectionState": 0},
        {"InterfaceIndex": 20, "AddressFamily": 9, "InterfaceMetric": 1},
        {"AddressFamily": 2, "InterfaceMetric": 1},
    )  # fmt: skip
    found, notes = networks.read_interfaces(host(listed))
    assert notes == ()
    assert found == (
        IpInterface(12, "ipv4", 25, True),
        IpInterface(12, "ipv6", 35, True),
        IpInterface(20, "ipv4", None, False),
    )
    routes = [Route("0.0.0.0/0", 12), Route("::/0", 12), Route("0.0.0.0/0", 20), Route("::/0", 3)]
    assert [each.interface_metric for each in networks.with_metrics(routes, found)] == [
        25, 35, None, None,
    ]  # fmt: skip


READINGS: dict[str, Callable[[Host], tuple[tuple[object, ...], tuple[Value, ...]]]] = {
    "addresses": networks.read_addresses,
    "adapters": networks.read_adapters,
    "routes": networks.read_routes,
    "interfaces": networks.read_interfaces,
}


@each_row("what", READINGS)
def test_what_can_not_be_read_is_told_and_no_error(what: str) -> None:
    read = READINGS[what]
    refusals: list[tuple[Answer, ...]] = [(DENIED,), (no_class(), DENIED), (no_class(), no_class())]
    for answers in refusals if what == "addresses" else [(DENIED,), (no_class(),)]:
        found, (note,) = read(host(*answers))
        assert found == ()
        assert "unknown" in render(note, "en")
    with pytest.raises(HostError, match="refused"):
        read(host(TransportError(Failure.REFUSED)))


def test_a_simulated_pc_has_what_a_windows_has() -> None:
    machine = images.load("win11-ja").boot()
    pc = Host(SimulatedTransport(machine), "win-1")
    addresses, _notes = networks.read_addresses(pc)
    assert [(str(each.address), each.prefix, each.interface) for each in addresses] == [
        ("127.0.0.1", 8, 1),
        ("::1", 128, 1),
        ("192.168.11.23", 24, 12),
        ("fe80::5c1e:9a3b:44d2:7f10%12", 64, 12),
    ]
    adapters, _notes = networks.read_adapters(pc)
    assert [(each.index, each.name, each.kind, each.medium) for each in adapters] == [
        (7, "Wi-Fi", 71, 9),
        (12, "イーサネット", 6, 14),
    ]
    routes, _notes = networks.read_routes(pc)
    assert Route("0.0.0.0/0", 12, "192.168.11.1", 0) in routes
    assert Route("192.168.11.0/24", 12, None, 256) in routes
    old = Host(SimulatedTransport(images.load("win2008r2").boot()), "win-2")
    addresses, notes = networks.read_addresses(old)
    assert [str(each.address) for each in addresses] == ["10.20.30.90", "fe80::60e3:cb71:9810:3edd"]
    assert notes == ()
    assert networks.read_routes(old)[0] == ()


def test_every_spelling_of_an_address_is_one_address() -> None:
    for written in ("FE80::5%12", "fe80:0000:0000:0000:0000:0000:0000:0005%12", "fe80::0.0.0.5%12"):
        (found,), _notes = networks.read_addresses(host(rows(row(written, 64, 12))))
        assert str(found.address) == "fe80::5%12"
        (route,), _notes = networks.read_routes(
            host(rows({"DestinationPrefix": "::/0", "InterfaceIndex": 12, "NextHop": written}))
        )
        assert route.next_hop == "fe80::5%12"


@pytest.mark.sweep
def test_of_too_many_addresses_none_is_known() -> None:
    many = [row(f"10.0.{n >> 8}.{n & 255}", 8, 12) for n in range(networks.MAX_ROWS + 1)]
    found, (note,) = networks.read_addresses(host(rows(*many)))
    assert found == ()
    assert "more than 2000 addresses" in render(note, "en")
    assert len(networks.read_addresses(host(rows(*many[1:])))[0]) == networks.MAX_ROWS
