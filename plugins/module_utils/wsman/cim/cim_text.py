# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CIM values as text in XML, for each type, in both directions (DSP0230, 6.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from math import inf
from typing import Final, NoReturn

from ...ground.names import ascii_lower
from ..soap.errors import LocalProtocolError
from .objects import CimScalar, CimType, Reference

_INTEGER_RANGES: Final = {
    CimType.UINT8: (0, 2**8 - 1),
    CimType.UINT16: (0, 2**16 - 1),
    CimType.UINT32: (0, 2**32 - 1),
    CimType.UINT64: (0, 2**64 - 1),
    CimType.SINT8: (-(2**7), 2**7 - 1),
    CimType.SINT16: (-(2**15), 2**15 - 1),
    CimType.SINT32: (-(2**31), 2**31 - 1),
    CimType.SINT64: (-(2**63), 2**63 - 1),
}
_PYTHON_TYPES: Final[dict[CimType, type | tuple[type, ...]]] = {
    **dict.fromkeys(_INTEGER_RANGES, int),
    CimType.BOOLEAN: bool,
    CimType.REAL32: float,
    CimType.REAL64: float,
    CimType.STRING: str,
    CimType.DATETIME: (datetime, timedelta),
    CimType.REFERENCE: Reference,
}
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,30}")
_REAL: Final = re.compile(
    r"[+-]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,4})?|-?INF|NaN"
)
_LARGEST_REAL32: Final = 3.4028234663852886e38

#: xs:dateTime (XML Schema part 2, 3.2.7). The length of the fraction varies from answer to answer.
_XML_DATETIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)
#: The two forms of the CIM type itself (DSP0004, 5.2.4): a time stamp with its offset from UTC in
#: minutes, and an interval as days, hours, minutes and seconds.
_CIM_TIMESTAMP: Final = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})\.([0-9*]{6})([+-][0-9]{3})"
)
_CIM_INTERVAL: Final = re.compile(r"([0-9]{8})([0-9]{2})([0-9]{2})([0-9]{2})\.([0-9*]{6}):000")
#: xs:duration without years and months, whose length varies (XML Schema part 2, 3.2.6).
_XML_DURATION: Final = re.compile(
    r"(-)?P(?=[0-9T])(?:([0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.([0-9]+))?S)?)?"
)


def to_text(value: CimScalar) -> str:
    """The text of a value, according to its Python type.

    Raises LocalProtocolError for a value that has no text (None, references and instances are
    elements instead) and for a datetime without a zone.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return repr(value).replace("inf", "INF").replace("nan", "NaN")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return _datetime_to_text(value)
    if isinstance(value, timedelta):
        return _interval_to_text(value)
    raise LocalProtocolError("request.no_text", value=repr(value))


def check_type(value: CimScalar, cim_type: CimType) -> None:
    """Raise LocalProtocolError for a value that is not of a type, or out of the type's range."""
    right_type = isinstance(value, _PYTHON_TYPES[cim_type]) and (
        isinstance(value, bool) == (cim_type is CimType.BOOLEAN)
    )
    if not right_type or (isinstance(value, (int, float)) and not _in_range(value, cim_type)):
        raise LocalProtocolError("request.wrong_type", value=repr(value), type=cim_type.value)


def _in_range(number: float, cim_type: CimType) -> bool:
    if cim_type in _INTEGER_RANGES:
        smallest, largest = _INTEGER_RANGES[cim_type]
        return smallest <= number <= largest
    return cim_type is not CimType.REAL32 or not _LARGEST_REAL32 < abs(number) < inf


def _datetime_to_text(value: datetime) -> str:
    if value.tzinfo is None:
        raise LocalProtocolError("request.no_time_zone", value=repr(value))
    try:
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    except OverflowError as error:
        raise LocalProtocolError("request.outside_years", value=repr(value)) from error


def _interval_to_text(value: timedelta) -> str:
    if value < timedelta(0) or value.days > 99_999_999:
        raise LocalProtocolError("request.no_interval", value=repr(value))
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{value.days:08}{hours:02}{minutes:02}{seconds:02}.{value.microseconds:06}:000"


