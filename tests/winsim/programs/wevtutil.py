# SPDX-License-Identifier: GPL-3.0-or-later
"""wevtutil.exe: `qe Security /q:... /f:xml [/rd:true] [/c:NUMBER]`, of events 5152 and 5157 alone.

An event is a line, with apostrophes around attributes and without a root element around all of them
(Microsoft, "wevtutil"; published output). Fields: events recorded in 2016 (5152 version 0, 5157
version 1), in which Source is the remote end of an inbound packet in 5152, and the PC itself in 5157;
FilterOrigin and the place of FilterRTID behind it: published events of Windows 11 and Server 2022.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from winsim.drop_state import CONNECTION, CONNECTION_LAYERS, PACKET_DROP, DroppedPacket
from winsim.programs.cmd_syntax import NotSimulatedError
from winsim.programs.shell import Output, Shell

_QUERY = re.compile(
    r"\*\[System\[\(EventID=5152 or EventID=5157\) and "
    r"TimeCreated\[timediff\(@SystemTime\) <= (?P<most>[0-9]+)\]\]\]"
)
_DENIED = {
    "en": "Failed to read events. Access is denied.",
    "ja": "イベントの読み取りに失敗しました。 アクセスが拒否されました。",
    "de": "Fehler beim Lesen von Ereignissen. Zugriff verweigert",
}
#: The first build whose events name the origin of the filter: Windows Server 2022.
_WITH_ORIGIN = 20348
_LAYER_NAMES = {13: "%%14597", 15: "%%14597", 44: "%%14610", 46: "%%14610", 48: "%%14611"}


def wevtutil(shell: Shell, arguments: Sequence[str]) -> Output:
    """Run one wevtutil command."""
    words = [*arguments]
    if [word.lower() for word in words[:2]] != ["qe", "security"]:
        raise NotSimulatedError(f"wevtutil.exe {' '.join(words[:2])}")
    options = {word[1:].partition(":")[0].lower(): word.partition(":")[2] for word in words[2:]}
    query = _QUERY.fullmatch(options.pop("q", ""))
    if query is None or options.pop("f", "xml").lower() != "xml":
        raise NotSimulatedError("wevtutil.exe with another query")
    newest_first = options.pop("rd", "false").lower() == "true"
    most = int(options.pop("c", "1000000"))
    output = Output()
    if "wevtutil" in shell.machine.recorded_drops.refused:
        output.exit_code = 5
        output.error(_DENIED[shell.machine.language])
        return output
    now = shell.machine.clock()
    since = now - timedelta(milliseconds=int(query["most"]))
    found = sorted(_events(shell), key=lambda each: each[0], reverse=newest_first)
    for time, number, packet in [each for each in found if each[0] >= since][:most]:
        output.line(_event(shell, number, time, packet))
    return output


def _events(shell: Shell) -> Iterator[tuple[datetime, int, DroppedPacket]]:
    audited = shell.machine.recorded_drops.audited
    for each in shell.machine.drops.packets():
        if PACKET_DROP in audited:
            yield each.time, 5152, each.packet
        if CONNECTION in audited and each.packet.layer in CONNECTION_LAYERS:
            yield each.time, 5157, each.packet


def _event(shell: Shell, number: int, time: datetime, packet: DroppedPacket) -> str:
    build = int(shell.machine.operating_system.version.rpartition(".")[2] or 0)
    source, destination = packet.local, packet.remote
    if number == 5152 and packet.direction == "in":
        source, destination = destination, source
    fields = [
        ("ProcessId" if number == 5152 else "ProcessID", packet.pid),
        ("Application", packet.program),
        ("Direction", "%%14592" if packet.direction == "in" else "%%14593"),
        ("SourceAddress", source[0]),
        ("SourcePort", source[1]),
        ("DestAddress", destination[0]),
        ("DestPort", destination[1]),
        ("Protocol", packet.protocol),
    ]
    if build >= _WITH_ORIGIN:
        fields += [("InterfaceIndex", 5), ("FilterOrigin", packet.origin)]
    fields += [
        ("FilterRTID", packet.filter_id),
        ("LayerName", _LAYER_NAMES.get(packet.layer, "%%14611")),
        ("LayerRTID", packet.layer),
    ]
    if number == 5157:
        fields += [("RemoteUserID", "S-1-0-0"), ("RemoteMachineID", "S-1-0-0")]
    data = "".join(f"<Data Name='{name}'>{escape(str(value))}</Data>" for name, value in fields)
    task = 12809 if number == 5152 else 12810
    stamp = time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        "<Provider Name='Microsoft-Windows-Security-Auditing' "
        "Guid='{54849625-5478-4994-a5ba-3e3b0328c30d}'/>"
        f"<EventID>{number}</EventID><Version>{number - 5152 and 1}</Version><Level>0</Level>"
        f"<Task>{task}</Task><Opcode>0</Opcode><Keywords>0x8010000000000000</Keywords>"
        f"<TimeCreated SystemTime='{stamp}0Z'/><EventRecordID>319457771</EventRecordID>"
        "<Correlation/><Execution ProcessID='4' ThreadID='80'/><Channel>Security</Channel>"
        f"<Computer>{escape(shell.machine.computer_name)}</Computer><Security/></System>"
        f"<EventData>{data}</EventData></Event>"
    )
