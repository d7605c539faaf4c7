# SPDX-License-Identifier: GPL-3.0-or-later
"""Compile each source once, in the process in which the test ``import`` of ``ansible-test`` imports the
plugins one after the other, each with all that it imports.

Ansible's loader of collections keeps no bytecode, and dataclasses are made of text. This file is put
into the environments of ``ansible-test``, where Python runs it first.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import CodeType, ModuleType
from typing import Any

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


#: What stands for which built-in function in which module.
INSTEAD: dict[str, tuple[str, Any]] = {
    "ansible.utils.collection_loader._collection_finder": ("compile", remembered),
    "dataclasses": ("exec", execute),
}


class Finder:
    """Finds those modules, and has them use what stands for the built-in functions."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where such a module is; None of any other, which is found by who comes next."""
        if name not in INSTEAD:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                run(module)
                setattr(module, *INSTEAD[name])

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def begin() -> None:
    """Have all modules that are imported from now on compiled once."""
    sys.meta_path.insert(0, Finder())
