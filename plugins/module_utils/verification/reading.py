# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads from a Host every fact to compare, each in two ways. It changes nothing there.

Endpoints are read before and after the programs run: those that differ appeared or disappeared in
between. Classes are read with all properties, so that a recording can also answer narrower queries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ..firewall.judging import reading
from ..firewall.judging.reading import FirewallReading
from ..firewall.parts.table import FACTS, FILTERS
from ..firewall.policy import registry_text
from ..firewall.settings.profile.options import OPTIONS
from ..ground.model import Endpoint, HttpUrl, OwnAddress, PortRange, Protocol, Route, Service
from ..ground.text import for_display
from ..host.host import Host, HostError
from ..pc import networks, snapshot
from ..pc.processes import find_services
from ..pc.programs import commands, netsh, netstat, running, tasklist
from ..pc.programs.commands import Rows
from ..pc.programs.running import Printed
from ..words.phrases import Phrase, Value, Verbatim, in_turn
from ..wsman.cim import classes, row_values
from ..wsman.cim.objects import CimClass, Instance
from ..wsman.cim.row_values import optional_number
from ..wsman.soap.faults import MISSING_CLASS

T = TypeVar("T")

# The name under which a problem with the classes of endpoints is reported.
ENDPOINTS = "endpoints"

PROGRAMS: tuple[commands.Program, ...] = (
    netstat.NETSTAT,
    tasklist.TASKLIST,
    *netsh.EXCLUDED_PORT_RANGES,
    *netsh.DYNAMIC_PORTS,
    netsh.HTTP_SERVICE_STATE,
    reading.PROGRAM,
    commands.NETWORK_LIST,
)

# The compared properties of a rule, by class.
RULE_PROPERTIES: Mapping[CimClass, tuple[str, ...]] = {
    each: (
        "InstanceID",
        *(name for _fact, of, names in FACTS if of == each.name for name in names),
        *(("DisplayGroup", "DisplayName") if each is classes.NET_FIREWALL_RULE else ()),
    )
    for each in (classes.NET_FIREWALL_RULE, *FILTERS.values())
}

_SYSTEM_PROPERTIES = (
    "Caption", "Version", "BuildNumber", "CSName", "OSLanguage", "WindowsDirectory",
)  # fmt: skip


@dataclass(frozen=True)
class HostReadings:
    """Everything that was read from one host. A part that could not be read is None, and `problems`
    says why, by the name of the class or program.

    `before` and `after` are the TCP and UDP endpoints by CIM; `cim_rules` has a list of instances
    for each class of `RULE_PROPERTIES`, `configurations` those of
    Win32_NetworkAdapterConfiguration.
    """

    before: Sequence[Endpoint] | None = None
    after: Sequence[Endpoint] | None = None
    system: Instance | None = None
    processes: Mapping[int, str] | None = None
    services: Sequence[Service] | None = None
    tcp_settings: Sequence[Instance] | None = None
    udp_settings: Sequence[Instance] | None = None
    cim_rules: Mapping[str, Sequence[Instance] | None] = field(default_factory=dict)
    cim_profiles: Sequence[Instance] | None = None
    firewall: FirewallReading | None = None
    netstat: Sequence[netstat.SocketRow] | None = None
    tasks: Mapping[int, tasklist.ListedProcess] | None = None
    reserved: Sequence[PortRange] | None = None
    dynamic: Sequence[PortRange] | None = None
    http_urls: Sequence[HttpUrl] | None = None
    known_networks: registry_text.RegistryTree | None = None
    addresses: Sequence[OwnAddress] | None = None
    routes: Sequence[Route] | None = None
    configurations: Sequence[Instance] | None = None
    problems: Mapping[str, Value] = field(default_factory=dict)


