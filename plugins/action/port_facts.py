# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""port_facts: takes arguments, reads a Snapshot, returns facts."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import arguments
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.result import FactsResult
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Value
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import HostAction
from ansible_collections.portkeeper.windows.plugins.plugin_utils.readings import (
    facts,
    of_firewall,
)


class ActionModule(HostAction):
    """The action behind the module port_facts."""

    ARGUMENTS = arguments.PORT_FACTS

    def prepare(self, given: dict[str, Any]) -> facts.FactsOptions:
        return facts.options_of(given)

    def work(self, host: Host, wanted: facts.FactsOptions) -> FactsResult[Value]:
        gathered = of_firewall.look(host, wanted)
        made = facts.result(gathered, wanted)
        nothing = facts.nothing_found(host, wanted, gathered.taken)
        if nothing is not None:
            made["msg"] = nothing
        return made
