# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Firewalls of other makers that are registered with Windows Security.

If one has taken over, the rules of Windows are not enforced ([MS-FASP] 2.2.27, state 3). The
class FirewallProduct of root/SecurityCenter2 lists them; Windows Server does not have it. Microsoft
does not document the bits of its productState; several public write-ups agree on those read here.

Where that class is missing, and for products that filter without taking over, the services that run
tell which products are there. They only may filter: nothing shows whether they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ...ground.model import Service
from ...ground.names import name_key


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

# Services of products that filter network traffic themselves, or can cut a PC off. The names are
# those in PingCastle's antivirus scanner and, for TmPfw, in Trend Micro's list of processes.
SERVICES: Mapping[str, str] = {
    "AMSP": "Trend Micro",
    "avast! Antivirus": "Avast",
    "CSFalconService": "CrowdStrike Falcon",
    "cyserver": "Cortex XDR",
    "CyveraService": "Cortex XDR",
    "ekrn": "ESET",
    "enterceptAgent": "McAfee Host Intrusion Prevention",
    "EPSecurityService": "Bitdefender Endpoint Security",
    "FSDFWD": "F-Secure",
    "KAVFS": "Kaspersky Security",
    "mfefire": "McAfee/Trellix Firewall",
    "SentinelAgent": "SentinelOne",
    "SepMasterService": "Symantec Endpoint Protection",
    "SmcService": "Symantec Endpoint Protection",
    "sophossps": "Sophos",
    "TmPfw": "Trend Micro",
    "WRSVC": "Webroot",
    "xagt": "Trellix Endpoint Security (HX)",
}
_BY_KEY = {name_key(name): product for name, product in SERVICES.items()}


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


def may_filter(products: Iterable[FirewallProduct], services: Iterable[Service]) -> tuple[str, ...]:
    """The names of products of other makers that are there without being in charge, sorted: those
    that say that they are off, and those of which a service of `SERVICES` runs."""
    off = (
        product.name
        for product in products
        if not product.is_windows_own and product.state is ProductState.OFF
    )
    running = (
        _BY_KEY[name_key(each.name)]
        for each in services
        if each.state == "Running" and name_key(each.name) in _BY_KEY
    )
    return tuple(sorted({*off, *running}))
