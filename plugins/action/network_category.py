# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""network_category: takes arguments, sets the category of a network, returns the result."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import arguments
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.category import (
    result as results,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.category import (
    run,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.result import TaskResult
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Value
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import (
    HostAction,
    UserError,
)

CATEGORIES = {"private": Profile.PRIVATE, "public": Profile.PUBLIC}
MAX_SECONDS = 600.0


class ActionModule(HostAction):
    """The action behind the module network_category."""

    ARGUMENTS = arguments.NETWORK_CATEGORY

    def prepare(self, given: dict[str, Any]) -> run.WantedCategory:
        for option in ("name", "interface"):
            if given[option] is not None and not given[option].strip():
                raise UserError("argument.empty_name", option=option)
        if given["name"] is None and given["interface"] is None:
            raise UserError("argument.no_network")
        if not 0 <= given["timeout"] <= MAX_SECONDS:
            raise UserError("argument.seconds", option="timeout", most=f"{MAX_SECONDS:g}")
        return run.WantedCategory(
            CATEGORIES[given["category"]],
            given["name"],
            given["interface"],
            force=given["force"],
            timeout=given["timeout"],
        )

    def waits(self, wanted: run.WantedCategory) -> float:
        return wanted.timeout

    def work(
        self, host: Host, wanted: run.WantedCategory
    ) -> results.CategoryResult[Value] | TaskResult[Value]:
        try:
            done = run.make(host, wanted, check=bool(self._task.check_mode))
        except ChangeError as error:
            return results.failed(error)
        result = results.result(done)
        if self._task.diff and done.plan.changes:
            result["diff"] = results.diff(done)
        warnings = results.warnings(done)
        if warnings:
            result["warnings"] = warnings
        return result
