# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated Windows machine: facts that stand from boot, and state that changes.

No XML, no sockets of WinRM: the wire asks the classes under `classes/`, and these ask here.
Rules that always hold: a PID is a multiple of four; an endpoint belongs to a process; a process
that ends takes its endpoints along and leaves its services stopped.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from winsim.state import (
    Endpoint,
    Network,
    OperatingSystem,
    Process,
    RequestQueue,
    Service,
    WsmanSettings,
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Machine:
    """One PC. Facts are plain attributes; tables are read through methods, as copies.

    `lock` guards the tables; hold it where several reads must belong together.
    """

    def __init__(
        self,
        *,
        name: str,
        address: str,
        image: str,
        computer_name: str,
        operating_system: OperatingSystem,
        network: Network,
        processes: Iterable[Process],
        services: Iterable[Service],
        endpoints: Iterable[Endpoint],
        request_queues: Iterable[RequestQueue] = (),
        users: dict[str, str] | None = None,
        wsman: WsmanSettings | None = None,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Raises ValueError when the tables contradict each other."""
        self.name = name
        self.address = address
        self.image = image
        self.computer_name = computer_name
        self.operating_system = operating_system
        self.network = network
        self.users = users if users is not None else {"admin": "Passw0rd!"}
        self.wsman = wsman if wsman is not None else WsmanSettings()
        self.clock = clock
        self.lock = threading.RLock()
        self._processes = {process.pid: process for process in processes}
        self._services = {service.name.lower(): service for service in services}
        self._endpoints = list(endpoints)
        self._request_queues = list(request_queues)
        self._check()

    @property
    def language(self) -> str:
        return self.operating_system.language

    def processes(self) -> list[Process]:
        with self.lock:
            return list(self._processes.values())

    def process(self, pid: int) -> Process | None:
        with self.lock:
            return self._processes.get(pid)

    def services(self) -> list[Service]:
        with self.lock:
            return list(self._services.values())

    def service(self, name: str) -> Service | None:
        """Service names are compared without regard to case."""
        with self.lock:
            return self._services.get(name.lower())

    def endpoints(self) -> list[Endpoint]:
        with self.lock:
            return list(self._endpoints)

    def request_queues(self) -> list[RequestQueue]:
        with self.lock:
            return list(self._request_queues)

    def start(self) -> None:
        """Open the listeners of the machine on its address."""

    def stop(self) -> None:
        """Close them."""

    def end_process(self, pid: int) -> None:
        """The process is gone, whatever the reason: its endpoints with it, its services stopped.

        Raises LookupError when there is no such process.
        """
        with self.lock:
            if self._processes.pop(pid, None) is None:
                raise LookupError(f"no process {pid}")
            self._endpoints = [e for e in self._endpoints if e.pid != pid]
            for key, service in self._services.items():
                if service.process_id == pid:
                    self._services[key] = dataclasses.replace(
                        service, state="Stopped", process_id=0
                    )

    def _check(self) -> None:
        for pid in self._processes:
            if pid % 4:
                raise ValueError(f"PID {pid} is not a multiple of four")
        for endpoint in self._endpoints:
            if endpoint.pid not in self._processes:
                raise ValueError(f"port {endpoint.local_port} belongs to no process")
        for service in self._services.values():
            if service.process_id and service.process_id not in self._processes:
                raise ValueError(f"service {service.name} runs in no process")
