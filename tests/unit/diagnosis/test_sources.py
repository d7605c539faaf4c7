# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about traffic from addresses and networks that a task names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Admission,
    Diagnosis,
    Situation,
    SourceVerdict,
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.expectation import (
    Expectation,
    Outcome,
    answer,
    outcome,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.result import report
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.sources import (
    MAX_SOURCES,
    MAX_TEXTS,
    routes_matter,
    wanted_sources,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.addresses import (
    AddressError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Action,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Forward,
    OwnAddress,
    Protocol,
    Route,
    Via,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    render,
    sentence,
)
from unit.diagnosis.cases import (
    CONNECTED,
    HTTPD,
    NOTHING,
    OPEN_80,
    by_policy,
    firewall,
    rule,
    situation,
)
from unit.diagnosis.cases import KNOWN_OFFICE as OFFICE
from unit.holder_cases import listener
from unit.rows import each_row

VPN = Network(
    Profile.PUBLIC,
    name="VPN",
    addresses=("172.16.0.2",),
    subnets=("172.16.0.0/16",),
    interface=7,
)
WEB_OF = "Action=Allow|Protocol=6|LPort=80|Name=Web"


def known(*rules: Any, networks: tuple[Network, ...] = (OFFICE,), **others: Any) -> Situation:
    """The PC with these rules, to which the controller has connected."""
    built = {"firewall": firewall(*rules), "networks": networks, "attempt": CONNECTED} | others
    endpoints = built.pop("endpoints", ())
    return situation(*endpoints, **built)


def asked(pc: Situation, *written: str, **wanted: Any) -> Diagnosis:
    port = WantedPort(Protocol.TCP, wanted.pop("port", 80), **wanted)
    (found,) = diagnose(pc, [port], wanted_sources(written))
    return found


def about(pc: Situation, written: str, **wanted: Any) -> SourceVerdict:
    (found,) = asked(pc, written, **wanted).sources
    return found


def says(found: SourceVerdict, language: Any = "en") -> str:
    return sentence(render(found.summary, language), language)


def kinds(found: SourceVerdict) -> list[str]:
    return [each.kind.value for each in found.causes]


def tasks(found: SourceVerdict) -> list[dict[str, Any]]:
    return [
        dict(remedy.task.options)
        for cause in found.causes
        for remedy in cause.remedies
        if remedy.task
    ]


# ------------------------------------------------------------------ what a task may name


@each_row(
    ("written", "text", "options"),
    [
        ("10.0.0.7", "10.0.0.7", ["10.0.0.7"]),
        (" 10.0.0.7 ", "10.0.0.7", ["10.0.0.7"]),
        ("10.0.0.7/24", "10.0.0.0/24", ["10.0.0.0/24"]),
        ("10.0.0.0/255.255.255.0", "10.0.0.0/24", ["10.0.0.0/24"]),
        ("10.0.0.7/32", "10.0.0.7", ["10.0.0.7"]),
        ("10.0.0.5-10.0.0.9", "10.0.0.5-10.0.0.9", ["10.0.0.5-10.0.0.9"]),
        ("10.0.0.0-10.0.0.255", "10.0.0.0-10.0.0.255", ["10.0.0.0/24"]),
        ("0.0.0.0/0", "0.0.0.0/0", ["0.0.0.0-255.255.255.255"]),
        ("::/0", "::/0", ["::/1", "8000::/1"]),
        ("2001:DB8:0::/32", "2001:db8::/32", ["2001:db8::/32"]),
        ("::ffff:10.0.0.7", "10.0.0.7", ["10.0.0.7"]),
        ("::ffff:10.0.0.0/120", "10.0.0.0/24", ["10.0.0.0/24"]),
    ],
)
def test_addresses_networks_and_ranges(written: str, text: str, options: list[str]) -> None:
    (found,) = wanted_sources([written])
    assert (found.text, found.options) == (text, options)


def test_each_is_asked_about_once() -> None:
    found = wanted_sources(["10.0.0.5/24", "fe80::9", "10.0.0.0/24"])
    assert [each.text for each in found] == ["10.0.0.0/24", "fe80::9"]
    with pytest.raises(AddressError, match="at most 16 addresses and networks"):
        wanted_sources([f"10.0.0.{each}" for each in range(MAX_SOURCES + 1)])


@each_row(
    ("written", "why"),
    [
        ("client.example", "is not an address, subnet or range"),
        ("10.0.0.0/33", "more than 32 bits"),
        ("10.0.0.9-10.0.0.1", "wrong way round"),
        ("fe80::1%12", "has a zone"),
        ("any", "is not an address, subnet or range"),
        ("LocalSubnet", "is not an address, subnet or range"),
        ("127.0.0.1", "how a PC calls itself"),
        ("127.1.0.0/16", "how a PC calls itself"),
        ("::1", "how a PC calls itself"),
        ("224.0.0.251", "many PCs at once"),
        ("ff02::/16", "many PCs at once"),
        ("0.0.0.0", "no address of a single PC"),
        ("::", "no address of a single PC"),
        ("255.255.255.255", "no address of a single PC"),
        ("1" * 200, "too long"),
        (" ", "is not an address, subnet or range"),
    ],
)
def test_what_no_traffic_comes_from(written: str, why: str) -> None:
    with pytest.raises(AddressError, match=why) as caught:
        wanted_sources([written])
    assert render(caught.value.phrase, "ja") != render(caught.value.phrase, "en")


# ------------------------------------------------------------------ answers


def test_all_of_it_is_let_in() -> None:
    found = about(known(OPEN_80), "10.0.0.0/16")
    assert (found.state, found.allowed, found.causes) == (Admission.ALLOWED, ("10.0.0.0/16",), ())
    assert (found.blocked, found.uncertain, found.is_let_in) == ((), (), True)
    assert says(found) == (
        "From 10.0.0.0/16: the firewall's rules let traffic in at TCP 80; nothing was tried from "
        "there."
    )
    assert says(found, "ja") == (
        "10.0.0.0/16 から: ファイアウォールの規則は TCP 80 への通信を許可しています。そこからの接続"
        "は試していません。"
    )


def test_none_of_it_is_let_in_and_a_rule_is_offered_for_it_alone() -> None:
    pc = known()
    found = about(pc, "10.9.0.0/16")
    assert (found.state, found.blocked, kinds(found)) == (
        Admission.BLOCKED,
        ("10.9.0.0/16",),
        ["no_rule"],
    )
    assert tasks(found) == [
        {
            "name": "Allow TCP 80",
            "ports": 80,
            "protocol": "tcp",
            "profiles": ["private"],
            "remote_addresses": ["10.9.0.0/16"],
        }
    ]
    assert says(found) == (
        "From 10.9.0.0/16: TCP 80 is blocked on the private network 'Office': no firewall rule "
        "opens it; open it for 10.9.0.0/16 with port_firewall."
    )
    assert tasks(about(pc, "0.0.0.0/0"))[0]["remote_addresses"] == ["0.0.0.0-255.255.255.255"]
    # It says nothing of the controller, which has connected.
    assert asked(pc, "10.9.0.0/16").causes == ()


def test_a_part_of_it_is_let_in() -> None:
    pc = known(f"{WEB_OF}|RA4=10.0.0.0/255.255.255.0|RA4=10.0.9.9-10.0.9.12")
    found = about(pc, "10.0.0.0/16")
    assert (found.state, found.is_let_in) == (Admission.PARTLY, False)
    assert found.allowed == ("10.0.0.0/24", "10.0.9.9-10.0.9.12")
    assert found.blocked == ("10.0.1.0-10.0.9.8", "10.0.9.13-10.0.255.255")
    assert kinds(found) == ["rule_for_other_remote"]
    assert says(found) == (
        "From 10.0.0.0/16, of which the firewall lets in 10.0.0.0/24 and 10.0.9.9-10.0.9.12 only: "
        "the firewall rule 'Web' opens TCP 80 for 10.0.0.0/24 and 10.0.9.9-10.0.9.12 only, and "
        "that does not include all of 10.0.0.0/16; add 10.0.0.0/16 to the rule with port_firewall."
    )
    assert about(pc, "10.0.9.10").state is Admission.ALLOWED
    other = about(pc, "192.0.2.7")
    assert (other.state, tasks(other)[0]["remote_addresses"]) == (
        Admission.BLOCKED,
        ["10.0.0.0/24", "10.0.9.9-10.0.9.12", "192.0.2.7"],
    )
    assert "and that does not include 192.0.2.7; add 192.0.2.7 to the rule" in says(other)


def test_its_own_subnet_is_let_in() -> None:
    pc = known(f"{WEB_OF}|RA4=LocalSubnet")
    found = about(pc, "10.0.0.0/23")
    assert (found.allowed, found.blocked) == (("10.0.0.0/24",), ("10.0.1.0/24",))
    unknown = about(known(f"{WEB_OF}|RA4=DNS"), "10.0.0.0/24")
    assert (unknown.state, unknown.uncertain) == (Admission.CONDITIONAL, ("10.0.0.0/24",))
    assert kinds(unknown) == ["condition_open"]


def test_a_block_rule_for_a_part_of_it() -> None:
    pc = known(OPEN_80, "Action=Block|Protocol=6|LPort=80|RA4=10.0.0.64-10.0.0.127|Name=No")
    found = about(pc, "10.0.0.0/24")
    assert found.allowed == ("10.0.0.0/26", "10.0.0.128/25")
    assert (kinds(found), tasks(found)) == (["block_rule"], [{"rule_id": "no", "enabled": False}])
    assert about(pc, "10.0.0.128/25").state is Admission.ALLOWED


def test_a_rule_that_is_wrong_for_all_is_mended_for_it_alone_first() -> None:
    for mistake, repair in (
        (rule(WEB_OF, active=False), {"rule_id": "web", "enabled": True}),
        (rule(rf"{WEB_OF}|App=C:\other.exe"), {"rule_id": "web", "program": HTTPD}),
        (rule(f"{WEB_OF}|Profile=Domain"), {"rule_id": "web", "profiles": ["domain", "private"]}),
    ):
        first, second = tasks(about(known(mistake), "10.0.0.7"))
        assert first["remote_addresses"] == ["10.0.0.7"]
        assert second == repair


def test_every_remedy_that_opens_the_port_opens_it_for_all_of_the_source() -> None:
    pcs = (
        known(),
        known(f"{WEB_OF}|RA4=10.0.0.7"),
        known(rule(f"{WEB_OF}|RA4=10.0.0.7", active=False)),
        known(f"{WEB_OF}|RA4=DNS"),
        known(networks=(replace(OFFICE, profile=Profile.DOMAIN),)),
    )
    for pc in pcs:
        for options in tasks(about(pc, "10.0.0.0/25")):
            assert "10.0.0.0/25" in options.get("remote_addresses", ["10.0.0.0/25"])


def test_what_a_policy_decides() -> None:
    shield = firewall(OPEN_80, settings={"block_all_inbound": by_policy(True)})
    found = about(known(firewall=shield, networks=(VPN,)), "172.16.0.0/24")
    assert (found.state, kinds(found), tasks(found)) == (
        Admission.BLOCKED,
        ["policy_blocks_all"],
        [],
    )
    open_ = firewall(settings={"default_inbound": by_policy(Action.ALLOW)})
    assert about(known(firewall=open_, networks=(VPN,)), "172.16.0.0/24").is_let_in


def test_another_firewall_is_in_charge_or_it_can_not_be_read() -> None:
    guard = firewall(OPEN_80, products=[FirewallProduct("Guard", 0x41000)])
    found = about(known(firewall=guard), "10.0.0.7")
    assert (found.state, kinds(found)) == (Admission.OVERRULED, ["third_party_firewall"])
    unread = about(known(firewall=None), "10.0.0.7")
    assert (unread.state, kinds(unread)) == (Admission.UNKNOWN, ["firewall_unknown"])
    assert (unread.allowed, unread.blocked) == ((), ())


# ------------------------------------------------------------------ families and addresses


def test_the_family_is_that_of_the_source_not_of_the_controller() -> None:
    pc = known(OPEN_80, networks=(replace(OFFICE, addresses=("10.0.0.5", "2001:db8::5")),))
    found = about(pc, "2001:db8::/32")
    assert (found.state, kinds(found), found.is_let_in) == (
        Admission.ALLOWED,
        ["ipv4_only"],
        False,
    )
    assert "for IPv4 only (0.0.0.0), and 2001:db8::/32 connects by IPv6" in says(found)
    both = known(
        OPEN_80,
        endpoints=(listener(80, 4312, "::"), listener(80, 4312, "0.0.0.0")),
        networks=(replace(OFFICE, addresses=("10.0.0.5", "2001:db8::5")),),
    )
    assert about(both, "2001:db8::/32").is_let_in
    of_ipv4 = known(f"{WEB_OF}|RA4=10.0.0.0/255.0.0.0", endpoints=(listener(80, 4312, "::"),))
    assert about(of_ipv4, "10.0.0.0/8").is_let_in


def test_a_listener_on_an_address_of_another_network() -> None:
    pc = known(OPEN_80, endpoints=(listener(80, 4312, "172.16.0.2"),), networks=(OFFICE, VPN))
    assert kinds(about(pc, "10.0.0.7")) == ["other_address_only"]
    assert kinds(about(pc, "172.16.3.3")) == []


def test_what_is_wrong_with_the_port_itself_is_not_said_again() -> None:
    for endpoints in (NOTHING, (listener(80, 4312, "127.0.0.1"),)):
        found = asked(known(OPEN_80, endpoints=endpoints), "10.0.0.7")
        assert found.causes
        assert (found.sources[0].state, found.sources[0].causes) == (Admission.ALLOWED, ())


def test_rules_for_programs_can_not_be_judged_before_one_listens() -> None:
    pc = known(f"{WEB_OF}|App={HTTPD}", endpoints=NOTHING)
    found = about(pc, "10.0.0.7")
    assert (found.state, kinds(found)) == (Admission.CONDITIONAL, [])
    assert "name its full path in expected_process to be told" in says(found)
    named = about(pc, "10.0.0.7", expected_process=("httpd.exe",))
    assert says(named).endswith("depends on the program or service that listens there.")
    assert about(pc, "10.0.0.7", expected_process=(HTTPD,)).state is Admission.ALLOWED


def test_the_pc_s_own_addresses_and_those_that_can_not_reach_it() -> None:
    pc = known(OPEN_80)
    own = OwnAddress(parse_address("10.0.0.5"), 24, 3)
    pc = replace(pc, snapshot=replace(pc.snapshot, addresses=(own,)))
    found = about(pc, "10.0.0.5")
    assert (found.state, found.is_let_in) == (Admission.OWN_ADDRESS, True)
    assert says(found).startswith("From 10.0.0.5: that is an address of the PC itself")
    nowhere = about(pc, "2001:db8::/32")
    assert (nowhere.state, nowhere.is_let_in) == (Admission.NO_ADDRESS, False)
    assert says(nowhere).startswith("From 2001:db8::/32: the PC has no IPv6 address on its")
    for each in (found, nowhere):
        assert (each.causes, each.verdicts) == ((), ())
        assert "{" not in says(each, "ja")


def test_all_is_blocked_that_could_reach_the_pc() -> None:
    found = about(known(), "::/0")
    assert (found.state, found.blocked) == (Admission.BLOCKED, ("fe80::/64",))
    assert found.uncertain[0] == "::"
    assert about(known(OPEN_80), "::/0").state is Admission.PARTLY


def test_what_windows_nat_forwards_is_not_judged() -> None:
    forward = Forward(Via.NAT, Protocol.TCP, "0.0.0.0", 8080, "172.20.0.2", 80, "nat")
    pc = known(OPEN_80)
    pc = replace(pc, snapshot=replace(pc.snapshot, forwards=(forward,)))
    found = about(pc, "10.0.0.7", port=8080)
    assert (found.state, kinds(found)) == (Admission.UNKNOWN, ["behind_nat"])


# ------------------------------------------------------------------ several networks

PRIVATE_ONLY = f"{WEB_OF}|Profile=Private"
DEFAULT = Route("0.0.0.0/0", 3, "10.0.0.1")


def test_the_network_in_whose_subnet_it_is_decides() -> None:
    pc = known(PRIVATE_ONLY, networks=(OFFICE, VPN))
    assert about(pc, "10.0.0.0/24").state is Admission.ALLOWED
    shut = about(pc, "172.16.9.0/24")
    assert (shut.state, kinds(shut)) == (Admission.BLOCKED, ["rule_for_other_profile"])
    assert [(each.network.name, each.decides) for each in shut.verdicts] == [
        ("Office", False),
        ("VPN", True),
    ]
    (remark,) = shut.remarks
    assert render(remark, "en") == (
        "172.16.9.0/24 comes by the public network 'VPN', so that one decides"
    )
    assert tasks(shut)[0] | {"name": ""} == {
        "name": "",
        "ports": 80,
        "protocol": "tcp",
        "profiles": ["public"],
        "remote_addresses": ["172.16.9.0/24"],
    }


def test_behind_routers_it_depends_on_the_address_of_the_pc() -> None:
    pc = known(PRIVATE_ONLY, networks=(OFFICE, VPN))
    found = about(pc, "192.168.1.0/24")
    assert (found.state, kinds(found)) == (Admission.CONDITIONAL, ["network_unknown"])
    assert (
        "depends on the network by which the traffic comes, that is on the PC's address that it is "
        "sent to; allowed: private network 'Office'; not allowed: public network 'VPN'"
    ) in says(found)
    # The task opens it where it is closed, for these addresses alone.
    (options,) = [each for each in tasks(found) if "remote_addresses" in each]
    assert (options["profiles"], options["remote_addresses"]) == (["public"], ["192.168.1.0/24"])
    assert about(known(OPEN_80, networks=(OFFICE, VPN)), "192.168.1.0/24").is_let_in
    assert about(known(networks=(OFFICE, VPN)), "192.168.1.0/24").state is Admission.BLOCKED


def test_routes_tell_by_which_network_it_comes() -> None:
    pc = known(PRIVATE_ONLY, networks=(OFFICE, VPN))
    pc = replace(pc, snapshot=replace(pc.snapshot, routes=(DEFAULT,)))
    assert about(pc, "192.168.1.0/24").state is Admission.ALLOWED
    back = replace(
        pc, snapshot=replace(pc.snapshot, routes=(Route("192.168.0.0/17", 3, "10.0.0.1"),))
    )
    found = about(back, "192.168.200.1")
    assert (found.state, found.causes) == (Admission.NO_ROUTE, ())
    half = about(back, "192.168.0.0/16")
    assert (half.state, half.allowed, half.uncertain) == (
        Admission.PARTLY,
        ("192.168.0.0/17",),
        ("192.168.128.0/17",),
    )
    assert [render(each, "en") for each in half.remarks][-1] == (
        "the PC has no address or route by which it could answer 192.168.128.0/17"
    )
    assert "192.168.0.0/17 can be answered" in says(half)
    other = replace(pc, snapshot=replace(pc.snapshot, routes=(Route("192.168.0.0/16", 99),)))
    unlisted = about(other, "192.168.1.1")
    assert (unlisted.state, unlisted.is_let_in) == (Admission.UNKNOWN, False)
    assert "Windows lists no network for the adapter" in says(unlisted)


def test_parts_of_a_network_that_come_by_different_ways() -> None:
    pc = known(PRIVATE_ONLY, networks=(OFFICE, VPN))
    routes = (Route("0.0.0.0/0", 7, "172.16.0.1"),)
    pc = replace(pc, snapshot=replace(pc.snapshot, routes=routes))
    found = about(pc, "10.0.0.0/16")
    assert (found.allowed, found.blocked) == (("10.0.0.0/24",), ("10.0.1.0-10.0.255.255",))
    assert kinds(found) == ["rule_for_other_profile"]


def test_networks_that_the_host_does_not_list() -> None:
    for others in ({"networks": ()}, {"networks": (), "networks_known": False}):
        found = about(known(PRIVATE_ONLY, **others), "10.0.0.7")
        assert found.state is Admission.CONDITIONAL
        assert kinds(found) in (["network_unidentified"], ["firewall_unknown"])
        assert about(known(OPEN_80, **others), "10.0.0.7").state is Admission.ALLOWED


def test_routes_are_worth_a_request_only_if_they_tell_more() -> None:
    near, far = wanted_sources(["10.0.0.7"]), wanted_sources(["192.168.1.1"])
    assert [routes_matter(each, (OFFICE, VPN)) for each in (near, far)] == [False, True]
    assert not routes_matter(far, (OFFICE,))
    assert not routes_matter(wanted_sources(["fe80::9"]), (OFFICE, VPN))


# ------------------------------------------------------------------ results


def test_it_is_reachable_only_if_all_that_are_named_are_let_in() -> None:
    pc = known(f"{WEB_OF}|RA4=10.0.0.0/255.255.255.0|RA4=198.51.100.5")
    fine = asked(pc, "10.0.0.0/24")
    assert outcome(Expectation.REACHABLE, fine) is Outcome.MET
    shut = asked(pc, "10.0.0.0/24", "10.0.9.9")
    assert outcome(Expectation.REACHABLE, shut) is Outcome.NOT_MET
    assert outcome(Expectation.IN_USE, shut) is Outcome.MET
    told = render(answer(Expectation.REACHABLE, shut), "en")
    assert told.startswith("TCP 80 should be reachable and is not: from 10.0.9.9: the firewall")


def test_the_result() -> None:
    pc = known(f"{WEB_OF}|RA4=10.0.0.0/255.255.255.0|RA4=198.51.100.5")
    found = asked(pc, "10.0.0.0/23", "10.0.0.7")
    result = report(pc, [found])
    (port,) = result["ports"]
    partly, allowed = port["sources"]
    assert {key: partly[key] for key in ("source", "state", "allowed", "blocked", "uncertain")} == {
        "source": "10.0.0.0/23",
        "state": "partly",
        "allowed": ["10.0.0.0/24"],
        "blocked": ["10.0.1.0/24"],
        "uncertain": [],
    }
    assert [each["kind"] for each in partly["causes"]] == ["rule_for_other_remote"]
    assert partly["remedies"][0]["task"] is not None
    assert [each["state"] for each in partly["firewall"]] == ["blocked"]
    assert allowed["causes"] == []
    lines = render(result["msg"], "en").splitlines()
    assert [each[:16] for each in lines] == [
        "TCP 80 can be re",
        "From 10.0.0.0/23",
        "From 10.0.0.7: t",
    ]
    # A task that does not ask gets nothing of it.
    (plain,) = report(pc, diagnose(pc, [found.wanted]))["ports"]
    assert "sources" not in plain


def test_what_is_not_as_expected_is_said_once() -> None:
    pc = known(OPEN_80, endpoints=(listener(80, 4312), listener(443, 4312)))
    wanted = [WantedPort(Protocol.TCP, 80), WantedPort(Protocol.TCP, 443)]
    found = diagnose(pc, wanted, wanted_sources(["10.0.0.7"]))
    result = report(pc, found, Expectation.REACHABLE)
    assert result["failed"] is True
    assert "1 of 2 ports should be reachable" in render(result["msg"], "en")
    of_sources = diagnose(known(), wanted[:1], wanted_sources(["10.0.0.7"]))
    told = render(report(pc, of_sources, Expectation.REACHABLE)["msg"], "en")
    assert told.count("10.0.0.7: TCP 80 is blocked") == 1


def test_a_long_list_of_blocked_addresses_is_cut() -> None:
    block = "".join(f"|RA4=10.0.{each}.9" for each in range(250))
    found = about(known(OPEN_80, f"Action=Block|Name=No{block}"), "10.0.0.0/16")
    assert (len(found.blocked), found.state) == (MAX_TEXTS, Admission.PARTLY)
    assert "only 200 are listed" in render(found.remarks[-1], "en")
    assert len(says(found)) < 1_000
