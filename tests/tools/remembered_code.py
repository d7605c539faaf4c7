# SPDX-License-Identifier: GPL-3.0-or-later
"""Compile the sources of collections less often than Ansible does, whose loader keeps no bytecode.

Each start of Ansible compiles all that it imports of a collection, which is half of what a short run
costs. In the environments of the pairs, the runs of tests read the bytecode that Python keeps of each
module anyway (`keep`).

The test ``import`` of ``ansible-test`` imports the plugins one after the other, each with all that it
imports, in one process. There each source is compiled once, and so is the text of which dataclasses
are made (`begin`).

This file is put into those environments, where Python runs it first.
"""

from __future__ import annotations

import atexit
import builtins
import gc
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

#: The variable that lets a program of a pair's environment `keep`.
VARIABLE = "REMEMBERED_CODE"

_known: dict[tuple[str | bytes, str, str], CodeType] = {}


def remembered(
    source: str | bytes, filename: str, mode: str = "exec", flags: int = 0, **rest: Any
) -> CodeType:
    """Do what ``compile`` does, for a source that inherits nothing from who compiles it."""
    key = source, filename, mode
    if flags or rest != {"dont_inherit": True}:
        code: CodeType = compile(source, filename, mode, flags, **rest)
        return code
    if key not in _known:
        _known[key] = compile(source, filename, mode, dont_inherit=True)
    return _known[key]


def execute(source: str | CodeType, *rest: Any) -> None:
    """Do what ``exec`` does."""
    code = remembered(source, "<string>", dont_inherit=True) if isinstance(source, str) else source
    builtins.exec(code, *rest)


def kept(
    source: str | bytes, filename: str, mode: str = "exec", flags: int = 0, **rest: Any
) -> CodeType:
    """Do what ``compile`` does. The bytecode of a module is read where Python keeps it, if it is that of
    the file as it is, and is else kept there."""
    if mode == "exec" and not flags and rest == {"dont_inherit": True} and Path(filename).is_file():
        code = SourceFileLoader(filename, filename).get_code(filename)
        if code is not None:
            return code
    compiled: CodeType = compile(source, filename, mode, flags, **rest)
    return compiled


#: What stands for which built-in function in which module.
Instead = Mapping[str, tuple[str, Any]]
_LOADER = "ansible.utils.collection_loader._collection_finder"
INSTEAD: Instead = {_LOADER: ("compile", remembered), "dataclasses": ("exec", execute)}


class Finder:
    """Finds those modules, and has them use what stands for the built-in functions."""

    def __init__(self, instead: Instead) -> None:
        self._instead = instead

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where such a module is; None of any other, which is found by who comes next."""
        if name not in self._instead:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                run(module)
                setattr(module, *self._instead[name])

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def begin() -> None:
    """Have all modules that are imported from now on compiled once."""
    sys.meta_path.insert(0, Finder(INSTEAD))


def keep() -> None:
    """Have the bytecode of a collection's modules kept, as that of all others is."""
    sys.meta_path.insert(0, Finder({_LOADER: ("compile", kept)}))
    look_seldom()


def look_seldom() -> None:
    """Have Python seldom look for cycles that nobody needs: of what programs make as they start, and
    pylint of all that it reads, most is to stay. At the end it would look several times, though the
    system frees all then. It is a sixth of what a start of Ansible costs, and a third of pylint."""
    gc.set_threshold(50_000, 50, 100)
    # What is registered first is called last.
    atexit.register(gc.freeze)
