# SPDX-License-Identifier: GPL-3.0-or-later
"""firewall_profile through Ansible on simulated PCs: each task in check mode, in earnest, and once
more without a change; and what becomes of connections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from integration.firewall_plays import Fleet, Task, address, fleet
from winsim.firewall.store import LOCAL_ROOT
from winsim.images import load

pytestmark = pytest.mark.integration

MODULE = "portkeeper.windows.firewall_profile"
LOG = r"%systemroot%\system32\LogFiles\Firewall\pfirewall.log"
# A task that changes nothing, over Basic.
MAX_REQUESTS = 12


def asks(status: str, *, check: bool = False, **arguments: Any) -> Task:
    return Task(arguments, status, check, MODULE)


def settles(**arguments: Any) -> list[Task]:
    return [
        asks("changed", check=True, **arguments),
        asks("changed", **arguments),
        asks("ok", **arguments),
    ]


@pytest.fixture(scope="module")
def pcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A new engineer's PC on a public network, a member of a domain, one whose private network lets
    nothing in, and a server."""
    machines = [
        load("win11-ja").boot("pc", address(1)),
        load("gpo-locked").boot("member", address(2)),
        load("server2022").boot("server", address(3)),
        load("third-party-firewall").boot("other", address(4)),
    ]
    with fleet(tmp_path_factory.mktemp("pcs"), machines) as running:
        yield running


@pytest.fixture(autouse=True)
def same_settings_for_each_test(pcs: Fleet) -> Iterator[None]:
    """The PCs get back the settings that they had."""
    before = {host.name: host.machine.firewall for host in pcs.hosts}
    copies = {name: state.copy() for name, state in before.items() if state is not None}
    yield
    for name, state in before.items():
        if state is not None:
            state._keys = copies[name]._keys
            state.changed()


def stored(pcs: Fleet, name: str, profile: str = "StandardProfile") -> dict[str, Any]:
    state = pcs.firewall(name)
    key = rf"{LOCAL_ROOT}\{profile}"
    found = {**(state.values(key) or {}), **(state.values(rf"{key}\Logging") or {})}
    return {name: value.data for name, value in found.items()}


def entries(result: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each for each in result["profiles"]}


@pytest.mark.every_core
def test_logging_is_turned_on_and_off(pcs: Fleet) -> None:
    on: dict[str, Any] = {"log_blocked": True, "log_max_size_kilobytes": 16384}
    before = stored(pcs, "pc")
    results = pcs.play("pc", [*settles(**on), *settles(log_blocked=False)])
    for result in results[:3]:
        assert result["in_force"]
        assert result["active_profiles"] == ["public"]
        assert [each["effective"]["log_blocked"] for each in result["profiles"]] == [True] * 3
    assert results[0]["profiles"] == [
        each | {"origins": there["origins"]}
        for each, there in zip(results[1]["profiles"], results[0]["profiles"], strict=True)
    ]
    assert results[1]["diff"][0]["before"].count("\n") == 16
    assert "log_blocked: true" in results[1]["diff"][2]["after"]
    assert before["LogDroppedPackets"] == stored(pcs, "pc")["LogDroppedPackets"] == 0
    assert stored(pcs, "pc")["LogFileSize"] == 16384


