# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of states of TCP: ours, those of Windows, and wrong ones."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.states import (
    StateError,
    states_of,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import TcpState
from unit.rows import each_row

# As the enumeration of Get-NetTCPConnection has them, and the documentation of
# ansible.windows.win_listen_ports_facts.
OF_WINDOWS = (
    *("Bound", "Closed", "CloseWait", "Closing", "DeleteTCB", "Established", "FinWait1"),
    *("FinWait2", "LastAck", "Listen", "SynReceived", "SynSent", "TimeWait"),
)


def test_each_state_by_each_of_its_names() -> None:
    assert states_of(OF_WINDOWS) == frozenset(TcpState)
    assert states_of([state.value for state in TcpState]) == frozenset(TcpState)
    assert states_of(["CLOSEWAIT", " close_wait "]) == {TcpState.CLOSE_WAIT}


def test_all_of_them() -> None:
    assert states_of(["all"]) is None
    assert states_of(["Listen", "All"]) is None


@each_row(
    ("names", "told"),
    [
        (["Error"], "'Error' is not a state of TCP. These are: all, closed"),
        (["Listen", "Closed", "Error"], "'Error' is not"),
        (["Establish"], "Did you mean established?"),
        (["listening"], "Did you mean listen?"),
        ([""], "'' is not a state"),
        ([], "the list is empty; write all"),
    ],
)
def test_what_is_none(names: list[str], told: str) -> None:
    with pytest.raises(StateError) as error:
        states_of(names)
    assert told in str(error.value)
