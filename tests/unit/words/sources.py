# SPDX-License-Identifier: GPL-3.0-or-later
"""Where in the source of the plugins texts stand that a person could read.

A text is found by what it looks like: a word, a blank and another word or a value, or a sign of
Japanese. What it is for is not known here. So what is written for Python, or for who writes
plugins, is left out by where it stands, and the rest by the test, which says why.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache

from unit.sources import Source, sources, walk, with_surroundings

_LOOKS_READ = re.compile(
    r"[A-Za-z][a-z']*[,;:.]? +[A-Za-z{'(]"  # a word, and another one or a value
    r"|\}[,;:.]? +[A-Za-z']"  # a value and a word
    r"|^ [A-Za-z]|[a-z] $"  # a part of a sentence
    r"|[\u3040-\u30ff\u4e00-\u9fff]"  # kana and kanji
)
_DOCUMENTATION = frozenset({"DOCUMENTATION", "EXAMPLES", "RETURN"})
# Raised where a programmer has made a mistake. Nobody else reads them.
_FOR_PROGRAMMERS = frozenset(
    {
        "AssertionError",
        "KeyError",
        "LookupError",
        "NotImplementedError",
        "RuntimeError",
        "TypeError",
        "ValueError",
    }
)
_PATTERNS = frozenset({"compile", "findall", "fullmatch", "match", "search", "split", "sub"})
# The key of a phrase, or an option.
_NAME = r"[a-z_]+(\.[\w-]+)*"
_TRACES = frozenset({"vvv", "vvvv", "vvvvv", "vvvvvv"})


@cache
def modules() -> dict[str, Source]:
    """The plugins without that which is documentation or the catalogue itself."""
    left_out = ("modules/", "doc_fragments/", "module_utils/words/texts/")
    return {name: source for name, source in sources().items() if not name.startswith(left_out)}


def text_of(node: ast.AST) -> str | None:
    """A string as it stands in the source, ``{}`` for each value of an f-string; None for what is
    no string."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = (text_of(each) if isinstance(each, ast.Constant) else "{}" for each in node.values)
        return "".join(part or "" for part in parts)
    return None


def loose_texts(
    tree: ast.Module, nodes: Sequence[ast.AST] | None = None
) -> Iterator[tuple[int, str]]:
    """The strings that a person could read, and what errors for people are raised with. Each with
    its line. `nodes` are those of the tree, where somebody has them."""
    every = walk(tree) if nodes is None else nodes
    documents = {node.value for node in every if isinstance(node, ast.Expr)}
    read = [
        node
        for node in every
        if isinstance(node, (ast.Constant, ast.JoinedStr))
        and node not in documents
        and _LOOKS_READ.search(text_of(node) or "")
    ]
    for string, around in with_surroundings(tree, read):
        if _is_read(string, around):
            yield string.lineno, str(text_of(string))
    for node in every:
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield from _raised(node.exc)


def _is_read(string: ast.expr, around: tuple[ast.AST, ...]) -> bool:
    """Is it neither a part of an f-string, nor in what is for Python or for programmers alone?"""
    if isinstance(around[-1], ast.JoinedStr):
        return False
    inside = (*around[1:], string)
    return not any(map(_is_for_programmers, inside, around))


def _is_for_programmers(node: ast.AST, parent: ast.AST) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring
    if isinstance(node, ast.Assign):
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        return bool(names & _DOCUMENTATION)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.annotation, ast.Name) and node.annotation.id == "TypeAlias"
    if isinstance(parent, ast.Assert):
        return node is parent.msg
    if isinstance(node, ast.Call) and name_of(node) in _FOR_PROGRAMMERS:
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        return node.func.attr in _TRACES or (of_re and node.func.attr in _PATTERNS)
    return False


def name_of(call: ast.Call) -> str:
    """The last name of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _raised(call: ast.Call) -> Iterator[tuple[int, str]]:
    """Texts that stand where an error for people takes phrases, however short. A name in small
    letters is the key of one, or that of an option."""
    if name_of(call) in _FOR_PROGRAMMERS:
        return
    for argument in call.args:
        for node in _texts_in(argument):
            text = text_of(node)
            is_name = isinstance(node, ast.Constant) and re.fullmatch(_NAME, text or "")
            if text and not is_name and not _LOOKS_READ.search(text):
                yield node.lineno, text  # type: ignore[attr-defined]


def _texts_in(argument: ast.AST) -> Iterator[ast.AST]:
    """What the value of an argument may be, or may be made of."""
    if isinstance(argument, ast.IfExp):
        yield from (*_texts_in(argument.body), *_texts_in(argument.orelse))
    elif isinstance(argument, ast.BinOp):
        yield from (*_texts_in(argument.left), *_texts_in(argument.right))
    else:
        yield argument
