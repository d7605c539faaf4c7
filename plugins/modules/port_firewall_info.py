#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: port_firewall_info
short_description: Lists the rules of Windows Defender Firewall, and says which of them count
version_added: 0.1.0
description:
  - Lists the rules of a host from every store, which are those of the host itself, of Group Policy
    and of device management (MDM), and those with which Windows restricts services and app
    containers.
  - Says of each rule whether it counts on the host as it is now and, if not, why. It may be
    disabled, void because a policy lets no local rule count, for a profile that is not active,
    overridden by a block rule, which is named, or there may be a firewall of another maker.
  - Also returns the settings in force for each profile with their origin, and the registered
    firewalls.
  - The options select rules. A rule is listed if it matches all of them.
  - It reads the registry over the WinRM connection that Ansible uses anyway. No PowerShell starts
    on the target, and no text of a task ever appears in a command line there.
options:
  group:
    description:
      - Rules in one of these groups, such as V(Remote Desktop), with wildcards and languages as in
        O(name).
    type: list
    elements: str
  direction:
    description: Rules for this direction, V(in) or V(out).
    type: str
  action:
    description:
      - Rules with this action, V(allow), V(block), or V(bypass), which lets in what IPsec
        authenticates whatever block rules say.
    type: str
  program:
    description:
      - Rules for one of these programs. A path, which may begin with a variable such as
        V(%ProgramFiles%), or just a file name such as V(httpd.exe). Wildcards as in O(name).
    type: list
    elements: str
  service:
    description: Rules for one of these services, by their short names. Wildcards as in O(name).
    type: list
    elements: str
  profiles:
    description:
      - Rules that are for one of these profiles, alone or among others. V(domain), V(private) or
        V(public).
    type: list
    elements: str
    aliases: [profile]
  stores:
    description:
      - Rules of these stores.
      - V(local) has those of the host itself, which M(portkeeper.windows.port_firewall) changes,
        V(group_policy) those of Group Policy with the exceptions of its old administrative
        templates, and V(mdm) those of device management.
      - V(static_service) and V(configurable_service) have rules that limit what services of Windows
        may send and receive, and V(app_isolation) those of app containers. They open nothing by
        themselves.
    type: list
    elements: str
    choices: [local, group_policy, mdm, static_service, configurable_service, app_isolation]
    aliases: [store]
  enabled:
    description: Rules that are enabled, or those that are not.
    type: bool
    aliases: [enable]
  counts:
    description:
      - Rules that count now, or those that certainly do not. Rules of which that is uncertain are
        in neither list.
    type: bool
attributes:
  diff_mode:
    description: Returns what has changed or would change.
    support: N/A
    details: The module changes nothing.
  idempotent:
    description: Running it twice gives the same as running it once.
    support: full
    details: The module changes nothing.
extends_documentation_fragment:
  - portkeeper.windows.attributes
  - portkeeper.windows.attributes.host
  - portkeeper.windows.listed_rules
  - portkeeper.windows.listed_rules.findings
notes:
  - Whether a rule counts is judged by all rules and settings together, for traffic on the networks
    that the host is connected to now. RV(rules[].counts) is about the rule, not about a port.
    M(portkeeper.windows.port_check) says whether a port can be reached.
seealso:
  - module: portkeeper.windows.port_firewall
  - module: portkeeper.windows.firewall_profile
  - module: portkeeper.windows.port_check
  - module: portkeeper.windows.port_facts
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Every rule of the host
  portkeeper.windows.port_firewall_info:

- name: Which rules are about port 8080?
  portkeeper.windows.port_firewall_info:
    ports: 8080
    direction: in

- name: Enabled rules of the host itself that do not count, and why
  portkeeper.windows.port_firewall_info:
    stores: local
    enabled: true
    counts: false
  register: idle

- name: Say it
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.reason }}"
  loop: "{{ idle.rules }}"
  loop_control:
    label: "{{ item.rule_id }}"

- name: Rules of a program, however they are called
  portkeeper.windows.port_firewall_info:
    program: httpd.exe

- name: All block rules for inbound traffic
  portkeeper.windows.port_firewall_info:
    direction: in
    action: block
    enabled: true

- name: Which profiles does Group Policy set?
  portkeeper.windows.port_firewall_info:
    stores: group_policy
  register: firewall

- name: Stop where local rules do not count
  ansible.builtin.assert:
    that: firewall.profiles.domain.effective.allow_local_firewall_rules
    fail_msg: >-
      Local rules are void, by {{ firewall.profiles.domain.origins.allow_local_firewall_rules }}.

- name: What is worth a look in the rules of the host itself?
  portkeeper.windows.port_firewall_info:
    stores: local
    audit: true
  register: found

