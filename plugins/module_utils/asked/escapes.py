# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Characters that nobody has typed: a backslash and a letter, as in a path of Windows, become one
in text written as key=value, which Ansible decodes, and between the double quotes of YAML and JSON.
"""

from __future__ import annotations

from ..words.phrases import Phrase, Sentences, in_turn

_LETTERS = dict(zip("\a\b\t\n\v\f\r", "abtnvfr", strict=True))


def code(character: str) -> str:
    """A character that can't be shown, by its number in Unicode."""
    return f"U+{ord(character):04X}"


def refused(problem: Phrase, character: str) -> Sentences:
    """Why a character is refused and, if a backslash may have made it, what to write instead."""
    letter = _LETTERS.get(character)
    made = Phrase("argument.escape", {"letter": letter}) if letter else None
    return in_turn(problem, made)
