# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup plugin that asks Ansible for the values of variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar, trust_as_template

FOLDER = Path(__file__).parents[3] / "plugins" / "lookup"


def found(names: list[str], language: str | None = None, **values: Any) -> list[str]:
    variables: dict[str, Any] = {"groups": {"all": []}, **values}
    lookup_loader.add_directory(str(FOLDER))
    plugin: Any = lookup_loader.get(
        "unresolved_variables", templar=Templar(loader=None, variables=variables)
    )
    told: list[str] = plugin.run(names, variables=variables, language=language)
    return told


def test_only_variables_whose_value_cannot_be_worked_out_are_told() -> None:
    right = {"a": trust_as_template("{{ groups['all'] }}"), "b": 7, "c": ["{{ x }}"]}
    assert found(["a", "b", "c", "not_set"], **right) == []
    wrong = {"d": [trust_as_template("{{ groups['pcs'] }}")], "e": trust_as_template("{{ x }}")}
    group, unset = found(["a", "d", "e"], **right, **wrong)
    assert group.startswith("d: the inventory has no group pcs.")
    assert (
        unset == "e: its value can't be worked out: 'x' is undefined. Correct the template in it."
    )


def test_the_language_is_that_of_the_option_or_of_the_controller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = trust_as_template("{{ groups['pcs'] }}")
    japanese = "v: インベントリーにグループ pcs がありません。"
    assert found(["v"], "ja", v=wrong)[0].startswith(japanese)
    monkeypatch.setenv("PORTKEEPER_LANGUAGE", "ja")
    assert found(["v"], v=wrong)[0].startswith(japanese)
