# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""port_facts: arguments in, Snapshot, facts out."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils import (
    arguments,
    facts,
    ports,
    snapshot,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.model import Protocol, TcpState
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import (
    HostAction,
    UserError,
)


class ActionModule(HostAction):
    """The action behind the module port_facts."""

    ARGUMENTS = arguments.PORT_FACTS

    def prepare(self, given: dict[str, Any]) -> snapshot.Wanted:
        try:
            wanted_ports = None if given["ports"] is None else ports.parse_ports(given["ports"])
        except ports.PortError as error:
            raise UserError(f"ports: {error}") from error
        states = None
        if "all" not in given["states"]:
            states = frozenset(TcpState(state) for state in given["states"])
        gather = set(given["gather"])
        return snapshot.Wanted(
            ports=wanted_ports,
            protocols=frozenset(Protocol(protocol) for protocol in given["protocols"]),
            states=states,
            processes="process" in gather,
            services="service" in gather,
            users="user" in gather,
            command_lines=given["command_lines"],
            reserved="reserved" in gather,
            dynamic="dynamic" in gather,
            http_urls="httpsys" in gather,
        )

    def work(self, host: Host, wanted: snapshot.Wanted) -> dict[str, Any]:
        taken = snapshot.take(host, wanted)
        result = {"changed": False, "ansible_facts": facts.facts(taken)}
        return result | {"warnings": list(taken.notes)} if taken.notes else result
