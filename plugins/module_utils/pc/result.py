# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Snapshot as the facts that port_facts returns: plain dicts, lists, text and numbers.

Ansible visits every value of a result several times, which for 10,000 endpoints costs more than
reading them. So the facts about a process appear once, under its PID, and an endpoint omits the
keys that don't apply to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, Literal, NotRequired, TypedDict

from ..ground.model import (
    SYSTEM_PID,
    Endpoint,
    HttpUrl,
    PortRange,
    Process,
    Protocol,
    Scope,
    Service,
    Snapshot,
    TcpState,
)
from ..words.phrases import Value, Words
from .behind.result import ForwardFact, forward_fact, relay_kinds
from .facts.firewall import ExposureFact, FirewallFact
from .facts.listen import USUAL_FORMAT, ListenFact, listen_facts


class TaskResult(TypedDict, Generic[Words]):
    """What any task of Ansible may return in addition to its own keys."""

    changed: bool
    failed: NotRequired[bool]
    unreachable: NotRequired[bool]
    skipped: NotRequired[bool]
    msg: NotRequired[Words]
    warnings: NotRequired[list[Words]]
    diff: NotRequired[object]


class NetworkFact(TypedDict):
    """A network that a host is connected to, and its firewall profile."""

    name: str | None
    profile: str


class AddressFact(TypedDict):
    """An address of an interface. `prefix` is in bits."""

    address: str
    family: str
    scope: str
    prefix: int | None
    usable: bool


class RouteFact(TypedDict):
    """A route by an interface. `next_hop` is None for what is directly connected."""

    destination: str
    next_hop: str | None
    metric: int | None


class InterfaceFact(TypedDict):
    """A network interface. `type` is the word of firewall rules, None if no word is certain;
    `network` and `profile` are None if Windows lists no network for it."""

    index: int
    adapter: str | None
    type: str | None
    virtual: bool | None
    network: str | None
    profile: str | None
    addresses: list[AddressFact]
    routes: list[RouteFact]


class RangeFact(TypedDict):
    """A range of ports that Windows reserves."""

    protocol: Literal["tcp", "udp"]
    family: str
    start: int
    end: int
    administered: bool


class HttpUrlFact(TypedDict):
    """A URL of http.sys, and the processes that get its requests."""

    url: str
    pids: list[int]
    process: str | None
    service: str | None


class EndpointFact(TypedDict, Generic[Words]):
    """A socket, or a connection. `firewall` is by profile; `relay` is what stands behind a program
    that only passes connections on."""

    protocol: Literal["tcp", "udp"]
    address: str
    port: int
    scope: str
    state: str | None
    pid: int | None
    process: str | None
    service: str | None
    dual_stack: NotRequired[bool | None]
    zone: NotRequired[str]
    remote_address: NotRequired[str]
    remote_port: NotRequired[int | None]
    http_urls: NotRequired[list[HttpUrlFact]]
    relay: NotRequired[str]
    firewall: NotRequired[dict[str, ExposureFact[Words]]]


class ProcessFact(TypedDict):
    """A process, or services about whose process nothing else is known."""

    name: str | None
    path: str | None
    user: str | None
    parent_pid: int | None
    session: int | None
    started: str | None
    services: dict[str, str]
    command_line: NotRequired[str]


class ListedEndpoints(TypedDict, Generic[Words]):
    """The part of the fact ``port_facts`` that tables and rows use."""

    endpoints: list[EndpointFact[Words]]
    #: Those by which ports were asked for, by their numbers.
    names: NotRequired[dict[str, str]]


class PortFacts(ListedEndpoints[Words]):
    """The fact ``port_facts``."""

    by_port: dict[str, list[int | None]]
    processes: dict[str, ProcessFact]
    reserved: list[RangeFact]
    dynamic_range: list[RangeFact]
    forwards: NotRequired[list[ForwardFact]]
    profiles: NotRequired[list[NetworkFact]]
    interfaces: NotRequired[list[InterfaceFact]]
    firewall: NotRequired[FirewallFact[Words]]
    source: str
    notes: list[Words]


class HostFacts(TypedDict, Generic[Words]):
    """All facts of a host."""

    port_facts: PortFacts[Words]
    tcp_listen: list[ListenFact]
    udp_listen: list[ListenFact]


class FactsResult(TaskResult[Words]):
    """What port_facts returns. `msg` is there if nothing was found at the ports of the task."""

    msg: NotRequired[Words]
    ansible_facts: HostFacts[Words]


