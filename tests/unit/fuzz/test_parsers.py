# SPDX-License-Identifier: GPL-3.0-or-later
"""Every parser with some inputs of each kind; ``make fuzz`` takes its time for more."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.parsers import PARSERS, READ_NOTHING_OF_A_TARGET
from fuzz.run import feed
from unit.sources import PLUGINS, sources

#: What takes text or bytes apart, or makes numbers and trees of them.
TAKING_APART = frozenset(
    {
        *("compile", "match", "fullmatch", "search", "findall", "finditer", "sub", "split"),
        *("rsplit", "splitlines", "partition", "rpartition", "b64decode", "ParserCreate"),
        *("ip_address", "ip_network", "fromisoformat", "strptime", "loads", "safe_load"),
        *("int", "float", "fromstring", "parse_address", "parse_interval"),
    }
)
#: What reads no target by its place: documentation, and what is made of results that are there.
ELSEWHERE = (
    *("modules/", "doc_fragments/", "module_utils/report/", "module_utils/terminal/"),
    "plugin_utils/documents/",
)


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_no_input_gives_another_error_than_the_documented_ones(parser: Any) -> None:
    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def run(data: st.DataObject) -> None:
        feed(parser, data.draw(parser.inputs))

    run()


def takes_text_apart(nodes: Sequence[ast.AST]) -> bool:
    calls = (node.func for node in nodes if isinstance(node, ast.Call))
    names = (
        each.attr if isinstance(each, ast.Attribute) else each.id
        for each in calls
        if isinstance(each, (ast.Attribute, ast.Name))
    )
    return not TAKING_APART.isdisjoint(names)


def test_no_module_that_takes_text_apart_is_left_out() -> None:
    fed = {module for parser in PARSERS for module in parser.modules}
    suspects = {
        name.removesuffix(".py")
        for name, source in sources().items()
        if takes_text_apart(source.nodes)
    }
    missing = {
        each
        for each in suspects - fed - set(READ_NOTHING_OF_A_TARGET)
        if not each.startswith(ELSEWHERE)
    }
    assert not missing, "feed them in tests/fuzz/parsers.py, or say there what they read"


def test_every_module_named_is_there() -> None:
    named = {module for parser in PARSERS for module in parser.modules}
    for module in named | set(READ_NOTHING_OF_A_TARGET):
        assert (PLUGINS / f"{module}.py").is_file(), module


def test_the_document_shows_a_run_of_all_of_them() -> None:
    document = (PLUGINS.parent / "docs" / "fuzzing.md").read_text("utf-8")
    (run,) = re.findall(r"^```text\n\$ make fuzz .*\n((?:.*\n)*?)```", document, re.MULTILINE)
    _head, *rows, total = run.splitlines()
    assert [row[:36].rstrip() for row in rows] == [parser.name for parser in PARSERS]
    counts = [[int(each) for each in row[36:].split()[:3]] for row in rows]
    assert total.split() == [
        f"{len(PARSERS)}",
        "parsers",
        *map(str, map(sum, zip(*counts, strict=True))),
    ]
    for parser, row in zip(PARSERS, rows, strict=True):
        shown = re.search(r"\((\d+) shapes\)", row)
        assert int(shown[1] if shown else 0) == len(parser.grows), parser.name


def test_names_are_told_apart() -> None:
    names = [parser.name for parser in PARSERS]
    assert len(set(names)) == len(names)
