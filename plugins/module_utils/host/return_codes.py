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


class Method(StrEnum):
    """The methods that are invoked on what holds a port, and on Windows as the last resort."""

    TERMINATE = "Terminate"
    STOP_SERVICE = "StopService"
    START_SERVICE = "StartService"
    CHANGE_START_MODE = "ChangeStartMode"
    SHUT_DOWN = "Win32Shutdown"


class Outcome(StrEnum):
    """What a return value says about the state of the host."""

    ACCEPTED = "accepted"  # under way; the state is to be read until it is reached
    ALREADY = "already"  # it was so before
    PENDING = "pending"  # not reached, and may still be: the state is to be read
    NOT_NOW = "not_now"  # nothing was sent, because of the state that it is in: that is to be read
    FAILED = "failed"  # nothing has changed


@dataclass(frozen=True, slots=True)
class ReturnCode:
    """A return value with its meaning and, for failures, what to do, in whole sentences.
    `restart_helps` says that a restart of Windows would do what the method could not."""

    value: int
    outcome: Outcome
    meaning: str
    remedy: str = ""
    restart_helps: bool = False


_ACCEPTED = (Outcome.ACCEPTED, "The request was accepted.", "")
_ACCESS = (
    "Connect as a member of the local group Administrators. With a local account other than "
    "Administrator, UAC also has to allow full rights over the network "
    "(LocalAccountTokenFilterPolicy)."
)
_PROTECTED = (
    "Security products and parts of Windows protect their processes and services even from "
    "administrators: use the product's own tool, or its console."
)
_LOOK = "The System event log of the host has the reason, from the source Service Control Manager."

_Row = tuple[Outcome, str, str]

_PROCESS: Mapping[int, _Row] = {
    0: _ACCEPTED,
    2: (Outcome.FAILED, "Access was denied.", f"{_ACCESS} {_PROTECTED}"),
    3: (
        Outcome.FAILED,
        "The account lacks a privilege, probably SeDebugPrivilege.",
        "Grant the account the user right 'Debug programs', or connect as an administrator.",
    ),
    8: (
        Outcome.FAILED,
        "Windows gives no reason.",
        "The process may be waiting for a driver or ending already: look again, or restart the "
        "host.",
    ),
    9: (
        Outcome.FAILED,
        "Windows did not find the process.",
        "It has probably ended by itself: run the task again.",
    ),
    21: (
        Outcome.FAILED,
        "Windows calls a parameter invalid.",
        "The process has probably ended by itself: run the task again.",
    ),
}

_SERVICE: Mapping[int, _Row] = {
    0: _ACCEPTED,
    1: (
        Outcome.FAILED,
        "The service does not support the request.",
        "Such a service can't be stopped: stop its process with the method terminate, or set its "
        "start mode to disabled and restart the host.",
    ),
    2: (Outcome.FAILED, "Access was denied.", f"{_ACCESS} {_PROTECTED}"),
    3: (
        Outcome.FAILED,
        "Other services that are running depend on it.",
        "Stop those first, or let this task stop them with force.",
    ),
    4: (
        Outcome.FAILED,
        "The service does not take this control.",
        "Such a service can't be stopped at this moment: stop its process with the method "
        "terminate, or set its start mode to disabled and restart the host.",
    ),
    5: (
        Outcome.FAILED,
        "The service can't take a control in its state: it is stopped, starting or stopping.",
        "Wait until the service has reached a state, and run the task again.",
    ),
    6: (
        Outcome.FAILED,
        "The service is not running.",
        "Start the service first, or look why it ended: run the task again.",
    ),
    7: (
        Outcome.FAILED,
        "The service did not answer in time, and may still do what was asked.",
        f"Wait longer, or stop its process with the method terminate. {_LOOK}",
    ),
    8: (Outcome.FAILED, "The service failed without a reason that Windows knows.", _LOOK),
    9: (
        Outcome.FAILED,
        "The program of the service was not found at its path.",
        "Repair or reinstall the program.",
    ),
    10: (
        Outcome.FAILED,
        "The service is running already.",
        "Another program has started it: run the task again.",
    ),
    11: (
        Outcome.FAILED,
        "The database of services is locked.",
        "An installation is probably under way: run the task again when it is done.",
    ),
    12: (
        Outcome.FAILED,
        "A service that it depends on is not installed any more.",
        "Repair or reinstall the program that the service belongs to.",
    ),
    13: (
        Outcome.FAILED,
        "A service that it depends on could not be found or started.",
        f"Start that service first. {_LOOK}",
    ),
    14: (
        Outcome.FAILED,
        "The service is disabled.",
        "Set its start mode to manual or automatic first.",
    ),
    15: (
        Outcome.FAILED,
        "The account of the service could not log on.",
        "Check the account and password of the service, and its right to log on as a service.",
    ),
    16: (
        Outcome.FAILED,
        "The service is being removed.",
        "Close what still uses it (the Services console, Task Manager), or restart the host.",
    ),
    17: (Outcome.FAILED, "The service has no thread that could answer.", _LOOK),
    18: (
        Outcome.FAILED,
        "The service depends on itself through others.",
        "Repair the dependencies of the service (sc.exe config NAME depend= ...).",
    ),
    19: (
        Outcome.FAILED,
        "A service of this name is running already.",
        "Look for a second service of the same display name.",
    ),
    20: (
        Outcome.FAILED,
        "Windows calls the name of the service invalid.",
        "Use the name of the service instead of its display name.",
    ),
    21: (
        Outcome.FAILED,
        "Windows calls a parameter invalid.",
        "This start mode is not possible for this kind of service.",
    ),
    22: (
        Outcome.FAILED,
        "The account of the service is invalid or lacks a right.",
        "Check the account of the service and its right to log on as a service.",
    ),
    23: (
        Outcome.FAILED,
        "A service of this name exists already.",
        "Look for a second service of the same display name.",
    ),
    24: (
        Outcome.FAILED,
        "The service is paused.",
        "Continue the service first (Services console, or sc.exe continue NAME).",
    ),
}

