# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads from the client what its end of a path depends on, once for all ports: where a name leads,
its addresses and routes, and its firewall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from ...firewall.judging import reading as of_firewall
from ...firewall.judging.verdict import Firewall
from ...firewall.networks.joining import interface_types_matter
from ...firewall.policy.stores import Store
from ...firewall.policy.vocabulary import Direction
from ...ground.model import Adapter, Scope
from ...ground.names import name_key
from ...host.host import Host, HostError
from ...pc import networks
from ...pc.printed import of_host
from ...pc.processes import find_services
from ...pc.programs import commands, curl, hosts_file, running
from ...pc.programs.commands import Program
from ...pc.programs.curl import CurlVersion
from ...pc.programs.running import Printed
from ...pc.resolving import reading as of_names
from ...pc.resolving.model import NameFacts
from ...words.phrases import Phrase, Value
from ...wsman.cim import wql
from .destination import starts_from
from .ends.naming import order_matters, resolve
from .ends.routing import metrics_matter
from .ends.situation import ClientSituation


@dataclass(frozen=True)
class ClientReading:
    """A client without attempts, as far as it can be read without knowing the server.

    `facts` are what it knows of the name that the application has configured, None if no name is
    asked about; `curl` is its curl.exe, None if it has none or if `curl_known` is False. `notes`
    are whole sentences about what could not be read.
    """

    client: ClientSituation
    name: str | None = None
    facts: NameFacts | None = None
    curl: CurlVersion | None = None
    curl_known: bool = True
    notes: tuple[Value, ...] = ()


def read(host: Host, name: str | None = None) -> ClientReading:
    """Read a client.

    Args:
        name: what the application has configured for the server, None if that is not asked.

    Raises:
        HostError: the host can no longer be reached, or its services can't be read. Other parts may
            be missing; the notes say which and why.
    """
    programs: tuple[Program, ...] = (of_firewall.PROGRAM, curl.CURL_VERSION)
    most_of_last = None
    if name is not None:
        programs = (of_firewall.PROGRAM, *of_names.PROGRAMS)
        most_of_last = hosts_file.MAX_BYTES
    found, problems = _printed(host, programs, most_of_last)
    printed = found.texts
    addresses, of_addresses = networks.read_addresses(host)
    routes, of_routes = networks.read_routes(host)
    problems += (*of_addresses, *of_routes)
    client = ClientSituation(host.name, addresses=addresses, routes=routes)
    client, problems_of_firewall = _with_firewall(host, client, printed.get(of_firewall.PROGRAM))
    problems += problems_of_firewall
    facts = None
    if name is not None:
        facts = of_names.with_records(
            host, of_names.from_texts(printed, [name], found.whole), [name]
        )
        problems += facts.notes
    version = curl.version(printed.get(curl.CURL_VERSION, ""))
    curl_known = curl.CURL_VERSION in printed
    return ClientReading(client, name, facts, version, curl_known, tuple(problems))


def towards(host: Host, found: ClientReading, known: Sequence[str]) -> ClientReading:
    """A client with where the name leads, and with what decides between several routes or addresses
    if that is not certain yet.

    Args:
        known: the server's addresses.

    Raises:
        HostError: the host can no longer be reached.
    """
    client, name, facts, notes = found.client, found.name, found.facts, list(found.notes)
    led_to: tuple[str, ...] = ()
    if name is not None and facts is not None:
        led_to = resolve(name, facts, client.addresses).addresses
        if order_matters([name], facts):
            told = len(facts.notes)
            facts = of_names.with_policies(host, facts)
            notes += facts.notes[told:]
    if metrics_matter((*led_to, *known), client.addresses, client.routes):
        interfaces, problems = networks.read_interfaces(host)
        client = replace(client, routes=networks.with_metrics(client.routes, interfaces))
        notes += problems
    if name is not None and facts is not None:
        client = replace(client, policies=facts.policies)
        start = partial(starts_from, client)
        client = replace(client, resolved=resolve(name, facts, client.addresses, start))
    return replace(found, client=client, facts=facts, notes=tuple(notes))


def _printed(
    host: Host, programs: Sequence[Program], most_of_last: int | None
) -> tuple[Printed, list[Value]]:
    names = tuple(dict.fromkeys(program.name.split()[0] for program in programs))
    what = Phrase("do.read_printed", {"programs": names})
    try:
        return running.run(host, programs, what, most_of_last), []
    except HostError as error:
        if error.unreachable:
            raise
        return Printed({}), [error.phrase]
    except commands.OutputError as error:
        return Printed({}), [of_host(host, error.phrase)]


def _with_firewall(
    host: Host, client: ClientSituation, printed: str | None
) -> tuple[ClientSituation, list[Value]]:
    """The client with its networks and, if its rules were printed, its firewall."""
    services = find_services(
        host, wql.any_fitting("Name", of_firewall.ALL_SERVICES), needed=("Name",)
    )
    found = of_firewall.read(host, printed or "", services, suspects=True)
    notes = [] if printed is None else list(found.notes)
    adapters: tuple[Adapter, ...] = ()
    # Of several interfaces, one may be that of a VPN.
    if interface_types_matter(found.stores, outbound=True) or _ways_out(client) > 1:
        adapters, problems = networks.read_adapters(host)
        notes += problems
    found = found.with_addresses(client.addresses, adapters)
    return (
        replace(
            client,
            adapters=adapters,
            networks=found.networks,
            firewall=None if printed is None else outbound_only(found.firewall()),
            rule_names=frozenset(name_key(each.name or "") for each in found.local_rules),
            stopped=tuple(found.stopped),
            may_filter=found.may_filter,
        ),
        notes,
    )


def _ways_out(client: ClientSituation) -> int:
    """By how many interfaces a client may send something to another host."""
    routed = {each.interface for each in client.routes if each.active}
    return len(
        {
            each.interface
            for each in client.addresses
            if each.usable and each.address.scope is not Scope.LOOPBACK and each.interface in routed
        }
    )


def outbound_only(firewall: Firewall) -> Firewall:
    """A firewall with only those of its rules that may decide about outbound traffic, so that
    repeated questions and changes cost less."""
    stores = firewall.stores
    # A policy's rule with the id of a local one matters whatever it is about.
    policies = (Store.GROUP_POLICY, Store.MDM)
    rules = {
        store: tuple(
            rule
            for rule in stores.of(store)
            if store in policies or rule.direction is not Direction.IN
        )
        for store in Store
    }
    return firewall.with_stores(replace(stores, rules=rules))
