# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The part of port_facts that is about the firewall and the networks.

It is imported only by tasks that ask for them, and in the parent of all forks: what it needs of the
library takes Ansible, which compiles that anew each time it starts, as long as ten hosts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...module_utils.firewall.judging import reading
from ...module_utils.firewall.networks.facts import interfaces as interfaces_of
from ...module_utils.firewall.networks.network import Network
from ...module_utils.firewall.reach import exposure
from ...module_utils.host.host import Host
from . import facts

#: The services that the firewall needs.
SERVICES: tuple[str, ...] = tuple(reading.SERVICES)


def look(
    host: Host, wanted: facts.FactsOptions, firewall: reading.FirewallReading | None = None
) -> facts.Gathered:
    """As `facts.look`."""
    programs = (reading.PROGRAM,) if wanted.firewall and firewall is None else ()
    taken, printed = facts.take(host, wanted, programs)
    judged = interfaces = None
    known: Sequence[Network] | None = None
    if reading.PROGRAM in printed:
        firewall = reading.read(host, printed[reading.PROGRAM], taken.named)
    if wanted.firewall and firewall is not None:
        firewall = firewall.with_addresses(taken.addresses, taken.adapters)
        taken = replace(taken, notes=(*taken.notes, *firewall.notes))
        judged, known = exposure.judged(taken, firewall), firewall.networks
    if wanted.networks:
        if known is None:
            known, notes = reading.read_networks(host)
            taken = replace(taken, notes=(*taken.notes, *notes))
        interfaces = interfaces_of(taken, known)
    return facts.Gathered(taken, judged, interfaces)
