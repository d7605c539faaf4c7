# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of the collection without what each has to be told: they say it, with a command."""

from __future__ import annotations

import re

import pytest

from integration.runs import CHECKOUT, run

pytestmark = pytest.mark.integration

# The playbooks that need a variable, and those that don't.
NEEDED = {
    "check_ports": "ports", "free_port": "ports", "report": "port_report_ports",
    "pc_setup": "port_setup_services", "check_path": "ports",
}  # fmt: skip
NEEDS_NONE = {"verify_host"}


def said_by(playbook: str, language: str) -> str:
    """What it says without any variable. No host is contacted."""
    code, text = run(
        "ansible-playbook", f"portkeeper.windows.{playbook}", "-i", "192.0.2.1,",
        "-e", f"{playbook}_hosts=all",
        environment={"PORTKEEPER_LANGUAGE": language},
    )  # fmt: skip
    assert code == 2, text
    assert "unreachable=0" in text
    return text


def test_what_is_missing_is_named_with_the_command() -> None:
    playbooks = {path.stem for path in (CHECKOUT / "playbooks").glob("*.yml")}
    assert playbooks == NEEDED.keys() | NEEDS_NONE
    for playbook, variable in NEEDED.items():
        for language in ("en", "ja"):
            text = said_by(playbook, language)
            assert "undefined" not in text, text
            command = f"ansible-playbook portkeeper.windows.{playbook} -i inventory.yml -e "
            assert re.search(rf"{re.escape(command)}.*{variable}", text), text
            assert ("指定してください" in text) is (language == "ja")
