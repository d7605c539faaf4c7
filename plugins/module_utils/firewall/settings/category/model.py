# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The networks that a host is connected to, as network_category knows them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ....ground.names import name_key, same_name
from ....words.phrases import Joined, Phrase, Value
from ...changing.moves.broken_off import ChangeError
from ...judging.decision import profile_phrase
from ...networks.network import Network
from ...policy.vocabulary import Profile

# What Windows calls a network that it has not identified (published listings in these languages).
# In other languages such a network is not recognized; only a warning depends on that.
_UNIDENTIFIED = frozenset(
    map(
        name_key,
        ("Unidentified network", "識別されていないネットワーク", "Nicht identifiziertes Netzwerk"),
    )
)
_INDEX = re.compile(r"[0-9]{1,10}\Z", re.ASCII)
# How many networks one message names.
_TOLD = 8


@dataclass(frozen=True, slots=True)
class WantedCategory:
    """What a task asks for.

    Attributes:
        category: private or public.
        name: of the network, None if it does not matter.
        interface: the name or the interface index of its adapter, None if it does not matter.
        force: set the category even if that could cut WinRM off.
        timeout: how many seconds Windows has to use the category.
    """

    category: Profile
    name: str | None = None
    interface: str | None = None
    force: bool = False
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class Connected:
    """A network that the host is connected to by one adapter.

    Attributes:
        instance_id: the key of its instance.
        name, alias: the names of the network and of the adapter.
        index: the interface index of the adapter.
        category: None if the host reports none that is known.
        connectivity: by the family of addresses, in the words of the module.
    """

    instance_id: str
    name: str
    alias: str
    index: int | None
    category: Profile | None
    connectivity: Mapping[str, str | None]

    @property
    def is_unidentified(self) -> bool:
        """Whether Windows has not identified the network, as far as its name shows."""
        return is_unidentified(self.name)

    @property
    def phrase(self) -> Phrase:
        """Its names in a message."""
        values: dict[str, Value] = {"name": self.name, "adapter": self.alias or str(self.index)}
        return Phrase("category.network" if self.name else "category.network_unnamed", values)

    def is_same(self, other: Network) -> bool:
        """Whether another reading of the host means this network."""
        return (self.index, self.name, self.alias) == (other.interface, other.name, other.alias)


def is_unidentified(name: str) -> bool:
    """Whether a network of that name is one that Windows has not identified."""
    return name_key(name) in _UNIDENTIFIED


def choose(networks: Sequence[Connected], wanted: WantedCategory, host: str) -> Connected:
    """The network that a task means. Raises ChangeError if it is none, or several."""
    if not networks:
        raise ChangeError(Phrase("category.no_network", {"host": host}))
    found = [each for each in networks if wanted.name is None or same_name(each.name, wanted.name)]
    if wanted.interface is not None:
        found = _on(found, networks, wanted.interface)
    if len(found) == 1:
        return found[0]
    values: dict[str, Value] = {"host": host, "wanted": _asked(wanted)}
    if not found:
        values["networks"] = listed(networks)
        raise ChangeError(Phrase("category.none_such", values))
    values["networks"] = listed(found)
    values["option"] = "interface" if wanted.interface is None else "name"
    raise ChangeError(Phrase("category.several", values))


def _on(
    found: Sequence[Connected], networks: Sequence[Connected], interface: str
) -> list[Connected]:
    """Those on an adapter: the one of that name, else the one with that index."""
    if any(same_name(each.alias, interface) for each in networks):
        return [each for each in found if same_name(each.alias, interface)]
    index = int(interface) if _INDEX.match(interface) else None
    return [each for each in found if index is not None and each.index == index]


def _asked(wanted: WantedCategory) -> Phrase:
    """What a task selects a network by, as the end of a sentence."""
    values: dict[str, Value] = {"name": wanted.name or "", "interface": wanted.interface or ""}
    if wanted.interface is None:
        return Phrase("category.by_name", values)
    return Phrase("category.by_both" if wanted.name else "category.by_interface", values)


def listed(networks: Sequence[Connected]) -> Joined:
    """Networks with their categories, as a list; of very many only the first."""
    shown = [
        Phrase("category.listed", {**each.phrase.values, "category": word(each.category)})
        for each in networks[:_TOLD]
    ]
    if len(networks) > _TOLD:
        shown.append(Phrase("left.others"))
    return Joined(tuple(shown), "list.separator")


def word(category: Profile | None) -> Phrase:
    """The word for a category."""
    return Phrase("category.unknown") if category is None else profile_phrase(category)
