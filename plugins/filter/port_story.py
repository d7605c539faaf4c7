# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.terminal import layout
from ansible_collections.portkeeper.windows.plugins.module_utils.terminal.setup import (
    registered,
    story,
)
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import chosen, refusing
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

DOCUMENTATION = r"""
name: port_story
short_description: Tells what was done to PCs, and how their ports stand
version_added: 0.1.0
description:
  - Turns the results of the modules that the role C(portkeeper.windows.port_setup) runs into lines
    of text.
  - For one PC these are what was done, then how each of its ports stands, those first that are not
    as wanted.
  - For several PCs it is a table of their ports, with those PCs first that could not be read or are
    not as wanted, and a line with their numbers.
  - Control characters in names from the target are removed.
options:
  _input:
    description:
      - The results for each PC by its name, as the tasks have registered them. The keys are
        C(before), C(after) (M(portkeeper.windows.port_check)), C(freed) (a loop of
        M(portkeeper.windows.port_process)), C(network) (M(portkeeper.windows.network_category)),
        C(opened) (M(portkeeper.windows.port_firewall)) and C(paths)
        (M(portkeeper.windows.port_path)). A PC whose C(before) and C(after) have no ports could not
        be read. One where C(failed) is true has not got through all tasks, so it is not as wanted.
      - C(accept) are the verdicts that are as wanted on that PC, if not those of O(accept).
      - C(services) are what P(portkeeper.windows.port_services#filter) returns. Where the rule of
        one of them keeps its port shut, the advice is to change the service.
    type: dict
    required: true
  accept:
    description: The verdicts that are as wanted.
    type: list
    elements: str
    default: [reachable]
  check_mode:
    description: Whether nothing was done, so that the lines tell what would be done.
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

- name: Tell how they stand
  ansible.builtin.debug:
    msg: "{{ {inventory_hostname: {'before': checked}} | portkeeper.windows.port_story }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""


def port_story(
    results: Any,
    accept: Sequence[str] = ("reachable",),
    check_mode: bool = False,
    language: str | None = None,
) -> list[str]:
    spoken = chosen(language)
    with refusing(spoken):
        found = registered.read(plain(results))
        wanted = story.Wanted(frozenset(map(str, accept)), bool(check_mode))
        if len(found) == 1:
            texts = story.of_pc(next(iter(found.values())), wanted)
            return [line for text in texts for line in layout.wrap_lines(text, spoken, None)]
        table, counts = story.of_pcs(found, wanted)
    return [*layout.render(table, spoken), *layout.wrap_lines(counts, spoken, None)]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"port_story": port_story}
