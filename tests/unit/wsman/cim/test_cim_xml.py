# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances as XML: what is written reads back equal, what comes is typed by the class."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.cim_xml import (
    InstanceReader,
    check_name,
    read_reference,
    write_instance,
    write_reference,
    write_selectors,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import (
    CimClass,
    CimType,
    CimValue,
    Instance,
    Property,
    Reference,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.document import parse
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    LocalProtocolError,
    RemoteProtocolError,
)
from unit.rows import each_row
from unit.wsman import cim_values
from unit.wsman.recorded import LIMITS

EVERY_TYPE = CimClass(
    "Every",
    "root/test",
    tuple(
        Property(f"{'Many' if array else 'One'}_{each.value}", each, array)
        for each in CimType
        for array in (False, True)
    ),
)
WINDOWS = (
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"'
    ' xmlns:p="urn:class"'
)


def values_of(declared: Property) -> st.SearchStrategy[CimValue]:
    one = cim_values.scalars(declared.type)
    if declared.array:
        return st.one_of(st.none(), st.lists(one, min_size=1, max_size=4).map(tuple))
    return st.one_of(st.none(), one)


def whole_instances() -> st.SearchStrategy[dict[str, CimValue]]:
    return st.fixed_dictionaries(
        {}, optional={each.name: values_of(each) for each in EVERY_TYPE.properties}
    )


def read_back(xml: str, cim_class: CimClass | None = None) -> Instance:
    bound = xml.replace(" ", ' xmlns:a="urn:a" xmlns:w="urn:w" ', 1)
    return InstanceReader(cim_class).read(parse(bound.encode(), LIMITS))


def read(content: str, cim_class: CimClass | None = EVERY_TYPE, tag: str = "p:Every") -> Instance:
    xml = f"<{tag}{WINDOWS}>{content}</{tag}>"
    return InstanceReader(cim_class).read(parse(xml.encode(), LIMITS))


@given(whole_instances())
def test_what_put_and_create_write_reads_back_equal(values: dict[str, CimValue]) -> None:
    xml = write_instance("Every", EVERY_TYPE.resource_uri, values, EVERY_TYPE)
    assert read_back(xml, EVERY_TYPE) == Instance("Every", values)


@given(whole_instances())
def test_what_invoke_writes_reads_back_equal(values: dict[str, CimValue]) -> None:
    xml = write_instance("M_INPUT", "urn:class", values)
    assert read_back(xml, EVERY_TYPE) == Instance("M_INPUT", values)


@given(cim_values.REFERENCES)
def test_a_reference_reads_back_equal(reference: Reference) -> None:
    xml = f'<a:R xmlns:a="urn:a" xmlns:w="urn:w">{write_reference(reference)}</a:R>'
    assert read_reference(parse(xml.encode(), LIMITS)) == reference


def test_values_are_written_in_the_order_given_and_with_the_names_of_the_class() -> None:
    values: dict[str, CimValue] = {"one_STRING": None, "Many_uint8": (1, 2), "One_boolean": True}
    xml = write_instance("Every", EVERY_TYPE.resource_uri, values, EVERY_TYPE)
    assert xml.endswith(
        '><p:One_string xsi:nil="true"/><p:Many_uint8>1</p:Many_uint8>'
        "<p:Many_uint8>2</p:Many_uint8><p:One_boolean>true</p:One_boolean></p:Every>"
    )
    assert xml.startswith(f'<p:Every xmlns:p="{EVERY_TYPE.resource_uri}"')


def test_a_datetime_is_wrapped_and_in_utc() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 600, UTC)
    xml = write_instance("M_INPUT", "urn:class", {"When": moment})
    assert "<p:When><cim:Datetime>2026-01-02T03:04:05.000600Z</cim:Datetime></p:When>" in xml


@each_row(
    ("values", "message"),
    [
        ({"Other": 1}, "Every has no property 'Other'"),
        ({"One_uint8": 256}, r"Every\.One_uint8: 256 is not a uint8"),
        ({"One_uint8": True}, "True is not a uint8"),
        ({"One_uint8": (1,)}, "is an array"),
        ({"Many_uint8": 1}, "1 is not an array"),
        ({"Many_uint8": ()}, "array without elements"),
        ({"Many_uint8": (1, None)}, "element that is NULL"),
        ({"One_string": Reference("urn:x", ())}, "is not a string"),
        ({"One_reference": "x"}, "'x' is not a reference"),
        ({"One_string": "a\x00b"}, r"U\+0000"),
        ({"One_string": Instance("Other", {})}, "is not a string"),
    ],
)
def test_what_is_not_written(values: dict[str, CimValue], message: str) -> None:
    with pytest.raises(LocalProtocolError, match=message):
        write_instance("Every", EVERY_TYPE.resource_uri, values, EVERY_TYPE)


@each_row("name", ["", "a b", "a>", "1a", "a:b", 'a" b="', "名前"])
def test_names_are_checked_before_they_become_markup(name: str) -> None:
    with pytest.raises(LocalProtocolError, match="not a CIM name"):
        check_name(name)
    with pytest.raises(LocalProtocolError, match="not a CIM name"):
        write_instance("M_INPUT", "urn:class", {name: 1})


def test_no_selectors_no_set() -> None:
    assert write_selectors(()) == ""
    assert write_selectors([("Name", "a&b"), ("Empty", "")]) == (
        '<w:SelectorSet><w:Selector Name="Name">a&amp;b</w:Selector>'
        '<w:Selector Name="Empty"></w:Selector></w:SelectorSet>'
    )


