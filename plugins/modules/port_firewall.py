#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: port_firewall
short_description: Opens and closes ports in Windows Defender Firewall
version_added: 0.1.0
description:
  - Creates, changes and removes rules of Windows Defender Firewall, and reports whether they take
    effect. If a rule has no effect, the module names the rule, policy or product that decides
    instead.
  - It writes over the WinRM connection that Ansible uses anyway. No PowerShell starts on the
    target, no file is copied to it, and no text of a task ever appears in a command line there.
  - The module creates a new rule disabled, completes it, reads it back, and then enables it. It
    changes an existing rule in place, narrowing it first and widening it last, so that the rule
    never lets in more than the old and the new rule together. If a step fails, the module undoes
    the steps before it. It reads the rules again after every change, so that it never reports
    success for a change that Windows did not store.
  - An interrupted task leaves each rule that it names as it was, as requested, disabled, or between
    the old and the new rule, letting in no more than both together. Each rule that goes because no
    entry names it is as it was, disabled or gone. To repair that, run the task again. It completes
    what it left disabled or unfinished.
  - The module changes only rules of the host itself. It reads those of Group Policy and of device
    management, because they can decide, and leaves them alone.
options:
  state:
    description:
      - V(absent) removes all rules with the O(name), limited to the O(direction) and O(protocol) if
        given, or the rule with the O(rule_id). That includes Windows' own rules.
      - A rule of that name in Group Policy or device management stays; a warning says so.
    type: str
    choices: [present, absent]
    default: present
  all_of_a_name:
    description:
      - Change all local rules with the O(name) together, limited to the O(direction) and
        O(protocol) if given. A warning says how many they are. Without it, a name that several
        rules have is refused, unless they are Windows' own.
      - Either all of them are changed, or none. If the host refuses to change one of them,
        everything that the task has changed is taken back, unless it has deleted other rules by
        then.
      - If there is none, one is created, but only for O(ports), a O(protocol), a O(program) or a
        O(service). A task that only narrows rules to addresses fails there, rather than open all
        ports to these addresses.
    type: bool
  rules:
    description:
      - Several rules in one task. The host is read once for all of them.
      - Each entry takes the options of one rule, which are all but O(rules), O(unspecified),
        O(unspecified_scope), O(force) and O(language), and their aliases. Other options of the task
        are the defaults for every entry.
      - Entries that undo each other, such as two of one name with different O(ports), are refused,
        since every run would change the rule twice. Entries of one name are told apart by
        O(direction), O(protocol) or O(rule_id).
      - The module makes every refusal that it can before it changes the first rule.
    type: list
    elements: dict
  unspecified:
    description:
      - What becomes of the local rules of the O(group) that no entry of O(rules) names. V(ignore)
        leaves them as they are, which is the default. V(disable) disables them, and V(remove)
        deletes them, so that O(rules) has all the rules that are left. It needs O(rules), which may
        be empty, and the O(group) of the task.
      - V(remove) first makes the rules of the task and disables all that go. It then reads the host
        again, and judges whether WinRM is let in from the controller, and whether the rules have
        the effect that was planned. Only then does it delete. If anything fails until then,
        everything is taken back. If it fails later, the rules that are left stay disabled, and the
        next run deletes them.
      - A rule with conditions that no task can write can't be made again. RV(rules[].stored) has
        all of it, in check mode too.
      - Windows' own rules (those whose name or group is a reference to a text in a file, and those
        of its OpenSSH server and of its networks for containers and virtual machines) and those
        that it makes for installed apps (with an app package and an owner) stay unless an entry
        names them, in the groups of Windows as well. Rules of policies always stay. An entry that
        names one of Windows' own rules does not move it to the O(group) of the task.
      - The name of an entry means a rule of the O(group), or one without any. A rule of that name
        in another group is left alone. If there is no other of that name, the module refuses to
        make one.
      - The guard of WinRM (see O(force)) holds for these rules in any case, so O(force) does not
        delete the rule that lets the connection in. Name such a rule, with O(state=absent).
    type: str
    choices: [ignore, disable, remove]
  unspecified_scope:
    description:
      - Limits O(unspecified) to some rules of the O(group).
      - Without a O(group), O(unspecified) is for all local rules of this direction, whoever made
        them, with the same exceptions. That needs O(unspecified_scope.direction) and O(force), so
        that a group that is missing by mistake does no harm.
    type: dict
    suboptions:
      direction:
        description: V(in) or V(out). The O(direction) of the task has no influence on it.
        type: str
      profiles:
        description:
          - Only rules for at least one of these profiles. Rules for all profiles are among them.
        type: list
        elements: str
  force:
    description:
      - Allow changes that could cut off WinRM, and so this very connection. Without it, the module
        refuses a task if the rules and settings of the host let the connection in now and might no
        longer do so afterwards. The message names the rule or setting that would decide.
      - The module judges all rules together, including those of policies, and each step of the task
        on top of the steps before it. It does not rely on what it can't judge, such as the user or
        the type of adapter.
      - The module also refuses to close WinRM in a profile that is not active now, if WinRM is
        certainly open there to that address, and to delete one of Windows' own rules for WinRM.
    type: bool
    default: false
