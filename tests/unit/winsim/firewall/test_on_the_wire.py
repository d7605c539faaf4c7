# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall's classes through the protocol: references, stores, and what Windows' client sends."""

from __future__ import annotations

import re

import pytest

from unit.rows import each_row
from unit.sweeps import fast
from unit.winsim.firewall.hosts import RULE, create, host, keys, stored
from unit.winsim.wire import (
    ENUMERATION,
    TRANSFER,
    WMI,
    ask,
    enumerate_body,
    envelope,
    fault_code,
    options,
    selectors,
    text,
    tree,
)
from winsim.wsman import Reply, Service

NAMESPACE = f"{WMI}root/StandardCimv2"
ENUMERATE = f"{ENUMERATION}Enumerate"
SELECTOR = "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
ASSOCIATION = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter"
DMTF = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"


def service() -> Service:
    machine = host()
    create(machine)
    return Service(machine)


def by_id(mode: str) -> str:
    selector = '<w:Selector Name="InstanceID">test</w:Selector>'
    return enumerate_body(
        mode=mode,
        filtering=f'<w:Filter Dialect="{SELECTOR}"><w:SelectorSet>{selector}</w:SelectorSet>'
        "</w:Filter>",
    )


def selected(reply: Reply) -> dict[str, str]:
    found = tree(reply).iter("{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}Selector")
    return {each.get("Name", ""): each.text or "" for each in found}


@pytest.mark.parametrize("mode", fast(["EnumerateEPR", "EnumerateObjectAndEPR"], "EnumerateEPR"))
@pytest.mark.parametrize(
    ("class_name", "other"),
    [
        (RULE, "PolicyRuleName"),
        ("MSFT_NetProtocolPortFilter", "Name"),
        ("MSFT_NetAddressFilter", "Name"),
    ],
)
def test_references_have_the_keys_that_real_hosts_show(
    mode: str, class_name: str, other: str
) -> None:
    target = service()
    uri = f"{NAMESPACE}/{class_name}"
    reply = ask(target, envelope(ENUMERATE, by_id(mode), uri=uri))
    assert selected(reply) == keys("test", other)
    assert text(reply, ".//a:EndpointReference//w:ResourceURI") == uri
    got = ask(target, envelope(f"{TRANSFER}Get", uri=uri, header=selectors(**selected(reply))))
    assert text(got, f".//{{{uri}}}InstanceID") == "test"


def association(parts: str) -> str:
    source = selectors(**keys("test"))
    return enumerate_body(
        mode="EnumerateEPR",
        filtering=f'<w:Filter Dialect="{ASSOCIATION}"><b:AssociatedInstances><b:Object>'
        "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
        f"<a:ReferenceParameters><w:ResourceURI>{NAMESPACE}/{RULE}</w:ResourceURI>{source}"
        f"</a:ReferenceParameters></b:Object>{parts}</b:AssociatedInstances></w:Filter>",
    )


@each_row(
    "parts",
    [
        # All that is associated with a rule: its profiles and its store are too.
        "",
        "<b:AssociationClassName>MSFT_NetFirewallRuleInProfile</b:AssociationClassName>",
        "<b:ResultClassName>MSFT_NetPolicyStore</b:ResultClassName>",
    ],
)
def test_associations_of_a_rule_that_are_not_simulated(parts: str) -> None:
    reply = ask(service(), envelope(ENUMERATE, association(parts), uri=f"{NAMESPACE}/*"))
    assert fault_code(reply) == (500, "n:CannotProcessFilter", "2150858778")


def test_the_filters_of_a_rule() -> None:
    parts = (
        "<b:AssociationClassName>MSFT_NetFirewallRuleFilters</b:AssociationClassName>"
        "<b:ResultClassName>CIM_FilterEntryBase</b:ResultClassName>"
    )
    reply = ask(service(), envelope(ENUMERATE, association(parts), uri=f"{NAMESPACE}/*"))
    assert len(re.findall("<a:EndpointReference>", reply.text)) == 7
    assert reply.text.count(">MSFT|FW|FirewallRule|test<") == 7


def test_a_query_for_the_rules_in_force_has_those_of_group_policy() -> None:
    target = service()
    assert target.machine.firewall is not None
    target.machine.firewall.set_rule("of-policy", "v2.30|Action=Allow|Dir=In|Name=x|", "policy")
    query = f"SELECT InstanceID FROM {RULE} WHERE InstanceID = 'of-policy'"
    found = {}
    for store in ("PersistentStore", "activestore"):
        header = options(("wmi:PolicyStore", store))
        body = enumerate_body(query)
        reply = ask(target, envelope(ENUMERATE, body, uri=f"{NAMESPACE}/*", header=header))
        found[store] = (reply.status, reply.text.count(">of-policy<"))
        # No other operation knows that store.
        whole = ask(
            target, envelope(ENUMERATE, by_id(""), uri=f"{NAMESPACE}/{RULE}", header=header)
        )
        assert whole.status == (200 if store == "PersistentStore" else 500)
    assert found == {"PersistentStore": (200, 0), "activestore": (200, 1)}


STORES = [("StaticServiceStore", 500), ("RSOP", 500), ("PersistentStore", 200), ("localhost", 200)]


