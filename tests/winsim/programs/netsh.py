# SPDX-License-Identifier: GPL-3.0-or-later
"""netsh.exe: `int ipv4|ipv6 show excludedportrange|dynamicport`, `http show servicestate` and `wfp
show netevents`."""

from __future__ import annotations

from collections.abc import Sequence

from winsim.network_state import Protocol
from winsim.programs import netsh_http, netsh_interface
from winsim.programs.netsh_wfp import net_events
from winsim.programs.shell import Output, Shell

PROTOCOLS: dict[str, Protocol] = {"tcp": "tcp", "udp": "udp"}
_NOT_FOUND = {
    "en": "The following command was not found: {}.",
    "ja": "次のコマンドは見つかりませんでした: {}",
    "de": "Folgender Befehl wurde nicht gefunden: {}.",
}


def netsh(shell: Shell, arguments: Sequence[str]) -> Output:
    """Run one netsh command. Words may be given in any case."""
    words = [word.lower() for word in arguments]
    match words:
        case ["int" | "interface", "ipv4" | "ip" | "ipv6" as family, "show", what, *rest]:
            protocol = PROTOCOLS.get(next((w.removeprefix("protocol=") for w in rest), ""))
            ranges = {
                "excludedportrange": netsh_interface.excluded_port_range,
                "dynamicport": netsh_interface.dynamic_port,
                "dynamicportrange": netsh_interface.dynamic_port,
            }.get(what)
            if ranges is not None and protocol is not None:
                return ranges(shell, "ipv6" if family == "ipv6" else "ipv4", protocol)
        case ["wfp", "show", "netevents", *rest]:
            return net_events(shell, rest)
        case ["http", "show", "servicestate", *rest]:
            views = {word.removeprefix("view=").strip('"') for word in rest} or {"session"}
            if "requestq" in views:
                return netsh_http.request_queue_view(shell)
            if "session" in views:
                return netsh_http.session_view(shell)
    output = Output(exit_code=1)
    output.line()
    output.line(_NOT_FOUND[shell.machine.language].format(" ".join(arguments)))
    return output
