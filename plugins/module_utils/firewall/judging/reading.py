# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads everything that a verdict needs from a Host, at once for any number of ports.

Rules come from the registry: MSFT_NetFirewallRule shows only the local store, unless an option says
otherwise, which a host may silently ignore ([MS-WSMV] 3.1.4.1.10); and it costs a request for each
filter of each rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...ground.model import Adapter, OwnAddress, Service
from ...ground.names import name_key
from ...host.host import Host, HostError
from ...pc.networks import guid_of
from ...pc.programs import running
from ...pc.programs.commands import Program
from ...words.phrases import Phrase, Value, in_turn
from ...wsman.cim import classes, wql
from ...wsman.cim.objects import CimClass, Instance
from ...wsman.cim.row_values import optional_number, optional_text, text
from ...wsman.soap.faults import MISSING_CLASS
from ..naming.shown import ShownNames
from ..networks.joining import joined
from ..networks.network import NETWORK_CATEGORIES, Network
from ..policy import products, stores
from ..policy.environment import Environment
from ..policy.products import FirewallProduct
from ..policy.rule import FirewallRule
from ..policy.stores import FirewallStores, Store
from ..policy.vocabulary import Profile
from .verdict import Firewall

WHAT = Phrase("do.read_firewall")
PROGRAM = Program("reg.exe query", stores.COMMAND_LINE)
# The firewall itself, and the engine beneath it.
SERVICES = ("MpsSvc", "BFE")
# It runs only on members of a domain, where it starts by itself (Microsoft: Troubleshoot Netlogon
# service startup failures).
_OF_MEMBERS = "Netlogon"
# What is worth reading in the query of a caller that reads services anyway.
ALL_SERVICES = (*SERVICES, _OF_MEMBERS, *products.SERVICES)

# How many values that are not rules are named; a hostile store could have any number.
_TOLD = 10


@dataclass(frozen=True)
class FirewallReading:
    """The firewall of one host as it was read.

    Attributes:
        stores: rules and settings.
        networks: the networks that the host is connected to; empty if it has none or does not
            report them.
        networks_known: whether it reports them.
        products: firewalls of other makers.
        adapters: names of network adapters by their GUIDs, in addition to those of the networks;
            empty if they were not read (`with_adapters`).
        shown: the names that it shows for Windows' own rules, as far as it was asked.
        stopped: services of the firewall that are known not to run, and their start modes (empty if
            not reported). A missing state, or a missing service, is in the notes.
        notes: what could not be read, in whole sentences.
        may_filter: names of products of other makers that are there without being in charge, as far
            as their services and drivers were read.
        in_domain: whether the host seems to be a member of a domain, None if it does not show.
    """

    stores: FirewallStores
    networks: tuple[Network, ...] = ()
    products: tuple[FirewallProduct, ...] = ()
    stopped: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Value, ...] = ()
    adapters: Mapping[str, str] = field(default_factory=dict)
    shown: ShownNames = field(default_factory=ShownNames)
    networks_known: bool = True
    may_filter: tuple[str, ...] = ()
    in_domain: bool | None = None

    @property
    def environment(self) -> Environment:
        """The folders of Windows and of programs on the host, and the names of its adapters and of
        Windows' own rules."""
        of_networks = {
            each.interface_id: each.alias
            for each in self.networks
            if each.interface_id is not None and each.alias
        }
        known = Environment(adapters=of_networks | dict(self.adapters), shown=self.shown)
        directory = self.stores.windows_directory
        return replace(known, windows_directory=directory) if directory else known

    @property
    def active_profiles(self) -> frozenset[Profile]:
        """The profiles of the networks that the host is connected to."""
        return frozenset(network.profile for network in self.networks)

    @property
    def local_rules(self) -> tuple[FirewallRule, ...]:
        """The rules of the local store, which are the ones that can be changed."""
        return self.stores.of(Store.LOCAL)

    @property
    def problem(self) -> Value | None:
        """Why no verdict is certain, and how to mend it, in whole sentences; None if all is
        well."""
        if self.stopped:
            services = tuple(_service(name, mode) for name, mode in self.stopped.items())
            key = "reading.stopped" if len(services) == 1 else "reading.several_stopped"
            return Phrase(key, {"services": services})
        return None if self.stores.readable else in_turn(*self.stores.problems[:_TOLD])

    def with_addresses(
        self, addresses: Sequence[OwnAddress], adapters: Iterable[Adapter] = ()
    ) -> FirewallReading:
        """The same host with what is known about its own addresses and adapters, in its
        networks."""
        return replace(self, networks=joined(self.networks, addresses, adapters))

    def with_local_rules(self, rules: tuple[FirewallRule, ...]) -> FirewallReading:
        """The same host with other local rules."""
        found = replace(self.stores, rules={**self.stores.rules, Store.LOCAL: rules})
        return replace(self, stores=found)

    def firewall(self) -> Firewall:
        """The firewall, to be asked about listeners. If there is a `problem`, it answers that the
        verdict is unknown."""
        found = self.stores
        if self.problem is not None:
            found = replace(found, readable=False, problems=(self.problem,))
        return Firewall(found, self.environment, self.products)


