# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    Joined,
    Phrase,
    Value,
    Verbatim,
    render,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import chosen
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

DOCUMENTATION = r"""
name: playbook_text
short_description: Says what a playbook of this collection needs
version_added: 0.1.0
description:
  - The playbooks of this collection ask it for their sentences in the language of the user.
options:
  _input:
    description: The sentence.
    type: str
    choices:
      - no_host
      - beyond_limit
      - ports
      - services
      - no_server
      - server
      - server_beyond_limit
      - no_clients
      - clients
      - only_server
      - strangers
      - check_path_ports
      - example
      - not_expected
      - not_freed
      - not_checked
      - not_verified
      - disagreements
    required: true
  values:
    description: What stands in it, by the names that the sentence has for it.
    type: dict
    default: {}
extends_documentation_fragment: portkeeper.windows.spoken
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Ask for the hosts
  ansible.builtin.assert:
    that: query('ansible.builtin.inventory_hostnames', pattern) | length > 0
    fail_msg: >-
      {{ 'no_host' | portkeeper.windows.playbook_text(values) }}
  vars:
    values: {pattern: "{{ pattern }}", variable: web_hosts}
    pattern: "{{ web_hosts | default('windows') }}"
"""

RETURN = r"""
_value:
  description: The sentence.
  type: str
"""

Key = Literal[
    "no_host",
    "beyond_limit",
    "ports",
    "services",
    "no_server",
    "server",
    "server_beyond_limit",
    "no_clients",
    "clients",
    "only_server",
    "strangers",
    "check_path_ports",
    "example",
    "not_expected",
    "not_freed",
    "not_checked",
    "not_verified",
    "disagreements",
]


def playbook_text(
    key: Key, values: Mapping[str, Any] | None = None, language: str | None = None
) -> str:
    given = {str(name): _value(plain(value)) for name, value in (values or {}).items()}
    return render(Phrase(f"playbook.{key}", given), chosen(language))


def _value(given: Any) -> Value:
    if isinstance(given, list):
        return Joined(tuple(Verbatim(str(each)) for each in given), "list.separator")
    return Verbatim(str(given))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"playbook_text": playbook_text}
