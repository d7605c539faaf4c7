# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces of text that mean something to somebody: to a terminal, a browser, a spreadsheet, Jinja,
YAML, cmd.exe, a regular expression, or a parser of this collection."""

from __future__ import annotations

from hypothesis import strategies as st

#: Harmless in itself, and harmful wherever it is not taken as data.
HOSTILE = (
    "\x1b[31mred\x1b]0;title\x07",
    "\x9b31mred\x7f\x00",
    "{{ 6*7 }}",
    "{% if true %}42{% endif %}",
    "!unsafe '{{ 6*7 }}'",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://192.0.2.1")',
    "\u202eexe.txt\u2066",
    "\ud800",
    "' OR '1'='1",
    "%PATH% & echo x",
    "日本語のテキスト",
    "a\u2028b\u0085c\r\nd",
    "\\0\\x41\\u0041",
    "x" * 5_000,
)
NUMBERS = (
    *("0", "1", "4", "80", "65535", "65536", "-1", "+1", "4294967295", "4294967296"),
    *("18446744073709551616", "9" * 400, "1_000", "٤", "８０", "0x50", "1e400", "1.5", "NaN"),
)
VALUES = (
    *("", " ", "true", "TRUE", "false", "2012-07-26T01:02:03Z", "2026-02-30T25:61:61Z"),
    *("20260101000000.000000+540", "00000001000000.000000:000", "9999-12-31T23:59:59.9+14:00"),
    *("P1DT2H", "P", "0.0.0.0", "::", "fe80::1%12", "::ffff:1.2.3.4", "1.2.3.4.5", "QUJD", "===="),
)

hostile = st.sampled_from(HOSTILE)
values = st.one_of(
    st.sampled_from(VALUES),
    st.sampled_from(NUMBERS),
    hostile,
    st.text(max_size=20),
    st.integers(0, 70_000).map(str),
)


@st.composite
def mutated(draw: st.DrawFn, originals: st.SearchStrategy[str], words: tuple[str, ...] = ()) -> str:
    """A text with some of its lines or words cut out, doubled, moved, replaced or run together."""
    text = draw(originals)
    for _unused in range(draw(st.integers(0, 4))):
        unit = draw(st.sampled_from(["\n", " ", "|", ""]))
        parts = text.split(unit) if unit else list(text[:20_000])
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(parts))] * 2)))
        given = bool(words) and draw(st.booleans())
        piece = draw(st.sampled_from(words) if given else values)
        change = draw(st.sampled_from(["cut", "double", "replace", "insert", "join"]))
        middle = {
            "cut": [],
            "double": parts[start:end] * 2,
            "replace": [piece],
            "insert": [piece, *parts[start:end]],
            "join": ["".join(parts[start:end])],
        }[change]
        text = unit.join([*parts[:start], *middle, *parts[end:]])[:100_000]
    return text
