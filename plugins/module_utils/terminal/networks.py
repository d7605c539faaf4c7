# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of network_category as a table, for a terminal; and the networks, adapters, forwarded
and reserved ports of a host in lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..firewall.settings.category.result import CategoryResult, ConnectedEntry
from ..ground.model import Scope, Via
from ..pc.behind.result import ForwardFact
from ..pc.result import InterfaceFact, NetworkFact, PortFacts, RangeFact
from ..words.phrases import Joined, Phrase, Value
from . import table
from .layout import Cell, Table, Tone, Toned
from .table import columns, label

_COLUMNS = columns("outcome", "network", "adapter", "before", "category")


def of_category(result: CategoryResult[str]) -> Table:
    """The network, and those whose category has changed with it."""
    changed = result["changed"]
    rows = [_row(result["network"], result["before"], changed=changed)]
    rows += [_row(each, None, changed=True) for each in result["also"]]
    return Table(_COLUMNS, rows)


def _row(network: ConnectedEntry, before: str | None, *, changed: bool) -> list[Cell]:
    outcome = Phrase("rule_outcome.changed" if changed else "rule_outcome.unchanged")
    return [
        Toned(outcome, Tone.NOTICE if changed else Tone.GOOD),
        table.shown(network["name"]),
        table.shown(network["adapter"]),
        "" if before is None else label(f"profile.{before}"),
        "" if network["category"] is None else label(f"profile.{network['category']}"),
    ]


def network_label(network: NetworkFact, *, of_controller: bool = False) -> Phrase:
    return Phrase(
        "table.network_of_controller" if of_controller else "table.network",
        {
            "name": network["name"] or Phrase("table.network_without_name"),
            "profile": label(f"profile.{network['profile']}"),
        },
    )


def besides(facts: PortFacts[str]) -> list[Value]:
    """What port_facts has read besides listeners: reserved ports, those for outgoing connections,
    those that are forwarded, and the adapters."""
    return [
        *_ranges("table.reserved", facts["reserved"]),
        *_ranges("table.dynamic", facts["dynamic_range"]),
        *map(_forward, facts.get("forwards", ())),
        *_interfaces(facts.get("interfaces", ())),
    ]


def _interfaces(interfaces: Iterable[InterfaceFact]) -> Iterator[Value]:
    """A line for each interface with addresses that others may reach."""
    for each in interfaces:
        usable = [
            address["address"] + (f"/{address['prefix']}" if address["prefix"] else "")
            for address in each["addresses"]
            if address["usable"] and address["scope"] != Scope.LOOPBACK
        ]
        if usable:
            profile = each["profile"]
            values: dict[str, Value] = {
                "adapter": each["adapter"] or str(each["index"]),
                "addresses": Joined(tuple(usable), "list.separator"),
                "network": each["network"] or Phrase("table.network_without_name"),
                "profile": label(f"profile.{profile}") if profile else "",
            }
            yield Phrase("table.interface" if profile else "table.interface_alone", values)


def _forward(item: ForwardFact) -> Phrase:
    key = "table.forward_by_nat" if item["via"] == Via.NAT else "table.forward"
    values: dict[str, Value] = {
        "protocol": item["protocol"].upper(),
        "from": f"{_in_brackets(item['address'])}:{item['port']}",
        "to": f"{_in_brackets(item['to_address'])}:{item['to_port']}",
        "name": item["name"],
    }
    return Phrase(key, values)


def _in_brackets(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _ranges(title: str, ranges: Iterable[RangeFact]) -> list[Value]:
    """Ranges of ports in one line; a range that IPv4 and IPv6 share appears once."""
    distinct = {
        (each["protocol"], each["start"], each["end"], each["administered"]): each
        for each in ranges
    }
    named = tuple(map(_range, distinct.values()))
    return [Phrase(title, {"ranges": Joined(named, "list.separator")})] if named else []


def _range(item: RangeFact) -> Phrase:
    first, last = item["start"], item["end"]
    key = "table.range_administered" if item["administered"] else "table.range"
    ports = f"{first}" if first == last else f"{first}-{last}"
    return Phrase(key, {"protocol": item["protocol"].upper(), "ports": ports})
