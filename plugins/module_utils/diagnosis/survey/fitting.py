# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How much of what is known fits into a result, so that the result is never too large for AWX.

AWX removes the result of a task that is larger than 700,000 octets (MAX_EVENT_RES_DATA in its
awx/settings/defaults.py). Sizes are counted as Ansible hands a result on: as JSON in ASCII, where a
letter of Japanese takes six octets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, takewhile
from typing import Any, Final

from ...ground.text import for_display, in_full
from ...words.languages import LANGUAGES, Language
from ...words.phrases import SPOKEN, Joined, Phrase, Value, render

#: Octets that the lists of a result have together, and what each of them has in any case. What one
#: does not need is there for the others, in this order.
SHARES: Final[Mapping[str, int]] = {
    "rows": 400_000,
    "unread": 90_000,
    "incomplete": 35_000,
    "unmatched": 15_000,
}
#: Octets of the sentences in a message that single hosts have caused, and of its warnings.
MOST_TOLD: Final = 50_000
MOST_WARNED: Final = 35_000
# Octets of the names in a sentence, and letters of the one that is there in any case.
_MOST_OF_NAMES = 900
_NAME = 100
# How many hosts a message names. The result has more of them.
_MOST_NAMED = 10
_SEPARATOR = 2  # octets between two entries


def octets(value: Any) -> int:
    """The size of a part of a result, in the language in which it is the longest."""
    try:
        text = json.dumps(value)
    except TypeError:
        pass  # it has phrases
    else:
        if "\\" not in text and "\x7f" not in text:
            return len(text)  # nothing in it is shown otherwise, as in nearly all rows
    return max(len(json.dumps(_shown(value, language))) for language in LANGUAGES)


def fitting(lists: Mapping[str, Sequence[Any]]) -> dict[str, int]:
    """How many of the first entries of each list a result has. The lists are those of `SHARES`."""
    everything = sum(SHARES.values())
    # Where the sum of the sizes stands behind each entry; no list has more than all may have.
    ends = {name: list(_within(everything, entries)) for name, entries in lists.items()}
    counts = {name: _count(ends[name], share) for name, share in SHARES.items()}
    left = everything - sum(_sum(ends[name], count) for name, count in counts.items())
    for name in SHARES:
        had = _sum(ends[name], counts[name])
        counts[name] = _count(ends[name], had + left)
        left -= _sum(ends[name], counts[name]) - had
    return counts


def first(told: Iterable[Value], most: int) -> list[Value]:
    """As many of the first texts as fit into a number of octets."""
    texts = list(told)
    return texts[: len(list(_within(most, texts)))]


def named(hosts: Sequence[str]) -> Value:
    """Names of hosts, as many as a message should have, and how many more there are."""
    count = max(1, len(list(_within(_MOST_OF_NAMES, hosts[:_MOST_NAMED]))))
    names = Joined(tuple(for_display(each, _NAME) for each in hosts[:count]), "list.separator")
    more = len(hosts) - count
    return names if more <= 0 else Phrase("survey.and_more", {"hosts": names, "more": more})


def _within(most: int, entries: Iterable[Any]) -> Iterator[int]:
    """The sum of the sizes behind each entry, as long as it is within a number of octets."""
    sums = accumulate(octets(each) + _SEPARATOR for each in entries)
    return takewhile(lambda size: size <= most, sums)


def _count(ends: Sequence[int], most: int) -> int:
    return sum(1 for _end in takewhile(lambda end: end <= most, ends))


def _sum(ends: Sequence[int], count: int) -> int:
    return ends[count - 1] if count else 0


def _shown(value: Any, language: Language) -> Any:
    """A value as a person is shown it. What can't be seen becomes longer by that."""
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else in_full(value)
    if isinstance(value, SPOKEN):
        return _shown(render(value, language), language)
    if isinstance(value, Mapping):
        return {key: _shown(item, language) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_shown(item, language) for item in value]
    return value
