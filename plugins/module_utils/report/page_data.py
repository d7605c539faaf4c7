# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the page's script needs of a report, packed: each text once, in a table; rows without keys.

Text of a target may hold anything. On its way into the page (`visible`) what nobody could see or
what would reorder its surroundings becomes something that is seen, so that the page holds none of
it, neither in its data nor in what is drawn here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..ground.text import UNSEEN
from .page_text import fill

# Longer texts are cut: what a person reads of a process or a rule is short, and a hostile target
# must not make the page as large as it likes.
MAX_CHARACTERS = 10_000
# Combining marks beyond these pile up over other lines.
_MARKS = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]"
_TOO_MANY_MARKS = re.compile(f"({_MARKS}{{4}}){_MARKS}+")


def visible(text: str, cut: str, keep_lines: bool = False) -> str:
    """A text of which everything is seen as what it is, and which UTF-8 can carry.

    Control characters and other invisible ones become their code (ESC is ⟨U+001B⟩), halves of
    surrogate pairs the replacement character.

    Args:
        cut: says in the language of the page that ``{count}`` characters were left off.
        keep_lines: line breaks stay; they show as ⟨U+000A⟩ otherwise.
    """
    left = len(text) - MAX_CHARACTERS
    if left > 0:
        text = text[:MAX_CHARACTERS] + fill(cut, count=left)
    if text.isprintable() and text.isascii():
        return text
    if keep_lines:
        text = text.replace("\r\n", "\n")
    text = UNSEEN.sub(lambda found: _picture(found[0]), text)
    shown = "".join(
        each if each.isprintable() or (keep_lines and each == "\n") else _picture(each)
        for each in text
    )
    return _TOO_MANY_MARKS.sub(r"\1", shown)


def to_copy(yaml: object) -> str:
    """A task as YAML, exactly as it is: what is shown of it is pasted. Nothing where it can't be
    shown as it is, for a part of a task is another task."""
    text = "" if yaml is None else str(yaml)
    seen = visible(text, "", keep_lines=True)
    return text if text == seen else ""


def _picture(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    if category == "Zs":  # the ideographic space and its kind: wide, and seen as a gap
        return character
    return f"⟨U+{ord(character):04X}⟩"


class Strings:
    """The table of texts. The first is the empty one, which stands for None too."""

    def __init__(self, cut: str) -> None:
        self._cut = cut
        self._numbers: dict[tuple[str, bool], int] = {("", False): 0, ("", True): 0}
        self.table: list[str] = [""]

    def number(self, text: object, keep_lines: bool = False) -> int:
        """The number of a text in the table, where it comes to stand if it isn't there yet."""
        key = ("" if text is None else str(text), keep_lines)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.table)
            self.table.append(visible(key[0], self._cut, keep_lines))
        return found


def packed(report: Mapping[str, Any], texts: Mapping[str, str], groups: Mapping[str, str]) -> str:
    """The data of the page as JSON, fit to stand in a script element of HTML.

    Args:
        groups: of each verdict the state that it makes of a PC, the mildest first.
    """
    strings = Strings(texts["text.cut"])
    data = {
        "language": report["language"],
        "title": strings.number(report.get("title")),
        "created": strings.number(report.get("created")),
        "compared": strings.number((report.get("compared_with") or {}).get("created")),
        "groups": groups,
        "ports": [[_protocol(port), port["port"]] for port in report.get("ports") or ()],
        "hosts": [_host(host, strings) for host in report.get("hosts") or ()],
        "strings": strings.table,
        "texts": texts,
    }
    # With "<" escaped nothing in the data can end the element or begin a comment.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _protocol(item: Mapping[str, Any]) -> int:
    return 1 if item.get("protocol") == "udp" else 0


def _host(host: Mapping[str, Any], strings: Strings) -> dict[str, Any]:
    number = strings.number
    # What the script calls the columns of these rows stands in assets/data.js.
    found: dict[str, Any] = {
        "name": number(host["name"]),
        "state": number(host["state"]),
        "address": number(host.get("address")),
        "message": number(host.get("message"), keep_lines=True),
        "networks": [
            [number(each.get("name")), number(each.get("profile"))]
            for each in host.get("networks") or ()
        ],
        "checks": [_check(each, strings) for each in host.get("checks") or ()],
        "listeners": _rows(host.get("listeners"), lambda each: _listener(each, strings)),
        "reserved": _rows(host.get("reserved"), _range),
        "changes": [
            [
                *(number(each.get("kind")), _protocol(each), each.get("port")),
                *(number(each.get("before")), number(each.get("after"))),
            ]
            for each in host.get("changes") or ()
        ],
    }
    return {key: value for key, value in found.items() if value not in (0, None)}


def _rows(
    items: Sequence[Mapping[str, Any]] | None, row: Callable[[Mapping[str, Any]], list[Any]]
) -> list[list[Any]] | None:
    """None where it is not known: that is something else than no rows."""
    return None if items is None else [row(each) for each in items]


def _listener(item: Mapping[str, Any], strings: Strings) -> list[Any]:
    number = strings.number
    return [
        *(_protocol(item), number(_joined(item.get("addresses"))), item["port"]),
        *(number(item.get("name")), item.get("pid"), number(item.get("process"))),
        *(number(_joined(item.get("services"))), number(item.get("firewall"))),
        int(bool(item.get("dynamic"))),
    ]


def _joined(texts: Sequence[object] | None) -> str:
    return ", ".join(dict.fromkeys(map(str, texts or ())))


def _range(item: Mapping[str, Any]) -> list[Any]:
    return [_protocol(item), item["first"], item["last"], int(bool(item.get("administered")))]


def _check(check: Mapping[str, Any], strings: Strings) -> list[Any]:
    number = strings.number
    remedies: Sequence[Mapping[str, Any]] = check.get("remedies") or ()
    return [
        *(_protocol(check), check["port"], number(check.get("name")), number(check["verdict"])),
        number(check.get("msg"), keep_lines=True),
        [number(each.get("text")) for each in check.get("causes") or ()],
        [
            [number(each.get("text")), number(to_copy(each.get("yaml")), keep_lines=True)]
            for each in remedies
        ],
        [
            [
                number(each.get(key))
                for key in ("network", "profile", "state", "rule", "path", "text")
            ]
            for each in check.get("rules") or ()
        ],
    ]
