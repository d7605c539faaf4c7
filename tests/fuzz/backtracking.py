# SPDX-License-Identifier: GPL-3.0-or-later
"""How many steps a backtracking matcher takes for a regular expression, and texts that make it take
many.

Python's own matcher can't be asked for its steps, and its time depends on the machine. This one
walks the same parsed expression with the same rules (leftmost, greedy before lazy, one alternative
after the other) and counts each try. It has none of the shortcuts of Python's, so that its count is
an upper bound.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

#: What no expression here accepts at its end: it makes a match fail as late as can be.
END = "\x01"

Continue = Callable[[int], bool]


def _noted(ends: list[int], at: int) -> bool:
    ends.append(at)
    return True


class _Nodes(tuple[Any, ...]):
    """The nodes of a part of an expression. Those of Python make a copy of themselves at each look.

    Attributes:
        width: the most characters that they may stand for.
    """

    width: int


def _plain(part: Any) -> Any:
    """A part of an expression with its nodes as tuples."""
    if isinstance(part, parser.SubPattern):
        nodes = _Nodes(map(_plain, part.data))
        nodes.width = part.getwidth()[1]
        return nodes
    return type(part)(map(_plain, part)) if isinstance(part, (tuple, list)) else part


@functools.cache
def _parsed(pattern: re.Pattern[str]) -> tuple[_Nodes, dict[tuple[Any, int, str], bool]]:
    """The nodes of an expression, and which of them are known to accept a character or not."""
    return _plain(parser.parse(pattern.pattern, pattern.flags)), {}


class _Matcher:
    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self.tree, self._known = _parsed(pattern)
        self.flags = int(pattern.flags)
        self.text = text
        self.groups: dict[int | None, tuple[int, int]] = {}
        self.steps = 0

    def match(self, nodes: Any, position: int, rest: Continue) -> bool:
        """Whether nodes match at a position and what comes after them does too."""
        if not len(nodes):
            return rest(position)
        operation, argument = nodes[0]
        self.steps += 1

        def following(at: int) -> bool:
            return self.match(nodes[1:], at, rest)

        if operation is constants.POSSESSIVE_REPEAT:
            return self._repeat_for_good(argument, position, following)
        if operation in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            return self._repeat(operation, argument, position, following)
        if operation is constants.SUBPATTERN:
            return self._group(argument, position, following)
        if operation is constants.GROUPREF:
            start, end = self.groups.get(argument, (0, 0))
            found = self.text[start:end]
            return self.text.startswith(found, position) and following(position + len(found))
        if operation is constants.BRANCH:
            return any(self.match(each, position, following) for each in argument[1])
        if operation is constants.AT:
            return self._at(argument, position) and following(position)
        if operation in (constants.ASSERT, constants.ASSERT_NOT):
            direction, looked_for = argument
            # What is looked for before a place has one width.
            start = position if direction > 0 else position - looked_for.width
            holds = start >= 0 and self.match(looked_for, start, lambda _at: True)
            return holds is (operation is constants.ASSERT) and following(position)
        return self._one(operation, argument, position) and following(position + 1)

    def _group(self, argument: Any, position: int, rest: Continue) -> bool:
        number, _set, _unset, nodes = argument

        def after(at: int) -> bool:
            before = self.groups.get(number)
            self.groups[number] = position, at
            if rest(at):
                return True
            if before is not None:
                self.groups[number] = before
            return False

        return self.match(nodes, position, after)

    def _repeat(self, operation: Any, argument: Any, position: int, rest: Continue) -> bool:
        least, most, body = argument
        nodes = body
        if len(nodes) == 1 and nodes[0][0] in _SINGLE:
            return self._repeat_one(operation, least, most, nodes[0], position, rest)

        def again(count: int, at: int) -> bool:
            def more() -> bool:
                return count < most and self.match(
                    nodes, at, lambda new: new != at and again(count + 1, new)
                )

            if count < least:
                return more()
            if operation is constants.MIN_REPEAT:
                return rest(at) or more()
            return more() or rest(at)

        return again(0, position)

    def _repeat_for_good(self, argument: Any, position: int, rest: Continue) -> bool:
        """A repeat that gives nothing back."""
        least, most, body = argument
        count = 0
        while count < most:
            ends: list[int] = []

            note = functools.partial(_noted, ends)

            if not self.match(body, position, note) or ends[0] == position:
                break
            position = ends[0]
            count += 1
        return count >= least and rest(position)

    def _repeat_one(
        self, operation: Any, least: int, most: int, node: Any, position: int, rest: Continue
    ) -> bool:
        """A repeated single character, without recursion: most repeats are one."""
        kind, value = node
        if operation is constants.MIN_REPEAT:
            count = 0
            while True:
                if count >= least and rest(position + count):
                    return True
                self.steps += 1
                if count >= most or not self._one(kind, value, position + count):
                    return False
                count += 1
        count = 0
        while count < most and self._one(kind, value, position + count):
            self.steps += 1
            count += 1
        while count >= least:
            self.steps += 1
            if rest(position + count):
                return True
            count -= 1
        return False

    def _at(self, where: Any, position: int) -> bool:
        if where is constants.AT_BEGINNING and self.flags & re.MULTILINE:
            return position == 0 or self.text[position - 1] == "\n"
        if where is constants.AT_END:
            ends = position == len(self.text) or self.text[position:] == "\n"
            lines = bool(self.flags & re.MULTILINE) and self.text[position : position + 1] == "\n"
            return ends or lines
        if where is constants.AT_END_STRING:
            return position == len(self.text)
        if where in (constants.AT_BEGINNING, constants.AT_BEGINNING_STRING):
            return position == 0
        if where in (constants.AT_BOUNDARY, constants.AT_NON_BOUNDARY):
            around = self.text[max(0, position - 1) : position], self.text[position : position + 1]
            before, after = (bool(re.match(r"\w", each)) for each in around)
            return (before != after) is (where is constants.AT_BOUNDARY)
        raise NotImplementedError(where)

    def _one(self, operation: Any, argument: Any, position: int) -> bool:
        if position >= len(self.text):
            return False
        sign = self.text[position]
        key = operation, id(argument), sign  # the nodes stay where they are
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = accepts(operation, argument, sign, self.flags)
        return found


_REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT)
_SINGLE = frozenset({constants.LITERAL, constants.NOT_LITERAL, constants.IN, constants.ANY})
_CLASSES = {
    constants.CATEGORY_SPACE: r"\s",
    constants.CATEGORY_NOT_SPACE: r"\S",
    constants.CATEGORY_DIGIT: r"\d",
    constants.CATEGORY_NOT_DIGIT: r"\D",
    constants.CATEGORY_WORD: r"\w",
    constants.CATEGORY_NOT_WORD: r"\W",
}


def accepts(operation: Any, argument: Any, sign: str, flags: int) -> bool:
    """Whether a node that stands for one character accepts this one."""
    signs = {sign, sign.lower(), sign.upper()} if flags & re.IGNORECASE else {sign}
    if operation is constants.ANY:
        return sign != "\n" or bool(flags & re.DOTALL)
    if operation is constants.LITERAL:
        return any(len(each) == 1 and ord(each) == argument for each in signs)
    if operation is constants.NOT_LITERAL:
        return bool(ord(sign) != argument)
    if operation is not constants.IN:
        raise NotImplementedError(operation)
    negated = argument[0][0] is constants.NEGATE
    found = any(
        _in(kind, value, each)
        for kind, value in argument
        if kind is not constants.NEGATE
        for each in signs
        if len(each) == 1
    )
    return found is not negated


def _in(kind: Any, value: Any, sign: str) -> bool:
    if kind is constants.LITERAL:
        return bool(ord(sign) == value)
    if kind is constants.RANGE:
        return bool(value[0] <= ord(sign) <= value[1])
    return re.match(_CLASSES[value], sign) is not None


def steps(pattern: re.Pattern[str], text: str, *, search: bool) -> int:
    """The steps of ``match`` at the beginning of a text or, with `search`, at every place of it."""
    matcher = _Matcher(pattern, text)
    starts = range(len(text) + 1) if search else range(1)
    for start in starts:
        if matcher.match(matcher.tree, start, lambda _at: True):
            break
    return matcher.steps


def attacks(pattern: re.Pattern[str], size: int) -> Iterator[str]:
    """Texts of about this size, each of which repeats what one repeat of the expression takes as
    long as it takes it, and then fails to match."""
    tree = list(parser.parse(pattern.pattern, pattern.flags))
    for before, body, most in _repeats(tree, "", pattern.flags):
        if most > 1:
            for unit in sorted({_example(body, pattern.flags), _longest(body, pattern.flags)}):
                pump = unit * (size // max(1, len(unit)) + 1)
                yield before + pump + END
                # The same, begun anew again and again.
                yield (before + unit) * (size // max(1, len(before + unit)) + 1) + END


def _repeats(nodes: list[Any], before: str, flags: int) -> Iterator[tuple[str, list[Any], int]]:
    """Each repeat: an example of what stands before it, what it repeats, how often at most."""
    for operation, argument in nodes:
        if operation in _REPEATS:
            _least, most, body = argument
            yield before, list(body), most
            yield from _repeats(list(body), before, flags)
        elif operation is constants.SUBPATTERN:
            yield from _repeats(list(argument[3]), before, flags)
        elif operation is constants.BRANCH:
            for each in argument[1]:
                yield from _repeats(list(each), before, flags)
        before += _example([(operation, argument)], flags)


#: Characters that stand for the classes in these expressions.
_SIGNS = " \t\n0a9AfFXx:-.,_{}[]()|*+/\\\"'日\u00a0?=%@&<>;"


def _example(nodes: list[Any], flags: int) -> str:
    """A text that nodes match, as short as can be."""
    return "".join(_of(operation, argument, flags, _SIGNS) for operation, argument in nodes)


def _longest(nodes: list[Any], flags: int) -> str:
    """Another one, of other characters where there is a choice."""
    signs = _SIGNS[::-1]
    return "".join(_of(operation, argument, flags, signs) for operation, argument in nodes)


def _of(operation: Any, argument: Any, flags: int, signs: str) -> str:
    if operation in _REPEATS:
        least, most, body = argument
        inner = "".join(_of(kind, value, flags, signs) for kind, value in body)
        return str(inner * (least or min(1, most)))
    if operation is constants.SUBPATTERN:
        return "".join(_of(kind, value, flags, signs) for kind, value in argument[3])
    if operation is constants.BRANCH:
        return "".join(_of(kind, value, flags, signs) for kind, value in argument[1][0])
    if operation is constants.LITERAL:
        return chr(argument)
    if operation in (constants.AT, constants.ASSERT, constants.ASSERT_NOT, constants.GROUPREF):
        return ""
    return next((sign for sign in signs if accepts(operation, argument, sign, flags)), "")
