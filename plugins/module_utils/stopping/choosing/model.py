# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The request to free ports, and the resulting plan, as frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ...asked.ports import WINRM_LISTENERS, PortSet
from ...ground.model import Process, Protocol, Service
from ...ground.names import ascii_lower
from ...pc.holders import Holder, Port, process_title
from ...words.phrases import Joined, Phrase, Single, Value

#: What goes for every danger that prevents a stop.
ONLY_FORCE = Phrase("refused.only_force")

SYSTEM_DIRECTORY = "C:\\Windows\\System32"


class Means(StrEnum):
    """How a holder is stopped: a service as a service and anything else by ending its process, or
    always in one of these ways."""

    AUTO = "auto"
    SERVICE = "service"
    TERMINATE = "terminate"


class StartMode(StrEnum):
    """Start modes as in Win32_Service.ChangeStartMode; Win32_Service.StartMode shows the first one
    as ``Auto``."""

    AUTOMATIC = "Automatic"
    MANUAL = "Manual"
    DISABLED = "Disabled"


def as_start_mode(shown: str | None) -> StartMode | None:
    """The value of Win32_Service.StartMode in the form of ChangeStartMode. None for the modes of
    drivers."""
    return _START_MODES.get(ascii_lower(shown or ""))


_START_MODES = {
    "auto": StartMode.AUTOMATIC,
    "manual": StartMode.MANUAL,
    "disabled": StartMode.DISABLED,
}


class StepAction(StrEnum):
    """What one step of a plan does."""

    CHANGE_START_MODE = "change_start_mode"
    STOP_SERVICE = "stop_service"
    TERMINATE = "terminate"
    START_SERVICE = "start_service"


class StopGuard(StrEnum):
    """Why something is not stopped."""

    # There is nothing to stop, or it is uncertain what to stop: force has no effect.
    WINDOWS_ITSELF = "windows_itself"  # PID 4 and PID 0
    UNKNOWN_PROCESS = "unknown_process"
    ENDED = "ended"
    NOT_EXPECTED = "not_expected"
    NOT_A_SERVICE = "not_a_service"
    SEVERAL_SERVICES = "several_services"
    IIS_WORKER = "iis_worker"
    ORPHANED = "orphaned"
    FORWARDED = "forwarded"
    TAKES_NO_STOP = "takes_no_stop"
    DISABLED = "disabled"
    PAUSED = "paused"
    NO_SUCH_SERVICE = "no_such_service"
    NOTHING_TO_RESTART = "nothing_to_restart"
    # There are dangers: force overrides them.
    REUSED_PID = "reused_pid"
    RELAY = "relay"
    SYSTEM_PROCESS = "system_process"
    PROTECTED_PROCESS = "protected_process"
    SHARED_PROCESS = "shared_process"
    DEPENDENT_SERVICES = "dependent_services"
    RPC = "rpc"
    WMI = "wmi"
    WINRM = "winrm"
    NETWORK = "network"


@dataclass(frozen=True)
class StopRequest:
    """What a person wants.

    `expected_process` are names or full paths of programs, with or without ``.exe``, and
    `expected_service` names or display names of services: if given, every holder has to be one of
    them. `restart` starts stopped services again, and named ones that don't run. `start_mode` is
    set on the services of the holders before they stop, and on named services that have already
    stopped. `connections` also stops processes that only use the port for their own connections.
    `force` overrides dangers. `reboot` says that Windows may be restarted as a last resort.

    Raises ValueError if `restart` is combined with the start mode disabled.
    """

    means: Means = Means.AUTO
    expected_process: tuple[str, ...] = ()
    expected_service: tuple[str, ...] = ()
    restart: bool = False
    start_mode: StartMode | None = None
    connections: bool = False
    force: bool = False
    reboot: bool = False

    def __post_init__(self) -> None:
        if self.restart and self.start_mode is StartMode.DISABLED:
            raise ValueError("a disabled service can't be started again")


