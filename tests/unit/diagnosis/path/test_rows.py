# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of paths as flat rows."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.situation import (
    Try,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.judge import unread
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.rows import (
    port_rows,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.curl import TryOutcome
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    PhraseError,
    Verbatim,
)
from unit.diagnosis.path.test_result import LOCAL, NO_WEB, path, shown
from unit.diagnosis.path.two_pcs import CLIENT, NAME, ROUTER, SERVER, client, follow, named, server
from unit.returned import checked_port, endpoint


def test_a_row_for_each_client_and_port() -> None:
    there = client(
        resolved=named(SERVER),
        rules=[NO_WEB],
        tries={SERVER: Try(TryOutcome.CONNECTED, CLIENT, seen_from=CLIENT)},
    )
    blocked = path(there, LOCAL, program=r"C:\App\client.exe")
    away = unread("office-9", server(), follow()[0].asked, Verbatim("=1+1"))
    first, second = port_rows(shown(blocked, away), host="srv-1")
    assert {key: value for key, value in first.items() if key not in ("causes", "remedies")} == {
        "host": "srv-1",
        "client": "office-7",
        "server": "srv1",
        "address": SERVER,
        "protocol": "tcp",
        "port": 80,
        "name": "http",
        "verdict": "blocked_at_client",
        "hop": "client_firewall",
        "cause_host": "office-7",
        "asked_name": NAME,
        "name_source": "dns_cache",
        "name_addresses": SERVER,
        "client_address": CLIENT,
        "adapter": "Ethernet",
        "next_hop": ROUTER,
        "network": "Office",
        "profile": "private",
        "client_program": r"C:\App\client.exe",
        "client_firewall": "private: blocked",
        "attempt": "connected",
        "attempt_from": CLIENT,
        "seen_from": CLIENT,
        "pid": first["pid"],
        "process": "httpd.exe",
        "service": first["service"],
        "server_firewall": "private: blocked",
        "message": first["message"],
        "remarks": first["remarks"],
    }
    assert "No web" in str(first["causes"])
    assert str(first["remedies"]).startswith("On office-7, ")
    assert (second["client"], second["verdict"], second["process"]) == ("office-9", "unknown", "")
    assert list(first) == list(second)


def test_results_of_the_other_modules_are_taken_too() -> None:
    (checked, _same) = port_rows({"ports": [checked_port()]}, host="pc-1")
    (listed,) = port_rows({"endpoints": [endpoint()]})
    assert (checked["host"], checked["verdict"], listed["process"]) == (
        *("pc-1", "blocked", "httpd.exe"),
    )


def test_something_else_is_refused() -> None:
    with pytest.raises(PhraseError, match=r"port_path: 'ports\[0\].server' is missing"):
        port_rows({"ports": [{"client": "pc-1"}]})
