# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the networks of a host, and what else a new category of one of them depends on."""

from __future__ import annotations

from dataclasses import dataclass, field

from ....asked.ports import PortSet
from ....ground.names import same_name
from ....host.host import Host, HostError
from ....pc.programs import commands, running
from ....pc.programs.commands import OutputError
from ....pc.programs.netsh import HTTP_SERVICE_STATE
from ....words.phrases import Phrase, Value
from ....wsman.cim import classes
from ....wsman.cim.objects import Instance
from ....wsman.cim.row_values import optional_number, text
from ....wsman.soap.faults import MISSING_CLASS
from ...changing.changes import ports_of_winrm
from ...changing.moves.broken_off import ChangeError
from ...judging import reading
from ...judging.reading import FirewallReading
from ...networks.network import NETWORK_CATEGORIES
from . import policies
from .model import Connected, WantedCategory, choose
from .policies import NetworkPolicy

# IPv4Connectivity and IPv6Connectivity (Get-NetConnectionProfile, its values in their order).
_CONNECTIVITY = ("disconnected", "no_traffic", "subnet", "local_network", "internet")
# More networks than any host has.
_MOST = 1_000
_FAMILIES = ("ipv4", "ipv6")
_NAMES = (
    "InstanceID",
    "InterfaceAlias",
    "InterfaceIndex",
    "IPv4Connectivity",
    "IPv6Connectivity",
    "Name",
    "NetworkCategory",
)


@dataclass(frozen=True)
class Surroundings:
    """What a change of a category depends on.

    Attributes:
        policies: what policies say about categories, as far as it could be read.
        firewall: None if it does not matter.
        winrm: the ports of WinRM, if it does.
    """

    policies: tuple[NetworkPolicy, ...]
    firewall: FirewallReading | None
    winrm: PortSet = field(default_factory=PortSet)


def networks(host: Host) -> tuple[Connected, ...]:
    """The networks that a host is connected to, by the indexes of their interfaces.

    Raises:
        ChangeError: its Windows has no such list.
        HostError: it could not be read.
    """
    try:
        rows = host.enumerate(classes.NET_CONNECTION_PROFILE, _NAMES)
    except HostError as error:
        if error.kind in MISSING_CLASS:
            raise ChangeError(Phrase("category.no_classes", {"host": host.name})) from error
        raise
    found = [_connected(row) for row in rows[:_MOST]]
    # A host promises no order.
    return tuple(sorted(found, key=lambda each: (each.index or 0, each.instance_id)))


def _connected(row: Instance) -> Connected:
    category = optional_number(row, "NetworkCategory")
    return Connected(
        text(row, "InstanceID"),
        text(row, "Name"),
        text(row, "InterfaceAlias"),
        optional_number(row, "InterfaceIndex"),
        None if category is None else NETWORK_CATEGORIES.get(category),
        {each: _connectivity(row, f"IPv{each[-1]}Connectivity") for each in _FAMILIES},
    )


def _connectivity(row: Instance, name: str) -> str | None:
    number = optional_number(row, name)
    known = number is not None and 0 <= number < len(_CONNECTIVITY)
    return _CONNECTIVITY[number] if known and number is not None else None


def chosen(host: Host, found: tuple[Connected, ...], wanted: WantedCategory) -> Connected:
    """The network that a task means. If it is none, the adapters of the host may tell why.

    Raises:
        ChangeError: it is none, or several.
    """
    try:
        return choose(found, wanted, host.name)
    except ChangeError:
        on_others = not any(same_name(each.alias, wanted.interface or "") for each in found)
        adapter = _adapter(host, wanted.interface) if wanted.interface and on_others else None
        if adapter is None:
            raise
        told = Phrase("category.none_on_adapter", {"adapter": adapter, "host": host.name})
        raise ChangeError(told) from None


def _adapter(host: Host, interface: str) -> str | None:
    """The adapter of the host that is called so, None if there is none, or it does not tell."""
    try:
        rows = host.enumerate(classes.NET_ADAPTER, ("Name",))
    except HostError as error:
        if error.unreachable:
            raise
        return None
    names = (text(row, "Name") for row in rows)
    return next((name for name in names if name and same_name(name, interface)), None)


def surroundings(host: Host, *, firewall: bool) -> Surroundings:
    """Read what a change depends on, in one command line and, for the firewall, three queries.

    Args:
        firewall: whether the firewall matters.

    Raises:
        HostError: it could not be read.
        ChangeError: what was read can't be told apart.
    """
    of_firewall = (reading.PROGRAM, HTTP_SERVICE_STATE) if firewall else ()
    programs = (commands.NETWORK_POLICIES, *of_firewall)
    what = reading.WHAT if firewall else Phrase("category.do_read_policies")
    try:
        printed = running.run(host, programs, what)
    except OutputError as error:
        values: dict[str, Value] = {"host": host.name, "problem": error.phrase}
        raise ChangeError(Phrase("category.unreadable", values)) from error
    told = policies.parse(printed.texts[commands.NETWORK_POLICIES])
    if not firewall:
        return Surroundings(told, None)
    found = reading.read(host, printed.texts[reading.PROGRAM])
    return Surroundings(told, found, ports_of_winrm(host.url, printed.texts[HTTP_SERVICE_STATE]))
