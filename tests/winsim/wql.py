# SPDX-License-Identifier: GPL-3.0-or-later
"""WQL: the data queries of WMI, parsed and evaluated.

Grammar: "WQL (SQL for WMI)" and "WHERE clause", "LIKE operator" in Microsoft's documentation of
WMI, and [MS-WMI] 2.2.1 (WQL query). Supported: SELECT of all or of named properties, WHERE with
AND, OR, NOT, parentheses, comparisons, LIKE, IS [NOT] NULL. Names of properties and classes, and
strings, compare without regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property, lru_cache
from typing import TypeAlias

from winsim.cim import Limits, Reference, Value
from winsim.names import folded

Literal: TypeAlias = bool | int | float | str | None


class WqlError(ValueError):
    """The query is not valid; the message says where and why."""


@dataclass(frozen=True)
class Comparison:
    """``property operator literal``; `operator` is one of ``= <> < > <= >= like``."""

    property: str
    operator: str
    literal: Literal

    def names(self) -> Iterator[str]:
        yield self.property

    def limits(self) -> Limits:
        kind, literal = type(self.literal), self.literal
        if self.operator != "=" or kind not in (int, str) or literal is None:
            return {}
        few = frozenset((folded(literal) if isinstance(literal, str) else literal,))
        return {(self.property.lower(), kind): few}

    def matches(self, values: Mapping[str, Value]) -> bool:
        value = _named(values, self.property)
        # Most conditions are like this one: the short way through _compare, for thousands of rows.
        if self.operator == "=" and type(value) is type(self.literal) is str:
            return value == self.literal or folded(value) == folded(self.literal)
        if type(value) is type(self.literal) is int and self.operator == "=":
            return value == self.literal
        if self.literal is None:
            return (value is None) is (self.operator == "=")
        # A comparison with NULL is never true.
        return value is not None and _compare(value, self.operator, self.literal)


@dataclass(frozen=True)
class Not:
    condition: Condition

    def names(self) -> Iterator[str]:
        yield from self.condition.names()

    def limits(self) -> Limits:
        return {}

    def matches(self, values: Mapping[str, Value]) -> bool:
        return not self.condition.matches(values)


@dataclass(frozen=True)
class And:
    conditions: tuple[Condition, ...]

    def names(self) -> Iterator[str]:
        for condition in self.conditions:
            yield from condition.names()

    def limits(self) -> Limits:
        """One limit of a property is as true as another of the same one."""
        return {what: few for c in self.conditions for what, few in c.limits().items()}

    def matches(self, values: Mapping[str, Value]) -> bool:
        return all(condition.matches(values) for condition in self.conditions)


@dataclass(frozen=True)
class Or:
    conditions: tuple[Condition, ...]

    def names(self) -> Iterator[str]:
        for condition in self.conditions:
            yield from condition.names()

    def limits(self) -> Limits:
        first, *others = [condition.limits() for condition in self.conditions]
        return {
            what: few.union(*(other[what] for other in others))
            for what, few in first.items()
            if all(what in other for other in others)
        }

    @cached_property
    def _any_of(self) -> tuple[str, frozenset[int]] | None:
        """The property and the numbers, where each condition is that it is one of them."""
        names, numbers = set(), set()
        for each in self.conditions:
            if not isinstance(each, Comparison) or each.operator != "=":
                return None
            if type(each.literal) is not int:
                return None
            names.add(each.property)
            numbers.add(each.literal)
        return (names.pop(), frozenset(numbers)) if len(names) == 1 else None

    def matches(self, values: Mapping[str, Value]) -> bool:
        # Queries for many ports or processes are like that, and look at thousands of rows.
        if self._any_of is not None:
            value = _named(values, self._any_of[0])
            if type(value) is int:
                return value in self._any_of[1]
        return any(condition.matches(values) for condition in self.conditions)


Condition: TypeAlias = Comparison | Not | And | Or


@dataclass(frozen=True)
class Query:
    """A parsed query. `properties` is None for ``*``."""

    class_name: str
    properties: tuple[str, ...] | None
    where: Condition | None

    @cached_property
    def limits(self) -> Limits:
        """What every instance that matches has, as far as it is plain to see."""
        return self.where.limits() if self.where else {}

    def check(self, declared: Iterable[str]) -> None:
        """Raises WqlError when the query names a property that the class doesn't declare."""
        known = {name.lower() for name in declared}
        asked = [*(self.properties or ()), *(self.where.names() if self.where else ())]
        for name in asked:
            if name.lower() not in known:
                raise WqlError(f"{self.class_name} has no property {name}")

    def matches(self, values: Mapping[str, Value]) -> bool:
        """Does an instance with these values satisfy the WHERE clause? Raises WqlError for a
        property that `values` lacks, or a literal that doesn't fit the property's type."""
        if self.where is None:
            return True
        try:
            return self.where.matches(values)
        except KeyError as missing:
            raise WqlError(f"{self.class_name} has no property {missing}") from None

    def project(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """The selected properties, as `values` spells their names and in its order."""
        if self.properties is None:
            return dict(values)
        wanted = {name.lower() for name in self.properties}
        return {name: value for name, value in values.items() if name.lower() in wanted}


def _named(values: Mapping[str, Value], name: str) -> Value:
    """The value of a property, whatever the case of the name. Raises KeyError."""
    if name in values:  # as nearly every query spells it, which may look at thousands of rows
        return values[name]
    return {spelled.lower(): value for spelled, value in values.items()}[name.lower()]


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<number>[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?))
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<operator><=|>=|<>|!=|[=<>(),*])
    )""",
    re.VERBOSE | re.DOTALL,
)
_KEYWORDS = frozenset(
    ("select", "from", "where", "and", "or", "not", "like", "is", "null", "true", "false")
)
_OPERATORS = frozenset(("=", "<>", "!=", "<", ">", "<=", ">="))
#: `literal operator property` says the same as `property mirrored-operator literal`.
_MIRRORED = {"=": "=", "<>": "<>", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


@lru_cache(1000)  # a client that waits for something asks the same again and again
def parse(text: str) -> Query:
    """Raises WqlError."""
    return _Parser(text).query()


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._next = 0

    def query(self) -> Query:
        self._expect("select")
        properties = self._properties()
        self._expect("from")
        class_name = self._name("a class")
        where = self._any() if self._accept("where") else None
        end = self._peek()
        if end.kind != "end":
            raise WqlError(f"unexpected {end.text!r} at {end.at}")
        return Query(class_name, properties, where)

    def _properties(self) -> tuple[str, ...] | None:
        if self._accept("*"):
            return None
        names = [self._name("a property")]
        while self._accept(","):
            names.append(self._name("a property"))
        return tuple(names)

    def _any(self) -> Condition:
        conditions = [self._all()]
        while self._accept("or"):
            conditions.append(self._all())
        return conditions[0] if len(conditions) == 1 else Or(tuple(conditions))

    def _all(self) -> Condition:
        conditions = [self._one()]
        while self._accept("and"):
            conditions.append(self._one())
        return conditions[0] if len(conditions) == 1 else And(tuple(conditions))

    def _one(self) -> Condition:
        if self._accept("not"):
            return Not(self._one())
        if self._accept("("):
            condition = self._any()
            self._expect(")")
            return condition
        if self._peek().kind in {"string", "number"}:
            literal = self._literal()
            operator = _MIRRORED[self._operator()]
            return self._comparison(self._name("a property"), operator, literal)
        name = self._name("a property")
        if self._accept("is"):
            operator = "<>" if self._accept("not") else "="
            self._expect("null")
            return Comparison(name, operator, None)
        if self._accept("not"):
            self._expect("like")
            return Not(Comparison(name, "like", self._pattern()))
        if self._accept("like"):
            return Comparison(name, "like", self._pattern())
        operator = self._operator()
        return self._comparison(name, operator, self._literal())

    def _comparison(self, name: str, operator: str, literal: Literal) -> Comparison:
        operator = "<>" if operator == "!=" else operator
        if literal is None and operator not in {"=", "<>"}:
            raise WqlError(f"{name} {operator} NULL: only = and <> compare with NULL")
        return Comparison(name, operator, literal)

    def _pattern(self) -> str:
        token = self._peek()
        literal = self._literal()
        if not isinstance(literal, str):
            raise WqlError(f"LIKE wants a string at {token.at}")
        return literal

    def _literal(self) -> Literal:
        token = self._peek()
        self._next += 1
        word = token.text.lower()
        if token.kind == "string":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)
        if token.kind == "number":
            if re.search(r"[.eE]", token.text) and "x" not in word:
                return float(token.text)
            return int(token.text, 0) if "x" in word else int(token.text)
        if word in {"true", "false"}:
            return word == "true"
        if word == "null":
            return None
        raise WqlError(f"a value is wanted at {token.at}, not {token.text!r}")

    def _operator(self) -> str:
        token = self._peek()
        if token.text not in _OPERATORS or token.kind != "operator":
            raise WqlError(f"an operator is wanted at {token.at}, not {token.text!r}")
        self._next += 1
        return token.text

    def _name(self, what: str) -> str:
        token = self._peek()
        if token.kind != "word" or token.text.lower() in _KEYWORDS:
            raise WqlError(f"the name of {what} is wanted at {token.at}, not {token.text!r}")
        self._next += 1
        return token.text

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _accept(self, text: str) -> bool:
        token = self._peek()
        if token.kind in {"word", "operator"} and token.text.lower() == text:
            self._next += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            token = self._peek()
            raise WqlError(f"{text.upper()} is wanted at {token.at}, not {token.text!r}")


def _tokens(text: str) -> Iterator[_Token]:
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise WqlError(f"can't read {text[at : at + 20]!r} at {at}")
        yield _Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup))
        at = match.end()
    yield _Token("end", "the end of the query", end)


_ORDER: dict[str, Callable[[int], bool]] = {
    "=": lambda sign: sign == 0,
    "<>": lambda sign: sign != 0,
    "<": lambda sign: sign < 0,
    ">": lambda sign: sign > 0,
    "<=": lambda sign: sign <= 0,
    ">=": lambda sign: sign >= 0,
}


def _compare(value: Value, operator: str, literal: Literal) -> bool:
    if isinstance(value, list | Reference):
        raise WqlError("an array or a reference can't stand in WHERE")
    if operator == "like":
        return _like(str(literal)).fullmatch(_text(value)) is not None
    return _ORDER[operator](_sign(value, literal))


def _sign(value: Value, literal: Literal) -> int:
    """-1, 0 or 1 as `value` is below, equal to or above `literal`, compared in the type of the
    property."""
    if isinstance(value, datetime):
        when = _datetime(_text(literal))
        return (value > when) - (value < when)
    if isinstance(value, bool | int):
        number = _number(literal)
        return (value > number) - (value < number)
    left, right = folded(_text(value)), folded(_text(literal))
    return (left > right) - (left < right)


def _text(value: Value | Literal) -> str:
    return str(value).upper() if isinstance(value, bool) else str(value)


def _number(literal: Literal) -> int | float:
    if isinstance(literal, str):
        words = {"true": 1, "false": 0}
        try:
            return words.get(literal.lower()) or int(literal or "x", 0)
        except ValueError:
            if literal.lower() in words:
                return 0
            raise WqlError(f"{literal!r} is no number") from None
    return literal if literal is not None else 0


_DATETIME = re.compile(r"^([0-9]{14})\.([0-9]{6})([+-][0-9]{3})$")


def _datetime(text: str) -> datetime:
    """A CIM datetime (DSP0004 5.2.4): ``yyyymmddhhmmss.mmmmmmsutc``, offset in minutes."""
    match = _DATETIME.match(text)
    if match is None:
        raise WqlError(f"{text!r} is no CIM datetime")
    zone = timezone(timedelta(minutes=int(match[3])))
    try:
        moment = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=zone)
    except ValueError as error:
        raise WqlError(f"{text!r} is no CIM datetime: {error}") from None
    return (moment + timedelta(microseconds=int(match[2]))).astimezone(UTC)


def _like(pattern: str) -> re.Pattern[str]:
    """LIKE: ``%`` any text, ``_`` one character, ``[a-f]`` one of a range, ``[^a-f]`` none."""
    regex, at = "", 0
    while at < len(pattern):
        character = pattern[at]
        close = pattern.find("]", at + 2) if character == "[" else -1
        if close > 0:
            body = pattern[at + 1 : close]
            negated = body.startswith("^") and len(body) > 1
            inner = re.sub(r"([\\\]\[^&~|])", r"\\\1", body[1:] if negated else body)
            regex += f"[{'^' if negated else ''}{inner}]"
            at = close + 1
            continue
        regex += {"%": ".*", "_": "."}.get(character, re.escape(character))
        at += 1
    try:
        return re.compile(regex, re.IGNORECASE | re.DOTALL)
    except re.error as error:
        raise WqlError(f"LIKE pattern {pattern!r}: {error}") from None
