# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cause means for the way from one PC to another."""

from __future__ import annotations

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    VERDICTS,
    CauseKind,
    Verdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.model import (
    Hop,
    PathKind,
    PathVerdict,
    meaning,
)
from unit.rows import each_row


def of_server(kind: CauseKind) -> tuple[PathVerdict, Hop | None]:
    return meaning(kind, VERDICTS[kind])


@each_row(
    ("kind", "verdict", "hop"),
    [
        (CauseKind.NOTHING_LISTENS, PathVerdict.NOT_LISTENING, Hop.SERVER_PROGRAM),
        (CauseKind.IPV4_ONLY, PathVerdict.NOT_LISTENING, Hop.SERVER_PROGRAM),
        (CauseKind.LOOPBACK_ONLY, PathVerdict.LOOPBACK_ONLY, Hop.SERVER_PROGRAM),
        (CauseKind.IN_USE_BY_OTHER, PathVerdict.IN_USE_BY_OTHER, Hop.SERVER_PROGRAM),
        (CauseKind.RESERVED, PathVerdict.RESERVED, Hop.SERVER_PROGRAM),
        (CauseKind.NO_RULE, PathVerdict.BLOCKED_AT_SERVER, Hop.SERVER_FIREWALL),
        (CauseKind.RULE_FOR_OTHER_PROFILE, PathVerdict.BLOCKED_AT_SERVER, Hop.SERVER_FIREWALL),
        (CauseKind.POLICY_BLOCK_RULE, PathVerdict.BLOCKED_AT_SERVER, Hop.SERVER_FIREWALL),
        (CauseKind.THIRD_PARTY_FIREWALL, PathVerdict.BLOCKED_AT_SERVER, Hop.SERVER_FIREWALL),
        (CauseKind.ANSWERED_BY_OTHER, PathVerdict.ANSWERED_BY_OTHER, Hop.NETWORK),
        (CauseKind.NO_ANSWER, PathVerdict.LOST_ON_THE_WAY, Hop.NETWORK),
        (CauseKind.REFUSED, PathVerdict.REFUSED_ON_THE_WAY, Hop.NETWORK),
        (CauseKind.HOLDER_UNKNOWN, PathVerdict.UNKNOWN, Hop.SERVER_PROGRAM),
        (CauseKind.CONDITION_OPEN, PathVerdict.UNKNOWN, Hop.SERVER_FIREWALL),
        (CauseKind.FIREWALL_UNKNOWN, PathVerdict.UNKNOWN, Hop.SERVER_FIREWALL),
    ],
)
def test_what_is_wrong_at_the_server(kind: CauseKind, verdict: PathVerdict, hop: Hop) -> None:
    assert of_server(kind) == (verdict, hop)


def test_each_verdict_that_is_no_good_one_has_a_cause() -> None:
    made = {of_server(kind)[0] for kind in CauseKind} | {
        meaning(kind, None)[0] for kind in PathKind
    }
    assert made == set(PathVerdict) - {PathVerdict.REACHABLE}


def test_what_port_check_does_not_know_is_unknown_here_too() -> None:
    for kind in CauseKind:
        if VERDICTS[kind] is Verdict.UNKNOWN and kind is not CauseKind.ANSWERED_BY_OTHER:
            assert of_server(kind)[0] is PathVerdict.UNKNOWN


def test_the_clients_causes_are_in_the_order_of_mending_and_what_is_uncertain_last() -> None:
    certain = [kind for kind in PathKind if kind not in _uncertain()]
    places = [list(PathVerdict).index(meaning(kind, None)[0]) for kind in certain]
    assert places == sorted(places)
    assert list(PathKind)[len(certain) :] == _uncertain()


def _uncertain() -> list[PathKind]:
    return [
        kind
        for kind in PathKind
        if meaning(kind, None)[0] is PathVerdict.UNKNOWN or kind is PathKind.NAME_NOT_CACHED
    ]
