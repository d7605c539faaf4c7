# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The controller's own attempts to connect to ports of the host that a task is for.

Only to that host: the address is the one that the connection of the task uses, and callers try only
after the host has answered on it with the credentials of the inventory. Nothing is sent over a
connection that comes about; it is closed at once.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.model import (
    Attempt,
    Outcome,
)

# How many attempts run at the same time.
_WORKERS = 32
# Of a name with more addresses the others are left out.
_MOST_ADDRESSES = 4
# Any port will do where nothing is sent: this is the one whose service is to discard.
_DISCARD = 9


@dataclass(frozen=True)
class Address:
    """An IP address as Python's socket module takes it. `more` is what IPv6 has behind the port."""

    family: socket.AddressFamily
    text: str
    more: tuple[Any, ...] = ()

    def at(self, port: int) -> tuple[Any, ...]:
        """The address of a port."""
        return (self.text, port, *self.more)

    @property
    def bare(self) -> str:
        """Without its zone."""
        return self.text.partition("%")[0]


@dataclass(frozen=True)
class Target:
    """A host as the controller reaches it.

    `addresses` are its IP addresses by the controller's own name resolution; `problem` says why
    there are none. `own` is the controller's address on the way there; None if there is no way, and
    if it is a loopback address, which says nothing of how the host sees the controller.
    """

    addresses: tuple[Address, ...] = ()
    problem: str = ""
    own: str | None = None


def resolve(name: str) -> Target:
    """What a name or an address of the inventory stands for. Sends nothing to it."""
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return Target(problem=str(getattr(error, "strerror", None) or error))
    addresses = tuple(
        dict.fromkeys(
            Address(family, str(where[0]), tuple(where[2:]))
            for family, _kind, _protocol, _canonical, where in found
            if family in (socket.AF_INET, socket.AF_INET6)
        )
    )[:_MOST_ADDRESSES]
    own = next(filter(None, map(_own_address, addresses)), None)
    return Target(addresses, "" if addresses else "no IP address", own)


def attempt_all(target: Target, ports: Collection[int], timeout: float) -> dict[int, Attempt]:
    """Try to connect to TCP ports, several at the same time.

    Args:
        timeout: seconds that the attempts at one port may take.

    Returns:
        What came of it, by port.
    """
    if not target.addresses:
        return dict.fromkeys(ports, Attempt(Outcome.UNREACHABLE, None, target.problem))
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        attempts = pool.map(lambda port: _attempt(target.addresses, port, timeout), ports)
        return dict(zip(ports, attempts, strict=True))


def _attempt(addresses: tuple[Address, ...], port: int, timeout: float) -> Attempt:
    """Connect to the first address that lets us; if none does, what the first one answered."""
    attempts = []
    for address in addresses:
        attempt = _attempt_one(address, port, timeout / len(addresses))
        if attempt.outcome is Outcome.CONNECTED:
            return attempt
        attempts.append(attempt)
    return attempts[0]


def _attempt_one(address: Address, port: int, timeout: float) -> Attempt:
    with socket.socket(address.family, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        try:
            connection.connect(address.at(port))
        except TimeoutError:
            return Attempt(Outcome.TIMED_OUT, address.bare)
        except ConnectionError as error:
            return Attempt(Outcome.REFUSED, address.bare, _reason(error))
        except OSError as error:
            return Attempt(Outcome.UNREACHABLE, address.bare, _reason(error))
        return Attempt(Outcome.CONNECTED, address.bare)


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)


def _own_address(target: Address) -> str | None:
    with socket.socket(target.family, socket.SOCK_DGRAM) as probe:
        try:
            # A UDP socket that is connected knows its own address, and has sent nothing.
            probe.connect(target.at(_DISCARD))
            own = str(probe.getsockname()[0]).partition("%")[0]
        except OSError:
            return None
    return None if ipaddress.ip_address(own).is_loopback else own
