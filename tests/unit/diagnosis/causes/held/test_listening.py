# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a port is listened at, and whether that is where the controller connects to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.held.listening import (
    Reach,
    listeners,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Situation,
    Verdict,
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from unit.diagnosis.cases import (
    CONNECTED,
    NOTHING,
    PC,
    REFUSED,
    TIMED_OUT,
    ask,
    kinds,
    msg,
    situation,
)
from unit.holder_cases import connection, listener
from unit.rows import each_row

WEB = WantedPort(Protocol.TCP, 80)


def reaches(known: Situation) -> list[Reach]:
    return [each.reach for each in listeners(known, WEB)]


@each_row(
    ("address", "reach"),
    [
        ("0.0.0.0", Reach.YES),
        (PC, Reach.YES),
        ("::", Reach.PERHAPS),
        ("192.0.2.99", Reach.OTHER_ADDRESS),
        ("fe80::1%12", Reach.OTHER_ADDRESS),
        ("127.0.0.1", Reach.LOOPBACK),
        ("::1", Reach.LOOPBACK),
    ],
)
def test_of_one_listener(address: str, reach: Reach) -> None:
    assert reaches(situation(listener(80, 4312, address))) == [reach]


def test_connections_and_other_ports_are_no_listeners() -> None:
    assert reaches(situation(connection(80, 4312), listener(8080, 4312), listener(180, 1))) == []


def test_the_best_for_the_controller_stands_first() -> None:
    known = situation(
        listener(80, 4312, "127.0.0.1"), listener(80, 4312, "::"), listener(80, 4312, "0.0.0.0")
    )
    assert reaches(known) == [Reach.YES, Reach.OTHER_FAMILY, Reach.LOOPBACK]


def test_by_netstat_a_listener_on_ipv6_alone_is_for_ipv6() -> None:
    known = situation(listener(80, 4312, "::"), families_known=True)
    assert reaches(known) == [Reach.OTHER_FAMILY]


def test_for_a_controller_that_connects_by_ipv6() -> None:
    known = situation(listener(80, 4312, "0.0.0.0"), targets=("2001:db8::10",))
    assert reaches(known) == [Reach.OTHER_FAMILY]
    assert reaches(situation(listener(80, 4312, "::"), targets=("2001:db8::10",))) == [Reach.YES]


def test_without_an_address_of_the_controller_any_will_do() -> None:
    for address in ("0.0.0.0", "::", "192.0.2.99"):
        assert reaches(situation(listener(80, 4312, address), targets=())) == [Reach.YES]
    assert reaches(situation(listener(80, 4312, "::1"), targets=())) == [Reach.LOOPBACK]


def test_behind_a_router_an_own_address_is_the_right_one_or_not() -> None:
    bound = listener(80, 4312, "192.168.1.5")
    asked = {
        # To which of its addresses the router leads is unknown.
        "translated": {"translated": True},
        "not translated": {},
        "to this one": {"translated": True, "arrives": "192.168.1.5"},
        "to another one": {"translated": True, "arrives": "10.8.0.2"},
        "nothing was tried": {"targets": (), "arrives": "10.8.0.2"},
    }
    found = {what: reaches(situation(bound, **known)) for what, known in asked.items()}
    assert found == {
        "translated": [Reach.YES],
        "not translated": [Reach.OTHER_ADDRESS],
        "to this one": [Reach.YES],
        "to another one": [Reach.OTHER_ADDRESS],
        "nothing was tried": [Reach.OTHER_ADDRESS],
    }
    # A router may lead IPv4 to IPv6 (NAT64).
    alone = situation(listener(80, 4312, "::"), arrives="2001:db8::5", families_known=True)
    assert reaches(alone) == [Reach.YES]


def test_a_connection_proves_more_than_addresses_do() -> None:
    known = situation(listener(80, 4312, "192.168.1.5"), attempt=CONNECTED)
    assert ask(known).verdict is Verdict.REACHABLE
    assert reaches(situation(listener(80, 4312, "127.0.0.1"), attempt=CONNECTED)) == [
        Reach.LOOPBACK
    ]


