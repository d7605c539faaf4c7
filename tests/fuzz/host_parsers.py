# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes facts, diagnoses and plans of a host's answers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortSet
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import reading
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.result import report
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.sources import (
    wanted_sources,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.wanted import (
    wanted_ports,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import changes
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging import (
    reading as firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import stores
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach import (
    exposure,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import Transport
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import result as facts
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import snapshot
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping import result as stopping
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Means,
    StopRequest,
    StopTask,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.reading import survey
from ansible_collections.portkeeper.windows.plugins.module_utils.verification import (
    reading as verification,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification import result
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording import (
    document,
    envelopes,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording.recording import (
    Message,
    Recording,
    RecordingTransport,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import LANGUAGES
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents import remedies
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken
from fuzz import messages
from fuzz.hostile_host import HostileTransport, Row, hosts
from fuzz.parser import Grow, Parser


def _host(transport: Transport) -> Host:
    return Host(transport, "pc", clock=Clock(sleep=lambda _seconds: None, monotonic=lambda: 0.0))


def _facts(transport: HostileTransport) -> None:
    everything = snapshot.SnapshotRequest(
        states=None, users=True, command_lines=True, parents=True, families=True, reserved=True,
        dynamic=True, http_urls=True, connections=PortSet.of([5985]), addresses=True, adapters=True,
        routes=True,
    )  # fmt: skip
    host = _host(transport)
    taken, printed = snapshot.take_with(host, everything, (firewall.PROGRAM,))
    judged = None
    if firewall.PROGRAM in printed:
        found = firewall.read(host, printed[firewall.PROGRAM])
        found = found.with_addresses(taken.addresses, taken.adapters)
        judged = exposure.judged(taken, found)
    facts.facts(taken, judged)


def _guarded(transport: HostileTransport) -> None:
    shut = [
        changes.wish({"name": "b", "action": "block", "ports": "5985,80", **each}, present=True)
        for each in ({}, {"remote_addresses": "LocalSubnet"})
    ]
    with suppress(changes.ChangeError):
        changes.make(_host(transport), shut, check=True)


def _check(transport: HostileTransport, *, others: Sequence[str] = ()) -> None:
    wanted, sources = wanted_ports([80, "81"], None, (), free=False), wanted_sources(others)
    found = reading.read(_host(transport), wanted, from_there=sources)
    result = report(found.situation, diagnose(found.situation, wanted, sources), None)
    for language in LANGUAGES:
        spoken(result | {"ports": remedies.written(result["ports"], language)}, language)


def _check_from_elsewhere(transport: HostileTransport) -> None:
    _check(transport, others=("10.0.0.0/8", "fe80::7"))


def _survey(transport: HostileTransport) -> None:
    request = StopRequest(Means.AUTO, expected_service=("a",), connections=True)
    ports = {Protocol.TCP: PortSet.of([80, 81])}
    found = survey(_host(transport), ports, request)
    task = StopTask(ports, request)
    stopping.planned(task, found)
    if not found.plan.refusals:
        stopping.diff(task, found)


def _verify(transport: HostileTransport) -> None:
    recording = Recording()
    try:
        evidence = verification.read(_host(RecordingTransport(transport, recording)))
        result.report(evidence, result.all_comparisons(evidence))
    finally:
        _redact(recording.messages)


def _redact(recorded: Sequence[Message]) -> None:
    known = envelopes.Known(hosts=("pc-01",), users=(r"EXAMPLE\admin",))
    redacted, _redactor = envelopes.redact(recorded, known)
    assert "".join(document.lines(redacted, complete=True, system="")).isascii()


def _recorded(answer: bytes) -> list[Message]:
    return [Message(b"<Envelope><Body/></Envelope>", answer)]


def _endpoint(pid: int, port: int = 80) -> Row:
    return {"LocalAddress": "::", "LocalPort": str(port), "OwningProcess": str(pid), "State": "2"}


def _host_with(table: str, rows: Sequence[Row]) -> HostileTransport:
    return HostileTransport({"MSFT_NetTCPConnection": [_endpoint(8)], table: rows})


def _process(pid: int) -> Row:
    return {"ProcessId": str(pid), "Name": f"p{pid}.exe", "ParentProcessId": "4"}


def _service(number: int, pid: int = 8) -> Row:
    return {"Name": f"s{number}", "State": "Running", "ProcessId": str(pid)}


def _network(number: int) -> Row:
    return {"Name": f"n{number}", "NetworkCategory": "0", "InterfaceIndex": str(number % 9)}


def _address(number: int) -> Row:
    text = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return {"IPAddress": text, "PrefixLength": "31", "InterfaceIndex": str(number % 7)}


def _route(number: int) -> Row:
    destination = f"10.{number >> 8 & 255}.{number & 255}.0/24"
    return {"InstanceID": str(number), "DestinationPrefix": destination, "NextHop": "10.0.0.1",
            "InterfaceIndex": str(number), "Store": "1"}  # fmt: skip


def _rule(number: int) -> str:
    return (
        f"    v{number}    REG_SZ    v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|"
        f"LPort={number % 60_000 + 1}|Name=n{number}|\r\n"
    )


_URLS = "-----\r\nName: x\r\nVersion: 1.0\r\nIDs:\r\n8\r\nURLs:\r\n"

_GROWS: dict[str, Grow] = {
    "endpoints of a process": lambda size: HostileTransport(
        {"MSFT_NetTCPConnection": [_endpoint(8)] * size}
    ),
    "processes at a port": lambda size: HostileTransport(
        {
            "MSFT_NetTCPConnection": [_endpoint(4 * pid) for pid in range(size)],
            "Win32_Process": [_process(4 * pid) for pid in range(size)],
        }
    ),
    "services of a process": lambda size: _host_with(
        "Win32_Service", [_service(number) for number in range(size)]
    ),
    "networks": lambda size: _host_with(
        "MSFT_NetConnectionProfile",
        [{"Name": f"n{number}", "NetworkCategory": "0"} for number in range(size)],
    ),
    "addresses": lambda size: HostileTransport(
        {
            "MSFT_NetTCPConnection": [_endpoint(8)],
            "MSFT_NetConnectionProfile": [_network(number) for number in range(size)],
            "MSFT_NetIPAddress": [_address(number) for number in range(size)],
        }
    ),
    "networks with routes": lambda size: HostileTransport(
        {
            "MSFT_NetTCPConnection": [_endpoint(8)],
            "MSFT_NetConnectionProfile": [
                {**_network(number), "InterfaceIndex": str(number)} for number in range(size)
            ],
            "MSFT_NetRoute": [_route(number) for number in range(size)],
        }
    ),
    "firewalls of other makers": lambda size: _host_with(
        "FirewallProduct", [{"displayName": f"f{number}"} for number in range(size)]
    ),
    "URLs": lambda size: HostileTransport(
        {"MSFT_NetTCPConnection": [_endpoint(4)]},
        {"servicestate": _URLS + "".join(f"HTTP://+:80/{n}/\r\n" for n in range(size))},
    ),
    "reserved ranges": lambda size: HostileTransport(
        {"MSFT_NetTCPConnection": [_endpoint(4)]},
        {"excludedportrange": "-----\r\n" + "  80  80\r\n" * size},
    ),
    "rules": lambda size: HostileTransport(
        {
            "MSFT_NetTCPConnection": [_endpoint(8)],
            "MSFT_NetConnectionProfile": [{"Name": "n", "NetworkCategory": "0"}],
        },
        {
            "reg.exe": f"{stores.LOCAL_POLICY_KEY}\\FirewallRules\r\n"
            + "".join(map(_rule, range(size)))
        },
    ),
    "values that are no rules": lambda size: HostileTransport(
        {"MSFT_NetTCPConnection": [_endpoint(8)]},
        {
            "reg.exe": f"{stores.LOCAL_POLICY_KEY}\\FirewallRules\r\n"
            + "".join(f"    v{number}    REG_SZ    x\r\n" for number in range(size))
        },
    ),
}

_READING = (
    *(
        "module_utils/pc/snapshot",
        "module_utils/pc/endpoints",
        "module_utils/pc/networks",
        "module_utils/pc/printed",
        "module_utils/host/host",
        "module_utils/pc/result",
    ),
    *(
        "module_utils/host/session",
        "module_utils/firewall/judging/reading",
        "module_utils/firewall/reach/exposure",
    ),
    *("module_utils/firewall/judging/traffic", "module_utils/firewall/judging/matching"),
    *("module_utils/firewall/policy/environment", "module_utils/firewall/judging/securing"),
    "module_utils/firewall/networks/joining",
    *("module_utils/firewall/judging/verdict", "module_utils/firewall/judging/decision"),
)

_VERIFICATION = "module_utils/verification/{}"
_RECORDING = "module_utils/verification/recording/{}"
_DIAGNOSIS = "module_utils/diagnosis/{}"

HOST = (
    Parser("a host: facts", _READING, _facts, hosts(), (HostError,), _GROWS),
    Parser(
        "a host: what shuts WinRM",
        ("module_utils/firewall/changing/winrm_guard", "module_utils/firewall/judging/winrm_rules"),
        _guarded, hosts(), (HostError,), _GROWS,
    ),
    Parser(
        "a host: diagnoses",
        (
            *map(_DIAGNOSIS.format, ("reading", "judge", "causes/held/listening", "result")),
            *map(_DIAGNOSIS.format, ("causes/near_misses", "causes/openings", "causes/rule_book")),
            *map(_DIAGNOSIS.format, ("causes/model", "causes/permission")),
            *("module_utils/words/phrases", "module_utils/pc/behind/destinations"),
            "module_utils/ground/templates",
        ),
        _check, hosts(), (HostError,), _GROWS,
    ),
    Parser(
        "a host: diagnoses from elsewhere",
        tuple(map(_DIAGNOSIS.format, ("sources", "causes/source"))),
        _check_from_elsewhere, hosts(), (HostError,), _GROWS,
    ),
    Parser(
        "a host: plans to stop",
        (
            *("module_utils/stopping/reading", "module_utils/stopping/choosing/plan"),
            *("module_utils/pc/holders", "module_utils/pc/launchers"),
        ),
        _survey, hosts(), (HostError,), _GROWS,
    ),
    Parser(
        "a host: verification",
        (
            *map(_VERIFICATION.format, ("reading", "endpoint_checks", "firewall_checks", "network_checks")),
            *map(_VERIFICATION.format, ("comparison", "result", "recording/recording", "recording/document")),
        ),
        _verify, hosts(messages.CLASSES, 2), (HostError,), _GROWS,
    ),
    Parser(
        "recordings",
        tuple(
            map(_RECORDING.format, ("envelopes", "redaction", "forms", "names", "pseudonyms"))
        ),
        lambda pair: _redact(_recorded(pair[0])),
        messages.answers("PullResponse", "ReceiveResponse", "Fault"),
        grows={
            "instances": lambda size: (
                messages.envelope("<p:Name>pc-01</p:Name><p:User>a</p:User>" * size),
            ),
            "users": lambda size: (
                messages.envelope("".join(f"<p:User>user{n}</p:User>" for n in range(size))),
            ),
        },
    ),
)  # fmt: skip