# The most services that are listed for one owner at each of its endpoints. Shared processes of
# Windows have far fewer.
MAX_NAMES = 1_000
# URLs are repeated at each endpoint of their port: no healthy host has so many in total.
MAX_URLS = 20_000

# The values of the enumerations as plain text: looking them up is cheaper than asking each member
# for its value.
PROTOCOLS: dict[Protocol, Literal["tcp", "udp"]] = {Protocol.TCP: "tcp", Protocol.UDP: "udp"}
SCOPES = {member: member.value for member in Scope}
STATES: dict[TcpState | None, str | None] = {member: member.value for member in TcpState}
STATES[None] = None


@dataclass(frozen=True)
class Judged:
    """How the firewall of a host treats traffic to its listeners.

    Attributes:
        profiles: the firewall profiles of the networks that the host is connected to.
        firewall: its settings.
        listeners: the verdicts by profile, for each endpoint that another host can reach at all.
    """

    profiles: list[NetworkFact]
    firewall: FirewallFact[Value]
    listeners: Mapping[Endpoint, dict[str, ExposureFact[Value]]]


def facts(
    snapshot: Snapshot,
    judged: Judged | None = None,
    interfaces: list[InterfaceFact] | None = None,
    *,
    forwards: bool = False,
    date_format: str = USUAL_FORMAT,
    names: Mapping[int, str] | None = None,
) -> HostFacts[Value]:
    """All facts of one host: ``port_facts``, ``tcp_listen`` and ``udp_listen``.

    The last two have the shape of ansible.windows.win_listen_ports_facts and
    community.general.listen_ports_facts, with times in UTC by a `date_format`. The firewall's
    verdicts on the listeners, the interfaces and the mappings of ports (`forwards`) are included
    only if they were requested, and so are the `names` of ports if there are any.
    """
    endpoints = sorted(snapshot.endpoints, key=lambda endpoint: endpoint.order)
    port_facts: PortFacts[Value] = {
        "endpoints": _endpoints(snapshot, endpoints),
        "by_port": _by_port(endpoints),
        "processes": _processes(snapshot),
        "reserved": [_range(item) for item in snapshot.reserved],
        "dynamic_range": [_range(item) for item in snapshot.dynamic],
        "source": snapshot.source,
        "notes": list(snapshot.notes),
    }
    if names:
        port_facts["names"] = {str(port): name for port, name in names.items()}
    if forwards:
        port_facts["forwards"] = [forward_fact(each) for each in snapshot.forwards]
    if interfaces is not None:
        port_facts["interfaces"] = interfaces
    if judged is not None:
        port_facts["profiles"] = judged.profiles
        port_facts["firewall"] = judged.firewall
        for endpoint, fact in zip(endpoints, port_facts["endpoints"], strict=True):
            if endpoint in judged.listeners:
                fact["firewall"] = judged.listeners[endpoint]
    return {
        "port_facts": port_facts,
        "tcp_listen": listen_facts(snapshot, endpoints, Protocol.TCP, date_format),
        "udp_listen": listen_facts(snapshot, endpoints, Protocol.UDP, date_format),
    }


def _endpoints(snapshot: Snapshot, endpoints: Sequence[Endpoint]) -> list[EndpointFact[Value]]:
    names = {pid: process.name for pid, process in snapshot.processes.items()}
    services = {
        pid: _names(service.name for service in running)
        for pid, running in snapshot.services.items()
    }
    found: list[EndpointFact[Value]] = []
    for endpoint in endpoints:
        local, pid = endpoint.local, endpoint.pid
        fact: EndpointFact[Value] = {
            "protocol": PROTOCOLS[endpoint.protocol],
            "address": str(local),
            "port": endpoint.port,
            "scope": SCOPES[local.scope],
            "state": STATES[endpoint.state],
            "pid": pid,
            "process": None if pid is None else names.get(pid),
            "service": None if pid is None else services.get(pid),
        }
        if local.zone:
            fact["zone"] = local.zone
        if endpoint.second:
            fact["dual_stack"] = True
        if endpoint.remote is not None:
            fact["remote_address"] = str(endpoint.remote)
            fact["remote_port"] = endpoint.remote_port
        found.append(fact)
    _add_dual_stack(snapshot, found)
    _add_http_urls(snapshot, found)
    for fact, relayed in zip(found, relay_kinds(snapshot, endpoints), strict=True):
        if relayed is not None:
            fact["relay"] = relayed
    return found


