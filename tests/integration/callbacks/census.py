# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts what the controller's own process holds open, for tests."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: census
type: notification
short_description: Counts file descriptors and threads of the controller
description: One line of JSON at the start of each task and at the end, in the file that
  C(CENSUS_FILE) names.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "census"
    CALLBACK_NEEDS_ENABLED = True

    def _count(self) -> None:
        counts = {name: len(list(Path("/proc/self", name).iterdir())) for name in ("fd", "task")}
        with Path(os.environ["CENSUS_FILE"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(counts) + "\n")

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._count()

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._count()
