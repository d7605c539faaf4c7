# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The results of network_category, as plain values and phrases."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from ....pc.result import TaskResult
from ....words.phrases import Phrase, Value, Words
from ...changing.moves.broken_off import ChangeError
from ...policy.vocabulary import Profile
from .model import Connected, word
from .policies import NetworkPolicy
from .run import Done


class ConnectedEntry(TypedDict):
    """A network that the host is connected to."""

    name: str | None
    adapter: str | None
    index: int | None
    category: str | None
    ipv4_connectivity: str | None
    ipv6_connectivity: str | None


class PolicyEntry(TypedDict):
    """What a policy says about the category of a network."""

    path: str
    category: str | None
    locked: bool


class CategoryResult(TaskResult[Words]):
    """What network_category returns about a network that is as requested."""

    network: ConnectedEntry
    before: str
    also: list[ConnectedEntry]
    policies: NotRequired[list[PolicyEntry]]


def result(done: Done) -> CategoryResult[Value]:
    """The result of a task, without Ansible's own keys other than a message."""
    plan = done.plan
    found: CategoryResult[Value] = {
        "changed": plan.changes,
        "msg": _message(done),
        "network": _entry(plan.network, plan.category),
        "before": _word(plan.network.category) or "",
        "also": [_entry(each, each.category) for each in done.also],
    }
    if plan.policies:
        found["policies"] = [_policy(each) for each in plan.policies]
    return found


def failed(error: ChangeError) -> TaskResult[Value]:
    """The result of a task that failed."""
    found: TaskResult[Value] = {"changed": error.changed, "msg": error.phrase}
    if error.unreachable:
        found["unreachable"] = True
    else:
        found["failed"] = True
    return found


def warnings(done: Done) -> list[Value]:
    """Whole sentences that a person should see even if the task succeeds."""
    found: list[Value] = list(done.plan.notes)
    for each in done.also:
        values: dict[str, Value] = {"network": each.phrase, "category": word(each.category)}
        found.append(Phrase("category.also", values))
    return found


def diff(done: Done) -> dict[str, Value]:
    """The difference, in the form that Ansible shows."""
    plan = done.plan
    header = Phrase("category.headline", {"network": plan.network.phrase})
    return {
        "before_header": header,
        "after_header": header,
        "before": f"category: {_word(plan.network.category)}\n",
        "after": f"category: {_word(plan.category)}\n",
    }


def _message(done: Done) -> Phrase:
    plan = done.plan
    values: dict[str, Value] = {
        "network": plan.network.phrase,
        "before": word(plan.network.category),
        "category": word(plan.category),
    }
    if not plan.changes:
        return Phrase("category.is", values)
    return Phrase("category.would_become" if done.predicted else "category.became", values)


def _entry(network: Connected, category: Profile | None) -> ConnectedEntry:
    return {
        "name": network.name or None,
        "adapter": network.alias or None,
        "index": network.index,
        "category": _word(category),
        "ipv4_connectivity": network.connectivity.get("ipv4"),
        "ipv6_connectivity": network.connectivity.get("ipv6"),
    }


def _policy(policy: NetworkPolicy) -> PolicyEntry:
    return {
        "path": policy.path,
        "category": _word(policy.category),
        "locked": policy.locked,
    }


def _word(category: Profile | None) -> str | None:
    return None if category is None else category.word.lower()
