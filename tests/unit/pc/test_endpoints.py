# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that are read beside the endpoints that are asked for."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortSet
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Protocol,
    TcpState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.endpoints import (
    EndpointFilter,
    read_endpoints,
)
from unit.conversation import ScriptedTransport, rows

WINRM = PortSet.of([5985])
LISTENER = {"LocalAddress": "::", "LocalPort": 80, "OwningProcess": 4, "State": 2,
            "RemoteAddress": "::", "RemotePort": 0}  # fmt: skip
OF_WINRM = {"LocalAddress": "10.0.0.5", "LocalPort": 5985, "OwningProcess": 4, "State": 5,
            "RemoteAddress": "10.0.0.9", "RemotePort": 50000}  # fmt: skip
#: A host may ignore the conditions of a query.
OTHERS = [
    OF_WINRM | {"State": 8},
    OF_WINRM | {"LocalPort": 80},
    LISTENER | {"LocalPort": 81},
]


def asked(**wanted: object) -> tuple[list[tuple[int, object]], list[tuple[int, object]], str]:
    """Port and remote address of the endpoints and of the connections, and the query."""
    transport = ScriptedTransport(rows(LISTENER, OF_WINRM, *OTHERS), shell_id="S")
    tcp = frozenset({Protocol.TCP})
    given = {"protocols": tcp} | wanted
    found = read_endpoints(Host(transport, "win-1"), EndpointFilter(**given))  # type: ignore[arg-type]
    shown = [
        [(each.port, each.remote and each.remote.text) for each in group]
        for group in (found.endpoints, found.connections)
    ]
    query = transport.sent[0].decode().partition("WHERE ")[2].partition("<")[0]
    return shown[0], shown[1], query.replace("&gt;", ">").replace("&lt;", "<")


def test_connections_are_read_with_the_listeners_in_one_query() -> None:
    listeners, connections, query = asked(ports=PortSet.of([80, 5985]), connections=WINRM)
    assert listeners == [(80, None)]
    assert connections == [(5985, "10.0.0.9")]
    assert (
        query == "(((LocalPort=80 OR LocalPort=5985) AND State=2) OR (State=5 AND LocalPort=5985))"
    )


def test_without_a_wish_there_are_none() -> None:
    listeners, connections, query = asked(ports=PortSet.of([80]))
    assert (connections, query) == ([], "(LocalPort=80 AND State=2)")
    assert listeners == [(80, None)]


def test_all_states_include_the_connections() -> None:
    endpoints, connections, query = asked(states=None, connections=WINRM)
    assert query == ""
    assert len(endpoints) == 5
    assert connections == [(5985, "10.0.0.9")]


def test_connections_alone_do_not_ask_for_other_endpoints_of_tcp() -> None:
    transport = ScriptedTransport(rows(OF_WINRM, LISTENER), rows(), shell_id="S")
    wanted = EndpointFilter(
        PortSet.of([53]), frozenset({Protocol.UDP}), frozenset({TcpState.LISTEN}), connections=WINRM
    )
    found = read_endpoints(Host(transport, "win-1"), wanted)
    assert found.endpoints == ()
    assert [each.remote_port for each in found.connections] == [50000]
    assert b"WHERE (State=5 AND LocalPort=5985)" in transport.sent[0]