- name: Tell it
  ansible.builtin.debug:
    msg: "{{ item.text }} {{ item.why }} {{ item.remedy }}"
  loop: "{{ found.audit.findings }}"
  loop_control:
    label: "{{ item.kind }}"

- name: The rules of the host as tasks for another one
  portkeeper.windows.port_firewall_info:
    stores: local
    as_tasks: true
  register: exported

- name: Keep them as a file of tasks
  ansible.builtin.copy:
    content: "{{ exported.tasks_yaml }}"
    dest: firewall.yml
    mode: "0600"
  delegate_to: localhost
"""

RETURN = r"""
rules:
  description: The rules that match, by store and name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description:
        - Its display name. One of Windows' own rules has the name that Windows shows for it, in the
          language of the task if it is known here, that of an app the name of its package, and
          others whose name is not known their id.
      type: str
      sample: Web server
    rule_id:
      description: Its id.
      type: str
      sample: "{E2C6A1F0-6C1D-5B0E-9B7B-0E6B4C6F2D11}"
    group:
      description: Its group as Windows shows it, empty if it has none.
      type: str
      sample: Remote Desktop
    store:
      description: Where the rule is kept, as in O(stores).
      type: str
      sample: local
    counts:
      description:
        - Whether the rule counts on the host as it is now, on at least one network and for a part
          of its traffic. Null if that is uncertain.
      type: bool
      sample: false
    status:
      description:
        - V(counts), or V(in_part) if it counts for a part of its traffic, or on some of the
          networks.
        - V(disabled).
        - V(other_profile), V(other_adapter) or V(other_windows) if the rule is for a profile, a
          network adapter or a version of Windows that the host does not have now, and
          V(other_transport) if it is for connections such as Wi-Fi Direct alone.
        - V(void) if a policy lets no such local rule count.
        - V(beaten) if other rules decide about all of its traffic; RV(rules[].decided_by) names
          them.
        - V(all_blocked) if the profile blocks all inbound traffic, whatever the rules say.
        - V(firewall_off) if the firewall is off in the profile, and V(other_firewall) if one of
          another maker is in charge.
        - V(no_effect) if its traffic is treated otherwise for another reason.
        - V(depends) if it hangs on what can't be judged, such as which program listens,
          V(not_understood) if the rule has parts that are not known here or malformed, and
          V(unknown) if RV(problem) says why nothing is certain.
      type: str
      sample: beaten
    reason:
      description: The rule or setting that decides, in words of the O(language).
      type: str
      sample: "blocked: the block rule 'No web' of this host"
    decided_by:
      description:
        - The other rules that decide about the rule's traffic, or may do so if the status is
          V(depends) or V(in_part); at most eight.
      type: list
      elements: dict
      contains:
        name:
          description: As RV(rules[].name). The id follows if it is one of Windows' own rules.
          type: str
          sample: No web
        rule_id:
          description: Its id.
          type: str
          sample: no-web
        store:
          description: Its store.
          type: str
          sample: local
        action:
          description: V(allow), V(block) or V(bypass). Null if the rule names none.
          type: str
          sample: block
    windows_own:
      description:
        - Whether it is one of the rules that Windows brings, or its OpenSSH server, or its networks
          for virtual machines and containers. None of these is created by RV(tasks), audited as one
          whose program is missing, or removed by the option
          O(portkeeper.windows.port_firewall#module:unspecified).
      type: bool
      sample: false
    rule:
      description:
        - The rule with a value for each option of M(portkeeper.windows.port_firewall), in the form
          that its RV(portkeeper.windows.port_firewall#module:rules[].rule) has.
      type: dict
      sample: {name: Web server, enabled: true, direction: in, action: allow, protocol: tcp,
               ports: ["80", "443"], remote_ports: [any], icmp_types: null,
               profiles: [domain, private], remote_addresses: [LocalSubnet],
               local_addresses: [any], program: any, service: any, interfaces: [any],
               interface_types: [any], edge_traversal: "no", description: "", group: ""}
    limits:
      description:
        - Conditions of the rule that no option has, each with its values as the registry has them.
          C(package), C(users), C(authentication), C(platforms), C(networks), C(transport) or
          C(unknown_fields). Empty for most rules.
      type: dict
      sample: {package: [S-1-15-2-3995430443-3719053022]}
read:
  description: How many rules each store has, whether they match or not.
  returned: success
  type: dict
  sample: {local: 516, group_policy: 3, mdm: 0, static_service: 203, configurable_service: 5,
           app_isolation: 376}
active_profiles:
  description:
    - The profiles of the networks that the host is connected to. Empty if Windows reports no
      network; then it is unknown which profiles count.
  returned: success
  type: list
  elements: str
  sample: [private]
profiles:
  description:
    - The settings of C(domain), C(private) and C(public), each with these keys.
    - C(active) says whether a network of the host has this profile, null if Windows reports none.
    - C(effective) has the value in force for each option of
      M(portkeeper.windows.firewall_profile), from all stores. A value is null if two readings of
      the keys of device management differ.
    - C(origins) says where each comes from, V(local), V(group_policy), V(mdm), or V(default), the
      default of Windows.
    - C(disabled_interfaces) are the network adapters on which the firewall is off.
  returned: success
  type: dict
  sample:
    domain: {active: true,
             effective: {enabled: true, allow_local_firewall_rules: false, log_blocked: false},
             origins: {enabled: group_policy, allow_local_firewall_rules: group_policy,
                       log_blocked: default},
             disabled_interfaces: []}
products:
  description: The firewalls that are registered with Windows Security. Windows Server lists none.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: Example Firewall
    state:
      description: V(on), V(off), V(snoozed), V(expired) or V(unknown), as the product says.
      type: str
      sample: "on"
    in_charge:
      description: Whether it may have taken over from Windows' own firewall.
      type: bool
      sample: true
may_filter:
  description:
    - Products of other makers of which a service runs, and which may filter traffic besides.
  returned: success
  type: list
  elements: str
  sample: []
audit:
  description: What is worth a look in the listed rules, and what could not be judged.
  returned: with O(audit)
  type: dict
  contains:
    findings:
      description:
        - The findings, by C(kind). Each says in words what it is (C(text)), why it matters (C(why))
          and what to do (C(remedy)). C(rules) are those that it is about, each with C(name),
          C(rule_id) and C(store), and C(decided_by) those that decide instead. C(program) is the
          path, null if it is not about one. C(yaml) is a task that removes what nobody needs, null
          where a person has to decide, and C(task) the same as data, null as in RV(tasks[].task).
        - V(open_to_all) lets every address in to every program, at some ports or at all.
        - V(prompt_block) is what Windows made when somebody cancelled its question about a program.
        - V(never_matches) is a rule of which block rules block everything, V(void) one that a
          policy lets not count in any of its profiles.
        - V(missing_program) has rules for a program that is not on the disk.
        - V(duplicate) has rules that do the same and have one name, V(same_but_name) such with
          different names.
      type: list
      elements: dict
      sample:
        - {kind: never_matches, text: "The rule 'Web' never has an effect: all that it allows is
           blocked by No web.", why: "A block rule wins over an allow rule, so the port seems to be
           open and is not.", remedy: "Decide which is meant: remove or narrow what blocks, or
           remove this rule.", rules: [{name: Web, rule_id: web, store: local}], decided_by:
           [{name: No web, rule_id: no-web, store: local}], program: null, task: null, yaml: null}
    unknown_programs:
      description:
        - Programs of which it is not known whether they are on the disk, each as C(program) with
          the C(reason) and its C(rules).
      type: list
      elements: dict
      sample: []
    notes:
      description: What was not judged at all.
      type: list
      elements: str
      sample: []
tasks:
  description: The listed rules as tasks, in their order.
  returned: with O(as_tasks)
  type: list
  elements: dict
  contains:
    name:
      description: As RV(rules[].name).
      type: str
      sample: Web server
    rule_id:
      description: As RV(rules[].rule_id).
      type: str
      sample: web
    store:
      description: As RV(rules[].store).
      type: str
      sample: local
    creates:
      description: Whether the task makes the rule where it is missing.
      type: bool
      sample: true
    notes:
      description: Why there is no task, or what else is to be known.
      type: list
      elements: str
      sample: []
    task:
      description:
        - The task as data. Null if there is none, or if it has text that could be mistaken for a
          template, such as V(%ProgramFiles%); RV(tasks[].yaml) marks such text.
      type: dict
      sample: {name: Firewall rule Web server, portkeeper.windows.port_firewall: {rule_id: web}}
    yaml:
      description: The task as text for a playbook, null if there is none.
      type: str
      sample: "- name: Firewall rule Web server"
tasks_yaml:
  description:
    - All tasks that make their rule, as the text of one file of tasks. Null if it is too long for a
      result.
  returned: with O(as_tasks)
  type: str
  sample: "- name: Firewall rule Web server"
problem:
  description: Why nothing is certain, null if nothing is known to be wrong.
  returned: success
  type: str
msg:
  description: How many rules were listed, and how many of them count.
  returned: always
  type: str
  sample: "4 of 1100 rules match (counting now: 2, not counting: 1, uncertain: 1)."
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    PORT_FIREWALL_INFO,
    no_action,
)


def main() -> None:
    module = AnsibleModule(argument_spec=PORT_FIREWALL_INFO, supports_check_mode=True)
    module.fail_json(msg=no_action("port_firewall_info", module.params["language"]))


if __name__ == "__main__":
    main()
