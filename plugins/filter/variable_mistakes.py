# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.utils.display import Display
from ansible.utils.vars import load_extra_vars

from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller import mistakes
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import chosen
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

DOCUMENTATION = r"""
name: variable_mistakes
short_description: Tells which variables of a playbook are mistyped
version_added: 0.1.0
description:
  - Ansible ignores a variable with a wrong name. The playbooks of this collection ask this filter
    about each that begins as theirs do, before anything is done.
  - It also looks at the variables of the command line (C(-e)), and tells which of them are so like
    one of the playbook that they are mistyped, whatever they begin with.
options:
  _input:
    description: The names of the variables that are set and begin as those of the playbook do.
    type: list
    elements: str
    required: true
  known:
    description: The variables of the playbook.
    type: list
    elements: str
    required: true
  playbook:
    description: The name of the playbook, for the sentences.
    type: str
    required: true
  besides:
    description: Other names that are all right, such as those of results.
    type: list
    elements: str
    default: []
  old:
    description:
      - What variables of the playbook were called before, without the beginning that they have now.
        Those that are set are no mistakes, but a warning tells their new names.
    type: list
    elements: str
    default: []
  role:
    description:
      - The role of this collection whose own names, such as those of its results, are all right
        too.
    type: str
    choices: [port_report, port_setup]
extends_documentation_fragment: portkeeper.windows.spoken
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Look for mistyped variables
  ansible.builtin.assert:
    that: mistakes | length == 0
    fail_msg: "{{ mistakes | portkeeper.windows.in_turn }}"
  vars:
    known: [web_hosts, web_ports]
    mistakes: >-
      {{ query('ansible.builtin.varnames', '^web_')
         | portkeeper.windows.variable_mistakes(known, 'web.yml') }}
"""

RETURN = r"""
_value:
  description: A sentence for each wrong name, with the right one if there is one like it.
  type: list
  elements: str
"""


def variable_mistakes(
    names: Sequence[str],
    known: Sequence[str],
    playbook: str,
    besides: Sequence[str] = (),
    role: str | None = None,
    language: str | None = None,
    old: Sequence[str] = (),
) -> list[str]:
    renamed = mistakes.renamed(plain(names), plain(old), plain(known))
    if renamed is not None:
        Display().warning(render(renamed, chosen(language)))
    before = mistakes.present_names(plain(old), plain(known))
    right = {*plain(besides), *before, *(mistakes.names_in_role(role) if role else ())}
    # Inventories have variables for other things, whatever their names; -e is for this playbook.
    given = map(str, load_extra_vars(DataLoader()))
    every = [*plain(names), *mistakes.mistyped(given, plain(known))]
    found = mistakes.of_variables(every, plain(known), right, str(playbook))
    return [render(each, chosen(language)) for each in found]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"variable_mistakes": variable_mistakes}
