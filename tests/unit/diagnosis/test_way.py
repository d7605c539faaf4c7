# SPDX-License-Identifier: GPL-3.0-or-later
"""Attempts go to what has answered as the PC, or nowhere."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis import way
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    CauseKind,
    Situation,
    Verdict,
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.way import Peer, Way
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    Protocol,
    TcpState,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.snapshot import Snapshot
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.rows import each_row


def listening(*ports: int) -> Situation:
    """A PC that listens at these ports."""
    endpoints = tuple(
        Endpoint(Protocol.TCP, parse_address("::"), port, state=TcpState.LISTEN, pid=4)
        for port in ports
    )
    network = Network(Profile.PRIVATE, addresses=("192.0.2.1", "fe80::1"))
    return Situation(Snapshot(endpoints), networks=(network,))


PC = listening(5985)


@each_row(
    ("peer", "own", "found"),
    [
        (("192.0.2.1", 5985), "192.0.2.9", Way("192.0.2.1", "192.0.2.9")),
        (("::ffff:192.0.2.1", 5985), "::ffff:192.0.2.9", Way("192.0.2.1", "192.0.2.9")),
        (("fe80::1%eth0", 5985), "fe80::9%eth0", Way("fe80::1%eth0", "fe80::9")),
        (("2001:db8:0:0::1", 5985), None, Way("2001:db8::1", None)),
        # A router between has an address of its own.
        (("198.51.100.7", 5985), "192.0.2.9", Way("198.51.100.7", "192.0.2.9")),
        # As simulated PCs have it.
        (("127.77.0.1", 5985), "127.0.0.1", Way("127.77.0.1", None)),
        # Of Vagrant and SSH, with another port and with the same.
        (("127.0.0.1", 55985), "127.0.0.1", Way(why_not=CauseKind.FORWARDED)),
        (("127.0.0.1", 5985), "127.0.0.1", Way(why_not=CauseKind.FORWARDED)),
        (("::1", 5985), "::1", Way(why_not=CauseKind.FORWARDED)),
        (("::ffff:127.0.0.1", 5985), "::1", Way(why_not=CauseKind.FORWARDED)),
        # Of a router.
        (("198.51.100.7", 15985), "192.0.2.9", Way(why_not=CauseKind.FORWARDED)),
        (None, None, Way(why_not=CauseKind.THROUGH_PROXY)),
    ],
)
def test_where_attempts_may_go(peer: Peer, own: str | None, found: Way) -> None:
    assert way.find([peer, peer], own, PC) == found


@each_row(
    ("peers", "why_not"),
    [
        ([], CauseKind.THROUGH_PROXY),
        ([("192.0.2.1", 5985), None], CauseKind.THROUGH_PROXY),
        ([("192.0.2.1", 5985), ("192.0.2.2", 5985)], CauseKind.ADDRESS_CHANGED),
        ([("192.0.2.1", 5985), ("2001:db8::1", 5985)], CauseKind.ADDRESS_CHANGED),
        ([("fe80::1%eth0", 5985), ("fe80::1%eth1", 5985)], CauseKind.ADDRESS_CHANGED),
        ([("192.0.2.1", 5985), ("192.0.2.1", 5986)], CauseKind.FORWARDED),
    ],
)
def test_what_answered_in_several_ways_is_not_tried(peers: list[Peer], why_not: CauseKind) -> None:
    assert way.find(peers, "192.0.2.9", PC) == Way(why_not=why_not)


def test_the_same_address_in_two_spellings_is_one() -> None:
    peers: list[Peer] = [("192.0.2.1", 5985), ("::ffff:192.0.2.1", 5985)]
    assert way.find(peers, None, PC).address == "192.0.2.1"


_PEERS = st.none() | st.tuples(
    st.sampled_from(["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2", "fe80::1%eth0", "127.0.0.1"]),
    st.sampled_from([5985, 5986, 55985]),
)


@given(st.lists(_PEERS, max_size=4), st.sampled_from([None, "192.0.2.9", "fe80::9%eth0"]))
def test_an_attempt_goes_to_what_has_answered_or_nowhere(
    peers: list[Peer], own: str | None
) -> None:
    found = way.find(peers, own, PC)
    assert (found.address is None) is (found.why_not is not None)
    if found.address is not None:
        assert {way.plain(peer[0]) for peer in peers if peer} == {found.address}
        assert None not in peers


@each_row("why_not", [CauseKind.THROUGH_PROXY, CauseKind.FORWARDED, CauseKind.ADDRESS_CHANGED])
def test_without_an_attempt_the_verdict_is_unknown_and_says_why(why_not: CauseKind) -> None:
    wanted = WantedPort(Protocol.TCP, 5985)
    situation = replace(PC, why_not=why_not)
    (found,) = diagnose(situation, [wanted])
    kinds = [cause.kind for cause in found.causes]
    assert found.verdict is Verdict.UNKNOWN
    said = [*(cause.text for cause in found.causes), *found.remarks]
    for language, words in (("en", "has not tried"), ("ja", "試していません")):
        assert any(words in render(each, language) for each in said), kinds


def test_what_is_wrong_on_the_pc_comes_before_that_nothing_was_tried() -> None:
    situation = replace(PC, why_not=CauseKind.FORWARDED)
    (found,) = diagnose(situation, [WantedPort(Protocol.TCP, 80)])
    assert found.verdict is Verdict.NOT_LISTENING
    assert any("forwarded port" in render(each, "en") for each in found.remarks)


def test_udp_is_never_tried_whatever_the_way() -> None:
    endpoint = Endpoint(Protocol.UDP, parse_address("::"), 53, pid=4)
    situation = replace(PC, why_not=CauseKind.FORWARDED, snapshot=Snapshot((endpoint,)))
    (found,) = diagnose(situation, [WantedPort(Protocol.UDP, 53)])
    assert all(cause.kind is not CauseKind.FORWARDED for cause in found.causes)