def test_the_documented_example_of_networkingdsc(pcs: Fleet) -> None:
    """FirewallProfile_ConfigurePrivateFirewallProfile_Config, with the names of its properties in
    Ansible's spelling, and its values as they are."""
    example = {
        "name": "Private",
        "enabled": "True",
        "default_inbound_action": "Block",
        "default_outbound_action": "Allow",
        "allow_inbound_rules": "True",
        "allow_local_firewall_rules": "False",
        "allow_local_ipsec_rules": "False",
        "notify_on_listen": "True",
        "log_file_name": LOG,
        "log_max_size_kilobytes": 16384,
        "log_allowed": "False",
        "log_blocked": "True",
        "log_ignored": "NotConfigured",
    }
    others = [stored(pcs, "server", each) for each in ("DomainProfile", "PublicProfile")]
    results = pcs.play("server", settles(**example))
    assert stored(pcs, "server") == {
        "EnableFirewall": 1,
        "DefaultInboundAction": 1,
        "DefaultOutboundAction": 0,
        "DoNotAllowExceptions": 0,
        "AllowLocalPolicyMerge": 0,
        "AllowLocalIPsecPolicyMerge": 0,
        "DisableNotifications": 0,
        "LogFilePath": LOG,
        "LogFileSize": 16384,
        "LogSuccessfulConnections": 0,
        "LogDroppedPackets": 1,
    }
    assert [stored(pcs, "server", each) for each in ("DomainProfile", "PublicProfile")] == others
    (entry,) = results[-1]["profiles"]
    # Windows heeds these two in policies only.
    told = [each["setting"] for each in entry["overridden"]]
    assert told == ["allow_local_firewall_rules", "allow_local_ipsec_rules"]


def test_tasks_of_win_firewall_run_under_the_new_name(pcs: Fleet) -> None:
    """The documented examples of community.windows.win_firewall."""
    profiles = ["Domain", "Private", "Public"]
    pcs.play(
        "pc",
        [
            asks("ok", state="enabled", profiles=profiles),
            asks("changed", state="disabled", profiles=["Domain"]),
            asks("changed", profiles="Private", inbound_action="block"),
            asks("changed", profiles="Private", outbound_action="block", inbound_action="allow"),
        ],
    )
    assert stored(pcs, "pc", "DomainProfile")["EnableFirewall"] == 0
    private = stored(pcs, "pc")
    assert (private["DefaultInboundAction"], private["DefaultOutboundAction"]) == (0, 1)


def test_connections_follow(pcs: Fleet) -> None:
    """What listens on a public network is let in while the firewall is off there, and no longer
    with its rules ignored; WinRM's own connection is guarded."""
    open_to_all: dict[str, Any] = {"profiles": "public", "default_inbound_action": "allow"}
    results = pcs.play(
        "pc",
        [
            asks("changed", profiles="public", enabled=False),
            asks("ok", profiles="public", enabled=False),
        ],
    )
    port = 445
    assert pcs.connects("pc", port) == "accepted"
    pcs.play("pc", [asks("changed", profiles="public", enabled=True)])
    assert pcs.connects("pc", port) == "silent"
    pcs.play("pc", [asks("changed", **open_to_all)])
    assert results[0]["profiles"][0]["active"]


def test_a_default_that_blocks_is_refused_where_only_the_default_lets_winrm_in(pcs: Fleet) -> None:
    """The firewall is on before and after."""
    state = pcs.firewall("pc")
    for rule_id, text in dict(state.rules()).items():
        if "|LPort=5985|" in text:
            state.delete_rule(rule_id)
    block: dict[str, Any] = {"profiles": "public", "default_inbound_action": "block"}
    tasks = [
        # Without the rules of WinRM, the default is all that can let it in.
        asks("changed", profiles="public", default_inbound_action="allow"),
        asks("failed", **block),
        asks("failed", check=True, **block),
        asks("failed", profiles="public", default_inbound_action="not_configured"),
        asks("changed", check=True, **block, force=True),
    ]
    _opened, refused, predicted, not_configured, _forced = pcs.play("pc", tasks)
    for result in (refused, predicted, not_configured):
        assert "could cut off this connection: WinRM from " in result["msg"], result["msg"]
        assert "the default action blocks it" in result["msg"]
    assert stored(pcs, "pc", "PublicProfile")["DefaultInboundAction"] == 0
    state.set_rule(
        "winrm", "v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=5985|App=System|Name=W|"
    )
    pcs.play("pc", [asks("changed", **block)])
    assert stored(pcs, "pc", "PublicProfile")["DefaultInboundAction"] == 1


