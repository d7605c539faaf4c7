# SPDX-License-Identifier: GPL-3.0-or-later
"""MSFT_NetFirewallRule: what it shows of stored rules, and what its operations store."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from unit.rows import each_row
from unit.winsim.firewall.hosts import RULE, create, firewall_class, host, keys, stored
from winsim import classes, images
from winsim.cim import CimError, CimStatus, Values
from winsim.machine import Machine


def row(machine: Machine, rule_id: str) -> Values:
    rows = firewall_class(machine, RULE).instances(machine)
    return next(values for values in rows if values["InstanceID"] == rule_id)


def status_of(error: pytest.ExceptionInfo[CimError]) -> tuple[CimStatus, int]:
    return error.value.status, error.value.hresult


def test_one_instance_for_each_rule_of_the_local_store() -> None:
    machine = host(policy={"rules": {"p": "v2.30|Action=Allow|Dir=In|Name=p|"}})
    rows = list(firewall_class(machine, RULE).instances(machine))
    assert len(rows) == 480
    assert all(values["InstanceID"] != "p" for values in rows)


def test_predefined_rule_shows_texts_of_its_resources() -> None:
    for language, name, group in (
        ("en", "Windows Remote Management (HTTP-In)", "Windows Remote Management"),
        ("ja", "Windows リモート管理 (HTTP 受信)", "Windows リモート管理"),
    ):
        image = images.load("win11-ja")
        document = dict(image.document)
        document["os"] = dict(document["os"]) | {"language": language}
        values = row(images.Image("test", document).boot(), "WINRM-HTTP-In-TCP-NoScope")
        assert (values["DisplayName"], values["DisplayGroup"]) == (name, group)
        assert values["ElementName"] == "@FirewallAPI.dll,-30253"
        assert values["RuleGroup"] == "@FirewallAPI.dll,-30267"
        assert (values["Action"], values["Direction"], values["Profiles"]) == (2, 1, 3)


def test_every_property_of_a_rule() -> None:
    text = (
        "v2.30|Action=Block|Active=TRUE|Dir=Out|Profile=Domain|Profile=Public|Name=n|Desc=d|"
        "LUOwn=S-1-5-18|EmbedCtxt=g|Platform=2:6:1|Platform=2:6:2|Platform2=GTEQ|LSM=TRUE|LOM=TRUE|"
    )
    assert row(host(rules={"r": text}), "r") == {
        "Action": 4,
        "Caption": None,
        "CommonName": None,
        "ConditionListType": 3,
        "CreationClassName": "MSFT|FW|FirewallRule|r",
        "Description": "d",
        "Direction": 2,
        "DisplayGroup": "g",
        "DisplayName": "n",
        "EdgeTraversalPolicy": 0,
        "ElementName": "n",
        "Enabled": 1,
        "EnforcementStatus": [0],
        "ExecutionStrategy": 2,
        "InstanceID": "r",
        "LocalOnlyMapping": True,
        "LooseSourceMapping": True,
        "Mandatory": None,
        "Owner": "S-1-5-18",
        "PackageFamilyName": None,
        "Platforms": ["6.1", "6.2+"],
        "PolicyAppId": None,
        "PolicyDecisionStrategy": 2,
        "PolicyKeywords": None,
        "PolicyRoles": None,
        "PolicyRuleName": "",
        "PolicyStoreSource": "PersistentStore",
        "PolicyStoreSourceType": 1,
        "PrimaryStatus": 1,
        "Priority": None,
        "Profiles": 5,
        "RemoteDynamicKeywordAddresses": None,
        "RuleGroup": "g",
        "RuleUsage": None,
        "SequencedActions": 3,
        "Status": "The rule was parsed successfully from the store. (65536)",
        "StatusCode": 65536,
        "SystemCreationClassName": "",
        "SystemName": "",
    }


NEWER = {"PackageFamilyName", "PolicyAppId", "RemoteDynamicKeywordAddresses"}


@each_row(("build", "has"), [(20348, False), (22621, True), (26100, True)])
def test_newer_builds_have_three_properties_more(build: int, has: bool) -> None:
    machine = host(
        rules={"r": "v2.33|Action=Allow|Active=TRUE|Dir=In|Name=n|PFN=a.b_8wekyb3d8bbwe|"}
    )
    version = f"10.0.{build}"
    machine.operating_system = replace(machine.operating_system, version=version)
    rule_class = firewall_class(machine, RULE)
    assert NEWER & {p.name for p in rule_class.properties} == (NEWER if has else set())
    (shown,) = [values for values in rule_class.instances(machine) if values["InstanceID"] == "r"]
    assert set(shown) == {p.name for p in rule_class.properties}
    assert shown.get("PackageFamilyName") == ("a.b_8wekyb3d8bbwe" if has else None)
    port_filter = firewall_class(machine, "MSFT_NetProtocolPortFilter")
    found = list(port_filter.associated(machine, keys("r", "Name"), None, RULE) or ())
    assert found == [(rule_class, shown)]


def test_package_of_a_rule() -> None:
    machine = host()
    create(machine, Description="Why", PackageFamilyName="a.b_8wekyb3d8bbwe", Owner="S-1-5-18")
    assert stored(machine).endswith(
        "|Name=Test rule|Desc=Why|PFN=a.b_8wekyb3d8bbwe|LUOwn=S-1-5-18|"
    )


def test_create_stores_what_is_said_and_defaults_for_the_rest() -> None:
    machine = host()
    assert create(machine) == keys("test")
    assert stored(machine) == "v2.30|Action=Allow|Active=TRUE|Dir=In|Name=Test rule|"
    create(
        machine,
        "full",
        Enabled=2,
        Action=4,
        Direction=2,
        Profiles=6,
        Description="Why",
        RuleGroup="Group",
        DisplayName="ignored",
        Platforms=["6.1+"],
        LooseSourceMapping=True,
    )
    assert stored(machine, "full") == (
        "v2.30|Action=Block|Active=FALSE|Dir=Out|Profile=Private|Profile=Public|Name=Test rule|"
        "Desc=Why|EmbedCtxt=Group|Platform=2:6:1|Platform2=GTEQ|LSM=TRUE|"
    )


@each_row(
    ("policy", "fields"),
    [(0, ""), (1, "Edge=TRUE|"), (2, "Defer=User|"), (3, "Edge=TRUE|Defer=App|")],
)
def test_edge_traversal(policy: int, fields: str) -> None:
    machine = host()
    create(machine, EdgeTraversalPolicy=policy)
    assert stored(machine) == f"v2.30|Action=Allow|Active=TRUE|Dir=In|Name=Test rule|{fields}"
    assert row(machine, "test")["EdgeTraversalPolicy"] == policy


def test_rule_without_an_id_gets_a_guid() -> None:
    machine = host()
    rule = firewall_class(machine, RULE).create(machine, {"ElementName": "n"}, {})
    key = dict(rule.selectors)["CreationClassName"]
    assert re.fullmatch(
        r"MSFT\|FW\|FirewallRule\|\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", key
    )


def test_options_of_a_create_set_its_filters() -> None:
    machine = host()
    firewall_class(machine, RULE).create(
        machine,
        {"InstanceID": "test", "ElementName": "n"},
        {
            "PolicyStore": "PersistentStore",
            "Protocol": "TCP",
            "LocalPort": ["80", "8000-8010"],
            "RemoteAddress": ["LocalSubnet"],
            "Program": r"C:\a.exe",
            "Service": "web",
            "InterfaceType": "2",
        },
    )
    assert stored(machine) == (
        "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|LPort2_10=8000-8010|"
        r"RA4=LocalSubnet|RA6=LocalSubnet|IFType=Wireless|App=C:\a.exe|Svc=web|Name=n|"
    )


def test_other_stores_can_not_be_written() -> None:
    machine = host()
    for store in ("PersistentStore", "localhost", machine.computer_name):
        firewall_class(machine, RULE).create(machine, {"ElementName": "n"}, {"PolicyStore": store})
    with pytest.raises(CimError) as error:
        firewall_class(machine, RULE).create(
            machine, {"ElementName": "n"}, {"PolicyStore": r"corp.example\Policy"}
        )
    assert error.value.status is CimStatus.NOT_SUPPORTED


def test_taken_id_is_refused_in_whatever_case() -> None:
    machine = host()
    create(machine)
    with pytest.raises(CimError) as error:
        create(machine, "TEST")
    assert status_of(error) == (CimStatus.ALREADY_EXISTS, 0x800700B7)
    assert error.value.extra["MessageID"] == "Windows System Error 183"


@each_row(
    "values",
    [
        pytest.param({"ElementName": None}, id="no name"),
        pytest.param({"ElementName": "a|b"}, id="bar in the name"),
        pytest.param({"ElementName": "aLL"}, id="all"),
        pytest.param({"ElementName": "x" * 10_000}, id="long name"),
        pytest.param({"Description": "a|b"}, id="bar in the description"),
        pytest.param({"RuleGroup": "a|b"}, id="bar in the group"),
        pytest.param({"InstanceID": "a|b"}, id="bar in the id"),
        pytest.param({"InstanceID": "x" * 512}, id="long id"),
        pytest.param({"Action": 1}, id="action"),
        pytest.param({"Action": 3}, id="bypass without its conditions"),
        pytest.param({"Direction": 3}, id="direction"),
        pytest.param({"Enabled": 0}, id="enabled"),
        pytest.param({"Profiles": 8}, id="profiles"),
        pytest.param({"EdgeTraversalPolicy": 4}, id="edge"),
        pytest.param({"EdgeTraversalPolicy": 1, "Direction": 2}, id="edge of what goes out"),
        pytest.param({"LooseSourceMapping": True}, id="loose mapping of what comes in"),
        pytest.param({"Platforms": ["6.1+", "6.2"]}, id="operator before the last platform"),
    ],
)
def test_what_windows_forbids_is_an_invalid_parameter(values: dict[str, Any]) -> None:
    machine = host()
    with pytest.raises(CimError) as error:
        create(machine, **{"InstanceID": "test"} | values)
    assert status_of(error) == (CimStatus.INVALID_PARAMETER, 0x80070057)
    assert machine.firewall is not None
    assert len(machine.firewall.rules()) == 480


def test_put_changes_what_is_given_and_keeps_the_rest() -> None:
    machine = host(rules={"r": "v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=n|"})
    rule = firewall_class(machine, RULE)
    changed = rule.put(machine, keys("R"), {"Enabled": 2, "Profiles": 1, "Description": "d"})
    assert changed["Enabled"] == 2
    assert stored(machine, "r") == (
        "v2.10|Action=Allow|Active=FALSE|Dir=In|Protocol=6|Profile=Domain|LPort=80|Name=n|Desc=d|"
    )
    rule.put(machine, keys("r"), {"Profiles": 0, "Description": None, "Enabled": None})
    assert stored(machine, "r") == (
        "v2.10|Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=80|Name=n|"
    )
    with pytest.raises(CimError):
        rule.put(machine, keys("r"), {"ElementName": None})


def test_indirect_description_is_not_overwritten() -> None:
    machine = host()
    rule = firewall_class(machine, RULE)
    rule.put(machine, keys("WINRM-HTTP-In-TCP"), {"Description": "other", "Enabled": 1})
    text = stored(machine, "WINRM-HTTP-In-TCP")
    assert "|Desc=@FirewallAPI.dll,-30256|" in text
    assert "|Active=TRUE|" in text


def test_enable_and_disable_answer_nothing() -> None:
    machine = host()
    key, rule = create(machine, Enabled=2), firewall_class(machine, RULE)
    assert rule.invoke(machine, key, "enable", {}) == {}
    assert "|Active=TRUE|" in stored(machine)
    assert rule.invoke(machine, key, "Disable", {}) == {}
    assert "|Active=FALSE|" in stored(machine)
    for method, wanted in (("Explode", key), ("Enable", None)):
        with pytest.raises(CimError) as error:
            rule.invoke(machine, wanted, method, {})
        assert error.value.status is CimStatus.NOT_SUPPORTED


def test_rename_gives_another_id() -> None:
    machine = host()
    key, rule = create(machine), firewall_class(machine, RULE)
    text = stored(machine)
    rule.invoke(machine, key, "Rename", {"NewName": "other"})
    assert machine.firewall is not None
    assert machine.firewall.rule("test") is None
    assert stored(machine, "other") == text
    with pytest.raises(CimError) as error:
        rule.invoke(machine, keys("other"), "Rename", {"NewName": "WINRM-HTTP-In-TCP"})
    assert error.value.status is CimStatus.ALREADY_EXISTS


def test_delete_takes_the_rule_away() -> None:
    machine = host()
    key, rule = create(machine), firewall_class(machine, RULE)
    rule.delete(machine, key)
    for operation in (
        lambda: rule.delete(machine, key),
        lambda: rule.put(machine, key, {"Enabled": 1}),
        lambda: rule.invoke(machine, key, "Enable", {}),
        lambda: list(rule.associated(machine, key, None, None)),
    ):
        with pytest.raises(CimError) as error:
            operation()
        assert error.value.status is CimStatus.NOT_FOUND


def test_reading_account_may_not_write() -> None:
    machine = host(read_only=True)
    rule = firewall_class(machine, RULE)
    assert len(list(rule.instances(machine))) == 480
    key = keys("WINRM-HTTP-In-TCP")
    for operation in (
        lambda: create(machine),
        lambda: rule.put(machine, key, {"Enabled": 1}),
        lambda: rule.delete(machine, key),
        lambda: rule.invoke(machine, key, "Enable", {}),
    ):
        with pytest.raises(CimError) as error:
            operation()
        assert status_of(error) == (CimStatus.ACCESS_DENIED, 0x80070005)


def test_broken_classes_are_not_there() -> None:
    machine = host(broken_classes=True)
    assert classes.find("root/StandardCimv2", RULE, machine) is None
    assert classes.find("root/StandardCimv2", "MSFT_NetTCPConnection", machine) is not None


def test_stopped_service_has_no_endpoint() -> None:
    machine = images.load("win11-ja").boot()
    rule = firewall_class(machine, RULE)
    assert list(rule.instances(machine))
    service = machine.service("MpsSvc")
    assert service is not None
    machine.end_process(service.process_id)
    with pytest.raises(CimError) as error:
        list(rule.instances(machine))
    assert status_of(error) == (CimStatus.FAILED, 0x800706D9)
    assert error.value.extra["MessageID"] == "Windows System Error 1753"
