# SPDX-License-Identifier: GPL-3.0-or-later
"""Enumerations: the requests, and what makes a page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import Reference
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations import enumeration
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.enumeration import (
    Page,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.envelope import (
    read,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    RemoteProtocolError,
)
from unit.rows import each_row
from unit.wsman import cim_values
from unit.wsman.recorded import LIMITS, SETTINGS, answer, answered, request_body, sample

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"


def test_the_request_for_a_query() -> None:
    query = "SELECT Name FROM Win32_Process WHERE ProcessId<5"
    request = enumeration.enumerate_query(classes.PROCESS, query, SETTINGS)
    assert request.action == "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate"
    assert f">{WMI}root/cimv2/*</w:ResourceURI>" in request.data.decode()
    assert request_body(request) == (
        "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>"
        '<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">'
        "SELECT Name FROM Win32_Process WHERE ProcessId&lt;5</w:Filter></n:Enumerate>"
    )


def test_the_request_for_associated_instances() -> None:
    rule = Reference(
        f"{WMI}root/standardcimv2/MSFT_NetFirewallRule",
        (("CreationClassName", "MSFT|FW|FirewallRule|{A&B}"), ("SystemName", "")),
    )
    request = enumeration.associators(
        rule,
        association_class=classes.NET_FIREWALL_RULE_FILTERS,
        result_class=classes.FILTER_ENTRY_BASE,
        settings=SETTINGS,
        references=True,
    )
    assert f">{WMI}root/StandardCimv2/*</w:ResourceURI>" in request.data.decode()
    assert request_body(request) == (
        "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>"
        "<w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode>"
        '<w:Filter Dialect="http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter">'
        "<b:AssociatedInstances><b:Object><a:Address>"
        "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
        f"<a:ReferenceParameters><w:ResourceURI>{rule.resource_uri}</w:ResourceURI>"
        '<w:SelectorSet><w:Selector Name="CreationClassName">MSFT|FW|FirewallRule|{A&amp;B}'
        '</w:Selector><w:Selector Name="SystemName"></w:Selector></w:SelectorSet>'
        "</a:ReferenceParameters></b:Object>"
        "<b:AssociationClassName>MSFT_NetFirewallRuleFilters"
        "</b:AssociationClassName><b:ResultClassName>CIM_FilterEntryBase"
        "</b:ResultClassName></b:AssociatedInstances></w:Filter></n:Enumerate>"
    )


def test_any_class_may_be_associated() -> None:
    request = enumeration.associators(
        classes.NET_FIREWALL_RULE.reference([("InstanceID", "x")]),
        association_class=classes.NET_FIREWALL_RULE_FILTERS,
        result_class=None,
        settings=SETTINGS,
    )
    assert "ResultClassName" not in request_body(request)
    assert "EnumerationMode" not in request_body(request)


def test_association_instances_that_refer_to_a_source() -> None:
    service = classes.SERVICE.reference([("Name", "W3SVC")])
    request = enumeration.association_instances(
        service,
        association_class=classes.DEPENDENT_SERVICE,
        role="Antecedent",
        settings=SETTINGS,
    )
    body = request_body(request)
    assert f">{WMI}root/cimv2/*</w:ResourceURI>" in request.data.decode()
    assert "</b:Object><b:ResultClassName>Win32_DependentService</b:ResultClassName>" in body
    assert "<b:Role>Antecedent</b:Role></b:AssociationInstances></w:Filter>" in body
    assert '<w:Selector Name="Name">W3SVC</w:Selector>' in body


@given(cim_values.TEXT)
def test_a_context_comes_back_as_it_was(context: str) -> None:
    for request in (
        enumeration.pull(classes.PROCESS, context, SETTINGS, max_elements=7),
        enumeration.release(classes.PROCESS, context, SETTINGS),
    ):
        sent = re.search(
            "<n:EnumerationContext>(.*)</n:EnumerationContext>", request_body(request), re.DOTALL
        )
        assert sent
        body = (
            f"<n:PullResponse><n:EnumerationContext>{sent[1]}</n:EnumerationContext>"
            "<n:EndOfSequence/></n:PullResponse>"
        )
        assert enumeration.read_page(answer(body, request), request, None, LIMITS).end


def test_a_page_may_have_no_items() -> None:
    request = enumeration.pull(classes.PROCESS, "1", SETTINGS)
    body = "<n:PullResponse><n:EnumerationContext>2</n:EnumerationContext></n:PullResponse>"
    page = enumeration.read_page(answer(body, request), request, classes.PROCESS, LIMITS)
    assert page == Page((), "2", False)


def test_the_answer_to_a_release_is_no_fault() -> None:
    data = sample("omi/release_response.xml")
    assert read(data, answered(data), LIMITS).action.endswith("/ReleaseResponse")


@each_row(
    ("content", "message"),
    [
        ("<n:Items/>", "no context to continue with"),
        ("<n:EnumerationContext/>", "no context to continue with"),
        ("<n:EndOfSequence/><n:Items><w:Item><p:C/></w:Item></n:Items>", "object and its ref"),
        (
            "<n:EndOfSequence/><n:Items><w:Item><a:EndpointReference/><p:C/></w:Item></n:Items>",
            "without a resource URI",
        ),
    ],
)
def test_what_is_no_page(content: str, message: str) -> None:
    request = enumeration.pull(classes.PROCESS, "1", SETTINGS)
    data = answer(f"<n:PullResponse>{content}</n:PullResponse>", request)
    with pytest.raises(RemoteProtocolError, match=message):
        enumeration.read_page(data, request, classes.PROCESS, LIMITS)
