# SPDX-License-Identifier: GPL-3.0-or-later
"""What the state of a registered firewall says."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    DRIVERS,
    SERVICES,
    FirewallProduct,
    ProductState,
    counting,
    in_charge,
    may_filter,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Service
from unit.rows import each_row


@each_row(
    ("number", "state", "windows", "charged"),
    [
        (0x041000, ProductState.ON, False, True),
        (0x040000, ProductState.OFF, False, False),
        (0x042000, ProductState.SNOOZED, False, True),
        (0x043000, ProductState.EXPIRED, False, True),
        (0x041010, ProductState.ON, False, True),
        (0x041100, ProductState.ON, True, False),
        (0x041300, ProductState.ON, False, True),
        (0x047000, ProductState.UNKNOWN, False, True),
        (None, ProductState.UNKNOWN, False, True),
    ],
)
def test_the_bits_of_the_state(
    number: int | None, state: ProductState, windows: bool, charged: bool
) -> None:
    product = FirewallProduct("x", number)
    assert (product.state, product.is_windows_own) == (state, windows)
    assert in_charge([product]) == ((product,) if charged else ())


@each_row(
    ("products", "state", "names"),
    [
        ("on:0x41000 expired:0x43000 untold:none", ProductState.ON, ("on", "untold")),
        ("expired:0x43000 asleep:0x42000", ProductState.SNOOZED, ("asleep",)),
        ("old:0x43000 older:0x43010", ProductState.EXPIRED, ("old", "older")),
        ("untold:none old:0x43000", ProductState.ON, ("untold",)),
    ],
)
def test_those_that_work_count_before_the_others(
    products: str, state: ProductState, names: tuple[str, ...]
) -> None:
    found = [
        FirewallProduct(name, None if number == "none" else int(number, 16))
        for name, _colon, number in (each.partition(":") for each in products.split())
    ]
    assert counting(found) == (state, names)


def test_what_may_filter_without_being_in_charge() -> None:
    registered = [
        FirewallProduct("Switched off", 0x040000),
        FirewallProduct("Windows Firewall", 0x040100),
        FirewallProduct("In charge", 0x041000),
    ]
    services = [
        Service("MFEFIRE", "", "Running"),
        Service("SmcService", "", "Running"),
        Service("SepMasterService", "", "Running"),
        Service("ekrn", "", "Stopped"),
        Service("WinDefend", "", "Running"),
    ]
    assert may_filter(registered, services) == (
        "McAfee/Trellix Firewall",
        "Switched off",
        "Symantec Endpoint Protection",
    )
    assert may_filter((), ()) == ()


def test_drivers_show_products_too() -> None:
    drivers = [
        Service("KLWFP.KES-21-19", "", "Running"),
        Service("klim6", "", "Running"),
        Service("epfwwfp", "", "Stopped"),
        Service("teefer3", "", "Running"),
        # These begin like names of the table, which are whole names.
        Service("inspector", "", "Running"),
        Service("sntpd", "", "Running"),
    ]
    services = [
        Service("avp.kes.21.19", "", "Running"),
        Service("SepMasterService", "", "Running"),
    ]
    assert may_filter((), services, drivers) == ("Kaspersky", "Symantec Endpoint Protection")
    # Each table is for its own kind.
    assert may_filter((), drivers, services) == ()


def test_the_tables_ask_for_little() -> None:
    """They are conditions of one query, and conditions have a limit."""
    assert max(len(SERVICES), len(DRIVERS)) < 25
    for table in (SERVICES, DRIVERS):
        assert not [name for name in table if "*" in name[:-1] or len(name.rstrip("*")) < 3]
