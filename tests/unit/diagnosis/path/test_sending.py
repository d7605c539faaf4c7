# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the client's firewall lets the application out, and the tasks that make it do so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes import openings
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.model import (
    PathCause,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.sending import (
    Outgoing,
    Sending,
    judge,
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
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Action,
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    render,
    sentence,
)
from unit.diagnosis.cases import CAFE, OFFICE, POLICY, firewall, rule

APP = r"C:\App\client.exe"
SERVER = "192.0.2.10"
CURL = r"C:\Windows\System32\curl.exe"
SHUT = {"default_outbound": Setting(Action.BLOCK, Origin.LOCAL, r"KEY\DefaultOutboundAction")}
SHUT_BY_POLICY = {
    "default_outbound": Setting(
        Action.BLOCK, Origin.GROUP_POLICY, rf"{POLICY}\DefaultOutboundAction"
    )
}
NEW_RULE = {
    "name": "Allow TCP 80 outbound",
    "direction": "out",
    "remote_ports": 80,
    "protocol": "tcp",
    "profiles": ["public"],
    "remote_addresses": [SERVER],
}
ACME = FirewallProduct("Acme Total Defence", 0x61000)


def out(text: str, **more: Any) -> FirewallRule:
    return rule(text, direction="Out", **more)


def outgoing(
    program: str | None = APP, networks: tuple[Network, ...] = (CAFE,), **more: Any
) -> Outgoing:
    return Outgoing(
        "office-7", "srv1", WantedPort(Protocol.TCP, 80), SERVER, None, networks, program, **more
    )


def ask(
    *local: Any, connected: bool = False, stopped: Any = (), asked: Any = None, **others: Any
) -> Sending:
    wanted = asked or outgoing()
    return judge(wanted, firewall(*local, **others), stopped, connected=connected)


def kinds(found: Iterable[PathCause]) -> list[str]:
    return [each.kind.value for each in found]


def told(cause: PathCause, language: Any = "en") -> str:
    return sentence(render(cause.told, language), language)


def tasks(found: Iterable[PathCause]) -> list[dict[str, Any]]:
    return [
        dict(each.remedy.task.options)
        for cause in found
        for each in cause.remedies
        if each.remedy.task is not None
    ]


def test_outbound_traffic_is_let_out_if_nothing_is_set() -> None:
    found = ask()
    assert (found.causes, found.open, found.suspects, found.remarks) == ((), (), (), ())
    assert found.tells
    assert [each.verdict.state.value for each in found.verdicts] == ["allowed"]


def test_a_block_rule_for_the_program() -> None:
    found = ask(out(f"Action=Block|App={APP}|Name=No client"))
    assert kinds(found.causes) == ["client_block_rule"]
    assert told(found.causes[0]) == (
        r"On office-7, the outbound block rule 'No client' keeps C:\App\client.exe from TCP 80 on "
        "the public network 'Cafe'."
    )
    assert tasks(found.causes) == [{"rule_id": "no client", "enabled": False}]
    # The rule says nothing of curl.
    assert found.tells


def test_a_block_rule_and_behind_it_nothing_that_allows() -> None:
    found = ask(out("Action=Block|Protocol=6|RPort=80|Name=No web"), settings=SHUT)
    assert kinds(found.causes) == ["client_block_rule", "client_blocks"]
    assert tasks(found.causes) == [
        {"rule_id": "no web", "enabled": False},
        NEW_RULE | {"program": APP},
    ]
    assert not found.tells


def test_each_task_for_the_client_lets_the_traffic_out() -> None:
    shut = firewall(out("Action=Block|Protocol=6|RPort=80|Name=No web"), settings=SHUT)
    found = judge(outgoing(), shut)
    for options in tasks(found.causes):
        mended = openings.applied(shut, options)
        assert mended is not None
        shut = mended
    assert judge(outgoing(), shut).causes == ()


def test_a_default_of_a_policy_that_a_rule_of_the_client_overcomes() -> None:
    found = ask(settings=SHUT_BY_POLICY)
    assert kinds(found.causes) == ["client_policy_blocks"]
    assert tasks(found.causes) == [NEW_RULE | {"program": APP}]
    assert found.causes[0].text.values["path"] == rf"{POLICY}\DefaultOutboundAction"


def test_a_default_of_a_policy_that_makes_rules_of_the_client_void() -> None:
    void = Setting(False, Origin.GROUP_POLICY, rf"{POLICY}\AllowLocalPolicyMerge")
    found = ask(settings=SHUT_BY_POLICY | {"local_rules": void})
    assert kinds(found.causes) == ["client_policy_blocks"]
    assert tasks(found.causes) == []
    assert "have those who manage that policy" in render(found.causes[0].remedies[0].told, "en")


def test_a_block_rule_of_a_policy() -> None:
    found = ask(group_policy=[out("Action=Block|Protocol=6|Name=Locked")])
    assert kinds(found.causes) == ["client_policy_block_rule"]
    assert tasks(found.causes) == []


def test_a_rule_of_windows_that_restricts_a_service() -> None:
    restricted = out(f"Action=Block|App={APP}|Name=Hardened")
    found = ask(configurable_service=[restricted])
    assert kinds(found.causes) == ["client_service_restricted"]


def test_rules_for_single_programs_block_no_unnamed_application() -> None:
    found = ask(out(f"Action=Block|App={APP}|Name=No client"), asked=outgoing(None))
    assert (found.causes, found.open) == ((), ())
    assert "client_program" in render(found.remarks[0], "en")
    assert "'No client'" in render(found.remarks[0], "en")


def test_windows_own_restrictions_of_services_are_not_worth_a_word() -> None:
    restricted = out(r"Action=Block|App=C:\Windows\System32\svchost.exe|Svc=X|Name=Hardened")
    found = ask(configurable_service=[restricted], asked=outgoing(None))
    assert (found.causes, found.open, found.remarks) == ((), (), ())


def test_rules_for_single_programs_let_no_unnamed_application_out_either() -> None:
    others = [out(rf"Action=Allow|App=C:\App\{each}.exe|Name={each}") for each in "abcde"]
    found = ask(*others, settings=SHUT, asked=outgoing(None))
    assert kinds(found.causes) == ["client_blocks"]
    assert tasks(found.causes) == [NEW_RULE]
    assert render(found.remarks[0], "en").count("the rule '") == 3
    assert "2 others" in render(found.remarks[0], "en")


def test_without_a_program_the_new_rule_is_for_any() -> None:
    found = ask(settings=SHUT, asked=outgoing(None))
    assert tasks(found.causes) == [NEW_RULE]


def test_a_name_that_is_taken_is_not_used_for_the_new_rule() -> None:
    taken = outgoing(rule_names=frozenset({"allow tcp 80 outbound"}))
    assert tasks(ask(settings=SHUT, asked=taken).causes)[0]["name"] == "Allow TCP 80 outbound (2)"


def test_a_connection_settles_it_for_an_unnamed_application_only() -> None:
    blocked = out("Action=Block|Protocol=6|RPort=80|Name=No web")
    found = ask(blocked, connected=True, asked=outgoing(None))
    assert (found.causes, found.open) == ((), ())
    assert "although" in render(found.remarks[0], "en")
    assert kinds(ask(blocked, connected=True).causes) == ["client_block_rule"]
    stopped = ask(connected=True, stopped=["MpsSvc"], asked=outgoing(None))
    assert (stopped.causes, stopped.open) == ((), ())
    assert judge(outgoing(None), None, connected=True).open == ()


def test_what_stops_curl_says_nothing_of_the_server() -> None:
    assert not ask(out(f"Action=Block|App={CURL}|Name=No curl")).tells
    assert ask(out(f"Action=Block|App={CURL}|Name=No curl")).causes == ()
    assert not ask(products=[ACME]).tells


def test_a_firewall_of_another_maker() -> None:
    found = ask(products=[ACME])
    assert found.causes == ()
    assert kinds(found.open) == ["client_condition_open"]
    assert kinds(found.suspects) == ["client_firewall_of_others"]
    assert "Acme Total Defence" in told(found.open[0])


def test_what_can_not_be_known() -> None:
    assert kinds(ask(stopped=["MpsSvc"]).open) == ["client_firewall_stopped"]
    assert kinds(judge(outgoing(), None).open) == ["client_firewall_unknown"]
    unreadable = ask(out("Action=Block|Protocol=6|Future2_99=x|Name=New"))
    assert kinds(unreadable.open) == ["client_condition_open"]
    assert "'New'" in told(unreadable.open[0])
    # Disabling it is certain to help.
    assert tasks(unreadable.open) == [{"rule_id": "new", "enabled": False}]


def test_a_rule_under_a_condition_where_nothing_else_is_let_out() -> None:
    allows = out("Action=Allow|Protocol=6|RPort=80|Future2_99=x|Name=Perhaps")
    found = ask(allows, settings=SHUT)
    assert kinds(found.open) == ["client_condition_open"]
    assert tasks(found.open) == [NEW_RULE | {"program": APP}]


def test_networks_that_agree_and_networks_that_do_not() -> None:
    both = outgoing(networks=(CAFE, OFFICE))
    assert (ask(asked=both).causes, ask(asked=both).open) == ((), ())
    found = ask(settings=SHUT, asked=both)  # those of the public profile
    assert kinds(found.open) == ["client_network_unknown"]
    assert "allowed: private network 'Office'; not allowed: public network 'Cafe'" in told(
        found.open[0]
    )
    everywhere = out("Action=Block|Protocol=6|RPort=80|Name=No web")
    assert kinds(ask(everywhere, asked=both).causes) == ["client_block_rule"]


def test_no_rule_is_asked_for_an_address_that_is_not_known() -> None:
    unknown = Outgoing("a", "b", WantedPort(Protocol.UDP, 53), "any", None, (CAFE,), None)
    found = ask(settings=SHUT, asked=unknown)
    assert "remote_addresses" not in tasks(found.causes)[0]
    assert tasks(found.causes)[0]["protocol"] == "udp"


def test_the_profile_of_each_network_counts() -> None:
    assert ask(settings=SHUT, asked=outgoing(networks=(Network(Profile.DOMAIN),))).causes == ()
