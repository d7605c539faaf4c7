# SPDX-License-Identifier: GPL-3.0-or-later
"""The plugins use the catalogue as it is: each key that they name is there, gets the values that
its text has places for, and each text is used."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator, Sequence
from functools import cache

from ansible_collections.portkeeper.windows.plugins.module_utils.words.catalogue import (
    SUBJECTS,
    TEXTS,
)
from unit.sources import PLUGINS, walk
from unit.words.sources import modules, name_of, text_of

# Keys of phrases are named in the pages of a report too.
_ASSETS = ("*.html", "*.j2", "*.js")
# How the script puts a key together, of words that it has elsewhere.
_JOINED = "`js.${"
_KEY = re.compile(r"[a-z_]+(\.[\w-]+)+")


def placeholders(text: str) -> set[str]:
    return {name for _text, name, *_rest in string.Formatter().parse(text) if name is not None}


def calls(nodes: Sequence[ast.AST]) -> Iterator[tuple[ast.Call, str]]:
    """The calls that make a phrase, or an error of one, with a key that is written there."""
    for node in nodes:
        if isinstance(node, ast.Call) and node.args:
            of_option = name_of(node) == "OptionError" and len(node.args) == 2
            said = node.args[1] if of_option else node.args[0]
            key = text_of(said) if isinstance(said, ast.Constant) else None
            if key and (of_option or name_of(node) == "Phrase" or name_of(node) in phrase_errors()):
                yield node, key


@cache
def phrase_errors() -> frozenset[str]:
    """The classes of errors whose first argument is a key, and whose others are its values."""
    found = {"PhraseError"}
    while True:
        more = {
            node.name
            for source in modules().values()
            for node in source.nodes
            if isinstance(node, ast.ClassDef)
            and any(isinstance(base, ast.Name) and base.id in found for base in node.bases)
            and not any(
                isinstance(each, ast.FunctionDef) and each.name == "__init__" for each in node.body
            )
        }
        if more <= found:
            return frozenset(found)
        found |= more


def values_of(call: ast.Call) -> set[str] | None:
    """The names of the values that a phrase is made with; None where the call does not show them."""
    if name_of(call) != "Phrase":
        names = [keyword.arg for keyword in call.keywords]
        return None if None in names else {str(name) for name in names}
    if len(call.args) == 1 and not call.keywords:
        return set()
    if len(call.args) == 2 and isinstance(call.args[1], ast.Dict):
        keys = [None if key is None else text_of(key) for key in call.args[1].keys]
        return None if None in keys else {str(key) for key in keys}
    return None


def test_a_key_that_is_named_is_there_and_gets_its_values() -> None:
    named = [
        (f"{module}:{call.lineno}: {key}", key, values_of(call))
        for module, source in modules().items()
        for call, key in calls(source.nodes)
    ]
    assert [place for place, key, _values in named if key not in TEXTS] == []
    assert [
        (place, values)
        for place, key, values in named
        if values is not None and values != placeholders(TEXTS[key].en)
    ] == []


def test_calls_are_seen() -> None:
    tree = ast.parse(
        "Phrase('a.b', {'c': d})\nUserError('e.f', g=h)\nPhrase(i, {})\nPhrase('j.k')\nOther('l.m')\n"
        "Phrase('n.o', p)\nUserError('q.r', **s)\nOptionError('ports', 't.u', v=w)"
    )
    assert [(key, values_of(call)) for call, key in calls(walk(tree))] == [
        ("a.b", {"c"}), ("e.f", {"g"}), ("j.k", set()), ("n.o", None), ("q.r", None),
        ("t.u", {"v"}),
    ]  # fmt: skip


@cache
def makers() -> frozenset[str]:
    """The functions that put a key together of a group and a name."""
    return frozenset(
        function.name
        for source in modules().values()
        if "}.{" in source.text
        for function in source.nodes
        if isinstance(function, ast.FunctionDef)
        and any(isinstance(n, ast.JoinedStr) and text_of(n) == "{}.{}" for n in walk(function))
    )


def used() -> Iterator[tuple[str, str | None]]:
    """The keys that the plugins name. One that is put together there is its beginning, and a
    pattern of the rest; another one is all of it, and None."""
    for source in modules().values():
        for node in source.nodes:
            text = text_of(node)
            if isinstance(node, ast.Call) and name_of(node) in makers() and node.args:
                group = text_of(node.args[0])
                if group:
                    yield f"{group}.", r"[\w-]+"
            elif text and isinstance(node, ast.Constant) and _KEY.fullmatch(text):
                yield text, None
            elif text and isinstance(node, ast.JoinedStr) and re.match(r"[a-z_]+\.", text):
                begin, *rest = text.split("{}")
                yield begin, "".join(rf"[\w.-]+{re.escape(each)}" for each in rest) or None
    for pattern in _ASSETS:
        for path in PLUGINS.rglob(pattern):
            text = path.read_text("utf-8")
            for key in _KEY.finditer(text):
                yield key[0], None
            if _JOINED in text:
                yield from ((f"js.{word}", None) for word in re.findall(r'"(\w+)"', text))


def test_each_text_is_used() -> None:
    named = set(used())
    whole = {key for key, rest in named if rest is None}
    joined = re.compile(
        "|".join(sorted(re.escape(begin) + rest for begin, rest in named if rest is not None))
    )
    keys = [key for subject in SUBJECTS for key in subject.TEXTS]
    assert len(keys) == len(TEXTS)
    assert [key for key in keys if key not in whole and not joined.fullmatch(key)] == []


def phrases_of(nodes: Sequence[ast.AST]) -> Iterator[tuple[ast.Call, str, set[str]]]:
    """The phrases with keys that are written there, be it as one of two, and all the values that
    they may be given, where the function shows them: in place, or under a name of its own."""
    for function in nodes:
        if not isinstance(function, ast.FunctionDef):
            continue
        inner = walk(function)
        for call in inner:
            if not isinstance(call, ast.Call) or name_of(call) != "Phrase" or len(call.args) != 2:
                continue
            key, given = call.args
            values = keys_of(given, inner)
            for each in (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,):
                if isinstance(each, ast.Constant) and values is not None:
                    yield call, str(each.value), values


def keys_of(given: ast.expr, function: Sequence[ast.AST]) -> set[str] | None:
    """The keys that a dictionary may have; None where the nodes of the function do not show them
    all."""
    if isinstance(given, ast.Dict):
        keys = [None if key is None else text_of(key) for key in given.keys]
        return None if None in keys else {str(key) for key in keys}
    if not isinstance(given, ast.Name):
        return None
    found: set[str] = set()
    shown = False
    for node in function:
        targets = [*node.targets] if isinstance(node, ast.Assign) else []
        if isinstance(node, (ast.AnnAssign, ast.AugAssign)):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name) and target.id == given.id:
                assert isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign))
                keys = keys_of(node.value, function) if isinstance(node.value, ast.Dict) else None
                if keys is None:
                    return None
                found |= keys
                shown = True
            elif isinstance(target, ast.Subscript) and ast.unparse(target.value) == given.id:
                found.add(str(text_of(target.slice)))
    return found if shown else None


def test_a_phrase_is_given_all_that_its_text_wants() -> None:
    given = [
        (f"{module}:{call.lineno}: {key}", placeholders(TEXTS[key].en) - values)
        for module, source in modules().items()
        if "Phrase(" in source.text
        for call, key, values in phrases_of(source.nodes)
    ]
    assert given
    assert [(place, missing) for place, missing in given if missing] == []


def test_values_are_seen_under_a_name_of_their_own() -> None:
    tree = ast.parse(
        "def f(o):\n"
        "    v: dict = {'a': 1}\n"
        "    v['b'] = 2\n"
        "    v |= {'c': 3}\n"
        "    w = {'d': 4, **o}\n"
        "    Phrase('x' if o else 'y', v)\n"
        "    Phrase('z', w)\n"
        "    Phrase('u', o)\n"
        "    Phrase('t', {'e': 5})\n"
    )
    assert [(key, values) for _call, key, values in phrases_of(walk(tree))] == [
        ("x", {"a", "b", "c"}), ("y", {"a", "b", "c"}), ("t", {"e"}),
    ]  # fmt: skip
