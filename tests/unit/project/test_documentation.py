# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of each module says what its action takes."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from unit.rows import each_row

PLUGINS = Path(__file__).parents[3] / "plugins"
PACKAGE = "ansible_collections.portkeeper.windows.plugins"
ACTIONS = sorted(path.stem for path in (PLUGINS / "action").glob("[a-z]*.py"))
COMPARED = ("type", "elements", "choices", "default", "required", "no_log", "aliases")


@cache
def documented(module: str) -> dict[str, Any]:
    text = importlib.import_module(f"{PACKAGE}.modules.{module}").DOCUMENTATION
    documentation: dict[str, Any] = yaml.safe_load(text)
    for fragment in documentation["extends_documentation_fragment"]:
        _collection, _dot, name = fragment.partition("portkeeper.windows.")
        module, _dot, part = name.partition(".")
        shared = importlib.import_module(f"{PACKAGE}.doc_fragments.{module}").ModuleDocFragment
        shared_text = getattr(shared, part.upper() or "DOCUMENTATION")
        documentation["options"] |= yaml.safe_load(shared_text).get("options", {})
    return documentation


def spec_of(options: dict[str, Any], sub_key: str) -> dict[str, Any]:
    """The comparable part of an argument spec or of documented options."""
    return {
        name: {key: option[key] for key in COMPARED if option.get(key) not in (None, False, [])}
        | ({"options": spec_of(option[sub_key], sub_key)} if option.get(sub_key) else {})
        for name, option in options.items()
    }


def test_there_are_actions() -> None:
    assert "port_facts" in ACTIONS


@pytest.mark.parametrize("name", ACTIONS)
def test_each_action_has_a_documented_module(name: str) -> None:
    assert documented(name)["module"] == name


@each_row("name", ACTIONS)
def test_options_are_documented_as_they_are(name: str) -> None:
    action = importlib.import_module(f"{PACKAGE}.action.{name}").ActionModule
    assert spec_of(documented(name)["options"], "suboptions") == spec_of(
        action.ARGUMENTS, "options"
    )


@each_row("name", ACTIONS)
def test_each_action_is_in_the_group_for_module_defaults(name: str) -> None:
    runtime = yaml.safe_load((PLUGINS.parent / "meta" / "runtime.yml").read_text())
    assert name in runtime["action_groups"]["all"]
