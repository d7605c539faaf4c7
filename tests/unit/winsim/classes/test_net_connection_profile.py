# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetConnectionProfile: the category of a network, written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unit.rows import each_row
from winsim import classes, images
from winsim.cim import CimError, CimStatus, Values
from winsim.classes.net_connection_profile import POLICIES, UNIDENTIFIED
from winsim.firewall.inbound import profile_at
from winsim.machine import Machine
from winsim.state import Delivery

#: As the registry names that of a network; any signature other than that of unidentified ones.
SIGNATURE = "010103000F0000F0A00000000F0000F0"


def pc(image: str = "win11-ja", name: str | None = None, category: int = 0) -> Machine:
    machine = images.load(image).boot("pc", "127.0.0.1")
    first, *others = machine.network.profiles
    first = replace(first, name=name or first.name, category=category)
    machine.network = replace(machine.network, profiles=(first, *others))
    return machine


def put(machine: Machine, category: int, **more: object) -> Values:
    found = classes.find("root/StandardCimv2", "MSFT_NetConnectionProfile", machine)
    assert found is not None
    first = machine.network.profiles[0].instance_id
    return found.put(machine, {"InstanceID": first.lower()}, {"NetworkCategory": category, **more})


def test_a_network_becomes_private_and_public_again() -> None:
    machine = pc()
    index = machine.network.main_index
    for category, profile in ((1, "private"), (0, "public")):
        assert put(machine, category)["NetworkCategory"] == category
        assert profile_at(machine, index) == profile


def test_the_firewall_follows() -> None:
    """What is open in private networks alone is let in from then on, and not before."""
    machine = pc()
    assert machine.firewall is not None
    rule = "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=5040|Profile=Private|Name=x|"
    machine.firewall.set_rule("x", rule)
    (found, *_others) = machine.endpoints(lambda e: e.local_port == 5040 and e.listening)
    assert machine.delivery(found) is Delivery.DROP
    put(machine, 1)
    assert machine.delivery(found) is Delivery.ACCEPT


def test_windows_takes_its_time() -> None:
    machine = pc()
    now = machine.clock()
    machine.clock = lambda: now
    machine.category_takes = 2
    assert put(machine, 1)["NetworkCategory"] == 0
    machine.clock = lambda: now.replace(year=now.year + 1)
    machine.catch_up()
    assert machine.network.profiles[0].category == 1


def test_the_category_is_that_of_the_network_and_not_of_the_adapter() -> None:
    machine = pc()
    (first,) = machine.network.profiles
    second = replace(first, interface_alias="Wi-Fi", interface_index=19, instance_id="{2}")
    other = replace(first, name="Guests", interface_index=20, instance_id="{3}")
    machine.network = replace(machine.network, profiles=(first, second, other))
    put(machine, 1)
    assert [each.category for each in machine.network.profiles] == [1, 1, 0]


@each_row(
    ("category", "wanted"),
    [(2, 1), (2, 0), (0, 2), (0, 7)],
)
def test_windows_alone_gives_the_category_of_a_domain(category: int, wanted: int) -> None:
    machine = pc(category=category)
    with pytest.raises(CimError, match="DomainAuthenticated") as raised:
        put(machine, wanted)
    assert raised.value.status is CimStatus.ACCESS_DENIED
    assert machine.network.profiles[0].category == category


def test_an_account_without_rights_is_refused() -> None:
    machine = pc()
    assert machine.firewall is not None
    machine.firewall.read_only = True
    with pytest.raises(CimError, match="elevated"):
        put(machine, 1)


@each_row(
    ("name", "signature", "refused"),
    [
        ("Office", SIGNATURE, True),
        ("Office", UNIDENTIFIED, False),
        ("Unidentified network", UNIDENTIFIED, True),
        ("識別されていないネットワーク", UNIDENTIFIED, True),
    ],
)
def test_a_policy_keeps_users_from_it(name: str, signature: str, refused: bool) -> None:
    machine = pc(name=name)
    assert machine.firewall is not None
    machine.firewall.set_value(rf"{POLICIES}\{signature}", "CategoryReadOnly", 1)
    if refused:
        with pytest.raises(CimError, match="Network List Manager Policies"):
            put(machine, 1)
    else:
        put(machine, 1)
    assert machine.network.profiles[0].category == (not refused)


def test_unidentified_networks_stay_what_a_policy_says() -> None:
    machine = pc(name="Unidentified network")
    assert machine.firewall is not None
    machine.firewall.set_value(rf"{POLICIES}\{UNIDENTIFIED}", "Category", 0)
    assert put(machine, 1)["NetworkCategory"] == 0


def test_an_unknown_network_is_not_found() -> None:
    machine = pc()
    found = classes.find("root/StandardCimv2", "MSFT_NetConnectionProfile", machine)
    assert found is not None
    with pytest.raises(CimError) as raised:
        found.put(machine, {"InstanceID": "{0}"}, {"NetworkCategory": 1})
    assert raised.value.status is CimStatus.NOT_FOUND
