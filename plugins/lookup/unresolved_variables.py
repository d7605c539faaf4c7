# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: unresolved_variables
short_description: Tells which variables have a value that can't be worked out
version_added: 0.1.0
description:
  - The roles and playbooks of this collection ask it about their variables before anything is sent
    to a PC. A value such as C(groups['office']) is an error where the inventory has no such group,
    and what Ansible says of it names neither the variable nor the group.
options:
  _terms:
    description: The names of variables. One that is not set is all right.
    type: list
    elements: str
    required: true
  hosts:
    description:
      - Hosts that may have values of their own. A variable that can be worked out for one of them,
        or is not set there, is all right.
    type: list
    elements: str
    default: []
  language:
    description:
      - The language of the sentences, V(en) or V(ja). If it is neither, that of the controller.
    type: raw
seealso:
  - plugin: portkeeper.windows.value_mistakes
    plugin_type: filter
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Look at the variables before anything is done
  ansible.builtin.assert:
    that: unresolved | length == 0
    fail_msg: "{{ unresolved | portkeeper.windows.in_turn }}"
  vars:
    unresolved: >-
      {{ query('portkeeper.windows.unresolved_variables', 'web_hosts', 'web_clients') }}
"""

RETURN = r"""
_raw:
  description: A sentence for each variable whose value can't be worked out. Empty if there is none.
  type: list
  elements: str
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase
from jinja2 import UndefinedError

from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller import unresolved
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import chosen


class LookupModule(LookupBase):
    def run(
        self, terms: list[Any], variables: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)
        templar: Any = self._templar
        language = chosen(self.get_option("language"))
        known = variables or {}
        found = []
        for name in map(str, terms):
            try:
                templar.template(known.get(name))
            except AnsibleError as error:
                if not any(_resolves(name, each, known) for each in self.get_option("hosts")):
                    found.append(render(unresolved.told(name, known, str(error)), language))
        return found


def _resolves(name: str, host: str, known: Mapping[str, Any]) -> bool:
    """Whether a variable of a host can be worked out, or is not set."""
    try:
        of_host = (known.get("hostvars") or {})[str(host)]
        if name in of_host:
            str(of_host[name])
    except (AnsibleError, UndefinedError, KeyError):
        return False
    return True
