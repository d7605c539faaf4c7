# SPDX-License-Identifier: GPL-3.0-or-later
"""Get, Put, Create, Delete and methods, on a class that remembers what is done to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import pytest

from unit.rows import each_row
from unit.winsim.wire import (
    TRANSFER,
    WMI,
    Repository,
    ask,
    envelope,
    fault_code,
    find,
    machine,
    options,
    selectors,
    text,
    tree,
)
from winsim.cim import CimClass, CimError, CimStatus, Property, Reference, Value, Values
from winsim.machine import Machine
from winsim.wsman import Reply, Service

URI = f"{WMI}root/test/Test_Rule"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class Rule(CimClass):
    """Keeps instances by name."""

    namespace = "root/test"
    name = "Test_Rule"
    properties = (
        Property("Name", "string", key=True),
        Property("Enabled", "boolean"),
        Property("Level", "uint8"),
        Property("Ports", "string", array=True),
        Property("Since", "datetime"),
    )

    def __init__(self) -> None:
        self.rows: dict[str, Values] = {}
        self.calls: list[tuple[str, str | None, Values]] = []
        self.options: Mapping[str, Value] = {}

    def instances(self, machine: Machine) -> Iterable[Values]:
        return list(self.rows.values())

    def create(self, machine: Machine, values: Values, options: Mapping[str, Value]) -> Reference:
        name = str(values["Name"])
        if name in self.rows:
            raise CimError(CimStatus.ALREADY_EXISTS, "It's there. ", 0x80041019, style="wmi")
        self.options = options
        self.rows[name] = {p.name: values.get(p.name) for p in self.properties}
        return Reference(self.namespace, self.name, (("Name", name),))

    def put(self, machine: Machine, keys: Mapping[str, str], values: Values) -> Values:
        self.rows[keys["Name"]].update(values)
        return self.rows[keys["Name"]]

    def delete(self, machine: Machine, keys: Mapping[str, str]) -> None:
        del self.rows[keys["Name"]]

    def invoke(
        self, machine: Machine, keys: Mapping[str, str] | None, method: str, arguments: Values
    ) -> Values:
        self.calls.append((method, keys["Name"] if keys else None, arguments))
        if method == "Fail":
            raise CimError(CimStatus.FAILED, "No. ")
        return {"ReturnValue": 0, "Id": None, "Names": ["a", "b"]}


class Only(CimClass):
    """A singleton: no selectors."""

    namespace = "root/test"
    name = "Test_Only"
    singleton = True
    properties = (Property("Caption", "string"),)

    def instances(self, machine: Machine) -> Iterable[Values]:
        return [{"Caption": 'Q&A <"x">\r\n\x07'}]


class Host:
    def __init__(self) -> None:
        self.rule = Rule()
        self.service = Service(machine(), repository=Repository(self.rule, Only()))

    def send(self, action: str, body: str = "", header: str = "", uri: str = URI) -> Reply:
        if "/" not in action:
            action = f"{TRANSFER}{action}"
        return ask(self.service, envelope(action, body, uri=uri, header=header))

    def create(self, inner: str, header: str = "") -> Reply:
        return self.send("Create", instance(inner), header)


def instance(inner: str) -> str:
    return f'<p:Test_Rule xmlns:p="{URI}">{inner}</p:Test_Rule>'


def properties(reply: Reply) -> list[tuple[str, str | None]]:
    """Names and texts in the body's only element; None for nil."""
    body = find(reply, ".//s:Body/*")
    assert body is not None
    return [
        (
            child.tag.rpartition("}")[2],
            None if child.get(NIL) == "true" else "".join(child.itertext()),
        )
        for child in body
    ]


def test_create_get_put_delete() -> None:
    host = Host()
    created = host.create(
        "<p:Name>web</p:Name><p:Enabled>TRUE</p:Enabled><p:Level>7</p:Level>"
        "<p:Ports>80</p:Ports><p:Ports>443</p:Ports>"
        "<p:Since><c:Datetime xmlns:c='urn:c'>2026-02-03T04:05:06.5+09:00</c:Datetime></p:Since>"
    )
    assert text(created, ".//x:ResourceCreated//w:ResourceURI") == URI
    assert text(created, ".//x:ResourceCreated//w:Selector") == "web"
    assert host.rule.rows["web"]["Since"] == datetime(2026, 2, 2, 19, 5, 6, 500000, UTC)
    got = host.send("Get", header=selectors(name="WEB"))
    assert properties(got) == [
        ("Enabled", "true"),
        ("Level", "7"),
        ("Name", "web"),
        ("Ports", "80"),
        ("Ports", "443"),
        ("Since", "2026-02-02T19:05:06.5Z"),
    ]
    nil = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"'
    changed = host.send(
        "Put", instance(f"<p:Enabled>false</p:Enabled><p:Since {nil}/>"), selectors(Name="web")
    )
    assert properties(changed)[0] == ("Enabled", "false")
    assert properties(changed)[-1] == ("Since", None)
    assert host.send("Delete", header=selectors(Name="web")).status == 200
    assert host.rule.rows == {}


@pytest.mark.parametrize("verb", ["Create", "Delete"])
def test_windows_7_neither_creates_nor_deletes_instances(verb: str) -> None:
    service = Service(machine("6.1.7601"), repository=Repository(Rule()))
    body = instance("<p:Name>x</p:Name>")
    data = envelope(f"{TRANSFER}{verb}", body, uri=URI, header=selectors(Name="x"))
    assert fault_code(ask(service, data)) == (500, "a:ActionNotSupported", "2150858771")


