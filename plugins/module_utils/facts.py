# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Snapshot as the facts that port_facts returns: plain dicts, lists, text and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from . import well_known
from .model import Endpoint, HttpUrl, PortRange, Process, Protocol, Scope, Snapshot, TcpState

SYSTEM_PID = 4

# From where a port can be reached when several endpoints share it: the widest counts.
WIDTH = (Scope.ALL, Scope.SPECIFIC, Scope.LINK_LOCAL, Scope.LOOPBACK)


def port_facts(snapshot: Snapshot) -> dict[str, Any]:
    """The fact ``port_facts`` of one host."""
    endpoints = sorted(snapshot.endpoints, key=_order)
    urls = _urls_by_port(snapshot)
    return {
        "endpoints": [_endpoint(snapshot, endpoint, urls) for endpoint in endpoints],
        "by_port": _by_port(snapshot, endpoints, urls),
        "reserved": [_range(item) for item in snapshot.reserved],
        "dynamic_range": [_range(item) for item in snapshot.dynamic],
        "source": snapshot.source,
        "notes": list(snapshot.notes),
    }


def listen_facts(snapshot: Snapshot) -> dict[str, list[dict[str, Any]]]:
    """``tcp_listen`` and ``udp_listen`` in the shape of ansible.windows.win_listen_ports_facts and
    community.general.listen_ports_facts. Times are UTC."""
    facts: dict[str, list[dict[str, Any]]] = {"tcp_listen": [], "udp_listen": []}
    for endpoint in sorted(snapshot.endpoints, key=_order):
        process = _process_of(snapshot, endpoint)
        facts[f"{endpoint.protocol.value}_listen"].append(
            {
                "address": str(endpoint.local),
                "name": process.name if process else None,
                "pid": endpoint.pid,
                "port": endpoint.port,
                "protocol": endpoint.protocol.value,
                "stime": _ctime(process.created) if process else None,
                "user": process.user if process else None,
            }
        )
    return facts


def is_listening(endpoint: Endpoint) -> bool:
    """Whether an endpoint waits for others: a TCP listener, or any UDP endpoint."""
    return endpoint.protocol is Protocol.UDP or endpoint.state is TcpState.LISTEN


def _order(endpoint: Endpoint) -> tuple[str, int, str, str, int]:
    return (
        endpoint.protocol.value,
        endpoint.port,
        endpoint.local.family,
        str(endpoint.local),
        endpoint.remote_port or 0,
    )


def _process_of(snapshot: Snapshot, endpoint: Endpoint) -> Process | None:
    return None if endpoint.pid is None else snapshot.processes.get(endpoint.pid)


def _service_names(snapshot: Snapshot, pid: int | None) -> list[str]:
    if pid is None:
        return []
    return [service.name for service in snapshot.services.get(pid, ())]


def _endpoint(
    snapshot: Snapshot, endpoint: Endpoint, urls: dict[int, list[dict[str, Any]]]
) -> dict[str, Any]:
    process = _process_of(snapshot, endpoint)
    fact = {
        "protocol": endpoint.protocol.value,
        "address": str(endpoint.local),
        "port": endpoint.port,
        "family": endpoint.local.family,
        "zone": endpoint.local.zone,
        "scope": endpoint.local.scope.value,
        "state": endpoint.state.value if endpoint.state else None,
        "remote_address": str(endpoint.remote) if endpoint.remote else None,
        "remote_port": endpoint.remote_port,
        "created": _iso(endpoint.created),
        "pid": endpoint.pid,
        "process": process.name if process else None,
        "path": process.path if process else None,
        "user": process.user if process else None,
        "started": _iso(process.created) if process else None,
        "services": _service_names(snapshot, endpoint.pid),
        "http_urls": urls.get(endpoint.port, []) if _is_http(endpoint) else [],
    }
    if process is not None and process.command_line is not None:
        fact["command_line"] = process.command_line
    return fact


def _is_http(endpoint: Endpoint) -> bool:
    return endpoint.pid == SYSTEM_PID and endpoint.state is TcpState.LISTEN


def _by_port(
    snapshot: Snapshot, endpoints: Iterable[Endpoint], urls: dict[int, list[dict[str, Any]]]
) -> dict[str, dict[str, Any]]:
    grouped: dict[tuple[Protocol, int], list[Endpoint]] = {}
    for endpoint in endpoints:
        if is_listening(endpoint):
            grouped.setdefault((endpoint.protocol, endpoint.port), []).append(endpoint)
    return {
        f"{port}/{protocol.value}": _held_port(snapshot, protocol, port, group, urls)
        for (protocol, port), group in grouped.items()
    }


def _held_port(
    snapshot: Snapshot,
    protocol: Protocol,
    port: int,
    group: list[Endpoint],
    urls: dict[int, list[dict[str, Any]]],
) -> dict[str, Any]:
    scopes = {endpoint.local.scope for endpoint in group}
    known = well_known.find(port, protocol)
    families = {e.local.family for e in group if e.local.scope is Scope.ALL}
    return {
        "protocol": protocol.value,
        "port": port,
        "name": known.name if known else None,
        "scope": next(scope for scope in WIDTH if scope in scopes).value,
        "dual_stack": _dual_stack(snapshot, families),
        "addresses": [str(endpoint.local) for endpoint in group],
        "holders": [
            _holder(snapshot, pid) for pid in dict.fromkeys(endpoint.pid for endpoint in group)
        ],
        "http_urls": urls.get(port, []) if any(map(_is_http, group)) else [],
    }


def _dual_stack(snapshot: Snapshot, families: set[str]) -> bool | None:
    """Whether a port is held on all addresses of both families; None if that can't be told.

    For a socket that serves both, MSFT_NetTCPConnection has one row with the address ``::``, as it
    has for one that serves IPv6 only. netstat shows the first with two rows.
    """
    if len(families) == 2:
        return True
    return None if families == {"ipv6"} and snapshot.source == "cim" else False


def _holder(snapshot: Snapshot, pid: int | None) -> dict[str, Any]:
    process = None if pid is None else snapshot.processes.get(pid)
    return {
        "pid": pid,
        "process": process.name if process else None,
        "path": process.path if process else None,
        "user": process.user if process else None,
        "services": _service_names(snapshot, pid),
    }


def _urls_by_port(snapshot: Snapshot) -> dict[int, list[dict[str, Any]]]:
    by_port: dict[int, list[dict[str, Any]]] = {}
    for url in snapshot.http_urls:
        by_port.setdefault(url.port, []).append(_http_url(snapshot, url))
    return by_port


def _http_url(snapshot: Snapshot, url: HttpUrl) -> dict[str, Any]:
    return {"url": url.url, "holders": [_holder(snapshot, pid) for pid in url.pids]}


def _range(item: PortRange) -> dict[str, Any]:
    return {
        "protocol": item.protocol.value,
        "family": item.family,
        "start": item.start,
        "end": item.end,
        "administered": item.administered,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _ctime(moment: datetime | None) -> str | None:
    # The "%c" of the C locale, whatever the controller's own is.
    return moment.astimezone(UTC).ctime() if moment else None
