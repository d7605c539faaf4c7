# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: well_known_port
short_description: Well-known ports by name and by number
version_added: 0.1.0
description:
  - Looks up the port of a service by its name, and the name of a service by its port, in the table
    that all modules of this collection use for names such as V(https).
  - The table has the classic services (FTP, SSH, SMTP, DNS, HTTP, POP3, IMAP …) and those that
    administrators of Windows use (Remote Desktop, SMB, WinRM, SQL Server, WSUS …), each with a
    description in English and Japanese.
  - Names, numbers and protocols are those of IANA's Service Name and Transport Protocol Port Number
    Registry. If Windows differs, they are those of Microsoft's "Service overview and network port
    requirements for Windows", and for third-party products those of their documentation. C(source)
    in an entry says which it is.
  - An entry has only those of the registered protocols that the service listens on.
options:
  _terms:
    description:
      - Names in any letter case, or port numbers. A number may be followed by a protocol, such as
        V(53/udp).
      - Without a term, all ports of the table are returned, with O(want=entry).
    type: list
    elements: raw
  want:
    description:
      - What to return for each term.
      - V(auto) is the port for a name, and the name for a port.
      - V(description) is a few words in the O(language).
      - V(entry) is a dictionary with everything that is known about it, see RV(_raw).
    type: str
    choices: [auto, port, name, description, entry]
    default: auto
  protocol:
    description:
      - The protocol of port numbers without one. The default is TCP, or UDP if only UDP has a
        well-known service on that port.
    type: str
    choices: [tcp, udp]
  language:
    description:
      - The language of descriptions.
    type: str
    choices: [en, ja]
    default: en
    env:
      - name: PORTKEEPER_LANGUAGE
    ini:
      - section: portkeeper
        key: language
  default:
    description:
      - What to return for a name or port that the table does not have. Without it, that is an
        error.
    type: raw
seealso:
  - name: Service Name and Transport Protocol Port Number Registry
    description: IANA's registry, where names and numbers come from.
    link: https://www.iana.org/assignments/service-names-port-numbers
  - name: Service overview and network port requirements for Windows
    description: Which ports Windows services use.
    link: https://learn.microsoft.com/troubleshoot/windows-server/networking/service-overview-and-network-port-requirements
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: The port of a service
  ansible.builtin.debug:
    msg: "{{ lookup('portkeeper.windows.well_known_port', 'rdp') }}"  # 3389

- name: What usually listens there
  ansible.builtin.debug:
    msg: "{{ lookup('portkeeper.windows.well_known_port', 445, want='description') }}"

- name: The same in Japanese
  ansible.builtin.debug:
    msg: "{{ lookup('portkeeper.windows.well_known_port', '53/udp', want='description',
                    language='ja') }}"  # DNS (名前解決)

- name: A number even for what has no name
  ansible.builtin.debug:
    msg: "{{ query('portkeeper.windows.well_known_port', 80, 443, 12345, default='-') }}"

- name: The whole table
  ansible.builtin.debug:
    msg: "{{ item.port }} {{ item.protocols | join('/') }} {{ item.name }}: {{ item.description }}"
  loop: "{{ query('portkeeper.windows.well_known_port', want='entry') }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
_raw:
  description:
    - One value a term, in their order. With O(want=entry) it is a dictionary with C(name), C(names)
      (all that mean it), C(port), C(protocols), C(description) and C(source).
  type: list
  elements: raw
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.portkeeper.windows.plugins.module_utils.asked import well_known
from ansible_collections.portkeeper.windows.plugins.module_utils.asked.well_known import (
    WellKnownPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import Protocol
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.text import for_display
from ansible_collections.portkeeper.windows.plugins.module_utils.words.languages import (
    Language,
    language_of,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import Phrase, render


class LookupModule(LookupBase):
    def run(
        self, terms: list[Any], variables: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> list[Any]:
        self.set_options(var_options=variables, direct=kwargs)
        language = language_of(self.get_option("language"))
        want = str(self.get_option("want"))
        protocol = self.get_option("protocol")
        if not terms:
            return [_entry(each, language) for each in well_known.WELL_KNOWN_PORTS]
        found = []
        for term in terms:
            number, over = _number(term)
            entry = _find(str(term), number, over or protocol)
            if entry is not None:
                kind = ("port" if number is None else "name") if want == "auto" else want
                found.append(_GIVEN[kind](entry, language))
            elif "default" in kwargs:
                found.append(self.get_option("default"))
            else:
                problem = Phrase("lookup.no_port", {"term": for_display(str(term), 60)})
                raise AnsibleLookupError(render(problem, language))
        return found


def _number(term: Any) -> tuple[int | None, str | None]:
    """The port and the protocol that a term names; None for a name."""
    number, _slash, protocol = str(term).strip().lower().partition("/")
    is_number = number.isascii() and number.isdigit() and len(number) <= 5
    return (int(number), protocol or None) if is_number else (None, None)


def _find(term: str, number: int | None, protocol: str | None) -> WellKnownPort | None:
    if number is None:
        return well_known.lookup(term.strip())
    for each in Protocol:
        if protocol is None or each.value == protocol:
            entry = well_known.find(number, each)
            if entry is not None:
                return entry
    return None


def _description(entry: WellKnownPort, language: Language) -> str:
    return render(entry.description, language)


def _entry(entry: WellKnownPort, language: Language) -> dict[str, Any]:
    return {
        "name": entry.name,
        "names": list(entry.names),
        "port": entry.port,
        "protocols": [each.value for each in entry.protocols],
        "description": _description(entry, language),
        "source": entry.source,
    }


_GIVEN: Mapping[str, Callable[[WellKnownPort, Language], Any]] = {
    "port": lambda entry, language: entry.port,
    "name": lambda entry, language: entry.name,
    "description": _description,
    "entry": _entry,
}
