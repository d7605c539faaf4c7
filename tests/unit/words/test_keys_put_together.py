# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of texts that an f-string puts together exist: at least one text begins as the f-string does
and, if a value is a member of an enumeration or a Literal, each member gives the key of a text."""

from __future__ import annotations

import ast
import enum
import importlib
import re
import sys
import typing
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from types import ModuleType, NoneType, UnionType
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.words.catalogue import TEXTS
from unit.sources import walk, with_surroundings
from unit.words.sources import modules, text_of

_PLUGINS = "ansible_collections.portkeeper.windows.plugins."
# Names that the script of the report's page has for texts.
_NO_KEYS = frozenset(
    ("plugin_utils/documents/page_words.py", name) for name in ("state.{}", "verdict.{}")
)
# Members that never come to a place, because the code before it decides otherwise.
NEVER_GIVEN = {
    # Both kinds of equal rules share them.
    ("module_utils/firewall/listing/auditing/audit.py", "audit.why_{}"): "duplicate same_but_name",
    ("module_utils/firewall/listing/auditing/audit.py", "audit.remedy_{}"): (
        "duplicate same_but_name"
    ),
    # What is wrong with a setting says itself what to do.
    ("module_utils/host/transport.py", "failure_remedy.{}"): "setting",
    # Near misses are of a few kinds.
    ("module_utils/diagnosis/causes/blocking.py", "remedy.{}"): (
        "answered_by_other behind_nat holder_unknown in_use_by_other nothing_listens"
    ),
    # Why the controller has not tried to connect: only some kinds say that.
    ("module_utils/diagnosis/judge.py", "cause.{}"): "in_use_by_other",
    ("module_utils/firewall/judging/decision.py", "decision.{}"): (
        "default_action impossible service_restriction unreadable"
    ),
    # Dangers have texts of their own, and refusals of a service others.
    ("module_utils/stopping/choosing/targets.py", "refused.{}"): (
        "dependent_services disabled network protected_process relay reused_pid rpc shared_process system_process "
        "takes_no_stop windows_itself winrm wmi"
    ),
    # These have words of the script.
    ("plugin_utils/documents/page_words.py", "change.{}"): "state verdict",
}
_KEY = re.compile(r"[a-z_]+\.[\w.]*\{\}[\w.{}]*")


@dataclass(frozen=True)
class Place:
    """An f-string with the class, the function and the comprehensions that it is in."""

    module: str
    string: ast.JoinedStr
    around: tuple[ast.AST, ...]

    @property
    def pattern(self) -> str:
        return str(text_of(self.string))

    def __str__(self) -> str:
        return f"{self.module}:{self.string.lineno}: {self.pattern}"

    @cached_property
    def _imported(self) -> ModuleType:
        return importlib.import_module(_PLUGINS + self.module.removesuffix(".py").replace("/", "."))

    def every_key(self) -> set[str]:
        """All keys that it can give; empty if the values of a placeholder are not known."""
        found = {""}
        for part in self.string.values:
            if isinstance(part, ast.Constant):
                values: Collection[str] = [str(part.value)]
            else:
                assert isinstance(part, ast.FormattedValue)
                values = self.texts_of(part.value)
            found = {begun + value for begun in found for value in values}
        return found

    def texts_of(self, value: ast.AST) -> Collection[str]:
        """All texts that an expression may be; none if they are not known."""
        if isinstance(value, ast.Constant):
            return {value.value} if isinstance(value.value, str) else ()
        if isinstance(value, ast.IfExp):
            return either(self.texts_of(value.body), self.texts_of(value.orelse))
        if isinstance(value, ast.BoolOp):
            return either(*map(self.texts_of, value.values))
        if isinstance(value, ast.Call) and ast.unparse(value).endswith(".lower()"):
            assert isinstance(value.func, ast.Attribute)
            return {each.lower() for each in self.texts_of(value.func.value)}
        return values_of(self.type_of(value)) or self._assigned(value)

    def _assigned(self, value: ast.AST) -> Collection[str]:
        """The texts that a variable is given in its function."""
        functions = [each for each in self.around if isinstance(each, ast.FunctionDef)]
        if not isinstance(value, ast.Name) or not functions:
            return ()
        given = [
            self.texts_of(node.value)
            for node in walk(functions[-1])
            if isinstance(node, ast.Assign)
            and any(isinstance(each, ast.Name) and each.id == value.id for each in node.targets)
        ]
        return either(*given)

    def type_of(self, value: ast.AST) -> Any:
        """The type of an expression, as far as annotations tell it; None otherwise."""
        if isinstance(value, ast.Name):
            return self._type_of_name(value.id)
        if isinstance(value, ast.Attribute):
            owner = self.type_of(value.value)
            if isinstance(owner, type) and issubclass(owner, enum.Enum) and value.attr == "value":
                return owner
            if isinstance(owner, type):
                declared = getattr(owner, value.attr, None)
                if isinstance(declared, property):
                    return hints(declared.fget).get("return")
                return hints(owner).get(value.attr)
        return None

    def _type_of_name(self, name: str) -> Any:
        for outer in reversed(self.around):
            if isinstance(outer, ast.FunctionDef):
                function = self._function(outer)
                if name in hints(function):
                    return hints(function)[name]
                if name == "self":
                    return self._class()
            for target, source in loops(outer):
                if isinstance(target, ast.Name) and target.id == name:
                    return element(self.type_of(source))
        named = vars(self._imported).get(name)
        return type[named] if isinstance(named, type) else None

    def _class(self) -> Any:
        names = [each.name for each in self.around if isinstance(each, ast.ClassDef)]
        return getattr(self._imported, names[-1]) if names else None

    def _function(self, node: ast.FunctionDef) -> Any:
        function = getattr(self._class() or self._imported, node.name, None)
        return function.fget if isinstance(function, property) else function


def either(*found: Collection[str]) -> Collection[str]:
    """Texts of several expressions; none if those of one of them are not known."""
    return set().union(*found) if all(found) else ()


def hints(thing: Any) -> Mapping[str, Any]:
    """The annotations of a class or function, as far as they can be evaluated in its module."""
    found: dict[str, Any] = {}
    for owner in reversed(getattr(thing, "__mro__", [thing])):
        names = vars(sys.modules[owner.__module__]) if owner is not None else {}
        for name, annotation in getattr(owner, "__annotations__", {}).items():
            with suppress(NameError, TypeError):
                found[name] = eval(annotation, dict(names)) if isinstance(annotation, str) else None
    return found


def loops(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The targets of a loop or comprehension, each with what it runs through."""
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
        yield from ((each.target, each.iter) for each in node.generators)
    elif isinstance(node, ast.For):
        yield node.target, node.iter


