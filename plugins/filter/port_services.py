# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import services
from ansible_collections.portkeeper.windows.plugins.module_utils.asked.ports import PortError
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase, render
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import default
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

DOCUMENTATION = r"""
name: port_services
short_description: Turns a list of services into arguments for port_check and port_firewall
version_added: 0.1.0
description:
  - Takes the services of a PC, in the form of the role C(portkeeper.windows.port_setup), and turns
    each into one of the O(portkeeper.windows.port_check#module:ports) and one of the
    O(portkeeper.windows.port_firewall#module:rules).
options:
  _input:
    description:
      - Well-known names such as V(https), and dictionaries with the keys C(name), C(port),
        C(protocol), C(process), C(profiles), C(remote_addresses) and C(description).
    type: list
    elements: raw
    required: true
  prefix:
    description: The prefix of the names of the firewall rules.
    type: str
    default: ""
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Are all services of this PC reachable?
  portkeeper.windows.port_check:
    ports: "{{ services | portkeeper.windows.port_services | map(attribute='check') }}"
    expect: reachable
  vars:
    services:
      - https
      - name: reports
        port: 8443
        process: reports.exe
"""

RETURN = r"""
_value:
  description:
    - For each service its C(name), C(check) for M(portkeeper.windows.port_check), and C(rule) and
      C(absent) for M(portkeeper.windows.port_firewall).
  type: list
  elements: dict
"""


def port_services(given: Any, prefix: str = "") -> list[dict[str, Any]]:
    try:
        return services.port_services(plain(given), str(prefix))
    except PortError as error:
        # Ansible would also show the cause, which is an error of Python.
        problem = Phrase("filter.problem", {"filter": "port_services", "problem": error.phrase})
        raise AnsibleFilterError(render(problem, default())) from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"port_services": port_services}
