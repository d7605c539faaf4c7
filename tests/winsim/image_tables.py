# SPDX-License-Identifier: GPL-3.0-or-later
"""From the rows of an image to the tables of a machine."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from winsim.network_state import Network, Protocol
from winsim.rows import Row
from winsim.state import Endpoint, OperatingSystem, Process, Service, TcpState

#: Accounts as an image names them: the owner of a process, and the StartName of a service.
#: Both spellings as Windows writes them (recorded Win32_Service instances of Server 2012).
ACCOUNTS = {
    "system": (r"NT AUTHORITY\SYSTEM", "LocalSystem"),
    "local service": (r"NT AUTHORITY\LOCAL SERVICE", r"NT AUTHORITY\LocalService"),
    "network service": (r"NT AUTHORITY\NETWORK SERVICE", r"NT AUTHORITY\NetworkService"),
}
PROTOCOLS: tuple[Protocol, ...] = ("tcp", "udp")
FOLDERS = {
    "%SystemRoot%": r"C:\Windows",
    "%System32%": r"C:\Windows\System32",
    "%ProgramFiles%": r"C:\Program Files",
    "%ProgramFiles(x86)%": r"C:\Program Files (x86)",
    "%ProgramData%": r"C:\ProgramData",
}
#: The methods of Win32_Service that an image may have refused, and what recovery may be.
METHODS = ("StopService", "StartService", "ChangeStartMode")
RECOVERY_ACTIONS = frozenset({"restart", "none"})
STATES = {
    state.lower(): state
    for state in (
        "Stopped",
        "Start Pending",
        "Stop Pending",
        "Running",
        "Continue Pending",
        "Pause Pending",
        "Paused",
    )
}
START_MODES = {"auto": "Auto", "manual": "Manual", "disabled": "Disabled"}
_ENDPOINT = re.compile(
    r"^(?P<address>\*|\[[^\]]+\]|[0-9.]+):(?P<port>[0-9]+)"
    r"(?: -> (?P<to>\[[^\]]+\]|[0-9.]+):(?P<to_port>[0-9]+))?"
    r"(?: (?P<state>[a-z_0-9]+))?"
    r"(?: \((?P<service>[^)]+)\))?$"
)


@dataclass
class Tables:
    """What a machine starts with."""

    processes: list[Process] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    endpoints: list[Endpoint] = field(default_factory=list)


#: The sections of an image that describe its tables.
SECTIONS = ("processes", "crowds", "services")


@dataclass(frozen=True)
class Context:
    """What the rows of an image refer to without saying it again."""

    system: OperatingSystem
    network: Network
    computer_name: str
    console_user: str

    @property
    def key(self) -> Hashable:
        """All of it that the tables depend on."""
        net = self.network
        where = (net.ipv4, net.ipv6_link_local, net.domain)
        return self.system, where, self.computer_name, self.console_user

    def expand(self, text: str) -> str:
        """Folder variables, ``%ipv4%``, ``%ipv6%`` and ``%user%`` replaced."""
        if "%" not in text:
            return text
        local = rf"C:\Users\{self.console_user}\AppData\Local"
        for variable, folder in {**FOLDERS, "%LocalAppData%": local}.items():
            text = text.replace(variable, folder)
        text = text.replace("%ipv4%", self.network.ipv4).replace("%user%", self.console_user)
        return text.replace("%ipv6%", self.network.ipv6_link_local)

    def owner(self, account: str) -> str:
        """The owner of a process: a name of `ACCOUNTS`, a local user, or ``DOMAIN\\user``."""
        if account in ACCOUNTS:
            return ACCOUNTS[account][0]
        return account if "\\" in account else rf"{self.computer_name}\{account}"

    def started(self, seconds: float) -> datetime:
        return self.system.booted + timedelta(seconds=seconds)


def read_tables(document: Row, context: Context) -> Tables:
    """The tables that the sections ``processes``, ``crowds`` and ``services`` describe. Raises
    ValueError."""
    tables = Tables()
    hosts: dict[str, Process] = {}
    for row in document.rows("processes"):
        names = row.texts("services")
        process = _process(row, context, names, tables.processes)
        if not row.take("ended", bool, False):
            tables.processes.append(process)
        hosts |= dict.fromkeys(names, process)
        for protocol in PROTOCOLS:
            for text in row.texts(protocol):
                tables.endpoints.extend(_endpoints(row, protocol, text, process, context))
        row.done()
    for row in document.rows("crowds"):
        add_crowd(row, context, tables)
        row.done()
    services = document.named_rows("services")
    strangers = [name for name in hosts if name not in services]
    if strangers:
        raise ValueError(f"{document.where}: services not described: {', '.join(strangers)}")
    for name, row in services.items():
        tables.services.append(_service(name, row, hosts.get(name), context))
        row.done()
    return tables


def _process(row: Row, context: Context, services: Sequence[str], before: list[Process]) -> Process:
    pid = row.take("pid", int)
    name, arguments = _name_and_arguments(row, context, services)
    session = row.take("session", int, 0)
    protected = row.take("protected", bool, False)
    path = None if protected else context.expand(row.take("path", str, rf"%System32%\{name}"))
    command = row.optional("command", str)
    quoted = row.take("quoted", bool, path is not None and " " in path)
    if path is not None and command is None:
        command = f'"{path}"' if quoted else path
        command += f" {arguments}" if arguments else ""
    account = row.take("user", str, "system" if session == 0 else context.console_user)
    manager = next((p.pid for p in before if p.name == "services.exe"), 0)
    since = (before[-1].created or context.system.booted) if before else context.system.booted
    after = (since - context.system.booted).total_seconds() + 0.047
    return Process(
        pid=pid,
        parent_pid=row.take("parent", int, manager),
        name=name,
        path=path if pid else None,
        command_line=context.expand(command) if command and pid else None,
        user=context.owner(account) if pid else None,
        session_id=session,
        created=context.started(row.take("after", float, after)) if pid else None,
        priority=row.take("priority", int, 8 if pid else 0),
        threads=row.take("threads", int, 4 + pid // 4 % 17),
        handles=row.take("handles", int, 90 + pid // 4 % 613),
        working_set=row.take("working_set", int, 4_100_096 + pid * 1024 % 90_000_000),
        protected=protected,
        refuses=row.take("refuses", int, 0),
        unkillable=row.take("unkillable", bool, False),
        supervised=row.take("supervised", bool, False),
        inherits=tuple(int(each) for each in row.texts("inherits")),
    )


def _name_and_arguments(
    row: Row, context: Context, services: Sequence[str]
) -> tuple[str, str | None]:
    group = row.optional("svchost", str)
    if group is None:
        return row.take("name", str), row.optional("arguments", str)
    # Since Windows 10 1703 most services have an svchost of their own, which names them.
    named = len(services) == 1 and int(context.system.build) >= 15063
    return "svchost.exe", f"-k {group}" + (f" -s {services[0]}" if named else "")


def _start(name: str, host: Process | None, context: Context) -> str:
    """The start mode of a service that the image says nothing about. Netlogon starts by itself on
    the members of a domain (Microsoft: Troubleshoot Netlogon service startup failures)."""
    of_member = name == "Netlogon" and context.network.domain is not None
    return "auto" if host or of_member else "manual"


def _service(name: str, row: Row, host: Process | None, context: Context) -> Service:
    group = row.optional("group", str)
    command = rf"%SystemRoot%\System32\svchost.exe -k {group}" if group else None
    hosted = re.sub(r" -s \S+$", "", host.command_line or "") if host else ""
    path_name = row.take("path", str, command or hosted)
    if not path_name and not host:
        raise ValueError(f"{row.where}: a service that no process hosts needs a group or a path")
    shared = host is not None and host.name == "svchost.exe"
    account = row.optional("account", str)
    if account is None:
        owners = {owner: key for key, (owner, _unused) in ACCOUNTS.items()}
        account = owners.get(host.user or "", "system") if host else "system"
    return Service(
        name=name,
        display_name=row.take("display", str, name),
        description=row.take("description", str, ""),
        path_name=context.expand(path_name),
        share_process=row.take("share", bool, shared or group is not None),
        start_mode=START_MODES[row.take("start", str, _start(name, host, context))],
        account=ACCOUNTS[account][1] if account in ACCOUNTS else account,
        state=_state(row, host is not None),
        process_id=host.pid if host else 0,
        accept_stop=row.take("stoppable", bool, True),
        accept_pause=row.take("pausable", bool, False),
        # 1077: no attempt to start it since the last boot (recorded stopped services).
        exit_code=row.take("exit_code", int, 0 if host else 1077),
        depends_on=row.texts("needs"),
        refuses=_refusals(row.row("refuses")),
        stop_takes=row.take("stop_takes", float, 0.0),
        start_takes=row.take("start_takes", float, 0.0),
        start_fails=row.take("start_fails", int, 0),
        stop_hangs=row.take("stop_hangs", bool, False),
        recovery=_recovery(row),
    )


def _state(row: Row, hosted: bool) -> str:
    """What Win32_Service.State shows: Running in a process and Stopped without, unless said."""
    state = row.take("state", str, "running" if hosted else "stopped")
    known = STATES.get(state)
    if known is None or hosted is (known == "Stopped"):
        raise ValueError(f"{row.where}: a service can't be {state} there")
    return known


def _refusals(row: Row) -> dict[str, int]:
    """Return values by method, for those that an image names."""
    refused = {method: row.take(method, int) for method in METHODS if row.has(method)}
    row.done()
    return refused


def _recovery(row: Row) -> tuple[str, ...]:
    actions = row.texts("recovery")
    unknown = set(actions) - RECOVERY_ACTIONS
    if unknown:
        raise ValueError(f"{row.where}: no recovery is called {', '.join(sorted(unknown))}")
    return actions


def add_crowd(row: Row, context: Context, tables: Tables) -> None:
    """Many processes of one kind, each with its share of consecutive ports.

    Process *n* listens on TCP ``first_tcp + n * tcp`` and so on, has as many connections from
    ports counted in the same way, each to another address of 10.0.0.0/8, and UDP endpoints.
    """
    name, path = row.take("name", str), context.expand(row.take("path", str))
    first_pid, parent = row.take("first_pid", int), row.take("parent", int)
    counts = {what: row.take(what, int) for what in ("processes", "tcp", "udp", "connections")}
    first = {what: row.take(f"first_{what}", int) for what in ("tcp", "udp", "connections")}
    owner = context.owner(row.take("user", str, "system"))
    started = context.started(row.take("after", float))
    for number in range(counts["processes"]):
        process = Process(
            pid=first_pid + 4 * number,
            parent_pid=parent,
            name=name,
            path=path,
            command_line=f'"{path}" --instance {number}',
            user=owner,
            created=started + timedelta(milliseconds=20 * number),
        )
        tables.processes.append(process)
        created = started + timedelta(milliseconds=20 * number + 15)
        ports = {w: range(n := first[w] + number * counts[w], n + counts[w]) for w in first}
        tables.endpoints += [
            Endpoint("tcp", "0.0.0.0", port, process.pid, created, "0.0.0.0")
            for port in ports["tcp"]
        ]
        tables.endpoints += [
            Endpoint("udp", "0.0.0.0", port, process.pid, created) for port in ports["udp"]
        ]
        tables.endpoints += [
            Endpoint(
                protocol="tcp",
                local_address=context.network.ipv4,
                local_port=port,
                pid=process.pid,
                created=created,
                remote_address=f"10.20.{port // 256}.{port % 256}",
                remote_port=443,
                state=TcpState.ESTABLISHED,
            )
            for port in ports["connections"]
        ]


def _endpoints(
    row: Row, protocol: Protocol, text: str, process: Process, context: Context
) -> Iterator[Endpoint]:
    """The rows of one endpoint of an image.

    ``*:445`` is a dual-stack socket; ``a:1 -> b:2`` a connection. One that goes out has a second
    row, Bound to its local port on any address (published captures of Get-NetTCPConnection).
    Without an IPv4 address there is none of those that are bound to it.
    """
    if "%ipv4%" in text and not context.network.ipv4:
        return
    match = _ENDPOINT.match(context.expand(text))
    if match is None:
        raise ValueError(f"{row.where}: {text!r} is no endpoint")
    address = match["address"].strip("[]").replace("*", "::")
    anywhere = "::" if ":" in address else "0.0.0.0"
    state = TcpState.ESTABLISHED if match["to"] else TcpState.LISTEN
    endpoint = Endpoint(
        protocol=protocol,
        local_address=address,
        local_port=int(match["port"]),
        pid=process.pid,
        created=(process.created or context.system.booted) + timedelta(milliseconds=350),
        remote_address="" if protocol == "udp" else (match["to"] or anywhere).strip("[]"),
        remote_port=int(match["to_port"] or 0),
        state=TcpState[match["state"].upper()] if match["state"] else state,
        service=match["service"],
        dual_stack=match["address"] == "*",
    )
    yield endpoint
    if endpoint.state is TcpState.ESTABLISHED and endpoint.remote_port < endpoint.local_port:
        yield dataclasses.replace(
            endpoint,
            local_address=anywhere,
            remote_address=anywhere,
            remote_port=0,
            state=TcpState.BOUND,
        )
