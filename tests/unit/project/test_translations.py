# SPDX-License-Identifier: GPL-3.0-or-later
"""A document in Japanese says what the one in English says: the same sections, and the same names."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]
JAPANESE = sorted(
    path
    for pattern in ("*.ja.md", "docs/*.ja.md", "roles/*/*.ja.md")
    for path in CHECKOUT.glob(pattern)
)
# What is named is written the same in both languages: options, variables, verdicts, commands' options.
_NAME = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b|(?<![\w-])--[a-z][\w-]+")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_PICTURE = re.compile(r"^<picture>$.*?^</picture>$", re.M | re.S)


def english_of(path: Path) -> Path:
    return path.with_name(path.name.replace(".ja.md", ".md"))


def outline(text: str) -> list[int]:
    """The levels of the headings, in order."""
    return [len(signs) for signs in re.findall(r"^(#+) ", _FENCED.sub("", text), re.MULTILINE)]


def names(text: str) -> set[str]:
    """The names in a document, without those in links and in what a terminal shows."""
    shown = re.sub(r"^```console\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return set(_NAME.findall(re.sub(r"\]\([^)]*\)|https?://\S+", "]", shown)))


def parts(text: str) -> list[tuple[int, int, int]]:
    """Of each section, how many items of lists, rows of tables and commands it has."""
    sections = re.split(r"^#+ ", _FENCED.sub("", text), flags=re.MULTILINE)
    kinds = (re.compile(rf"^{begin}", re.MULTILINE) for begin in (r"- ", r"\|", r" {4}\S"))
    items, rows, commands = ([len(kind.findall(each)) for each in sections] for kind in kinds)
    return list(zip(items, rows, commands, strict=True))


def broken(text: str) -> list[str]:
    """The lines after which a paragraph goes on: a page shows the end of a line as a blank, and
    Japanese has none there."""
    own = ("|", "#", "-", "    ", "!", "<!--", "```")
    lines = _PICTURE.sub("!", _FENCED.sub("```", text)).splitlines()
    return [
        line
        for line, following in pairwise(lines)
        if line.strip() and following.strip() and not following.startswith(own)
    ]


def test_names_and_outlines_are_found() -> None:
    text = (
        "# A\n```yaml\n# no heading\nansible_port: 1\n```\n## B\n`--limit` [x](a_b.md) other-word\n"
    )
    assert outline(text) == [1, 2]
    assert names(text) == {"ansible_port", "--limit"}
    assert parts("a\n# A\n- b\n- c\n\n| d |\n## B\n    ls\n") == [(0, 0, 0), (2, 1, 0), (0, 0, 1)]
    assert {"README.ja.md", "connection.ja.md"} <= {path.name for path in JAPANESE}
    assert len(JAPANESE) == 5
    assert broken("# A\n\n- ポートを\n  確認\n- 次\n\n| a |\n| b |\n規則を\n変更\n") == [
        "- ポートを", "| b |", "規則を",
    ]  # fmt: skip


@pytest.mark.parametrize("path", JAPANESE, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_both_say_the_same(path: Path) -> None:
    japanese, english = path.read_text("utf-8"), english_of(path).read_text("utf-8")
    assert outline(japanese) == outline(english)
    assert parts(japanese) == parts(english)
    assert names(english) - names(japanese) == set()
    assert broken(japanese) == []


@pytest.mark.parametrize("path", JAPANESE, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_each_leads_to_the_other(path: Path) -> None:
    assert f"]({english_of(path).name})" in path.read_text("utf-8")
    assert f"]({path.name})" in english_of(path).read_text("utf-8")


def content() -> set[str]:
    """What the collection brings: its modules, filters, lookups, callbacks, roles and playbooks."""
    kinds = ("modules", "filter", "lookup", "callback")
    plugins = {path.stem for kind in kinds for path in CHECKOUT.glob(f"plugins/{kind}/[a-z]*.py")}
    others = (*CHECKOUT.glob("roles/[a-z]*"), *CHECKOUT.glob("playbooks/*.yml"))
    return plugins | {path.stem for path in others}


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_a_readme_has_a_line_for_all_that_there_is(readme: str) -> None:
    # What ansible-doc tells in a line is English only.
    assert {"port_facts", "port_story", "well_known_port", "table", "check_path"} <= content()
    text = (CHECKOUT / readme).read_text("utf-8")
    first_cells = " ".join(re.findall(r"^\| (.*?) \| \S", text, re.MULTILINE))
    assert content() - set(re.findall(r"`(\w+)`", first_cells)) == set()
