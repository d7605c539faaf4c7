# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The languages of the collection, and one text in each of them. `words.languages` offers these
names too."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Text(NamedTuple):
    """One text in each language. A placeholder is a name in braces; each language has the same."""

    en: str
    ja: str


def language_of(given: object) -> Language:
    """The language that an option or a report names; English if it names no known one."""
    return "ja" if given == "ja" else "en"
