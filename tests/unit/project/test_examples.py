# SPDX-License-Identifier: GPL-3.0-or-later
"""Examples use options that there are: ansible-lint can't tell, as the modules are actions.

Looked at are the examples of modules, and the YAML of documents, playbooks, roles and scenarios.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from unit.rows import each_row

CHECKOUT = Path(__file__).parents[3]
PLUGINS = CHECKOUT / "plugins"
PACKAGE = "ansible_collections.portkeeper.windows.plugins"
PREFIX = "portkeeper.windows."
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MARKDOWN = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
_RST = re.compile(r"^\.\. code-block:: yaml\n\n((?:   .*\n|\n)+)", re.MULTILINE)


class _Loader(_LOADER):  # type: ignore[misc, valid-type]
    """Reads what Ansible reads: tags such as `!unsafe` say nothing here."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: None)


@cache
def options(module: str) -> frozenset[str]:
    """The options of a module, by their names and aliases."""
    action = importlib.import_module(f"{PACKAGE}.action.{module}").ActionModule
    found = {
        name
        for option, spec in action.ARGUMENTS.items()
        for name in (option, *spec.get("aliases", ()))
    }
    return frozenset(found)


@cache
def variables(role: str) -> frozenset[str]:
    path = CHECKOUT / "roles" / role / "meta" / "argument_specs.yml"
    return frozenset(
        yaml.load(path.read_text("utf-8"), _LOADER)["argument_specs"]["main"]["options"]
    )


def documents() -> Iterator[tuple[str, str]]:
    """Where YAML of Ansible stands, and the YAML."""
    for path in sorted(PLUGINS.glob("modules/[a-z]*.py")):
        yield path.name, importlib.import_module(f"{PACKAGE}.modules.{path.stem}").EXAMPLES
    for pattern in ("*.md", "docs/*.md", "roles/*/*.md", "extensions/molecule/*/*.md"):
        for path in sorted(CHECKOUT.glob(pattern)):
            for text in _MARKDOWN.findall(path.read_text("utf-8")):
                yield str(path.relative_to(CHECKOUT)), text
    for path in sorted(CHECKOUT.glob("docs/docsite/rst/*.rst")):
        for text in _RST.findall(path.read_text("utf-8")):
            yield str(path.relative_to(CHECKOUT)), text
    for pattern in ("playbooks/*.yml", "roles/*/tasks/*.yml", "extensions/molecule/*/*.yml"):
        for path in sorted(CHECKOUT.glob(pattern)):
            yield str(path.relative_to(CHECKOUT)), path.read_text("utf-8")


def wrong_in(text: str) -> list[str]:
    """The options that a module or role of the collection does not have."""
    return [each for found in yaml.load_all(text, _Loader) for each in _wrong(found)]


def _wrong(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _wrong(each)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        module = str(key).removeprefix(PREFIX)
        if module != key and isinstance(inner, dict):
            yield from (f"{module}: {name}" for name in inner if name not in options(module))
        yield from _wrong(inner)
    role = str(value.get("role", "")).removeprefix(PREFIX)
    if (CHECKOUT / "roles" / role / "meta").is_dir() and role:
        given = value.get("vars") or {}
        yield from (f"{role}: {name}" for name in given if name not in variables(role))


@each_row(
    ("text", "found"),
    [
        ("- portkeeper.windows.port_facts: {ports: 80}", []),
        ("- portkeeper.windows.port_facts: {prots: 80}", ["port_facts: prots"]),
        ("- block: [{portkeeper.windows.port_check: {form: x}}]", ["port_check: form"]),
        ("- ansible.builtin.debug: {mgs: x}", []),
        ("- roles: [{role: portkeeper.windows.port_setup, vars: {port_setup_state: x}}]", []),
        (
            "- roles: [{role: portkeeper.windows.port_setup, vars: {port_setup_stat: x}}]",
            ["port_setup: port_setup_stat"],
        ),
    ],
)
def test_wrong_options_are_found(text: str, found: list[str]) -> None:
    assert wrong_in(text) == found


def test_examples_use_options_that_there_are() -> None:
    every = list(documents())
    told = " ".join(name for name, _text in every)
    for place in ("port_check.py", "README.ja.md", "guide_ports.rst", "playbooks/", "converge.yml"):
        assert place in told, f"nothing of {place} is looked at"
    assert {name: wrong for name, text in every if (wrong := wrong_in(text))} == {}
