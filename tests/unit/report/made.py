# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports from plain data, whatever the data hold."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.report.model import Report


def report(data: dict[str, Any]) -> Report:
    """A Report with every value of the data as it is: hostile ones, too, that json_text.from_data
    does not take, such as a word that the format does not have."""
    made: Report = _made(Report, data)
    return made


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _made(kind: Any, data: Any) -> Any:
    if isinstance(kind, types.UnionType):
        (kind,) = (each for each in typing.get_args(kind) if each is not types.NoneType)
    if data is None:
        return None
    if typing.get_origin(kind) is tuple:
        return tuple(_made(typing.get_args(kind)[0], each) for each in data)
    if is_dataclass(kind):
        make: Any = kind
        hints = _hints(make)
        given = {each.name: data[each.name] for each in fields(make) if each.name in data}
        return make(**{name: _made(hints[name], value) for name, value in given.items()})
    if isinstance(kind, type) and issubclass(kind, StrEnum) and data in list(kind):
        return kind(data)
    return data
