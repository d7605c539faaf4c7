# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM values as text and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from unit.rows import each_row
from winsim.cim import Scalar
from winsim.values import datetime_text, parse_scalar, scalar_text, write_property


@each_row(
    ("value", "text"),
    [
        (datetime(2013, 4, 15, 16, 28, 47, 735170, UTC), "2013-04-15T16:28:47.73517Z"),
        (datetime(2013, 4, 15, 20, 28, 21, 85000, UTC), "2013-04-15T20:28:21.085Z"),
        (datetime(2013, 3, 9, 2, 57, 30, tzinfo=UTC), "2013-03-09T02:57:30Z"),
        (datetime(2013, 3, 9, 9, tzinfo=timezone(timedelta(hours=9))), "2013-03-09T00:00:00Z"),
    ],
)
def test_dates_are_written_in_utc_and_as_short_as_they_are(value: datetime, text: str) -> None:
    assert datetime_text(value) == text
    assert parse_scalar(text, "datetime") == value


@each_row(
    ("text", "cim_type", "value"),
    [
        ("255", "uint8", 255),
        ("-128", "sint8", -128),
        ("18446744073709551615", "uint64", 2**64 - 1),
        ("TRUE", "boolean", True),
        ("0", "boolean", False),
        (" text ", "string", " text "),
        ("2026-01-02T03:04:05", "datetime", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ],
)
def test_text_of_a_type(text: str, cim_type: str, value: Scalar) -> None:
    assert parse_scalar(text, cim_type) == value


@each_row(
    ("text", "cim_type"),
    [("256", "uint8"), ("-1", "uint32"), ("1.5", "sint32"), ("", "uint16"), ("ja", "boolean")],
)
def test_text_that_is_none(text: str, cim_type: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        parse_scalar(text, cim_type)


def test_truth_is_no_number() -> None:
    assert (scalar_text(True), scalar_text(1), scalar_text(False)) == ("true", "1", "false")


@each_row(
    ("value", "cim_type", "xml"),
    [
        (None, "string", '<p:X xsi:nil="true"/>'),
        ("", "string", "<p:X></p:X>"),
        ("a<b & 'c'", "string", "<p:X>a&lt;b &amp; &apos;c&apos;</p:X>"),
        ("\x00\x1b\ufffe", "string", "<p:X>???</p:X>"),
        (["a", None, "b"], "string", "<p:X>a</p:X><p:X>b</p:X>"),
        ([], "string", ""),
        ("P1DT2H", "datetime", "<p:X><cim:Interval>P1DT2H</cim:Interval></p:X>"),
    ],
)
def test_properties(value: Scalar | list[Scalar], cim_type: str, xml: str) -> None:
    assert write_property("X", value, "p:", "cim:", cim_type) == xml
