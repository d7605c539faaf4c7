# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.plugin_utils.controller import mistakes
from ansible_collections.portkeeper.windows.plugins.plugin_utils.language import chosen
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import plain

DOCUMENTATION = r"""
name: service_mistakes
short_description: Tells what is wrong with a list of services
version_added: 0.1.0
description:
  - Reads services as P(portkeeper.windows.port_services#filter) does, and the firewall rules that
    open them as M(portkeeper.windows.port_firewall) does, and tells in a sentence what is wrong.
  - The role C(portkeeper.windows.port_setup) asks it before anything is sent to a PC.
options:
  _input:
    description: The services.
    type: raw
    required: true
  variable:
    description: The name of the variable that has them, for the sentence.
    type: str
    default: port_setup_services
extends_documentation_fragment: portkeeper.windows.spoken
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Look at the services before anything is done
  ansible.builtin.assert:
    that: mistakes | length == 0
    fail_msg: "{{ mistakes | portkeeper.windows.in_turn }}"
  vars:
    mistakes: "{{ port_setup_services | portkeeper.windows.service_mistakes }}"
"""

RETURN = r"""
_value:
  description:
    - A sentence that names the entry, what is wrong with it and what to write. Empty if nothing is.
  type: list
  elements: str
"""


def service_mistakes(
    given: Any, variable: str = "port_setup_services", language: str | None = None
) -> list[str]:
    problem = mistakes.of_services(plain(given), str(variable))
    return [] if problem is None else [render(problem, chosen(language))]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"service_mistakes": service_mistakes}
