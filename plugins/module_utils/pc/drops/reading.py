# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads from a Host what Windows has recorded of dropped packets: one query and two command lines.

None of the records has to be there. One that can't be read is reported as such, and the others are
read all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ...host.host import Host, HostError
from ...words.phrases import Phrase, Value, in_turn
from ...wsman.cim import classes
from ...wsman.cim.row_values import optional_number, time_of
from ..programs import running
from ..programs.commands import (
    AUDIT_POLICY,
    FIREWALL_LOG,
    LOG_COLUMNS,
    MAX_LOG,
    MAX_NET_EVENTS,
    NET_EVENTS,
    RECENT,
    SECURITY_EVENTS,
    OutputError,
    Program,
)
from . import firewall_log, net_events, security_events
from .model import Drop, Parsed, Record

_WHAT = Phrase("do.read_drops")
# A clock may be set while it is read.
_SLACK = timedelta(seconds=60)


class State(StrEnum):
    """How a record was read."""

    READ = "read"
    # Windows has lost, or the reading has left out, some of it.
    PARTLY = "partly"
    # Windows records nothing there.
    OFF = "off"
    UNREAD = "unread"


@dataclass(frozen=True)
class RecordRead:
    """A record: how it was read, and why not as a whole, in whole sentences."""

    record: Record
    state: State
    why: Value | None = None


@dataclass(frozen=True)
class Records:
    """All that Windows has recorded lately.

    Attributes:
        drops: those of the last `minutes`, in no order.
        read: each record, in the order of `Record`.
        minutes: for how long back.
        booted: when Windows started, None if unknown. The numbers of filters begin anew then.
    """

    drops: tuple[Drop, ...] = ()
    read: tuple[RecordRead, ...] = ()
    minutes: int = RECENT // 60
    booted: datetime | None = None

    def state(self, record: Record) -> State:
        """How a record was read."""
        return next((each.state for each in self.read if each.record is record), State.UNREAD)


@dataclass(frozen=True)
class _Outputs:
    """What programs printed, and why there is nothing of them, if so."""

    printed: running.Printed = field(default_factory=lambda: running.Printed({}))
    why_not: Value | None = None

    def text(self, program: Program) -> str:
        return self.printed.texts.get(program, "")

    def has_failed(self, program: Program) -> bool:
        return program in self.printed.failed

    def why(self, program: Program) -> Value:
        """Why the output of a program is none."""
        if self.why_not is not None:
            return self.why_not
        if self.has_failed(program):
            return Phrase("program.ended_with_error", {"program": program.name})
        return Phrase("program.printed_nothing", {"program": program.name})


def read(host: Host) -> Records:
    """Read all records of a host.

    Raises:
        HostError: the host is unreachable.
    """
    clock = _clock(host)
    now, offset = clock.now, clock.offset
    since = None if now is None else now - timedelta(seconds=RECENT)
    logs = _outputs(host, (SECURITY_EVENTS, AUDIT_POLICY, LOG_COLUMNS, FIREWALL_LOG), MAX_LOG)
    engine = _outputs(host, (NET_EVENTS,), MAX_NET_EVENTS)
    found: Mapping[Record, tuple[Parsed, RecordRead]] = {
        Record.NET_EVENTS: _net_events(engine),
        Record.SECURITY_LOG: _security_log(logs),
        Record.FIREWALL_LOG: _firewall_log(logs, offset, since, clock.why_not),
    }
    drops = (each for parsed, _read in found.values() for each in parsed.drops)
    return Records(
        tuple(each for each in drops if _is_recent(each, since)),
        tuple(each for _parsed, each in found.values()),
        booted=clock.booted,
    )


@dataclass(frozen=True)
class _Clock:
    """What time it is by the host's clock, how far its own time is from UTC, and when it started;
    None for what is unknown, and why."""

    now: datetime | None = None
    offset: timedelta | None = None
    booted: datetime | None = None
    why_not: Value | None = None


