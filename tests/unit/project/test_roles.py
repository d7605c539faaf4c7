# SPDX-License-Identifier: GPL-3.0-or-later
"""What is documented of each role's variables is what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.portkeeper.windows.plugins.callback.table import (
    AS_LINES,
    MODULES,
    TOLD_LATER,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Verdict,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path.ends.model import (
    PathVerdict,
)

ROLES = Path(__file__).parents[3] / "roles"
PLAYBOOKS = ROLES.parent / "playbooks"
OURS = "portkeeper.windows."
#: It has no variables for users: the others run it.
CHECKING = "role_variables"
NAMES = sorted({path.name for path in ROLES.iterdir()} - {CHECKING})


def read(role: str, file: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROLES / role / file).read_text(encoding="utf-8"))
    return found


def test_there_are_roles() -> None:
    assert {"port_report", "port_setup"} <= set(NAMES)


@pytest.mark.parametrize("role", NAMES)
def test_the_values_of_its_variables_are_looked_at_before_it_begins(role: str) -> None:
    (needed,) = read(role, "meta/main.yml")["dependencies"]
    assert needed["role"] == f"portkeeper.windows.{CHECKING}"
    assert needed["vars"]["role_variables_of"] == role


def tasks_of_modules(found: object) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The tasks of our modules in a file, at any depth, each with the arguments of its module."""
    if isinstance(found, dict):
        for key, value in found.items():
            if str(key).startswith(OURS) and isinstance(value, dict):
                yield found, value
            else:
                yield from tasks_of_modules(value)
    elif isinstance(found, list):
        for each in found:
            yield from tasks_of_modules(each)


def test_sentences_are_joined_as_their_language_does() -> None:
    for file in FILES:
        assert "join(' ')" not in file.read_text("utf-8"), file


FILES = [*ROLES.glob("*/tasks/*.yml"), *PLAYBOOKS.glob("*.yml")]
TASKS = [
    (str(path.relative_to(ROLES.parent)), task, arguments)
    for path in sorted(FILES)
    for task, arguments in tasks_of_modules(yaml.safe_load(path.read_text(encoding="utf-8")))
]


def test_each_task_of_roles_and_playbooks_speaks_the_language_of_their_variable() -> None:
    """Errors too: one task without it is English between others that aren't."""
    assert len(TASKS) > 10
    assert [
        (path, task["name"])
        for path, task, arguments in TASKS
        if "_language | default(" not in arguments.get("language", "")
    ] == []


def test_an_error_in_each_task_of_roles_and_playbooks_is_shown_as_text() -> None:
    """Where no tables are shown in playbooks, the callback needs to be told."""
    assert [
        (path, task["name"])
        for path, task, _arguments in TASKS
        if not any(name.endswith(AS_LINES) for name in task.get("vars", ()))
    ] == []


def test_no_task_of_port_setup_shows_a_table_of_what_the_role_tells_at_its_end() -> None:
    for file in sorted((ROLES / "port_setup" / "tasks").glob("*.yml")):
        for task, _arguments in tasks_of_modules(yaml.safe_load(file.read_text("utf-8"))):
            if any(module in MODULES for module in task):
                assert task["vars"][f"port_setup_{TOLD_LATER}"] is True, task["name"]


def test_a_playbook_fails_later_with_what_its_module_has_found() -> None:
    """Otherwise Ansible prints all data of the result, or nobody is told that it has failed."""
    for path in PLAYBOOKS.glob("*.yml"):
        (play,) = yaml.safe_load(path.read_text("utf-8"))
        for task, _arguments in tasks_of_modules([play]):
            assert task["vars"]["portkeeper_fails_later"] is True, path.name
            ends = [
                each["ansible.builtin.assert"]["that"]
                for each in play["tasks"]
                if "ansible.builtin.assert" in each
            ]
            assert f"{task['register']}.fails_later is not defined" in ends, path.name


@pytest.mark.parametrize("role", NAMES)
def test_defaults_are_documented_as_they_are(role: str) -> None:
    options = read(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    documented = {name: each["default"] for name, each in options.items() if "default" in each}
    # What is required has no default that would make it optional, but may stand among them empty.
    given = {
        name: value
        for name, value in read(role, "defaults/main.yml").items()
        if not options.get(name, {}).get("required")
    }
    assert documented == given


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
@pytest.mark.parametrize("role", NAMES)
def test_its_readme_has_a_line_for_each_variable(role: str, readme: str) -> None:
    options = read(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    text = (ROLES / role / readme).read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| \S.* \|$", text, re.MULTILINE)
    assert [name for name, _default in rows] == list(options)
    shown = {name: default.strip("`") for name, default in rows if default.startswith("`")}
    given = {
        name: shown_as(each["default"])
        for name, each in options.items()
        if each.get("default", "") != ""
    }
    # One that is not set has a default of its own where it is read.
    assert shown == given | {f"{role}_language": "en"}


def test_port_setup_accepts_each_verdict_that_there_is() -> None:
    options = read("port_setup", "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert options["port_setup_accept"]["choices"] == list(dict.fromkeys([*Verdict, *PathVerdict]))


def test_the_scenario_for_real_hosts_accepts_the_same_verdicts() -> None:
    """Where it changes nothing, the role only reports what it finds there."""
    scenario = ROLES.parent / "extensions" / "molecule" / "windows"
    file = scenario / "vars" / "windows.yml"
    told = " ".join(yaml.safe_load(file.read_text("utf-8"))["every_verdict"].split())
    (relative,) = re.findall(r"playbook_dir ~ '/([^']+)'", told)
    path = scenario / relative
    assert path.resolve() == ROLES / "port_setup" / "meta" / "argument_specs.yml"
    assert told.endswith(".argument_specs.main.options.port_setup_accept.choices }}")


def shown_as(value: object) -> str:
    """A default as YAML has it on one line."""
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
