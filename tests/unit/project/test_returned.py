# SPDX-License-Identifier: GPL-3.0-or-later
"""What RETURN says of a module, and the TypedDict of its result, are the same: the keys, both ways
and as deep as they go, their types, which may be null, and which are not always there."""

from __future__ import annotations

import importlib
import re
import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.result import (
    PathResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.result import CheckResult
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey.result import (
    SurveyResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.result import (
    FirewallResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.result import (
    ListingResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.category import (
    result as category,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.profile.result import (
    ProfileResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import schema
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.result import (
    FactsResult,
    TaskResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.report.result import ReportResult
from ansible_collections.portkeeper.windows.plugins.module_utils.stopping.result import (
    ProcessResult,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.result import (
    VerifyResult,
)
from unit.rows import each_row

PACKAGE = "ansible_collections.portkeeper.windows.plugins"
ACTIONS = sorted(
    path.stem for path in (Path(__file__).parents[3] / "plugins" / "action").glob("[a-z]*.py")
)
RESULTS: Mapping[str, Any] = {
    "network_category": category.CategoryResult,
    "firewall_profile": ProfileResult,
    "port_check": CheckResult,
    "port_facts": FactsResult,
    "port_firewall": FirewallResult,
    "port_firewall_info": ListingResult,
    "port_path": PathResult,
    "port_process": ProcessResult,
    "port_report": ReportResult,
    "port_survey": SurveyResult,
    "verify_host": VerifyResult,
}
# Of Ansible itself. A message is documented where a module has one.
COMMON = schema.keys_of(TaskResult).keys() - {"msg"}
TYPES = {str: "str", int: "int", bool: "bool", dict: "dict", list: "list"}
# Of port_process.
_LIKE_BEFORE = {
    "after": "in the same form",
    "refused": "also has the keys of RV(before)",
    "came_back": "also has the keys of RV(before)",
}
#: How the documentation says that a key is there whenever the result, or what it stands in, is.
ALWAYS = re.compile(r"always|success|when the host could be read|.*, else empty")


def returned(module: str) -> dict[str, Any]:
    text = importlib.import_module(f"{PACKAGE}.modules.{module}").RETURN
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@cache
def documentation(module: str) -> dict[str, Any]:
    """What is returned, with what stands in its words only: where the keys of an entry are those of
    another."""
    found = returned(module)
    for name, words in _LIKE_BEFORE.items() if module == "port_process" else ():
        assert words in described(found[name])
        found[name]["contains"] = found["before"]["contains"] | found[name].get("contains", {})
    return found


def described(entry: Mapping[str, Any]) -> str:
    given = entry["description"]
    return given if isinstance(given, str) else " ".join(given)


def type_of(kind: Any) -> str:
    """The type of a value, as documentation has it."""
    if isinstance(kind, TypeVar):
        return "str"
    origin = typing.get_origin(kind) or kind
    if origin is typing.Literal:
        return "str"
    return "dict" if typing.is_typeddict(origin) else TYPES[origin]


def without_null(kind: Any) -> tuple[Any, bool]:
    """A kind as it is where it is not null, and whether it may be that."""
    if typing.get_origin(kind) not in (types.UnionType, typing.Union):
        return kind, False
    others = [each for each in typing.get_args(kind) if each is not types.NoneType]
    assert len(others) == 1, kind
    return others[0], True


def _hides_keys(kind: Any, entry: Mapping[str, Any]) -> bool:
    return "dict" in (type_of(kind), entry.get("elements")) and "contains" not in entry


def misfits(kind: Any, entry: Mapping[str, Any], place: str) -> Iterator[str]:
    """Where the documentation of a value says something else of it than its type."""
    kind, may_be_null = without_null(kind)
    if entry["type"] != type_of(kind):
        yield f"{place}: it is {type_of(kind)}, and documented as {entry['type']}"
        return
    says_null = re.search(r"\bnull\b", described(entry), re.IGNORECASE) is not None
    # It may be said of a key in it, where these have no entries of their own.
    if may_be_null != says_null and (may_be_null or not _hides_keys(kind, entry)):
        yield f"{place}: it {'may' if may_be_null else 'can not'} be null"
    if entry["type"] == "list":
        (kind,) = typing.get_args(kind)
        kind, _null = without_null(kind)
        if entry.get("elements") != type_of(kind):
            yield f"{place}: of {type_of(kind)}, and documented as of {entry.get('elements')}"
            return
    if "contains" in entry:
        yield from misfits_of_keys(schema.keys_of(kind), entry["contains"], place)
    elif typing.is_typeddict(typing.get_origin(kind) or kind):
        # Described in words and by a sample.
        shown = set(yaml_keys(entry.get("sample")))
        shown |= set(re.findall(r"C\((\w+)\)", described(entry)))
        yield from (
            f"{place}.{name}: not documented" for name in schema.keys_of(kind).keys() - shown
        )


def misfits_of_keys(
    keys: Mapping[str, tuple[Any, bool]], documented: Mapping[str, Any], place: str
) -> Iterator[str]:
    yield from (f"{place}.{name}: not documented" for name in keys.keys() - documented.keys())
    yield from (f"{place}.{name}: not returned" for name in documented.keys() - keys.keys())
    for name in keys.keys() & documented.keys():
        kind, must = keys[name]
        entry = documented[name]
        if must != bool(ALWAYS.match(entry.get("returned", "always"))):
            yield f"{place}.{name}: it is {'always' if must else 'not always'} there"
        yield from misfits(kind, entry, f"{place}.{name}")


def yaml_keys(sample: Any) -> Iterator[str]:
    for each in sample if isinstance(sample, list) else [sample]:
        if isinstance(each, dict):
            yield from map(str, each)


def samples(kind: Any, entry: Mapping[str, Any], place: str) -> Iterator[tuple[str, Any, Any]]:
    """Each sample of the documentation, with its place and the kind of it."""
    if "sample" in entry:
        yield place, kind, entry["sample"]
    inner, _null = without_null(kind)
    if typing.get_origin(inner) is list:
        (inner,) = typing.get_args(inner)
    for name, each in entry.get("contains", {}).items():
        found = schema.keys_of(inner).get(name)
        if found is not None:
            yield from samples(found[0], each, f"{place}.{name}")


def test_each_module_has_a_type_of_its_result() -> None:
    assert sorted(RESULTS) == ACTIONS


@pytest.mark.parametrize("module", RESULTS)
def test_what_is_documented_is_what_is_returned(module: str) -> None:
    documented = documentation(module)
    keys = {
        name: found for name, found in schema.keys_of(RESULTS[module]).items() if name not in COMMON
    }
    if "msg" in documented:
        keys["msg"] = (str, bool(ALWAYS.match(documented["msg"]["returned"])))
    else:
        del keys["msg"]
    assert list(misfits_of_keys(keys, documented, module)) == []


@each_row("module", RESULTS)
def test_samples_have_the_form_of_what_is_returned(module: str) -> None:
    keys = schema.keys_of(RESULTS[module])
    found = [
        each
        for name, entry in documentation(module).items()
        for each in samples(keys[name][0], entry, name)
    ]
    assert found
    for place, kind, sample in found:
        schema.read(kind, sample, *place.split("."))


class Inner(typing.TypedDict):
    a: int | None


class Outer(typing.TypedDict):
    inner: list[Inner]
    b: typing.NotRequired[str]


DOCUMENTED: dict[str, dict[str, Any]] = {
    "inner": {
        "description": "-",
        "type": "list",
        "elements": "dict",
        "contains": {"a": {"description": "Null for none.", "type": "int"}},
    },
    "b": {"description": "-", "type": "str", "returned": "at times"},
}


@each_row(
    ("name", "change", "found"),
    [
        ("b", {}, []),
        ("b", {"type": "int"}, [".b: it is str, and documented as int"]),
        ("b", {"returned": "always"}, [".b: it is not always there"]),
        ("b", {"description": "May be null."}, [".b: it can not be null"]),
        ("inner", {"elements": "str"}, [".inner: of dict, and documented as of str"]),
        ("inner", {"contains": {}}, [".inner.a: not documented"]),
        (
            "inner",
            {"contains": {"a": {"description": "-", "type": "int"}}},
            [".inner.a: it may be null"],
        ),
        ("c", {"description": "-", "type": "str"}, [".c: not returned"]),
    ],
)
def test_what_differs_is_found(name: str, change: dict[str, Any], found: list[str]) -> None:
    documented: dict[str, Any] = DOCUMENTED | {name: DOCUMENTED.get(name, {}) | change}
    assert list(misfits_of_keys(schema.keys_of(Outer), documented, "")) == found
