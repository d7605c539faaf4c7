# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that Ansible takes for a template, and text that somebody could hope it does."""

from __future__ import annotations

from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from hypothesis import strategies as st

#: What Ansible takes for a template, with what sets its delimiters and what stands around it.
PIECES = st.sampled_from(
    [
        *("#jinja2:", "variable_start_string:'[%'", "variable_end_string:'%]'", ", ", "\n", "\r"),
        *("block_start_string:'<'", "block_end_string:'>'", "trim_blocks:True", "[% 6*7 %]", "<x>"),
        *("{{", "}}", "{%", "%}", "{#", "#}", "6*7", "{{ 6*7 }}", "{", "}", "'", '"', "\\"),
        *(": ", " #", "- ", "---", "...", "!unsafe ", "!vault |", "$ANSIBLE_VAULT;1.1;AES256"),
        *("&a", "*a", "<<: *a", "{a: b}", "[a]", "a=b", "=", "<<", "~", "+1", "-1", ".5", "1:30"),
        *("1_000", "0x1F", "1e3", "2026-11-28", "2026-11-28 10:00:00", "null", "on", "omit"),
        *("*", "&", "!", "%", "@", "?", "|"),
        *("\x85", "\u2028", "\u2029", "\ufeff", "\t", "\x00", "\u202e", "\u200b", "\U000e0041"),
        *("e\u0301\u0302\u0303", "社内（本社）", "Web"),
    ]
)
HOSTILE = st.lists(PIECES, max_size=6).map("".join) | st.text()
TEMPLATES = [
    "{{ lookup('pipe', 'id') }}",
    "a {% if x %}",
    "{# c #}",
    "\x00{{ x }}",
    "#jinja2:variable_start_string:'[%', variable_end_string:'%]'\n[% 6*7 %]",
    "#jinja2: block_start_string:'<', block_end_string:'>'\n<if x>",
]


def is_template(value: Any) -> bool:
    """Whether ansible-core takes a value, or something in it, for a template."""
    return bool(Templar(DataLoader()).is_template(value))
