# SPDX-License-Identifier: GPL-3.0-or-later
"""The request log: what a test asks of it, and what it writes."""

from __future__ import annotations

import io
import json

from winsim.request_log import Entry, RequestLog

HANDSHAKE = Entry("win-1", 401, 200, 150)
PULL = Entry("win-1", 200, 1500, 9000, "Pull", "Win32_Process", user="admin")
GET = Entry("win-2", 500, 1400, 1200, "Get", injected=("quota",))


def test_entries_by_host_and_action() -> None:
    log = RequestLog()
    for entry in (HANDSHAKE, PULL, GET):
        log.add(entry)
    assert log.entries() == [HANDSHAKE, PULL, GET]
    assert log.entries(host="win-1") == [HANDSHAKE, PULL]
    assert log.entries(action="Get") == [GET]
    assert log.entries(host="win-1", action="Get") == []
    assert log.actions() == ["Pull", "Get"]
    log.clear()
    assert log.entries() == []


def test_lines_of_json() -> None:
    file = io.StringIO()
    log = RequestLog(file)
    log.add(GET)
    log.add(Entry("win-1", 200, 1, 2, "Command", "cmd", "echo 日本"))
    first, second = (json.loads(line) for line in file.getvalue().splitlines())
    assert (first["action"], first["injected"]) == ("Get", ["quota"])
    assert second["detail"] == "echo 日本"
