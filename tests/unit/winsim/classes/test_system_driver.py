# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers, as the service manager lists them."""

from __future__ import annotations

import pytest

from unit.winsim.wire import ENUMERATION, WMI, ask, enumerate_body, envelope, tree
from winsim import classes, images
from winsim.wsman import Service


def listed(image: str, query: str) -> list[dict[str, str | None]]:
    reply = ask(
        Service(images.load(image).boot()),
        envelope(f"{ENUMERATION}Enumerate", enumerate_body(query), uri=f"{WMI}root/cimv2/*"),
    )
    assert reply.status == 200
    return [
        {child.tag.rpartition("}")[2]: child.text for child in each}
        for each in tree(reply).iter()
        if each.tag.rpartition("}")[2] in ("Win32_SystemDriver", "XmlFragment")
    ]


def test_drivers_by_what_their_names_begin_with() -> None:
    query = (
        "SELECT Name,State,StartMode FROM Win32_SystemDriver "
        "WHERE (Name LIKE 'klim6%' OR Name LIKE 'KLWFP%' OR Name='epfwwfp' OR Name='sntp')"
    )
    assert listed("filtered-server", query) == [
        {"Name": "epfwwfp", "StartMode": "System", "State": "Stopped"},
        {"Name": "klim6", "StartMode": "System", "State": "Running"},
        {"Name": "klwfp.KES-21-19", "StartMode": "System", "State": "Running"},
    ]


def test_each_windows_has_the_drivers_of_its_network() -> None:
    (driver,) = listed("win11-ja", "SELECT * FROM Win32_SystemDriver WHERE Name='tcpip'")
    assert driver["DisplayName"] == "TCP/IP Protocol Driver"
    assert driver["PathName"] == r"C:\Windows\system32\drivers\Tcpip.sys"
    assert driver["ServiceType"] == "Kernel Driver"
    found = classes.find("root/cimv2", "Win32_SystemDriver")
    assert found is not None
    assert {each.name for each in found.properties} == set(driver)


def test_a_mistake_in_an_image_names_the_place() -> None:
    base = images.load("filtered-server")
    document = base.document | {"drivers": {"klim6": {"stat": "running"}}}
    with pytest.raises(ValueError, match=r"drivers klim6: unknown key stat"):
        images.Image("mistaken", document).boot()
