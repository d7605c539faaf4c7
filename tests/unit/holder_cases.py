# SPDX-License-Identifier: GPL-3.0-or-later
"""A small host to ask who holds its ports, and how to build variations of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import (
    PortSet,
    ports_by_protocol,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    HttpUrl,
    Process,
    Protocol,
    Service,
    Snapshot,
    TcpState,
    parse_address,
)

BOOT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SYSTEM32 = "C:\\Windows\\System32"


def after_boot(seconds: float) -> datetime:
    return BOOT + timedelta(seconds=seconds)


def listener(port: int, pid: int | None, address: str = "0.0.0.0") -> Endpoint:
    return Endpoint(Protocol.TCP, parse_address(address), port, TcpState.LISTEN, pid=pid)


def udp(port: int, pid: int | None) -> Endpoint:
    return Endpoint(Protocol.UDP, parse_address("0.0.0.0"), port, pid=pid)


def connection(port: int, pid: int, remote_port: int = 50_000) -> Endpoint:
    return Endpoint(
        Protocol.TCP,
        parse_address("192.0.2.10"),
        port,
        TcpState.ESTABLISHED,
        parse_address("198.51.100.7"),
        remote_port,
        pid,
    )


def process(
    pid: int,
    name: str,
    path: str | None = "",
    parent: int | None = None,
    started: float | None = None,
) -> Process:
    """A process below Program Files, started `pid` seconds after the boot unless said."""
    if path == "":
        path = f"C:\\Program Files\\Apps\\{name}"
    created = after_boot(pid if started is None else started)
    return Process(pid, name, path, parent, session=0, created=created)


def service(
    name: str, pid: int | None, start_mode: str = "Auto", state: str = "Running"
) -> Service:
    return Service(name, f"{name} service", state, start_mode, pid)


def url(port: int, *pids: int, path: str = "/", host: str = "+") -> HttpUrl:
    return HttpUrl(f"HTTP://{host}:{port}{path}", host, port, pids)


def snapshot(
    endpoints: Iterable[Endpoint],
    processes: Iterable[Process] = (),
    services: Iterable[Service] = (),
    urls: Iterable[HttpUrl] = (),
) -> Snapshot:
    by_pid: dict[int, tuple[Service, ...]] = {}
    for each in services:
        if each.pid is not None:
            by_pid[each.pid] = (*by_pid.get(each.pid, ()), each)
    return Snapshot(
        endpoints=tuple(endpoints),
        processes={each.pid: each for each in processes},
        services=by_pid,
        http_urls=tuple(urls),
    )


def ports(value: object, protocols: object = "tcp") -> Mapping[Protocol, PortSet]:
    return ports_by_protocol(value, protocols)


SYSTEM = process(4, "System", None, started=0)
SVCHOST = f"{SYSTEM32}\\svchost.exe"

# One of each kind of holder.
PC = snapshot(
    endpoints=[
        listener(80, 4),
        listener(80, 4, "::"),
        listener(135, 1032),
        listener(445, 4),
        listener(3000, 7004),
        listener(3306, 5120),
        listener(3389, 1204),
        listener(5985, 4),
        listener(8000, 7100, "127.0.0.1"),
        listener(8001, 7100, "127.0.0.1"),
        listener(8080, 7200),
        listener(9000, 8888),
        listener(30001, 7300),
        udp(3389, 1204),
        udp(5353, 2208),
        connection(3000, 7004, 50_001),
        connection(49_800, 7300, 3000),
        connection(50_200, 0, 80),
    ],
    processes=[
        SYSTEM,
        process(600, "services.exe", None, started=2),
        process(1032, "svchost.exe", SVCHOST, 600),
        process(1100, "svchost.exe", SVCHOST, 600),
        process(1204, "svchost.exe", SVCHOST, 600),
        process(2208, "svchost.exe", SVCHOST, 600),
        process(5008, "w3wp.exe", f"{SYSTEM32}\\inetsrv\\w3wp.exe", 1300),
        process(5120, "mysqld.exe", parent=600),
        process(6900, "shell.exe"),
        process(7004, "node.exe", parent=6900),
        process(7100, "dev.exe", parent=6900),
        process(7200, "java.exe", parent=7150),
        process(7150, "wrapper.exe", parent=600),
        process(7300, "node.exe", parent=6900),
    ],
    services=[
        service("RpcEptMapper", 1032),
        service("RpcSs", 1032),
        service("WinRM", 1100),
        service("TermService", 1204, "Manual"),
        service("Dnscache", 2208),
        service("NlaSvc", 2208),
        service("MySQL80", 5120),
        service("ShopApp", 7150),
    ],
    urls=[url(80, 5008), url(5985, 1100, path="/WSMAN/")],
)
