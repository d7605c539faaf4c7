# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""port_facts: takes arguments, reads a Snapshot, returns facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import arguments, ports
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import (
    reading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.facts import (
    interfaces as interfaces_of,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach import exposure
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Protocol,
    TcpState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import result as facts
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import snapshot
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.behind.nat import with_nat
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Value, said
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import HostAction, UserError


@dataclass(frozen=True)
class FactsTask:
    """What a task asks for."""

    snapshot: snapshot.SnapshotRequest
    firewall: bool
    networks: bool


def asked_for(wanted: snapshot.SnapshotRequest) -> frozenset[tuple[Protocol, int]] | None:
    """The single ports that a task asks for, None for all."""
    if wanted.ports is None:
        return None
    return frozenset((protocol, port) for protocol in wanted.protocols for port in wanted.ports)


class ActionModule(HostAction):
    """The action behind the module port_facts."""

    ARGUMENTS = arguments.PORT_FACTS

    def prepare(self, given: dict[str, Any]) -> FactsTask:
        try:
            wanted_ports = None if given["ports"] is None else ports.parse_ports(given["ports"])
        except ports.PortError as error:
            raise UserError("argument.of", option="ports", problem=said(error)) from error
        if not given["states"]:
            raise UserError("argument.no_states")
        states = None
        if "all" not in given["states"]:
            states = frozenset(TcpState(state) for state in given["states"])
        gather = set(given["gather"])
        firewall = "firewall" in gather
        wanted = snapshot.SnapshotRequest(
            ports=wanted_ports,
            protocols=frozenset(Protocol(protocol) for protocol in given["protocols"]),
            states=states,
            # A rule may be for only one program or service.
            processes="process" in gather or firewall,
            services="service" in gather or firewall,
            users="user" in gather,
            command_lines=given["command_lines"],
            # A rule for a service may be met by the processes that it starts.
            identities=firewall,
            # Rules for IPv4 matter to a listener on :: only if it also serves IPv4.
            families=firewall,
            reserved="reserved" in gather,
            dynamic="dynamic" in gather,
            http_urls="httpsys" in gather,
            forwards="forwards" in gather,
            service_names=reading.SERVICES if firewall else (),
            addresses="networks" in gather,
            adapters="networks" in gather,
            routes="networks" in gather,
        )
        return FactsTask(wanted, firewall, "networks" in gather)

    def work(self, host: Host, wanted: FactsTask) -> facts.FactsResult[Value]:
        programs = (reading.PROGRAM,) if wanted.firewall else ()
        taken, printed = snapshot.take_with(host, wanted.snapshot, programs)
        if wanted.snapshot.forwards:
            taken = with_nat(host, taken, asked_for(wanted.snapshot))
        judged = interfaces = None
        known: tuple[Network, ...] | None = None
        if reading.PROGRAM in printed:
            firewall = reading.read(host, printed[reading.PROGRAM], taken.named)
            firewall = firewall.with_addresses(taken.addresses, taken.adapters)
            taken = replace(taken, notes=(*taken.notes, *firewall.notes))
            judged, known = exposure.judged(taken, firewall), firewall.networks
        if wanted.networks:
            if known is None:
                known, notes = reading.read_networks(host)
                taken = replace(taken, notes=(*taken.notes, *notes))
            interfaces = interfaces_of(taken, known)
        result: facts.FactsResult[Value] = {
            "changed": False,
            "ansible_facts": facts.facts(
                taken, judged, interfaces, forwards=wanted.snapshot.forwards
            ),
        }
        if taken.notes:
            result["warnings"] = list(taken.notes)
        return result