attributes:
  diff_mode:
    description: Returns what has changed or would change.
    support: full
  idempotent:
    description: Running it twice gives the same as running it once.
    support: full
extends_documentation_fragment:
  - portkeeper.windows.attributes
  - portkeeper.windows.attributes.host
  - portkeeper.windows.firewall_rule
  - portkeeper.windows.firewall_rule.traffic
  - portkeeper.windows.firewall_rule.place
  - portkeeper.windows.firewall_rule.accounts
  - portkeeper.windows.winrm_guard
  - portkeeper.windows.winrm_guard.changes
notes:
  - The options of M(community.windows.win_firewall_rule) work under their own names too, as
    aliases, so that its tasks keep working. There are four differences. If O(enabled) is not given,
    a disabled rule is enabled instead of left as it is. Ports without a protocol are TCP ports
    instead of an error. Several rules of one name are changed only if O(all_of_a_name) says so. A
    rule is read back, and a change that Windows did not store is an error.
  - Conditions of a rule that the task does not set (such as users, app packages, IPsec or single
    adapters) stay as they are, and a warning names them. A dynamic transport, an owner, named
    networks, source mapping and a bypass of block rules can't be set here; docs/peers.md says why.
  - Except for O(enabled), an option that is not given leaves that property of an existing rule
    unchanged.
seealso:
  - module: portkeeper.windows.port_facts
  - module: portkeeper.windows.port_check
  - module: community.windows.win_firewall_rule
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Open the web ports to the local network
  portkeeper.windows.port_firewall:
    name: Web server
    ports: [http, https]
    profiles: [domain, private]
    remote_addresses: LocalSubnet

- name: Is it really open?
  portkeeper.windows.port_firewall:
    name: Web server
  check_mode: true
  register: web

- name: Say what decides if it is not open, and from where it is
  ansible.builtin.fail:
    msg: "{{ web.rules[0].reason }} {{ web.rules[0].open }}"
  when: not web.effective

- name: Several ports of several programs, reading the host once
  portkeeper.windows.port_firewall:
    profiles: domain
    group: Order system
    rules:
      - name: Order system, web
        ports: 8080
        program: '%ProgramFiles%\Orders\web.exe'
      - name: Order system, database
        ports: 1433
        remote_addresses: 192.168.10.0/24
      - name: Order system, old client
        state: absent

- name: These are all the rules of the order system; what its old versions have left goes
  portkeeper.windows.port_firewall:
    group: Order system
    unspecified: remove
    rules:
      - name: Order system, web
        ports: 8080
      - name: Order system, database
        ports: 1433
        remote_addresses: 192.168.10.0/24

- name: Which inbound rules has anybody added, apart from ours? (Nothing is changed.)
  portkeeper.windows.port_firewall:
    unspecified: disable
    unspecified_scope:
      direction: in
    force: true
    rules:
      - name: Web server
        ports: [http, https]
  check_mode: true
  register: added

