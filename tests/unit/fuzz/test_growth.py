# SPDX-License-Identifier: GPL-3.0-or-later
"""Twice the input is twice the work, and no more: counted, not measured."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fuzz import backtracking
from fuzz.parser import Parser
from fuzz.parsers import PARSERS
from fuzz.run import feed
from fuzz.steps import MOST_GROWTH, lines_run

#: Lines that do not grow: of a limit that lies between the sizes. What looks at each of the pieces that
#: an input has more runs many more.
FEW = 20

PLUGINS = Path(__file__).parents[3] / "plugins"
COLLECTION = "ansible_collections.portkeeper.windows.plugins"

#: Beyond the numbers from which the product considers no more of a kind, such as 64 subnets.
SIZE = 70
#: Expressions that a text can't meet as it is needed for the worst.
ONLY_IN_XML = {
    "module_utils/verification/recording/envelopes/_ASIDE": "in XML, what begins a comment has an end",
}

SHAPES = [
    pytest.param(parser, shape, id=f"{parser.name}: {shape}")
    for parser in PARSERS
    for shape in parser.grows
]


@pytest.mark.parametrize(("parser", "shape"), SHAPES)
def test_work_grows_with_the_size_and_no_faster(parser: Parser, shape: str) -> None:
    grow = parser.grows[shape]
    inputs = [grow(SIZE * factor) for factor in (1, 2, 4)]
    # What is kept of a part is kept for all then, and what is kept of a whole for none.
    feed(parser, grow(SIZE * 5))
    small, middle, large = (lines_run(lambda data=data: feed(parser, data)) for data in inputs)
    # What is added, not the whole: beside much work that grows as it may, a little that grows
    # faster would not show before the input is large. Where a limit lies between the first two, the
    # second may be less work than the first.
    added = middle - small if middle >= small else middle
    assert large - middle <= MOST_GROWTH * added + FEW, (small, middle, large)


def patterns() -> Iterator[tuple[str, str, re.Pattern[str], bool]]:
    """Each regular expression of the modules that read a target, and whether it is looked for at
    every place of a text."""
    modules = sorted({module for parser in PARSERS for module in parser.modules})
    for module in modules:
        source = (PLUGINS / f"{module}.py").read_text("utf-8")
        loaded = importlib.import_module(f"{COLLECTION}.{module.replace('/', '.')}")
        for name, value in sorted(vars(loaded).items()):
            if isinstance(value, re.Pattern) and re.search(rf"^{name}\b", source, re.M):
                use = re.compile(rf"\b{name}\.(?:search|findall|finditer|sub|split)\(")
                yield module, name, value, bool(use.search(source))


PATTERNS = [
    pytest.param(*each, id="/".join(each[:2]))
    for each in patterns()
    if "/".join(each[:2]) not in ONLY_IN_XML
]


@pytest.mark.parametrize(("module", "name", "pattern", "anywhere"), PATTERNS)
def test_no_expression_backtracks_faster_than_a_text_grows(
    module: str, name: str, pattern: re.Pattern[str], anywhere: bool
) -> None:
    del module, name
    # Looking for it everywhere is as many matches as there are places: shorter texts will do.
    sizes = (100, 200) if anywhere else (150, 300)
    middle, large = (worst(pattern, size, anywhere=anywhere) for size in sizes)
    # Some steps more for repeats with a bound that the shorter text does not reach.
    assert large <= MOST_GROWTH * middle + 200


def worst(pattern: re.Pattern[str], size: int, *, anywhere: bool) -> int:
    """The steps for the text of a size that is hardest for an expression."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        texts = backtracking.attacks(pattern, size)
        return max(
            (backtracking.steps(pattern, each, search=anywhere) for each in texts), default=0
        )
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize("expression", [r"(a+)+\Z", r"(?:a|a)*b", r"[a-z]*[a-z0-9]*\Z"])
def test_an_expression_that_does_is_found(expression: str) -> None:
    pattern = re.compile(expression)
    assert worst(pattern, 12, anywhere=False) > 2.2 * worst(pattern, 6, anywhere=False) + 20


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (r"\s*([0-9]{1,5})\s+([0-9]{1,5})(?:\s+(\*))?\s*\Z", "  50000  50059   *  "),
        (
            r" {4}(?P<name>\S.*?|) {4}(?P<type>REG_[A-Z_]+) {4}(?P<data>.*)\Z",
            "    a    REG_SZ    x",
        ),
        (r"(?:[^<>'\"]|\"[^<]*\")*+>|<", 'a "b" c>'),
        (r"(?<![\w.])[\w.]*(?:Error|Warning)\b:?\s*", "a.b.SSLError: c"),
        (r"<(\w+)\b[^>]*>([^<]*)</\1>", "<a b='c'>d</a>"),
        (r"https?://[^\s:/]{1,9}:[1-9][0-9]{0,4}(/.*)?\Z", "http://a:80/x y"),
    ],
)
def test_the_counting_matcher_agrees_with_python(expression: str, text: str) -> None:
    pattern = re.compile(expression)
    for each in (text, text + "x", text[1:], text[:-1] + "\n", text * 2):
        matcher = backtracking._Matcher(pattern, each)
        found = matcher.match(matcher.tree, 0, lambda _at: True)
        assert found is bool(pattern.match(each)), each
