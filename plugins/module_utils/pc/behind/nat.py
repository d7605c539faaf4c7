# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads the mappings of Windows' NAT (WinNAT): the published ports of Windows containers and of
virtual machines behind it. A driver translates them, so that no program listens and no table of
endpoints shows them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from ...asked.ports import PortSet
from ...ground.model import Forward, Protocol, Snapshot, Via
from ...host.host import Host, HostError
from ...wsman.cim import classes, wql
from ...wsman.cim.row_values import optional_number, optional_text
from ...wsman.soap.faults import MISSING_CLASS

# Numbers of IP (RFC 9293, RFC 768), which Get-NetNatStaticMapping shows as TCP and UDP.
_PROTOCOLS = {6: Protocol.TCP, 17: Protocol.UDP}
# As for the other tables of endpoints.
MAX_CONDITIONS = 40
_ADDRESS = re.compile(r"[0-9A-Fa-f.:]{2,45}\Z")


def with_nat(
    host: Host, snapshot: Snapshot, ports: Collection[tuple[Protocol, int]] | None
) -> Snapshot:
    """A snapshot with the mappings for these ports, or for all if None. A note says if they could
    not be read; no port costs no request.

    Raises:
        HostError: the host can no longer be reached.
    """
    # A host without the tables of endpoints is older than the class of mappings.
    if (ports is not None and not ports) or snapshot.source == "netstat":
        return snapshot
    columns = (
        "NatName", "Protocol", "ExternalIPAddress", "ExternalPort", "InternalIPAddress",
        "InternalPort", "Active",
    )  # fmt: skip
    asked = None if ports is None else PortSet.of(port for _protocol, port in ports).as_ranges()
    condition = None
    if asked is not None and len(asked) <= MAX_CONDITIONS:
        condition = wql.any_range("ExternalPort", asked)
    try:
        rows = host.enumerate(classes.NET_NAT_STATIC_MAPPING, columns, condition)
    except HostError as error:
        if error.unreachable:
            raise
        # Windows has it since 8.1 and Server 2012 R2, and some editions lack it.
        if error.kind in MISSING_CLASS:
            return snapshot
        return replace(snapshot, notes=(*snapshot.notes, error.phrase))
    found: dict[Forward, None] = {}
    for row in rows:
        protocol = _PROTOCOLS.get(optional_number(row, "Protocol") or 0)
        port = optional_number(row, "ExternalPort")
        target = optional_text(row, "InternalIPAddress") or ""
        if protocol is None or port is None or not _ADDRESS.match(target):
            continue
        if optional_number(row, "Active") == 0 or (
            ports is not None and (protocol, port) not in ports
        ):
            continue
        found[
            Forward(
                Via.NAT,
                protocol,
                optional_text(row, "ExternalIPAddress") or "*",
                port,
                target,
                optional_number(row, "InternalPort") or port,
                optional_text(row, "NatName") or "",
            )
        ] = None
    return replace(snapshot, forwards=(*snapshot.forwards, *found))
