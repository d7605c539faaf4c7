# SPDX-License-Identifier: GPL-3.0-or-later
"""Get, Put, Create and Delete."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import (
    Instance,
    Reference,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations import transfer
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.envelope import (
    Request,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    LocalProtocolError,
    RemoteProtocolError,
)
from unit.wsman.recorded import (
    LIMITS,
    SETTINGS,
    answer,
    answered,
    conversation,
    request_body,
    sample,
)

TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
WSMAN = "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}"
FILTER = Reference(
    f"{WMI}root/standardcimv2/MSFT_NetProtocolPortFilter",
    (("CreationClassName", "MSFT|FW|FirewallRule|x"), ("Name", ""), ("SystemName", "")),
)


def header(request: Request, name: str) -> list[tuple[str | None, str]]:
    elements = ElementTree.fromstring(request.data).iter(f"{WSMAN}{name}")
    return [(each.get("Name"), each.text or "") for each in elements]


def test_get_of_a_singleton_and_of_an_instance() -> None:
    singleton = transfer.get(classes.OPERATING_SYSTEM, None, SETTINGS)
    assert singleton.action == f"{TRANSFER}Get"
    assert header(singleton, "ResourceURI") == [(None, f"{WMI}root/cimv2/Win32_OperatingSystem")]
    assert header(singleton, "SelectorSet") == []
    assert request_body(singleton) == ""
    one = transfer.get(classes.PROCESS, classes.PROCESS.reference([("Handle", "4")]), SETTINGS)
    assert header(one, "Selector") == [("Handle", "4")]


def test_the_reference_tells_the_class_of_the_instance() -> None:
    derived = Reference(f"{WMI}root/cimv2/Win32_TerminalService", (("Name", "TermService"),))
    request = transfer.get(classes.SERVICE, derived, SETTINGS)
    assert header(request, "ResourceURI") == [(None, derived.resource_uri)]


def test_a_get_of_omi() -> None:
    data = sample("omi/get_response.xml")
    assert transfer.read_get(data, answered(data), None, LIMITS) == Instance(
        "MSFT_President", {"Key": "1", "First": "George", "Last": "Washington"}
    )


@pytest.mark.parametrize("kilobytes", ["150", "500"])
def test_the_configuration_of_winrm(kilobytes: str) -> None:
    _unused, data = conversation(f"wsman_config/pypsrp_winrm_config_get_{kilobytes}.yml")[0]
    config = transfer.read_get(data, answered(data), None, LIMITS)
    assert config.class_name == "Config"
    assert config.values["MaxEnvelopeSizekb"] == kilobytes
    assert config.values["MaxBatchItems"] == "32000"
    service = config.values["Service"]
    assert isinstance(service, Instance)
    assert service.values["MaxConcurrentOperationsPerUser"] == "1500"
    assert service.values["CertificateThumbprint"] == ""
    auth = service.values["Auth"]
    assert isinstance(auth, Instance)
    assert auth.values["Negotiate"] == "true"


def test_put_sends_what_is_given_to_the_referenced_instance() -> None:
    values = {"LocalPort": ("80", "8000-8100"), "protocol": "TCP", "IcmpType": None}
    request = transfer.put(classes.NET_PROTOCOL_PORT_FILTER, FILTER, values, SETTINGS)
    assert request.action == f"{TRANSFER}Put"
    assert header(request, "Selector") == list(FILTER.selectors)
    assert header(request, "ResourceURI") == [(None, FILTER.resource_uri)]
    assert request_body(request) == (
        f'<p:MSFT_NetProtocolPortFilter xmlns:p="{FILTER.resource_uri}"'
        ' xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        "<p:LocalPort>80</p:LocalPort><p:LocalPort>8000-8100</p:LocalPort>"
        '<p:Protocol>TCP</p:Protocol><p:IcmpType xsi:nil="true"/>'
        "</p:MSFT_NetProtocolPortFilter>"
    )


def test_put_checks_before_anything_is_sent() -> None:
    with pytest.raises(LocalProtocolError, match=r"MSFT_NetProtocolPortFilter\.LocalPort"):
        transfer.put(classes.NET_PROTOCOL_PORT_FILTER, FILTER, {"LocalPort": "80"}, SETTINGS)


def test_put_may_answer_with_the_instance_or_with_nothing() -> None:
    request = transfer.put(classes.NET_PROTOCOL_PORT_FILTER, FILTER, {}, SETTINGS)
    cim_class = classes.NET_PROTOCOL_PORT_FILTER
    assert transfer.read_put(answer("", request), request, cim_class, LIMITS) is None
    body = (
        '<p:MSFT_NetProtocolPortFilter xmlns:p="urn:p"><p:LocalPort>80</p:LocalPort>'
        "</p:MSFT_NetProtocolPortFilter>"
    )
    assert transfer.read_put(answer(body, request), request, cim_class, LIMITS) == Instance(
        "MSFT_NetProtocolPortFilter", {"LocalPort": ("80",)}
    )


def test_create_with_the_context_of_wmi() -> None:
    request = transfer.create(
        classes.NET_FIREWALL_RULE,
        {"InstanceID": "{1}", "ElementName": "日本 & <80>", "Enabled": 2},
        SETTINGS,
        {"PolicyStore": "PersistentStore", "LocalPort": ("80", "443"), "Number": 1, "Flag": True},
    )
    assert request.action == f"{TRANSFER}Create"
    assert header(request, "SelectorSet") == []
    assert header(request, "Option") == [
        ("wmi:PolicyStore", "PersistentStore"),
        ("wmiarray:LocalPort", "80"),
        ("wmiarray:LocalPort", "443"),
        ("wmi:Number", "1"),
        ("wmi:Flag", "true"),
    ]
    options = ElementTree.fromstring(request.data).iter(f"{WSMAN}Option")
    types = [each.get("Type") for each in options]
    assert types == ["xs:string", "xs:string", "xs:string", "xs:int", "xs:boolean"]
    assert "<p:ElementName>日本 &amp; &lt;80&gt;</p:ElementName><p:Enabled>2</p:Enabled>" in (
        request_body(request)
    )
    plain = transfer.create(classes.NET_FIREWALL_RULE, {"InstanceID": "{1}"}, SETTINGS)
    assert header(plain, "OptionSet") == []


CREATED = (
    "<x:ResourceCreated><a:Address>http://pc:5985/wsman</a:Address><a:ReferenceParameters>"
    f"<w:ResourceURI>{FILTER.resource_uri}</w:ResourceURI><w:SelectorSet>"
    '<w:Selector Name="CreationClassName">MSFT|FW|FirewallRule|x</w:Selector>'
    '<w:Selector Name="Name"></w:Selector><w:Selector Name="SystemName"/>'
    "</w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>"
)


def test_create_answers_with_a_reference() -> None:
    request = transfer.create(classes.NET_FIREWALL_RULE, {"InstanceID": "{1}"}, SETTINGS)
    assert transfer.read_create(answer(CREATED, request), request, LIMITS) == FILTER


def test_delete() -> None:
    request = transfer.delete(FILTER, SETTINGS)
    assert request.action == f"{TRANSFER}Delete"
    assert header(request, "Selector") == list(FILTER.selectors)
    assert request_body(request) == ""
    transfer.read_delete(answer("", request), request, LIMITS)


def test_answers_without_content_are_refused_where_there_must_be_some() -> None:
    request = transfer.delete(FILTER, SETTINGS)
    with pytest.raises(RemoteProtocolError, match="holds no instance"):
        transfer.read_get(answer("", request), request, None, LIMITS)
    with pytest.raises(RemoteProtocolError, match="holds nothing where ResourceCreated"):
        transfer.read_create(answer("", request), request, LIMITS)
    with pytest.raises(RemoteProtocolError, match="without a resource URI"):
        transfer.read_create(answer("<x:ResourceCreated/>", request), request, LIMITS)
    with pytest.raises(RemoteProtocolError, match="not well-formed"):
        transfer.read_delete(b"", request, LIMITS)
