# SPDX-License-Identifier: GPL-3.0-or-later
"""All modules speak the language that is set once for all of them, through Ansible itself.

Each is given an option that none has, so that it says something before it talks to a host, and one
is sent to a port where nothing listens.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.runs import CHECKOUT, own_address, run

pytestmark = pytest.mark.integration

GROUP = yaml.safe_load((CHECKOUT / "meta" / "runtime.yml").read_text("utf-8"))["action_groups"]
MODULES = GROUP["all"]
WRONG, UNREACHABLE = "使えないオプションがあります: no_such_option", "接続が拒否されました"


def play(folder: Path, *, defaults: dict[str, Any], environment: dict[str, str]) -> dict[str, str]:
    """What each module says of a wrong option, and port_facts of a port where nothing listens."""
    tasks: list[dict[str, Any]] = [
        {f"portkeeper.windows.{name}": {"no_such_option": 1}, "register": name} for name in MODULES
    ]
    tasks.append({"portkeeper.windows.port_facts": {}, "register": "silent"})
    names = [*MODULES, "silent"]
    said = {name: f"{{{{ {name}.msg }}}}" for name in names}
    tasks.append(
        {
            "ansible.builtin.copy": {
                "content": "{{ said | to_json }}",
                "dest": str(folder / "said"),
                "mode": "0600",
            },
            "vars": {"said": said},
            "delegate_to": "localhost",
        }
    )
    whole = {
        "hosts": "all",
        "gather_facts": False,
        "ignore_errors": True,
        "ignore_unreachable": True,
        "module_defaults": defaults,
        "tasks": tasks,
    }
    (folder / "play.yml").write_text(yaml.safe_dump([whole]), "utf-8")
    variables = {
        "ansible_connection": "winrm",
        "ansible_host": own_address(),
        "ansible_port": 9,
        "ansible_user": "admin",
        "ansible_password": "none",
        "ansible_winrm_transport": "ntlm",
    }
    inventory = {"all": {"hosts": {"pc-01": variables}}}
    (folder / "inventory.yml").write_text(yaml.safe_dump(inventory), "utf-8")
    code, text = run(
        *("ansible-playbook", "-i", str(folder / "inventory.yml"), str(folder / "play.yml")),
        environment={"PORTKEEPER_LANGUAGE": "en"} | environment,
    )
    assert code == 0, text
    found: dict[str, str] = json.loads((folder / "said").read_text("utf-8"))
    assert set(found) == set(names)
    return found


def test_one_default_for_the_group_of_all_modules(tmp_path: Path) -> None:
    defaults = {"group/portkeeper.windows.all": {"language": "ja"}}
    said = play(tmp_path, defaults=defaults, environment={})
    assert all(WRONG in said[name] for name in MODULES), said
    assert UNREACHABLE in said["silent"]


def test_one_variable_of_the_environment(tmp_path: Path) -> None:
    said = play(tmp_path, defaults={}, environment={"PORTKEEPER_LANGUAGE": "ja"})
    assert all(WRONG in said[name] for name in MODULES), said
    assert UNREACHABLE in said["silent"]


def test_english_otherwise(tmp_path: Path) -> None:
    said = play(tmp_path, defaults={}, environment={})
    assert all(
        said[name].startswith("Unsupported parameters for (portkeeper.windows.") for name in MODULES
    ), said
    assert "the connection was refused" in said["silent"]
