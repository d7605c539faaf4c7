# SPDX-License-Identifier: GPL-3.0-or-later
"""CIM values as text, type by type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from math import inf, isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.cim_text import (
    READERS,
    check_type,
    to_text,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import (
    CimScalar,
    CimType,
    Reference,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    LocalProtocolError,
)
from unit.rows import each_row
from unit.wsman import cim_values

JST = timezone(timedelta(hours=9))


def from_text(text: str, cim_type: CimType) -> CimScalar:
    """The value of a type that a text stands for."""
    return READERS[cim_type](text)


@each_row(
    ("cim_type", "text", "value"),
    [
        (CimType.BOOLEAN, "true", True),
        (CimType.BOOLEAN, "FALSE", False),
        (CimType.BOOLEAN, " True ", True),
        (CimType.BOOLEAN, "0", False),
        (CimType.UINT32, "4294967295", 2**32 - 1),
        (CimType.UINT16, "  00080 ", 80),
        (CimType.UINT8, "+7", 7),
        (CimType.SINT8, "-128", -128),
        (CimType.REAL64, "64.6464", 64.6464),
        (CimType.REAL32, "-1e3", -1000.0),
        (CimType.REAL64, "-INF", -inf),
        (CimType.STRING, " kept ", " kept "),
    ],
)
def test_reading(cim_type: CimType, text: str, value: CimScalar) -> None:
    read = from_text(text, cim_type)
    assert read == value
    assert type(read) is type(value)


def test_reading_not_a_number() -> None:
    value = from_text("NaN", CimType.REAL64)
    assert isinstance(value, float)
    assert isnan(value)


@each_row(
    ("cim_type", "text"),
    [
        (CimType.BOOLEAN, ""),
        (CimType.BOOLEAN, "yes"),
        (CimType.UINT32, ""),
        (CimType.UINT32, "1_000"),
        (CimType.UINT32, "１２"),
        (CimType.UINT32, "²"),
        (CimType.UINT32, "0x10"),
        (CimType.UINT32, "1.0"),
        (CimType.SINT32, "- 1"),
        (CimType.REAL64, "1_0.0"),
        (CimType.REAL64, "infinity"),
        (CimType.REAL32, "3.5e38"),
        (CimType.REFERENCE, "Win32_Process.Handle=4"),
        (CimType.DATETIME, ""),
        (CimType.DATETIME, "2013-04-15"),
        (CimType.DATETIME, "2013-02-30T00:00:00Z"),
        (CimType.DATETIME, "0000-01-01T00:00:00Z"),
        (CimType.DATETIME, "2013-04-15T25:00:00Z"),
        (CimType.DATETIME, "2013-04-15T16:28:43.Z"),
        (CimType.DATETIME, "2013-04-15T16:28:43+99:00"),
        (CimType.DATETIME, "P"),
        (CimType.DATETIME, "PT"),
        (CimType.DATETIME, "P1Y"),
        (CimType.DATETIME, "99999999235959.999999:001"),
        (CimType.DATETIME, "P999999999DT999999999H"),
    ],
)
def test_what_is_no_text_of_the_type(cim_type: CimType, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the caller's to give
        from_text(text, cim_type)


@pytest.mark.sweep
@each_row("cim_type", [each for each in CimType if each is not CimType.STRING])
@each_row("start", ["", "-", "1.", "1e", "P", "2013-04-15T16:28:47."])
def test_endless_digits_are_refused_without_backtracking(cim_type: CimType, start: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        from_text(f"{start}{'1' * 1_000_000}x", cim_type)


@each_row("cim_type", cim_values.RANGES)
def test_the_bounds_of_each_integer(cim_type: CimType) -> None:
    smallest, largest = cim_values.RANGES[cim_type]
    for inside in (smallest, largest):
        assert from_text(str(inside), cim_type) == inside
        assert to_text(inside) == str(inside)
        check_type(inside, cim_type)
    for outside in (smallest - 1, largest + 1):
        with pytest.raises(ValueError):  # noqa: PT011
            from_text(str(outside), cim_type)
        with pytest.raises(LocalProtocolError, match=cim_type.value):
            check_type(outside, cim_type)


@each_row(
    ("text", "value"),
    [
        ("2013-03-09T02:57:32Z", datetime(2013, 3, 9, 2, 57, 32, tzinfo=UTC)),
        ("2013-04-15T16:28:47.73517Z", datetime(2013, 4, 15, 16, 28, 47, 735170, UTC)),
        ("2013-04-29T11:43:11.203125-07:00", datetime(2013, 4, 29, 18, 43, 11, 203125, UTC)),
        ("2010-07-14T11:35:11.900675-00:07", datetime(2010, 7, 14, 11, 42, 11, 900675, UTC)),
        ("2026-01-02T03:04:05+09:00", datetime(2026, 1, 2, 3, 4, 5, tzinfo=JST)),
        ("2026-01-02T03:04:05", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("20130415162847.735170+000", datetime(2013, 4, 15, 16, 28, 47, 735170, UTC)),
        ("19990929195959.000000-420", datetime(1999, 9, 30, 2, 59, 59, tzinfo=UTC)),
        ("20130415162847.******+540", datetime(2013, 4, 15, 16, 28, 47, tzinfo=JST)),
        ("00000001132312.125000:000", timedelta(1, 48_192, 125_000)),
        ("P1DT13H23M12.125S", timedelta(1, 48_192, 125_000)),
        ("PT7200.000S", timedelta(hours=2)),
        ("-P3D", timedelta(days=-3)),
    ],
)
def test_reading_datetimes_and_intervals(text: str, value: datetime | timedelta) -> None:
    read = from_text(f" {text}\n", CimType.DATETIME)
    assert read == value
    if isinstance(read, datetime):
        # One moment has one text, in whatever zone a host tells it.
        assert read.utcoffset() == timedelta(0)


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.integers(0, 9),
    st.sampled_from(["Z", "+00:00", "-00:00"]),
)
def test_fractions_of_any_length(moment: datetime, digits: int, zone: str) -> None:
    nanoseconds = f"{moment.microsecond:06}999"
    fraction = f".{nanoseconds[:digits]}" if digits else ""
    kept = int(nanoseconds[: min(digits, 6)].ljust(6, "0"))
    text = f"{moment.replace(microsecond=0, tzinfo=None).isoformat()}{fraction}{zone}"
    assert from_text(text, CimType.DATETIME) == moment.replace(microsecond=kept)


@each_row(
    "text",
    [
        "99991231235959.000000-001",
        "00010101000000.000000+001",
        "99991231200000.000000-720",
        "9999-12-31T23:59:59-00:01",
        "0001-01-01T00:00:00+14:00",
        "00000101000000.000000+000",
        "10000-01-01T00:00:00Z",
        "20260101000000.000000+999999999",
        "2026-13-01T00:00:00Z",
    ],
)
def test_a_datetime_that_has_no_year_of_ours_in_utc_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        from_text(text, CimType.DATETIME)


_ZONES = st.sampled_from(["Z", "+14:00", "-14:00", "+00:01", "-23:59", "+720", "-720", "+999"])


@given(
    st.sampled_from(["0000", "0001", "1601", "2026", "9998", "9999"]),
    st.sampled_from(["0101", "0229", "1231", "1301"]),
    st.sampled_from(["000000", "235959", "240000"]),
    _ZONES,
)
def test_whoever_reads_a_datetime_can_work_with_it(
    year: str, day: str, time: str, zone: str
) -> None:
    for text in (
        f"{year}{day}{time}.000000{zone}",
        f"{year}-{day[:2]}-{day[2:]}T{time[:2]}:{time[2:4]}:{time[4:]}{zone}",
    ):
        try:
            moment = from_text(text, CimType.DATETIME)
        except ValueError:
            continue
        assert isinstance(moment, datetime)
        assert moment.astimezone(UTC).isoformat()
        assert moment.astimezone(UTC).ctime()
        assert to_text(moment).endswith("Z")
        assert moment < datetime.max.replace(tzinfo=UTC) or moment == moment.astimezone(UTC)


@given(st.data())
def test_a_value_reads_back_equal(data: st.DataObject) -> None:
    cim_type = data.draw(
        st.sampled_from([each for each in CimType if each is not CimType.REFERENCE])
    )
    value = data.draw(cim_values.scalars(cim_type))
    check_type(value, cim_type)
    assert from_text(to_text(value), cim_type) == value


@each_row(
    ("value", "cim_type"),
    [
        (True, CimType.UINT8),
        (1, CimType.BOOLEAN),
        ("80", CimType.UINT16),
        (80, CimType.STRING),
        (1, CimType.REAL32),
        (3.5e38, CimType.REAL32),
        ("2026-01-02T03:04:05Z", CimType.DATETIME),
        ("Win32_Process.Handle=4", CimType.REFERENCE),
        (None, CimType.STRING),
    ],
)
def test_what_is_not_of_a_type(value: CimScalar, cim_type: CimType) -> None:
    with pytest.raises(LocalProtocolError, match=f"is not a {cim_type.value}"):
        check_type(value, cim_type)


@each_row(
    "value",
    [
        datetime(2026, 1, 2),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))),
        timedelta(seconds=-1),
        timedelta(days=100_000_000),
        None,
        Reference("urn:x", ()),
    ],
)
def test_what_has_no_text(value: CimScalar) -> None:
    with pytest.raises(LocalProtocolError):
        to_text(value)
