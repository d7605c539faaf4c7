# SPDX-License-Identifier: GPL-3.0-or-later
"""A task as YAML: it reads back as it is, and text of a target in it does nothing."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.tasks import to_yaml

MODULE = "portkeeper.windows.port_firewall"


class Loader(yaml.SafeLoader):
    """Reads the tag that Ansible's own loader knows."""


class Unsafe(str):
    """Text that Ansible takes as it is."""


def unsafe(loader: Loader, node: yaml.ScalarNode) -> Unsafe:
    return Unsafe(loader.construct_scalar(node))


Loader.add_constructor("!unsafe", unsafe)


def read(text: str) -> Any:
    return yaml.load(text, Loader)


def test_a_task_for_people() -> None:
    task = {
        "name": "Open TCP 80 in the firewall",
        MODULE: {
            "name": "Allow TCP 80",
            "ports": 80,
            "enabled": True,
            "profiles": ["private", "public"],
            "program": r"C:\Program Files\App\it's.exe",
        },
    }
    assert to_yaml(task) == (
        "- name: Open TCP 80 in the firewall\n"
        "  portkeeper.windows.port_firewall:\n"
        "    name: Allow TCP 80\n"
        "    ports: 80\n"
        "    enabled: true\n"
        "    profiles: [private, public]\n"
        "    program: 'C:\\Program Files\\App\\it''s.exe'\n"
    )
    assert read(to_yaml(task)) == [task]


values = st.one_of(
    st.text(),
    st.sampled_from(["yes", "Null", "1.5", "0x10", "- a", "a: b", "a #b", "社内 Web", "", " a "]),
    st.integers(),
    st.booleans(),
    st.lists(st.text(), max_size=3),
)


@settings(deadline=None)
@given(st.text(min_size=1), st.dictionaries(st.sampled_from("abcdef"), values, min_size=1))
def test_whatever_stands_in_a_task_reads_back(name: str, options: dict[str, Any]) -> None:
    task = {"name": name, MODULE: options}
    assert read(to_yaml(task)) == [task]


@pytest.mark.parametrize(
    "text", ["{{ lookup('pipe', 'id') }}", "a {% if x %}", "{# c #}", "\x00{{ x }}"]
)
def test_a_template_of_a_target_is_never_evaluated(text: str) -> None:
    (task,) = read(to_yaml({"name": text, MODULE: {"rule_id": text, "list": [text]}}))
    found = [task["name"], task[MODULE]["rule_id"], task[MODULE]["list"][0]]
    assert found == [text] * 3
    assert all(isinstance(each, Unsafe) for each in found)


def test_signs_that_reorder_text_or_move_the_cursor_are_shown_as_escapes() -> None:
    text = to_yaml({"name": "a\u202eb\x1b[2J\nc", MODULE: {}})
    assert text.splitlines()[0] == '- name: "a\\u202Eb\\u001B[2J\\u000Ac"'


def test_a_list_in_it_survives_commas() -> None:
    assert read(to_yaml({"name": "x", MODULE: {"a": ["b, c", "]"]}}))[0][MODULE] == {
        "a": ["b, c", "]"]
    }
