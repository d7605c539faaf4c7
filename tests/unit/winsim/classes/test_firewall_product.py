# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewalls of other makers, on workstations only."""

from __future__ import annotations

import pytest

from unit.rows import each_row
from unit.winsim.wire import ENUMERATION, WMI, ask, enumerate_body, envelope, fault_code, text, tree
from winsim import classes, images
from winsim.wsman import Reply, Service


def products(image: str) -> Reply:
    return ask(
        Service(images.load(image).boot()),
        envelope(
            f"{ENUMERATION}Enumerate",
            enumerate_body("SELECT * FROM FirewallProduct"),
            uri=f"{WMI}root/SecurityCenter2/*",
        ),
    )


def test_product_as_windows_security_lists_it() -> None:
    reply = products("third-party-firewall")
    assert reply.status == 200
    (item,) = [e for e in tree(reply).iter() if e.tag.endswith("}FirewallProduct")]
    folder = r"C:\Program Files\Example\Total Security"
    assert [(child.tag.rpartition("}")[2], child.text) for child in item] == [
        ("displayName", "Example Total Security Firewall"),
        ("instanceGuid", "{6C2B4F90-83D1-4E7A-B5C6-19F0A7D3E852}"),
        ("pathToSignedProductExe", rf"{folder}\exsecurity.exe"),
        ("pathToSignedReportingExe", rf"{folder}\exfirewall.exe"),
        ("productState", "69632"),
        ("timestamp", "Mon, 13 Apr 2026 08:41:52 GMT"),
    ]


def test_workstation_without_such_a_product_has_none() -> None:
    reply = products("win11-ja")
    assert reply.status == 200
    assert not [e for e in tree(reply).iter() if e.tag.endswith("}FirewallProduct")]


@pytest.mark.parametrize("image", ["server2022", "win2008r2"])
def test_server_has_no_such_namespace(image: str) -> None:
    reply = products(image)
    assert fault_code(reply) == (500, "a:DestinationUnreachable", "2147749902")
    assert "Invalid namespace" in text(reply, ".//s:Reason/s:Text")
    machine = images.load(image).boot()
    assert classes.find("root/SecurityCenter2", "FirewallProduct", machine) is None
    assert "root/SecurityCenter2" not in classes.namespaces(machine)
    assert {"root/cimv2", "root/StandardCimv2"} <= classes.namespaces(machine)


@each_row(
    ("state", "on"),
    [(0x011000, True), (0x041010, True), (0x010000, False), (0x012000, False), (0x013000, False)],
)
def test_product_that_is_off_snoozed_or_expired_does_not_decide(state: int, on: bool) -> None:
    image = images.load("third-party-firewall")
    (row,) = image.document["firewall_products"]
    changed = images.Image(
        "changed", {**image.document, "firewall_products": [row | {"state": state}]}
    )
    (product,) = changed.boot().firewall_products
    assert product.on is on
