# SPDX-License-Identifier: GPL-3.0-or-later
"""An action that reads several hosts in one task, for tests."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    LANGUAGE,
    ArgumentSpec,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import netstat, running
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.plugin_utils.action import HostAction
from ansible_collections.portkeeper.windows.plugins.plugin_utils.other_hosts import OtherHosts


class ActionModule(HostAction):
    """Reads the names that computers have, the task's own before and after each of the others.

    Options: `others` are hosts of the inventory; `at_once` reads them in threads; `rest` waits so
    many seconds while the first is open; `unchecked` opens them without a check.
    """

    ARGUMENTS: ClassVar[ArgumentSpec] = {
        **LANGUAGE,
        "others": {"type": "list", "elements": "str", "required": True},
        "at_once": {"type": "bool", "default": False},
        "unchecked": {"type": "bool", "default": False},
        "rest": {"type": "float", "default": 0.0},
    }

    def prepare(self, given: dict[str, Any]) -> dict[str, Any]:
        return given

    def perform(self, wanted: dict[str, Any], task_vars: Mapping[str, Any]) -> Mapping[str, Any]:
        self._others = OtherHosts(self, task_vars)
        if not wanted["unchecked"]:
            for name in wanted["others"]:
                self._others.check(name)
        return super().perform(wanted, task_vars)

    def work(self, host: Host, wanted: dict[str, Any]) -> dict[str, Any]:
        own = [computer(host)]
        if wanted["at_once"]:
            with ThreadPoolExecutor(max_workers=8) as pool:
                seen = list(pool.map(self._read, wanted["others"]))
        else:
            seen = []
            for name in wanted["others"]:
                seen.append(self._read(name, wanted["rest"]))
                own.append(computer(host))
        return {
            "changed": False,
            "own": own,
            "seen": dict(zip(wanted["others"], seen, strict=True)),
        }

    def _read(self, name: str, rest: float = 0.0) -> list[str]:
        with self._others.open(name) as other:
            time.sleep(rest)
            return [computer(other), other.url]


def computer(host: Host) -> str:
    """The name that a computer has. A program runs there besides, in a shell."""
    running.run(host, [netstat.NETSTAT], Phrase("do.read_netstat"))
    (system,) = host.enumerate(classes.OPERATING_SYSTEM)
    return str(system.values["CSName"])
