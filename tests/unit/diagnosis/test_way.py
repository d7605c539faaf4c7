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
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.way import End, Way
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    OwnAddress,
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
    return Situation(Snapshot(endpoints), networks=(Network(Profile.PRIVATE),))


def ends(own: str | None) -> list[End]:
    """The controller's end of a connection."""
    return [] if own is None else [(own, 50000)]


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
def test_where_attempts_may_go(peer: End, own: str | None, found: Way) -> None:
    assert way.find([peer, peer], ends(own), PC) == found


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
def test_what_answered_in_several_ways_is_not_tried(peers: list[End], why_not: CauseKind) -> None:
    assert way.find(peers, ends("192.0.2.9"), PC) == Way(why_not=why_not)


def test_the_same_address_in_two_spellings_is_one() -> None:
    peers: list[End] = [("192.0.2.1", 5985), ("::ffff:192.0.2.1", 5985)]
    assert way.find(peers, [], PC).address == "192.0.2.1"


def own(text: str, interface: int = 12) -> OwnAddress:
    return OwnAddress(parse_address(text), 24, interface)


def connection(local: str, remote: str, port: int) -> Endpoint:
    ends = (parse_address(local), 5985, TcpState.ESTABLISHED, parse_address(remote), port)
    return Endpoint(Protocol.TCP, *ends, 4)


OURS = connection("10.0.0.4", "198.51.100.5", 50000)
LATER = connection("10.0.0.4", "198.51.100.5", 50002)
OTHERS = connection("10.0.0.4", "10.0.0.77", 61000)
SSH = connection("127.0.0.1", "127.0.0.1", 61001)
OFFICE_NAT = connection("10.0.0.4", "198.51.100.200", 31000)


@each_row(
    ("peer", "here", "rows", "expected", "address", "controller"),
    [
        # The PC itself, whatever else is connected, and if the row is missing.
        ("10.0.0.4", "10.0.0.9", [connection("10.0.0.4", "10.0.0.9", 50000), OTHERS],
         Way("10.0.0.4", "10.0.0.9"), "10.0.0.4", "10.0.0.9"),
        ("10.0.0.4", "10.0.0.9", [OTHERS, connection("10.8.0.2", "10.8.0.7", 1)],
         Way("10.0.0.4", "10.0.0.9"), "10.0.0.4", None),
        ("10.0.0.4", "10.0.0.9", [], Way("10.0.0.4", "10.0.0.9"), "10.0.0.4", None),
        # A router translates only the controller's address, with its port or not.
        ("10.0.0.4", "172.17.0.2", [OFFICE_NAT, connection("10.8.0.2", "10.8.0.7", 1)],
         Way("10.0.0.4", "198.51.100.200"), "10.0.0.4", "198.51.100.200"),
        ("10.0.0.4", "172.17.0.2", [OURS, OTHERS],
         Way("10.0.0.4", "198.51.100.5"), "10.0.0.4", "198.51.100.5"),
        ("10.0.0.4", "172.17.0.2", [OFFICE_NAT, OTHERS], Way("10.0.0.4"), "10.0.0.4", None),
        ("10.0.0.4", "172.17.0.2", [], Way("10.0.0.4", "172.17.0.2"), "10.0.0.4", None),
        # A cloud translates its address.
        ("203.0.113.5", "198.51.100.5", [OURS, OTHERS],
         Way("203.0.113.5", "198.51.100.5", translated=True), "10.0.0.4", "198.51.100.5"),
        # A router translates the controller's address too, and keeps its port.
        ("203.0.113.5", "192.168.1.9", [OURS, OTHERS],
         Way("203.0.113.5", "198.51.100.5", translated=True), "10.0.0.4", "198.51.100.5"),
        # A router that does not keep it looks like a bastion with several addresses.
        ("203.0.113.5", "192.168.1.9", [OFFICE_NAT],
         Way(why_not=CauseKind.FORWARDED), "10.0.0.4", None),
        # The row is that of another connection of ours, which may not have come by a bastion.
        ("203.0.113.5", "198.51.100.5", [LATER],
         Way(why_not=CauseKind.FORWARDED), "10.0.0.4", None),
        # A bastion in our own network, and an administrator who comes from the internet.
        ("10.0.0.5", "10.0.0.9", [connection("10.0.0.4", "192.168.50.5", 31000), OFFICE_NAT],
         Way(why_not=CauseKind.FORWARDED), "10.0.0.4", None),
        # A bastion whose connection has the port of ours by chance.
        ("203.0.113.5", "192.168.1.9", [connection("10.0.0.4", "203.0.113.5", 50000)],
         Way(why_not=CauseKind.FORWARDED), "10.0.0.4", None),
        # A bastion has a connection of its own, from the same or from another address of it.
        ("203.0.113.5", "192.168.1.9", [connection("10.0.0.4", "203.0.113.5", 31000)],
         Way(why_not=CauseKind.FORWARDED), "10.0.0.4", None),
        ("203.0.113.5", "192.168.1.9", [OTHERS], Way(why_not=CauseKind.FORWARDED), "10.0.0.4", None),
        ("203.0.113.5", "198.51.100.5", [OFFICE_NAT],
         Way(why_not=CauseKind.FORWARDED), "10.0.0.4", None),
        # An SSH server on the PC.
        ("203.0.113.5", "192.168.1.9", [SSH], Way(why_not=CauseKind.FORWARDED), None, None),
        # It shows no connection at all, and the address is not one of its own.
        ("203.0.113.5", "192.168.1.9", [], Way(why_not=CauseKind.FORWARDED), None, None),
    ],
)  # fmt: skip
def test_what_the_pc_shows_of_the_connection_tells_who_has_answered(
    peer: str,
    here: str,
    rows: list[Endpoint],
    expected: Way,
    address: str | None,
    controller: str | None,
) -> None:
    addresses = (own("10.0.0.4"), own("10.8.0.2", 20), own("127.0.0.1", 1))
    for order in (rows, rows[::-1]):
        snapshot = replace(PC.snapshot, addresses=addresses, connections=tuple(order))
        known = replace(PC, snapshot=snapshot)
        assert way.find([(peer, 5985)], [(here, 50000)], known) == expected
        placed = way.placed(known, [(peer, 5985)], [(here, 50000)])
        assert (placed.arrives, placed.controller) == (address, controller)


def test_a_forwarded_port_still_shows_by_which_network_it_comes() -> None:
    snapshot = replace(PC.snapshot, addresses=(own("10.0.2.15"),), connections=(
        connection("10.0.2.15", "10.0.2.2", 49999),))  # fmt: skip
    known = replace(PC, snapshot=snapshot)
    peers: list[End] = [("127.0.0.1", 55985)]
    assert way.placed(known, peers, [("127.0.0.1", 50000)]).arrives == "10.0.2.15"
    assert way.find(peers, [("127.0.0.1", 50000)], known).why_not is CauseKind.FORWARDED
    through_proxy = way.placed(known, [None], [None])
    assert (through_proxy.arrives, through_proxy.controller) == ("10.0.2.15", None)


_PEERS = st.none() | st.tuples(
    st.sampled_from(["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2", "fe80::1%eth0", "127.0.0.1"]),
    st.sampled_from([5985, 5986, 55985]),
)


@given(st.lists(_PEERS, max_size=4), st.sampled_from([None, "192.0.2.9", "fe80::9%eth0"]))
def test_an_attempt_goes_to_what_has_answered_or_nowhere(peers: list[End], own: str | None) -> None:
    found = way.find(peers, ends(own), PC)
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
