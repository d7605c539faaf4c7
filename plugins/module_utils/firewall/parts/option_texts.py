# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of a firewall rule that are texts: what Windows refuses in them, and why.

The limits are those of [MS-FASP] 2.2.37.
"""

from __future__ import annotations

import unicodedata

from ...ground.names import ascii_lower

ANY_WORDS = frozenset({"any", "all", "*"})
MAX_TEXT = 9_999
MAX_PATH = 259


class OptionError(ValueError):
    """An option holds something that no firewall rule can have; the text begins with its name.

    Attributes:
        option: the name of the option.
    """

    def __init__(self, option: str, message: str) -> None:
        super().__init__(f"{option}: {message}")
        self.option = option


def text(option: str, value: object, *, limit: int = MAX_TEXT) -> str:
    """A text as it is, refused where the rule store could not hold it."""
    if not isinstance(value, str):
        raise OptionError(option, f"a text is needed, not {shown_value(value)}.")
    if len(value) > limit:
        raise OptionError(option, f"{len(value)} characters are too many; {limit} are allowed.")
    if "|" in value:
        raise OptionError(option, "the character | is not allowed: Windows uses it to separate.")
    for character in value:
        if character == "\ufffd":
            raise OptionError(
                option,
                "the character U+FFFD stands for one that could not be read; write that one.",
            )
        # XML has no way to carry the last two.
        if unicodedata.category(character) in ("Cc", "Cs") or character in "\ufffe\uffff":
            raise OptionError(
                option,
                f"the character U+{ord(character):04X} is not allowed: line breaks and other "
                "control characters don't come back from the rule store as they went there.",
            )
    return value


def name(option: str, value: object) -> str:
    """A display name."""
    found = text(option, value)
    if not found.strip():
        raise OptionError(option, "a name is needed.")
    if ascii_lower(found) == "all":
        raise OptionError(option, "Windows does not take ALL as the name of a rule.")
    if found.startswith("@"):
        raise OptionError(
            option,
            "a name that begins with @ is a reference to a text in a file, as Windows' own rules "
            "have it. Use rule_id for one of those.",
        )
    return found


def rule_id(option: str, value: object) -> str:
    """The id of a rule: the name of its value in the registry."""
    found = text(option, value, limit=511)
    if not found.strip():
        raise OptionError(option, "an id is needed.")
    if "    REG_" in found:
        raise OptionError(
            option,
            "four blanks and REG_ are not allowed in an id: reg.exe separates a name from the type "
            "of its value so, and the rule could not be read back.",
        )
    return found


def program(option: str, value: object) -> str | None:
    """The path of an executable; None for any."""
    found = text(option, value, limit=MAX_PATH)
    if not found or ascii_lower(found) in ANY_WORDS - {"*"}:
        return None
    if "*" in found or "?" in found:
        raise OptionError(option, "wildcards are not allowed; Windows compares the whole path.")
    wrong = sorted(set('/"<>') & set(found))
    if wrong:
        hint = " Write \\ in paths." if "/" in wrong else ""
        raise OptionError(option, f"the character {wrong[0]} is not allowed.{hint}")
    is_path = found[1:3] == ":\\" or found.startswith(("%", "\\\\"))
    if not is_path and ascii_lower(found) != "system":
        raise OptionError(
            option,
            f"{found!r} is not a full path such as C:\\App\\server.exe (or System for the kernel).",
        )
    return found


def service(option: str, value: object) -> str | None:
    """The short name of a service; None for any program, ``*`` for any service."""
    found = text(option, value, limit=MAX_PATH)
    if not found or ascii_lower(found) in ANY_WORDS - {"*"}:
        return None
    if "/" in found or "\\" in found:
        raise OptionError(option, f"{found!r} is not the short name of a service.")
    return found


def shown_value(value: object) -> str:
    """A value as it is shown in a message: short, and on one line."""
    return repr(value)[:80]
