# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""port_facts: arguments in, Snapshot, facts out."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.portkeeper.windows.plugins.module_utils import facts, ports, snapshot
from ansible_collections.portkeeper.windows.plugins.module_utils.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.model import Protocol, TcpState
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import (
    HostAction,
    UserError,
)


class ActionModule(HostAction):
    """The action behind the module port_facts."""

    ARGUMENTS: ClassVar[dict[str, dict[str, Any]]] = {
        "ports": {"type": "raw"},
        "protocols": {
            "type": "list",
            "elements": "str",
            "choices": [protocol.value for protocol in Protocol],
            "default": [protocol.value for protocol in Protocol],
        },
        "states": {
            "type": "list",
            "elements": "str",
            "choices": ["all", *(state.value for state in TcpState)],
            "default": [TcpState.LISTEN.value],
        },
        "gather": {
            "type": "list",
            "elements": "str",
            "choices": ["process", "service", "user", "httpsys", "reserved", "dynamic"],
            "default": ["process", "service", "httpsys"],
        },
        "command_lines": {"type": "bool", "default": False},
    }

    def prepare(self, arguments: dict[str, Any]) -> snapshot.Wanted:
        try:
            wanted_ports = (
                None if arguments["ports"] is None else ports.parse_ports(arguments["ports"])
            )
        except ports.PortError as error:
            raise UserError(f"ports: {error}") from error
        states = None
        if "all" not in arguments["states"]:
            states = frozenset(TcpState(state) for state in arguments["states"])
        gather = set(arguments["gather"])
        return snapshot.Wanted(
            ports=wanted_ports,
            protocols=frozenset(Protocol(protocol) for protocol in arguments["protocols"]),
            states=states,
            processes="process" in gather,
            services="service" in gather,
            users="user" in gather,
            command_lines=arguments["command_lines"],
            reserved="reserved" in gather,
            dynamic="dynamic" in gather,
            http_urls="httpsys" in gather,
        )

    def work(self, host: Host, wanted: snapshot.Wanted) -> dict[str, Any]:
        taken = snapshot.take(host, wanted)
        result = {"changed": False, "ansible_facts": facts.facts(taken)}
        return result | {"warnings": list(taken.notes)} if taken.notes else result
