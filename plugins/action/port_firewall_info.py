# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""port_firewall_info: takes arguments, reads the firewall, returns its rules."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import arguments
from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortError
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing import (
    filters,
    reading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing import (
    result as results,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.filters import (
    WantedRules,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.result import (
    ListingResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Value, said
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import (
    HostAction,
    UserError,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents import rule_tasks


class ActionModule(HostAction):
    """The action behind the module port_firewall_info."""

    ARGUMENTS = arguments.PORT_FIREWALL_INFO

    def prepare(self, given: dict[str, Any]) -> WantedRules:
        try:
            return filters.wanted(given)
        except PortError as error:
            raise UserError("argument.of", option="ports", problem=said(error)) from error
        except OptionError as error:
            raise UserError("argument.problem", problem=said(error)) from error

    def work(self, host: Host, wanted: WantedRules) -> ListingResult[Value]:
        found = reading.read(host, wanted)
        files = reading.read_files(host, found, wanted) if wanted.audit else None
        made = results.result(found, wanted, files)
        audit, tasks = made.get("audit"), made.get("tasks")
        if audit is not None:
            rule_tasks.write_findings(audit["findings"], self.language)
        if tasks is not None:
            made["tasks_yaml"] = rule_tasks.write_tasks(tasks, self.language)
        return made
