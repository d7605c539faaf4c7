# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""port_check: takes arguments, reads the host, tries to connect from the controller, returns
diagnoses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import arguments
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.result import (
    CheckResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.text import for_display
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import Transport
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Value
from ansible_collections.portkeeper.windows.plugins.plugin_utils import probe
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import (
    HostAction,
    UserError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.readings import checks


class ActionModule(HostAction):
    """The action behind the module port_check."""

    ARGUMENTS = arguments.PORT_CHECK

    def permit(self, task_vars: Mapping[str, Any]) -> None:
        elsewhere = self._task.delegate_to
        inventory = (task_vars.get("groups") or {}).get("all") or []
        if elsewhere and elsewhere not in inventory:
            raise UserError("check.not_of_inventory", host=for_display(str(elsewhere), 100))

    def prepare(self, given: dict[str, Any]) -> checks.CheckOptions:
        return checks.options_of(given)

    def through(self, transport: Transport) -> Transport:
        self._noted = probe.Noted(transport)
        return self._noted

    def work(self, host: Host, wanted: checks.CheckOptions) -> CheckResult[Value]:
        return checks.result(checks.look(host, self._noted, wanted), wanted, self.language)
