# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of rows that were published of a Windows Server 2022: which properties a firewall
rule, a profile and a listener have, and which of them are NULL or empty. The rows themselves may
not be copied; names of properties are Microsoft's."""

from __future__ import annotations

import pytest

from winsim import classes, images
from winsim.cim import Values
from winsim.machine import Machine

NAMESPACE = "root/StandardCimv2"

RULE_NULL = (
    "Caption CommonName Mandatory Owner Platforms PolicyKeywords PolicyRoles Priority RuleUsage"
)
RULE_EMPTY = "PolicyRuleName SystemCreationClassName SystemName"
RULE_FILLED = (
    "Action ConditionListType CreationClassName Description Direction DisplayGroup DisplayName "
    "EdgeTraversalPolicy ElementName Enabled EnforcementStatus ExecutionStrategy InstanceID "
    "LocalOnlyMapping LooseSourceMapping PolicyDecisionStrategy PolicyStoreSource "
    "PolicyStoreSourceType PrimaryStatus Profiles RuleGroup SequencedActions Status StatusCode"
)
PROFILE_FILLED = (
    "AllowInboundRules AllowLocalFirewallRules AllowLocalIPsecRules AllowUnicastResponseToMulticast "
    "AllowUserApps AllowUserPorts DefaultInboundAction DefaultOutboundAction "
    "DisabledInterfaceAliases EnableStealthModeForIPsec Enabled InstanceID LogAllowed LogBlocked "
    "LogFileName LogIgnored LogMaxSizeKilobytes Name NotifyOnListen"
)
LISTENER_NULL = (
    "AggregationBehavior AvailableRequestedStates Caption CommunicationStatus Description "
    "DetailedStatus Directionality ElementName EnabledState HealthState InstallDate Name "
    "OperatingStatus OperationalStatus OtherEnabledState PrimaryStatus Status StatusDescriptions "
    "TimeOfLastStateChange"
)
LISTENER_FILLED = (
    "AppliedSetting CreationTime EnabledDefault InstanceID LocalAddress LocalPort OffloadState "
    "OwningProcess RemoteAddress RemotePort RequestedState State TransitioningToState"
)


@pytest.fixture(scope="module")
def server() -> Machine:
    return images.load("server2022").boot()


def row(machine: Machine, class_name: str, **wanted: object) -> Values:
    cim_class = classes.find(NAMESPACE, class_name, machine)
    assert cim_class is not None
    rows = cim_class.instances(machine)
    return next(each for each in rows if all(each[name] == v for name, v in wanted.items()))


def shape(values: Values) -> tuple[set[str], set[str], set[str]]:
    """The names of what is NULL, empty, and filled."""
    null = {name for name, value in values.items() if value is None}
    empty = {name for name, value in values.items() if value == ""}
    return null, empty, set(values) - null - empty


def test_rule_with_a_group(server: Machine) -> None:
    values = row(server, "MSFT_NetFirewallRule", InstanceID="OpenSSH-Server-In-TCP")
    assert shape(values) == (
        set(RULE_NULL.split()),
        set(RULE_EMPTY.split()),
        set(RULE_FILLED.split()),
    )
    assert values["CreationClassName"] == "MSFT|FW|FirewallRule|OpenSSH-Server-In-TCP"
    assert values["Status"] == "The rule was parsed successfully from the store. (65536)"
    numbers = ("ConditionListType", "ExecutionStrategy", "SequencedActions", "StatusCode")
    assert [values[name] for name in numbers] == [3, 2, 3, 65536]


def test_rule_without_group_and_description(server: Machine) -> None:
    assert server.firewall is not None
    server.firewall.set_rule("sshd", "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Name=n|")
    null, _unused, _unused_too = shape(row(server, "MSFT_NetFirewallRule", InstanceID="sshd"))
    assert null == {*RULE_NULL.split(), "Description", "DisplayGroup", "RuleGroup"}


@pytest.mark.parametrize("name", ["Private", "Public"])
def test_profile(server: Machine, name: str) -> None:
    values = row(server, "MSFT_NetFirewallProfile", Name=name)
    assert shape(values) == (
        {"Caption", "Description"},
        {"ElementName"},
        set(PROFILE_FILLED.split()),
    )
    assert values["DisabledInterfaceAliases"] == ["NotConfigured"]
    assert (values["DefaultInboundAction"], values["AllowInboundRules"], values["Enabled"]) == (
        0,
        2,
        1,
    )
    assert str(values["LogFileName"]).startswith("%systemroot%")


def test_listener(server: Machine) -> None:
    values = row(server, "MSFT_NetTCPConnection", State=2, LocalAddress="::", LocalPort=135)
    assert shape(values) == (set(LISTENER_NULL.split()), set(), set(LISTENER_FILLED.split()))
    assert values["InstanceID"] == "::++135++::++0"
    assert (values["AppliedSetting"], values["OffloadState"], values["RemotePort"]) == (6, 0, 0)
    defaults = ("EnabledDefault", "RequestedState", "TransitioningToState")
    assert [values[name] for name in defaults] == [2, 5, 12]
