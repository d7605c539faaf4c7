# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said of a program that only passes the connections to a port on."""

from __future__ import annotations

from ...pc.behind.relays import RelayKind
from ...pc.holders import Holder
from ...words.phrases import Phrase, Value
from .model import WantedPort


def ended(wanted: WantedPort, holder: Holder | None) -> Phrase | None:
    """What ends the relaying of a port, without the relay itself; None if the holder is none."""
    relay = None if holder is None else holder.relay
    if holder is None or relay is None:
        return None
    if relay.kind is not RelayKind.PORTPROXY:
        key = f"end_behind_{relay.kind}"
    elif not relay.forwards:
        key = "find_portproxy"
    else:
        everywhere = relay.forwards[0].address == "*"
        key = "delete_portproxy_of_all" if everywhere else "delete_portproxy"
    return Phrase(f"remedy.{key}", values_of(wanted, holder))


def values_of(wanted: WantedPort, holder: Holder) -> dict[str, Value]:
    """What the texts about a relay need."""
    values: dict[str, Value] = {"number": wanted.port, "kept": holder.title}
    if holder.relay is not None:
        values |= {"product": holder.relay.product, "tool": holder.relay.tool}
        for each in holder.relay.forwards[:1]:
            values |= {"pair": each.name, "address": each.address}
            values |= {"to_address": each.to_address, "to_port": each.to_port}
    return values
