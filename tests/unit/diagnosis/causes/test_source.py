# SPDX-License-Identifier: GPL-3.0-or-later
"""By which networks traffic from other places comes, and that the answer for a network holds for each
of its addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.source import (
    Arriving,
    Asker,
    Source,
    Work,
    arriving,
    serves,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    ProfileVerdict,
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.evidence import (
    Evidence,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
    Traffic,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.addresses import (
    Interval,
    interval_texts,
    parse_interval,
    parse_number,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Route
from reference import firewall as reference
from reference import policies
from unit.diagnosis.cases import KNOWN_OFFICE as OFFICE
from unit.firewall.judging.test_reference import firewall_of, listener_of, network_of
from unit.firewall.small_firewalls import stores
from unit.rows import each_row

VPN = Network(
    Profile.PUBLIC,
    name="VPN",
    addresses=("172.16.0.2", "2001:db8:1::2", "fe80::2"),
    subnets=("172.16.0.0/16", "2001:db8:1::/64", "fe80::/64"),
    interface=7,
)
BOTH = (OFFICE, VPN)
DEFAULT = Route("0.0.0.0/0", 3, "10.0.0.1")


def source(text: str) -> Source:
    family, (first, last) = parse_interval(text)
    return Source(text, family, first, last)


def texts(family: int, intervals: Sequence[Interval]) -> list[str]:
    return [text for each in intervals for text in interval_texts(family, each)]


def by(found: Arriving) -> dict[str, list[str]]:
    return {network.name: texts(found.source.family, each) for network, each in found.by}


@each_row(
    ("text", "routes", "expected", "uncertain"),
    [
        # In the subnet of one network.
        ("10.0.0.9", (), {"Office": ["10.0.0.9"]}, False),
        ("172.16.9.0/24", (), {"VPN": ["172.16.9.0/24"]}, False),
        # Behind routers: by any network, unless routes say which.
        ("192.168.1.1", (), {"Office": ["192.168.1.1"], "VPN": ["192.168.1.1"]}, True),
        ("192.168.1.1", (DEFAULT,), {"Office": ["192.168.1.1"]}, False),
        # A route that is kept for the next start is no way back.
        (
            "192.168.1.1",
            (DEFAULT, Route("0.0.0.0/0", 7, "172.16.0.1", active=False)),
            {"Office": ["192.168.1.1"]},
            False,
        ),
        (
            "192.168.0.0/16",
            (DEFAULT, Route("192.168.128.0/17", 7, "172.16.0.1")),
            {"Office": ["192.168.0.0/16"], "VPN": ["192.168.128.0/17"]},
            True,
        ),
        # A network of which a part is near.
        (
            "10.0.0.0/23",
            (Route("0.0.0.0/0", 7, "172.16.0.1"),),
            {"Office": ["10.0.0.0/24"], "VPN": ["10.0.1.0/24"]},
            False,
        ),
        # An address of a link has no router, and no network alone.
        ("fe80::9", (), {"Office": ["fe80::9"], "VPN": ["fe80::9"]}, True),
        ("169.254.1.1", (DEFAULT,), {}, False),
        # Only one network has an address to which it can be sent.
        ("2001:db8:9::/48", (), {"VPN": ["2001:db8:9::/48"]}, False),
        ("2001:db8:9::/48", (DEFAULT,), {}, False),
        # Addresses by which a PC means itself are none of other PCs.
        (
            "127.255.255.0-128.0.0.9",
            (DEFAULT,),
            {"Office": ["128.0.0.0-128.0.0.9"]},
            False,
        ),
    ],
)
def test_by_which_networks_traffic_comes(
    text: str, routes: tuple[Route, ...], expected: dict[str, list[str]], uncertain: bool
) -> None:
    found = arriving(source(text), BOTH, routes)
    assert (by(found), found.uncertain) == (expected, uncertain)


def test_addresses_without_a_way_back() -> None:
    found = arriving(source("0.0.0.0/0"), BOTH, (Route("10.0.0.0/8", 3, "10.0.0.1"),))
    assert by(found) == {"Office": ["10.0.0.0/8"], "VPN": ["172.16.0.0/16"]}
    # Nobody expects an answer to the addresses of other links.
    assert "169.254.0.0/16" not in texts(4, found.unanswered)
    assert texts(4, found.unanswered)[0] == "0.0.0.0-9.255.255.255"
    # What leaves by an adapter without a network may come by it too.
    assert not found.unlisted
    other = Route("192.168.0.0/16", 99, "192.168.0.1")
    assert arriving(source("192.168.1.1"), BOTH, (other,)).unlisted
    assert not arriving(source("10.0.0.7"), BOTH, (other,)).unlisted


def test_networks_of_which_little_is_known() -> None:
    for network in (Network(Profile.PRIVATE), replace(OFFICE, interface=None)):
        found = arriving(source("192.168.1.1"), (network,), (Route("10.0.0.0/8", 3),))
        assert [each for each, _addresses in found.by] == [network]
    assert by(arriving(source("fe80::9"), (Network(Profile.PRIVATE),), ())) == {"": ["fe80::9"]}
    nothing = arriving(source("192.168.1.1"), (), ())
    assert (nothing.by, nothing.unanswered) == ((), ())
    assert nothing.on(OFFICE) == nothing.whole == source("192.168.1.1").whole


def test_addresses_come_by_a_network_whatever_its_profile_is() -> None:
    found = arriving(source("10.0.0.0/16"), BOTH, (DEFAULT,))
    assert texts(4, found.on(replace(OFFICE, profile=Profile.DOMAIN))) == ["10.0.0.0/16"]
    assert found.on(VPN) == ()


def test_whether_a_network_has_an_address_to_send_to() -> None:
    assert [serves(OFFICE, source(each)) for each in ("8.8.8.8", "fe80::9", "2001:db8::9")] == [
        True,
        True,
        False,
    ]
    assert serves(Network(Profile.PUBLIC), source("2001:db8::9"))


# ------------------------------------------------------------------ each address of a network

web = Listener(TCP, 8080, program=r"C:\App\web.exe", services=())
REMOTES = (
    *("10.0.0.0/255.255.255.252", "10.0.0.3-10.0.0.9", "10.0.0.12", "LocalSubnet", "DNS"),
    *("0.0.0.0-255.255.255.255", "10.0.0.0/255.0.0.0"),
)
rules = st.lists(
    st.tuples(
        st.sampled_from(["Allow", "Block"]),
        st.lists(st.sampled_from(REMOTES), max_size=2, unique=True),
        st.sampled_from(["", "|RPort=5", "|Profile=Domain"]),
    ),
    max_size=5,
)
NEAR = Network(Profile.PRIVATE, addresses=("10.0.0.2",), subnets=("10.0.0.0/29",))


@given(rules)
def test_the_answer_for_a_network_is_that_for_each_of_its_addresses(
    drawn: list[tuple[str, list[str], str]],
) -> None:
    firewall = Firewall(
        stores(
            *(
                f"Action={action}|Protocol=6|LPort=8080{more}"
                + "".join(f"|RA4={each}" for each in remotes)
                for action, remotes, more in drawn
            )
        )
    )
    # What was found for another source and another network is kept, and changes nothing.
    work = Work()
    for text in ("10.0.0.4/30", "10.0.0.8/29"):
        for network in (NEAR, replace(NEAR, subnets=("10.0.0.8/30",))):
            before = arriving(source(text), (network,), ())
            fresh = Asker(None, before).ask(Firewall(firewall.stores), web, network)
            assert Asker(None, before, work).ask(firewall, web, network) == fresh
    asked = arriving(source("10.0.0.0/28"), (NEAR,), ())
    verdict = Asker(None, asked, work).ask(firewall, web, NEAR)
    parts = verdict.parts
    assert parts is not None
    states = {}
    for number in range(16):
        address = f"10.0.0.{number}"
        state = states[address] = firewall.verdict(web, NEAR, address).state
        value = parse_number(address)[1]
        allowed = any(first <= value <= last for first, last in parts.allowed)
        blocked = any(first <= value <= last for first, last in parts.blocked)
        assert (allowed, blocked) == (state is VerdictState.ALLOWED, state is VerdictState.BLOCKED)
    worst = (VerdictState.BLOCKED, VerdictState.CONDITIONAL, VerdictState.ALLOWED)
    assert verdict.verdict.state is min(states.values(), key=worst.index)
    assert states[parts.witness] is verdict.verdict.state


def test_sources_that_come_by_several_networks_are_not_mixed_up() -> None:
    """What was found for one network is kept for the next source, and not for another network."""
    found = stores(
        "Action=Allow|Protocol=6|LPort=8080|RA4=LocalSubnet|RA4=10.0.0.12",
        "Action=Block|Protocol=6|LPort=8080|RA4=10.0.0.3",
        "Action=Allow|Protocol=6|LPort=8081|RA4=10.0.0.0/255.0.0.0",
        # All are let in, but not all by the same rule.
        "Action=Allow|Protocol=6|LPort=8082|RA4=10.0.0.12|Name=a",
        "Action=Allow|Protocol=6|LPort=8082|Name=b",
    )
    firewall, work, seen = Firewall(found), Work(), set()
    for text in ("10.0.0.0/29", "10.0.0.8/29", "10.0.0.12", "10.0.0.2-10.0.0.9"):
        for port in (8080, 8081, 8082, 8080):
            for network in (NEAR, replace(NEAR, subnets=("10.0.0.8/30",))):
                asked = arriving(source(text), (network,), ())
                listener = replace(web, port=port)
                fresh = Asker(None, asked).ask(Firewall(found), listener, network)
                assert Asker(None, asked, work).ask(firewall, listener, network) == fresh
                seen.add((fresh.verdict.state, fresh.parts))
    assert len(seen) >= 8


def borders(case: policies.Case) -> set[int]:
    """The numbers at which rules, subnets or families change what the model says."""
    family = case.traffic.family
    found = {0, 1, (1 << (32 if family == 4 else 128)) - 1}
    written = [
        text
        for rule in case.policy.local_rules + case.policy.group_rules
        for text in (rule.remote4 if family == 4 else rule.remote6)
    ]
    written += [text for each in case.policy.networks for text in each.subnets or ()]
    for each in written:
        ends = reference.span(each)
        if ends is not None and (":" in each) == (family == 6):
            found |= {number + by for number in ends for by in (-1, 0, 1)}
    return {each for each in found if 0 <= each < 1 << (32 if family == 4 else 128)}


def contradictions(seeds: range) -> list[str]:
    """The addresses of which the product is certain, and the model says something else."""
    found = []
    for seed in seeds:
        case = policies.case(seed)
        family = case.traffic.family
        whole = source("0.0.0.0/0" if family == 4 else "::/0")
        network = network_of(case)
        asked = Arriving(whole, ((network, whole.whole),))
        parts = Asker(None, asked).ask(firewall_of(case.policy), listener_of(case), network).parts
        assert parts is not None
        made = ipaddress.IPv4Address if family == 4 else ipaddress.IPv6Address
        for number in borders(case):
            told = [
                outcome
                for outcome, intervals in (
                    (reference.ALLOWED, parts.allowed),
                    (reference.BLOCKED, parts.blocked),
                )
                if any(first <= number <= last for first, last in intervals)
            ]
            traffic = case.traffic._replace(remote_address=str(made(number)))
            if told and [reference.verdict(case.policy, traffic).outcome] != told:
                found.append(f"{seed}: {made(number)} is not {told}")
    return found


def test_what_is_certain_for_a_network_is_so_by_the_documents() -> None:
    assert contradictions(range(40)) == []


@pytest.mark.sweep
def test_what_is_certain_for_a_network_is_so_by_the_documents_for_many_policies() -> None:
    assert contradictions(range(1_500)) == []


# ------------------------------------------------------------------ limits


def test_of_rules_that_divide_a_network_into_very_many_parts_each_counts() -> None:
    many = "".join(f"|RA4=10.{each // 256}.{each % 256}.9" for each in range(1_200))
    firewall = Firewall(stores("Action=Allow|Protocol=6|LPort=8080", f"Action=Block{many}"))
    asked = arriving(source("10.0.0.0/8"), (NEAR,), ())
    found = Asker(None, asked).ask(firewall, web, NEAR)
    assert found.parts is not None
    assert (found.verdict.state, found.parts.witness) == (VerdictState.BLOCKED, "10.0.0.9")
    assert (len(found.parts.blocked), len(found.parts.allowed)) == (1_200, 1_201)
    few = Asker(None, arriving(source("10.0.0.0/16"), (NEAR,), ())).ask(firewall, web, NEAR)
    assert few.parts is not None
    assert len(few.parts.blocked) == 256


class Counting(Firewall):
    """A firewall that counts how often it decides."""

    decisions = 0

    def decided(self, asked: Traffic, evidence: Evidence) -> ProfileVerdict:
        self.decisions += 1
        return super().decided(asked, evidence)


def test_many_sources_of_one_port_need_few_decisions() -> None:
    """The addresses are divided once for a port and a network, not for each source."""
    blocks = [f"Action=Block|RA4=10.{each}.0.0/16|LUAuth=O:LSD:" for each in range(0, 200, 2)]
    firewall = Counting(stores("Action=Allow|Protocol=6|LPort=8080", *blocks))
    work = Work()
    found = set()
    for _time in range(2):
        for number in range(0, 160, 10):
            for network in (NEAR, VPN):
                asked = arriving(source(f"10.{number}.0.0/15"), (NEAR, VPN), ())
                found.add(Asker(None, asked, work).ask(firewall, web, network).verdict.state)
    assert found == {VerdictState.CONDITIONAL}
    # One for each part that is the worst of a source, and a few to divide all addresses.
    assert firewall.decisions <= 2 * (16 + 5)


def test_the_work_for_all_sources_of_a_task_is_limited() -> None:
    many = "".join(f"|RA4=10.{each // 256}.{each % 256}.9" for each in range(1_200))
    firewall = Firewall(stores("Action=Allow|Protocol=6|LPort=8080", f"Action=Block{many}"))
    far = arriving(source("10.9.0.0/16"), (NEAR,), ())
    # The addresses are divided once, and those of a source are two parts then.
    asker = Asker(None, far, Work(3 + 2_401 + 2 * 3))
    found = [asker.ask(firewall, web, NEAR) for _time in range(5)]
    states = [each.verdict.state for each in found]
    assert states == [VerdictState.ALLOWED] * 3 + [VerdictState.UNKNOWN] * 2
    assert found[-1].parts is None
    asker = Asker(None, far, Work(0))
    assert asker.ask(firewall, web, NEAR).verdict.state is VerdictState.UNKNOWN
