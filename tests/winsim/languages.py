# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the languages of Windows: code pages, numbers, and architecture names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """One language version of Windows."""

    tag: str
    #: [MS-LCID], language identifiers.
    lcid: int
    ansi_code_page: str
    oem_code_page: int
    country_code: str
    #: Win32_OperatingSystem.OSArchitecture is localised.
    architecture: str = "64-bit"


LANGUAGES = {
    "en": Language("en-US", 0x0409, "1252", 437, "1"),
    "ja": Language("ja-JP", 0x0411, "932", 932, "81", "64 ビット"),
    "de": Language("de-DE", 0x0407, "1252", 850, "49", "64-Bit"),
}
