# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a simulated machine that programs read: hosts, and the log of the firewall.

The log has the columns and the forms of real ones (`samples/firewall_logs`): 17 columns, and the id of
the process behind them in later versions of Windows. It has what was dropped while the profile of the
network said LogDroppedPackets, and nothing from before; ``LogFilePath`` says where it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase as fnmatch

from winsim.drop_state import DroppedPacket
from winsim.machine import Machine
from winsim.name_state import HOSTS_PATH

_FIELDS = (
    "#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn "
    "tcpack tcpwin icmptype icmpcode info path"
)
_HEAD = ("#Version: 1.5", "#Software: Microsoft Windows Firewall", "#Time Format: Local")


def read_file(machine: Machine, path: str) -> bytes | None:
    """The octets of a file; None where there is none."""
    wanted = path.strip().strip('"').lower().replace("/", "\\")
    if wanted == HOSTS_PATH:
        return machine.names.hosts
    records = machine.recorded_drops
    if wanted in records.files:
        return records.files[wanted].replace("\n", "\r\n").encode()
    return _logs(machine).get(wanted)


def matching(machine: Machine, pattern: str) -> list[str]:
    """The paths that a pattern with asterisks names, in order; one without names itself."""
    plain = pattern.strip().strip('"')
    if "*" not in plain:
        return [plain]
    names = {*machine.recorded_drops.files, *machine.drops.logs}
    return sorted(each for each in names if fnmatch(each, plain.lower()))


def is_known(path: str) -> bool:
    """Whether the machine could have such a file: others are not simulated."""
    wanted = path.strip().strip('"').lower().replace("/", "\\")
    return wanted == HOSTS_PATH or wanted.startswith("c:\\windows\\system32\\logfiles\\firewall\\")


def _logs(machine: Machine) -> dict[str, bytes]:
    return {path: _text(machine, path).encode() for path in machine.drops.logs}


def _text(machine: Machine, log: str) -> str:
    records = machine.recorded_drops
    zone = timezone(timedelta(minutes=machine.operating_system.time_zone))
    rows = [
        (each.time, _row(each.packet, each.time.astimezone(zone), process=records.process_column))
        for each in machine.drops.packets()
        if each.log == log and not each.packet.is_stealth
    ]
    if records.lost and machine.drops.is_first(log):
        time = machine.clock() - timedelta(seconds=60)
        stamp = _stamp(time.astimezone(zone))
        rows.append((time, f"{stamp} INFO-EVENTS-LOST - - - - - - - - - - - - {records.lost} -"))
    rows.sort(key=lambda each: each[0])
    fields = f"{_FIELDS} pid" if records.process_column else _FIELDS
    return "".join(f"{line}\r\n" for line in (*_HEAD, fields, "", *(line for _t, line in rows)))


def _stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")


def _row(packet: DroppedPacket, time: datetime, *, process: bool) -> str:
    name = {6: "TCP", 17: "UDP"}[packet.protocol]
    received = packet.direction == "in"
    source, destination = (
        (packet.remote, packet.local) if received else (packet.local, packet.remote)
    )
    rest = "- - - - - - -" if packet.protocol == 17 else "S 446729687 0 1024 - - -"
    words = [
        *(_stamp(time), "DROP", name, source[0], destination[0], source[1], destination[1]),
        *(52, rest, "RECEIVE" if received else "SEND"),
        *((packet.pid,) if process else ()),
    ]
    return " ".join(str(each) for each in words)
