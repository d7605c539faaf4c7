# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is known of a port put together: the verdicts, and the order of several causes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Attempt,
    AttemptOutcome,
    Diagnosis,
    Situation,
    Verdict,
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    OwnAddress,
    PortRange,
    Protocol,
    parse_address,
)
from unit.diagnosis.cases import (
    CONNECTED,
    NOTHING,
    OPEN_80,
    PC,
    REFUSED,
    TIMED_OUT,
    UNREACHABLE,
    ask,
    by_policy,
    firewall,
    kinds,
    msg,
    remarks,
    situation,
)
from unit.holder_cases import after_boot, listener, udp
from unit.rows import each_row

ACME = FirewallProduct("Acme", 0x61000)


def test_reachable() -> None:
    found = ask(situation(attempt=CONNECTED))
    assert (found.verdict, found.causes, found.remarks) == (Verdict.REACHABLE, (), ())
    assert msg(found) == (
        "TCP 80 can be reached: httpd.exe (PID 4312, service Apache2.4) listens, and the "
        "controller has connected to 192.0.2.10."
    )
    assert msg(found, "ja") == (
        "TCP 80 に接続できます。httpd.exe (PID 4312、サービス Apache2.4) が待ち受けており、"
        "コントローラーから 192.0.2.10 に接続できました。"
    )


def test_reachable_as_far_as_it_shows_from_inside() -> None:
    found = ask(situation())
    assert found.verdict is Verdict.REACHABLE
    assert "as far as it shows on the PC" in msg(found)
    assert [each.key for each in found.remarks] == ["remark.not_tried"]


def test_what_may_block_all_the_same_is_told_where_nothing_was_tried() -> None:
    told = "But on the PC there is Acme, which may block it although Windows doesn't."
    assert msg(ask(situation(may_filter=("Acme",)))).endswith(f"lets traffic in. {told}")
    found = ask(situation(may_filter=("Acme",), attempt=AttemptOutcome.CONNECTED))
    assert "Acme" not in msg(found)


def test_udp_is_judged_from_inside_and_says_so() -> None:
    open_udp = firewall("Action=Allow|Protocol=17|LPort=53|Name=DNS")
    found = ask(situation(udp(53, 4312), firewall=open_udp), 53, protocol=Protocol.UDP)
    assert found.verdict is Verdict.REACHABLE
    assert msg(found).startswith("UDP 53 can be reached, as far as it shows on the PC")
    assert [each.key for each in found.remarks] == ["remark.udp"]
    shut = ask(situation(udp(53, 4312)), 53, protocol=Protocol.UDP)
    assert (shut.verdict, kinds(shut)) == (Verdict.BLOCKED, ["no_rule"])


@each_row(
    ("outcome", "kind", "words"),
    [
        (TIMED_OUT, "no_answer", "gets no answer at TCP 80 from 192.0.2.10"),
        (REFUSED, "refused", "192.0.2.10 refuses the controller's connection to TCP 80"),
        (UNREACHABLE, "no_route", "no route to TCP 80 at 192.0.2.10 (No route to host)"),
    ],
)
def test_all_is_well_on_the_pc_and_the_controller_gets_no_connection(
    outcome: AttemptOutcome, kind: str, words: str
) -> None:
    attempt = Attempt(outcome, PC, "No route to host")
    found = ask(situation(attempts={(Protocol.TCP, 80): attempt}))
    assert (found.verdict, kinds(found)) == (Verdict.UNREACHABLE_FROM_CONTROLLER, [kind])
    assert words in msg(found)
    assert "on the way" in msg(found) or "routes" in msg(found)


