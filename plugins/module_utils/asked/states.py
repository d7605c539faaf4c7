# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Turns a person's names of states into states of TCP connections: those of port_facts
(``close_wait``), and those of Get-NetTCPConnection (``CloseWait``), in any case."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from ..ground.model import TcpState
from ..ground.names import ascii_lower
from ..ground.text import for_display
from ..words.phrases import Joined, PhraseError, Value

ALL = "all"

_BY_WORD = {state.value.replace("_", ""): state for state in TcpState}
_LONGEST = 60  # characters of a wrong name that are shown


class StateError(PhraseError, ValueError):
    """A name is not that of a state."""


def states_of(names: Iterable[str]) -> frozenset[TcpState] | None:
    """The states with these names, None for all.

    Raises:
        StateError: there are none, or one of them is unknown.
    """
    words = [(name, ascii_lower(name.strip()).replace("_", "")) for name in names]
    if not words:
        raise StateError("argument.no_states")
    unknown = [name for name, word in words if word not in _BY_WORD and word != ALL]
    if unknown:
        raise _unknown(unknown[0])
    if ALL in (word for _name, word in words):
        return None
    return frozenset(_BY_WORD[word] for _name, word in words)


def _unknown(name: str) -> StateError:
    known = (ALL, *(state.value for state in TcpState))
    near = difflib.get_close_matches(ascii_lower(name[:_LONGEST]), known, n=2, cutoff=0.7)
    values: dict[str, Value] = {
        "given": for_display(name, _LONGEST),
        "known": Joined(known, "list.separator"),
    }
    if near:
        return StateError("argument.state_near", **values, near=Joined(tuple(near), "list.or"))
    return StateError("argument.state", **values)
