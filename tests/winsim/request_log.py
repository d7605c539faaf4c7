# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked of the simulated hosts: one entry for each HTTP request."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from typing import TextIO


@dataclass(frozen=True)
class Entry:
    """One HTTP request. Octets are those of the head and the body together, as on the wire
    inside TLS. `action` is the last part of the SOAP action, `detail` the WQL text or command
    line; all three SOAP fields are empty for a request without SOAP."""

    host: str
    status: int
    bytes_in: int
    bytes_out: int
    action: str = ""
    class_name: str = ""
    detail: str = ""
    user: str = ""
    injected: tuple[str, ...] = ()


class RequestLog:
    """Thread-safe. With `file`, each entry is also written there as a line of JSON."""

    def __init__(self, file: TextIO | None = None) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._file = file

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)
            if self._file is not None:
                self._file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
                self._file.flush()

    def entries(self, host: str | None = None, action: str | None = None) -> list[Entry]:
        """The entries so far, of one host or one action where wanted."""
        with self._lock:
            return [
                entry
                for entry in self._entries
                if host in (None, entry.host) and action in (None, entry.action)
            ]

    def actions(self, host: str | None = None) -> list[str]:
        """The actions of the requests that held SOAP, in order."""
        return [entry.action for entry in self.entries(host) if entry.action]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
