# SPDX-License-Identifier: GPL-3.0-or-later
"""Get and Put of a part of an instance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from unit.rows import each_row
from unit.winsim.wire import (
    ENUMERATION,
    TRANSFER,
    WMI,
    Repository,
    ask,
    enumerate_body,
    envelope,
    fault_code,
    find,
    machine,
    selectors,
    text,
)
from winsim.cim import CimClass, Property, Reference, Values
from winsim.machine import Machine
from winsim.wsman import Reply, Service

URI = f"{WMI}root/test/Test_Part"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
CANNOT = (500, "w:CannotProcessFilter", "2150858899")
INVALID = (500, "w:SchemaValidationError", "2150858841")


class Part(CimClass):
    """One instance that remembers what is put."""

    namespace = "root/test"
    name = "Test_Part"
    properties = (
        Property("Name", "string", key=True),
        Property("Level", "uint8"),
        Property("Ports", "string", array=True),
        Property("Tags", "string", array=True),
        Property("Since", "datetime"),
        Property("Note", "string"),
        Property("Owner", "reference"),
    )

    def __init__(self) -> None:
        self.row: Values = {
            "Name": "a<b",
            "Level": 7,
            "Ports": ["80", "443", "8080-8081"],
            "Tags": None,
            "Since": datetime(2026, 2, 3, tzinfo=UTC),
            "Note": None,
            "Owner": Reference("root/test", "Test_Part", (("Name", "x"),)),
        }

    def instances(self, machine: Machine) -> Iterable[Values]:
        return [self.row]

    def put(self, machine: Machine, keys: Mapping[str, str], values: Values) -> Values:
        self.row.update(values)
        return self.row


class Host:
    def __init__(self) -> None:
        self.part = Part()
        self.service = Service(machine(), repository=Repository(self.part))

    def send(self, verb: str, expression: str, body: str = "", attributes: str = "") -> Reply:
        escaped = expression.replace("&", "&amp;").replace("<", "&lt;")
        header = (
            f'<w:FragmentTransfer s:mustUnderstand="true" {attributes}>{escaped}'
            f"</w:FragmentTransfer>{selectors(Name='a&lt;b')}"
        )
        data = envelope(f"{TRANSFER}{verb}", body, uri=URI, header=header)
        return ask(self.service, data)

    def put(self, expression: str, content: str) -> Reply:
        return self.send("Put", expression, f"<w:XmlFragment>{content}</w:XmlFragment>")


def shown(reply: Reply) -> list[tuple[str, str]]:
    """Names and texts in the fragment."""
    fragment = find(reply, ".//s:Body/w:XmlFragment")
    assert fragment is not None, reply.text
    return [(child.tag, "".join(child.itertext())) for child in fragment]


@each_row(
    ("expression", "found"),
    [
        ("Level", [("Level", "7")]),
        (" q:Level ", [("Level", "7")]),
        ("Name", [("Name", "a<b")]),
        ("Ports", [("Ports", "80"), ("Ports", "443"), ("Ports", "8080-8081")]),
        ("Ports[2]", [("Ports", "443")]),
        ("Note", [("Note", "")]),
        ("Since", [("Since", "2026-02-03T00:00:00Z")]),
        ('Since[Datetime="2026-02-03T00:00:00Z"]', [("Since", "2026-02-03T00:00:00Z")]),
        ("Note[@nil='true']", [("Note", "")]),
    ],
)
def test_properties(expression: str, found: list[tuple[str, str]]) -> None:
    reply = Host().send("Get", expression, attributes=f'xmlns:q="{URI}"')
    assert shown(reply) == [(f"{{{URI}}}{name}", value) for name, value in found]
    assert text(reply, ".//s:Header/w:FragmentTransfer") == expression.strip()
    assert text(reply, ".//a:Action") == f"{TRANSFER}GetResponse"


def test_what_is_inside_a_property() -> None:
    host = Host()
    cim = "{http://schemas.dmtf.org/wbem/wscim/1/common}"
    assert shown(host.send("Get", "Since/Datetime")) == [(f"{cim}Datetime", "2026-02-03T00:00:00Z")]
    for expression, value in (
        ("Level/text()", "7"),
        ("Name/text()", "a<b"),
        ("Ports[3]/text()", "8080-8081"),
        ("Since/Datetime/text()", "2026-02-03T00:00:00Z"),
        ("Note/@nil", "true"),
    ):
        assert text(host.send("Get", expression), ".//s:Body/w:XmlFragment") == value


@each_row("expression", ["Tags", "Tags[1]", "Ports[4]", "Note/text()", "Level[@nil='true']"])
def test_what_there_is_nothing_of_is_nil(expression: str) -> None:
    fragment = find(Host().send("Get", expression), ".//s:Body/w:XmlFragment")
    assert fragment is not None
    assert fragment.get(NIL) == "true"
    assert len(fragment) == 0


@each_row(
    "expression",
    [
        "/Level",
        "/",
        "//Level",
        "Level/",
        "Since//Datetime",
        "level",
        "Colour",
        "Level/Colour",
        "Level/@colour",
        "x:Level",
        "Level | Name",
        "*",
        "..",
        "Ports[0]",
        "Ports[last()]",
        "count(Ports)",
        "Ports[1][1]",
        "text()",
        "@type",
        "Owner/Address",
        "Name['",
    ],
)
def test_what_goes_beyond(expression: str) -> None:
    assert fault_code(Host().send("Get", expression)) == CANNOT


def test_headers_that_are_refused() -> None:
    host = Host()
    other = host.send("Get", "Level", attributes='Dialect="urn:other"')
    assert fault_code(other) == (500, "w:FragmentDialectNotSupported", "2150858896")
    assert fault_code(host.send("Get", "")) == (500, "w:CannotProcessFilter", "2150858897")
    xpath = 'Dialect="http://www.w3.org/TR/1999/REC-xpath-19991116"'
    assert host.send("Get", "Level", attributes=xpath).status == 200
    for attribute in ('s:mustUnderstand="false"', ""):
        header = f"<w:FragmentTransfer {attribute}>Level</w:FragmentTransfer>"
        data = envelope(f"{TRANSFER}Get", uri=URI, header=header + selectors(Name="a&lt;b"))
        expected = (500, "a:InvalidMessageInformationHeader", "2150858767")
        assert fault_code(ask(host.service, data)) == expected


@each_row(
    ("uri", "action", "expected"),
    [
        (URI, f"{ENUMERATION}Enumerate", ("w:UnsupportedFeature", "2150858871")),
        (URI, f"{TRANSFER}Delete", ("w:UnsupportedFeature", "2150858871")),
        (URI, f"{URI}/Go", ("w:UnsupportedFeature", "2150858871")),
        (
            "http://schemas.microsoft.com/wbem/wsman/1/config/service",
            f"{TRANSFER}Get",
            ("a:ActionNotSupported", "2150858771"),
        ),
        (
            "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
            f"{TRANSFER}Get",
            ("w:UnsupportedFeature", "2150858871"),
        ),
    ],
)
def test_where_there_are_no_fragments(uri: str, action: str, expected: tuple[str, str]) -> None:
    header = '<w:FragmentTransfer s:mustUnderstand="true">Level</w:FragmentTransfer>'
    data = envelope(action, enumerate_body(), uri=uri, header=header)
    assert fault_code(ask(Host().service, data)) == (500, *expected)


@each_row(
    ("expression", "content", "name", "value"),
    [
        ("Level", "<Level>9</Level>", "Level", 9),
        ("Level", f"<q:Level xmlns:q='{URI}'>9</q:Level>", "Level", 9),
        ("Level/text()", "9", "Level", 9),
        ("Ports", "<Ports>1</Ports><Ports>2</Ports>", "Ports", ["1", "2"]),
        ("Ports", "<Ports>1</Ports>", "Ports", ["1"]),
        ("Ports[2]", "<Ports>2</Ports>", "Ports", ["80", "2", "8080-8081"]),
        ("Ports[3]/text()", "3", "Ports", ["80", "443", "3"]),
        ("Note", "<Note>x</Note>", "Note", "x"),
        ("Level", '<Level xsi:nil="true"/>', "Level", None),
    ],
)
def test_put(expression: str, content: str, name: str, value: object) -> None:
    host = Host()
    before = dict(host.part.row)
    reply = host.put(expression, content)
    assert reply.status == 200, reply.text
    assert host.part.row == before | {name: value}
    assert text(reply, ".//s:Header/w:FragmentTransfer") == expression
    assert find(reply, ".//s:Body/w:XmlFragment") is not None


@each_row(
    ("expression", "content", "expected"),
    [
        ("Level", "<Name>9</Name>", INVALID),
        ("Level", "9", INVALID),
        ("Level", "", INVALID),
        ("Level", "<Level>9</Level><Name>x</Name>", INVALID),
        ("Level/text()", "<Level>9</Level>", INVALID),
        ("Level", "<Level>900</Level>", (500, "w:InvalidParameter", "2150858810")),
        (
            "Level",
            "<Level>1</Level><Level>2</Level>",
            (500, "w:SchemaValidationError", "2150858817"),
        ),
        ("Ports[4]", "<Ports>1</Ports>", CANNOT),
        ("Level[1]", "<Level>1</Level>", CANNOT),
        ("Since/Datetime", "<Datetime>2026-02-03T00:00:00Z</Datetime>", CANNOT),
        ("Colour", "<Colour>red</Colour>", CANNOT),
    ],
)
def test_what_cannot_be_put(expression: str, content: str, expected: tuple[int, str, str]) -> None:
    host = Host()
    before = dict(host.part.row)
    assert fault_code(host.put(expression, content)) == expected
    assert host.part.row == before


def test_a_whole_instance_is_no_fragment() -> None:
    body = f"<p:Test_Part xmlns:p='{URI}'><p:Level>9</p:Level></p:Test_Part>"
    reply = Host().send("Put", "Level", body)
    assert fault_code(reply) == (500, "w:SchemaValidationError", "2150858817")


#: What expressions are made of, and what they aren't.
WORDS = "Name Level Ports Since Owner Datetime Colour x: @ text() nil"
SIGNS = "/ // [ ] [1] [2] \" ' = ='7' . * ( ) |"
PIECES = st.sampled_from([*WORDS.split(), *SIGNS.split(), " "])
EXPRESSIONS = st.lists(PIECES, max_size=8).map("".join)


@given(EXPRESSIONS)
def test_any_expression_is_answered_or_refused(expression: str) -> None:
    """And it changes nothing."""
    host = Host()
    before = dict(host.part.row)
    reply = host.send("Get", expression)
    if reply.status == 200:
        assert find(reply, ".//s:Body/w:XmlFragment") is not None
    else:
        assert fault_code(reply)[1] == "w:CannotProcessFilter"
    assert host.part.row == before


@given(st.lists(st.text("ab<&\"' ", min_size=1), min_size=1, max_size=4), st.data())
def test_a_value_of_an_array_is_got_and_put_by_its_place(
    values: list[str], data: st.DataObject
) -> None:
    host = Host()
    host.part.row["Ports"] = list(values)
    place = data.draw(st.integers(1, len(values)))
    got = text(host.send("Get", f"Ports[{place}]/text()"), ".//s:Body/w:XmlFragment")
    assert got == values[place - 1]
    assert host.put(f"Ports[{place}]/text()", "new").status == 200
    assert host.part.row["Ports"] == [*values[: place - 1], "new", *values[place:]]
