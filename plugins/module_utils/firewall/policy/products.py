# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Firewalls of other makers that are registered with Windows Security.

If one has taken over, the rules of Windows are not enforced ([MS-FASP] 2.2.27, state 3). The
class FirewallProduct of root/SecurityCenter2 lists them; Windows Server does not have it. Microsoft
does not document the bits of its productState; several public write-ups agree on those read here.

Where that class is missing, and for products that filter without taking over, what runs tells which
products are there: their services and, on a server, the drivers with which they filter (callouts of
the Windows Filtering Platform, and filters of NDIS). They only may filter: nothing shows whether
they do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ...ground.model import Service
from ...ground.names import fits


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

# In both tables, a name that ends with * is what names begin with (`ground.names.fits`).

# Services of products that filter network traffic themselves, or can cut a PC off. The names are
# those in PingCastle's antivirus scanner. Others are TmPfw in Trend Micro's list of processes, AVP
# with a version behind it (AVP.KES.21.19, AVP21.25) in public scripts that look for Kaspersky, and
# those that Illumio and ThreatLocker document for their agents.
SERVICES: Mapping[str, str] = {
    "AMSP": "Trend Micro",
    "avast! Antivirus": "Avast",
    "AVP*": "Kaspersky",
    "CSFalconService": "CrowdStrike Falcon",
    "cyserver": "Cortex XDR",
    "CyveraService": "Cortex XDR",
    "ekrn": "ESET",
    "enterceptAgent": "McAfee Host Intrusion Prevention",
    "EPSecurityService": "Bitdefender",
    "FSDFWD": "F-Secure",
    "KAVFS": "Kaspersky",
    "mfefire": "McAfee/Trellix Firewall",
    "SentinelAgent": "SentinelOne",
    "SepMasterService": "Symantec Endpoint Protection",
    "SmcService": "Symantec Endpoint Protection",
    "sophossps": "Sophos",
    "ThreatLockerService": "ThreatLocker",
    "TmPfw": "Trend Micro",
    "venAgentMgrSvc": "Illumio",
    "WRSVC": "Webroot",
    "xagt": "Trellix Endpoint Security (HX)",
}

# Drivers that see incoming traffic before programs do: callouts and NDIS filters of firewalls, of
# intrusion prevention and of network isolation. Drivers of file systems, of tunnels, and those that
# only redirect what the PC sends are left out.
DRIVERS: Mapping[str, str] = {
    # Bitdefender's callouts: an advisory on the driver (OpenVAS), and drivers of others that make
    # room for bdfwfpf_pc.
    "bdfwfpf*": "Bitdefender",
    # ESET: epfw, epfwwfp (WFP), EpfwLWF (NDIS), in scripts of administrators that query them.
    "epfw*": "ESET",
    # FortiClient: an NDIS filter, and callouts for accepted connections (analyses of its
    # installer).
    "FortiFilter": "FortiClient",
    "FortiTransCtrl": "FortiClient",
    # The filter driver of the GlobalProtect app, which enforces that the tunnel is used.
    "gpfltdrv": "GlobalProtect",
    # Cisco Secure Endpoint: its network driver (inventories of that product).
    "ImmunetNetworkMonitorDriver": "Cisco Secure Endpoint",
    # "COMODO Internet Security Firewall Driver" (scripts that start and stop it).
    "inspect": "Comodo",
    # Kaspersky: NDIS and WFP; newer versions add their number to names of drivers.
    "klim6*": "Kaspersky",
    "klwfp*": "Kaspersky",
    # McAfee/Trellix: the engine of the firewall, and its callouts.
    "mfefirek": "McAfee/Trellix Firewall",
    "mfewfpk": "McAfee/Trellix Firewall",
    # Portmaster: the name in its own source.
    "PortmasterKext": "Portmaster",
    # Sophos: "network-filter driver" in Sophos' own list of its drivers.
    "sntp": "Sophos",
    # Symantec: WFP, and the filter of its firewall (Broadcom, article 151338, for Teefer2).
    "SymNetS": "Symantec Endpoint Protection",
    "Teefer*": "Symantec Endpoint Protection",
    # Trend Micro: Deep Security's network filter; the firewall of Apex One (TMWFP in ZDI-18-564).
    "tbimdsa": "Trend Micro",
    "TM_CFW": "Trend Micro",
    "tmlwf": "Trend Micro",
    "tmwfp": "Trend Micro",
    # Check Point and ZoneAlarm (Microsoft's list of driver altitudes has its maker).
    "vsdatant": "Check Point or ZoneAlarm",
}


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


def counting(charged: Collection[FirewallProduct]) -> tuple[ProductState, tuple[str, ...]]:
    """Of the products that may be in charge, those that count, by name, and in which state: those
    that work or don't tell or, if none does, those that may be in the way although they say that
    they don't work.

    Args:
        charged: at least one, of `in_charge`.
    """
    by_state: dict[ProductState, list[str]] = {}
    for each in charged:
        known = each.state is not ProductState.UNKNOWN
        by_state.setdefault(each.state if known else ProductState.ON, []).append(each.name)
    state = next(each for each in ProductState if each in by_state)
    return state, tuple(by_state[state])


def may_filter(
    products: Iterable[FirewallProduct],
    services: Iterable[Service],
    drivers: Iterable[Service] = (),
) -> tuple[str, ...]:
    """The names of products of other makers that are there without being in charge, sorted: those
    that say that they are off, and those of which a service of `SERVICES` or a driver of `DRIVERS`
    runs."""
    off = (
        product.name
        for product in products
        if not product.is_windows_own and product.state is ProductState.OFF
    )
    running = (*_running(services, SERVICES), *_running(drivers, DRIVERS))
    return tuple(sorted({*off, *running}))


def of_service(name: str) -> str | None:
    """The product that a service of this name belongs to, None if it is none of `SERVICES`. Such a
    product protects its processes from being ended, whoever asks for it."""
    return next((product for known, product in SERVICES.items() if fits(name, known)), None)


def _running(found: Iterable[Service], known: Mapping[str, str]) -> Iterator[str]:
    for each in found:
        # One that is there but stopped filters nothing.
        if each.state == "Running":
            yield from (product for name, product in known.items() if fits(each.name, name))
