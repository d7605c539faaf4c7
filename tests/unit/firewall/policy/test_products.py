# SPDX-License-Identifier: GPL-3.0-or-later
"""What the state of a registered firewall says."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
    ProductState,
    in_charge,
)
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
