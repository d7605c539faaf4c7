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
  - It only reads, except with O(write_trial). On the host it runs fixed command lines of
    C(netstat), C(netsh), C(tasklist) and C(reg query). No PowerShell starts on the target.
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
    description:
      - Fail if the two ways disagree on anything without a known reason, or if a step of
        O(write_trial) does not work on which this collection depends. Nothing depends on
        C(put_security), C(create_with_options) and C(delete_with_options).
    type: bool
    default: false
  write_trial:
    description:
      - Also try to write. The module creates a disabled firewall rule of its own, gives it one
        condition after the other as M(portkeeper.windows.port_firewall) does, reads each back by
        CIM and from the registry, and deletes it. Then it does the same with a second rule, which
        gets its ports with its creation, in the way of C(New-NetFirewallRule). RV(trial) says which
        of these steps work on the host.
      - The rules are never enabled, and nobody else's rule is touched. They are limited to the
        loopback address and to ports on which nothing listens as soon as the host accepts that.
        Their ids are V(portkeeper.windows-write-trial-filters) and
        V(portkeeper.windows-write-trial-options), in the group V(portkeeper.windows).
      - If the host has a rule with such an id that a trial has not left there, the module fails
        before it writes anything.
      - The rules are deleted whatever fails. If a rule may still exist at the end, because the host
        no longer answers or does not delete it, the module fails and says so. The next trial on the
        host deletes what an interrupted one has left, before it begins. A rule that is enabled by
        then is not deleted; the module fails and names it.
      - It can't be used in check mode.
    type: bool
    default: false
attributes:
  check_mode:
    description: Can run in C(check_mode) and return what would change, without changing anything.
    support: partial
    details: Not together with O(write_trial).
  diff_mode:
    description: Returns what has changed or would change.
    support: none
    details: The module changes nothing on the host that stays there.
  facts:
    description: Returns C(ansible_facts).
    support: none
  idempotent:
    description: Running it twice gives the same as running it once.
    support: partial
    details: With O(write_trial) it writes each time, and says that it has changed the host.
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

- name: Does writing firewall rules work on this Windows? Tries it with disabled rules
  portkeeper.windows.verify_host:
    write_trial: true
    recording_folder: recordings
"""

RETURN = r"""
msg:
  description:
    - A table of all facts, and below it the disagreements and what was expected; the steps of
      RV(trial); and a table of RV(claims).
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
  description: The number of facts with each RV(comparisons[].outcome).
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
claims:
  description:
    - The claims about Windows in C(docs/fidelity.md) that a host can confirm by itself, and what
      this host says of each. All the others need a person.
  returned: success
  type: list
  elements: dict
  contains:
    claim:
      description: The id of the claim in C(docs/fidelity.md).
      type: str
      sample: put_rule
    title:
      description: The claim in short, in the language of the task.
      type: str
      sample: "Put of single properties: rule"
    grade:
      description: "Its grade there: V(seen_elsewhere), V(documented), V(inferred) or V(contested)."
      type: str
      sample: inferred
    standing:
      description:
        - V(raised) if everything that the claim names shows it here, so that it is recorded on
          Windows if the host is a real one;
          V(contradicted) if the two ways disagree, or if a step of RV(trial) does not work;
          otherwise V(stays). Some claims can only be raised with O(write_trial).
      type: str
      sample: raised
claim_counts:
  description: The number of claims with each RV(claims[].standing).
  returned: success
  type: dict
  sample:
    raised: 31
    stays: 3
    contradicted: 0
trial:
  description: What came of the attempt to write.
  returned: if O(write_trial) is set
  type: dict
  contains:
    steps:
      description: One entry for each step, in order. It is empty if the trial did not begin.
      type: list
      elements: dict
      contains:
        step:
          description:
            - V(create), V(filters) (the query for the filters of the rule), V(put_ports),
              V(put_addresses), V(put_program), V(put_service), V(put_interface_types),
              V(put_interfaces), V(put_security), V(put_rule), V(disable) (the method Disable, of a
              rule that is disabled), V(delete), V(create_with_options), V(delete_with_options).
          type: str
          sample: put_ports
        title:
          description: The step, in the language of the task.
          type: str
          sample: set protocol and port
        outcome:
          description:
            - V(works) if both CIM and the registry show the result, or only the registry because
              CIM could not be asked; V(disagree) if one of them shows something else, or if the
              host has enabled the rule; V(ignored) if the host has accepted the
              step without carrying it out; V(refused); V(unanswered) if there was no answer, and
              the step may have been carried out; V(skipped) if an earlier step did not work, or the
              host has no network adapter.
          type: str
          sample: works
        by_cim:
          description: Whether CIM shows the result, null if that could not be read.
          type: bool
          sample: true
        by_registry:
          description: Whether the registry shows the result, null if that could not be read.
          type: bool
          sample: true
        problem:
          description: Why the step does not work, or why CIM could not be asked, otherwise null.
          type: str
    counts:
      description: The number of steps with each RV(trial.steps[].outcome).
      type: dict
      sample:
        works: 13
        disagree: 0
        ignored: 1
        refused: 0
        unanswered: 0
        skipped: 0
    leftovers:
      description: The ids of rules that an earlier trial had left, and this one has deleted.
      type: list
      elements: str
      sample: []
    left:
      description: The ids of rules that may still exist. The message says how to delete them.
      type: list
      elements: str
      sample: []
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
