# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a host for a Snapshot, and what is made of the answers."""

from __future__ import annotations

import base64
import re

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import parse_ports
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Process,
    Protocol,
    Scope,
    TcpState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Host, HostError
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.processes import (
    MAX_CONDITIONS,
    MAX_GENERATIONS,
    find_services,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs import netsh
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.snapshot import (
    SnapshotRequest,
    take,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import wql
from unit.conversation import Answer, ScriptedTransport, answer, rows, sample
from unit.pc.programs.http_sys_texts import ONE_QUEUE
from unit.rows import each_row

TCP_ONLY = frozenset({Protocol.TCP})
UNKNOWN_CLASS = "wsman_faults/winrb_soap_fault_v2.xml"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"

APACHE = {"LocalAddress": "0.0.0.0", "LocalPort": 80, "OwningProcess": 4312}
HTTPD = {
    "ProcessId": 4312,
    "Name": "httpd.exe",
    "ExecutablePath": r"C:\Apache24\bin\httpd.exe",
    "ParentProcessId": 700,
    "SessionId": 0,
    "CreationDate": "<Datetime>2026-04-01T00:12:08.73517Z</Datetime>",
}
APACHE_SERVICE = {
    "Name": "Apache2.4",
    "DisplayName": "Apache2.4",
    "State": "Running",
    "StartMode": "Auto",
    "ProcessId": 4312,
    "StartName": "LocalSystem",
    "PathName": None,
}


def taken(wanted: SnapshotRequest, *answers: Answer, shell_id: str | None = "S"):  # type: ignore[no-untyped-def]
    transport = ScriptedTransport(*answers, shell_id=shell_id)
    snapshot = take(Host(transport, "win-1"), wanted)
    assert transport.finished
    return snapshot, transport


def queries(transport: ScriptedTransport) -> list[str]:
    found = []
    for request in transport.sent:
        match = re.search(rb"<w:Filter[^>]*>([^<]*)<", request)
        if match:
            text = match[1].decode()
            found.append(text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"'))
    return found


def program(output: str) -> tuple[bytes, bytes, bytes]:
    """The three answers to one command in a shell."""
    text = base64.b64encode(output.encode()).decode()
    return (
        answer(
            f"{SHELL}/CommandResponse",
            "<rsp:CommandResponse><rsp:CommandId>C</rsp:CommandId></rsp:CommandResponse>",
        ),
        answer(
            f"{SHELL}/ReceiveResponse",
            f'<rsp:ReceiveResponse><rsp:Stream Name="stdout" CommandId="C">{text}</rsp:Stream>'
            f'<rsp:CommandState CommandId="C" State="{SHELL}/CommandState/Done">'
            "<rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState></rsp:ReceiveResponse>",
        ),
        answer(f"{SHELL}/SignalResponse", "<rsp:SignalResponse/>"),
    )


def printed(*texts: str) -> str:
    """Outputs of several programs as `commands.compose` has them printed."""
    return "".join(
        f"{text}\r\nportkeeper-end-of-output-{number} \r\n"
        for number, text in enumerate(texts, start=1)
    )


def test_listeners_with_their_processes_and_services() -> None:
    snapshot, transport = taken(
        SnapshotRequest(), rows(APACHE), rows(), rows(HTTPD), rows(APACHE_SERVICE)
    )  # fmt: skip
    (endpoint,) = snapshot.endpoints
    assert (endpoint.protocol, endpoint.port, endpoint.pid) == (Protocol.TCP, 80, 4312)
    assert endpoint.state is TcpState.LISTEN
    assert endpoint.local.scope is Scope.ALL
    process = snapshot.processes[4312]
    assert (process.name, process.user) == ("httpd.exe", "NT AUTHORITY\\SYSTEM")
    assert process.created is not None
    assert process.created.isoformat() == "2026-04-01T00:12:08.735170+00:00"
    assert [service.name for service in snapshot.services[4312]] == ["Apache2.4"]
    assert queries(transport) == [
        "SELECT LocalAddress,LocalPort,OwningProcess FROM MSFT_NetTCPConnection WHERE State=2",
        "SELECT LocalAddress,LocalPort,OwningProcess FROM MSFT_NetUDPEndpoint",
        "SELECT ProcessId,Name,ExecutablePath,ParentProcessId,SessionId,CreationDate"
        " FROM Win32_Process WHERE ProcessId=4312",
        "SELECT Name,DisplayName,State,StartMode,ProcessId,StartName,PathName,AcceptStop"
        " FROM Win32_Service WHERE ProcessId=4312",
    ]


def test_of_owners_their_names_alone() -> None:
    process = {"ProcessId": 4312, "Name": "httpd.exe"}
    service = {"Name": "Apache2.4", "State": "Running", "ProcessId": 4312}
    wanted = SnapshotRequest(names_only=True)
    snapshot, transport = taken(wanted, rows(APACHE), rows(), rows(process), rows(service))
    assert snapshot.processes == {4312: Process(4312, "httpd.exe")}
    assert [each.name for each in snapshot.services[4312]] == ["Apache2.4"]
    assert queries(transport)[2:] == [
        "SELECT ProcessId,Name FROM Win32_Process WHERE ProcessId=4312",
        "SELECT Name,State,ProcessId FROM Win32_Service WHERE ProcessId=4312",
    ]


def test_the_order_in_which_a_host_lists_endpoints_does_not_matter() -> None:
    ports = [APACHE | {"LocalPort": port, "OwningProcess": 8} for port in (8080, 180)]
    shared = [APACHE | {"LocalPort": 5353, "OwningProcess": pid} for pid in (6120, 1952)]
    wanted = SnapshotRequest(processes=False, services=False)
    first, _transport = taken(wanted, rows(*ports), rows(*shared))
    second, _transport = taken(wanted, rows(*ports[::-1]), rows(*shared[::-1]))
    assert first == second
    assert [(each.port, each.pid) for each in first.endpoints] == [
        (180, 8), (8080, 8), (5353, 1952), (5353, 6120),
    ]  # fmt: skip


def test_only_the_ports_asked_for() -> None:
    # A host that answers with more than it was asked for is not believed: 80 is not 8080.
    more = [APACHE | {"LocalPort": port, "OwningProcess": 8} for port in (8080, 180, 800)]
    snapshot, transport = taken(
        SnapshotRequest(
            ports=parse_ports("80,8000-8010"),
            protocols=TCP_ONLY,
            processes=False,
            services=False,
        ),
        rows(APACHE, *more),
    )
    assert [endpoint.port for endpoint in snapshot.endpoints] == [80]
    assert queries(transport) == [
        "SELECT LocalAddress,LocalPort,OwningProcess FROM MSFT_NetTCPConnection"
        " WHERE ((LocalPort=80 OR (LocalPort>=8000 AND LocalPort<=8010)) AND State=2)"
    ]


def test_many_ports_are_sorted_out_on_the_controller() -> None:
    ports = parse_ports(list(range(2, 2 * MAX_CONDITIONS + 4, 2)))
    snapshot, transport = taken(
        SnapshotRequest(ports=ports, protocols=TCP_ONLY), rows(APACHE | {"LocalPort": 3})
    )
    assert snapshot.endpoints == ()
    assert "LocalPort" not in queries(transport)[0].partition("WHERE")[2]


def test_nothing_found_asks_for_no_owners() -> None:
    _snapshot, transport = taken(SnapshotRequest(ports=parse_ports(81)), rows(), rows())
    assert transport.actions == ["Enumerate", "Enumerate"]


def test_a_process_that_has_ended_leaves_its_endpoint() -> None:
    gone = rows()  # when the endpoints are read once more
    snapshot, transport = taken(
        SnapshotRequest(protocols=TCP_ONLY), rows(APACHE), rows(), gone, rows()
    )
    assert snapshot.endpoints[0].pid == 4312
    assert snapshot.processes == snapshot.orphans == {}
    assert queries(transport)[2] == (
        "SELECT LocalPort,OwningProcess,CreationTime FROM MSFT_NetTCPConnection WHERE LocalPort=80"
    )


def child(pid: int, parent: int, name: str = "node.exe", seconds: int = 30) -> dict[str, object]:
    created = f"<Datetime>2026-04-01T00:12:{seconds}.0Z</Datetime>"
    return {"ProcessId": pid, "ParentProcessId": parent, "Name": name, "CreationDate": created}


def test_a_socket_that_outlives_its_process_and_who_may_have_it() -> None:
    """Public reports: Icinga/icinga2 #3269, oven-sh/bun #36936, thedotmack/claude-mem #3482."""
    still = APACHE | {"CreationTime": "<Datetime>2026-04-01T00:12:25.0Z</Datetime>"}
    snapshot, transport = taken(
        SnapshotRequest(protocols=TCP_ONLY, services=False),
        rows(APACHE),
        rows(),
        rows(still),
        # One of another process that had the PID before, one of Windows, and one that has the
        # socket; then what that one has started.
        rows(child(8, 4312, seconds=10), child(12, 4312, "conhost.exe"), child(16, 4312)),
        rows(child(20, 16, "worker.exe", seconds=40)),
        rows(),
    )
    (orphan,) = snapshot.orphans.values()
    assert (orphan.pid, [each.pid for each in orphan.heirs]) == (4312, [16, 20])
    assert set(snapshot.processes) == {16, 20}
    assert "WHERE ParentProcessId=4312" in queries(transport)[3]


@pytest.mark.parametrize("ports", [(0,), (0, 80)])
def test_a_host_that_tells_a_port_0_is_read(ports: tuple[int, ...]) -> None:
    told = rows(*(APACHE | {"LocalPort": port} for port in ports))
    nothing = rows()
    snapshot, _transport = taken(
        SnapshotRequest(protocols=TCP_ONLY), told, *[nothing] * (1 if ports == (0,) else 2), nothing
    )
    assert [each.port for each in snapshot.endpoints] == list(ports)
    assert snapshot.orphans == {}


def test_the_heirs_of_a_socket_are_looked_for_in_so_many_generations() -> None:
    line = [rows(child(pid + 1, pid)) for pid in (4312, 4313, 4314, 4315, 4316)]
    snapshot, _transport = taken(
        SnapshotRequest(protocols=TCP_ONLY, services=False),
        rows(APACHE),
        rows(),
        rows(APACHE),
        *line,
    )
    assert len(snapshot.orphans[4312].heirs) == len(line) == MAX_GENERATIONS


def test_all_services_of_a_shared_process() -> None:
    names = ("Dnscache", "CryptSvc", "LanmanWorkstation")
    services = [APACHE_SERVICE | {"Name": name} for name in names]
    snapshot, _transport = taken(
        SnapshotRequest(protocols=TCP_ONLY), rows(APACHE), rows(HTTPD), rows(*services)
    )
    assert [service.name for service in snapshot.services[4312]] == sorted(names)


def test_connections_with_both_ends() -> None:
    connection = APACHE | {
        "State": 5,
        "RemoteAddress": "fe80::9%12",
        "RemotePort": 80,
        "LocalAddress": "fe80::1%12",
        "LocalPort": 50123,
    }
    wanted = SnapshotRequest(protocols=TCP_ONLY, states=None, processes=False, services=False)
    snapshot, _transport = taken(wanted, rows(connection))
    (endpoint,) = snapshot.endpoints
    assert endpoint.state is TcpState.ESTABLISHED
    assert (str(endpoint.remote), endpoint.remote_port) == ("fe80::9%12", 80)
    assert (endpoint.local.zone, endpoint.local.scope) == ("12", Scope.LINK_LOCAL)


def test_a_remote_port_is_no_local_one() -> None:
    connection = APACHE | {"State": 5, "RemoteAddress": "192.0.2.9", "RemotePort": 80,
                           "LocalPort": 50123}  # fmt: skip
    wanted = SnapshotRequest(ports=parse_ports(80), protocols=TCP_ONLY, states=None)
    snapshot, _transport = taken(wanted, rows(connection))
    assert snapshot.endpoints == ()


NETSTAT_JA = (
    "\r\nアクティブな接続\r\n\r\n"
    "  プロトコル  ローカル アドレス      外部アドレス           状態            PID\r\n"
    "  TCP         0.0.0.0:80             0.0.0.0:0              LISTENING       4312\r\n"
    "  TCP         [::]:8080              [::]:0                 LISTENING       8\r\n"
    "  TCP         192.0.2.5:50123        192.0.2.9:80           ESTABLISHED     8\r\n"
    "  UDP         [fe80::1%12]:1900      *:*                                    12\r\n"
)


def test_a_host_without_the_classes_is_read_by_netstat() -> None:
    snapshot, transport = taken(
        SnapshotRequest(processes=False, services=False),
        sample(UNKNOWN_CLASS), *program(printed(NETSTAT_JA)),
    )  # fmt: skip
    assert snapshot.source == "netstat"
    assert [(e.protocol.value, str(e.local), e.port, e.pid) for e in snapshot.endpoints] == [
        ("tcp", "0.0.0.0", 80, 4312),
        ("tcp", "::", 8080, 8),
        ("udp", "fe80::1%12", 1900, 12),
    ]
    assert transport.actions == ["Enumerate", "Command", "Receive", "Signal"]


def test_netstat_s_other_states_are_not_guessed() -> None:
    wanted = SnapshotRequest(ports=parse_ports(50123), states=None, processes=False, services=False)
    snapshot, _unused = taken(wanted, sample(UNKNOWN_CLASS), *program(printed(NETSTAT_JA)))
    (endpoint,) = snapshot.endpoints
    assert endpoint.state is None
    assert (str(endpoint.remote), endpoint.remote_port) == ("192.0.2.9", 80)


def test_netstat_output_that_is_cut_is_an_error() -> None:
    with pytest.raises(HostError, match=r"win-1.*netstat"):
        taken(SnapshotRequest(), sample(UNKNOWN_CLASS), *program(NETSTAT_JA))


HEADINGS = "".join(NETSTAT_JA.splitlines(keepends=True)[:4])
FAILS = "portkeeper-ended-with-an-error \r\n"


@each_row(
    ("text", "told"),
    [
        ("", "'netstat -nao' printed nothing. Run it on the host"),
        ("\r\n", "'netstat -nao' printed nothing. Run it on the host"),
        (
            "Access is denied.\r\n",
            "printed no table, but this: Access is denied. Run it on the host",
        ),
        (FAILS, "'netstat -nao' printed nothing. Run it on the host"),
        (HEADINGS, "printed no table, but this: アクティブな接続"),
        (NETSTAT_JA + FAILS, "'netstat -nao' ended with an error, so rows may be missing"),
        (
            NETSTAT_JA + "  TCP    0.0.0.0:445    0.0.0.0:0\r\n",
            "TCP 0.0.0.0:445 0.0.0.0:0. Rows may be missing. Run",
        ),
    ],
)
def test_netstat_that_fails_is_an_error_and_no_empty_table(text: str, told: str) -> None:
    with pytest.raises(HostError) as caught:
        taken(
            SnapshotRequest(ports=parse_ports(445), processes=False, services=False),
            sample(UNKNOWN_CLASS), *program(printed(text)),
        )  # fmt: skip
    assert str(caught.value).startswith("Could not read the endpoints on win-1 (http")
    assert told in str(caught.value)


def test_what_netstat_prints_damaged_is_noted() -> None:
    text = printed(NETSTAT_JA.replace("アクティブ", "\ufffd"))
    snapshot, _unused = taken(
        SnapshotRequest(processes=False, services=False),
        sample(UNKNOWN_CLASS), *program(text),
    )  # fmt: skip
    assert len(snapshot.endpoints) == 3
    (note,) = snapshot.notes
    assert "'netstat -nao' printed characters that could not be read" in render(note, "en")


def test_the_process_behind_a_port_of_http_sys() -> None:
    system = APACHE | {"OwningProcess": 4, "LocalPort": 5985}
    snapshot, transport = taken(
        SnapshotRequest(protocols=TCP_ONLY, http_urls=True, services=False),
        rows(system),
        *program(printed(ONE_QUEUE.replace("\n", "\r\n"))),
        rows(HTTPD | {"ProcessId": 1032, "Name": "reports.exe"}),
    )
    assert [(each.url, each.port, each.pids) for each in snapshot.http_urls] == [
        ("HTTP://+:5985/WSMAN/", 5985, (1032,)),
        ("HTTP://+:47001/WSMAN/", 47001, (1032,)),
    ]
    assert snapshot.processes[1032].name == "reports.exe"
    assert "WHERE (ProcessId=4 OR ProcessId=1032)" in queries(transport)[-1]


def test_http_sys_is_asked_only_where_it_holds_something() -> None:
    _snapshot, transport = taken(
        SnapshotRequest(protocols=TCP_ONLY, http_urls=True), rows(APACHE), rows(HTTPD), rows()
    )
    assert "Command" not in transport.actions


def test_what_netsh_can_not_say_is_a_note_not_a_failure() -> None:
    output = printed(*["Zugriff verweigert.\x1b[2J\r\n"] * len(netsh.EXCLUDED_PORT_RANGES))
    snapshot, _transport = taken(
        SnapshotRequest(protocols=TCP_ONLY, reserved=True), rows(APACHE), *program(output),
        rows(HTTPD), rows(),
    )  # fmt: skip
    assert snapshot.reserved == ()
    assert len(snapshot.notes) == len(netsh.EXCLUDED_PORT_RANGES)
    assert all("Zugriff verweigert." in render(note, "en") for note in snapshot.notes)
    assert all("\x1b" not in render(note, "en") for note in snapshot.notes)


def test_the_services_that_started_the_owners_are_read_in_the_same_request() -> None:
    manager = APACHE_SERVICE | {"Name": "Manager", "ProcessId": 700}
    wanted = SnapshotRequest(protocols=TCP_ONLY, identities=True)
    child = HTTPD | {"SessionId": 0}
    snapshot, transport = taken(wanted, rows(APACHE), rows(child), rows(manager))
    assert snapshot.services == {}
    above = snapshot.services_above(4312)
    assert above is not None
    assert [service.name for service in above] == ["Manager"]
    assert queries(transport)[-1].endswith("WHERE (ProcessId=700 OR ProcessId=4312)")
    # One that is a service, or in the session of a user, has an identity of its own.
    service, _transport = taken(wanted, rows(APACHE), rows(child), rows(APACHE_SERVICE, manager))
    users, _transport = taken(wanted, rows(APACHE), rows(HTTPD | {"SessionId": 1}), rows(manager))
    assert (service.services_above(4312), users.services_above(4312)) == ((), ())
    # What no service has started may be the child of a child.
    other, _transport = taken(wanted, rows(APACHE), rows(child), rows())
    assert other.services_above(4312) is None
    assert other.services_above(9) == ()


def test_very_many_owners_are_not_joined_by_those_that_started_them() -> None:
    ports = [APACHE | {"LocalPort": n, "OwningProcess": 4 * n} for n in range(1, 31)]
    processes = [
        HTTPD | {"ProcessId": 4 * n, "ParentProcessId": 4 * n + 1000} for n in range(1, 31)
    ]
    wanted = SnapshotRequest(protocols=TCP_ONLY, identities=True)
    snapshot, transport = taken(wanted, rows(*ports), rows(*processes), rows())
    assert snapshot.parents == {}
    assert queries(transport)[-1].count("ProcessId=") == 30


def test_what_an_ended_process_left_asks_for_no_services() -> None:
    left = APACHE | {"State": 11, "OwningProcess": 0, "RemoteAddress": "192.0.2.9", "RemotePort": 5}
    idle = HTTPD | {"ProcessId": 0, "Name": "System Idle Process"}
    snapshot, _transport = taken(
        SnapshotRequest(protocols=TCP_ONLY, states=None), rows(left), rows(idle)
    )  # fmt: skip
    assert snapshot.services == {}


SHELL_PROCESS = {"ProcessId": 700, "Name": "services.exe", "ParentProcessId": 600}


def test_the_process_that_started_the_owner_and_its_services() -> None:
    manager = APACHE_SERVICE | {"Name": "Manager", "ProcessId": 700}
    snapshot, transport = taken(
        SnapshotRequest(protocols=TCP_ONLY, parents=True),
        rows(APACHE), rows(HTTPD), rows(SHELL_PROCESS), rows(APACHE_SERVICE, manager),
    )  # fmt: skip
    assert snapshot.processes[700].name == "services.exe"
    assert [service.name for service in snapshot.services[700]] == ["Manager"]
    wheres = [query.partition("WHERE ")[2] for query in queries(transport)[1:]]
    assert wheres == ["ProcessId=4312", "ProcessId=700", "(ProcessId=700 OR ProcessId=4312)"]


def test_a_parent_that_is_an_owner_is_read_once() -> None:
    child = HTTPD | {"ProcessId": 700, "ParentProcessId": 4312}
    snapshot, transport = taken(
        SnapshotRequest(protocols=TCP_ONLY, parents=True, services=False),
        rows(APACHE, APACHE | {"OwningProcess": 700}), rows(HTTPD, child),
    )  # fmt: skip
    assert set(snapshot.processes) == {700, 4312}
    assert transport.actions == ["Enumerate", "Enumerate"]


def test_services_by_a_condition() -> None:
    stopped = APACHE_SERVICE | {"Name": "Zeta", "State": "Stopped", "ProcessId": 0}
    transport = ScriptedTransport(rows(stopped, APACHE_SERVICE))
    found = find_services(Host(transport, "win-1"), wql.equals("Name", "x' OR '1'='1"))
    assert [(each.name, each.pid) for each in found] == [("Apache2.4", 4312), ("Zeta", None)]
    assert queries(transport)[0].endswith(r"WHERE Name='x\' OR \'1\'=\'1'")


OWNER = answer(
    "GetOwnerResponse",
    '<p:GetOwner_OUTPUT xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/'
    'Win32_Process"><p:Domain>PC</p:Domain><p:ReturnValue>0</p:ReturnValue><p:User>taro</p:User>'
    "</p:GetOwner_OUTPUT>",
)


def test_the_user_of_a_process_that_is_no_service() -> None:
    other = HTTPD | {"ProcessId": 8, "Name": "app.exe"}
    snapshot, transport = taken(
        SnapshotRequest(protocols=TCP_ONLY, users=True),
        rows(APACHE, APACHE | {"OwningProcess": 8, "LocalPort": 8080}),
        rows(HTTPD, other),
        rows(APACHE_SERVICE),
        OWNER,
    )
    assert snapshot.processes[8].user == "PC\\taro"
    assert snapshot.processes[4312].user == "NT AUTHORITY\\SYSTEM"
    assert transport.actions.count("GetOwner") == 1


def test_an_owner_that_can_not_be_told_is_none() -> None:
    denied = OWNER.replace(b"<p:ReturnValue>0<", b"<p:ReturnValue>2<")
    snapshot, _transport = taken(
        SnapshotRequest(protocols=TCP_ONLY, users=True, services=False),
        rows(APACHE), rows(HTTPD), rows(), denied,
    )  # fmt: skip
    assert snapshot.processes[4312].user is None


def test_an_address_that_is_none_is_an_error_not_a_traceback() -> None:
    with pytest.raises(HostError, match=r"endpoints on win-1 \(http.* 'bad'"):
        taken(SnapshotRequest(), rows(APACHE | {"LocalAddress": "\tbad"}))


@pytest.mark.parametrize("name", ["LocalAddress", "LocalPort"])
def test_an_endpoint_without_what_makes_it_one_is_not_left_out(name: str) -> None:
    """A port whose number is not told would look free."""
    spoilt = {key: value for key, value in APACHE.items() if key != name}
    with pytest.raises(HostError, match=f"an instance without {name}"):
        taken(SnapshotRequest(), rows(spoilt))


@pytest.mark.parametrize("name", ["ProcessId", "Name"])
def test_a_process_without_its_name_is_none(name: str) -> None:
    spoilt = {key: value for key, value in HTTPD.items() if key != name}
    with pytest.raises(HostError, match=f"an instance without {name}"):
        taken(SnapshotRequest(protocols=TCP_ONLY), rows(APACHE), rows(spoilt))


def test_why_an_owner_can_not_be_told_is_noted_once() -> None:
    denied = sample("wsman_faults/winrb_wmi_error_v2.xml")
    wanted = SnapshotRequest(protocols=TCP_ONLY, services=False, users=True)
    second = HTTPD | {"ProcessId": 4712}
    snapshot, _transport = taken(
        wanted,
        rows(APACHE, APACHE | {"OwningProcess": 4712}),
        rows(HTTPD, second),
        rows(),
        denied,
        denied,
    )
    (note,) = snapshot.notes
    told = render(note, "en")
    assert told.startswith("The owner of process 4312 is unknown: Could not call ")
    assert "Win32_Process.GetOwner on win-1" in told
