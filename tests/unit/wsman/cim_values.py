# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of every CIM type, for properties that hold for all of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import (
    CimScalar,
    CimType,
    Reference,
)

BITS = {
    CimType.UINT8: (0, 8),
    CimType.UINT16: (0, 16),
    CimType.UINT32: (0, 32),
    CimType.UINT64: (0, 64),
    CimType.SINT8: (1, 8),
    CimType.SINT16: (1, 16),
    CimType.SINT32: (1, 32),
    CimType.SINT64: (1, 64),
}
RANGES = {
    cim_type: (-signed * 2 ** (bits - 1), 2 ** (bits - signed) - 1)
    for cim_type, (signed, bits) in BITS.items()
}


#: What XML 1.0 can carry, with what has gone wrong elsewhere drawn more often.
TEXT = st.one_of(
    st.text(
        st.characters(codec="utf-8").filter(
            lambda each: each in "\t\n\r" or (each >= " " and each not in "\ufffe\uffff")
        )
    ),
    st.sampled_from(
        [
            "",
            " ",
            "\r\n",
            "日本語の規則",
            "%PATH%",
            "a & b",
            "<x>",
            "]]>",
            "'\"",
            "  kept  ",
            "\t",
            "&#13;",
        ]
    ),
)
REFERENCES = st.builds(
    Reference,
    st.just("http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Process"),
    st.lists(st.tuples(st.sampled_from(["Handle", "Name"]), TEXT), max_size=2).map(tuple),
)


def scalars(cim_type: CimType) -> st.SearchStrategy[CimScalar]:
    """Values that a property of the type may have; NaN is left out, as it equals nothing."""
    if cim_type in RANGES:
        return st.integers(*RANGES[cim_type])
    offsets = st.integers(-14 * 60, 14 * 60).map(lambda each: timezone(timedelta(minutes=each)))
    moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=offsets)
    intervals = st.timedeltas(timedelta(0), timedelta(days=99_999_999))
    strategies: dict[CimType, st.SearchStrategy[CimScalar]] = {
        CimType.BOOLEAN: st.booleans(),
        CimType.REAL32: st.floats(width=32, allow_nan=False),
        CimType.REAL64: st.floats(allow_nan=False),
        CimType.STRING: TEXT,
        CimType.DATETIME: st.one_of(moments, intervals),
        CimType.REFERENCE: REFERENCES,
    }
    return strategies[cim_type]
