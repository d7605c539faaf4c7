# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads many hosts in one process, with a few workers.

The thread of the task prepares each host, since Ansible resolves variables only there, and then
waits. Each host that answers on its port is read by one of the workers, in the order that
`Accounts` allows. The time limit of a task interrupts the thread of the task anywhere, so that
thread holds no lock, and what the others have found out is there all the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Condition, Thread
from typing import Generic, TypeVar

from ...module_utils.diagnosis.survey.accounts import Accounts
from ...module_utils.host.transport import TransportError
from .connecting import Connecting, most_at_once
from .hosts import Target

Found = TypeVar("Found")

_OPEN_SECONDS = 0.5  # between two looks for a time limit that has passed unseen
#: The name of each thread that reads hosts.
WORKER = "port_survey"
#: Seconds in which a host says whether it lets an account in, unless something is wrong with it.
PATIENCE = 5.0


@dataclass(frozen=True)
class Work(Generic[Found]):
    """What is done with a host. Each of these is called in a thread of its own, except `prepare`,
    and must not raise.

    Attributes:
        prepare: what can be said of a host before anything is sent to it, or what there is to say
            of it because nothing can be.
        read: reads a host that is there. It calls its second argument when the host has answered to
            the credentials, and returns what there is to say of the host, and whether the host has
            refused them.
        off: what there is to say of a host that does not answer on its port.
        barred: what there is to say of a host that is not tried, because the other one has refused
            its account.
    """

    prepare: Callable[[str], Target | Found]
    read: Callable[[Target, Callable[[], None]], tuple[Found, bool]]
    off: Callable[[Target, TransportError], Found]
    barred: Callable[[Target, str], Found]


@dataclass
class SurveyRun(Generic[Found]):
    """One survey.

    Args:
        parallel: how many hosts are read at the same time.
        attempts: how many ports of a host the controller may try to connect to at the same time.

    Attributes:
        found: what there is to say of each host, as far as it is known. It may be read at any time.
    """

    work: Work[Found]
    parallel: int
    attempts: int = 0
    found: dict[str, Found] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._accounts = Accounts()
        self._targets: dict[str, Target] = {}
        self._changed = Condition()
        self._since: dict[str, float] = {}  # when a host was taken that has said nothing yet
        self._broken: Exception | None = None
        self._stopping = False
        self._ends: SimpleQueue[str] = SimpleQueue()
        self._connecting: Connecting | None = None

    def run(self, names: Iterable[str], progress: Callable[[int], None]) -> None:
        """Read hosts until there is something to say of each. Whatever interrupts it, nothing more
        is begun afterwards. An exception in any thread ends it, so that nobody waits for that
        thread.

        Args:
            names: those of the hosts, each once.
            progress: called now and then with the number of hosts that are done.
        """
        names = list(names)
        most = most_at_once(self.parallel, self.attempts)
        self._connecting = Connecting(self._connected, most)
        for _each in range(min(self.parallel, len(names))):
            Thread(target=self._worker, name=WORKER, daemon=True).start()
        try:
            for name in names:
                target = self.work.prepare(name)
                if isinstance(target, Target):
                    self._targets[name] = target
                    if target.direct:
                        self._connecting.add(
                            name, target.address, target.port, target.connect_seconds
                        )
                    else:
                        self._connected(name, None)
                else:
                    self._ended(name, target)
                self._count(progress, wait=False)
            while len(self.found) < len(names):
                self._count(progress, wait=True)
        finally:
            self.stop()

    def give_up(self) -> None:
        """Begin nothing more, and wait for nothing. What is under way goes on without anybody
        waiting for it. For a signal handler too, so it takes no lock."""
        self._stopping = True

    def stop(self) -> None:
        """The same, after the connections that are being made are closed."""
        self.give_up()
        if self._connecting is not None:
            self._connecting.stop()

    def _count(self, progress: Callable[[int], None], *, wait: bool) -> None:
        try:
            self._ends.get(wait, _OPEN_SECONDS if wait else None)
        except Empty:
            return
        finally:
            if self._broken is not None:
                raise self._broken
        progress(len(self.found))

    def _connected(self, name: str, problem: TransportError | None) -> None:
        try:
            self._sort(name, problem)
        except Exception as error:
            self._broken = error

    def _sort(self, name: str, problem: TransportError | None) -> None:
        target = self._targets[name]
        if problem is not None:
            self._ended(name, self.work.off(target, problem))
            return
        with self._changed:
            self._accounts.ready(name, target.account, target.turn)
            barred = self._accounts.barred()
            self._changed.notify()
        self._leave_out(barred)

    def _worker(self) -> None:
        try:
            self._work()
        except Exception as error:
            self._broken = error

    def _work(self) -> None:
        while (name := self._next()) is not None:
            found, refused = self.work.read(self._targets[name], lambda: self._let_in(name))
            with self._changed:
                self._since.pop(name, None)
                self._accounts.ended(name, refused=refused)
                barred = self._accounts.barred()
                self._changed.notify_all()
            self._ended(name, found)
            self._leave_out(barred)

    def _next(self) -> str | None:
        """The next host for a worker, None if there is none left."""
        with self._changed:
            while not self._stopping:
                self._find_slow(time.monotonic())
                name = self._accounts.take()
                if name is not None:
                    self._since[name] = time.monotonic()
                    return name
                self._changed.wait(_OPEN_SECONDS)
            return None

    def _find_slow(self, now: float) -> None:
        # They are in the order in which they were taken.
        while self._since:
            name, since = next(iter(self._since.items()))
            if now - since < PATIENCE:
                return
            del self._since[name]
            self._accounts.slow(name)

    def _let_in(self, name: str) -> None:
        with self._changed:
            self._since.pop(name, None)
            self._accounts.let_in(name)
            self._changed.notify_all()

    def _leave_out(self, barred: Iterable[tuple[str, str]]) -> None:
        for name, by in barred:
            self._ended(name, self.work.barred(self._targets[name], by))

    def _ended(self, name: str, found: Found) -> None:
        self.found[name] = found
        self._ends.put(name)
