# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a host for diagnoses: little, and once for all ports."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import reading
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Admission,
    Verdict,
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.sources import (
    wanted_sources,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    LOCAL_POLICY_KEY,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import netsh
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.conversation import Answer, ScriptedTransport, rows, sample
from unit.firewall.host_answers import no_class, program
from unit.pc.test_snapshot import APACHE, APACHE_SERVICE, HTTPD, printed

WEB = [WantedPort(Protocol.TCP, 80)]
RULE = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=Web|"
REGISTRY = f"{LOCAL_POLICY_KEY}\\FirewallRules\r\n    web    REG_SZ    {RULE}\r\n\r\n"
NETWORK = {"InstanceID": "{5a1b2c3d-0000-0000-0000-00000000000a}", "Name": "Office",
           "NetworkCategory": 1, "InterfaceIndex": 12}  # fmt: skip
ADDRESS = {"IPAddress": "192.0.2.1", "PrefixLength": 24, "InterfaceIndex": 12, "AddressState": 4}
RUNNING: list[dict[str, object]] = [
    {"Name": name, "State": "Running", "StartMode": "Auto"} for name in ("BFE", "MpsSvc")
]
NO_RANGES = "\r\nStart Port    End Port\r\n----------    --------\r\n\r\n"
# What is printed before the rules: the excluded ranges, and no port proxies.
RANGES = [*[NO_RANGES] * len(netsh.EXCLUDED_PORT_RANGES), ""]


def read(
    wanted: Sequence[WantedPort], *answers: Answer, from_there: Sequence[str] = ()
) -> tuple[reading.Reading, ScriptedTransport]:
    transport = ScriptedTransport(*answers, shell_id="S")
    pc = Host(transport, "win-1", clock=Clock(sleep=lambda seconds: None))
    found = reading.read(pc, wanted, from_there=wanted_sources(from_there))
    assert transport.finished
    return found, transport


def test_one_command_line_for_all_programs() -> None:
    found, transport = read(
        WEB,
        rows(APACHE),
        rows(ADDRESS),
        *program(printed(*RANGES, REGISTRY)),
        rows(HTTPD),
        rows(APACHE_SERVICE, *RUNNING),
        rows(NETWORK),
        no_class(),
        rows(),
    )
    assert len(transport.sent) == 10
    assert transport.actions.count("Command") == 1
    # When a port was opened tells whether its process has only got the PID of another.
    assert b"CreationTime" in transport.sent[0]
    assert found.notes == ()
    (network,) = found.situation.networks
    assert network.profile is Profile.PRIVATE
    assert (network.addresses, network.subnets) == (("192.0.2.1",), ("192.0.2.0/24",))
    (diagnosis,) = diagnose(found.situation, WEB)
    assert diagnosis.verdict is Verdict.REACHABLE
    assert diagnosis.evidence.firewall[0].verdict.decision.rule_name == "Web"


def test_routes_are_read_if_traffic_may_come_by_several_networks() -> None:
    other = NETWORK | {"Name": "Lab", "NetworkCategory": 0, "InterfaceIndex": 13}
    beside = ADDRESS | {"IPAddress": "198.51.100.1", "InterfaceIndex": 13}
    route = {"DestinationPrefix": "0.0.0.0/0", "InterfaceIndex": 13, "NextHop": "198.51.100.9"}

    def asked(*answers: Answer, source: str) -> tuple[reading.Reading, int]:
        found, transport = read(
            WEB,
            rows(APACHE),
            rows(ADDRESS, beside),
            *program(printed(*RANGES, REGISTRY)),
            rows(HTTPD),
            rows(APACHE_SERVICE, *RUNNING),
            rows(NETWORK, other),
            rows(),
            *answers,
            from_there=[source],
        )
        return found, len(transport.sent)

    near, requests = asked(source="198.51.100.7")
    assert near.situation.snapshot.routes == ()
    far, more = asked(rows(route), source="203.0.113.7")
    assert more == requests + 1
    assert [each.interface for each in far.situation.snapshot.routes] == [13]
    # A host that can't tell them is no error.
    unknown, _more = asked(sample("wsman_faults/winrb_wmi_error_v2.xml"), source="203.0.113.7")
    assert unknown.situation.snapshot.routes == ()
    assert "routes" in render(unknown.notes[-1], "en")
    ((found,),) = (
        each.sources for each in diagnose(unknown.situation, WEB, wanted_sources(["203.0.113.7"]))
    )
    assert found.state is Admission.ALLOWED


def test_a_port_that_should_be_free_needs_no_firewall() -> None:
    free = [WantedPort(Protocol.TCP, 80, free=True)]
    found, transport = read(
        free,
        rows(APACHE),
        *program(printed(*RANGES)),
        rows(HTTPD),
        rows(APACHE_SERVICE),
        rows(APACHE, APACHE | {"LocalPort": 443}),
        rows(),
    )
    assert len(transport.sent) == 8
    assert found.situation.firewall is None
    (diagnosis,) = diagnose(found.situation, free)
    assert diagnosis.verdict is Verdict.IN_USE_BY_OTHER
    # Whoever stops the service has to know what else it serves.
    assert "443/tcp" in render(diagnosis.summary, "en")


def test_a_firewall_that_is_stopped() -> None:
    stopped = [RUNNING[0], RUNNING[1] | {"State": "Stopped", "StartMode": "Disabled"}]
    found, _transport = read(
        WEB,
        rows(),
        rows(),
        *program(printed(*RANGES, REGISTRY)),
        no_class(),
        rows(NETWORK),
        rows(),
        rows(*stopped),
    )
    assert found.situation.stopped == ("MpsSvc",)


def test_where_programs_can_not_be_run_there_is_still_something_to_say() -> None:
    refused = sample("wsman_faults/winrb_wmi_error_v2.xml")
    found, _transport = read(WEB, rows(APACHE), rows(), refused, rows(HTTPD), rows(APACHE_SERVICE))
    assert len(found.notes) == 1
    assert found.situation.firewall is None
    (diagnosis,) = diagnose(found.situation, WEB)
    assert [cause.kind.value for cause in diagnosis.causes] == ["firewall_unknown"]
    assert diagnosis.evidence.listeners


def test_where_the_services_of_the_firewall_can_not_be_read() -> None:
    denied = sample("wsman_faults/winrb_wmi_error_v2.xml")
    found, _transport = read(
        WEB,
        rows(),
        rows(),
        *program(printed(*RANGES, REGISTRY)),
        rows(),
        rows(NETWORK),
        rows(),
        denied,
    )
    assert found.situation.firewall is None
    assert "Win32_Service" in render(found.notes[-1], "en")


def test_a_host_that_is_gone_is_an_error() -> None:
    with pytest.raises(HostError) as caught:
        read(
            WEB,
            rows(),
            rows(),
            *program(printed(*RANGES, REGISTRY)),
            *[TransportError(Failure.REFUSED)] * 3,
        )
    assert caught.value.unreachable