def test_behind_a_router_the_pc_s_own_address_is_named() -> None:
    """What translates the address is the first suspect, and has to be told where to lead."""
    own = [OwnAddress(parse_address(each), 24, 3) for each in ("127.0.0.1", "fe80::5", "10.0.0.4")]

    def translated(attempt: AttemptOutcome, *endpoints: Endpoint, **known: Any) -> Diagnosis:
        made = situation(*endpoints, attempt=attempt, **{"translated": True, **known})
        return ask(replace(made, snapshot=replace(made.snapshot, addresses=tuple(own))))

    for outcome in (TIMED_OUT, REFUSED):
        found = translated(outcome)
        assert "192.0.2.10, which is not the PC's own address (10.0.0.4)" in msg(found)
        assert "what translates 192.0.2.10 (a router, a cloud) leads TCP 80 to 10.0.0.4" in msg(
            found
        )
        assert "PC 自体のアドレス (10.0.0.4) ではなく" in msg(found, "ja")
    (remark,) = remarks(translated(CONNECTED))
    assert "does not have the address 192.0.2.10, but 10.0.0.4" in remark
    # The connection itself shows at which of its addresses it arrives.
    arrived = translated(TIMED_OUT, translated=False, arrives="10.0.0.9")
    assert "own address (10.0.0.9)" in msg(arrived)
    elsewhere = translated(TIMED_OUT, listener(80, 4312, "10.0.0.7"), arrives="10.0.0.4")
    assert kinds(elsewhere) == ["other_address_only"]
    assert "on 10.0.0.7 only, not at 10.0.0.4, the address of the PC to which" in msg(elsewhere)
    # Nothing translates an address that the PC has.
    own.append(OwnAddress(parse_address(PC), 24, 3))
    assert "own address" not in msg(translated(TIMED_OUT, translated=False, arrives=PC))


TEREDO = "2001:0:2851:782c:2c5a:1f2b:f5eb:fffa"


def test_who_comes_by_teredo_needs_a_rule_with_edge_traversal() -> None:
    silent = {(Protocol.TCP, 80): Attempt(TIMED_OUT, TEREDO)}
    tunnel = {"targets": (TEREDO,), "controller": "2001:db8::9"}
    port = listener(80, 4312, "::")
    found = ask(situation(port, attempts=silent, **tunnel))
    assert kinds(found) == ["no_answer"]
    assert "an address of the tunnel Teredo, through which only rules with edge" in msg(found)
    assert msg(found).endswith(
        'set edge_traversal: "yes" in the rule that opens TCP 80 with port_firewall, or reach the '
        "PC by another of its addresses."
    )
    untried = ask(situation(port, **tunnel))
    assert [each.key for each in untried.remarks] == ["remark.past_edge", "remark.not_tried"]
    # Connections and refusals show that it is let in.
    connected = ask(situation(port, attempt=CONNECTED, **tunnel))
    assert (connected.verdict, connected.remarks) == (Verdict.REACHABLE, ())
    refused = {(Protocol.TCP, 80): Attempt(REFUSED, TEREDO)}
    assert "Teredo" not in msg(ask(situation(port, attempts=refused, **tunnel)))
    # An ordinary address, and one of the same beginning in the text alone.
    for other in ("2001:db8::1", "2001:100::1"):
        plain = ask(situation(port, targets=(other,), controller="2001:db8::9"))
        assert [each.key for each in plain.remarks] == ["remark.not_tried"]


def test_something_else_answers() -> None:
    found = ask(situation(*NOTHING, attempt=CONNECTED))
    # Nobody is told to start a program that answers.
    assert (found.verdict, kinds(found)) == (Verdict.UNKNOWN, ["answered_by_other"])
    assert "Something has answered at 192.0.2.10 for TCP 80" in msg(found)


def test_something_else_answers_for_what_is_on_loopback_only() -> None:
    found = ask(situation(listener(80, 4312, "127.0.0.1"), attempt=CONNECTED))
    assert kinds(found) == ["answered_by_other", "loopback_only"]


