# SPDX-License-Identifier: GPL-3.0-or-later
"""The packets that a simulated machine has dropped, and where it records them.

What stands in which record: the Windows Filtering Platform collects net events by itself
(FwpmEngineSetOption, FWPM_ENGINE_COLLECT_NET_EVENTS); the audit policy decides about events 5152 and
5157 of the Security log ("Auditing and logging" of the Windows Filtering Platform), 5157 for
connections only; the setting LogDroppedPackets of a profile decides about the firewall's log
([MS-GPFAS] 2.2.3.9). What stealth mode drops, because nothing listens, stands in 5152 alone (events
recorded in 2016: layer 13).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from winsim.rows import Row

PACKET_DROP, CONNECTION = "packet_drop", "connection"
#: The layers at which connections are decided (the class Layer of the filtering platform: ALE).
CONNECTION_LAYERS = range(36, 56)
_STEALTH_LAYERS = (13, 15)
_END = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<four>[0-9.]+)):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True)
class DroppedPacket:
    """Some packets that were dropped by one filter: `times` of them, a second apart, the last one
    `ago` seconds before whoever asks."""

    ago: float
    protocol: int
    direction: Literal["in", "out"]
    local: tuple[str, int]
    remote: tuple[str, int]
    filter_id: int = 66241
    layer: int = 44
    origin: str = "Query User Default"
    program: str = r"\device\harddiskvolume3\windows\system32\svchost.exe"
    pid: int = 4
    times: int = 1

    @property
    def is_stealth(self) -> bool:
        return self.layer in _STEALTH_LAYERS


@dataclass(frozen=True)
class Recorded:
    """One packet that was dropped, and when. `log` is the path of the firewall's log that has it,
    in lower case; empty where none was written at that time."""

    time: datetime
    packet: DroppedPacket
    log: str = ""


@dataclass(frozen=True)
class Records:
    """What was dropped, and the machine's settings of what it records. `refused`: programs that
    deny access. `printed` and `element`: the encoding of net events, and what each stands in. `files`
    are logs, by their paths in lower case, instead of the one that the settings ask for."""

    packets: tuple[DroppedPacket, ...] = ()
    net_events: bool = True
    audited: frozenset[str] = frozenset()
    lost: int = 0
    process_column: bool = True
    refused: frozenset[str] = frozenset()
    printed: str = "utf-8"
    element: str = "item"
    files: Mapping[str, str] = field(default_factory=dict)

    def before(self, now: datetime, log: str) -> Iterator[Recorded]:
        """What the image says was dropped before, and the log has if one was written then."""
        for packet in self.packets:
            for number in range(packet.times):
                yield Recorded(now - timedelta(seconds=packet.ago + number), packet, log)


def records(row: Row, ipv4: str) -> Records:
    """The section ``drops`` of an image. Raises ValueError."""
    audited = frozenset(row.texts("audit"))
    if not audited <= {PACKET_DROP, CONNECTION}:
        raise ValueError(f"{row.where}: audit is {', '.join(sorted(audited))}")
    files = row.row("files")
    result = Records(
        packets=tuple(_packet(each, ipv4) for each in row.rows("packets")),
        net_events=row.take("net_events", bool, True),
        audited=audited,
        lost=row.take("lost", int, 0),
        process_column=row.take("process_column", bool, True),
        refused=frozenset(row.texts("refused")),
        printed=row.take("printed", str, "utf-8"),
        element=row.take("element", str, "item"),
        files={name.lower(): files.take(name, str) for name in files.names()},
    )
    files.done()
    row.done()
    return result


def _packet(row: Row, ipv4: str) -> DroppedPacket:
    plain = DroppedPacket(0.0, 6, "in", ("", 0), ("", 0))
    local, remote = row.take("local", str), row.take("remote", str)
    direction = row.take("direction", str, "in")
    result = DroppedPacket(
        ago=row.take("ago", float),
        protocol={"tcp": 6, "udp": 17}[row.take("protocol", str, "tcp")],
        direction="out" if direction == "out" else "in",
        local=_end(row, local.replace("%ipv4%", ipv4)),
        remote=_end(row, remote),
        filter_id=row.take("filter", int, plain.filter_id),
        layer=row.take("layer", int, plain.layer),
        origin=row.take("origin", str, plain.origin),
        program=row.take("program", str, plain.program),
        pid=row.take("pid", int, plain.pid),
        times=row.take("times", int, plain.times),
    )
    row.done()
    return result


def _end(row: Row, text: str) -> tuple[str, int]:
    match = _END.fullmatch(text)
    if match is None:
        raise ValueError(f"{row.where}: {text!r} is no address and port")
    return match["six"] or match["four"], int(match["port"])
