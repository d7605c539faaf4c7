# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Firewalls of other makers that are registered with Windows Security.

If one has taken over, the rules of Windows are not enforced ([MS-FASP] 2.2.27, state 3). The
class FirewallProduct of root/SecurityCenter2 lists them; Windows Server does not have it. Microsoft
does not document the bits of its productState; several public write-ups agree on those read here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ProductState(StrEnum):
    """Whether a product says that it is working."""

    ON = "on"
    OFF = "off"
    SNOOZED = "snoozed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


_STATES = {0x0000: ProductState.OFF, 0x1000: ProductState.ON, 0x2000: ProductState.SNOOZED,
           0x3000: ProductState.EXPIRED}  # fmt: skip
_OWNER, _WINDOWS = 0x0F00, 0x0100


@dataclass(frozen=True, slots=True)
class FirewallProduct:
    """A registered firewall: FirewallProduct.displayName and .productState."""

    name: str
    product_state: int | None = None

    @property
    def state(self) -> ProductState:
        """Whether it says that it is working."""
        if self.product_state is None:
            return ProductState.UNKNOWN
        return _STATES.get(self.product_state & 0xF000, ProductState.UNKNOWN)

    @property
    def is_windows_own(self) -> bool:
        """Whether it is a part of Windows rather than a product of another maker."""
        return self.product_state is not None and self.product_state & _OWNER == _WINDOWS


def in_charge(products: Iterable[FirewallProduct]) -> tuple[FirewallProduct, ...]:
    """The products that may have taken over: all of other makers that don't say that they are
    off."""
    return tuple(
        product
        for product in products
        if not product.is_windows_own and product.state is not ProductState.OFF
    )
