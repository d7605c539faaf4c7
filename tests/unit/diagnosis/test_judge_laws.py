# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every diagnosis, whatever a host looks like."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes import openings
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Attempt,
    AttemptOutcome,
    CauseKind,
    Diagnosis,
    Situation,
    Verdict,
    WantedPort,
    client,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.expectation import (
    Expectation,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.result import result
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    PortRange,
    Protocol,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import (
    LANGUAGES,
    Language,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents import remedies
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken
from unit.diagnosis.cases import (
    APACHE,
    CONTROLLER,
    HTTPD,
    NGINX,
    PC,
    WORKER,
    by_policy,
    firewall,
    rule,
    situation,
)
from unit.holder_cases import SVCHOST, SYSTEM, listener, process, service, udp, url

ADDRESSES = ["0.0.0.0", "::", "127.0.0.1", "::1", PC, "192.0.2.99", "fe80::1%12"]
LISTENERS: list[Any] = [(listener, each) for each in ["0.0.0.0"] * 6 + ADDRESSES] + [(udp,)]
PIDS = [4312, 4312, 4312, 4, 5000, 700, 7777, None]
CONDITIONS = [
    "Protocol=6|LPort=80",
    "Protocol=17|LPort=80",
    "Protocol=6|LPort2_10=79-90",
    "Protocol=6",
    f"App={HTTPD}",
    r"App=C:\Old\httpd.exe|LPort=80|Protocol=6",
    "App=System|Protocol=6|LPort=80",
    "Protocol=6|LPort=80|Svc=Apache2.4",
    "Protocol=6|LPort=80|RA4=LocalSubnet",
    "Protocol=6|LPort=80|RA4=198.51.100.0/255.255.255.0",
    "Protocol=6|LPort=80|RA4=203.0.113.0/255.255.255.0",
    "Protocol=6|LPort=80|Security=Authenticate",
    "Protocol=6|LPort=80|Future2_99=x",
]
PROFILES = ["", "|Profile=Public", "|Profile=Private", "|Profile=Domain|Profile=Private"]


@st.composite
def rules(draw: st.DrawFn, store: str) -> list[Any]:
    found = []
    for number in range(draw(st.integers(0, 3))):
        action = draw(st.sampled_from(["Allow", "Block"]))
        text = draw(st.sampled_from(CONDITIONS)) + draw(st.sampled_from(PROFILES))
        found.append(
            rule(
                f"Action={action}|{text}|Name={store} {number}",
                active=draw(st.sampled_from([True, True, True, False])),
                direction=draw(st.sampled_from(["In", "In", "In", "Out"])),
            )
        )
    return found


@st.composite
def firewalls(draw: st.DrawFn) -> Any:
    policies = {
        "local_rules": st.just(by_policy(False)),
        "local_port_rules": st.just(by_policy(False)),
        "block_all_inbound": st.sampled_from([by_policy(True), Setting(True)]),
        "enabled": st.just(Setting(False)),
    }
    names = draw(st.lists(st.sampled_from(sorted(policies)), max_size=1))
    product = st.sampled_from([FirewallProduct("Acme", 0x61000), FirewallProduct("Off", 0x60000)])
    return firewall(
        *draw(rules("local")),
        group_policy=draw(rules("group_policy")),
        configurable_service=draw(st.just([]) | rules("hardening")),
        settings={name: draw(policies[name]) for name in names},
        products=draw(st.lists(product, max_size=1)),
    )


@st.composite
def networks(draw: st.DrawFn) -> Network:
    known = st.sampled_from([(), (PC,), ("192.168.1.5",)])
    return Network(draw(st.sampled_from(Profile)), addresses=draw(known), name="Net")


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    endpoints = [
        make(draw(st.sampled_from([80] * 7 + [443])), draw(st.sampled_from(PIDS)), *more)
        for make, *more in draw(st.lists(st.sampled_from(LISTENERS), min_size=1, max_size=3))
    ]
    outcome = draw(st.none() | st.sampled_from(AttemptOutcome))
    attempts = {} if outcome is None else {(Protocol.TCP, 80): Attempt(outcome, PC, "reason")}
    return situation(
        *endpoints,
        processes=[SYSTEM, APACHE, NGINX, WORKER, process(700, "svchost.exe", SVCHOST)],
        services=draw(
            st.sampled_from(
                [[], [service("Apache2.4", 4312)], [service("A", 700), service("B", 700)]]
            )
        ),
        urls=draw(st.sampled_from([[], [url(80, 5008)], [url(80, 5000)], [url(80)]])),
        reserved=draw(
            st.sampled_from(
                [
                    [],
                    [PortRange(Protocol.TCP, "ipv4", 80, 179)],
                    [PortRange(Protocol.TCP, "ipv4", 80, 179, administered=True)],
                ]
            )
        ),
        families_known=draw(st.booleans()),
        firewall=draw(st.one_of(firewalls(), firewalls(), firewalls(), st.none())),
        networks=tuple(
            draw(st.one_of(*[st.lists(networks(), min_size=1, max_size=2)] * 3, st.just([])))
        ),
        targets=draw(st.sampled_from([(), (PC,), ("2001:db8::10",), (PC, "2001:db8::10")])),
        controller=draw(st.sampled_from([None, CONTROLLER])),
        attempts=attempts,
    )


wanted_ports = st.builds(
    WantedPort,
    st.sampled_from([Protocol.TCP, Protocol.TCP, Protocol.TCP, Protocol.UDP]),
    st.just(80),
    st.sampled_from([(), (), ("httpd",), ("nginx",), (HTTPD,), ("w3wp", "nginx")]),
    st.sampled_from([False, False, False, True]),
)


@st.composite
def answers(draw: st.DrawFn) -> tuple[Situation, Diagnosis]:
    known, wanted = draw(situations()), draw(wanted_ports)
    (found,) = diagnose(known, [wanted])
    return known, found


@given(answers())
@settings(deadline=None)
def test_reachable_is_said_only_of_what_listens_and_is_let_in(
    answer: tuple[Situation, Diagnosis],
) -> None:
    _known, found = answer
    if found.verdict is Verdict.REACHABLE:
        assert not found.evidence.attempt.outcome.failed
        assert found.evidence.listeners
        states = [each.verdict.state for each in found.evidence.firewall]
        connected = found.evidence.attempt.outcome is AttemptOutcome.CONNECTED
        assert not states or set(states) != {VerdictState.BLOCKED} or connected
        if found.evidence.attempt.outcome is AttemptOutcome.NOT_TRIED:
            assert VerdictState.ALLOWED in states


@given(answers())
@settings(deadline=None)
def test_all_else_has_a_cause_and_each_cause_a_remedy(answer: tuple[Situation, Diagnosis]) -> None:
    _known, found = answer
    assert (found.verdict is Verdict.REACHABLE) == (not found.causes)
    assert all(cause.remedies for cause in found.causes)
    assert found.verdict is Verdict.REACHABLE or found.remedies
    order = [list(CauseKind).index(cause.kind) for cause in found.causes]
    assert order == sorted(order)


@given(answers())
@settings(deadline=None)
def test_a_connection_is_never_contradicted(answer: tuple[Situation, Diagnosis]) -> None:
    _known, found = answer
    if found.evidence.attempt.outcome is AttemptOutcome.CONNECTED:
        verdicts = {Verdict.REACHABLE, Verdict.IN_USE_BY_OTHER, Verdict.UNKNOWN}
        assert found.verdict in verdicts
        # Who has answered may be a question, but not whether the firewall lets it.
        asked = {CauseKind.ANSWERED_BY_OTHER, CauseKind.HOLDER_UNKNOWN}
        assert found.verdict is not Verdict.UNKNOWN or found.causes[0].kind in asked
        last = list(CauseKind).index(CauseKind.IPV4_ONLY)
        if found.evidence.listeners and CauseKind.ANSWERED_BY_OTHER not in {
            each.kind for each in found.causes
        }:
            assert all(list(CauseKind).index(each.kind) <= last for each in found.causes)


@given(answers())
@settings(deadline=None)
def test_a_failed_attempt_is_always_explained(answer: tuple[Situation, Diagnosis]) -> None:
    _known, found = answer
    if found.evidence.attempt.outcome.failed:
        assert found.causes


@given(answers(), st.none() | st.sampled_from(Expectation))
@settings(deadline=None)
def test_it_can_be_told_in_each_language(
    answer: tuple[Situation, Diagnosis], expectation: Expectation | None
) -> None:
    known, found = answer
    made = [result(known, found, expectation)]
    shown = {each: spoken(remedies.written(made, each)[0], each) for each in LANGUAGES}
    assert shown["en"]["msg"].isascii()
    assert not shown["ja"]["msg"].isascii()
    assert [each["kind"] for each in shown["en"]["causes"]] == [
        each["kind"] for each in shown["ja"]["causes"]
    ]
    for remedy in shown["ja"]["remedies"]:
        if remedy["yaml"] is not None:
            assert yaml.safe_load(remedy["yaml"]) == [remedy["task"]]


@given(situations(), wanted_ports)
@settings(deadline=None)
def test_what_is_said_of_the_controller_is_said_of_a_client(
    known: Situation, wanted: WantedPort
) -> None:
    def told(situation: Situation, language: Language) -> str:
        (found,) = diagnose(situation, [wanted])
        return str(spoken([result(situation, found)], language))

    of_client = replace(known, peer=client("office-7"))
    for language, controller, other in (
        ("en", "the controller", "the client office-7"),
        ("ja", "コントローラー", "クライアント office-7"),
    ):
        assert told(of_client, language).count(other) == told(known, language).count(controller)
        assert controller not in told(of_client, language)


@given(answers())
@settings(deadline=None)
def test_after_all_tasks_for_the_firewall_it_lets_the_port_in(
    answer: tuple[Situation, Diagnosis],
) -> None:
    known, found = answer
    about_firewall = [
        cause
        for cause in found.causes
        if list(CauseKind).index(cause.kind) > list(CauseKind).index(CauseKind.IPV4_ONLY)
    ]
    tasks = [cause.remedies[0].task for cause in about_firewall]
    if not tasks or None in tasks or found.evidence.attempt.outcome is AttemptOutcome.CONNECTED:
        return
    mended = known.firewall
    for task in tasks:
        assert task is not None
        assert mended is not None
        mended = openings.applied(mended, task.options)
    again = replace(known, firewall=mended)
    (now,) = diagnose(again, [found.wanted])
    left = {cause.kind for cause in now.causes} - {cause.kind for cause in found.causes}
    assert left <= {CauseKind.NO_ANSWER, CauseKind.REFUSED, CauseKind.NO_ROUTE}
    assert not {cause.kind for cause in about_firewall} & {cause.kind for cause in now.causes}