@pytest.mark.parametrize(("action", "name"), [("Put", "Test_Rule"), ("Renew", "Renew_INPUT")])
def test_the_namespace_of_a_body_is_the_resource(action: str, name: str) -> None:
    host = Host()
    host.create("<p:Name>x</p:Name>")
    action = f"{URI}/{action}" if action == "Renew" else action
    for namespace, status in ((URI.upper(), 200), ("urn:other", 500), (f"{URI}s", 500)):
        body = f'<p:{name} xmlns:p="{namespace}"/>'
        reply = host.send(action, body, selectors(Name="x"))
        assert reply.status == status
    assert fault_code(reply) == (500, "w:SchemaValidationError", "2150858840")


def test_an_array_of_nothing_is_left_out_of_an_instance() -> None:
    host = Host()
    host.create("<p:Name>x</p:Name>")
    got = properties(host.send("Get", header=selectors(Name="x")))
    assert got == [("Enabled", None), ("Level", None), ("Name", "x"), ("Since", None)]


def test_options_reach_the_provider() -> None:
    host = Host()
    header = options(
        ("wmi:PolicyStore", "ActiveStore"),
        ("wmiarray:LocalPort", "80"),
        ("wmiarray:LocalPort", "443"),
        ("Other", "x"),
    )
    assert host.create("<p:Name>x</p:Name>", header).status == 200
    assert host.rule.options == {"PolicyStore": "ActiveStore", "LocalPort": ["80", "443"]}


def test_an_error_in_the_style_of_the_network_classes() -> None:
    host = Host()
    host.create("<p:Name>x</p:Name>")
    reply = host.create("<p:Name>x</p:Name>")
    assert fault_code(reply) == (500, "w:AlreadyExists", "2147749913")
    namespace = f"{WMI}root/test/MSFT_WmiError"
    status = tree(reply).find(f".//{{{namespace}}}CIMStatusCode")
    assert status is not None
    assert status.text == "11"


@each_row("action", ["Get", "Put", "Delete", f"{URI}/Enable"])
def test_an_instance_that_is_not_there(action: str) -> None:
    body = {
        "Put": instance("<p:Level>1</p:Level>"),
        f"{URI}/Enable": "<p:Enable_INPUT xmlns:p='" + URI + "'/>",
    }
    reply = Host().send(action, body.get(action, ""), selectors(Name="nobody"))
    assert fault_code(reply) == (500, "a:DestinationUnreachable", "2150858752")
    assert 'Test_Rule.Name="nobody"' in "".join(tree(reply).itertext())


@each_row(
    ("header", "code"),
    [("", "2150858842"), (selectors(Nom="x"), "2150858843"), (selectors(Level="1"), "2150858843")],
)
def test_selectors_that_name_nothing(header: str, code: str) -> None:
    assert fault_code(Host().send("Get", header=header)) == (500, "w:InvalidSelectors", code)


@each_row(
    ("inner", "subcode", "code"),
    [
        ("<p:Level>256</p:Level>", "w:InvalidParameter", "2150858810"),
        ("<p:Level>high</p:Level>", "w:InvalidParameter", "2150858810"),
        ("<p:Enabled>yes</p:Enabled>", "w:InvalidParameter", "2150858810"),
        ("<p:Since>yesterday</p:Since>", "w:InvalidParameter", "2150858810"),
        ("<p:Colour>red</p:Colour>", "w:SchemaValidationError", "2150858817"),
        ("<p:Level>1</p:Level><p:Level>2</p:Level>", "w:SchemaValidationError", "2150858817"),
    ],
)
def test_values_that_the_class_does_not_take(inner: str, subcode: str, code: str) -> None:
    assert fault_code(Host().create(f"<p:Name>x</p:Name>{inner}")) == (500, subcode, code)


def test_a_singleton_and_text_that_xml_cannot_hold() -> None:
    reply = Host().send("Get", uri=f"{WMI}root/test/Test_Only")
    assert properties(reply) == [("Caption", 'Q&A <"x">\r\n?')]


def test_a_method_on_an_instance() -> None:
    host = Host()
    host.create("<p:Name>x</p:Name>")
    inner = "<p:Reason>1</p:Reason><p:To>a</p:To><p:To>b</p:To>"
    body = f'<p:Renew_INPUT xmlns:p="{URI}">{inner}</p:Renew_INPUT>'
    reply = host.send(f"{URI}/Renew", body, selectors(Name="x"))
    assert host.rule.calls == [("Renew", "x", {"Reason": "1", "To": ["a", "b"]})]
    assert text(reply, ".//a:Action") == f"{URI}/RenewResponse"
    output = find(reply, ".//s:Body/*")
    assert output is not None
    assert output.tag == f"{{{URI}}}Renew_OUTPUT"
    assert properties(reply) == [("Id", None), ("Names", "a"), ("Names", "b"), ("ReturnValue", "0")]


def test_a_static_method_has_no_selectors() -> None:
    host = Host()
    host.send(f"{URI}/Renew", f'<p:Renew_INPUT xmlns:p="{URI}"/>')
    assert host.rule.calls == [("Renew", None, {})]


def test_a_method_that_fails_and_one_that_does_not_exist() -> None:
    host = Host()
    reply = host.send(f"{URI}/Fail", f'<p:Fail_INPUT xmlns:p="{URI}"/>')
    assert fault_code(reply) == (500, "w:InternalError", "2150858883")
    other = f"{WMI}root/test/Test_Only"
    reply = host.send(f"{other}/Go", f'<p:Go_INPUT xmlns:p="{other}"/>', uri=other)
    assert fault_code(reply) == (500, "a:ActionNotSupported", "2150858771")


def test_the_action_of_a_method_belongs_to_its_class() -> None:
    reply = Host().send(f"{WMI}root/test/Test_Only/Go", "<p:Go_INPUT xmlns:p='x'/>")
    assert fault_code(reply) == (500, "a:ActionNotSupported", "2150858771")
