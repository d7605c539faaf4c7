# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""port_process: takes arguments, stops the holders of ports, returns what was done."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import arguments
from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import (
    PortError,
    ports_by_protocol,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping import result as report
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Means,
    StopRequest,
    StopTask,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.driver import carry_out
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.reading import survey
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.result import (
    ProcessResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Value, said
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import (
    HostAction,
    UserError,
    names,
)

START_MODES = {text: mode for mode, text in report.START_MODES.items()}
MAX_SECONDS = 86_400.0


class ActionModule(HostAction):
    """The action behind the module port_process."""

    ARGUMENTS = arguments.PORT_PROCESS

    def prepare(self, given: dict[str, Any]) -> StopTask:
        try:
            ports = ports_by_protocol(given["ports"], given["protocols"], (Protocol.TCP,))
        except PortError as error:
            raise UserError("argument.of", option="ports", problem=said(error)) from error
        if not ports:
            raise UserError("argument.no_ports")
        for name in ("timeout", "reboot_timeout", "stay_free"):
            if not 0 <= given[name] <= MAX_SECONDS:
                raise UserError("argument.seconds", option=name, most=f"{MAX_SECONDS:g}")
        restart = given["state"] == "restarted"
        reboot = given["reboot"] == "if_needed"
        if reboot and (restart or not given["wait"]):
            raise UserError("argument.reboot_without_wait")
        if restart and given["start_mode"] == "disabled":
            raise UserError("argument.restart_of_disabled")
        request = StopRequest(
            Means(given["method"]),
            expected_process=names(given, "expected_process"),
            expected_service=names(given, "expected_service"),
            restart=restart,
            start_mode=START_MODES.get(given["start_mode"]),
            connections=given["connections"],
            force=given["force"],
            reboot=reboot,
        )
        return StopTask(
            ports,
            request,
            wait=given["wait"],
            timeout=given["timeout"],
            stay_free=given["stay_free"],
            reboot_timeout=given["reboot_timeout"],
        )

    def waits(self, wanted: StopTask) -> float:
        again = wanted.timeout + wanted.reboot_timeout if wanted.request.reboot else 0.0
        return wanted.timeout + wanted.stay_free + again

    def work(self, host: Host, wanted: StopTask) -> ProcessResult[Value]:
        found = survey(host, wanted.ports, wanted.request)
        done = None
        runs = bool(found.plan.steps) or (wanted.request.restart and not found.plan.refusals)
        if self._task.check_mode or not runs:
            told = report.planned(wanted, found)
        else:
            done = carry_out(host, wanted, found)
            told = report.carried_out(wanted, found, done)
        result = told.result
        if result.get("failed"):
            result["msg"] = report.on_host(result.get("msg", ""), wanted, host.name)
        if self._task.diff and not found.plan.refusals:
            result["diff"] = report.diff(wanted, found, done)
        if done is not None and done.unreachable:
            del result["failed"]
            result["unreachable"] = True
        if told.warnings:
            result["warnings"] = list(told.warnings)
        return result