def _add_dual_stack(snapshot: Snapshot, found: Sequence[EndpointFact[Value]]) -> None:
    """Say for each listener on ``::`` whether it also serves IPv4; None if that is unknown.

    MSFT_NetTCPConnection has one row with the address ``::`` for a socket that serves both, and for
    one that serves only IPv6. netstat shows the former with two rows.
    """
    unknown = None if snapshot.source == "cim" else False
    ipv4 = {(each["protocol"], each["port"], each["pid"]) for each in found
            if each["address"] == "0.0.0.0"}  # noqa: S104  # fmt: skip
    for each in found:
        if each["address"] == "::" and "remote_address" not in each:
            key = (each["protocol"], each["port"], each["pid"])
            each["dual_stack"] = True if key in ipv4 else unknown


def shown_addresses(listed: Iterable[EndpointFact[Words]]) -> tuple[str, ...]:
    """The addresses of a listener for people, each once: what serves IPv4 by a socket on ``::`` is
    shown as ``::``, whether that was read (with the firewall) or not."""
    return tuple(dict.fromkeys(each["address"] for each in listed if not is_second(each)))


def listed_once(listeners: Sequence[Endpoint]) -> list[Endpoint]:
    """The same of what was read: the holders in their order, each with its addresses in order."""
    places = {each.pid: place for place, each in reversed(list(enumerate(listeners)))}
    ordered = sorted(listeners, key=lambda each: (places[each.pid], each.order))
    return [each for each in ordered if not each.second]


def is_second(endpoint: EndpointFact[Words]) -> bool:
    """Whether it is the side for IPv4 of a listener on ``::``, which has an entry of its own."""
    return endpoint["address"] != "::" and bool(endpoint.get("dual_stack"))


def _add_http_urls(snapshot: Snapshot, found: Sequence[EndpointFact[Value]]) -> None:
    by_port: dict[int, list[HttpUrlFact]] = {}
    for url in snapshot.http_urls:
        by_port.setdefault(url.port, []).append(_http_url(snapshot, url))
    left = MAX_URLS
    for each in found:
        if each["pid"] == SYSTEM_PID and each["state"] == TcpState.LISTEN.value:
            urls = by_port.get(each["port"], [])[:left]
            left -= len(urls)
            if urls:
                each["http_urls"] = urls


def _http_url(snapshot: Snapshot, url: HttpUrl) -> HttpUrlFact:
    found = [snapshot.process(pid) for pid in url.pids]
    processes = [each.name for each in found if each is not None]
    services = [service.name for pid in url.pids for service in snapshot.services_in(pid)]
    return {
        "url": url.url,
        "pids": list(url.pids),
        "process": _names(processes) or None,
        "service": _names(services) or None,
    }


def _names(names: Iterable[str]) -> str:
    text = ", ".join(names)
    return text if len(text) <= MAX_NAMES else f"{text[:MAX_NAMES]}…"


def _by_port(endpoints: Sequence[Endpoint]) -> dict[str, list[int | None]]:
    held: dict[str, dict[int | None, None]] = {}
    for endpoint in endpoints:
        if endpoint.is_listening:
            key = f"{endpoint.port}/{PROTOCOLS[endpoint.protocol]}"
            held.setdefault(key, {})[endpoint.pid] = None
    return {key: list(pids) for key, pids in held.items()}


def _processes(snapshot: Snapshot) -> dict[str, ProcessFact]:
    pids = sorted({*snapshot.processes, *snapshot.services})
    return {str(pid): _process(snapshot.process(pid), snapshot.services_in(pid)) for pid in pids}


def _process(process: Process | None, services: Sequence[Service]) -> ProcessFact:
    fact: ProcessFact = {
        "name": process.name if process else None,
        "path": process.path if process else None,
        "user": process.user if process else None,
        "parent_pid": process.parent_pid if process else None,
        "session": process.session if process else None,
        "started": _iso(process.created) if process else None,
        "services": {service.name: service.display_name for service in services},
    }
    if process is not None and process.command_line is not None:
        fact["command_line"] = process.command_line
    return fact


def _range(item: PortRange) -> RangeFact:
    return {
        "protocol": PROTOCOLS[item.protocol],
        "family": item.family,
        "start": item.start,
        "end": item.end,
        "administered": item.administered,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