- name: DNS over both protocols
  portkeeper.windows.port_firewall:
    name: DNS server
    protocol: [tcp, udp]
    ports: 53

- name: Open the time server to the machine network alone
  portkeeper.windows.port_firewall:
    name: Time server
    ports: 123
    protocol: udp
    interfaces: Machine network

- name: Let the host answer to ping
  portkeeper.windows.port_firewall:
    name: Ping
    protocol: icmpv4
    icmp_types: 8

- name: Close SMB to all but the file servers' network
  portkeeper.windows.port_firewall:
    name: No SMB from elsewhere
    action: block
    ports: 445
    remote_addresses: [0.0.0.1-192.168.9.255, 192.168.11.0-255.255.255.255]

- name: Remote Desktop for authenticated computers of one group only
  portkeeper.windows.port_firewall:
    name: Remote Desktop for administrators
    ports: 3389
    authentication: required
    encryption: required
    remote_machine: S-1-5-21-1111111111-2222222222-3333333333-1105

- name: Narrow all rules that an installer has left under one name
  portkeeper.windows.port_firewall:
    name: Orders client
    all_of_a_name: true
    remote_addresses: 192.168.10.0/24

- name: Windows' own rules for Remote Desktop, on the domain only
  portkeeper.windows.port_firewall:
    group: Remote Desktop
    enabled: true
    profiles: domain

- name: Switch off Windows' own rules of one name
  portkeeper.windows.port_firewall:
    name: File and Printer Sharing (SMB-In)
    enabled: false

- name: Switch off just one of them
  portkeeper.windows.port_firewall:
    rule_id: FPS-SMB-In-TCP
    enabled: false
"""

RETURN = r"""
effective:
  description:
    - Whether all rules of the task have the requested effect on the networks that the host is
      connected to. For a removed or disabled rule, this means that its traffic is no longer treated
      as the rule said; otherwise there is a warning. The same holds for a rule that should be
      absent and was not there, if the task has its ports, program, service or types of ICMP.
    - Both IPv4 and IPv6, each port, each remote address and each type of ICMP of the rule count.
      Of a rule for any protocol, ICMP and each other protocol count too.
    - Null if the module can't tell, mostly because other rules are for single programs, and none of
      them listens at the port now. Null too if a rule without ports, or without remote addresses,
      has the effect on some of them only, with a warning that names one.
      M(portkeeper.windows.port_check) tells more about a port.
    - Of Windows' own rules of one name, one with the effect is enough.
    - A rule that O(unspecified) is about counts if it let something in that rules and settings
      outside the task still let in. Otherwise it does not matter. At most 64 of those rules are
      judged, and only rules for TCP and UDP.
    - In check mode, the effect that the task would have.
  returned: success
  type: bool
  sample: true
active_profiles:
  description:
    - The profiles of the networks that the host is connected to. Empty if Windows reports no
      network; then it is unknown which profiles count.
  returned: success
  type: list
  elements: str
  sample: [private]
