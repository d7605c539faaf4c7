# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sets of the addresses that another host may have, as intervals of numbers for each family."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from ..policy.addresses import (
    OF_NO_OTHER,
    Interval,
    common,
    interval_texts,
    merge,
    within,
    without,
)

#: The last address of each family.
LAST: Mapping[int, int] = {4: (1 << 32) - 1, 6: (1 << 128) - 1}

_WHOLE_FAMILY = {4: "0.0.0.0/0", 6: "::/0"}


@dataclass(frozen=True, slots=True)
class Spans:
    """Addresses of other hosts, as merged intervals of each family."""

    v4: tuple[Interval, ...] = ()
    v6: tuple[Interval, ...] = ()

    @classmethod
    def of(cls, intervals: Mapping[int, Iterable[Interval]]) -> Spans:
        """The addresses of other hosts in some intervals by family, which may overlap."""
        found = {family: without(each, OF_NO_OTHER[family]) for family, each in intervals.items()}
        return cls(found.get(4, ()), found.get(6, ()))

    @classmethod
    def everything(cls, families: Iterable[int]) -> Spans:
        """All that other hosts may have of some families."""
        return cls.of({family: ((0, LAST[family]),) for family in families})

    def __bool__(self) -> bool:
        return bool(self.v4 or self.v6)

    def __or__(self, other: Spans) -> Spans:
        return Spans(merge(self.v4 + other.v4), merge(self.v6 + other.v6))

    def __and__(self, other: Spans) -> Spans:
        return Spans(common(self.v4, other.v4), common(self.v6, other.v6))

    @property
    def size(self) -> int:
        """How much of the families they are. The sizes of several sets can be compared."""
        of_all = (sum(last - first + 1 for first, last in each) for each in (self.v4, self.v6))
        v4, v6 = of_all
        return (v4 << 96) + v6

    def intervals(self, family: int) -> tuple[Interval, ...]:
        """The intervals of a family, 4 or 6."""
        return self.v4 if family == 4 else self.v6

    def holds(self, family: int, number: int) -> bool:
        """Whether an address is one of them."""
        return within(self.intervals(family), number)

    def texts(self, most: int) -> tuple[list[str], int]:
        """The addresses as single ones, subnets and ranges, IPv4 first.

        Args:
            most: how many texts to return.

        Returns:
            The texts, and how many more there would be.
        """
        shown = {family: self._bridged(family) for family in (4, 6)}
        every = ((family, each) for family in (4, 6) for each in shown[family])
        found = [_text(family, each) for family, each in islice(every, most)]
        return found, sum(map(len, shown.values())) - len(found)

    def _bridged(self, family: int) -> tuple[Interval, ...]:
        """The intervals as a person would see them: addresses that no other host has don't divide
        them."""
        own = self.intervals(family)
        begins, ends = {first for first, _last in own}, {last for _first, last in own}
        between = [
            (first, last)
            for first, last in OF_NO_OTHER[family]
            if first - 1 in ends and last + 1 in begins
        ]
        return merge((*own, *between)) if between else own


def _text(family: int, interval: Interval) -> str:
    if interval == (0, LAST[family]):
        return _WHOLE_FAMILY[family]
    texts = interval_texts(family, interval)
    # Windows takes no range from the first address of IPv6 on; a person does.
    return texts[0] if len(texts) == 1 else "-".join(_ends(family, interval))


def _ends(family: int, interval: Interval) -> Iterator[str]:
    for number in interval:
        yield from interval_texts(family, (number, number))