def _boolean(text: str) -> bool:
    value = _BOOLEANS.get(ascii_lower(text.strip()))
    if value is None:
        raise ValueError(text)
    return value


def _integer(cim_type: CimType) -> Callable[[str], int]:
    smallest, largest = _INTEGER_RANGES[cim_type]

    def read(text: str) -> int:
        # Nearly all values are plain digits, tens of thousands of them; int() alone would also
        # accept 1_000 and digits of other scripts.
        if not (text.isdigit() and text.isascii() and len(text) <= 20):
            text = text.strip()
            if not _INTEGER.fullmatch(text):
                raise ValueError(text)
        number = int(text)
        if not smallest <= number <= largest:
            raise ValueError(text)
        return number

    return read


def _real(cim_type: CimType) -> Callable[[str], float]:
    def read(text: str) -> float:
        text = text.strip()
        if not _REAL.fullmatch(text):
            raise ValueError(text)
        number = float(text)
        if not _in_range(number, cim_type):
            raise ValueError(text)
        return number

    return read


def _microseconds(fraction: str | None) -> int:
    """Digits after the decimal point as microseconds; finer ones are cut off, `*` means unknown."""
    return int(((fraction or "") + "000000")[:6].replace("*", "0"))


def _datetime(text: str) -> datetime | timedelta:
    text = text.strip()
    try:
        if found := _XML_DATETIME.fullmatch(text):
            *parts, fraction, zone = found.groups()
            return _aware(parts, fraction, _offset_minutes(zone))
        if found := _CIM_TIMESTAMP.fullmatch(text):
            *parts, fraction, offset = found.groups()
            return _aware(parts, fraction, int(offset))
        if found := _CIM_INTERVAL.fullmatch(text):
            days, hours, minutes, seconds, fraction = found.groups()
            return _interval(days, hours, minutes, seconds, fraction)
        if found := _XML_DURATION.fullmatch(text):
            sign, days, hours, minutes, seconds, fraction = found.groups()
            interval = _interval(days, hours, minutes, seconds, fraction)
            return -interval if sign else interval
    except OverflowError as error:
        raise ValueError(text) from error
    raise ValueError(text)


def _offset_minutes(zone: str | None) -> int:
    """The offset of xs:dateTime; UTC if there is none, as WMI interprets a time without a zone."""
    if zone is None or zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes


def _aware(parts: list[str], fraction: str | None, offset_minutes: int) -> datetime:
    year, month, day, hour, minute, second = map(int, parts)
    if not offset_minutes:
        return datetime(year, month, day, hour, minute, second, _microseconds(fraction), tzinfo=UTC)
    zone = timezone(timedelta(minutes=offset_minutes))
    moment = datetime(year, month, day, hour, minute, second, _microseconds(fraction), tzinfo=zone)
    # One moment has one text, in whatever zone a host tells it. Raises OverflowError where its year
    # would be outside Python's range.
    return moment.astimezone(UTC)


def _interval(*parts: str | None) -> timedelta:
    days, hours, minutes, seconds, fraction = parts
    return timedelta(
        days=int(days or 0),
        hours=int(hours or 0),
        minutes=int(minutes or 0),
        seconds=int(seconds or 0),
        microseconds=_microseconds(fraction),
    )


def _no_text(text: str) -> NoReturn:
    raise ValueError(text)  # a reference is an element, never text


#: How the text of each type is read; a reader raises ValueError for any other text.
READERS: Final[dict[CimType, Callable[[str], CimScalar]]] = {
    CimType.BOOLEAN: _boolean,
    CimType.REAL32: _real(CimType.REAL32),
    CimType.REAL64: _real(CimType.REAL64),
    CimType.STRING: str,
    CimType.DATETIME: _datetime,
    CimType.REFERENCE: _no_text,
    **{each: _integer(each) for each in _INTEGER_RANGES},
}
