# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why the role port_setup ends with an error, in sentences for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...diagnosis.causes.model import Verdict
from ...pc import schema
from ...words.phrases import Joined, Phrase, Value, Verbatim
from . import registered, story


def taken(check: object) -> list[Value]:
    """What a check says of the ports that other programs hold, and how the role would free them.
    Empty if there are none.

    Args:
        check: the result of port_check, as Ansible has registered it.

    Raises:
        PhraseError: it is not what the module returns.
    """
    with schema.wanting("misfit.of_check"):
        ports = schema.read(registered.Check, check)["ports"]
    found = [each for each in ports if each["verdict"] == Verdict.IN_USE_BY_OTHER]
    told: list[Value] = [Verbatim(each["msg"]) for each in found]
    tasks = [remedy.get("task") or {} for each in found for remedy in each.get("remedies", [])]
    # Only what could be stopped is offered as a task.
    if any("portkeeper.windows.port_process" in each for each in tasks):
        told.append(Phrase("setup.way_out"))
    return told


def not_as_wanted(pcs: Mapping[str, Any], wanted: story.Wanted) -> list[Value]:
    """A sentence for each PC that says which of its ports are not as wanted; in check mode, which
    would certainly not be after a run.

    Args:
        pcs: as for `registered.read`.

    Raises:
        PhraseError: see `registered.read`.
    """
    told: list[Value] = []
    for host, results in registered.read(pcs).items():
        wrong = story.amiss_on(results, wanted)
        if not wrong:
            continue
        # A port counts once, however many clients don't reach it.
        names = dict.fromkeys(_name(each["protocol"], each["port"]) for each in wrong)
        every = {_name(each["protocol"], each["port"]) for each in story.ports_of(results)}
        values: dict[str, Value] = {
            "count": len(names),
            "all": len(every | names.keys()),
            "ports": Joined(tuple(map(Verbatim, names)), "list.separator"),
            "host": Verbatim(host),
        }
        key = "would_not_be_as_wanted" if wanted.check_mode else "not_as_wanted"
        told.append(Phrase(f"setup.{key}", values))
    return told


def _name(protocol: str, port: int) -> str:
    return f"{protocol.upper()} {port}"


def of_clients(
    clients: Sequence[str], hosts: Sequence[str], groups: Sequence[str], variable: str
) -> list[Phrase]:
    """That some clients are no hosts of the inventory; empty if all are.

    Args:
        groups: the names of its groups.
        variable: the variable that names the clients.
    """
    known, named = frozenset(hosts), Verbatim(variable)
    strangers = [each for each in dict.fromkeys(clients) if each not in known]
    told = [
        Phrase("setup.client_is_group", {"variable": named, "group": Verbatim(each)})
        for each in strangers
        if each in groups
    ]
    nobody = tuple(Verbatim(each) for each in strangers if each not in groups)
    if nobody:
        values: dict[str, Value] = {
            "variable": named,
            "hosts": Joined(nobody, "list.separator"),
        }
        told.insert(0, Phrase("setup.unknown_clients", values))
    return told
