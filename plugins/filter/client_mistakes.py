# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller import mistakes
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import chosen
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

DOCUMENTATION = r"""
name: client_mistakes
short_description: Tells which clients are no hosts of the inventory
version_added: 0.1.0
description:
  - The roles C(portkeeper.windows.port_setup) and C(portkeeper.windows.port_report) ask it about
    their clients before anything is sent to a PC.
options:
  _input:
    description: The names of the clients.
    type: list
    elements: str
    required: true
  hosts:
    description: The names of all hosts of the inventory.
    type: list
    elements: str
    required: true
  groups:
    description: The names of its groups. Of a client that is one of them, what to write is said.
    type: list
    elements: str
    default: []
  variable:
    description: The name of the variable that has the clients.
    type: str
    default: port_setup_clients
extends_documentation_fragment: portkeeper.windows.spoken
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Look at the clients before anything is done
  ansible.builtin.assert:
    that: mistakes | length == 0
    fail_msg: "{{ mistakes | portkeeper.windows.in_turn }}"
  vars:
    mistakes: >-
      {{ port_setup_clients | portkeeper.windows.client_mistakes(groups['all']) }}
"""

RETURN = r"""
_value:
  description: Sentences that name those that are none. Empty if all are.
  type: list
  elements: str
"""


def client_mistakes(
    clients: Any,
    hosts: Sequence[str],
    language: str | None = None,
    groups: Sequence[str] = (),
    variable: str = "port_setup_clients",
) -> list[str]:
    found = mistakes.of_clients(plain(clients), plain(hosts), plain(groups), str(variable))
    return [render(each, chosen(language)) for each in found]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"client_mistakes": client_mistakes}
