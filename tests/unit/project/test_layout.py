# SPDX-License-Identifier: GPL-3.0-or-later
"""The house: few rooms, small folders and files, and imports that go down only.

What is imported is read from the source: that of the library is relative throughout.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from unit.rows import each_row
from unit.sources import PLUGINS, Source, sources

CHECKOUT = Path(__file__).parents[3]
LIBRARY = PLUGINS / "module_utils"

#: The rooms of the library, the lowest first: each imports of those before it only.
ROOMS = (
    "ground", "words", "wsman", "asked", "host", "pc", "firewall", "stopping", "diagnosis",
    "terminal", "verification", "report",
)  # fmt: skip

MOST_ROOMS = 12
MOST_FILES = 10
#: Ansible finds a module, or the documentation of a filter, by the name of its file in these, and
#: knows no folders there.
BY_MODULE = {"action", "modules", "filter"}
MOST_LINES = 450

Module = tuple[str, ...]
Graph = Mapping[Module, set[Module]]


def name_of(path: Path) -> Module:
    return path.relative_to(LIBRARY).with_suffix("").parts


MODULES = {
    name_of(source.path): source
    for source in sources().values()
    if source.path.is_relative_to(LIBRARY)
}


def imports_of(source: Source) -> Iterator[Module]:
    """The modules of the library that one of them imports, by their path in it."""
    path = source.path
    own = name_of(path)
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom) and node.level:
            assert node.level <= len(own), f"{path} imports what is outside of the library"
            start = (*own[: -node.level], *(node.module.split(".") if node.module else ()))
            for name in node.names:
                inner = (*start, name.name)
                found = inner if inner in MODULES else start
                assert found in MODULES, (path, found)
                yield found
        else:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            assert not any(each.startswith("ansible") for each in names), path


@cache
def modules() -> dict[Module, set[Module]]:
    """Each module of the library with those that it imports."""
    return {module: set(imports_of(source)) for module, source in MODULES.items()}


def folders(graph: Graph) -> dict[Module, set[Module]]:
    """Each folder of the library with the other folders that its modules import of."""
    found: dict[Module, set[Module]] = defaultdict(set)
    for module, imported in graph.items():
        found[module[:-1]] |= {each[:-1] for each in imported} - {module[:-1]}
    return found


def circles(graph: Graph) -> set[frozenset[Module]]:
    """What imports itself by way of others, as the sets of those that do."""
    reached = {start: _reached(graph, start) for start in graph}
    return {
        frozenset({start, *(each for each in reached[start] if start in reached.get(each, ()))})
        for start in graph
        if start in reached[start]
    }


def _reached(graph: Graph, start: Module) -> set[Module]:
    found: set[Module] = set()
    todo = [start]
    while todo:
        new = graph.get(todo.pop(), set()) - found
        found |= new
        todo.extend(new)
    return found


def up(graph: Graph, order: Iterable[str]) -> set[tuple[str, str]]:
    """The modules that import of a room above their own, each with what it imports."""
    floor = {room: number for number, room in enumerate(order)}
    return {
        (".".join(module), ".".join(each))
        for module, imported in graph.items()
        for each in imported
        if floor[each[0]] > floor[module[0]]
    }


@each_row(
    ("graph", "found"),
    [
        ({"a": "b", "b": "c", "c": ""}, set()),
        ({"a": "b", "b": "a", "c": "a"}, {"ab"}),
        ({"a": "b", "b": "c", "c": "a"}, {"abc"}),
        ({"a": "a"}, {"a"}),
        ({"a": "b", "b": "a", "c": "d", "d": "c"}, {"ab", "cd"}),
    ],
)
def test_circles_are_found(graph: dict[str, str], found: set[str]) -> None:
    made = {(name,): {(each,) for each in imported} for name, imported in graph.items()}
    assert circles(made) == {frozenset((each,) for each in names) for names in found}


def test_what_runs_up_is_found() -> None:
    graph = {("cellar", "a"): {("attic", "b")}, ("attic", "b"): {("attic", "c")}}
    assert up(graph, ["cellar", "attic"]) == {("cellar.a", "attic.b")}
    assert up(graph, ["attic", "cellar"]) == set()


def test_imports_are_read() -> None:
    assert ("ground", "text") in modules()["words", "phrases"]
    assert ("wsman", "cim", "classes") in modules()["pc", "endpoints"]
    assert sum(map(len, modules().values())) > 300


def test_rooms_are_few_and_all_are_known() -> None:
    assert len(ROOMS) <= MOST_ROOMS
    assert {path.name for path in LIBRARY.iterdir() if path.is_dir()} - {"__pycache__"} == set(
        ROOMS
    )
    assert not list(LIBRARY.glob("*.py"))


def test_a_folder_is_small() -> None:
    files = Counter(name.rpartition("/")[0] for name in sources())
    full = {folder for folder, count in files.items() if count > MOST_FILES}
    assert full - BY_MODULE == set()


def test_a_file_is_short() -> None:
    lines = {name: len(source.text.splitlines()) for name, source in sources().items()}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_imports_go_down() -> None:
    assert up(modules(), ROOMS) == set()


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circles(modules()) == set()


def test_no_folder_imports_itself_by_way_of_others() -> None:
    assert circles(folders(modules())) == set()


def test_the_unit_tests_mirror_the_rooms() -> None:
    tests = CHECKOUT / "tests" / "unit"
    for room in ROOMS:
        assert (tests / room).is_dir()
        for path in (tests / room).rglob("test_*.py"):
            assert (LIBRARY / path.relative_to(tests)).parent.is_dir(), path


def test_the_library_says_that_it_is_private_and_what_each_room_is_for() -> None:
    text = (LIBRARY / "README.md").read_text("utf-8")
    assert "private to this collection" in text
    assert "without\nnotice" in text
    assert tuple(re.findall(r"^\| `(\w+)` \| \w", text, re.MULTILINE)) == ROOMS