def test_loopback_only() -> None:
    known = situation(listener(80, 4312, "127.0.0.1"), listener(80, 4312, "::1"), attempt=TIMED_OUT)
    found = ask(known)
    assert found.verdict is Verdict.LOOPBACK_ONLY
    assert kinds(found) == ["loopback_only"]
    assert "127.0.0.1 and ::1 only" in msg(found)
    assert "httpd.exe (PID 4312, service Apache2.4)" in msg(found)


def test_another_address_only() -> None:
    found = ask(situation(listener(80, 4312, "192.0.2.99"), attempt=TIMED_OUT))
    assert (found.verdict, kinds(found)) == (Verdict.NOT_LISTENING, ["other_address_only"])
    assert "192.0.2.99" in msg(found)


def test_one_of_the_other_addresses_is_enough_and_none_of_the_link_alone_is_advised() -> None:
    def said(*addresses: str) -> str:
        known = situation(*(listener(80, 4312, each) for each in addresses), attempt=TIMED_OUT)
        found = ask(known)
        assert kinds(found) == ["other_address_only"]
        return msg(found).partition("; ")[2]

    anywhere = "set the program to listen on all addresses (0.0.0.0)"
    assert said("192.0.2.98", "192.0.2.99") == (
        f"{anywhere}, or connect to 192.0.2.98 or 192.0.2.99."
    )
    # Neither what serves the PC itself nor what serves its own link alone.
    assert said("192.0.2.99", "127.0.0.1", "fe80::5%12", "169.254.7.7") == (
        f"{anywhere}, or connect to 192.0.2.99."
    )
    for alone in ("fe80::5%12", "169.254.7.7"):
        assert said(alone) == (
            f"{anywhere}: the link-local address {alone} is only for machines on the same link."
        )


def test_ipv6_only_as_netstat_tells() -> None:
    found = ask(situation(listener(80, 4312, "::"), families_known=True, attempt=TIMED_OUT))
    assert (found.verdict, kinds(found)) == (Verdict.NOT_LISTENING, ["ipv6_only"])


def test_ipv6_only_as_a_refusal_shows() -> None:
    found = ask(situation(listener(80, 4312, "::"), attempt=REFUSED))
    assert (found.verdict, kinds(found)) == (Verdict.NOT_LISTENING, ["ipv6_only"])


def test_ipv6_that_serves_ipv4_too_is_fine() -> None:
    found = ask(situation(listener(80, 4312, "::"), attempt=CONNECTED))
    assert (found.verdict, found.remarks) == (Verdict.REACHABLE, ())


@pytest.mark.parametrize("attempt", [None, TIMED_OUT])
def test_what_is_not_told_of_ipv4_is_not_called_ipv6_only(attempt: object) -> None:
    found = ask(situation(listener(80, 4312, "::"), attempt=attempt))
    assert "ipv6_only" not in kinds(found)
    assert "remark.ipv4_unknown" in {each.key for each in found.remarks}


def test_ipv4_only_for_a_controller_with_ipv6() -> None:
    found = ask(situation(targets=("2001:db8::10",), controller=None, attempt=TIMED_OUT))
    assert (found.verdict, kinds(found)) == (Verdict.NOT_LISTENING, ["ipv4_only"])


def test_nothing_listens() -> None:
    for attempt in (None, REFUSED, TIMED_OUT):
        found = ask(situation(*NOTHING, attempt=attempt))
        assert (found.verdict, kinds(found)) == (Verdict.NOT_LISTENING, ["nothing_listens"])


def test_a_program_that_is_to_be_started_is_named() -> None:
    found = ask(situation(*NOTHING), expected_process=("nginx.exe",))
    assert "start nginx.exe, and set it to listen at port 80" in msg(found)


def test_udp_listens_without_a_state() -> None:
    from unit.holder_cases import udp

    known = situation(udp(80, 4312))
    assert [each.reach for each in listeners(known, replace(WEB, protocol=Protocol.UDP))] == [
        Reach.YES
    ]
    assert reaches(known) == []
