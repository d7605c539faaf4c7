# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: hosts_within_limit
short_description: Lists the hosts of a pattern that a limit leaves
version_added: 0.1.0
description:
  - Like P(ansible.builtin.inventory_hostnames#lookup), but without the hosts that C(--limit) leaves
    out. If a play is for such hosts only, Ansible runs none of its tasks and ends in success; the
    playbooks of this collection ask before that.
options:
  _terms:
    description: The patterns, as in the C(hosts) of a play.
    type: list
    elements: str
    required: true
seealso:
  - plugin: ansible.builtin.inventory_hostnames
    plugin_type: lookup
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Ask the web servers, and say so where there is none
  hosts: >-
    {{ 'web' if query('portkeeper.windows.hosts_within_limit', 'web')
       else query('portkeeper.windows.hosts_within_limit', 'localhost', 'all') | first }}
  gather_facts: false
  tasks:
    - name: Ask for the hosts
      ansible.builtin.assert:
        that: query('portkeeper.windows.hosts_within_limit', 'web') | length > 0
        fail_msg: No web server is left.
"""

RETURN = r"""
_raw:
  description: The names of the hosts. Empty if there is none.
  type: list
  elements: str
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    def run(
        self, terms: list[Any], variables: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)
        known = variables or {}
        # Ansible takes an empty pattern for all hosts, and an empty `hosts` of a play for an error.
        patterns = [str(each) for each in terms if each]
        # As inventory_hostnames does it: Ansible gives a plugin the groups, but not its inventory.
        inventory = InventoryManager(self._loader, parse=False)
        for group, hosts in known["groups"].items():
            inventory.add_group(group)
            for host in hosts:
                inventory.add_host(host, group=group)
        try:
            # What --limit is, also with @ and the name of a file.
            inventory.subset(known.get("ansible_limit"))
            return [str(host.name) for host in inventory.get_hosts(patterns) if patterns]
        except AnsibleError:
            return []
