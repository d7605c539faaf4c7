# SPDX-License-Identifier: GPL-3.0-or-later
"""The source of the plugins, read and parsed once for all tests that look at it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
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


def walk(tree: ast.AST) -> list[ast.AST]:
    """The nodes of a tree in the order of `ast.walk`, which takes three times as long, without those
    that say how a name is used."""
    found = [tree]
    done = 0
    while done < len(found):
        node = found[done]
        done += 1
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                found += [each for each in value if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                found.append(value)
    return found


@cache
def sources() -> Mapping[str, Source]:
    """Every module of the plugins by its name."""
    named = {path.relative_to(PLUGINS).as_posix(): path for path in sorted(PLUGINS.rglob("*.py"))}
    return {name: Source(path, name) for name, path in named.items()}
