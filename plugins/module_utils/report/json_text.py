# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Report as JSON and back."""

from __future__ import annotations

import json
import sys
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from ..ground import lined
from ..ground.text import for_display
from ..words.phrases import Phrase, PhraseError, Value, Verbatim
from .model import FORMAT, Host, Path, Report

_KINDS = {str: "report.text", int: "report.number", bool: "report.boolean"}
_SHOWN = 60  # characters of a value that is wrong


class ReportError(PhraseError):
    """Data are not a report, or can't be read as one. The phrase says why and what to do. It is a
    clause, for use in a sentence."""


def to_data(value: Any) -> Any:
    """A Report, or a part of one, in JSON's plain types."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [to_data(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: to_data(getattr(value, name)) for name, _kind, _must in _keys(type(value))}
    return value


def write(report: Report) -> str:
    """A report as JSON, as one text; see `parts`."""
    return "".join(parts(report))


def parts(report: Report) -> Iterator[str]:
    """A report as JSON in parts to be written one after the other, with one host or path per line,
    so that two files can be compared by eye.

    The standard library's indentation would be less readable and take ten times as long.
    """
    before = "{\n"
    for key, _kind, _must in _keys(Report):
        value = getattr(report, key)
        yield f"{before}{json.dumps(key)}: "
        if key in ("hosts", "paths") and value is not None:
            yield "[\n"
            for number, each in enumerate(value):
                yield (",\n" if number else "") + lined.line(to_data(each))
            yield "\n]"
        else:
            yield lined.line(to_data(value))
        before = ",\n"
    yield "\n}\n"


def read_file(content: bytes) -> Report:
    """A Report from a file, without all of its JSON in memory at once if it is written as `parts`
    writes it.

    Raises:
        ReportError: as of `read`. UnicodeDecodeError: it is not UTF-8.
    """
    found = lined.split(content, ("hosts", "paths"))
    if found is not None:
        data, places = found
        try:
            report = from_data(data)
            hosts = tuple(_each(Host, "hosts", content, places))
            paths = tuple(_each(Path, "paths", content, places))
        except (ValueError, RecursionError, ReportError):
            # What is wrong, and in which line, is told about the whole.
            return read(content.decode())
        return replace(
            report,
            hosts=hosts if "hosts" in places else report.hosts,
            paths=paths if "paths" in places else report.paths,
        )
    return read(content.decode())


def _each(
    kind: Any, key: str, content: bytes, places: Mapping[str, Sequence[lined.Place]]
) -> Iterator[Any]:
    for start, end in places.get(key, ()):
        yield _read(kind, json.loads(content[start:end].decode()), key)


def read(text: str) -> Report:
    """A Report from JSON. Unknown keys are ignored, because later versions may add some.

    Raises:
        ReportError: it is not JSON, not a report, or one of another format.
    """
    try:
        data = lined.read(text)
    except lined.NotJsonError as error:
        raise ReportError(error.reason, **error.values) from error
    return from_data(data)


def from_data(data: Any) -> Report:
    """A Report from its plain form.

    Raises:
        ReportError: it is not a report, or one of another format.
    """
    if not isinstance(data, dict) or "format" not in data or "hosts" not in data:
        raise ReportError("report.no_report")
    found = data["format"]
    if found != FORMAT or isinstance(found, bool):
        is_later = isinstance(found, int) and found > FORMAT
        key = "report.later_format" if is_later else "report.other_format"
        raise ReportError(key, found=_shown(found), format=FORMAT)
    report: Report = _read(Report, data, "")
    return report


@cache
def _keys(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    """The fields of a dataclass: name, type, and whether it is required."""
    hints = typing.get_type_hints(kind)
    return tuple(
        (field.name, hints[field.name], field.default is MISSING) for field in fields(kind)
    )


def _read(kind: Any, data: Any, where: str) -> Any:
    """The value that a JSON value represents. `where` is its place, for messages."""
    if isinstance(kind, types.UnionType):
        if data is None:
            return None
        (kind,) = (each for each in typing.get_args(kind) if each is not types.NoneType)
    origin = typing.get_origin(kind)
    if origin is tuple:
        if not isinstance(data, list):
            raise _wrong(where, Phrase("report.list"), data)
        (item, _more) = typing.get_args(kind)
        return tuple(_read(item, each, where) for each in data)
    if origin is typing.Literal:
        return _one_of(typing.get_args(kind), data, where)
    if is_dataclass(kind):
        return _read_object(kind, data, where)
    if issubclass(kind, StrEnum):
        return kind(_one_of(tuple(each.value for each in kind), data, where))
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        raise _wrong(where, Phrase(_KINDS[kind]), data)
    # Thousands of PCs have the same programs and services.
    return sys.intern(data) if kind is str else data


def _read_object(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise _wrong(where, Phrase("report.object"), data)
    found = {}
    for name, inner, must in _keys(kind):
        if name in data:
            found[name] = _read(inner, data[name], name)
        elif must:
            place: Value = where or Phrase("report.itself")
            raise ReportError("report.damaged_without", where=place, name=name)
    return kind(**found)


def _one_of(allowed: tuple[str, ...], data: Any, where: str) -> str:
    if not isinstance(data, str) or data not in allowed:
        raise _wrong(where, Phrase("report.one_of", {"words": ", ".join(allowed)}), data)
    return data


def _wrong(where: str, wanted: Phrase, data: Any) -> ReportError:
    return ReportError("report.damaged", where=where, wanted=wanted, found=_shown(data))


def _shown(data: Any) -> Verbatim:
    """A value as JSON, shortened."""
    return Verbatim(for_display(json.dumps(data, ensure_ascii=False), _SHOWN))