class _Reader:
    def __init__(self, host: Host) -> None:
        self.host = host
        self.problems: dict[str, Value] = {}

    def attempt(self, what: str, read: Callable[[], T]) -> T | None:
        """The result of a reading, or None and a problem. Raises HostError if the host is gone."""
        try:
            return read()
        except HostError as error:
            if error.unreachable:
                raise
            missing = error.kind in MISSING_CLASS
            self.problems[what] = (
                Phrase("check.class_missing", {"name": what}) if missing else error.phrase
            )
            return None

    def rows(self, cim_class: CimClass, properties: tuple[str, ...]) -> list[Instance] | None:
        return self.attempt(cim_class.name, lambda: self.host.enumerate(cim_class, properties))

    def endpoints(self) -> tuple[Endpoint, ...] | None:
        wanted = snapshot.SnapshotRequest(states=None, processes=False, services=False)
        taken = self.attempt(ENDPOINTS, lambda: snapshot.take(self.host, wanted))
        if taken is not None and taken.source != "cim":
            self.problems[ENDPOINTS] = Phrase("check.no_endpoint_classes")
            return None
        return taken.endpoints if taken is not None else None

    def printed(self) -> Printed:
        """The outputs of the programs; empty if the command line failed."""
        try:
            found = self.attempt(
                "programs", lambda: running.run(self.host, PROGRAMS, Phrase("do.read_programs"))
            )
        except commands.OutputError as error:
            self.problems["programs"] = error.phrase
            found = None
        return found or Printed({})

    def table(self, printed: Printed, table: commands.TableProgram[Rows]) -> Rows | None:
        """The contents of a program's table; None and a problem if rows may be missing."""
        if table not in printed.texts:
            return None
        found = printed.understood(table)
        if found.doubts:
            self.problems[table.name] = in_turn(*found.doubts)
        return found.rows if found.whole else None

    def tables(
        self, printed: Printed, tables: Sequence[netsh.PortTable]
    ) -> tuple[PortRange, ...] | None:
        """The ranges of several tables; None if one is missing."""
        found: list[PortRange] = []
        for table in tables:
            rows = self.table(printed, table)
            if rows is None:
                return None
            found += rows
        return tuple(found)

    def listed(
        self, cim_class: CimClass, read: Callable[[Host], tuple[tuple[T, ...], tuple[Value, ...]]]
    ) -> tuple[T, ...] | None:
        """What one of the readings of `pc.networks` gives; None and a problem if it gives nothing
        but a note."""
        found, notes = read(self.host)
        if notes:
            self.problems[cim_class.name] = in_turn(*notes)
        return found if found or not notes else None

    def with_adapters(self, known: FirewallReading) -> FirewallReading:
        """The firewall with the names of the adapters that rules are limited to. If these can't be
        read, it is the firewall without them, and a problem: only the adapters of rules need
        them."""
        adapters = self.listed(classes.NET_ADAPTER, networks.read_adapters) or ()
        names = {each.guid: each.name for each in adapters if each.guid and each.name}
        return replace(known, adapters=names)

    def registry(
        self, printed: Printed, program: commands.Program
    ) -> registry_text.RegistryTree | None:
        """The keys that reg.exe printed; None and a problem if one of their lines is in doubt."""
        problem = printed.problem(program)
        if problem is not None:
            self.problems[program.name] = problem
        text = None if program in printed.failed else printed.texts.get(program)
        tree = registry_text.parse(text) if text is not None else None
        if tree is None or not tree.doubts:
            return tree
        first = tree.doubts[0]
        told: dict[str, Value] = {
            "line": first.line,
            "program": program.name,
            "why": first.why,
            "text": Verbatim(for_display(first.text)),
        }
        self.problems[program.name] = Phrase("check.line_in_doubt", told)
        return None


def read(host: Host) -> HostReadings:
    """Read a host.

    Raises:
        HostError: the host can no longer be reached. `HostReadings.problems` reports anything else
            that can't be read.
    """
    reader = _Reader(host)
    systems = reader.rows(classes.OPERATING_SYSTEM, _SYSTEM_PROPERTIES)
    before = reader.endpoints()
    printed = reader.printed()
    after = reader.endpoints()
    processes = reader.attempt(classes.PROCESS.name, lambda: _processes(host))
    services = reader.attempt(classes.SERVICE.name, lambda: find_services(host, None))
    text = printed.texts.get(reading.PROGRAM)
    firewall = None
    if text is not None:
        firewall = reader.attempt("firewall", lambda: reading.read(host, text, suspects=True))
    if firewall is not None:
        firewall = reader.with_adapters(firewall)
    addresses = reader.listed(classes.NET_IP_ADDRESS, networks.read_addresses)
    routes = reader.listed(classes.NET_ROUTE, networks.read_routes)
    port_settings = ("DynamicPortRangeStartPort", "DynamicPortRangeNumberOfPorts")
    return HostReadings(
        before=before,
        after=after,
        system=systems[0] if systems else None,
        processes=processes,
        services=services,
        tcp_settings=reader.rows(classes.NET_TCP_SETTING, ("SettingName", *port_settings)),
        udp_settings=reader.rows(classes.NET_UDP_SETTING, port_settings),
        cim_rules={each.name: reader.rows(each, names) for each, names in RULE_PROPERTIES.items()},
        cim_profiles=reader.rows(
            classes.NET_FIREWALL_PROFILE,
            ("Name", *(each.cim_property for each in OPTIONS)),
        ),
        firewall=firewall,
        netstat=reader.table(printed, netstat.NETSTAT),
        tasks=reader.table(printed, tasklist.TASKLIST),
        reserved=reader.tables(printed, netsh.EXCLUDED_PORT_RANGES),
        dynamic=reader.tables(printed, netsh.DYNAMIC_PORTS),
        http_urls=reader.table(printed, netsh.HTTP_SERVICE_STATE),
        known_networks=reader.registry(printed, commands.NETWORK_LIST),
        addresses=addresses,
        routes=routes,
        configurations=reader.rows(
            classes.NETWORK_ADAPTER_CONFIGURATION,
            ("InterfaceIndex", "IPAddress", "IPSubnet", "DefaultIPGateway"),
        ),
        problems=reader.problems,
    )


def _processes(host: Host) -> dict[int, str]:
    """The names of all processes by their ids."""
    properties = (
        "ProcessId", "Name", "ExecutablePath", "ParentProcessId", "SessionId", "CreationDate",
    )  # fmt: skip
    found = {}
    for row in host.enumerate(classes.PROCESS, properties):
        pid = optional_number(row, "ProcessId")
        if pid is not None:
            found[pid] = row_values.text(row, "Name")
    return found


def listeners(endpoints: Sequence[Endpoint], protocol: Protocol) -> tuple[Endpoint, ...]:
    """The listeners of one protocol."""
    return tuple(each for each in endpoints if each.protocol is protocol and each.is_listening)
