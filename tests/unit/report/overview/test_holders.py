# SPDX-License-Identifier: GPL-3.0-or-later
"""Who listens, over all PCs."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import (
    Host,
    Listener,
    State,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.report.overview.holders import (
    by_port,
    by_process,
)


def host(*listeners: Listener) -> Host:
    return Host("pc", None, State.READY, listeners=listeners)


def listener(port: int, process: str | None, *services: str, dynamic: bool = False) -> Listener:
    return Listener("tcp", ("::",), port, None, 4, process, services, dynamic=dynamic)


HOSTS = [
    host(listener(8080, "java.exe"), listener(8081, "java.exe"), listener(50000, "lsass.exe", dynamic=True)),
    host(listener(8080, "Java.EXE"), listener(50001, "lsass.exe", dynamic=True)),
    host(listener(8080, "svchost.exe", "W3SVC"), listener(50009, "lsass.exe", dynamic=True)),
    Host("off", None, State.UNREACHABLE),
    host(listener(9, None)),
]  # fmt: skip


def test_a_process_is_counted_once_for_each_pc() -> None:
    found = [(each.name, each.hosts, each.ports) for each in by_process(HOSTS)]
    assert found == [
        ("java.exe", (0, 1), (("tcp", 8080), ("tcp", 8081))),
        ("svchost.exe", (2,), (("tcp", 8080),)),
        ("lsass.exe", (0, 1, 2), ()),
    ]


def test_a_port_has_its_pcs_and_holders_but_not_if_windows_chose_it() -> None:
    found = [(each.port, each.hosts, each.holders) for each in by_port(HOSTS)]
    assert found == [
        (("tcp", 8080), (0, 1, 2), ("java.exe", "Java.EXE", "W3SVC")),
        (("tcp", 8081), (0,), ("java.exe",)),
        (("tcp", 9), (4,), ("-",)),
    ]
