# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal import table
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import chosen, refusing
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

DOCUMENTATION = r"""
name: port_table
short_description: Shows who holds which port as a table
version_added: 0.1.0
description:
  - Turns the fact that M(portkeeper.windows.port_facts) returns into text for a terminal, with one
    line for each endpoint and aligned columns. Japanese characters count as two columns.
  - If the fact was gathered with V(firewall), there are columns for what the firewall does in each
    profile, and for who can reach the endpoint.
  - Control characters in names from the target are removed.
options:
  _input:
    description: The fact C(port_facts).
    type: dict
    required: true
extends_documentation_fragment: portkeeper.windows.spoken
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Read the listeners
  portkeeper.windows.port_facts:

- name: Show them
  ansible.builtin.debug:
    msg: "{{ ansible_facts.port_facts | portkeeper.windows.port_table }}"
"""

RETURN = r"""
_value:
  description: The table, lines separated by line feeds.
  type: str
"""


def port_table(port_facts: Any, language: str | None = None) -> str:
    spoken = chosen(language)
    with refusing(spoken):
        return table.port_table(plain(port_facts), spoken)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"port_table": port_table}
