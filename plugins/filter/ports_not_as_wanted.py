# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.setup import story
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import default, refusing
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

DOCUMENTATION = r"""
name: ports_not_as_wanted
short_description: Tells which ports of PCs are not as wanted
version_added: 0.1.0
description:
  - Takes the results of the modules that the role C(portkeeper.windows.port_setup) runs, and
    returns the ports whose verdict is not accepted.
  - A port on which nothing listens yet is returned too if the firewall rule that opens it has no
    effect on the network of the PC, because nothing would reach the program.
options:
  _input:
    description:
      - The results for each PC by its name, as for P(portkeeper.windows.port_story#filter).
    type: dict
    required: true
  accept:
    description:
      - The verdicts that are as wanted.
      - With one of V(blocked), V(hidden_by_profile), V(overridden_by_policy) and
        V(third_party_firewall), a rule without effect is accepted as well.
    type: list
    elements: str
    default: [reachable]
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
    that: wrong | length == 0
  vars:
    wrong: >-
      {{ {inventory_hostname: {'before': checked}} | portkeeper.windows.ports_not_as_wanted }}
"""

RETURN = r"""
_value:
  description:
    - The entries of C(ports), as M(portkeeper.windows.port_check) and
      M(portkeeper.windows.port_path) return them, each with the name of its PC as C(host).
  type: list
  elements: dict
"""


def ports_not_as_wanted(results: Any, accept: Sequence[str] = ("reachable",)) -> list[Any]:
    with refusing(default()):
        return story.amiss(plain(results), story.Wanted(frozenset(map(str, accept))))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"ports_not_as_wanted": ports_not_as_wanted}
