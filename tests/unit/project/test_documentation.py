# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of each module says what its action takes."""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from unit.rows import each_row

CHECKOUT = Path(__file__).parents[3]
PLUGINS = CHECKOUT / "plugins"
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


#: How the first cells of the READMEs' tables begin, by what they name.
BEGINNINGS = {
    "README.md": {
        "module": r"\[`|module ", "playbook": "`", "role": r"\[?role ", "filter": "filters? ",
        "lookup": "lookup ", "callback": "callback ",
    },
    "README.ja.md": {
        "module": r"\[`|モジュール ", "playbook": "`", "role": r"\[?ロール ", "filter": "フィルター ",
        "lookup": "ルックアップ ", "callback": "コールバック ",
    },
}  # fmt: skip


@pytest.mark.parametrize("readme", BEGINNINGS)
def test_each_readme_has_a_line_for_all_that_the_collection_has(readme: str) -> None:
    """The short descriptions of ansible-doc are in English only."""
    text = (CHECKOUT / readme).read_text("utf-8")
    first_cells = re.findall(r"^\| (.+?) \| \S.* \|$", text, re.M)
    there = {
        "module": {path.stem for path in CHECKOUT.glob("plugins/modules/*.py")},
        "playbook": {path.stem for path in CHECKOUT.glob("playbooks/*.yml")},
        "role": {path.parent.name for path in CHECKOUT.glob("roles/*/tasks")},
        **{
            kind: {path.stem for path in CHECKOUT.glob(f"plugins/{kind}/*.py")}
            for kind in ("filter", "lookup", "callback")
        },
    }
    assert all(there.values())
    for kind, names in there.items():
        cells = [each for each in first_cells if re.match(BEGINNINGS[readme][kind], each)]
        listed = {name for each in cells for name in re.findall(r"`(\w+)`", each)}
        assert names <= listed, f"{readme}: {kind}"