@dataclass(frozen=True)
class Surroundings:
    """What has to be known about the host in addition to its ports.

    `dependents` has, by the name of a service in lower case, the services that depend on it
    (Win32_DependentService). `services` are those that `StopRequest.expected_service` names,
    whether they run in a holder or not. `started` has, by the PID of a process, the other programs
    that it has started, each once. `winrm_ports` are the ports on which WinRM listens. `serves`
    has, by the PID of a relay, the other ports that depend on it.
    """

    system_directory: str = SYSTEM_DIRECTORY
    dependents: Mapping[str, tuple[Service, ...]] = field(default_factory=dict)
    services: tuple[Service, ...] = ()
    started: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    winrm_ports: PortSet = WINRM_LISTENERS
    serves: Mapping[int, tuple[Port, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """What is stopped for one holder: these services, or its process if there are none."""

    holder: Holder
    services: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a holder is not stopped. `message` has whole sentences, the last of which say what to do.
    There is no `holder` if a service that holds no port is in the way; `service` is then its name,
    if it has one."""

    holder: Holder | None
    guard: StopGuard
    message: Value
    service: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One action. `holders` are those that it is for, with their ports; it has none for a service
    that is only in the way, because it depends on another. `service` or `process` is what it acts
    on. `start_mode` is the new one; the earlier one is `service.start_mode`."""

    action: StepAction
    holders: tuple[Holder, ...] = ()
    service: Service | None = None
    process: Process | None = None
    start_mode: StartMode | None = None

    @property
    def ports(self) -> tuple[Port, ...]:
        """The ports that the step should free, each once, in order."""
        return tuple(sorted({port for holder in self.holders for port in holder.ports}))

    @property
    def description(self) -> Phrase:
        """The step in words: ``stop the service Spooler (Print Spooler)``."""
        return Phrase(f"step.{self.action.value}", self._values)

    @property
    def done(self) -> Phrase:
        """That it was done, in a sentence: ``Stopped the service Spooler (Print Spooler).``"""
        return Phrase(f"step_done.{self.action.value}", self._values)

    @property
    def _values(self) -> Mapping[str, Value]:
        if self.process is not None:
            return {"process": process_title(self.process)}
        values: dict[str, Value] = {"service": service_title(self.service)}
        if self.start_mode is not None:
            values["mode"] = start_mode_title(self.start_mode)
        return values


@dataclass(frozen=True)
class Plan:
    """What to do for all ports at once: if there is a refusal, there are no steps.

    `warnings` are whole sentences: what force has overridden, and what may bring a holder back.
    `left` only use a port for their own connections, and are not stopped.
    """

    steps: tuple[Step, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Value, ...] = ()
    left: tuple[Holder, ...] = ()


@dataclass(frozen=True)
class StopTask:
    """The task. Times are in seconds.

    Attributes:
        wait: whether to wait until the ports are free, or held again.
        timeout: how long all steps and the waiting may take.
        stay_free: how long the ports have to stay free.
        reboot_timeout: how long Windows may take to come back.
    """

    ports: Mapping[Protocol, PortSet]
    request: StopRequest
    wait: bool = True
    timeout: float = 60.0
    stay_free: float = 2.0
    reboot_timeout: float = 600.0


def service_title(service: Service | None) -> Single:
    """The title of a service in a message: its name, and its display name if that differs."""
    if service is None:
        return ""
    if service.display_name in ("", service.name):
        return service.name
    return Phrase("service.title", {"name": service.name, "display": service.display_name})


def service_titles(services: Iterable[Service]) -> Joined:
    """Services in a message, however many."""
    return listed(service_title(each) for each in services)


def listed(values: Iterable[Single], most: int | None = None) -> Joined:
    """Several things separated by commas. With `most`, the others are only counted."""
    every = tuple(values)
    shown = every[:most]
    if len(shown) < len(every):
        more = Phrase("list.and_more", {"last": shown[-1], "count": len(every) - len(shown)})
        shown = (*shown[:-1], more)
    return Joined(shown, "list.separator")


def ports_text(ports: Mapping[Protocol, PortSet]) -> str:
    """The ports of a task in a message, as many as fit."""
    asked = ", ".join(f"{numbers}/{protocol.value}" for protocol, numbers in ports.items())
    return asked if len(asked) <= 100 else f"{asked[:100]}..."


def start_mode_title(mode: StartMode) -> Phrase:
    """A start mode in a message."""
    return Phrase(f"start_mode.{mode.value.lower()}")
