# SPDX-License-Identifier: GPL-3.0-or-later
"""The source of the plugins, read and parsed once for all tests that look at it."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

PLUGINS = Path(__file__).parents[2] / "plugins"


@dataclass(frozen=True, eq=False)
class Source:
    """A module. Whoever gets a tree or nodes of it leaves them as they are: they are everybody's.

    Attributes:
        path: its file.
        name: its path below the folder of the plugins, with the suffix.
    """

    path: Path
    name: str

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        return walk(self.tree)


#: What holds no node, or only how a name is used.
_NO_NODES = frozenset(
    {
        *(
            "arg",
            "asname",
            "attr",
            "conversion",
            "ctx",
            "id",
            "is_async",
            "kind",
            "level",
            "module",
        ),
        *("name", "rest", "simple", "type_comment"),
    }
)


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each kind of node in which nodes may be."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        fields = () if issubclass(kind, ast.Constant) else kind._fields
        self[kind] = tuple(each for each in fields if each not in _NO_NODES)
        return self[kind]


_FIELDS = _Fields()


def children(node: ast.AST) -> list[ast.AST]:
    """As `ast.iter_child_nodes`, which takes three times as long, without what says how a name is used."""
    found: list[ast.AST] = []
    for field in _FIELDS[type(node)]:
        value = getattr(node, field, None)
        if isinstance(value, list):
            found += [each for each in value if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def walk(tree: ast.AST) -> list[ast.AST]:
    """As `ast.walk`, in its order, with `children`."""
    found = [tree]
    for node in found:  # which grows on the way
        if _FIELDS[type(node)]:
            found += children(node)
    return found


def with_surroundings(
    tree: ast.AST, wanted: Sequence[ast.expr]
) -> Iterator[tuple[ast.expr, tuple[ast.AST, ...]]]:
    """Nodes of a tree, each with those that it is in, from the tree itself on."""
    lines = sorted(each.lineno for each in wanted)
    found = set(wanted)
    stack: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(tree, ())] if wanted else []
    while stack:
        node, around = stack.pop()
        if node in found:
            yield node, around
        inside = (*around, node)
        for child in children(node):
            first, last = getattr(child, "lineno", 0), getattr(child, "end_lineno", None)
            if first == 0 or last is None or bisect_left(lines, first) < bisect_right(lines, last):
                stack.append((child, inside))


@cache
def sources() -> Mapping[str, Source]:
    """Every module of the plugins by its name."""
    named = {path.relative_to(PLUGINS).as_posix(): path for path in sorted(PLUGINS.rglob("*.py"))}
    return {name: Source(path, name) for name, path in named.items()}
