# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What network_category would say of a change, before anybody asks for it.

Whoever offers such a task has read the host anyway: this is its own judgement on that reading.
"""

from __future__ import annotations

from dataclasses import dataclass

from ....ground.model import OwnAddress
from ...changing.moves.broken_off import ChangeError
from ...changing.winrm_guard import Flow
from ...judging.reading import FirewallReading
from ...networks.network import Network
from ...policy.vocabulary import Profile
from . import plan as plans
from .model import Connected, WantedCategory, choose


@dataclass(frozen=True)
class Foresight:
    """What the module judges a change by.

    Attributes:
        before: the firewall as it was read, with the networks as the host lists them.
        flows: the connections that may be ours (`winrm_guard.flows`).
        addresses: the host's own addresses.
    """

    before: FirewallReading
    flows: tuple[Flow, ...]
    addresses: tuple[OwnAddress, ...] = ()

    def refuses(self, network: Network, category: Profile) -> bool:
        """Whether the module, without ``force``, would refuse to give a network this category, as
        far as this reading shows."""
        wanted = WantedCategory(category, network.name, network.alias)
        host = ""  # no message is shown
        try:
            chosen = choose([_connected(each) for each in self.before.networks], wanted, host)
            plan = plans.begin(chosen, wanted, host)
            plans.guarded(plan, self.before, lambda: self.flows, lambda: self.addresses, host)
        except ChangeError:
            return True
        return False


def _connected(network: Network) -> Connected:
    """A network as the module knows it; only its names and its category matter here."""
    instance_id = network.interface_id or network.alias
    return Connected(
        instance_id, network.name, network.alias, network.interface, network.profile, {}
    )
