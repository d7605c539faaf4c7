# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a person may write for the ports to be checked, read into wanted ports.

A port is written as everywhere in this collection, or as a dictionary with what is special about
it. Every mistake ends in a PortError whose message is meant for the person who wrote the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..asked.ports import PROTOCOLS, PortError, ports_by_protocol
from ..ground.model import Protocol
from ..pc.holders import Port
from .causes.model import WantedPort

# Each port costs an attempt to connect, and a diagnosis to read.
MAX_WANTED = 256
_KEYS = ("port", "protocols", "expected_process")


def wanted_ports(
    ports: object,
    protocols: object = None,
    expected_process: Sequence[str] = (),
    *,
    free: bool = False,
) -> tuple[WantedPort, ...]:
    """The ports to be checked, in the order written, each once: as it was written last.

    Args:
        ports: as for ``parse_ports``, or a list in which there are also dictionaries with the keys
            ``port`` (as for ``parse_ports``), ``protocols`` and ``expected_process``.
        protocols: for all ports that don't say otherwise; None for those of well-known names, and
            TCP for numbers.
        expected_process: for all ports that don't say otherwise.
        free: whether nobody should hold them.

    Raises:
        PortError: something is no port or protocol, or more than 256 ports are wanted.
    """
    found: dict[Port, WantedPort] = {}
    for entry in ports if isinstance(ports, list) else [ports]:
        for wanted in _read(entry, protocols, tuple(expected_process), free):
            found[wanted.key] = wanted
            if len(found) > MAX_WANTED:
                raise PortError(
                    f"More than {MAX_WANTED} ports are too many for one check. port_facts tells "
                    "what listens on any number of them."
                )
    if not found:
        raise PortError("No port was given: the list is empty.")
    return tuple(found.values())


def _read(
    entry: object, protocols: object, expected: tuple[str, ...], free: bool
) -> Iterator[WantedPort]:
    if isinstance(entry, Mapping):
        unknown = sorted(str(key) for key in entry if key not in _KEYS)
        if unknown or "port" not in entry:
            wrong = f"has the key {unknown[0][:40]!r}" if unknown else "lacks the key 'port'"
            raise PortError(f"A dictionary {wrong}. It may have the keys {', '.join(_KEYS)}.")
        protocols = entry.get("protocols") or protocols
        if entry.get("expected_process"):
            expected = _texts(entry["expected_process"])
        entry = entry["port"]
    by_protocol = ports_by_protocol(entry, protocols, default=(Protocol.TCP,))
    for protocol in PROTOCOLS:
        for port in by_protocol.get(protocol, ()):
            yield WantedPort(protocol, port, expected, free)


def _texts(value: object) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in entries):
        raise PortError("expected_process wants the name or path of a program, or a list of them.")
    return tuple(str(each) for each in entries)
