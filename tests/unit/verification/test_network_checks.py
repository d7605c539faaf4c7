# SPDX-License-Identifier: GPL-3.0-or-later
"""The host's own addresses and routers, as two classes have them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    OwnAddress,
    Route,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification import (
    network_checks,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.comparison import (
    Agreement,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.reading import (
    HostReadings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.row_values import texts
from unit.sweeps import fast
from unit.verification.readings import evidence


def outcomes(found: HostReadings) -> list[tuple[str, int]]:
    return [(each.outcome.value, each.agreed) for each in network_checks.comparisons(found)]


AGREED = {
    "win11-ja": [("agree", 2), ("agree", 1)],
    "server-core": [("agree", 4), ("agree", 1)],
    "ipv6-only": [("agree", 4), ("agree", 1)],
    "win2008r2": [("agree", 2), ("unknown", 0)],
}


@pytest.mark.parametrize("image", fast(AGREED, "win11-ja", "ipv6-only"))
def test_both_classes_agree_on_simulated_hosts(image: str) -> None:
    assert outcomes(evidence(image)) == AGREED[image]


def test_addresses_are_the_same_however_they_are_spelled() -> None:
    found = evidence("ipv6-only")
    names = ("IPAddress", "DefaultIPGateway")
    loud = tuple(
        replace(
            row,
            values={
                **row.values,
                **{each: tuple(text.upper() for text in texts(row, each)) for each in names},
            },
        )
        for row in found.configurations or ()
    )
    assert loud != found.configurations
    assert outcomes(replace(found, configurations=loud)) == outcomes(found)


def test_what_one_of_them_lacks_is_a_disagreement() -> None:
    found = evidence("win11-ja")
    more = OwnAddress(parse_address("10.9.9.9"), 8, 7, "Wi-Fi")
    addresses = (*(found.addresses or ()), more)
    routes = (*(found.routes or ()), Route("::/0", 12, "fe80::1"))
    changed = replace(found, addresses=addresses, routes=routes)
    first, second = network_checks.comparisons(changed)
    assert (first.outcome, second.outcome) == (Agreement.DISAGREE, Agreement.DISAGREE)
    (difference,) = first.differences
    assert (difference.what, render(difference.first or "", "en")) == (
        "10.9.9.9",
        "/8 on interface 7",
    )
    unused = (*(found.addresses or ()), replace(more, usable=False))
    expected = network_checks.addresses(replace(found, addresses=unused))
    assert expected.outcome is Agreement.EXPECTED


def test_another_interface_or_prefix_is_a_disagreement() -> None:
    found = evidence("win11-ja")
    for change in ({"interface": 7}, {"prefix": 16}):
        moved = tuple(replace(each, **change) for each in found.addresses or ())  # type: ignore[arg-type]
        assert network_checks.addresses(replace(found, addresses=moved)).outcome is (
            Agreement.DISAGREE
        )


def test_what_was_not_read_is_unknown() -> None:
    assert outcomes(HostReadings()) == [("unknown", 0), ("unknown", 0)]