def test_winrm_is_not_cut_off_without_force(pcs: Fleet) -> None:
    before = stored(pcs, "server", "DomainProfile")
    tasks = [
        asks("failed", allow_inbound_rules=False),
        asks("failed", check=True, allow_inbound_rules=False),
        asks("failed", allow_inbound_rules=False, language="ja"),
        asks("changed", check=True, allow_inbound_rules=False, force=True),
        asks("changed", check=True, default_outbound_action="block"),
    ]
    refused, predicted, japanese, _forced, _out = pcs.play("server", tasks)
    for result in (refused, predicted):
        assert "Refused, because it could cut off this connection: WinRM from " in result["msg"]
        assert "all inbound traffic is blocked in this profile" in result["msg"]
        assert result["msg"].endswith("Use force if that is intended.")
        assert "profiles" not in result
    assert "force を指定してください" in japanese["msg"]
    assert stored(pcs, "server", "DomainProfile") == before


def test_what_a_policy_decides_is_told(pcs: Fleet) -> None:
    (result, again) = pcs.play(
        "member",
        [
            asks("changed", profiles="domain", enabled=False, notify_on_listen=False),
            asks("ok", profiles="domain", enabled=False, notify_on_listen=False),
        ],
    )
    for each in (result, again):
        (entry,) = each["profiles"]
        assert (each["in_force"], entry["in_force"]) == (False, False)
        assert (entry["local"]["enabled"], entry["effective"]["enabled"]) == (False, True)
        (overridden,) = entry["overridden"]
        assert (overridden["setting"], overridden["origin"]) == ("enabled", "group_policy")
        assert overridden["reason"].endswith("set by Group Policy")
        assert any("the local value of enabled is not in force" in w for w in each["warnings"])
    assert stored(pcs, "member", "DomainProfile")["DisableNotifications"] == 1


def test_another_firewall_in_charge_is_told(pcs: Fleet) -> None:
    (result,) = pcs.play("other", [asks("ok", enabled=True)])
    assert any("another firewall filters the traffic" in each for each in result["warnings"])


@pytest.mark.plain("counts requests")
def test_few_requests(pcs: Fleet) -> None:
    pcs.hosts.log.clear()
    (result,) = pcs.play("server", [asks("ok")])
    sent = pcs.hosts.log.actions("server")
    assert len(sent) <= MAX_REQUESTS, sent
    assert entries(result)["public"]["local"]["enabled"] is True


WRONG: dict[str, dict[str, Any]] = {
    "enabled: 'maybe' is not one of true, false, not_configured.": {"enabled": "maybe"},
    "profiles: 'guest' is not one of domain, private, public.": {"profiles": "guest"},
    "log_file_name: pfirewall.log must begin with a drive": {"log_file_name": "pfirewall.log"},
    "log_max_size_kilobytes: 32768 is not a number of kilobytes": {"log_max_size_kilobytes": 32768},
    "by_profile: 'guest' is not one of": {"by_profile": {"guest": {"enabled": True}}},
    "by_profile.public.enabled: 'x' is not one of": {"by_profile": {"public": {"enabled": "x"}}},
    "by_profile.public: Unsupported parameters": {"by_profile": {"public": {"colour": "red"}}},
    "by_profile.public: settings of this profile": {"by_profile": {"public": True}},
}


def test_what_no_task_may_say_is_refused_before_anything_is_sent(pcs: Fleet) -> None:
    pcs.hosts.log.clear()
    results = pcs.play("pc", [asks("failed", **each) for each in WRONG.values()])
    for words, result in zip(WRONG, results, strict=True):
        assert words in result["msg"]
    assert pcs.hosts.log.actions("pc") == []


def test_settings_of_single_profiles(pcs: Fleet) -> None:
    task = {
        "log_allowed": True,
        "by_profile": {"Public": {"log_allowed": "no", "log_blocked": True}},
    }
    pcs.play("pc", settles(**task))
    by_profile = {
        each: stored(pcs, "pc", each)
        for each in ("DomainProfile", "StandardProfile", "PublicProfile")
    }
    logged = {
        name: (values.get("LogSuccessfulConnections", 0), values["LogDroppedPackets"])
        for name, values in by_profile.items()
    }
    assert logged == {
        "DomainProfile": (1, 0),
        "StandardProfile": (1, 0),
        "PublicProfile": (0, 1),
    }
