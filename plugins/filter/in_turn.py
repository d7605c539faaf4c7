# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    one_after_another,
)

DOCUMENTATION = r"""
name: in_turn
short_description: Makes one text of sentences, as their language does
version_added: 0.1.0
description:
  - Puts a blank between two sentences, but none after a Japanese full stop, which includes its own.
options:
  _input:
    description: The sentences.
    type: list
    elements: str
    required: true
seealso:
  - plugin: portkeeper.windows.setup_mistakes
    plugin_type: filter
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Tell what is wrong with the services
  ansible.builtin.assert:
    that: mistakes | length == 0
    fail_msg: "{{ mistakes | portkeeper.windows.in_turn }}"
  vars:
    mistakes: "{{ services | portkeeper.windows.service_mistakes('services', language='ja') }}"
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""


def in_turn(sentences: Sequence[str]) -> str:
    return one_after_another(map(str, sentences))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"in_turn": in_turn}
