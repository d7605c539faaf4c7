# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the mappings of an image: typed values, and a complaint about whatever is left over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias, TypeVar, overload

Raw: TypeAlias = Mapping[str, Any]
T = TypeVar("T")


class Row:
    """One mapping of an image. Each key is taken once; `done` refuses what nobody took."""

    def __init__(self, where: str, raw: object) -> None:
        if not isinstance(raw, Mapping):
            raise ValueError(f"{where}: a mapping is wanted, not {raw!r}")
        self.where = where
        self._raw: dict[str, Any] = {_text(where, key): raw[key] for key in raw}

    def done(self) -> None:
        if self._raw:
            raise ValueError(f"{self.where}: unknown key {', '.join(sorted(self._raw))}")

    def leave(self, *keys: str) -> None:
        """Take keys that were read before."""
        for key in keys:
            self._raw.pop(key, None)

    def has(self, key: str) -> bool:
        return key in self._raw

    def names(self) -> list[str]:
        """The keys that nobody has taken yet, in their order."""
        return list(self._raw)

    @overload
    def take(self, key: str, kind: type[T]) -> T: ...
    @overload
    def take(self, key: str, kind: type[T], default: T) -> T: ...

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """The value of `key`, which must be of type `kind`. Raises ValueError."""
        if key not in self._raw:
            if default is None:
                raise ValueError(f"{self.where}: {key} is missing")
            return default
        value = self._raw.pop(key)
        if kind is float and isinstance(value, int):
            value = float(value)
        if kind is str and isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ValueError(f"{self.where}: {key} is {value!r}, wanted {kind.__name__}")
        return value

    def optional(self, key: str, kind: type[T]) -> T | None:
        """As `take`; None where the key is missing or null."""
        if self._raw.get(key) is None:
            self._raw.pop(key, None)
            return None
        return self.take(key, kind)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, or a single one; nothing where the key is missing."""
        value = self._raw.pop(key, [])
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(text, str | int) for text in values):
            raise ValueError(f"{self.where}: {key} is {value!r}, wanted a list of texts")
        return tuple(str(text) for text in values)

    def time(self, key: str) -> datetime:
        """A point in time with its offset from UTC."""
        value = self.take(key, datetime)
        if value.tzinfo is None:
            raise ValueError(f"{self.where}: {key} needs an offset from UTC")
        return value

    def row(self, key: str) -> Row:
        """The mapping under `key`; an empty one where it is missing."""
        return Row(f"{self.where} {key}", self._raw.pop(key, {}))

    def rows(self, key: str) -> list[Row]:
        """The list of mappings under `key`."""
        value = self._raw.pop(key, [])
        if not isinstance(value, list):
            raise ValueError(f"{self.where}: {key} is {value!r}, wanted a list")
        return [Row(f"{self.where} {key} {number}", raw) for number, raw in enumerate(value, 1)]

    def named_rows(self, key: str) -> dict[str, Row]:
        """The mapping from names to mappings under `key`; a null mapping is an empty one."""
        value = self._raw.pop(key, {})
        if not isinstance(value, Mapping):
            raise ValueError(f"{self.where}: {key} is {value!r}, wanted a mapping")
        return {
            _text(self.where, name): Row(f"{self.where} {key} {name}", raw or {})
            for name, raw in value.items()
        }


def _text(where: str, key: object) -> str:
    """A key as it is written. YAML reads ``Off`` and ``2.0`` as something else."""
    if not isinstance(key, str):
        raise ValueError(f"{where}: the key {key!r} is no text; put it in quotes")
    return key
