# SPDX-License-Identifier: GPL-3.0-or-later
"""A module as a new process would import it, with other packages or versions than this one has."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest


@contextmanager
def imported_anew(wanted: ModuleType, *along: ModuleType | str) -> Iterator[ModuleType]:
    """A second copy of `wanted`. Modules of `along`, or with these names, and those below them are
    imported anew with it. Afterwards everything is as it was."""
    names = [each if isinstance(each, str) else each.__name__ for each in (wanted, *along)]
    before = dict(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        for name in before:
            if any(f"{name}.".startswith(f"{each}.") for each in names):
                patch.delitem(sys.modules, name)
                package, _dot, last = name.rpartition(".")
                if package in before:
                    patch.delattr(before[package], last, raising=False)
        try:
            yield importlib.import_module(wanted.__name__)
        finally:
            for name in sys.modules.keys() - before.keys():
                del sys.modules[name]
