# SPDX-License-Identifier: GPL-3.0-or-later
"""Association queries, and the endpoint references of associations."""

from __future__ import annotations

from unit.rows import each_row
from unit.winsim.small import boot
from unit.winsim.wire import (
    ENUMERATION,
    NAMESPACES,
    TRANSFER,
    WMI,
    ask,
    enumerate_body,
    envelope,
    fault_code,
    find,
    text,
    tree,
)
from winsim.wsman import Reply, Service

DIALECT = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter"
SERVICE = f"{WMI}root/cimv2/Win32_Service"
ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"


def query(
    parts: str, name: str = "Delta", kind: str = "AssociatedInstances", mode: str = ""
) -> str:
    """An association query about the service `name`."""
    return enumerate_body(
        mode=mode,
        filtering=f'<w:Filter Dialect="{DIALECT}"><b:{kind}><b:Object>'
        f"<a:Address>{ANONYMOUS}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{SERVICE}</w:ResourceURI><w:SelectorSet>"
        f'<w:Selector Name="Name">{name}</w:Selector></w:SelectorSet></a:ReferenceParameters>'
        f"</b:Object>{parts}</b:{kind}></w:Filter>",
    )


def parts(**values: str) -> str:
    return "".join(f"<b:{name}>{value}</b:{name}>" for name, value in values.items())


def asked_of_a_host(body: str) -> Reply:
    uri = f"{WMI}root/cimv2/*"
    return ask(Service(boot()), envelope(f"{ENUMERATION}Enumerate", body, uri=uri))


def services(reply: Reply) -> list[str | None]:
    assert reply.status == 200, reply.text
    return [element.text for element in tree(reply).iter(f"{{{SERVICE}}}Name")]


@each_row(
    ("name", "asked", "found"),
    [
        ("Beta", {}, ["Alpha", "Delta"]),
        ("beta", {"Role": "Dependent"}, ["Alpha"]),
        ("Beta", {"Role": "antecedent"}, ["Delta"]),
        ("Beta", {"ResultRole": "Antecedent"}, ["Alpha"]),
        ("Beta", {"ResultClassName": "CIM_Service"}, ["Alpha", "Delta"]),
        ("Beta", {"ResultClassName": "Win32_Process"}, []),
        ("Lone", {}, []),
    ],
)
def test_what_is_associated(name: str, asked: dict[str, str], found: list[str]) -> None:
    for association in ("Win32_DependentService", "CIM_Dependency"):
        body = query(parts(AssociationClassName=association, **asked), name)
        assert sorted(map(str, services(asked_of_a_host(body)))) == found


@each_row(
    "asked",
    [
        {},
        {"ResultClassName": "Win32_Service"},  # by which association?
        {"AssociationClassName": "Win32_SystemServices"},
        {"AssociationClassName": "Win32_Process"},
        {"AssociationClassName": "Win32_DependentService", "ResultClassName": "Win32_Serfice"},
        {"AssociationClassName": "Win32_DependentService", "Role": "Group"},
        {"AssociationClassName": "Win32_DependentService", "ResultRole": "Group"},
        {"AssociationClassName": "Win32_DependentService", "IncludeResultProperty": "Name"},
        {"AssociationClassName": "Win32_DependentService", "Colour": "red"},
    ],
)
def test_what_cannot_be_answered_is_a_fault(asked: dict[str, str]) -> None:
    reply = asked_of_a_host(query(parts(**asked)))
    assert fault_code(reply) == (500, "n:CannotProcessFilter", "2150858778")


def test_the_fault_tells_the_query() -> None:
    asked = parts(AssociationClassName="Win32_SystemServices", Role="PartComponent")
    reply = asked_of_a_host(query(asked))
    wql = 'ASSOCIATORS OF {Win32_Service.Name="Delta"} WHERE AssocClass=Win32_SystemServices'
    assert f"{wql} Role=PartComponent" in "".join(tree(reply).itertext())


@each_row("asked", [{}, {"ResultClassName": "Win32_Service"}, {"Role": "Dependent"}])
def test_associations_that_cannot_be_answered(asked: dict[str, str]) -> None:
    reply = asked_of_a_host(query(parts(**asked), kind="AssociationInstances"))
    assert fault_code(reply) == (500, "n:CannotProcessFilter", "2150858778")


def test_a_service_that_is_not_there() -> None:
    asked = parts(AssociationClassName="Win32_DependentService")
    reply = asked_of_a_host(query(asked, name="Nobody"))
    assert fault_code(reply) == (500, "a:DestinationUnreachable", "2150858752")


def test_the_keys_of_an_association_are_references() -> None:
    """What an enumeration gives as a reference leads to the association with a Get."""
    host = Service(boot())
    asked = parts(ResultClassName="Win32_DependentService", Role="Dependent")
    body = query(asked, kind="AssociationInstances", mode="EnumerateEPR")
    reply = ask(host, envelope(f"{ENUMERATION}Enumerate", body, uri=f"{WMI}root/cimv2/*"))
    dependent = ".//w:Selector[@Name='Dependent']//w:Selector"
    assert text(reply, dependent) == "Delta"
    assert text(reply, ".//w:Selector[@Name='Antecedent']//w:ResourceURI") == SERVICE
    found = find(reply, ".//w:SelectorSet")
    assert found is not None
    written = reply.text[
        reply.text.index("<w:SelectorSet>") : reply.text.rindex("</w:SelectorSet>")
    ]
    uri = f"{WMI}root/cimv2/Win32_DependentService"
    got = ask(host, envelope(f"{TRANSFER}Get", uri=uri, header=f"{written}</w:SelectorSet>"))
    assert text(got, f".//{{{uri}}}Dependent//w:Selector") == "Delta"
    other = written.replace(">Delta<", ">Web<")
    missing = ask(host, envelope(f"{TRANSFER}Get", uri=uri, header=f"{other}</w:SelectorSet>"))
    assert fault_code(missing) == (500, "a:DestinationUnreachable", "2150858752")
    assert len(found.findall("w:Selector", NAMESPACES)) == 2
