# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the return values of WMI methods on processes and services mean, and what to do about them.

Values are those of Microsoft's reference, "CIMWin32 WMI Providers": the pages of
Win32_Process.Terminate, and of Win32_Service.StopService, StartService and ChangeStartMode, which
share one list. The page of Win32_OperatingSystem.Win32Shutdown refers to "System Error Codes" and
"WMI Error Constants".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..words.phrases import Phrase, Sentences, Value


class Method(StrEnum):
    """The methods that are called on the holder of a port and, as a last resort, on Windows."""

    TERMINATE = "Terminate"
    STOP_SERVICE = "StopService"
    START_SERVICE = "StartService"
    CHANGE_START_MODE = "ChangeStartMode"
    SHUT_DOWN = "Win32Shutdown"


class MethodOutcome(StrEnum):
    """What a return value says about the state of the host."""

    ACCEPTED = "accepted"  # under way; poll the state until it is reached
    ALREADY = "already"  # it already had the wanted state
    PENDING = "pending"  # not reached, but it still may be: poll the state
    NOT_NOW = "not_now"  # nothing was sent, because of its present state: poll that
    FAILED = "failed"  # nothing has changed


@dataclass(frozen=True, slots=True)
class ReturnCode:
    """A return value with its meaning and, for failures, what to do, in whole sentences.
    `restart_helps` says that a restart of Windows would do what the method could not."""

    value: int
    outcome: MethodOutcome
    meaning: Phrase
    remedy: Value = ""
    restart_helps: bool = False


# By return value: the names of the texts that say what it means and what to do.
_Row = tuple[str, ...]

_DENIED: _Row = ("denied", "connect_as_administrator", "use_own_console")

_PROCESS: Mapping[int, _Row] = {
    0: ("accepted",),
    2: _DENIED,
    3: ("no_debug_right", "grant_debug_right"),
    8: ("no_reason", "look_again"),
    9: ("no_such_process", "it_has_ended"),
    21: ("invalid_parameter", "it_has_ended"),
}

_SERVICE: Mapping[int, _Row] = {
    0: ("accepted",),
    1: ("not_supported", "terminate_or_disable"),
    2: _DENIED,
    3: ("needed_by_others", "stop_those_first"),
    4: ("takes_no_control", "not_now_terminate_or_disable"),
    5: ("no_control_in_state", "wait_for_state"),
    6: ("not_running", "start_first"),
    7: ("no_answer_in_time", "wait_or_terminate", "event_log"),
    8: ("failed", "event_log"),
    9: ("no_program", "reinstall_program"),
    10: ("runs_already", "started_by_others"),
    11: ("locked", "wait_for_installation"),
    12: ("needs_removed", "reinstall_program_of_service"),
    13: ("needs_other", "start_other_first", "event_log"),
    14: ("disabled", "set_start_mode"),
    15: ("no_logon", "check_logon"),
    16: ("being_removed", "close_users"),
    17: ("no_thread", "event_log"),
    18: ("circular", "repair_dependencies"),
    19: ("duplicate_running", "look_for_second"),
    20: ("invalid_name", "use_name"),
    21: ("invalid_parameter", "start_mode_impossible"),
    22: ("invalid_account", "check_account"),
    23: ("duplicate", "look_for_second"),
    24: ("paused", "continue_first"),
}

_SHUT_DOWN: Mapping[int, _Row] = {
    0: ("accepted",),
    5: ("denied", "connect_as_administrator"),
    1115: ("shutting_down",),
    1190: ("restart_scheduled",),
    1191: ("users_logged_on", "ask_or_force"),
    1314: ("no_remote_shutdown_right", "grant_remote_shutdown_right"),
    0x8004_1003: ("denied", "connect_as_administrator"),
    0x8004_1062: ("no_shutdown_right", "grant_shutdown_rights"),
}

_TABLES: Mapping[Method, Mapping[int, _Row]] = {
    Method.TERMINATE: _PROCESS,
    Method.STOP_SERVICE: _SERVICE,
    Method.START_SERVICE: _SERVICE,
    Method.CHANGE_START_MODE: _SERVICE,
    Method.SHUT_DOWN: _SHUT_DOWN,
}

# Failures that a restart of Windows ends, because it ends the process or service.
_RESTART_HELPS = frozenset(
    {
        (Method.TERMINATE, 8),
        (Method.STOP_SERVICE, 1),
        (Method.STOP_SERVICE, 4),
        (Method.STOP_SERVICE, 16),
    }
)

# Values that mean neither success nor failure.
_NO_FAILURE: Mapping[tuple[Method, int], MethodOutcome] = {
    (Method.STOP_SERVICE, 5): MethodOutcome.NOT_NOW,
    (Method.STOP_SERVICE, 6): MethodOutcome.ALREADY,
    (Method.STOP_SERVICE, 7): MethodOutcome.PENDING,
    (Method.START_SERVICE, 7): MethodOutcome.PENDING,
    (Method.START_SERVICE, 10): MethodOutcome.ALREADY,
    (Method.SHUT_DOWN, 1115): MethodOutcome.ALREADY,
    (Method.SHUT_DOWN, 1190): MethodOutcome.ALREADY,
}


def explain(method: Method, value: int) -> ReturnCode:
    """What the return value of a method means. Values that the reference does not list are
    failures; those from 0x80000000 are HRESULTs."""
    row = _TABLES[method].get(value)
    if row is None:
        shown = f"0x{value:08X}" if value >= 0x8000_0000 else str(value)
        values: dict[str, Value] = {"value": shown, "method": method.value}
        meaning, remedy = Phrase("code.unknown", values), Phrase("code.do.look_up", values)
        return ReturnCode(value, MethodOutcome.FAILED, meaning, remedy)
    failed = MethodOutcome.FAILED if value else MethodOutcome.ACCEPTED
    outcome = _NO_FAILURE.get((method, value), failed)
    remedies = Sentences(tuple(Phrase(f"code.do.{name}") for name in row[1:]))
    helps = (method, value) in _RESTART_HELPS
    return ReturnCode(value, outcome, Phrase(f"code.{row[0]}"), remedies, helps)
