# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports from plain data, whatever the data hold."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import Report


def report(data: dict[str, Any]) -> Report:
    """A Report with every value of the data as it is: hostile ones, too, that json_text.from_data
    does not take, such as a word that the format does not have."""
    made: Report = _maker(Report)(data)
    return made


@cache
def _maker(kind: Any) -> Callable[[Any], Any]:
    """Makes values of a type out of plain data."""
    if isinstance(kind, types.UnionType):
        (kind,) = (each for each in typing.get_args(kind) if each is not types.NoneType)
        return _maker(kind)
    if typing.get_origin(kind) is tuple:
        each = _maker(typing.get_args(kind)[0])
        return lambda data: None if data is None else tuple(map(each, data))
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        makers = {field.name: _maker(hints[field.name]) for field in fields(kind)}
        make: Any = kind

        def made(data: Any) -> Any:
            if data is None:
                return None
            return make(**{name: makers[name](data[name]) for name in makers if name in data})

        return made
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        words = {str(word): word for word in kind}
        return lambda data: words.get(data, data) if isinstance(data, str) else data
    return lambda data: data
