# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a simulated machine that programs read: hosts, and the log of the firewall.

The log has the columns and the forms of real ones (`samples/firewall_logs`): 17 columns, and the id of
the process behind them in later versions of Windows. It is full of what was dropped while the profile
of the network says LogDroppedPackets; ``LogFilePath`` says where it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase as fnmatch

from winsim.drop_state import DroppedPacket
from winsim.firewall.store import Value, profile_key
from winsim.machine import Machine
from winsim.name_state import HOSTS_PATH

_LOG = r"%systemroot%\system32\logfiles\firewall\pfirewall.log"
_FIELDS = (
    "#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn "
    "tcpack tcpwin icmptype icmpcode info path"
)
_HEAD = ("#Version: 1.5", "#Software: Microsoft Windows Firewall", "#Time Format: Local")
_CATEGORIES = ("public", "private", "domain")


def read_file(machine: Machine, path: str) -> bytes | None:
    """The octets of a file; None where there is none."""
    wanted = path.strip().strip('"').lower().replace("/", "\\")
    if wanted == HOSTS_PATH:
        return machine.names.hosts
    records = machine.recorded_drops
    if wanted in records.files:
        return records.files[wanted].replace("\n", "\r\n").encode()
    return _log(machine).get(wanted)


def matching(machine: Machine, pattern: str) -> list[str]:
    """The paths that a pattern with asterisks names, in order; one without names itself."""
    plain = pattern.strip().strip('"')
    if "*" not in plain:
        return [plain]
    names = {*machine.recorded_drops.files, *_log(machine)}
    return sorted(each for each in names if fnmatch(each, plain.lower()))


def is_known(path: str) -> bool:
    """Whether the machine could have such a file: others are not simulated."""
    wanted = path.strip().strip('"').lower().replace("/", "\\")
    return wanted == HOSTS_PATH or wanted.startswith("c:\\windows\\system32\\logfiles\\firewall\\")


def _log(machine: Machine) -> dict[str, bytes]:
    state = machine.firewall
    if state is None or not machine.network.profiles:
        return {}
    category = _CATEGORIES[machine.network.profiles[0].category]
    values: dict[str, Value] = {}
    for store in ("local", "policy"):
        found = state.values(profile_key(category, store) + r"\Logging") or {}
        values |= {name.lower(): value for name, value in found.items()}
    dropped, path = values.get("logdroppedpackets"), values.get("logfilepath")
    if dropped is None or dropped.data not in (1, "0x1", "1"):
        return {}
    name = (_LOG if path is None else str(path.data)).lower()
    return {name.replace("%systemroot%", r"c:\windows"): _text(machine).encode()}


def _text(machine: Machine) -> str:
    records = machine.recorded_drops
    now = machine.clock().astimezone(
        timezone(timedelta(minutes=machine.operating_system.time_zone))
    )
    rows = []
    for packet in records.packets:
        if not packet.is_stealth:
            for number in range(packet.times):
                time = now - timedelta(seconds=packet.ago + number)
                rows.append((time, _row(packet, time, process=records.process_column)))
    if records.lost:
        time = now - timedelta(seconds=60)
        rows.append(
            (time, f"{_stamp(time)} INFO-EVENTS-LOST - - - - - - - - - - - - {records.lost} -")
        )
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