def _service(name: str, mode: str) -> Phrase:
    shown = mode or Phrase("reading.unknown_mode")
    return Phrase("reading.service", {"name": name, "title": _title(name), "mode": shown})


def _title(name: str) -> Phrase:
    """The display name of a service of `SERVICES`."""
    return Phrase(f"service_title.{name}")


def read(
    host: Host,
    printed: str | None = None,
    services: Sequence[Service] | None = None,
    *,
    suspects: bool = False,
) -> FirewallReading:
    """Read the firewall of a host: one command line and three queries.

    Args:
        printed: the output of `PROGRAM`, if the caller has run it together with others.
        services: those of `ALL_SERVICES`, if the caller has read them together with others;
            otherwise only `SERVICES` are read.
        suspects: `FirewallReading.may_filter` matters, so where Windows does not list products of
            other makers, their drivers are read too, in one query more.

    Raises:
        HostError: rules or services could not be read. Parts that a host may lack (network
            profiles, registered products) are not an error; `FirewallReading.notes` reports them.
    """
    found = read_stores(host) if printed is None else stores.read(printed)
    notes = list(found.problems[:_TOLD])
    if len(found.problems) > _TOLD:
        notes.append(Phrase("reading.more_not_rules", {"count": len(found.problems) - _TOLD}))
    networks, registered = _networks(host, notes), _products(host, notes)
    running = read_services(host, SERVICES) if services is None else services
    drivers = _drivers(host, notes) if suspects and registered is None else ()
    return FirewallReading(
        stores=found,
        networks=networks or (),
        networks_known=networks is not None,
        products=registered or (),
        stopped=_stopped(host, running, notes),
        notes=tuple(notes),
        may_filter=products.may_filter(registered or (), running, drivers),
        in_domain=_in_domain(running),
    )


def read_stores(host: Host) -> FirewallStores:
    """Read only the rules and settings. Raises HostError."""
    return stores.read(running.run_line(host, stores.COMMAND_LINE, WHAT))


def read_stores_again(host: Host) -> FirewallStores:
    """The rules and settings after a change. Nothing can be said about the change without them, so
    output without the local rules is an error here. Raises HostError."""
    found = read_stores(host)
    if not found.readable:
        told = in_turn(*found.problems[:_TOLD])
        raise HostError("host.could_not", what=WHAT, host=host.name, url=host.url, why=told)
    return found


def read_networks(host: Host) -> tuple[tuple[Network, ...], tuple[Value, ...]]:
    """The networks that a host is connected to, and a note if it does not report them.

    Raises:
        HostError: the host is unreachable.
    """
    notes: list[Value] = []
    return _networks(host, notes) or (), tuple(notes)