rules:
  description:
    - One entry for each rule, in the order of the task, and then for each rule that
      O(unspecified) changes or removes.
    - If the task fails midway, or loses the host, RV(rules[].name), RV(rules[].rule_id) and
      RV(rules[].outcome) report the state of each rule, as far as it is known.
  returned: success, or when a task fails after it has begun
  type: list
  elements: dict
  contains:
    name:
      description:
        - Its display name. One of Windows' own rules has the name that Windows shows for it, in the
          language of the task if it is known here, and its id in parentheses, or just its id if the
          name is not known.
      type: str
      sample: Web server
    rule_id:
      description: Its id. Null for a rule that should be absent and did not exist.
      type: str
      sample: "{E2C6A1F0-6C1D-5B0E-9B7B-0E6B4C6F2D11}"
    outcome:
      description:
        - V(created), V(changed), V(deleted) or V(unchanged).
        - If the task fails, also V(incomplete) for a rule that is neither the old one nor as
          requested, V(disabled) for one that was to be deleted, and V(unknown) if the host no
          longer answers. None lets in more than the old and the new rule together, and running the
          task again completes the rule.
      type: str
      sample: created
    rule:
      description:
        - The rule as it is now, or would be, with a value for each option. Null if it was removed.
      type: dict
      sample: {name: Web server, enabled: true, direction: in, action: allow, protocol: tcp,
               ports: ["80", "443"], remote_ports: [any], icmp_types: null,
               profiles: [domain, private], remote_addresses: [LocalSubnet],
               local_addresses: [any], program: any, service: any, interfaces: [any],
               interface_types: [any], edge_traversal: "no", package: any,
               authentication: not_required, encryption: not_required, remote_machine: any,
               remote_user: any, local_user: any, platform: [any], description: "", group: ""}
    before:
      description: The rule as it was.
      returned: if it was changed or deleted
      type: dict
    differences:
      description: The options that have changed.
      returned: if it was changed
      type: list
      elements: str
      sample: [ports]
    effective:
      description: As RV(effective), for this rule. Null if the module can't tell.
      type: bool
      sample: true
    reason:
      description: The rule or setting that decides, in words of the O(language).
      type: str
      sample: "allowed: the allow rule 'Web server' of this host"
    profiles:
      description:
        - The same for each profile that the rule is for.
        - Where nothing listens yet, rules that limit single services of Windows are left out of
          C(state), as M(portkeeper.windows.port_check) does.
      type: dict
      sample:
        private:
          active: true
          effective: true
          state: conditional
          reason: >-
            conditional: allowed by the rule 'Web server' if the remote address is LocalSubnet;
            otherwise no rule decides, and the default action blocks it (the default of Windows)
          allowed_from: [LocalSubnet]
        domain:
          active: false
          effective: false
          state: blocked
          reason: >-
            the rule does not count: Group Policy lets no such local rule count
            (HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall\DomainProfile\AllowLocalPolicyMerge)
    open:
      description:
        - How far the TCP and UDP ports of an inbound rule are open, by all rules and settings, on
          each network that the host is connected to and the rule is for. Ports of which the same is
          true share an entry.
        - C(reach), C(reach_from), C(reach_more) and C(reach_perhaps) are who can reach the ports,
          as with V(firewall) in M(portkeeper.windows.port_facts).
        - C(not_open_from) has the C(addresses) that the rule opens the ports to and that don't
          reach them, and the C(reason). If the rule blocks, or was removed or disabled,
          C(still_open_from) has those that reach them all the same.
        - C(program) is what listens there, if the answer is about it alone.
      type: list
      elements: dict
      sample:
        - {network: Office, profile: private, protocol: tcp, ports: ["80", "443"], reach: some,
           reach_from: [192.168.1.0-192.168.1.65, 192.168.1.67-192.168.1.255],
           not_open_from: [{addresses: [192.168.1.66], reason: the block rule 'Shut' of this host}]}
    stored:
      description:
        - A deleted rule as the registry had it, if no task can make it again with all of its parts.
        - C(text) is the value of the registry, C(fields) its parts in order, each with its C(field)
          and C(value), and C(lost) are the fields that no task can write.
      returned: if it was deleted and has such parts
      type: dict
      sample:
        text: v2.30|Action=Allow|Active=TRUE|Dir=In|Name=Sales|LUAuth=O:LSD:(A;;CC;;;S-1-5-32-545)|
        fields: [{field: Action, value: Allow}, {field: Active, value: "TRUE"},
                 {field: Dir, value: In}, {field: Name, value: Sales},
                 {field: LUAuth, value: "O:LSD:(A;;CC;;;S-1-5-32-545)"}]
        lost: [LUAuth]
    unspecified:
      description: V(true) for a rule that no entry names, and that O(unspecified) is about.
      returned: if it is so
      type: bool
    open_more:
      description: How many further entries RV(rules[].open) would have, which has 32 at most.
      returned: if there are more
      type: int
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import no_action
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.table import (
    PORT_FIREWALL,
)


def main() -> None:
    module = AnsibleModule(argument_spec=PORT_FIREWALL, supports_check_mode=True)
    module.fail_json(msg=no_action("port_firewall", module.params["language"]))


if __name__ == "__main__":
    main()
