#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: verify_host
short_description: Reads each fact about a Windows host in two ways and compares them
version_added: 0.1.0
description:
  - Shows whether this collection understands a host correctly. C(docs/fidelity.md) lists what the
    collection assumes about Windows; this module checks it on a real host. It reads each fact in
    two independent ways, for example with CIM classes and with C(netstat), or with the CIM classes
    of the firewall and from the registry.
  - It only reads. On the host it runs fixed command lines of C(netstat), C(netsh), C(tasklist) and
    C(reg query). No PowerShell starts on the target.
  - Some things change between two readings, such as ports of the dynamic range, and listeners that
    came or went in between. The module reports such differences as expected.
  - With O(recording) or O(recording_folder), everything that was sent and answered is written to a
    file, with pseudonyms in place of names and addresses. You can attach it to a bug report, and
    the simulated host of this collection's tests can answer from it. C(docs/recording.md) describes
    its format and what it keeps.
options:
  recording:
    description:
      - The file on the controller to write the recording to. Only its owner may read it. An
        existing file or link is replaced. If a folder on the path is a link, it is followed only if
        no one except you and root could have put it there.
      - User names, computer names, domain names, network names, addresses, security identifiers,
        GUIDs, keys, tokens and the arguments of command lines are replaced. All spellings of a name
        or an address get the same pseudonym. C(docs/recording.md) has the whole list. Names of
        rules, services and programs stay. Read the recording before you pass it on.
      - It is not written in check mode.
    type: path
  recording_folder:
    description:
      - Instead of O(recording), the folder on the controller for a recording that is named after
        the host, C(HOST.jsonl). It is created if it does not exist.
      - If a name of the inventory is not a valid file name everywhere, or if some file systems
        treat it as the name of another host, it is altered and gets a digest at its end. So every
        recording stays in the folder, and no two hosts share a file.
    type: path
  strict:
    description: Fail if the two ways disagree on anything without a known reason.
    type: bool
    default: false
attributes:
  diff_mode:
    description: Returns what has changed or would change.
    support: N/A
    details: The module changes nothing on the host.
  facts:
    description: Returns C(ansible_facts).
    support: none
  idempotent:
    description: Running it twice gives the same as running it once.
    support: full
    details: The module changes nothing on the host.
extends_documentation_fragment:
  - portkeeper.windows.attributes
  - portkeeper.windows.attributes.host
seealso:
  - module: portkeeper.windows.port_facts
  - module: portkeeper.windows.port_check
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Does this collection see the host as it is?
  portkeeper.windows.verify_host:
  register: verified

- name: Show it
  ansible.builtin.debug:
    msg: "{{ verified.msg.splitlines() }}"

- name: Write a recording for a bug report
  portkeeper.windows.verify_host:
    recording_folder: recordings

- name: Fail the pipeline of a new Windows image on any disagreement
  portkeeper.windows.verify_host:
    strict: true
"""

RETURN = r"""
msg:
  description: A table of all facts, and below it the disagreements and what was expected.
  returned: success
  type: str
system:
  description: The Windows of the host, with its version.
  returned: success
  type: str
  sample: Microsoft Windows 11 Pro 10.0.22631
disagreements:
  description: The number of disagreements between the two ways without a known reason.
  returned: success
  type: int
  sample: 0
counts:
  description: The number of facts with each RV(comparisons.outcome).
  returned: success
  type: dict
  sample:
    disagree: 0
    unknown: 0
    expected: 1
    agree: 19
comparisons:
  description: One entry for each fact.
  returned: success
  type: list
  elements: dict
  contains:
    fact:
      description: What was read, in the language of the task, as are the reasons and problems.
      type: str
      sample: TCP listeners
    first:
      description: One way, a CIM class.
      type: str
      sample: MSFT_NetTCPConnection
    second:
      description: The other way, a program or the registry.
      type: str
      sample: netstat -nao
    outcome:
      description:
        - V(agree), V(expected) if all differences have a known reason, V(disagree), or V(unknown)
          if a fact could not be read in one of the ways.
      type: str
      sample: agree
    agreed:
      description: The number of things on which both ways agree.
      type: int
      sample: 29
    differences:
      description: The differences, 50 at most.
      type: list
      elements: dict
      contains:
        what:
          description: The thing that differs.
          type: str
          sample: 0.0.0.0:445 of process 4
        first:
          description: What one way says, null if nothing.
          type: str
        second:
          description: What the other way says, null if nothing.
          type: str
          sample: listens
        reason:
          description: Why the difference is expected, null for a disagreement.
          type: str
          sample: "one socket for IPv6 and IPv4: one row by CIM, two in netstat"
    untold:
      description: The number of differences that are not listed.
      type: int
      sample: 0
    problem:
      description: Why the two ways could not be compared, null if they were.
      type: str
recording:
  description: The file that was written, null in check mode.
  returned: if O(recording) or O(recording_folder) is given
  type: str
  sample: /home/admin/win-1.jsonl
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    VERIFY_HOST,
    no_action,
)


def main() -> None:
    module = AnsibleModule(argument_spec=VERIFY_HOST, supports_check_mode=True)
    module.fail_json(msg=no_action("verify_host", module.params["language"]))


if __name__ == "__main__":
    main()