def test_null_empty_and_absent_are_three_things() -> None:
    instance = read('<p:One_string xsi:nil="true"/><p:Many_string></p:Many_string>')
    assert instance.values == {"One_string": None, "Many_string": ("",)}
    assert "One_uint8" not in instance.values


def test_arrays() -> None:
    one = read("<p:Many_uint8>7</p:Many_uint8>")
    assert one.values == {"Many_uint8": (7,)}
    null = read('<p:Many_uint8 xsi:nil="true"/>')
    assert null.values == {"Many_uint8": None}
    holed = read('<p:Many_uint8>7</p:Many_uint8><p:Many_uint8 xsi:nil="true"/>')
    assert holed.values == {"Many_uint8": (7, None)}
    apart = read(
        "<p:Many_uint8>1</p:Many_uint8><p:One_uint8>9</p:One_uint8><p:Many_uint8>2</p:Many_uint8>"
    )
    assert apart.values == {"Many_uint8": (1, 2), "One_uint8": 9}


def test_names_are_spelled_as_the_class_spells_them() -> None:
    assert read("<ONE_UINT8>1</ONE_UINT8>").values == {"One_uint8": 1}


def test_unknown_properties_are_text_and_show_their_arrays() -> None:
    instance = read('<p:X>1</p:X><p:Y>a</p:Y><p:Y>b</p:Y><p:Y>c</p:Y><p:Z xsi:nil="1"/>')
    assert instance.values == {"X": "1", "Y": ("a", "b", "c"), "Z": None}


def test_a_fragment_names_no_class() -> None:
    assert read("<One_uint8>1</One_uint8>", tag="w:XmlFragment").class_name is None
    assert read("<One_uint8>1</One_uint8>").class_name == "Every"


@each_row(
    "wrapped",
    [
        "<cim:Datetime>2013-04-15T16:28:47.73517Z</cim:Datetime>",
        "<Datetime>2013-04-15T16:28:47.73517Z</Datetime>",
        "<cim:CIM_DateTime>20130415162847.735170+000</cim:CIM_DateTime>",
        "<cim:CIM_DateTimeString>20130415162847.735170+000</cim:CIM_DateTimeString>",
        "2013-04-15T16:28:47.73517Z",
    ],
)
def test_datetimes_however_they_are_wrapped(wrapped: str) -> None:
    moment = datetime(2013, 4, 15, 16, 28, 47, 735170, UTC)
    instance = read(f"<p:One_datetime>{wrapped}</p:One_datetime>")
    assert instance.values == {"One_datetime": moment}


def test_an_interval() -> None:
    instance = read("<p:One_datetime><cim:Interval>PT90S</cim:Interval></p:One_datetime>")
    assert instance.values == {"One_datetime": timedelta(seconds=90)}


def test_a_datetime_of_an_unknown_property_is_its_text() -> None:
    instance = read("<p:When><cim:Datetime>2013-04-15T16:28:47Z</cim:Datetime></p:When>")
    assert instance.values == {"When": "2013-04-15T16:28:47Z"}


def test_references_in_both_forms() -> None:
    content = (
        "<a:ReferenceParameters><w:ResourceURI>urn:c</w:ResourceURI><w:SelectorSet>"
        '<w:Selector Name="Handle">4</w:Selector></w:SelectorSet></a:ReferenceParameters>'
    )
    reference = Reference("urn:c", (("Handle", "4"),))
    plain = read(f"<p:One_reference><a:Address/>{content}</p:One_reference>")
    assert plain.values == {"One_reference": reference}
    wrapped = read(f"<p:Ref><a:EndpointReference>{content}</a:EndpointReference></p:Ref>")
    assert wrapped.values == {"Ref": reference}


def test_an_embedded_instance() -> None:
    content = '<p:Key xmlns:q="urn:q" xsi:type="q:Person_Type"><q:Age>7</q:Age></p:Key>'
    assert read(content).values == {"Key": Instance("Person", {"Age": "7"})}


@each_row(
    ("content", "message"),
    [
        ("<p:One_uint8>256</p:One_uint8>", r"has '256' for Every\.One_uint8.* not a uint8"),
        ("<p:One_uint8></p:One_uint8>", r"has '' for Every\.One_uint8"),
        ("<p:One_boolean>maybe</p:One_boolean>", "not a boolean"),
        ("<p:One_datetime><cim:Datetime>never</cim:Datetime></p:One_datetime>", "not a datetime"),
        ("<p:One_uint8><p:X/></p:One_uint8>", "not a uint8"),
        ("<p:One_uint8><p:Datetime>1</p:Datetime><p:X/></p:One_uint8>", "not a uint8"),
        (
            "<p:One_uint8>1</p:One_uint8><p:one_UINT8>2</p:one_UINT8>",
            "not an array, more than once",
        ),
        ("<p:One_reference>Win32_Process.Handle=4</p:One_reference>", "not a reference"),
        ("<p:One_reference><a:ReferenceParameters/></p:One_reference>", "without a resource URI"),
        (f"<p:One_uint8>{'9' * 10_000}</p:One_uint8>", "'9{59}…' for"),
    ],
)
def test_what_is_not_believed(content: str, message: str) -> None:
    with pytest.raises(RemoteProtocolError, match=message) as raised:
        read(content)
    assert len(str(raised.value)) < 400
