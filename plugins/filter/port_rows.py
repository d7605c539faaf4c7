# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.path import rows
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.rows import Row
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import default, refusing
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

DOCUMENTATION = r"""
name: port_rows
short_description: Turns what is known about ports into flat rows, for a spreadsheet or a mail
version_added: 0.1.0
description:
  - Takes the fact that M(portkeeper.windows.port_facts) returns, and makes a row for each endpoint.
  - Or takes a result of M(portkeeper.windows.port_check), and makes a row for each port and
    listener. A port without listeners has one row. If the task has the option C(from), each of
    its addresses and networks has another row for each port.
  - Or takes a result of M(portkeeper.windows.port_path), and makes a row for each client and port.
  - All rows of one kind have the same columns. Values are numbers or text; a missing value is an
    empty text.
  - Text of the target is harmless in a spreadsheet and on a terminal. Control characters and
    characters that reorder text are removed, and a value that a spreadsheet would treat as a
    formula gets an apostrophe before it, which marks it as text.
options:
  _input:
    description:
      - The fact C(port_facts), or a registered result of C(port_check) or C(port_path).
    type: dict
    required: true
  host:
    description:
      - The name of the host. It becomes the first column, so that one table can have rows of
        several hosts. Without it, there is no such column.
    type: str
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Read the listeners of all hosts
  portkeeper.windows.port_facts:
    gather: [process, service, firewall]

- name: One CSV file of all of them
  ansible.builtin.copy:
    dest: listeners.csv
    content: |
      {% for host in ansible_play_hosts %}
      {% set rows = hostvars[host].ansible_facts.port_facts | portkeeper.windows.port_rows(host) %}
      {% if loop.first and rows %}
      {{ rows[0].keys() | join(',') }}
      {% endif %}
      {% for row in rows %}
      "{{ row.values() | map('string') | map('replace', '"', '""') | join('","') }}"
      {% endfor %}
      {% endfor %}
    mode: "0600"
  delegate_to: localhost
  run_once: true

- name: Check ports
  portkeeper.windows.port_check:
    ports: [80, 443]
  register: check

- name: The text of a mail about what can't be reached
  ansible.builtin.debug:
    msg: |
      {% for row in check | portkeeper.windows.port_rows if row.verdict != 'reachable' %}
      {{ row.protocol }} {{ row.port }}: {{ row.message }}
      {% endfor %}
"""

RETURN = r"""
_value:
  description:
    - For C(port_facts) rows with C(protocol), C(address), C(port), C(name) (the well-known one),
      C(scope), C(state), C(remote_address), C(remote_port), C(pid), C(process), C(service),
      C(urls), C(firewall_domain), C(firewall_private) and C(firewall_public); the same of C(reach)
      (who can reach the listener in that profile) and of C(reach_from) (from which networks and
      ranges, unless it is all or none; C(+3) at its end if three more are not listed).
    - For C(port_check) rows with C(protocol), C(address), C(port), C(name), C(verdict), C(pid),
      C(process), C(service), C(firewall), C(attempt), C(message), C(remedies), C(reach),
      C(reach_from), C(from), C(allowed), C(blocked), C(uncertain), C(causes) and C(remarks). In
      the row of an address or network of the option C(from), C(from) is that one, and C(verdict)
      is its state.
    - For C(port_path) rows with C(client), C(server), C(address), C(protocol), C(port), C(name),
      C(verdict), C(hop), C(cause_host); of the client C(asked_name), C(name_source),
      C(name_addresses), C(client_address), C(adapter), C(next_hop), C(network), C(profile),
      C(client_program), C(client_firewall), C(attempt), C(attempt_from) and C(seen_from); of the
      server C(pid), C(process), C(service) and C(server_firewall); C(message), C(causes),
      C(remedies) and C(remarks).
  type: list
  elements: dict
"""


def port_rows(data: Any, host: str | None = None) -> list[Row]:
    with refusing(default()):
        return rows.port_rows(plain(data), None if host is None else str(host))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"port_rows": port_rows}
