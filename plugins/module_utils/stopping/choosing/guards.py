# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What must not be stopped by mistake to free a port: Windows itself, and the connection to the
host.

The folder of its program decides whether a process is a part of Windows, never its name: anyone can
call a program ``lsass.exe``.
"""

from __future__ import annotations

import ntpath
from collections.abc import Iterable
from dataclasses import dataclass

from ...asked.ports import PortSet
from ...ground.model import HttpUrl, Process, Protocol, Service
from ...ground.names import name_key
from ...pc.holders import Holder, HolderKind, Port, is_winrm, port_text, process_title
from ...words.phrases import Phrase, Sentences, Single, Value
from .model import StopGuard, listed


@dataclass(frozen=True, slots=True)
class Danger:
    """A guard that prevents a stop, and why, in whole sentences. Force overrides it."""

    guard: StopGuard
    message: Value


# How many other ports of a relay one sentence names.
_SHOWN_PORTS = 20

# Ending one of them ends all sessions or crashes Windows with a blue screen.
_SYSTEM_PROCESSES = frozenset(
    {
        "smss.exe",
        "csrss.exe",
        "wininit.exe",
        "winlogon.exe",
        "services.exe",
        "lsass.exe",
    }
)

# Programs that serve this very connection, by the folder below System32.
_CONNECTION_PROCESSES = {
    "winrshost.exe": "",  # the shell
    "wsmprovhost.exe": "",  # PowerShell remoting
    "wmiprvse.exe": "wbem",  # the CIM providers
}

_SERVICES = {
    "rpcss": StopGuard.RPC,
    "rpceptmapper": StopGuard.RPC,
    "dcomlaunch": StopGuard.RPC,
    "winmgmt": StopGuard.WMI,
    "winrm": StopGuard.WINRM,
    # The firewall and the engine beneath it, which IPsec needs too.
    **dict.fromkeys(("bfe", "mpssvc", "ikeext", "policyagent"), StopGuard.NETWORK),
    # Addresses, the kind of the network, and the ways that a connection may come by.
    **dict.fromkeys(("dhcp", "nsi", "netprofm", "nlasvc"), StopGuard.NETWORK),
    **dict.fromkeys(("dot3svc", "rasman", "remoteaccess", "wlansvc"), StopGuard.NETWORK),
}


def guarded_ports(ports: Iterable[tuple[Protocol, int]], winrm_ports: PortSet) -> list[Danger]:
    """The dangers of freeing these ports, whoever holds them."""
    return [
        Danger(StopGuard.WINRM, Phrase("danger.winrm_port", {"port": port}))
        for protocol, port in ports
        if protocol is Protocol.TCP and port in winrm_ports
    ]


def guarded_age(holder: Holder) -> list[Danger]:
    """The danger of stopping a process that is younger than the port that it seems to hold: it has
    the PID of the process that opened the port, whose socket another process has inherited."""
    process = holder.process
    if process is None or holder.inherited_from is not None:
        return []
    if holder.kind is HolderKind.SYSTEM or holder.through_http_sys:
        return []
    for each in holder.endpoints:
        if each.created is not None and each.is_before(process):
            values: dict[str, Value] = {
                "port": port_text((each.protocol, each.port)),
                "opened": each.created.isoformat(timespec="seconds"),
                "process": process_title(process),
            }
            return [Danger(StopGuard.REUSED_PID, Phrase("danger.reused_pid", values))]
    return []


def guarded_relay(holder: Holder, others: Iterable[Port]) -> list[Danger]:
    """The danger of stopping a relay, on which `others` depend too: what serves the port is behind
    it, and can be ended there."""
    relay = holder.relay
    if relay is None:
        return []
    values: dict[str, Value] = {
        "holder": holder.title,
        "targets": tuple(each.target for each in relay.forwards),
        "product": relay.product,
        "tool": relay.tool,
    }
    sentences: tuple[Single, ...] = (Phrase(f"danger.relay_{relay.texts}", values),)
    ports = tuple(map(port_text, others))
    if ports:
        told: dict[str, Value] = {**values, "others": listed(ports, _SHOWN_PORTS)}
        sentences += (Phrase("danger.relay_serves", told),)
    return [Danger(StopGuard.RELAY, Sentences(sentences))]


def guarded_services(services: Iterable[Service]) -> list[Danger]:
    """The dangers of stopping these services."""
    dangers = []
    for service in services:
        if name_key(service.name) in _SERVICES:
            guard = _SERVICES[name_key(service.name)]
            text = Phrase(f"danger.{guard.value}_service", {"service": service.name})
            dangers.append(Danger(guard, text))
    return dangers


def needed_services(holder: Holder, directory: str) -> list[str]:
    """The names of those services in a holder without which Windows does not work or the host can't
    be reached. `directory` is the host's system directory."""
    process = holder.process
    of_windows = process is not None and is_system_process(process, directory)
    return [each.name for each in holder.services if of_windows or name_key(each.name) in _SERVICES]


def guarded_process(
    process: Process, services: Iterable[Service], urls: Iterable[HttpUrl], directory: str
) -> list[Danger]:
    """The dangers of ending a process, including the services that run in it.

    `urls` are all that http.sys listens for: the URL of WinRM identifies the process of the
    connection. `directory` is the host's system directory.
    """
    dangers = guarded_system_process(process, directory)
    below = _CONNECTION_PROCESSES.get(name_key(process.name))
    if below is not None and _is_in(process, directory, below):
        dangers.append(Danger(StopGuard.WINRM, _of("danger.serves_remote", process)))
    if any(process.pid in url.pids for url in urls if is_winrm(url)):
        dangers.append(Danger(StopGuard.WINRM, _of("danger.serves_connection", process)))
    return dangers + guarded_services(services)


def guarded_system_process(process: Process, directory: str) -> list[Danger]:
    """The danger of stopping one of the processes that Windows can't run without, or a service in
    it. `directory` is the host's system directory."""
    if not is_system_process(process, directory):
        return []
    return [Danger(StopGuard.SYSTEM_PROCESS, _of("danger.system_process", process))]


def guarded_by_windows(process: Process) -> list[Danger]:
    """The danger of trying to end a process that Windows protects, or that the account may not
    open: its path is hidden, and an attempt to end it fails."""
    if process.path is not None:
        return []
    return [Danger(StopGuard.PROTECTED_PROCESS, _of("danger.protected_process", process))]


def is_system_process(process: Process, directory: str) -> bool:
    """Whether this is one of the processes that Windows can't run without.

    Windows hides the path of protected processes, so a process with a name from the list and no
    path counts as one.
    """
    return name_key(process.name) in _SYSTEM_PROCESSES and _is_in(process, directory)


def _is_in(process: Process, directory: str, below: str = "") -> bool:
    if process.path is None:
        return True
    folder = ntpath.dirname(_plain(process.path, directory))
    return folder == name_key(ntpath.normpath(ntpath.join(directory, below)))


def _plain(path: str, directory: str) -> str:
    """A path in a form that can be compared: without the prefixes of the kernel's namespace, in
    lower case, with ``..`` resolved."""
    for prefix in ("\\??\\", "\\\\?\\"):
        path = path.removeprefix(prefix)
    if name_key(path).startswith("\\systemroot\\"):
        path = ntpath.join(ntpath.dirname(directory), path[len("\\systemroot\\") :])
    return name_key(ntpath.normpath(path))


def _of(key: str, process: Process) -> Phrase:
    return Phrase(key, {"process": process_title(process)})
