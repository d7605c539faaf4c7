# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated PC behind a Transport, without a network: what the driver does to it is seen in its
tables, and time passes only when somebody sleeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import (
    ports_by_protocol,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground import model
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Clock, Host
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.holders import Holder
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.aftermath import (
    HeldCause,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.choosing.model import (
    Step,
    StopRequest,
    StopTask,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.driver import (
    carry_out,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.reading import (
    StopSurvey,
    survey,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.running.state import (
    StopResult,
)
from unit.words.english import english
from winsim import images
from winsim.wsman import Caller, Reply, Service

CALLER = Caller("admin", "127.0.0.1", "http://127.77.0.1:5985/wsman")
RESTART_SECONDS = 90


@cache
def image(name: str) -> images.Image:
    return images.load(name)


@dataclass(frozen=True)
class SaidHeld:
    """A Held with its message in English."""

    holder: Holder
    cause: HeldCause
    came_back: bool
    message: str


@dataclass(frozen=True)
class SaidResult:
    """A StopResult with its texts in English."""

    done: tuple[Step, ...]
    pending: tuple[Step, ...]
    after: tuple[Holder, ...] | None
    held: tuple[SaidHeld, ...]
    rebooted: bool
    failure: str
    unreachable: bool
    stopped_now: tuple[model.Service, ...]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, result: StopResult) -> SaidResult:
        return cls(
            result.done,
            result.pending,
            result.after,
            tuple(
                SaidHeld(each.holder, each.cause, each.came_back, english(each.message))
                for each in result.held
            ),
            result.rebooted,
            english(result.failure),
            result.unreachable,
            result.stopped_now,
            tuple(map(english, result.notes)),
        )


class SimulatedPc:
    """The PC of an image. It is the Transport to itself.

    `before` and `after` are called with what a request is about, as ``Terminate Win32_Process`` and
    its number among those, around its answer: they may change the machine, or raise what a
    Transport raises. `rewrite` may change the request on its way, `spoil` the answer. `calls` are
    the methods that were invoked.
    """

    url = "http://127.77.0.1:5985/wsman"
    operation_timeout = 20.0
    peer = ("127.77.0.1", 5985)
    own = "127.0.0.1"

    def __init__(self, name: str = "stubborn") -> None:
        self.machine = image(name).boot()
        self.seconds = 0.0
        start = self.machine.operating_system.booted + timedelta(hours=1)
        self.machine.clock = lambda: start + timedelta(seconds=self.seconds)
        self.machine.on_restart = self._go_down
        self.service = Service(self.machine)
        self.shell_id: str | None = None
        self.requests: list[str] = []
        self.calls: list[str] = []
        self.before: Callable[[str, int], None] = lambda what, number: None
        self.after: Callable[[str, int], None] = lambda what, number: None
        self.rewrite: Callable[[bytes], bytes] = lambda envelope: envelope
        self.spoil: Callable[[bytes], bytes] = lambda answer: answer
        self._up_again: float | None = None
        self.host = Host(self, "win-1", clock=Clock(sleep=self.sleep, monotonic=self.monotonic))

    # -- a clock -----------------------------------------------------------------------------------

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.seconds += seconds
        if self._up_again is not None and self.seconds >= self._up_again:
            self._up_again = None
            self.machine.restart()

    def monotonic(self) -> float:
        return self.seconds

    def _go_down(self) -> None:
        self._up_again = self.seconds + RESTART_SECONDS

    # -- a transport -------------------------------------------------------------------------------

    def send(self, envelope: bytes) -> bytes:
        if self._up_again is not None:
            raise TransportError(Failure.REFUSED)
        request = self.service.read(self.rewrite(envelope), CALLER)
        assert not isinstance(request, Reply), request
        what = f"{request.verb} {self.service.asked_class(request)}"
        self.requests.append(what)
        number = self.requests.count(what)
        self.before(what, number)
        if request.verb not in {"Enumerate", "Pull", "Create", "Command", "Receive", "Signal"}:
            self.calls.append(
                f"{request.verb} {next(iter(request.selectors.values()), '')}".strip()
            )
        answer = self.service.answer(request, CALLER).text.encode()
        self.after(what, number)
        return self.spoil(answer)

    def reconnect(self) -> None:
        pass

    def forget_shell(self) -> None:
        self.shell_id = None

    # -- what is asked of it -----------------------------------------------------------------------

    def task(self, ports: object, protocols: object = "tcp", **options: object) -> StopTask:
        """`options` are those of a StopTask or of its StopRequest."""
        names = set(StopTask.__dataclass_fields__)
        own = {name: value for name, value in options.items() if name in names}
        rest = {name: value for name, value in options.items() if name not in names}
        request = StopRequest(**rest)  # type: ignore[arg-type]
        return StopTask(ports_by_protocol(ports, protocols), request, **own)  # type: ignore[arg-type]

    def survey(self, ports: object, protocols: object = "tcp", **options: object) -> StopSurvey:
        task = self.task(ports, protocols, **options)
        return survey(self.host, task.ports, task.request)

    def free(self, ports: object, protocols: object = "tcp", **options: object) -> SaidResult:
        """Survey and carry out; the plan must not be refused."""
        task = self.task(ports, protocols, **options)
        found = survey(self.host, task.ports, task.request)
        assert found.plan.steps, found.plan.refusals
        return self.carry_out(task, found)

    def carry_out(self, task: StopTask, found: StopSurvey) -> SaidResult:
        """What a person reads of it in English; `carried_out` has it as phrases."""
        return SaidResult.of(self.carried_out(task, found))

    def carried_out(self, task: StopTask, found: StopSurvey) -> StopResult:
        return carry_out(self.host, task, found)

    # -- what has become of it ---------------------------------------------------------------------

    def pids(self, port: int) -> set[int]:
        return {e.pid for e in self.machine.endpoints() if e.local_port == port and e.listening}

    def state(self, service: str) -> tuple[str, str]:
        """State and start mode of a service."""
        found = self.machine.service(service)
        assert found is not None
        return found.state, found.start_mode

    def picture(self) -> tuple[object, ...]:
        """Everything that a task could change."""
        return (
            frozenset(process.pid for process in self.machine.processes()),
            frozenset((e.protocol, e.local_port, e.pid) for e in self.machine.endpoints()),
            frozenset((s.name, s.state, s.start_mode) for s in self.machine.services()),
        )
