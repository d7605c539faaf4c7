# SPDX-License-Identifier: GPL-3.0-or-later
"""Which profiles let traffic reach which listener, as facts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.reading import (
    FirewallReading,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.reach import exposure
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    Process,
    Protocol,
    Service,
    Snapshot,
    TcpState,
    parse_address,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.result import facts
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken
from unit.firewall.small_firewalls import SVCHOST, WEB, stores

RULES = (
    rf"Action=Allow|Profile=Domain|App={WEB}|Name=web",
    "Action=Allow|Protocol=6|LPort=8080|RA4=10.0.0.0/8|Profile=Private|Name=inner",
    r"Action=Allow|Protocol=6|App=%SystemRoot%\System32\svchost.exe|Svc=TermService|Name=rdp",
    "Action=Allow|App=System|Protocol=6|LPort=80|Name=http",
)
POLICY = {"local_rules": Setting(True, Origin.GROUP_POLICY, "k")}
OFFICE = Network(Profile.DOMAIN, interface_id="{1}", name="事務所")


def reading(**others: Any) -> FirewallReading:
    return FirewallReading(stores(*RULES, settings=POLICY), (OFFICE,), **others)


def tcp(address: str, port: int, pid: int | None, state: TcpState = TcpState.LISTEN) -> Endpoint:
    return Endpoint(Protocol.TCP, parse_address(address), port, state, pid=pid)


ENDPOINTS = (
    tcp("0.0.0.0", 80, 4),
    tcp("0.0.0.0", 3389, 900),
    tcp("0.0.0.0", 8080, 700),
    tcp("127.0.0.1", 9000, 700),
    tcp("192.0.2.5", 50000, 700, TcpState.ESTABLISHED),
    Endpoint(Protocol.UDP, parse_address("0.0.0.0"), 3389, pid=900),
)
SNAPSHOT = Snapshot(
    endpoints=ENDPOINTS,
    processes={
        4: Process(4, "System"),
        700: Process(700, "web.exe", path=WEB),
        900: Process(900, "svchost.exe", path=SVCHOST),
    },
    services={900: (Service("TermService", "Remote Desktop", "Running", pid=900),)},
)


def told(found: FirewallReading) -> dict[str, Any]:
    judged = exposure.judged(SNAPSHOT, found)
    port_facts: dict[str, Any] = spoken(facts(SNAPSHOT, judged)["port_facts"], "en")
    assert json.loads(json.dumps(port_facts)) == port_facts
    return port_facts


def states(found: FirewallReading) -> dict[str, list[str] | None]:
    return {
        f"{each['port']}/{each['protocol']}": [
            each["firewall"][profile]["state"] for profile in ("domain", "private", "public")
        ]
        if "firewall" in each
        else None
        for each in told(found)["endpoints"]
    }


def test_each_listener_by_its_port_program_and_service() -> None:
    assert states(reading()) == {
        "80/tcp": ["allowed", "allowed", "allowed"],
        "3389/tcp": ["allowed", "allowed", "allowed"],
        "3389/udp": ["blocked", "blocked", "blocked"],
        "8080/tcp": ["allowed", "conditional", "blocked"],
        "9000/tcp": None,
        "50000/tcp": None,
    }


def test_the_rule_that_decides_is_named() -> None:
    (web,) = (each for each in told(reading())["endpoints"] if each["port"] == 8080)
    assert web["firewall"] == {
        "domain": {
            "state": "allowed",
            "reason": "allowed: the allow rule 'web' of this host",
            "rule_id": "web",
            "reach": "everybody",
        },
        "private": {
            "state": "conditional",
            "reason": "conditional: allowed by the rule 'inner' if the remote address is "
            "10.0.0.0/8; otherwise no rule decides, and the default action blocks it (the default "
            "of Windows)",
            "allowed_from": ["10.0.0.0/8"],
            "reach": "some",
            "reach_from": ["10.0.0.0/8"],
        },
        "public": {
            "state": "blocked",
            "reason": "blocked: no rule decides, and the default action blocks it (the default of "
            "Windows)",
            "reach": "nobody",
        },
    }


def test_networks_and_settings() -> None:
    found = told(reading())
    assert found["profiles"] == [{"name": "事務所", "profile": "domain"}]
    assert found["firewall"]["products"] == []
    assert found["firewall"]["problem"] is None
    assert found["firewall"]["profiles"]["domain"] == {
        "active": True,
        "enabled": True,
        "block_all_inbound": False,
        "default_inbound": "block",
        "default_outbound": "allow",
        "local_rules": True,
        "set_by": {"local_rules": "group_policy"},
    }
    assert found["firewall"]["profiles"]["public"]["active"] is False


def test_another_maker_s_firewall_and_a_stopped_one() -> None:
    shield = reading(products=(FirewallProduct("Shield", 0x1000),))
    assert states(shield)["80/tcp"] == ["overruled"] * 3
    assert told(shield)["firewall"]["products"] == ["Shield"]
    stopped = reading(stopped={"MpsSvc": "Disabled"})
    assert states(stopped)["80/tcp"] == ["unknown"] * 3
    assert "MpsSvc" in told(stopped)["firewall"]["problem"]


def test_a_host_that_does_not_tell_its_networks() -> None:
    found = told(FirewallReading(stores(*RULES)))
    assert found["profiles"] == []
    assert found["firewall"]["profiles"]["domain"]["active"] is None


def test_an_adapter_is_known_only_where_it_is_the_only_one_of_its_profile() -> None:
    off = {"disabled_interfaces": Setting(frozenset({"{1}"}), Origin.LOCAL, "k")}
    alone = FirewallReading(stores(settings=off), (OFFICE,))
    assert states(alone)["8080/tcp"] == ["allowed", "conditional", "conditional"]
    two = FirewallReading(stores(settings=off), (OFFICE, Network(Profile.DOMAIN)))
    assert states(two)["8080/tcp"] == ["conditional"] * 3


def test_a_host_with_more_than_can_be_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposure, "MAX_WORK", 2 * len(RULES))
    found = states(reading())
    assert found["80/tcp"] == ["allowed"] * 3
    assert found["8080/tcp"] == ["unknown"] * 3


def test_who_can_reach_each_listener() -> None:
    web, http = (
        {profile: fact["reach"] for profile, fact in each["firewall"].items()}
        for each in told(reading())["endpoints"]
        if each["port"] in (80, 8080)
    )
    assert web == {"domain": "everybody", "private": "everybody", "public": "everybody"}
    assert http == {"domain": "everybody", "private": "some", "public": "nobody"}


def test_of_too_much_work_no_more_is_said_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposure, "MAX_PARTS", 9)
    found = {
        each["port"]: [fact["reach"] for fact in each["firewall"].values()]
        for each in told(reading())["endpoints"]
        if "firewall" in each
    }
    assert found[80] == ["everybody"] * 3
    assert found[8080] == ["unknown"] * 3
    # What the verdict itself says, it says all the same.
    assert states(reading())["8080/tcp"] == ["allowed", "conditional", "blocked"]


def test_of_too_many_networks_only_their_number_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = "Action=Allow|Protocol=6|RA4=10.0.0.0/8|RA4=192.0.2.0/24|Name=inner"
    found = FirewallReading(stores(rule), (OFFICE,))
    monkeypatch.setattr(exposure, "MAX_TEXTS", 3 * 2 + 1)
    first, second, *_others = (each for each in told(found)["endpoints"] if "firewall" in each)
    listed = ["10.0.0.0/8", "192.0.2.0/24"]
    assert {**first["firewall"]["public"]}.get("reach_from") == listed
    cut = second["firewall"]["public"]
    assert (cut["reach"], cut["reach_more"], "reach_from" in cut) == ("some", 2, False)
    assert cut["reason"] == first["firewall"]["public"]["reason"]


def test_nothing_is_said_of_the_firewall_where_it_was_not_read() -> None:
    found = facts(SNAPSHOT)["port_facts"]
    assert not {"profiles", "firewall"} & found.keys()
    assert all("firewall" not in each for each in found["endpoints"])


def test_listeners_with_the_same_verdict_share_one_fact() -> None:
    # What is kept of each of 10,000 listeners is what takes the controller's time.
    listeners = [tcp("0.0.0.0", port, 700) for port in range(20_000, 20_100)]
    found = exposure.exposures(Snapshot(endpoints=tuple(listeners)), reading())
    judged = [fact for each in found.values() for fact in each.values()]
    assert len(judged) == 3 * len(listeners)
    different = {json.dumps(spoken(fact, "en")) for fact in judged}
    assert len({id(fact) for fact in judged}) <= len(Profile) * len(different)


def test_a_listener_on_all_addresses_is_judged_for_the_families_that_it_may_serve() -> None:
    rule = "Action=Allow|Protocol=6|LPort=8080|RA4=10.0.0.0/255.0.0.0|Name=inner"
    reading = FirewallReading(stores(rule), (Network(Profile.PUBLIC),))
    dual, for_ipv4 = tcp("::", 8080, 700), tcp("0.0.0.0", 8080, 900)

    def state(known: Snapshot) -> tuple[str, list[str]]:
        found = exposure.exposures(known, reading)[dual]["public"]
        return found["state"], found.get("allowed_from", [])

    assert {
        "alone": state(Snapshot(endpoints=(dual,))),
        "by netstat": state(Snapshot(endpoints=(dual,), families_known=True)),
        "beside one for IPv4": state(Snapshot(endpoints=(dual, for_ipv4))),
    } == {
        "alone": ("conditional", ["10.0.0.0/8"]),
        "by netstat": ("blocked", []),
        "beside one for IPv4": ("blocked", []),
    }