@each_row(("store", "status"), STORES)
def test_other_stores_are_not_shown(store: str, status: int) -> None:
    """An answer about another store without its rules would be wrong."""
    target = service()
    header = options(("wmi:PolicyStore", store))
    uri = f"{NAMESPACE}/{RULE}"
    query = f"SELECT InstanceID FROM {RULE} WHERE InstanceID = 'test'"
    key = header + selectors(**keys("test"))
    for data in (
        envelope(ENUMERATE, by_id(""), uri=uri, header=header),
        envelope(ENUMERATE, enumerate_body(query), uri=f"{NAMESPACE}/*", header=header),
        envelope(f"{TRANSFER}Get", uri=uri, header=key),
        envelope(f"{TRANSFER}Delete", uri=uri, header=key),
    ):
        reply = ask(target, data)
        assert reply.status == status
        if status == 500:
            assert fault_code(reply) == (500, "a:ActionNotSupported", "2150858771")


def test_what_windows_own_client_puts() -> None:
    """All properties, typed with a prefix that nothing declares, a DMTF URI with its namespace, and
    the options of MI: as recorded from Set-CimInstance (microsoft/omi, Unix/wsman/samples)."""
    target = service()
    uri = f"{DMTF}{RULE}"
    where = {"__cimnamespace": "root/StandardCimv2", **keys("test")}
    got = ask(target, envelope(f"{TRANSFER}Get", uri=uri, header=selectors(**where)))
    [instance] = re.findall(f"<p:{RULE} .*</p:{RULE}>", got.text)
    typed = re.sub(r"<(p:\w+)>", r'<\1 xsi:type="cim:cimString">', instance)
    assert '<p:Enabled xsi:type="cim:cimString">1<' in typed
    body = typed.replace('<p:Enabled xsi:type="cim:cimString">1<', "<p:Enabled>2<")
    header = selectors(**where) + options(
        ("wmiarray:__MIInstanceModifiedPropertiesList", "Enabled"),
        ("__MI_CallbackRegistration", "11"),
        ("wmiarray:__MI_OPERATIONOPTIONS_CHANNELVALUE", "0"),
        ("wmiarray:__MI_OPERATIONOPTIONS_CHANNELVALUE", "1"),
        ("wmi:__MI_OPERATIONOPTIONS_WRITEERRORMODE", "1"),
        ("msftwinrm:UsePreciseArrays", "true"),
    )
    reply = ask(target, envelope(f"{TRANSFER}Put", body, uri=uri, header=header))
    assert text(reply, f".//{{{uri}}}Enabled") == "2"
    assert "Active=FALSE" in stored(target.machine)


def test_a_rule_is_disabled_by_a_fragment() -> None:
    target = service()
    header = selectors(**keys("test"))
    header += '<w:FragmentTransfer s:mustUnderstand="true">Enabled/text()</w:FragmentTransfer>'
    body = "<w:XmlFragment>2</w:XmlFragment>"
    data = envelope(f"{TRANSFER}Put", body, uri=f"{NAMESPACE}/{RULE}", header=header)
    assert text(ask(target, data), ".//s:Body/w:XmlFragment") == "2"
    assert "Active=FALSE" in stored(target.machine)


@each_row(
    ("class_name", "key", "name", "value"),
    [
        (RULE, keys("test"), "InstanceID", "other"),
        (RULE, keys("test"), "PolicyStoreSource", "GroupPolicy"),
        (RULE, keys("test"), "StatusCode", "1"),
        ("MSFT_NetProtocolPortFilter", keys("test", "Name"), "InstanceID", "other"),
        (
            "MSFT_NetFirewallProfile",
            {"InstanceID": "MSFT|FW|FirewallProfile|Public"},
            "DisabledInterfaceAliases",
            "Ethernet",
        ),
    ],
)
def test_what_is_not_written_is_not_taken(
    class_name: str, key: dict[str, str], name: str, value: str
) -> None:
    target = service()
    uri = f"{NAMESPACE}/{class_name}"
    assert target.machine.firewall is not None
    before = dict(target.machine.firewall.rules())
    body = f'<p:{class_name} xmlns:p="{uri}"><p:{name}>{value}</p:{name}></p:{class_name}>'
    header = selectors(**key)
    reply = ask(target, envelope(f"{TRANSFER}Put", body, uri=uri, header=header))
    assert fault_code(reply) == (500, "w:InvalidParameter", str(0x80070057))
    assert target.machine.firewall.rules() == before


@each_row(
    ("inner", "status"),
    [
        ("", 200),
        ('<p:Status xsi:nil="true"/>', 200),
        ("<p:Status>Good</p:Status>", 500),
        ("<p:DisplayName>Another</p:DisplayName>", 500),
    ],
)
def test_a_rule_is_created_of_what_is_written(inner: str, status: int) -> None:
    target = service()
    uri = f"{NAMESPACE}/{RULE}"
    named = "<p:InstanceID>new</p:InstanceID><p:ElementName>New</p:ElementName>"
    body = f'<p:{RULE} xmlns:p="{uri}">{named}{inner}</p:{RULE}>'
    assert ask(target, envelope(f"{TRANSFER}Create", body, uri=uri)).status == status
    assert target.machine.firewall is not None
    assert ("new" in target.machine.firewall.rules()) is (status == 200)
