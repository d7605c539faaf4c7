# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""port_check: takes arguments, reads the host, tries to connect from the controller, returns
diagnoses.

The controller tries to connect only to the machine of the task: the address is the one that has
answered over the task's own connection, to the credentials of the inventory; no option sets it, and
no name is resolved for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import arguments
from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortError
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import reading, way
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Situation,
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.source import (
    Source,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.expectation import (
    Expectation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.result import (
    CheckResult,
    report,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.sources import (
    wanted_sources,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.wanted import (
    wanted_ports,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.addresses import (
    AddressError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.text import for_display
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import Transport
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Value, said
from ansible_collections.portkeeper.windows.plugins.plugin_utils import probe
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import (
    HostAction,
    UserError,
    names,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents import remedies

MAX_TIMEOUT = 60.0


@dataclass(frozen=True)
class CheckOptions:
    """What a task asks for. `timeout` is in seconds."""

    ports: tuple[WantedPort, ...]
    sources: tuple[Source, ...]
    expectation: Expectation | None
    from_controller: bool
    timeout: float


class ActionModule(HostAction):
    """The action behind the module port_check."""

    ARGUMENTS = arguments.PORT_CHECK

    def permit(self, task_vars: Mapping[str, Any]) -> None:
        elsewhere = self._task.delegate_to
        inventory = (task_vars.get("groups") or {}).get("all") or []
        if elsewhere and elsewhere not in inventory:
            raise UserError("check.not_of_inventory", host=for_display(str(elsewhere), 100))

    def prepare(self, given: dict[str, Any]) -> CheckOptions:
        expectation = None if given["expect"] is None else Expectation(given["expect"])
        free = expectation is Expectation.FREE
        expected = names(given, "expected_process")
        if free and expected:
            raise UserError("check.process_of_free_port")
        if not 0 < given["timeout"] <= MAX_TIMEOUT:
            raise UserError("check.timeout", most=f"{MAX_TIMEOUT:g}")
        if free and given["from"]:
            raise UserError("check.from_of_free_port")
        try:
            ports = wanted_ports(given["ports"], given["protocols"], expected, free=free)
        except PortError as error:
            raise UserError("argument.of", option="ports", problem=said(error)) from error
        try:
            sources = wanted_sources(given["from"] or ())
        except AddressError as error:
            raise UserError("argument.of", option="from", problem=said(error)) from error
        # Whether a port is free can't be seen from outside.
        tried = given["from_controller"] and not free
        return CheckOptions(ports, sources, expectation, tried, given["timeout"])

    def through(self, transport: Transport) -> Transport:
        self._noted = probe.Noted(transport)
        return self._noted

    def work(self, host: Host, wanted: CheckOptions) -> CheckResult[Value]:
        found = reading.read(
            host, wanted.ports, tried=wanted.from_controller, from_there=wanted.sources
        )
        situation = way.placed(found.situation, self._noted.peers, self._noted.owns)
        if wanted.from_controller:
            situation = self._tried(situation, wanted)
        diagnoses = diagnose(situation, wanted.ports, wanted.sources)
        result = report(situation, diagnoses, wanted.expectation)
        result["ports"] = remedies.written(result["ports"], self.language)
        if found.notes:
            result["warnings"] = list(found.notes)
        return result

    def _tried(self, situation: Situation, wanted: CheckOptions) -> Situation:
        """The situation with the controller's own attempts, or why there are none."""
        found = way.find(self._noted.peers, self._noted.owns, situation)
        if found.address is None:
            return replace(situation, why_not=found.why_not)
        ports = [each.port for each in wanted.ports if each.protocol is Protocol.TCP]
        attempts = probe.attempt_all(found.address, ports, wanted.timeout)
        return replace(
            situation,
            targets=(way.bare(found.address),),
            translated=found.translated,
            controller=found.own,
            attempts={(Protocol.TCP, port): attempt for port, attempt in attempts.items()},
        )
