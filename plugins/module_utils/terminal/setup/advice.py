# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do where a rule of the role port_setup itself keeps a port shut: change the service.
Whoever changes the rule instead sees the role change it back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NotRequired, TypedDict

from ...diagnosis.causes.model import CauseKind
from ...ground.names import same_name
from ...words.phrases import Joined, Phrase, Sentences, Value, Verbatim, in_turn


class Cause(TypedDict):
    """`rule` is the name of the rule that it is about. One of a path has a `host`."""

    kind: str
    text: str
    rule: NotRequired[str | None]
    host: NotRequired[str | None]


class Remedy(TypedDict):
    """`task` has the name of a module as a key."""

    cause: str
    task: dict[str, Any] | None


class Opening(TypedDict):
    """What a service says of its firewall rule. The role leaves alone what is not there."""

    name: str
    profiles: NotRequired[object]
    remote_addresses: NotRequired[object]


class Service(TypedDict):
    """The keys that are read from a service, as the filter port_services returns it."""

    name: str
    rule: Opening


class Checked(TypedDict):
    """The keys that are read from a port of port_check, or of port_path, where it has a client."""

    port: int
    protocol: str
    verdict: str
    msg: str
    causes: NotRequired[list[Cause]]
    remedies: NotRequired[list[Remedy]]
    client: NotRequired[str]


def of_service(
    found: Checked, services: Sequence[Service], active: Collection[str], *, accepted: bool
) -> Value | None:
    """What a check says of a port, with what to change in the service; None if that is not what
    keeps the port shut.

    Args:
        active: the profiles of the networks of the PC.
        accepted: whether the port may stay shut.
    """
    kind, rule = of_first(found)
    service = next((each for each in services if same_name(each["rule"]["name"], rule)), None)
    if service is None:
        return None
    remedies = [each["task"] or {} for each in found.get("remedies", []) if each["cause"] == kind]
    if kind == CauseKind.RULE_FOR_OTHER_REMOTE and "remote_addresses" in service["rule"]:
        one = "one" if accepted or "client" in found else "controller"
        key = f"story.admit_{one if any(remedies) else 'family'}"
        values: dict[str, Value] = {
            "service": Verbatim(service["name"]),
            "verdict": Verbatim(found["verdict"]),
        }
        return in_turn(without_advice(found), Phrase(key, values))
    if kind == CauseKind.RULE_FOR_OTHER_PROFILE and "profiles" in service["rule"] and active:
        private = any("portkeeper.windows.network_category" in each for each in remedies)
        return in_turn(without_advice(found), of_profiles(active, trusting=private))
    return None


def of_first(found: Checked) -> tuple[str, str]:
    """The kind of the first cause that a check has found, and the name of the rule that it is
    about; empty if there is none."""
    causes = found.get("causes", [])
    return (causes[0]["kind"], causes[0].get("rule") or "") if causes else ("", "")


def without_advice(found: Checked) -> Sentences:
    """What a check says of a port that can't be reached, without what to do."""
    causes = found.get("causes", [])
    first = [each for each in causes if each["kind"] == causes[0]["kind"]]
    told = in_turn(*(Verbatim(each["text"]) for each in first))
    if "client" not in found:
        return told
    values: dict[str, Value] = {
        "client": Verbatim(found["client"]),
        "server": Verbatim(first[0].get("host") or ""),
        "port": Verbatim(f"{found['protocol'].upper()} {found['port']}"),
    }
    return in_turn(Phrase("story.path_shut", values), told)


def of_profiles(active: Collection[str], *, trusting: bool) -> Phrase:
    """What to do about a rule that is for other networks than those of the PC.

    Args:
        active: the profiles of the networks of the PC.
        trusting: whether the rule would have an effect if the network were private.
    """
    values: dict[str, Value] = {"active": Joined(tuple(map(Verbatim, active)), "list.and")}
    return Phrase(f"story.extend_profiles{'_or_trust' if trusting else ''}", values)
