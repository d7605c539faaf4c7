# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback makes tables of results; a result that it can't be done for ends no play."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.callback.table import (
    AS_LINES,
    TABLES,
    TOLD_BY_TABLE,
    TOLD_LATER,
    WITHOUT_TABLE,
    CallbackModule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.results import MODULES

CHECKOUT = Path(__file__).parents[3]


class Breaking(dict[str, Any]):
    """A result that raises what no reader of results expects."""

    def __contains__(self, key: object) -> bool:
        raise AssertionError(key)


def test_it_knows_the_modules_that_have_a_table() -> None:
    assert set(TABLES) == MODULES, "TABLES of plugins/callback/table.py differs from results.py"


def test_it_knows_every_module() -> None:
    modules = {path.stem for path in (CHECKOUT / "plugins" / "modules").glob("[a-z]*.py")}
    known = set(TABLES) | {each.rpartition(".")[2] for each in WITHOUT_TABLE}
    missing = sorted(modules - known)
    assert not missing, (
        f"plugins/callback/table.py: name {missing} in TABLES, or in WITHOUT_TABLE if it has no table"
    )
    assert known <= modules


@pytest.mark.parametrize("module", TABLES)
def test_what_cannot_be_shown_as_a_table_is_left_as_it_is(
    module: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert CallbackModule()._table(module, Breaking(), "en", check_mode=False) is None
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err


@pytest.mark.parametrize("variable", [AS_LINES, TOLD_LATER, TOLD_BY_TABLE])
def test_no_variable_of_a_user_changes_how_a_task_is_shown(variable: str) -> None:
    def has(name: str) -> bool:
        return CallbackModule._has_variable(SimpleNamespace(vars={name: True}), variable)

    assert has(variable)
    assert has(f"port_setup_{variable}")
    ending = variable.removeprefix("portkeeper_")
    assert not any(map(has, (ending, f"report_{ending}", f"my{variable}", f"{variable}_too")))
