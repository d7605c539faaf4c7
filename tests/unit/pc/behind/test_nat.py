# SPDX-License-Identifier: GPL-3.0-or-later
"""The mappings of WinNAT, which no table of endpoints shows."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Forward,
    Protocol,
    Snapshot,
    Via,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.behind.nat import with_nat
from unit.conversation import Answer, ScriptedTransport, rows, sample
from unit.firewall.host_answers import no_class

WEB = {
    "Active": 1,
    "ExternalIPAddress": "0.0.0.0",
    "ExternalPort": 8088,
    "InternalIPAddress": "172.28.16.2",
    "InternalPort": 80,
    "NatName": "nat",
    "Protocol": 6,
}
PORT = (Protocol.TCP, 8088)


def read(
    *answers: Answer, ports: frozenset[tuple[Protocol, int]] | None = frozenset({PORT})
) -> tuple[Snapshot, ScriptedTransport]:
    transport = ScriptedTransport(*answers)
    host = Host(transport, "win-1", clock=Clock(sleep=lambda seconds: None))
    found = with_nat(host, Snapshot(), ports)
    assert transport.finished
    return found, transport


def test_the_mappings_of_the_ports_are_read_in_one_request() -> None:
    # A host may list what it was not asked for.
    others = [
        WEB | {"ExternalPort": 8089},
        WEB | {"Protocol": 17},
        WEB | {"Protocol": 1},
        WEB | {"Active": 0, "InternalPort": 81},
        WEB | {"InternalIPAddress": "$(calc)"},
        WEB | {"InternalIPAddress": None},
    ]
    found, transport = read(rows(WEB, *others))
    assert found.forwards == (
        Forward(Via.NAT, Protocol.TCP, "0.0.0.0", 8088, "172.28.16.2", 80, "nat"),
    )
    assert len(transport.sent) == 1
    assert b"FROM MSFT_NetNatStaticMapping WHERE ExternalPort=8088<" in transport.sent[0]
    udp, _transport = read(rows(WEB, WEB | {"Protocol": 17}), ports=None)
    assert [each.protocol for each in udp.forwards] == [Protocol.TCP, Protocol.UDP]


def test_no_port_costs_no_request() -> None:
    assert read(ports=frozenset())[0] == Snapshot()


def test_a_host_without_the_class_has_no_mappings_and_another_error_is_noted() -> None:
    assert read(no_class())[0] == Snapshot()
    found, _transport = read(sample("wsman_faults/winrb_wmi_error_v2.xml"))
    assert (found.forwards, len(found.notes)) == ((), 1)
    with pytest.raises(HostError) as caught:
        read(*[TransportError(Failure.REFUSED)] * 3)
    assert caught.value.unreachable
