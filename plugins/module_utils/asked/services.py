# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turns a person's list of services of a PC into arguments of port_check and port_firewall."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from ..ground.model import Protocol
from ..ground.text import for_display
from ..words.phrases import Joined, render
from . import well_known
from .ports import PortError, ports_by_protocol

KEYS = frozenset(
    {"name", "port", "protocols", "expected_process", "profiles", "remote_addresses", "description"}
)
#: Other words for some of them.
ALIASES: Mapping[str, str] = {"protocol": "protocols", "process": "expected_process"}
_LONGEST = 60  # characters of a key that are compared


def port_services(services: object, prefix: str = "") -> list[dict[str, Any]]:
    """The services of a PC, as arguments for the modules.

    Args:
        services: a list of well-known names (``https``) and of dictionaries with `name` and,
            optionally, `port`, `protocols`, `expected_process`, `profiles`, `remote_addresses`,
            `description`; `protocol` and `process` are taken too.
        prefix: what the names of firewall rules begin with.

    Returns:
        For each service its ``name``, what port_check takes as one of its ports (``check``), and
        what port_firewall takes as one of its rules to open it (``rule``) or not (``absent``).

    Raises:
        PortError: an entry is none of these, or names a port that does not exist.
    """
    if not isinstance(services, list):
        raise PortError("services.no_list", given=for_display(str(services), 60))
    found = [_service(entry, prefix) for entry in services]
    names = [service["name"] for service in found]
    for name in names:
        if names.count(name) > 1:
            raise PortError("services.same_name", name=name)
    return found


def with_usual_keys(entry: Mapping[Any, Any]) -> dict[Any, Any]:
    """An entry with the first of the words that a key may have.

    Raises:
        PortError: it has a key by two of its words.
    """
    found: dict[Any, Any] = {}
    for key, value in entry.items():
        usual = ALIASES.get(key, key)
        if usual in found:
            raise PortError("services.two_words", key=usual, alias=_alias_of(usual))
        found[usual] = value
    return found


def near_key(entry: Mapping[Any, Any], unknown: str, keys: Iterable[str]) -> str:
    """The key that somebody has probably meant by an unknown one; empty if there is none.

    Args:
        entry: where the unknown key is. One of which it has the value already is not meant.
        keys: those that there are, and their other words.
    """
    lacking = [each for each in keys if ALIASES.get(each, each) not in with_usual_keys(entry)]
    return "".join(difflib.get_close_matches(unknown[:_LONGEST], lacking, n=1))


def _alias_of(key: str) -> str:
    return next(alias for alias, usual in ALIASES.items() if usual == key)


def _service(entry: object, prefix: str) -> dict[str, Any]:
    by_name = isinstance(entry, str)
    if by_name:
        entry = {"name": entry}
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
        raise PortError("services.no_service", given=for_display(str(entry), 60))
    entry = with_usual_keys(entry)
    unknown = sorted(str(key) for key in entry if key not in KEYS)
    if unknown:
        keys = tuple(sorted((*KEYS, *ALIASES)))
        meant = near_key(entry, unknown[0], keys)
        raise PortError(
            "services.unknown_key_near" if meant else "services.unknown_key",
            name=str(entry["name"]),
            key=for_display(unknown[0], 40),
            keys=Joined(keys, "list.separator"),
            meant=meant,
        )
    name = str(entry["name"])
    try:
        by_protocol = ports_by_protocol(
            entry.get("port", name), entry.get("protocols"), default=(Protocol.TCP,)
        )
    except PortError as error:
        key = "services.problem" if by_name or "port" in entry else "services.no_port"
        raise PortError(key, name=for_display(name, 60), problem=error) from error
    known = well_known.lookup(name)
    # It is written to the PC, so it must not depend on the language of the task.
    description = entry.get("description") or (render(known.description, "en") if known else "")
    ports = {str(held) for held in by_protocol.values() if len(held)}
    if len(ports) != 1:
        raise PortError("services.different_ports", name=name)
    (port,) = ports
    protocols = [protocol.value for protocol, held in by_protocol.items() if len(held)]
    check = {"name": name, "port": port, "protocols": protocols}
    if entry.get("expected_process"):
        check["expected_process"] = entry["expected_process"]
    rule = {"name": f"{prefix}{name}", "ports": port, "protocol": protocols}
    rule |= {key: entry[key] for key in ("profiles", "remote_addresses") if entry.get(key)}
    if description:
        rule["description"] = str(description)
    absent = {"name": rule["name"], "state": "absent"}
    return {"name": name, "check": check, "rule": rule, "absent": absent}
