# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Report as JSON and back."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from ..ground.text import UNSEEN
from .model import FORMAT, Report

_KINDS = {str: "text", int: "a whole number", bool: "true or false"}


class ReportError(ValueError):
    """Something is not a report, or not one that can be read. The text says what and what next."""


def to_data(value: Any) -> Any:
    """A Report, or a part of one, in plain types of JSON."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [to_data(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: to_data(getattr(value, name)) for name, _kind, _must in _keys(type(value))}
    return value


def write(data: Mapping[str, Any]) -> str:
    """The plain form of a report as JSON, a host a line, so that two files can be compared by eye.

    The indentation of the standard library would say less and take ten times as long.
    """
    head = {key: value for key, value in data.items() if key != "hosts"}
    lines = [f"{json.dumps(key)}: {_line(value)}" for key, value in head.items()]
    hosts = ",\n".join(_line(host) for host in data["hosts"])
    lines.append(f'"hosts": [\n{hosts}\n]')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _line(value: Any) -> str:
    """A value on one line, in which all is seen. Who reads it as JSON gets it as it is."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isascii() else UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def read(text: str) -> Report:
    """A Report from JSON. Keys that are not known are passed over, as later versions may add some.

    Raises:
        ReportError: it is no JSON, no report, or one of another format.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ReportError(f"it is no JSON: {error}") from error
    except RecursionError as error:
        raise ReportError("it is nested too deeply for a report") from error
    return from_data(data)


def from_data(data: Any) -> Report:
    """A Report from its plain form.

    Raises:
        ReportError: it is no report, or one of another format.
    """
    if not isinstance(data, dict) or "format" not in data or "hosts" not in data:
        raise ReportError("it is no report of portkeeper.windows: it lacks 'format' or 'hosts'")
    found = data["format"]
    if found != FORMAT or isinstance(found, bool):
        hint = "a later version of the collection has made it; update this one" if (
            isinstance(found, int) and found > FORMAT
        ) else "make it anew with this version"  # fmt: skip
        raise ReportError(
            f"it has the format {str(found)[:40]!r}, and this version of the collection reads the "
            f"format {FORMAT}: {hint}"
        )
    report: Report = _read(Report, data, "")
    return report


@cache
def _keys(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    """The fields of a dataclass: name, type, and whether it has to be there."""
    hints = typing.get_type_hints(kind)
    return tuple(
        (field.name, hints[field.name], field.default is MISSING) for field in fields(kind)
    )


def _read(kind: Any, data: Any, where: str) -> Any:
    """What a JSON value stands for. `where` says for messages what it is."""
    if isinstance(kind, types.UnionType):
        if data is None:
            return None
        (kind,) = (each for each in typing.get_args(kind) if each is not types.NoneType)
    origin = typing.get_origin(kind)
    if origin is tuple:
        if not isinstance(data, list):
            raise _wrong(where, "a list", data)
        (item, _more) = typing.get_args(kind)
        return tuple(_read(item, each, where) for each in data)
    if origin is typing.Literal:
        return _one_of(typing.get_args(kind), data, where)
    if is_dataclass(kind):
        return _read_object(kind, data, where)
    if issubclass(kind, StrEnum):
        return kind(_one_of(tuple(each.value for each in kind), data, where))
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        raise _wrong(where, _KINDS[kind], data)
    return data


def _read_object(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise _wrong(where, "an object", data)
    found = {}
    for name, inner, must in _keys(kind):
        if name in data:
            found[name] = _read(inner, data[name], name)
        elif must:
            raise ReportError(f"it is damaged: {where or 'the report'} lacks {name!r}")
    return kind(**found)


def _one_of(allowed: tuple[str, ...], data: Any, where: str) -> str:
    if not isinstance(data, str) or data not in allowed:
        raise _wrong(where, f"one of {', '.join(allowed)}", data)
    return data


def _wrong(where: str, wanted: str, data: Any) -> ReportError:
    shown = json.dumps(data)[:60]
    return ReportError(f"it is damaged: {where!r} has to be {wanted} and is {shown}")