def element(several: Any) -> Any:
    """The type of the elements of a sequence, or of an enumeration that is iterated itself."""
    if typing.get_origin(several) is type:
        return typing.get_args(several)[0]
    if typing.get_origin(several) in (tuple, list, set, frozenset, Sequence, Collection):
        return typing.get_args(several)[0]
    return None


def values_of(kind: Any) -> Collection[str]:
    """All texts of a type; none if there is no end of them."""
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return [str(each.value) for each in kind]
    if typing.get_origin(kind) is typing.Literal:
        return [str(each) for each in typing.get_args(kind)]
    if typing.get_origin(kind) in (UnionType, typing.Union):
        members = [each for each in typing.get_args(kind) if each is not NoneType]
        return values_of(members[0]) if len(members) == 1 else ()
    return ()


def places(module: str, tree: ast.AST, nodes: Sequence[ast.AST] | None = None) -> Iterator[Place]:
    """The f-strings of a module that are keys, as far as their form tells. `nodes` are those of the
    tree, where somebody has them."""
    strings = [
        node
        for node in (walk(tree) if nodes is None else nodes)
        if isinstance(node, ast.JoinedStr)
        and _KEY.fullmatch(pattern := str(text_of(node)))
        and (module, pattern) not in _NO_KEYS
    ]
    for string, around in with_surroundings(tree, strings):
        assert isinstance(string, ast.JoinedStr)
        yield Place(module, string, around)


@cache
def all_places() -> list[Place]:
    return [
        each
        for name, source in modules().items()
        for each in places(name, source.tree, source.nodes)
    ]


def test_a_text_begins_as_each_key_does() -> None:
    beginnings = {each: each.pattern.partition("{")[0] for each in all_places()}
    assert len(beginnings) > 50
    known = tuple(TEXTS)
    assert [
        str(place)
        for place, beginning in beginnings.items()
        if not any(key.startswith(beginning) for key in known)
    ] == []


def test_each_member_gives_the_key_of_a_text() -> None:
    missing: dict[tuple[str, str], set[str]] = {}
    for place in all_places():
        lacking = {key for key in place.every_key() if key not in TEXTS}
        if lacking:
            missing[place.module, place.pattern] = lacking
    assert missing == {
        place: {place[1].replace("{}", word) for word in words.split()}
        for place, words in NEVER_GIVEN.items()
    }


def test_most_members_are_seen() -> None:
    """Were they not, nothing would be checked."""
    seen = {each.pattern for each in all_places() if each.every_key()}
    assert {
        "failure.{}",
        "failure_remedy.{}",
        "held.{}",
        "origin.{}",
        "store.{}",
        "verdict.{}",
    } < seen
    assert len(seen) > 20


def test_values_are_found() -> None:
    class Shade(enum.StrEnum):
        DARK = "Dark"
        PALE = "Pale"

    assert values_of(Shade) == values_of(Shade | None) == ["Dark", "Pale"]
    assert values_of(typing.Literal["a", "b"]) == ["a", "b"]
    assert values_of(str) == values_of(Shade | str) == values_of(None) == ()
    assert element(tuple[Shade, ...]) is element(type[Shade]) is Shade
    (place,) = places(
        "module_utils/words/phrases.py",
        ast.parse("def f(o):\n  n = 'B' if o else 'C'\n  f'a.{n.lower()}'"),
    )
    assert place.every_key() == {"a.b", "a.c"}
    assert [
        *places("module_utils/words/phrases.py", ast.parse("f'{a}.b', f'a b.{c}', f'a.{b}.exe c'"))
    ] == []
