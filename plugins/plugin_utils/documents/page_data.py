# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Packs the parts of a report that the page's script needs: each text once, in a table; rows
without keys.

Text of a target may contain anything. On its way into the page (`visible`), invisible characters,
and those that would reorder their surroundings, become visible ones, so that the page contains none
of them, neither in its data nor in its HTML.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...module_utils.ground.text import UNSEEN
from ...module_utils.report.model import (
    Change,
    ChangeKind,
    Check,
    Host,
    Listener,
    Path,
    Remedy,
    Report,
    Reserved,
    Rule,
    Source,
    State,
    WantedPort,
)
from ...module_utils.report.overview.trend import trend
from ...module_utils.words.languages import Language

# Longer texts are cut: the texts of a process or a rule that a person reads are short, and a
# hostile target must not make the page arbitrarily large.
MAX_CHARACTERS = 10_000
# The changes that stay of a PC without its details: there is one for each wanted port at most.
_BRIEF_CHANGES = (ChangeKind.STATE, ChangeKind.VERDICT)
# Combining marks beyond these pile up over other lines.
_MARKS = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]"
_TOO_MANY_MARKS = re.compile(f"({_MARKS}{{4}}){_MARKS}+")


def visible(text: str, cut: str, keep_lines: bool = False) -> str:
    """A text in which every character is visible as what it is, and which UTF-8 can represent.

    Control characters and other invisible ones become their code (ESC is ⟨U+001B⟩), halves of
    surrogate pairs the replacement character.

    Args:
        cut: says, in the language of the page, that ``{count}`` characters were cut off.
        keep_lines: line breaks stay; otherwise they become ⟨U+000A⟩.
    """
    left = len(text) - MAX_CHARACTERS
    if left > 0:
        text = text[:MAX_CHARACTERS] + cut.format(count=left)
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


def to_copy(yaml: str | None) -> str:
    """A task as YAML, exactly as it is, because people paste it. None if it can't be shown as it
    is, because a part of a task would be a different task."""
    text = yaml or ""
    seen = visible(text, "", keep_lines=True)
    return text if text == seen else ""


def _picture(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    if category == "Zs":  # the ideographic space and similar ones: wide, and visible as a gap
        return character
    return f"⟨U+{ord(character):04X}⟩"


class Strings:
    """The table of texts. The first is the empty one, which also represents None."""

    def __init__(self, cut: str) -> None:
        self._cut = cut
        self._numbers: dict[tuple[str, bool], int] = {("", False): 0, ("", True): 0}
        self.table: list[str] = [""]

    def number(self, text: str | None, keep_lines: bool = False) -> int:
        """The number of a text in the table; the text is added if it is missing."""
        key = (text or "", keep_lines)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.table)
            self.table.append(visible(key[0], self._cut, keep_lines))
        return found


def packed(
    report: Report,
    language: Language,
    texts: Mapping[str, str],
    cut: str,
    parts: Mapping[str, Any],
    places: Sequence[Sequence[int | None]] = (),
    brief: bool = False,
) -> Iterator[str]:
    """The data of the page as JSON, safe in a script element of HTML, in parts of which each is
    about one PC or path at most.

    Args:
        language: that of the page.
        texts: the script's texts, by the names that it knows.
        cut: as in `visible`.
        parts: what the script needs of the parts over all PCs: ``groups``, for each verdict the
            state of a PC that has it, the mildest first; ``fixes`` and ``listening``, lists whose
            texts may be those of a PC, and which end with the runs of the PCs' places.
        places: for each path, its row, its column and its obstacle in the page, None for none.
        brief: whether the details of PCs that are ready are left out.
    """
    strings = Strings(cut)
    compared = report.compared_with
    data: dict[str, Any] = {
        "language": language,
        "title": strings.number(report.title),
        "created": strings.number(report.created),
        "compared": strings.number(compared.created if compared else None),
        "groups": parts["groups"],
        **{
            key: [[*(visible(text, cut) for text in texts), runs] for *texts, runs in parts[key]]
            for key in ("fixes", "listening")
        },
        "ports": [[_protocol(port), port.port] for port in report.ports],
        "texts": texts,
    }
    yield _json(data)[:-1]
    hosts = (_host(each, strings, brief and each.state == State.READY) for each in report.hosts)
    yield from _items("hosts", hosts)
    paths = (
        [*_path(path, strings), *place]
        for path, place in zip(report.paths or (), places, strict=True)
    )
    yield from _items("paths", paths)
    # The table is whole only now.
    yield from _items("strings", strings.table)
    yield "}"


