# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads back the results of the modules: a playbook passes them on, and may pass anything.

What a module returns is a TypedDict in the `result` of its wing. Data are checked against it here,
once, so that the code that uses them needs no further checks.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar, cast

from ..words.phrases import Phrase, PhraseError

Kind = TypeVar("Kind")
_Check = Callable[[Any], None]

# Far more than any number of Windows, of a port or of time. A longer one can't even be displayed.
_MOST = 2**64


class MisfitError(PhraseError):
    """Data don't have the expected form.

    Args:
        key: what is wrong, as a text of the catalogue.
        place: where it is, from the outside in: names of keys and positions in lists.
        values: of the text, except ``place``.
    """

    def __init__(self, key: str, place: tuple[str | int, ...] = (), **values: Phrase) -> None:
        path = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in place)
        if key == "misfit.kind" and not place:
            super().__init__("misfit.whole", **values)
        else:
            super().__init__(key, place=path.removeprefix("."), **values)
        self.key, self.place, self.values = key, place, values

    def within(self, outer: str | int) -> MisfitError:
        """The same error, seen from one level further out."""
        return MisfitError(self.key, (outer, *self.place), **self.values)


@contextmanager
def wanting(key: str) -> Iterator[None]:
    """Say of data without the expected form what is wanted instead.

    Args:
        key: the text that says so, with what is wrong as its ``problem``.

    Raises:
        PhraseError: instead of `MisfitError`.
    """
    try:
        yield
    except MisfitError as error:
        raise PhraseError(key, problem=error) from None


def read(kind: type[Kind], data: object, *place: str | int) -> Kind:
    """Return the same data, checked to be of a kind.

    Unknown keys are ignored: a later version of the collection may add some.

    Args:
        kind: a TypedDict or a list of them, whose texts are rendered (``str``).
        data: plain data, as Ansible has them.
        place: where they are, for the error.

    Raises:
        MisfitError: they are of another kind.
    """
    wanted: Any = kind
    try:
        _check_of(wanted)(data)
    except MisfitError as error:
        for outer in reversed(place):
            error = error.within(outer)
        raise error from None
    return cast(Kind, data)


def keys_of(kind: Any) -> dict[str, tuple[Any, bool]]:
    """The keys of a TypedDict, with the kind of each and whether it is required."""
    hints = typing.get_type_hints(typing.get_origin(kind) or kind, include_extras=True)
    return {
        name: (typing.get_args(hint)[0], False)
        if typing.get_origin(hint) is typing.NotRequired
        else (hint, True)
        for name, hint in hints.items()
    }


@cache
def _check_of(kind: Any) -> _Check:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if typing.is_typeddict(origin or kind):
        return _keys(kind)
    if origin is list:
        return _items(_check_of(inner[0]))
    if origin is dict:
        return _values(_check_of(inner[1]))
    if origin in (types.UnionType, typing.Union):
        return _any_of(inner)
    if origin is typing.Literal:
        return _one_of(inner)
    if kind in (Any, object):
        return lambda _value: None
    # The texts of data that are read back are rendered.
    return _PLAIN[str if isinstance(kind, TypeVar) else kind]


def _text(value: Any) -> None:
    if not isinstance(value, str):
        raise _misfit("text")


def _whole_number(value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not -_MOST < value < _MOST:
        raise _misfit("whole_number")


def _truth(value: Any) -> None:
    if not isinstance(value, bool):
        raise _misfit("truth")


_PLAIN: dict[Any, _Check] = {str: _text, int: _whole_number, bool: _truth}


def _items(check: _Check) -> _Check:
    def checked(value: Any) -> None:
        if not isinstance(value, list):
            raise _misfit("list")
        for number, each in enumerate(value):
            try:
                check(each)
            except MisfitError as error:
                raise error.within(number) from None

    return checked


def _values(check: _Check) -> _Check:
    def checked(value: Any) -> None:
        if not isinstance(value, dict):
            raise _misfit("mapping")
        for name, each in value.items():
            try:
                _text(name)
                check(each)
            except MisfitError as error:
                raise error.within(str(name)) from None

    return checked


def _keys(kind: Any) -> _Check:
    checks = [(name, _check_of(inner), must) for name, (inner, must) in keys_of(kind).items()]

    def checked(value: Any) -> None:
        if not isinstance(value, dict):
            raise _misfit("mapping")
        for name, check, must in checks:
            if name in value:
                try:
                    check(value[name])
                except MisfitError as error:
                    raise error.within(name) from None
            elif must:
                raise MisfitError("misfit.missing", (name,))

    return checked


def _any_of(kinds: tuple[Any, ...]) -> _Check:
    checks = [_check_of(kind) for kind in kinds if kind is not types.NoneType]
    may_be_none = types.NoneType in kinds

    def checked(value: Any) -> None:
        if value is None and may_be_none:
            return
        for number, check in enumerate(checks, 1):
            try:
                check(value)
            except MisfitError:
                if number == len(checks):
                    raise
            else:
                break

    return checked


def _one_of(words: tuple[Any, ...]) -> _Check:
    def checked(value: Any) -> None:
        if not isinstance(value, str) or value not in words:
            kind = Phrase("misfit.kind.one_of", {"words": tuple(map(str, words))})
            raise MisfitError("misfit.kind", kind=kind)

    return checked


def _misfit(kind: str) -> MisfitError:
    return MisfitError("misfit.kind", kind=Phrase(f"misfit.kind.{kind}"))
