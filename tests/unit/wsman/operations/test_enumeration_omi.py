# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of another implementation of the protocol, as typed values."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import (
    CimClass,
    CimType,
    Instance,
    Property,
    Reference,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations import enumeration
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.enumeration import (
    Page,
)
from unit.wsman.recorded import LIMITS, answered, sample

SMALL_NUMBER = CimClass(
    "X_SmallNumber",
    "root/test",
    (Property("Number", CimType.UINT64, key=True), Property("SpelledNumber", CimType.STRING)),
)
ALL_TYPES = CimClass(
    "X_SingletonWithAllTypes",
    "test/c",
    tuple(
        Property(name + ("A" if array else ""), cim_type, array)
        for name, cim_type in {
            "b": CimType.BOOLEAN,
            "u8": CimType.UINT8,
            "s8": CimType.SINT8,
            "u16": CimType.UINT16,
            "s16": CimType.SINT16,
            "u32": CimType.UINT32,
            "s32": CimType.SINT32,
            "u64": CimType.UINT64,
            "s64": CimType.SINT64,
            "r32": CimType.REAL32,
            "r64": CimType.REAL64,
            "dt": CimType.DATETIME,
            "s": CimType.STRING,
            "c16": CimType.UINT16,  # OMI writes a char16 as the number of its code unit
        }.items()
        for array in (False, True)
    ),
)


def page_of(name: str, cim_class: CimClass | None = None) -> Page:
    data = sample(name)
    return enumeration.read_page(data, answered(data), cim_class, LIMITS)


def test_omi_all_types() -> None:
    page = page_of("omi/all_types_c_response.xml", ALL_TYPES)
    assert page.end
    assert page.context is None  # there is one, but the sequence is at its end
    (instance,) = page.items
    assert instance.class_name == "X_SingletonWithAllTypes"
    values = dict(instance.values)
    four = values.pop("fourObjects")
    single = values.pop("objectSingle")
    assert values.pop("person") == Instance(
        "MSFT_Person",
        {"Key": "7", "Species": None, "Last": "Smith", "First": "John", "ExpensiveProperty": None},
    )
    assert isinstance(four, tuple)
    ids = [each.values["id"] for each in four if isinstance(each, Instance)]
    assert ids == ["9001", "9002", "9003", "9004"]
    assert isinstance(single, Instance)
    assert single.class_name == "X_TestObject"
    west = timezone(timedelta(minutes=-7))
    assert values == {
        "id": "1",
        "b": True,
        "u8": 172,
        "s8": -123,
        "u16": 1745,
        "s16": -1746,
        "u32": 17567,
        "s32": -17568,
        "u64": 18446744073709551613,
        "s64": -9223372036854775805,
        "r32": 32.3199996948242,
        "r64": 64.6464,
        "dt": datetime(2010, 7, 14, 11, 35, 11, 900675, west),
        "s": "string value",
        "c16": 1044,
        "bA": (True, False),
        "u8A": (0, 255, 128),
        "s8A": (0, -128, 127),
        "u16A": (0, 64000),
        "s16A": (0, -1216, 258),
        **dict.fromkeys(("u32A", "s32A", "u64A", "s64A", "r32A", "r64A", "dtA", "sA")),
        "c16A": (38, 9, 60),
        "objectsArray": None,
    }


def test_omi_pages() -> None:
    first = page_of("omi/wql_paged_1_response.xml", SMALL_NUMBER)
    second = page_of("omi/wql_paged_2_response.xml", SMALL_NUMBER)
    assert [each.values["Number"] for each in first.items] == [0, 2, 4, 6, 8]
    assert [each.values["SpelledNumber"] for each in second.items] == ["ten", "twelve", "fourteen"]
    assert (first.context, second.context) == ("1215496192", "1215496192")
    assert not first.end
    assert not second.end
    assert first.items[0] == Instance(
        "X_SmallNumber", {"Description": None, "Number": 0, "SpelledNumber": "zero"}
    )


def test_omi_empty_and_projected() -> None:
    empty = page_of("omi/wql_empty_response.xml", SMALL_NUMBER)
    assert empty == Page((), None, True)
    projected = page_of("omi/wql_projected_response.xml", SMALL_NUMBER)
    assert [each.values["Number"] for each in projected.items] == list(range(20))
    assert {each.class_name for each in projected.items} == {"X_SmallNumber"}
    assert projected.end


def test_omi_objects_with_their_references() -> None:
    page = page_of("omi/epr_mode_response.xml")
    uri = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_President"
    assert page.items == (
        Instance(
            "MSFT_President",
            {"Key": "1", "First": "George", "Last": "Washington"},
            Reference(uri, (("Key", "1"),)),
        ),
        Instance(
            "MSFT_President",
            {"Key": "2", "First": "John", "Last": "Adams"},
            Reference(uri, (("Key", "2"),)),
        ),
    )
    assert page.context == "3618308097"
