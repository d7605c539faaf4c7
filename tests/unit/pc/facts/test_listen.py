# SPDX-License-Identifier: GPL-3.0-or-later
"""How the times of tcp_listen are written."""

from __future__ import annotations

from datetime import UTC, datetime

from ansible_collections.portkeeper.windows.plugins.module_utils.pc.facts.listen import uformat
from unit.rows import each_row

MORNING = datetime(2021, 11, 8, 5, 7, 42, tzinfo=UTC)
EVENING = datetime(2021, 11, 28, 15, 27, 42, tzinfo=UTC)


# What Windows PowerShell 5.1 writes, by the table of Get-Date in Microsoft's documentation.
@each_row(
    ("pattern", "morning", "evening"),
    [
        ("%c", "Mon Nov  8 05:07:42 2021", "Sun Nov 28 15:27:42 2021"),
        ("%Y", "2021", "2021"),
        ("%Y-%m-%d %T", "2021-11-08 05:07:42", "2021-11-28 15:27:42"),
        ("+%y%m%d", "211108", "211128"),
        ("%A, %d %B", "Monday, 08 November", "Sunday, 28 November"),
        ("%a %e %b %h", "Mon  8 Nov Nov", "Sun 28 Nov Nov"),
        ("%C %G %g", "20 2021 21", "20 2021 21"),
        ("%D %x", "11/08/21 11/08/21", "11/28/21 11/28/21"),
        ("%H %k %I %l %M %S", "05 05 05 05 07 42", "15 15 03 03 27 42"),
        ("%R %X", "05:07 05:07:42", "15:27 15:27:42"),
        ("%r %p", "05:07:42 AM AM", "03:27:42 PM PM"),
        ("%j %w %u", "312 1 1", "332 0 0"),
        ("%U %V %W", "44 45 44", "47 48 47"),
        ("%s %Z", "1636348062 +00", "1638113262 +00"),
        ("a%nb%tc", "a\nb\tc", "a\nb\tc"),
        # What is no pattern stays as it is.
        ("yyyy", "yyyy", "yyyy"),
        ("100%% %q %", "100% q %", "100% q %"),
        ("{0:HH} {x}", "{0:HH} {x}", "{0:HH} {x}"),
    ],
)
def test_the_parts_of_a_format(pattern: str, morning: str, evening: str) -> None:
    assert uformat(MORNING, pattern) == morning
    assert uformat(EVENING, pattern) == evening


@each_row(
    ("hour", "written"), [(0, "12 AM"), (1, "01 AM"), (11, "11 AM"), (12, "12 PM"), (13, "01 PM")]
)
def test_hours_of_twelve(hour: int, written: str) -> None:
    assert uformat(MORNING.replace(hour=hour), "%I %p") == written
