# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tasks of the role port_setup have registered of PCs: the results of modules, as far as
they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from ...pc import schema
from . import advice


class Listener(TypedDict):
    pid: int | None
    process: str | None


class Evidence(TypedDict):
    listeners: list[Listener]


class Dropped(TypedDict):
    msg: str


class Port(advice.Checked):
    """The keys that are read from a port of port_check."""

    name: str | None
    evidence: Evidence
    drops: NotRequired[Dropped]


class Traffic(TypedDict):
    """What a rule is for, as port_firewall shows it."""

    protocol: str
    ports: list[str] | None
    profiles: list[str]


class Done(TypedDict):
    """The same of a module that changes something."""

    changed: NotRequired[bool]
    msg: NotRequired[str]


class Ended(TypedDict):
    pid: int | None


class Freed(Done):
    """The same of port_process in a loop, whose items are ports."""

    item: NotRequired[str]
    stopped: NotRequired[list[Ended]]


class Rule(TypedDict):
    """The same of a rule of port_firewall."""

    name: str
    outcome: str
    effective: bool | None
    reason: str
    rule: Traffic | None
    unspecified: NotRequired[bool]


class PcResults(TypedDict):
    """What the modules have returned for one PC, as far as they have run there; `failed` says that
    an error ended them, `asked` that a result of port_check is there, even if it has nothing.
    `accept` are the verdicts that are all right there, if they differ from those of the others."""

    accept: NotRequired[list[str]]
    asked: NotRequired[bool]
    failed: NotRequired[bool]
    before: NotRequired[list[Port]]
    freed: NotRequired[list[Freed]]
    network: NotRequired[Done]
    opened: NotRequired[list[Rule]]
    active_profiles: NotRequired[list[str]]
    after: NotRequired[list[Port]]
    paths: NotRequired[list[advice.Checked]]
    services: NotRequired[list[advice.Service]]


class Check(TypedDict):
    """The same of a result of port_check."""

    ports: list[Port]


#: Where a result of a module has what is read of it.
_PARTS = {
    "before": "ports",
    "freed": "results",
    "opened": "rules",
    "after": "ports",
    "paths": "ports",
}
#: What is read as a whole, and of which type it is if there is anything.
_WHOLE: Mapping[str, type] = {
    "network": Mapping,
    "failed": bool,
    "services": list,
    "accept": list,
}
_KEYS = _PARTS.keys() | _WHOLE.keys()


def read(registered: object) -> dict[str, PcResults]:
    """What the role has registered for PCs, by their names.

    Args:
        registered: for each PC the results by the keys of `PcResults`, each as the module has
            returned it. One that was skipped or has failed may be there, and has nothing.

    Raises:
        PhraseError: they are not what the modules return.
    """
    found = {}
    with schema.wanting("misfit.of_pcs"):
        for name, results in schema.read(dict[str, dict[str, Any]], registered).items():
            parts: dict[str, Any] = {
                key: results[key][part]
                for key, part in _PARTS.items()
                if isinstance(results.get(key), Mapping) and part in results[key]
            }
            for key, kind in _WHOLE.items():
                if isinstance(results.get(key), kind):
                    parts[key] = results[key]
            if results and results.keys().isdisjoint(_KEYS):
                # The result of port_check itself, perhaps.
                raise without_check(name)
            parts["asked"] = not results.keys().isdisjoint({"before", "after"})
            if "opened" in parts and "active_profiles" in results["opened"]:
                parts["active_profiles"] = results["opened"]["active_profiles"]
            found[name] = schema.read(PcResults, parts, name)
    return found


def without_check(name: str) -> schema.MisfitError:
    """That results of a PC are there, and none of port_check."""
    return schema.MisfitError("misfit.missing", (name, "before"))
