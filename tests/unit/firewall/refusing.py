# SPDX-License-Identifier: GPL-3.0-or-later
"""A PC that refuses some of the changes of its rules."""

from __future__ import annotations

from unit.conversation import first_match, related
from unit.firewall.host_answers import refused
from unit.firewall.test_simulated_changes import CHANGING
from unit.simulated import SimulatedTransport
from winsim.machine import Machine


class Refusing(SimulatedTransport):
    """Refuses so many requests that change something, from that of a number (from 0) on. `changing`
    counts all of these."""

    def __init__(self, machine: Machine, first: int, many: int) -> None:
        super().__init__(machine)
        self._refused = range(first, first + many)
        self.changing = 0

    def send(self, envelope: bytes) -> bytes:
        action = first_match(rb"<a:Action[^>]*>[^<]*/([^/<]+)<", envelope)
        if action not in CHANGING or b"shell/cmd" in envelope:
            return super().send(envelope)
        self.changing += 1
        if self.changing - 1 not in self._refused:
            return super().send(envelope)
        self.actions.append(action)
        return related(refused(4), envelope)
