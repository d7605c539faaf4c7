# SPDX-License-Identifier: GPL-3.0-or-later
"""Win32_DependentService, over the wire: which services depend on one, and on which it depends."""

from __future__ import annotations

from unit.rows import each_row
from unit.winsim.small import boot
from unit.winsim.wire import (
    ENUMERATION,
    NAMESPACES,
    WMI,
    ask,
    enumerate_body,
    envelope,
    fault_code,
    tree,
)
from winsim.wsman import Reply, Service

DIALECT = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter"


def associations(name: str, rest: str) -> Reply:
    """Ask for association instances that refer to a service."""
    filtering = (
        f'<w:Filter Dialect="{DIALECT}"><b:AssociationInstances><b:Object>'
        "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
        f"<a:ReferenceParameters><w:ResourceURI>{WMI}root/cimv2/win32_service</w:ResourceURI>"
        f'<w:SelectorSet><w:Selector Name="name">{name}</w:Selector></w:SelectorSet>'
        f"</a:ReferenceParameters></b:Object>{rest}</b:AssociationInstances></w:Filter>"
    )
    body = enumerate_body(filtering=filtering)
    return ask(Service(boot()), envelope(f"{ENUMERATION}Enumerate", body))


def pairs(reply: Reply) -> set[tuple[str, ...]]:
    """Antecedent and dependent of each association."""
    return {
        tuple(selector.text or "" for selector in item.iterfind(".//w:Selector", NAMESPACES))
        for item in tree(reply).iterfind(".//w:Items/*", NAMESPACES)
    }


CLASS = "<b:ResultClassName>Win32_DependentService</b:ResultClassName>"


@each_row(
    ("role", "expected"),
    [
        ("<b:Role>Antecedent</b:Role>", {("Alpha", "Beta")}),
        ("<b:Role>dependent</b:Role>", {("RpcSs", "Alpha")}),
        ("", {("Alpha", "Beta"), ("RpcSs", "Alpha")}),
    ],
)
def test_the_role_tells_dependents_from_what_a_service_needs(
    role: str, expected: set[tuple[str, ...]]
) -> None:
    assert pairs(associations("ALPHA", CLASS + role)) == expected


def test_a_service_without_associations_has_none() -> None:
    assert pairs(associations("Web", CLASS)) == set()
    assert fault_code(associations("Nothing", CLASS))[2] == "2150858752"


def test_a_query_for_all_of_them() -> None:
    query = "SELECT * FROM Win32_DependentService"
    body = enumerate_body(query)
    reply = ask(Service(boot()), envelope(f"{ENUMERATION}Enumerate", body))
    assert pairs(reply) == {("RpcSs", "Alpha"), ("Alpha", "Beta"), ("Beta", "Delta")}


def test_a_reference_can_not_stand_in_where() -> None:
    query = "SELECT * FROM Win32_DependentService WHERE Antecedent = 'Alpha'"
    body = enumerate_body(query)
    reply = ask(Service(boot()), envelope(f"{ENUMERATION}Enumerate", body))
    assert fault_code(reply)[2] == "2150858778"