def _clock(host: Host) -> _Clock:
    wanted = ("LocalDateTime", "CurrentTimeZone", "LastBootUpTime")
    try:
        rows = host.enumerate(classes.OPERATING_SYSTEM, wanted)
    except HostError as error:
        if error.unreachable:
            raise
        return _Clock(why_not=error.phrase)
    now = time_of(rows[0], "LocalDateTime") if rows else None
    booted = time_of(rows[0], "LastBootUpTime") if rows else None
    minutes = optional_number(rows[0], "CurrentTimeZone") if rows else None
    if now is None or minutes is None:
        return _Clock(now, booted=booted, why_not=Phrase("drop_record.no_clock"))
    return _Clock(now, timedelta(minutes=minutes), booted)


def _outputs(host: Host, programs: tuple[Program, ...], most_of_last: int) -> _Outputs:
    try:
        return _Outputs(running.run(host, programs, _WHAT, most_of_last))
    except HostError as error:
        if error.unreachable:
            raise
        return _Outputs(why_not=error.phrase)
    except OutputError as error:
        why = error.phrase
        told = HostError("host.could_not", what=_WHAT, host=host.name, url=host.url, why=why)
        return _Outputs(why_not=told.phrase)


def _is_recent(drop: Drop, since: datetime | None) -> bool:
    # The host itself has chosen by time what it knows the time of.
    if drop.time is None or since is None:
        return drop.record is not Record.FIREWALL_LOG
    return since - _SLACK <= drop.time <= since + timedelta(seconds=RECENT) + _SLACK


def _net_events(engine: _Outputs) -> tuple[Parsed, RecordRead]:
    record = Record.NET_EVENTS
    parsed = net_events.parse(engine.text(NET_EVENTS))
    if parsed is None or engine.has_failed(NET_EVENTS):
        return Parsed(), RecordRead(record, State.UNREAD, engine.why(NET_EVENTS))
    return parsed, _told(record, parsed, whole=engine.printed.whole)


def _security_log(logs: _Outputs) -> tuple[Parsed, RecordRead]:
    record = Record.SECURITY_LOG
    if SECURITY_EVENTS not in logs.printed.texts or logs.has_failed(SECURITY_EVENTS):
        return Parsed(), RecordRead(record, State.UNREAD, logs.why(SECURITY_EVENTS))
    parsed = security_events.parse(logs.text(SECURITY_EVENTS))
    audited = security_events.audited(logs.text(AUDIT_POLICY))
    if not parsed.drops and not parsed.unread and audited is not True:
        if audited is None:
            return parsed, RecordRead(record, State.PARTLY, Phrase("drop_record.audit_unknown"))
        return parsed, RecordRead(record, State.OFF, Phrase("drop_record.audit_off"))
    return parsed, _told(record, parsed)


def _firewall_log(
    logs: _Outputs, offset: timedelta | None, since: datetime | None, why_no_time: Value | None
) -> tuple[Parsed, RecordRead]:
    record = Record.FIREWALL_LOG
    if FIREWALL_LOG not in logs.printed.texts or logs.has_failed(FIREWALL_LOG):
        return Parsed(), RecordRead(record, State.UNREAD, logs.why(FIREWALL_LOG))
    named = firewall_log.columns(logs.text(LOG_COLUMNS))
    text = logs.text(FIREWALL_LOG)
    if not named and not text.strip():
        return Parsed(), RecordRead(record, State.OFF, Phrase("drop_record.no_log"))
    if offset is None:
        return Parsed(), RecordRead(record, State.UNREAD, why_no_time)
    parsed = firewall_log.parse(text, named, offset, since)
    # What was left out is older than what was read.
    times = [each.time for each in parsed.drops if each.time is not None]
    if times and since is not None and min(times) < since:
        return replace(parsed, whole=True), _told(record, replace(parsed, whole=True))
    return parsed, _told(record, parsed, whole=logs.printed.whole)


def _told(record: Record, parsed: Parsed, *, whole: bool = True) -> RecordRead:
    """A record that was read, with what is missing of it."""
    doubts = (
        None if whole and parsed.whole else Phrase("drop_record.more"),
        Phrase("drop_record.lost", {"count": parsed.lost}) if parsed.lost else None,
        Phrase("drop_record.unread", {"count": parsed.unread}) if parsed.unread else None,
    )
    if not any(doubts):
        return RecordRead(record, State.READ)
    return RecordRead(record, State.PARTLY, in_turn(*doubts))
