# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a path is as a task expects it."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.model import (
    PathDiagnosis,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.expectation import (
    PathExpectation,
    answer,
    is_met,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.programs.curl import TryOutcome
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    render,
    sentence,
)
from unit.diagnosis.cases import NOTHING, rule
from unit.diagnosis.path.two_pcs import ON_LINK, ask, client, server
from unit.rows import each_row

REACHABLE, BLOCKED = PathExpectation.REACHABLE, PathExpectation.BLOCKED
NO_WEB = rule("Action=Block|Protocol=6|RPort=80|Name=No web", direction="Out")


@each_row(
    ("found", "reachable", "blocked"),
    [
        (ask(client(tries=TryOutcome.CONNECTED)), True, False),
        (ask(), True, False),
        (ask(client(), server(rules=[])), False, True),
        (ask(client(rules=[NO_WEB])), False, True),
        (ask(client(routes=(ON_LINK,))), False, True),
        (ask(client(tries=TryOutcome.TIMED_OUT)), False, True),
        (ask(client(tries=TryOutcome.REFUSED)), False, True),
        # A program may be started at any time; the firewall is in the way all the same.
        (ask(client(), server(*NOTHING)), False, False),
        (ask(client(), server(*NOTHING, rules=[])), False, True),
        (ask(client(firewall=None)), False, False),
    ],
)
def test_what_is_met(found: PathDiagnosis, reachable: bool, blocked: bool) -> None:
    assert (is_met(REACHABLE, found), is_met(BLOCKED, found)) == (reachable, blocked)


def told(expectation: PathExpectation | None, found: PathDiagnosis, language: Any = "en") -> str:
    return sentence(render(answer(expectation, found), language), language)


def test_the_answer() -> None:
    open_, closed = ask(), ask(client(), server(*NOTHING, rules=[]))
    assert told(None, open_) == told(REACHABLE, open_)
    assert told(BLOCKED, open_).startswith(
        "TCP 80 should be blocked, but from office-7 to srv1, TCP 80 can be reached"
    )
    assert told(REACHABLE, closed).startswith(
        "TCP 80 should be reachable, but from office-7 to srv1"
    )
    # That nothing listens is not why it is closed.
    assert told(BLOCKED, closed) == (
        "From office-7 to srv1, TCP 80 is closed, as it should be: on srv1, TCP 80 is blocked on the "
        "private network 'Servers': no firewall rule opens it."
    )
    assert told(BLOCKED, open_, "ja").startswith("TCP 80 はブロックされているはずですが")
