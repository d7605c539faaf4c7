# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text of a target on its way to a person."""

from __future__ import annotations

import re

#: A character that can't be seen as what it is: a terminal obeys it, it reverses the order of
#: others, it has no width, or it is half of a character. Tab and line feed are excluded. (Unicode
#: Standard, categories Cc, Zl, Zp and Cs; "Unicode Bidirectional Algorithm", 2; property
#: Default_Ignorable_Code_Point of DerivedCoreProperties.txt; tags and interlinear annotation, 23.8
#: and 23.9; and two blank symbols.) A variation selector is visible where it chooses the form of
#: the character before it: an ideograph, as in Japanese names, a symbol or a keycap
#: (StandardizedVariants.txt, emoji-variation-sequences.txt).
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "(?<![\xa9\xae\u203c-\u3299\U0001f000-\U0001faff][\ufe00-\ufe0f])(?<![0-9#*]\ufe0f(?=\u20e3))"
    "(?<![\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][\ufe00-\ufe0f\U000e0100-\U000e01ef])"
)
# Control characters, and halves of characters, which no output can represent.
_DROPPED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def for_display(text: str, limit: int = 300) -> str:
    """Text that a target sent, safe for a message: one line without invisible characters, at most
    `limit` characters long.

    White space becomes single blanks. Control characters, which a terminal would obey, are dropped.
    Other characters that can't be seen as what they are (they reorder text, or have no width)
    become escapes (``\\u202e``), so that two different names look different. An ellipsis replaces
    what was cut off.
    """
    # White space and control characters are dropped below, so look at more than will be shown, but
    # not at all of a text that may be megabytes long.
    head = text[: limit * 8]
    line = " ".join(head.split())
    if not line.isascii() or not line.isprintable():
        # A dropped character may have been between two blanks, or after the last one.
        line = " ".join(_DROPPED.sub("", line).split())
        line = UNSEEN.sub(lambda found: escaped(found[0]), line)
        if not line.isprintable():
            line = "".join(each if each.isprintable() else escaped(each) for each in line)
    if len(line) > limit or len(text) > len(head):
        return line[: limit - 1] + "…"
    return line


def in_full(text: str) -> str:
    """Text that a target sent, in a result that has to be complete: nothing is cut off, and blanks
    stay. Characters that can't be seen as what they are become escapes."""
    shown = UNSEEN.sub(lambda found: escaped(found[0]), text)
    if shown.isprintable():
        return shown
    return "".join(each if each.isprintable() else escaped(each) for each in shown)


def escaped(character: str) -> str:
    """A character as YAML, and up to U+FFFF also JSON, writes it between double quotes."""
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
