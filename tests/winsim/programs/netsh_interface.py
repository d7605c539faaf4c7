# SPDX-License-Identifier: GPL-3.0-or-later
"""Port ranges of the network stack as netsh.exe prints them.

Layout: published captures in English; wording in German (excluded ranges) and Japanese (dynamic
range): published captures. The title and the footnote of the excluded ranges in Japanese, and
the dynamic range in German, are assumed: sources differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from winsim.network_state import Family, PortRange, Protocol
from winsim.programs.shell import Output, Shell


@dataclass(frozen=True)
class _Words:
    excluded_title: str
    excluded_header: str
    administered: str
    dynamic_title: str
    start: str
    count: str


_WORDS = {
    "en": _Words(
        "Protocol {} Port Exclusion Ranges",
        "Start Port    End Port      ",
        "* - Administered port exclusions.",
        "Protocol {} Dynamic Port Range",
        "Start Port      : {}",
        "Number of Ports : {}",
    ),
    "ja": _Words(
        "プロトコル {} ポートの除外範囲",
        "開始ポート    終了ポート      ",
        "* - 管理されたポートの除外。",
        "プロトコル {} の動的ポートの範囲",
        "開始ポート      : {}",
        "ポート数        : {}",
    ),
    "de": _Words(
        'Portausschlussbereiche für das Protokoll "{}"',
        "Startport      Endport      ",
        "* - Verwaltete Portausschlüsse.",
        'Dynamischer Portbereich für das Protokoll "{}"',
        "Startport        : {}",
        "Anzahl von Ports : {}",
    ),
}


def excluded_port_range(shell: Shell, family: Family, protocol: Protocol) -> Output:
    """Excluded ranges, and as rows of one port each those that http.sys holds: measured, they
    are listed without asterisk while an application has a URL registered there."""
    machine, words = shell.machine, _WORDS[shell.machine.language]
    ranges = set(machine.network.excluded.get((family, protocol), ()))
    if protocol == "tcp":
        ranges |= {PortRange(p, p) for queue in machine.request_queues() for p in queue.ports}
    output = Output()
    output.line()
    output.line(words.excluded_title.format(protocol))
    output.line()
    output.line(words.excluded_header)
    output.line("----------    --------      ")
    for row in sorted(ranges, key=lambda r: (r.start, r.end)):
        output.line(f"{row.start:>10}{row.end:>12}     {'*' if row.administered else ' '}")
    output.line()
    output.line(words.administered)
    output.line()
    return output


def dynamic_port(shell: Shell, family: Family, protocol: Protocol) -> Output:
    """The range from which the stack takes ports for sockets that ask for none."""
    words = _WORDS[shell.machine.language]
    dynamic = shell.machine.network.dynamic[family, protocol]
    output = Output()
    output.line()
    output.line(words.dynamic_title.format(protocol))
    output.line("---------------------------------")
    output.line(words.start.format(dynamic.start))
    output.line(words.count.format(dynamic.end - dynamic.start + 1))
    output.line()
    return output
