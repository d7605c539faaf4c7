# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What policies say about the categories of networks, from the registry.

"Network List Manager Policies" are security settings of Group Policy (Microsoft: "Network List
Manager policies"): the location type of unidentified networks, of networks that are being
identified, and of single networks, and whether users may change it. Below the key of a network, the
value Category is 0 (public) or 1 (private), and CategoryReadOnly is 1 if users can't change it.
Microsoft documents neither the keys nor the values; public programs and baselines write them. The
key of a network is its signature, or FirstNetwork for the one of Windows' setup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ....words.phrases import Phrase, Value
from ...policy import registry_text
from ...policy.vocabulary import Profile
from .model import Connected, word

_SIGNATURES = (
    r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\CurrentVersion"
    r"\NetworkList\Signatures"
)
_UNIDENTIFIED = (
    "010103000F0000F0010000000F0000F0"
    "C967A3643C3AD745950DA7859209176EF5B87C875FA20DF21951640E807D7C24"
)
_IDENTIFYING = (
    "010103000F0000F0080000000F0000F0"
    "D0B4EB5D3C24F17D10AE531C7DCEF4A94F4A085AD0D4C88B75082573E36F857A"
)
_CATEGORIES = {0: Profile.PUBLIC, 1: Profile.PRIVATE}
# Of how many keys the policies are kept. A managed host has a few.
_MOST = 100


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """What a policy says about the category of a network.

    Attributes:
        path: its key in the registry, as it is known here or as the host shows it.
        networks: ``unidentified``, ``identifying``, or ``other`` for a single network, or for all
            of them.
        category: the one that it sets; None if it sets none that is known.
        locked: it keeps users from changing the category.
    """

    path: str
    networks: str
    category: Profile | None
    locked: bool

    def concerns(self, network: Connected) -> bool:
        """Whether it may decide about that network."""
        if self.networks == "other":
            return self.locked or not network.is_unidentified
        return self.networks == "unidentified" and network.is_unidentified

    def stands_against(self, wanted: Profile) -> bool:
        """Whether the network may not become so because of it."""
        return self.locked or self.category not in (None, wanted)

    @property
    def phrase(self) -> Phrase:
        """What it says, as an item of a list."""
        values: dict[str, Value] = {"path": self.path, "category": word(self.category)}
        if self.category is None:
            return Phrase("category.policy_locks", values)
        return Phrase("category.policy_locks_as" if self.locked else "category.policy_sets", values)


def parse(text: str) -> tuple[NetworkPolicy, ...]:
    """The policies in the output of `commands.NETWORK_POLICIES`. Keys that say nothing of a
    category are left out. Raises nothing."""
    found = sorted(_policies(text), key=lambda each: each.path)
    return tuple(found[:_MOST])


def _policies(text: str) -> Iterator[NetworkPolicy]:
    for key in registry_text.parse(text).below(_SIGNATURES):
        number = key.number("Category")
        category = None if number is None else _CATEGORIES.get(number)
        locked = bool(key.number("CategoryReadOnly"))
        if category is not None or locked:
            name = key.path.rpartition("\\")[2].upper()
            networks = {_UNIDENTIFIED: "unidentified", _IDENTIFYING: "identifying"}.get(name)
            yield NetworkPolicy(key.path, networks or "other", category, locked)


def against(
    policies: Iterable[NetworkPolicy], network: Connected, wanted: Profile
) -> tuple[NetworkPolicy, ...]:
    """Those that may keep a network from having a category."""
    return tuple(
        each for each in policies if each.concerns(network) and each.stands_against(wanted)
    )