_SHUT_DOWN: Mapping[int, _Row] = {
    0: _ACCEPTED,
    5: (Outcome.FAILED, "Access was denied.", _ACCESS),
    1115: (Outcome.ALREADY, "Windows is shutting down already.", ""),
    1190: (Outcome.ALREADY, "A restart of Windows is scheduled already.", ""),
    1191: (
        Outcome.FAILED,
        "Windows does not restart while somebody is logged on.",
        "Ask them to log off, or let force restart it all the same: what they have not saved is "
        "lost then.",
    ),
    1314: (
        Outcome.FAILED,
        "The account lacks a privilege, probably SeRemoteShutdownPrivilege.",
        "Grant the account the user right 'Force shutdown from a remote system', or connect as an "
        "administrator.",
    ),
    0x8004_1003: (Outcome.FAILED, "Access was denied.", _ACCESS),
    0x8004_1062: (
        Outcome.FAILED,
        "The account lacks the privilege to shut Windows down.",
        "Grant the account the user rights 'Shut down the system' and 'Force shutdown from a "
        "remote system', or connect as an administrator.",
    ),
}

_TABLES: Mapping[Method, Mapping[int, _Row]] = {
    Method.TERMINATE: _PROCESS,
    Method.STOP_SERVICE: _SERVICE,
    Method.START_SERVICE: _SERVICE,
    Method.CHANGE_START_MODE: _SERVICE,
    Method.SHUT_DOWN: _SHUT_DOWN,
}

# Failures that end with the process or service at the latest when Windows does.
_RESTART_HELPS = frozenset(
    {
        (Method.TERMINATE, 8),
        (Method.STOP_SERVICE, 1),
        (Method.STOP_SERVICE, 4),
        (Method.STOP_SERVICE, 16),
    }
)

# Values that are no failure of the method, although they are not its success.
_NO_FAILURE: Mapping[tuple[Method, int], Outcome] = {
    (Method.STOP_SERVICE, 5): Outcome.NOT_NOW,
    (Method.STOP_SERVICE, 6): Outcome.ALREADY,
    (Method.STOP_SERVICE, 7): Outcome.PENDING,
    (Method.START_SERVICE, 7): Outcome.PENDING,
    (Method.START_SERVICE, 10): Outcome.ALREADY,
}


def explain(method: Method, value: int) -> ReturnCode:
    """What a return value of a method means. Values that the reference does not list are failures;
    those from 0x80000000 are HRESULTs."""
    table = _TABLES[method]
    if value in table:
        outcome, meaning, remedy = table[value]
        outcome = _NO_FAILURE.get((method, value), outcome)
        return ReturnCode(value, outcome, meaning, remedy, (method, value) in _RESTART_HELPS)
    shown = f"0x{value:08X}" if value >= 0x8000_0000 else str(value)
    return ReturnCode(
        value,
        Outcome.FAILED,
        f"Windows answered {shown}, which has no meaning of its own for {method.value}.",
        f"Look {shown} up in Microsoft's lists of WMI error constants and system error codes.",
    )
