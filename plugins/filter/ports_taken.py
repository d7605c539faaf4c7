# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.setup import mistakes
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import chosen, refusing
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

DOCUMENTATION = r"""
name: ports_taken
short_description: Tells which ports other programs hold
version_added: 0.1.0
description:
  - Takes a result of M(portkeeper.windows.port_check), and tells which of its ports are held by
    another program than the expected one, and what to do. The role
    C(portkeeper.windows.port_setup) ends with these sentences if it may not stop that program.
options:
  _input:
    description: The result of C(port_check).
    type: dict
    required: true
extends_documentation_fragment: portkeeper.windows.spoken
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Check the ports
  portkeeper.windows.port_check:
    ports: [{port: 443, expected_process: nginx.exe}]
  register: checked

- name: Nobody else has them
  ansible.builtin.assert:
    that: taken | length == 0
    fail_msg: "{{ taken | portkeeper.windows.in_turn }}"
  vars:
    taken: "{{ checked | portkeeper.windows.ports_taken }}"
"""

RETURN = r"""
_value:
  description: Sentences. Empty if no other program holds a port.
  type: list
  elements: str
"""


def ports_taken(checked: Any, language: str | None = None) -> list[str]:
    spoken = chosen(language)
    with refusing(spoken):
        return [render(each, spoken) for each in mistakes.taken(plain(checked))]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"ports_taken": ports_taken}
