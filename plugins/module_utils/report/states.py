# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state of a PC, from the verdicts on its ports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..diagnosis.causes.model import Verdict
from ..diagnosis.path.ends.model import PathVerdict
from .model import State

STATES: Mapping[Verdict, State] = {
    Verdict.REACHABLE: State.READY,
    # Another program has the port, or Windows reserves it.
    Verdict.IN_USE_BY_OTHER: State.TAKEN,
    Verdict.RESERVED: State.TAKEN,
    # The program does not serve other hosts: it has to be installed, started or configured.
    Verdict.NOT_LISTENING: State.NOT_LISTENING,
    Verdict.LOOPBACK_ONLY: State.NOT_LISTENING,
    # The program runs, but something on the PC or on the way to it keeps traffic out.
    Verdict.BLOCKED: State.BLOCKED,
    Verdict.HIDDEN_BY_PROFILE: State.BLOCKED,
    Verdict.OVERRIDDEN_BY_POLICY: State.BLOCKED,
    Verdict.THIRD_PARTY_FIREWALL: State.BLOCKED,
    Verdict.UNREACHABLE_FROM_CONTROLLER: State.BLOCKED,
    Verdict.UNKNOWN: State.UNKNOWN,
}
#: The state whose severity, symbol and colour a verdict of port_path has.
PATH_STATES: Mapping[PathVerdict, State] = {
    PathVerdict.REACHABLE: State.READY,
    PathVerdict.IN_USE_BY_OTHER: State.TAKEN,
    PathVerdict.RESERVED: State.TAKEN,
    PathVerdict.NOT_LISTENING: State.NOT_LISTENING,
    PathVerdict.LOOPBACK_ONLY: State.NOT_LISTENING,
    PathVerdict.NAME_UNKNOWN: State.UNKNOWN,
    PathVerdict.UNKNOWN: State.UNKNOWN,
    PathVerdict.NAME_LEADS_ELSEWHERE: State.BLOCKED,
    PathVerdict.NO_ROUTE: State.BLOCKED,
    PathVerdict.BLOCKED_AT_CLIENT: State.BLOCKED,
    PathVerdict.BLOCKED_AT_SERVER: State.BLOCKED,
    PathVerdict.ANSWERED_BY_OTHER: State.BLOCKED,
    PathVerdict.LOST_ON_THE_WAY: State.BLOCKED,
    PathVerdict.REFUSED_ON_THE_WAY: State.BLOCKED,
}
_VERDICTS = frozenset(each.value for each in Verdict)
_WORDS = frozenset(each.value for each in State)
_SEVERITY: Mapping[str, int] = {state: number for number, state in enumerate(State)}


def severity(state: State) -> int:
    """0 is the worst. A word that is no state counts as unknown."""
    return _SEVERITY.get(state, _SEVERITY[State.UNKNOWN])


def state_of(word: str) -> State:
    """The state that a verdict of port_check makes of a PC, or the state of that name; unknown for
    any other word."""
    if word in _VERDICTS:
        return STATES[Verdict(word)]
    return State(word) if word in _WORDS else State.UNKNOWN


def worst(verdicts: Iterable[str]) -> State:
    """The state of a PC with these ports; unknown if there are none.

    Raises ValueError for a verdict that port_check does not have.
    """
    states = {STATES[Verdict(verdict)] for verdict in verdicts}
    return min(states, key=severity, default=State.UNKNOWN)