def _networks(host: Host, notes: list[Value]) -> tuple[Network, ...] | None:
    """The networks, None if the host does not report any."""
    try:
        rows = host.enumerate(
            classes.NET_CONNECTION_PROFILE,
            ("InstanceID", "InterfaceAlias", "InterfaceIndex", "Name", "NetworkCategory"),
        )
    except HostError as error:
        if error.unreachable:
            raise
        # Before Windows 8 and Server 2012, no class reports it.
        notes.append(Phrase("reading.profiles_unknown", {"error": error.phrase}))
        return None
    found = (
        Network(
            NETWORK_CATEGORIES[category],
            interface_id=_guid(row),
            name=text(row, "Name"),
            alias=text(row, "InterfaceAlias"),
            interface=optional_number(row, "InterfaceIndex"),
        )
        for row in rows
        if (category := optional_number(row, "NetworkCategory")) is not None
        and category in NETWORK_CATEGORIES
    )
    # A host promises no order.
    return tuple(
        sorted(found, key=lambda each: (each.interface or 0, each.interface_id or "", each.name))
    )


def with_adapters(host: Host, known: FirewallReading) -> FirewallReading:
    """The same host with the names of all its network adapters, connected or not.

    Raises:
        HostError: they could not be read.
    """
    rows = host.enumerate(classes.NET_ADAPTER, ("InterfaceGuid", "Name"))
    found = {
        guid: name
        for row in rows
        if (guid := _guid(row, "InterfaceGuid")) is not None and (name := text(row, "Name"))
    }
    return replace(known, adapters=found)


def _products(host: Host, notes: list[Value]) -> tuple[FirewallProduct, ...] | None:
    """The registered products, None if the host has no list of them."""
    try:
        rows = host.enumerate(classes.FIREWALL_PRODUCT, ("displayName", "productState"))
    except HostError as error:
        if error.unreachable:
            raise
        # Windows Server has neither the class nor its namespace.
        if error.kind in MISSING_CLASS:
            return None
        notes.append(Phrase("reading.products_unknown", {"error": error.phrase}))
        return ()
    found = []
    for row in rows:
        state = optional_number(row, "productState")
        name = text(row, "displayName")
        found.append(FirewallProduct(name, state))
    return tuple(found)


def read_services(host: Host, names: Iterable[str] = ALL_SERVICES) -> list[Service]:
    """Some services, as `read` takes them. Raises HostError."""
    return _listed(host, classes.SERVICE, names)


def _drivers(host: Host, notes: list[Value]) -> list[Service]:
    """The drivers by which products of other makers filter."""
    try:
        return _listed(host, classes.SYSTEM_DRIVER, products.DRIVERS)
    except HostError as error:
        if error.unreachable:
            raise
        notes.append(Phrase("reading.drivers_unknown", {"error": error.phrase}))
        return []


def _listed(host: Host, cim_class: CimClass, names: Iterable[str]) -> list[Service]:
    rows = host.enumerate(cim_class, ("Name", "State", "StartMode"), wql.any_fitting("Name", names))
    return [
        Service(
            text(row, "Name"), "", text(row, "State"), start_mode=optional_text(row, "StartMode")
        )
        for row in rows
    ]


def _in_domain(services: Iterable[Service]) -> bool | None:
    for each in services:
        if name_key(each.name) == name_key(_OF_MEMBERS) and each.state:
            return each.state == "Running" or each.start_mode == "Auto"
    return None


def _stopped(host: Host, services: Sequence[Service], notes: list[Value]) -> dict[str, str]:
    by_name = {name_key(each.name): each for each in services}
    stopped = {}
    for name in SERVICES:
        found = by_name.get(name_key(name))
        # The state is in English on every host: CIM has no other words for it.
        state = found.state if found is not None else ""
        values: dict[str, Value] = {"name": name, "title": _title(name), "host": host.name}
        if found is None:
            notes.append(Phrase("reading.service_not_listed", values))
        elif state in ("", "Unknown"):
            notes.append(Phrase("reading.service_without_state", values))
        elif state != "Running":
            stopped[name] = (found.start_mode if found is not None else None) or ""
    return stopped


def _guid(row: Instance, name: str = "InstanceID") -> str | None:
    return guid_of(text(row, name))
