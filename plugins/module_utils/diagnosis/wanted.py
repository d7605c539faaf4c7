# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads what a person may write for the ports to check into wanted ports.

A port is written as everywhere in this collection, or as a dictionary with its own settings. Every
mistake ends in a PortError whose message is meant for the person who wrote the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..asked import services
from ..asked.ports import PROTOCOLS, PortError, ports_and_names
from ..ground.model import Protocol
from ..ground.text import for_display
from ..pc.holders import Port
from ..words.phrases import Joined, Phrase
from .causes.model import WantedPort

# Each port costs an attempt to connect, and produces a diagnosis that someone has to read.
MAX_WANTED = 256
_KEYS = ("port", "protocols", "expected_process")


def wanted_ports(
    ports: object,
    protocols: object = None,
    expected_process: Sequence[str] = (),
    *,
    free: bool = False,
) -> tuple[WantedPort, ...]:
    """The ports to check, in the order written; of a repeated port, the last entry counts.

    Args:
        ports: as for ``ports_by_protocol``, or a list that may also contain dictionaries with the
            keys ``port`` (as for ``ports_by_protocol``), ``protocols`` and ``expected_process``.
            Services as `services.port_services` takes them are such dictionaries too.
        protocols: for all ports without their own; None means those of the service for well-known
            names, and TCP for numbers.
        expected_process: for all ports without their own.
        free: whether no program should hold them.

    Raises:
        PortError: a value is not a port, protocol or program, or more than 256 ports are wanted.
    """
    found: dict[Port, WantedPort] = {}
    for entry in ports if isinstance(ports, list) else [ports]:
        for wanted in _read(entry, protocols, tuple(expected_process), free):
            found[wanted.key] = wanted
            if len(found) > MAX_WANTED:
                raise PortError("ports.too_many_to_check", most=MAX_WANTED)
    if not found:
        raise PortError("ports.empty_list", what=Phrase("noun.port"))
    return tuple(found.values())


def _read(
    entry: object, protocols: object, expected: tuple[str, ...], free: bool
) -> Iterator[WantedPort]:
    own_name = None
    if isinstance(entry, Mapping):
        entry = services.with_usual_keys(entry)
        keys = tuple(sorted(("name", *_KEYS, *services.ALIASES)))
        told = Joined(keys, "list.separator")
        unknown = sorted(str(key) for key in entry if key not in _KEYS and key not in services.KEYS)
        if unknown:
            meant = services.near_key(entry, unknown[0], keys)
            text = "ports.unknown_key_near" if meant else "ports.unknown_key"
            raise PortError(text, key=for_display(unknown[0], 40), keys=told, meant=meant)
        own_name = entry.get("name")
        port = entry.get("port", own_name)
        if port is None:
            raise PortError("ports.key_missing", key="port", keys=told)
        protocols = entry.get("protocols") or protocols
        if entry.get("expected_process"):
            expected = _texts(entry["expected_process"])
        entry = port
    by_protocol, names = ports_and_names(entry, protocols, default=(Protocol.TCP,))
    for protocol in PROTOCOLS:
        for port in by_protocol.get(protocol, ()):
            name = names.get(port) if own_name is None else for_display(str(own_name), 60)
            yield WantedPort(protocol, port, expected, free, name)


def _texts(value: object) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) and each.strip() for each in entries):
        raise PortError("ports.no_program")
    return tuple(str(each) for each in entries)
