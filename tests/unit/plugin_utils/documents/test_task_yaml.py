# SPDX-License-Identifier: GPL-3.0-or-later
"""A task as YAML: it reads back as it is, and text of a target in it does nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import trust_as_template
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.plugin_utils.documents.task_yaml import to_yaml
from unit.rows import each_row
from unit.templates import HOSTILE, TEMPLATES, is_template

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


def loaded(text: str) -> Any:
    """A text as ansible-playbook reads it from a playbook, whose author is trusted."""
    return DataLoader().load(trust_as_template(text))


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
        "    program: !unsafe 'C:\\Program Files\\App\\it''s.exe'\n"
    )
    assert read(to_yaml(task)) == [task]


def test_a_task_about_several_rules() -> None:
    task = {MODULE: {"rules": [{"rule_id": "a", "state": "absent"}, {"rule_id": "{{ b }}"}]}}
    assert to_yaml(task) == (
        "- portkeeper.windows.port_firewall:\n"
        "    rules:\n"
        "    - rule_id: a\n"
        "      state: absent\n"
        "    - rule_id: !unsafe '{{ b }}'\n"
    )
    assert read(to_yaml(task)) == [task]
    with pytest.raises(ValueError, match="no name of an option"):
        to_yaml({MODULE: {"rules": [{"{{ b }}": "a"}]}})


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


@each_row("text", TEMPLATES)
def test_ansible_takes_none_of_what_it_would_take_for_a_template(text: str) -> None:
    assert is_template(trust_as_template(text))
    (task,) = loaded(to_yaml({"name": text, MODULE: {"rule_id": text, "list": [text]}}))
    assert task == {"name": text, MODULE: {"rule_id": text, "list": [text]}}
    assert not is_template(task)


@settings(deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=4))
def test_ansible_reads_every_text_as_it_is_and_evaluates_none(texts: list[str]) -> None:
    options = {f"option_{number}": each for number, each in enumerate(texts)} | {"list": texts}
    task = {"name": texts[0], MODULE: options}
    (found,) = loaded(f"{to_yaml(task)}- name: another\n")[:1]
    assert found == task
    assert not is_template(found)


@each_row("text", [*map(chr, range(0x20, 0x7F)), "<<", "12:30", "0x1F", "2026-11-28", "null", ""])
def test_ansible_reads_a_short_text_as_it_is(text: str) -> None:
    """With the tag, Ansible reads a text in quotes as if it had none: "*" is more than a text."""
    (found,) = loaded(to_yaml({"name": "x", MODULE: {"service": text, "list": [text]}}))
    assert found == {"name": "x", MODULE: {"service": text, "list": [text]}}
    assert isinstance(found[MODULE]["service"], str)


@settings(deadline=None)
@given(HOSTILE)
def test_what_is_written_is_all_seen_and_keeps_its_lines(text: str) -> None:
    shown = to_yaml({"name": text, MODULE: {"list": [text]}})
    assert shown.count("\n") == 3
    assert shown.replace("\n", "").isprintable()
    assert not re.search("[\u034f\u115f\u1160\u3164\uffa0]", shown)


def test_a_key_is_never_a_text_of_a_target() -> None:
    with pytest.raises(ValueError, match="no name of an option"):
        to_yaml({"name": "x", MODULE: {"a: {{ b }}": "c"}})


@each_row("text", TEMPLATES)
def test_a_template_of_a_target_is_never_evaluated(text: str) -> None:
    (task,) = read(to_yaml({"name": text, MODULE: {"rule_id": text, "list": [text]}}))
    found = [task["name"], task[MODULE]["rule_id"], task[MODULE]["list"][0]]
    assert found == [text] * 3
    assert all(isinstance(each, Unsafe) for each in found)


def test_signs_that_reorder_text_or_move_the_cursor_are_shown_as_escapes() -> None:
    text = to_yaml({"name": "a\u202eb\x1b[2J\nc", MODULE: {}})
    assert text.splitlines()[0] == '- name: !unsafe "a\\u202eb\\u001b[2J\\u000ac"'


def test_a_list_in_it_survives_commas() -> None:
    assert read(to_yaml({"name": "x", MODULE: {"a": ["b, c", "]"]}}))[0][MODULE] == {
        "a": ["b, c", "]"]
    }


def test_a_value_that_stands_twice_is_written_twice() -> None:
    """An alias would be another anchor to read, and is none in a text that is marked."""
    names = ["a", "{{ b }}"]
    text = to_yaml({"name": "x", MODULE: {"a": names, "b": names}})
    assert text.splitlines()[2:] == [
        "    a: [a, !unsafe '{{ b }}']",
        "    b: [a, !unsafe '{{ b }}']",
    ]


def test_a_long_text_stays_on_its_line() -> None:
    long = "word " * 400 + "end"
    assert (
        to_yaml({"name": long, MODULE: {"list": [long, f"'{long}'", f"\x00{long}"]}}).count("\n")
        == 3
    )