def test_a_process_that_is_younger_than_its_port_has_only_got_the_pid() -> None:
    """Another program listens, which the one that opened the port had started."""
    own = "Action=Allow|Protocol=6|LPort=80|App=C:\\Old\\old.exe|Name=Old"

    def known(opened: float, rule: str = own) -> Situation:
        # Apache was started 4312 seconds after the boot.
        port = replace(listener(80, 4312), created=after_boot(opened))
        return situation(port, firewall=firewall(rule))

    reused = ask(known(1000))
    assert (reused.verdict, kinds(reused)) == (Verdict.UNKNOWN, ["condition_open"])
    assert "if the program is C:\\Old\\old.exe" in msg(reused)
    assert any("was opened before httpd.exe (PID 4312, service" in each for each in remarks(reused))
    # A rule for any program is for that one, too.
    opened = ask(known(1000, OPEN_80))
    assert opened.verdict is Verdict.REACHABLE
    assert len(remarks(opened)) == 2
    # The clock may be set back by a moment.
    for since in (4311, 4312, 9000):
        usual = ask(known(since))
        assert kinds(usual) == ["rule_for_other_program"]
        assert len(remarks(usual)) == 1


# -- combinations, in the order of mending -------------------------------------------------------


def test_a_port_taken_by_another_on_loopback_behind_a_firewall() -> None:
    known = situation(listener(80, 5000, "127.0.0.1"), firewall=firewall(), attempt=TIMED_OUT)
    assert kinds(ask(known, expected_process=("httpd",))) == ["in_use_by_other", "no_rule"]
    assert kinds(ask(known)) == ["loopback_only", "no_rule"]


def test_a_reserved_port_behind_a_policy() -> None:
    known = situation(
        *NOTHING,
        reserved=[PortRange(Protocol.TCP, "ipv4", 1, 100)],
        firewall=firewall(settings={"local_rules": by_policy(False)}),
        attempt=TIMED_OUT,
    )
    found = ask(known)
    assert found.verdict is Verdict.RESERVED
    assert kinds(found) == ["reserved", "policy_voids_local_rules"]


def test_nothing_listens_behind_a_third_party_firewall() -> None:
    known = situation(*NOTHING, firewall=firewall(products=[ACME]), attempt=TIMED_OUT)
    assert kinds(ask(known)) == ["nothing_listens", "third_party_firewall"]


def test_what_keeps_a_port_shut_on_the_pc_explains_a_failed_attempt() -> None:
    for outcome in (TIMED_OUT, REFUSED, UNREACHABLE):
        assert kinds(ask(situation(firewall=firewall(), attempt=outcome))) == ["no_rule"]


def test_several_ports_are_answered_in_their_order() -> None:
    known = situation(listener(80, 4312), listener(8080, 5000), attempt=CONNECTED)
    wanted = [WantedPort(Protocol.TCP, port) for port in (8080, 80, 443)]
    found = diagnose(known, wanted)
    assert [each.wanted for each in found] == wanted
    # No rule opens 8080, but the controller has connected; nothing listens at 443.
    assert [each.verdict for each in found] == [
        Verdict.REACHABLE,
        Verdict.REACHABLE,
        Verdict.UNKNOWN,
    ]


def test_evidence_is_kept() -> None:
    evidence = ask(situation(attempt=CONNECTED)).evidence
    assert evidence.attempt == Attempt(CONNECTED, PC)
    assert [each.port for each in evidence.listeners] == [80]
    assert [holder.pid for holder in evidence.holders] == [4312]
    (on_the_network,) = evidence.firewall
    assert on_the_network.verdict.decision.rule_name == "Web"


def test_each_rule_for_a_port_is_for_that_port() -> None:
    known = situation(listener(8080, 5000), firewall=firewall(OPEN_80), attempt=TIMED_OUT)
    assert ask(known, 8080).verdict is Verdict.BLOCKED


@pytest.mark.sweep
def test_a_host_with_endpoints_without_end_is_answered() -> None:
    many = [listener(80, pid) for pid in range(10_000, 20_000)]
    known = situation(*many, listener(81, 4312))
    wanted = [WantedPort(Protocol.TCP, port, free=True) for port in range(80, 336)]
    found = diagnose(known, wanted)
    assert len(found[0].causes) <= 20
    assert [len(each.evidence.listeners) for each in found[:3]] == [10_000, 1, 0]