def _items(key: str, items: Iterable[Any]) -> Iterator[str]:
    """A list as a further member of a JSON object."""
    yield f',"{key}":['
    for number, each in enumerate(items):
        yield f"{',' if number else ''}{_json(each)}"
    yield "]"


def _json(value: Any) -> str:
    # With "<" escaped, nothing in the data can end the element or begin a comment.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _protocol(item: WantedPort | Check | Listener | Reserved | Change | Path) -> int:
    return 1 if item.protocol == "udp" else 0


def _host(host: Host, strings: Strings, brief: bool) -> dict[str, Any]:
    number = strings.number
    if brief:
        host = _brief(host)
    # assets/data.js has the script's names for the columns of these rows. Unknown listeners and
    # ranges differ from empty ones.
    found: dict[str, Any] = {
        "name": number(host.name),
        "state": number(host.state),
        "address": number(host.address),
        "message": number(host.message, keep_lines=True),
        "networks": [[number(each.name), number(each.profile)] for each in host.networks],
        "checks": [_check(each, strings) for each in host.checks],
        "listeners": (
            None
            if host.listeners is None
            else [_listener(each, strings) for each in host.listeners]
        ),
        "reserved": None if host.reserved is None else [_range(each) for each in host.reserved],
        "changes": [_change(each, strings) for each in host.changes],
        "trend": number(trend(host)),
        "brief": int(brief),
    }
    return {key: value for key, value in found.items() if value not in (0, None)}


def _brief(host: Host) -> Host:
    """A PC without its details: what its row shows, and what the filters for the wanted ports
    need."""
    return Host(
        name=host.name,
        address=host.address,
        state=host.state,
        message=host.message,
        networks=host.networks,
        checks=tuple(
            Check(each.port, each.protocol, each.name, each.verdict, "", (), (), reach=each.reach)
            for each in host.checks
        ),
        changes=tuple(each for each in host.changes if each.kind in _BRIEF_CHANGES),
    )


def _listener(item: Listener, strings: Strings) -> list[Any]:
    number = strings.number
    return [
        *(_protocol(item), number(_joined(item.addresses)), item.port),
        *(number(item.name), item.pid, number(item.process)),
        *(number(_joined(item.services)), number(item.firewall), int(item.dynamic)),
        number(item.reach),
    ]


def _joined(texts: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(texts))


def _range(item: Reserved) -> list[Any]:
    return [_protocol(item), item.first, item.last, int(item.administered)]


def _change(item: Change, strings: Strings) -> list[Any]:
    number = strings.number
    return [
        *(number(item.kind), _protocol(item), item.port),
        *(number(item.before), number(item.after)),
    ]


def _check(check: Check, strings: Strings) -> list[Any]:
    number = strings.number
    return [
        *(_protocol(check), check.port, number(check.name), number(check.verdict)),
        number(check.msg, keep_lines=True),
        [number(each.text) for each in check.causes],
        [_remedy(each, strings) for each in check.remedies],
        [_rule(each, strings) for each in check.rules],
        number(check.reach),
        [_source(each, strings) for each in check.sources],
    ]


def _source(item: Source, strings: Strings) -> list[Any]:
    number = strings.number
    parts = (item.allowed, item.blocked, item.uncertain)
    return [
        *(number(item.source), number(item.state), number(item.msg)),
        [number(_joined(each)) for each in parts],
        [_remedy(each, strings) for each in item.remedies],
        [number(each) for each in item.remarks],
    ]


def _path(path: Path, strings: Strings) -> list[Any]:
    number = strings.number
    causes, remedies = (each.text for each in path.causes), (each.text for each in path.remedies)
    return [
        *(number(path.client), number(path.server), _protocol(path), path.port),
        *(number(path.address), number(path.verdict), number(path.hop)),
        [number(each) for each in (path.name, path.msg, *causes, *remedies, *path.remarks)],
    ]


def _remedy(item: Remedy, strings: Strings) -> list[int]:
    return [strings.number(item.text), strings.number(to_copy(item.yaml), keep_lines=True)]


def _rule(item: Rule, strings: Strings) -> list[int]:
    values = (item.network, item.profile, item.state, item.rule, item.path, item.text)
    return [strings.number(each) for each in values]
