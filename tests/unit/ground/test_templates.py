# SPDX-License-Identifier: GPL-3.0-or-later
"""Which text of a task needs a mark. How it is written stands in plugin_utils."""

from __future__ import annotations

from ansible.template import trust_as_template
from hypothesis import given, settings

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.templates import (
    is_harmless,
    is_option,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.task_yaml import to_yaml
from unit.rows import each_row
from unit.templates import HOSTILE, TEMPLATES, is_template


@each_row("text", TEMPLATES)
def test_what_ansible_takes_for_a_template_is_not_harmless(text: str) -> None:
    assert not is_harmless(text)
    assert not is_harmless({"name": "x", "options": {"list": ["y", text]}})


@settings(deadline=None)
@given(HOSTILE)
def test_what_needs_no_mark_is_no_template_as_a_text_of_a_playbook_either(text: str) -> None:
    if is_harmless({"name": text}):
        assert not is_template(trust_as_template(text))


@each_row(
    "text",
    [
        *(
            "{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}",
            r"C:\Program Files (x86)\a_b.exe",
            "10.0.0.0/8",
        ),
        # As instances of SQL Server are called.
        "MSSQL$SQLEXPRESS",
        *("Apache2.4", "fe80::/10", "ファイアウォール規則 社内（本社）", "RDP-In-TCP", "Straße"),
    ],
)
def test_what_is_plainly_harmless_has_no_mark(text: str) -> None:
    assert is_harmless({"name": text})
    assert "!unsafe" not in to_yaml({"name": text})


@each_row("key", ["a: {{ b }}", "", "A", "a-b", "a\n", "1"])
def test_no_text_of_a_target_is_an_option(key: str) -> None:
    assert not is_option(key)
    assert is_option("portkeeper.windows.port_firewall")
