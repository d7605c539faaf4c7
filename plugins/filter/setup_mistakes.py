# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.setup import (
    mistakes,
    story,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import chosen, refusing
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

DOCUMENTATION = r"""
name: setup_mistakes
short_description: Tells in a sentence which ports of PCs a set-up leaves otherwise than wanted
version_added: 0.1.0
description:
  - Tells of the ports that P(portkeeper.windows.ports_not_as_wanted#filter) returns. The role
    C(portkeeper.windows.port_setup) ends with these sentences.
  - In check mode, it tells of those ports that would certainly be so after a run.
options:
  _input:
    description:
      - The results for each PC by its name, as for P(portkeeper.windows.port_story#filter).
    type: dict
    required: true
  accept:
    description: As for P(portkeeper.windows.ports_not_as_wanted#filter).
    type: list
    elements: str
    default: [reachable]
  check_mode:
    description: Whether nothing was done.
    type: bool
    default: false
extends_documentation_fragment: portkeeper.windows.spoken
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Check the ports
  portkeeper.windows.port_check:
    ports: [80, 443]
  register: checked

- name: All of them can be reached
  ansible.builtin.assert:
    that: mistakes | length == 0
    fail_msg: "{{ mistakes | portkeeper.windows.in_turn }}"
  vars:
    mistakes: >-
      {{ {inventory_hostname: {'before': checked}} | portkeeper.windows.setup_mistakes }}
"""

RETURN = r"""
_value:
  description: A sentence for each PC with such ports. Empty if there is none.
  type: list
  elements: str
"""


def setup_mistakes(
    results: Any,
    accept: Sequence[str] = ("reachable",),
    check_mode: bool = False,
    language: str | None = None,
) -> list[str]:
    spoken = chosen(language)
    wanted = story.Wanted(frozenset(map(str, accept)), bool(check_mode))
    with refusing(spoken):
        return [render(each, spoken) for each in mistakes.not_as_wanted(plain(results), wanted)]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"setup_mistakes": setup_mistakes}
