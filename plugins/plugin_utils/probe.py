# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the controller's own attempts to connect to ports of a task's host.

They go only to that host: to exactly the IP address that has answered over the connection of the
task, after the host has authenticated us there. No name is resolved. Nothing is sent over an
established connection; it is closed at once.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..module_utils.diagnosis.causes.model import Attempt, AttemptOutcome
from ..module_utils.diagnosis.way import End, bare
from ..module_utils.host.transport import Transport

#: How many attempts run at the same time.
AT_ONCE = 32


class Noted:
    """A Transport that passes everything to another one, and notes where each answer came from.

    Attributes:
        peers: the host's ends of the connections, in the order of the answers.
        owns: the controller's ends of the same connections.
    """

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self.peers: list[End] = []
        self.owns: list[End] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def send(self, envelope: bytes) -> bytes:
        answer = self._inner.send(envelope)
        self.peers.append(self._inner.peer)
        self.owns.append(self._inner.own)
        return answer


def attempt_all(address: str, ports: Collection[int], timeout: float) -> dict[int, Attempt]:
    """Try to connect to TCP ports of an address, several at the same time.

    Args:
        address: an IP address, with its zone if it has one.
        timeout: seconds that the attempt at one port may take.

    Returns:
        The outcomes, by port.
    """
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        attempts = pool.map(lambda port: _attempt(address, port, timeout), ports)
        return dict(zip(ports, attempts, strict=True))


def _attempt(address: str, port: int, timeout: float) -> Attempt:
    shown = bare(address)
    try:
        # Only an address is certain: a name would be resolved, and could give another address.
        ((family, kind, _protocol, _name, where),) = socket.getaddrinfo(
            address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
        )
        with socket.socket(family, kind) as connection:
            connection.settimeout(timeout)
            connection.connect(where)
    except TimeoutError:
        return Attempt(AttemptOutcome.TIMED_OUT, shown)
    except ConnectionError as error:
        return Attempt(AttemptOutcome.REFUSED, shown, _reason(error))
    except OSError as error:
        return Attempt(AttemptOutcome.UNREACHABLE, shown, _reason(error))
    return Attempt(AttemptOutcome.CONNECTED, shown)


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return str(error.strerror)
    return os.strerror(error.errno) if error.errno else str(error)
