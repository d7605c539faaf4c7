# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller import mistakes
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import chosen
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

DOCUMENTATION = r"""
name: value_mistakes
short_description: Tells which variables have values that are not allowed
version_added: 0.1.0
description:
  - Checks the values of variables before anything is sent, and tells in a sentence which of them is
    wrong, and what is allowed. The roles and playbooks of this collection ask it.
options:
  _input:
    description: The values by the names of the variables. A variable that is not set is not there.
    type: dict
    required: true
  allowed:
    description:
      - What each variable may be, as in the C(argument_specs) of a role, or the option of a module
        of this collection that gets its value, such as V(port_check.expect).
    type: dict
    required: true
extends_documentation_fragment: portkeeper.windows.spoken
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Look at the values before anything is done
  ansible.builtin.assert:
    that: mistakes | length == 0
    fail_msg: "{{ mistakes | portkeeper.windows.in_turn }}"
  vars:
    allowed:
      web_expect: port_check.expect
      web_verbose: {type: bool}
    mistakes: >-
      {{ {'web_expect': web_expect, 'web_verbose': web_verbose}
         | portkeeper.windows.value_mistakes(allowed) }}
"""

RETURN = r"""
_value:
  description: A sentence for each variable with a wrong value. Empty if there is none.
  type: list
  elements: str
"""


def value_mistakes(
    given: Mapping[str, Any], allowed: Mapping[str, Any], language: str | None = None
) -> list[str]:
    found = mistakes.of_values(plain(given), plain(allowed))
    return [render(each, chosen(language)) for each in found]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"value_mistakes": value_mistakes}
