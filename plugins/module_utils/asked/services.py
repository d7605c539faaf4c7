# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a person lists as the services of a PC, as what port_check and port_firewall take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..ground.model import Protocol
from ..ground.text import for_display
from . import well_known
from .ports import PortError, ports_by_protocol

KEYS = frozenset(
    {"name", "port", "protocol", "process", "profiles", "remote_addresses", "description"}
)


def port_services(services: object, prefix: str = "") -> list[dict[str, Any]]:
    """The services that a PC is set up for.

    Args:
        services: a list of well-known names (``https``) and of dictionaries with `name` and, as
            wanted, `port`, `protocol`, `process`, `profiles`, `remote_addresses`, `description`.
        prefix: what the names of firewall rules begin with.

    Returns:
        For each service its ``name``, what port_check takes as one of its ports (``check``), and
        what port_firewall takes as one of its rules to open it (``rule``) or not (``absent``).

    Raises:
        PortError: an entry is none of these, or names a port that does not exist.
    """
    if not isinstance(services, list):
        raise PortError("The services have to be a list of names and dictionaries.")
    found = [_service(entry, prefix) for entry in services]
    names = [service["name"] for service in found]
    for name in names:
        if names.count(name) > 1:
            raise PortError(f"Two services have the name '{name}'. Each needs a name of its own.")
    return found


def _service(entry: object, prefix: str) -> dict[str, Any]:
    if isinstance(entry, str):
        entry = {"name": entry}
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
        raise PortError(
            f"'{for_display(str(entry), 60)}' is no service: a well-known name such as https is, "
            f"or a dictionary with name and port."
        )
    unknown = sorted(str(key) for key in entry if key not in KEYS)
    if unknown:
        raise PortError(
            f"The service '{entry['name']}' has the key '{for_display(unknown[0], 40)}'. It may "
            f"have {', '.join(sorted(KEYS))}."
        )
    name = str(entry["name"])
    try:
        by_protocol = ports_by_protocol(
            entry.get("port", name), entry.get("protocol"), default=(Protocol.TCP,)
        )
    except PortError as error:
        raise PortError(f"The service '{for_display(name, 60)}': {error}") from error
    known = well_known.lookup(name)
    description = entry.get("description") or (known.english if known else "")
    ports = {str(held) for held in by_protocol.values() if len(held)}
    if len(ports) != 1:
        raise PortError(f"The service '{name}' has other ports for TCP than for UDP: make it two.")
    (port,) = ports
    protocols = [protocol.value for protocol, held in by_protocol.items() if len(held)]
    check = {"port": port, "protocols": protocols}
    if entry.get("process"):
        check["expected_process"] = entry["process"]
    rule = {"name": f"{prefix}{name}", "ports": port, "protocol": protocols}
    rule |= {key: entry[key] for key in ("profiles", "remote_addresses") if entry.get(key)}
    if description:
        rule["description"] = str(description)
    absent = {"name": rule["name"], "state": "absent"}
    return {"name": name, "check": check, "rule": rule, "absent": absent}
