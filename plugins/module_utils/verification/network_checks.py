# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compares what two CIM classes say about the host's own addresses and its routers.

Both are compared by the index of the interface, by which all classes of networks are joined.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from ..ground.model import Scope
from ..pc.networks import plain_address, prefix_of
from ..words.phrases import Phrase, Value
from ..wsman.cim import classes
from ..wsman.cim.objects import CimClass
from ..wsman.cim.row_values import optional_number, texts
from .comparison import Comparison, compare
from .endpoint_checks import why
from .reading import HostReadings

UNUSED = Phrase("check.address_not_used")

_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})


def comparisons(evidence: HostReadings) -> tuple[Comparison, ...]:
    """All comparisons about the host's own networks."""
    return (addresses(evidence), routers(evidence))


def addresses(evidence: HostReadings) -> Comparison:
    """The addresses with the lengths of their prefixes, except for those of loopback."""
    fact, cim = Phrase("check.addresses"), classes.NET_IP_ADDRESS
    if evidence.addresses is None or evidence.configurations is None:
        return _unknown(fact, cim, evidence)
    outside = [each for each in evidence.addresses if each.address.scope is not Scope.LOOPBACK]
    unused = {each.address.text for each in outside if not each.usable}
    first: dict[str, Value] = {
        each.address.text: _on(f"/{each.prefix}", each.interface) for each in outside
    }
    second: dict[str, Value] = {}
    for index, address, subnet in _configured(evidence):
        second[address] = _on(f"/{subnet}", index)
    return compare(
        fact,
        (cim.name, classes.NETWORK_ADAPTER_CONFIGURATION.name),
        first,
        second,
        # The other class lists the adapters that use IP at present.
        lambda address: UNUSED if address in unused and address not in second else None,
    )


def routers(evidence: HostReadings) -> Comparison:
    """The routers of the default routes, and by which interface they are reached."""
    fact, cim = Phrase("check.routers"), classes.NET_ROUTE
    if evidence.routes is None or evidence.configurations is None:
        return _unknown(fact, cim, evidence)
    first: dict[str, Value] = {
        _bare(each.next_hop): _on("", each.interface)
        for each in evidence.routes
        if each.destination in _EVERYWHERE and each.next_hop is not None
    }
    second: dict[str, Value] = {}
    for row in evidence.configurations:
        index = optional_number(row, "InterfaceIndex")
        for router in texts(row, "DefaultIPGateway"):
            second[_bare(router)] = _on("", index)
    return compare(fact, (cim.name, classes.NETWORK_ADAPTER_CONFIGURATION.name), first, second)


def _on(what: str, index: int | None) -> Phrase:
    return Phrase("check.on_interface", {"what": what, "index": str(index)})


def _bare(address: str) -> str:
    with suppress(ValueError):
        return plain_address(address).text
    return address


def _configured(evidence: HostReadings) -> Iterator[tuple[int | None, str, int | None]]:
    """Interface, address and length of the prefix in Win32_NetworkAdapterConfiguration."""
    for row in evidence.configurations or ():
        index = optional_number(row, "InterfaceIndex")
        for address, subnet in zip(texts(row, "IPAddress"), texts(row, "IPSubnet"), strict=False):
            try:
                yield index, plain_address(address).text, prefix_of(subnet)
            except ValueError:
                continue


def _unknown(fact: Phrase, cim: CimClass, evidence: HostReadings) -> Comparison:
    other = classes.NETWORK_ADAPTER_CONFIGURATION.name
    return Comparison(fact, cim.name, other, problem=why(evidence, cim.name, other))
