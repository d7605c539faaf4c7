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
  - Makes rules of Windows Defender Firewall be there as described, or be gone, and tells whether
    they have an effect. Where they have none, it names the rule, policy or product that decides
    instead.
  - It writes over the WinRM connection that Ansible uses anyway. No PowerShell starts on the
    target, no file is copied to it, and no text of a task ever stands in a command line there.
  - A new rule is created disabled, completed, read back, and then enabled. A rule that exists is
    changed in place. It is narrowed first and widened last, so that at no moment more comes in than
    with the old and the new rule together. If something fails on the way, what was begun is taken
    back. After every change the rules are read again, so that success is never reported for a
    change that Windows did not store.
  - A task that was interrupted heals by running again. What it left disabled or has only begun is
    completed.
  - Only rules of the host itself are changed. Those of Group Policy and of device management are
    read, because they can decide, and are left alone.
options:
  name:
    description:
      - The display name of the rule, compared in any letter case.
      - Where several local rules have this name, O(direction), O(protocol) or O(rule_id) say which
        one is meant. As long as it is not clear, nothing is changed.
      - Windows' own rules are stored under references such as C(@FirewallAPI.dll,-28753), whatever
        name a person sees. They are never taken for a rule of this name; use O(rule_id) or
        O(group) for them.
      - Required for a new rule.
    type: str
  rule_id:
    description:
      - The id of the rule, which Windows PowerShell calls C(Name), for example
        V(RemoteDesktop-UserMode-In-TCP).
      - With it, O(name) is the display name that the rule should have.
      - A new rule without it gets an id that follows from its name and direction.
    type: str
  state:
    description:
      - V(absent) removes all rules of the O(name), or those of them that O(direction) and
        O(protocol) ask for, or the one with the O(rule_id).
    type: str
    choices: [present, absent]
    default: present
  enabled:
    description:
      - Whether the rule counts. A disabled one stays where it is and does nothing.
      - V(true) if not given, for a rule that exists as well, since an interrupted task can have
        left it disabled. Where it was, a warning says so. To leave a rule disabled, say V(false).
      - The rules of a O(group) without O(name) and O(rule_id) stay as they are if it is not given.
        A warning says which of them are disabled. To change several things of a rule at once it can
        have to be disabled for a moment, and a task that is interrupted then leaves it so; look at
        the warning of the next run, and enable it by its O(rule_id).
    type: bool
    aliases: [enable]
  direction:
    description:
      - V(in) or V(out).
      - For a new rule V(in) if not given.
    type: str
  action:
    description:
      - V(allow) or V(block). A rule that blocks goes before every rule that allows.
      - For a new rule V(allow) if not given.
    type: str
  protocol:
    description:
      - V(tcp), V(udp), V(icmpv4), V(icmpv6), another name that Windows knows such as V(gre), a
        number from 0 to 255, or V(any).
      - Ports that are given without a protocol are those of TCP, or of the protocol that the rule
        has already.
      - Several protocols make one rule for each, all of the same name.
    type: list
    elements: str
  ports:
    description:
      - Local ports. A number, a range such as V(8000-8100), a well-known name such as V(https),
        several of these with commas between, or a list of them. V(any) for all.
      - V(RPC), V(RPC-EPMap), V(Teredo), V(IPHTTPSIn) and V(Ply2Disc) are ports that Windows chooses
        itself.
      - Compared as a set. Their order, and how ranges are cut, is no change.
    type: raw
    aliases: [localport]
  remote_ports:
    description: Ports of the other side, in the same form. V(IPHTTPSOut) is one more keyword.
    type: raw
    aliases: [remoteport]
  icmp_types:
    description:
      - Types of ICMP, such as V(8), or types with a code, such as V(3:4). V(any) for all.
      - Needs O(protocol) V(icmpv4) or V(icmpv6).
    type: list
    elements: str
    aliases: [icmp_type_code]
  profiles:
    description:
      - V(domain), V(private), V(public), or V(any).
      - For a new rule all of them if not given.
    type: list
    elements: str
    aliases: [profile]
  remote_addresses:
    description:
      - From where, or for outbound rules whereto. Addresses, subnets such as V(192.168.0.0/24) or
        V(192.168.0.0/255.255.255.0), and ranges such as V(10.0.0.5-10.0.0.9), of IPv4 and IPv6.
        V(any) for everywhere.
      - V(LocalSubnet), V(DNS), V(DHCP), V(WINS), V(DefaultGateway), V(Intranet), V(Internet),
        V(IntranetRemoteAccess), V(PlayToDevice) and V(CaptivePortal) are addresses that Windows
        finds out itself. With a V(4) or V(6) behind it, such a word means one family only.
      - Compared as networks. How they are written is no change.
    type: list
    elements: str
    aliases: [remoteip]
  local_addresses:
    description:
      - Addresses of the host itself, in the same form, without the words.
      - Windows does not take them together with O(interfaces) or O(interface_types).
    type: list
    elements: str
    aliases: [localip]
  program:
    description:
      - The full path of an executable. It may begin with a variable such as
        V(%ProgramFiles%). V(System) is the kernel, which listens for C(http.sys). V(any) for all.
    type: str
  service:
    description:
      - The short name of a service. V(*) is any service, V(any) any program too.
      - Windows recognises a service by a SID of its own. Services of other makers often have none,
        and then such a rule never matches; RV(rules[].reason) says where that may be so.
    type: str
  interfaces:
    description:
      - Network adapters by the names that Windows shows, such as V(Ethernet) or V(Wi-Fi), in any
        letter case, or V(any). They may be disconnected, but have to be there. A name that no
        adapter of the host has is refused with the names that there are. No wildcards.
      - Windows keeps them by an id of the adapter, so that the rule stays with an adapter that is
        renamed. One that is gone is shown by its id.
    type: list
    elements: str
  interface_types:
    description: Kinds of network adapters. V(lan), V(wireless), V(remote_access), or V(any).
    type: list
    elements: str
    aliases: [interfacetypes]
  edge_traversal:
    description:
      - Whether an inbound rule also holds for traffic that comes through a NAT edge device.
        V(no), V(yes), V(defer_to_app) or V(defer_to_user).
    type: str
  description:
    description:
      - What the rule is for. An empty text takes it away.
      - That of Windows' own rules is a reference to a text in a file, which Windows does not let be
        overwritten.
    type: str
  group:
    description:
      - The group that the rule belongs to. An empty text takes it away.
      - Without O(name) and O(rule_id), the task holds for every local rule of this group. Windows'
        own groups are written as the registry has them, such as V(@FirewallAPI.dll,-28752) for
        Remote Desktop.
    type: str
  rules:
    description:
      - Several rules in one task. The host is read once for all of them.
      - Each entry has the options above, their aliases too. What the task itself says besides
        holds for each entry that does not say otherwise.
      - What can be refused is refused before the first of them is changed.
    type: list
    elements: dict
  force:
    description:
      - Change even what could cut off WinRM, and so this very connection. Without it, a task is
        refused after which the rules and settings of the host might no longer let the connection
        in that they let in now. What decides then stands in the message.
      - All rules count together, those of policies too, each step of the task over what the steps
        before it leave. The connection is the one from the controller's address as the host sees
        it; where addresses are translated on the way, it may be any connection to WinRM that the
        host has, and where the host tells of none, one from anywhere. What can't be judged, such
        as which user or which type of adapter it is, is not relied on.
      - The ports of WinRM are 5985, 5986, and the one that the connection goes to. Where a device
        on the way passes it on to another port than these, that port is not known and not guarded.
      - It is refused as well to close WinRM in a profile that is not active now, where it is
        certainly open to that address, and to delete a rule of Windows' own for WinRM.
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
requirements:
  - On the target, Windows 8, Windows Server 2012 or later, with the services BFE and MpsSvc
    running.
notes:
  - Every option of M(community.windows.win_firewall_rule) is there under its own name too, as an
    alias, so that its tasks keep working. Differences. A disabled rule is enabled where O(enabled)
    is not given, instead of left as it is. Ports without a protocol are those of TCP instead of an
    error. O(group) beside O(name) is the group that the rule should have, not one to look in.
    V(bypass) as an action is not offered, because it needs IPsec authentication, which this module
    does not set up.
  - What a rule asks for beyond these options (users, app packages, IPsec) stays as it is, and is
    told in a warning. So are single adapters where O(interfaces) is not given.
  - An option that is not given asks for nothing, O(enabled) aside. A rule that exists keeps what it
    has.
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

- name: Say what decides where it is not
  ansible.builtin.fail:
    msg: "{{ web.rules[0].reason }}"
  when: not web.effective

- name: Several ports of several programs, with one look at the host
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

- name: Say in Japanese what comes of the rule
  portkeeper.windows.port_firewall:
    name: Web server
    ports: [http, https]
    language: ja

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

- name: Windows' own rules for Remote Desktop, on the domain only
  portkeeper.windows.port_firewall:
    group: '@FirewallAPI.dll,-28752'
    enabled: true
    profiles: domain

- name: Switch off one of Windows' own rules
  portkeeper.windows.port_firewall:
    rule_id: FPS-SMB-In-TCP
    enabled: false
"""

RETURN = r"""
effective:
  description:
    - Whether all rules of the task have the effect that is asked for, on the networks that the host
      is connected to. For a rule that is gone or disabled that means that its traffic is no longer
      treated as it said.
    - Null where it can't be told, mostly because other rules are for single programs, and this
      module does not look which program listens. M(portkeeper.windows.port_check) does.
    - In check mode, what would be.
  returned: success
  type: bool
  sample: true
active_profiles:
  description: The profiles of the networks that the host is connected to.
  returned: success
  type: list
  elements: str
  sample: [private]
rules:
  description:
    - One entry a rule, in the order of the task.
    - Where the task fails midway, or loses the host, RV(rules[].name), RV(rules[].rule_id) and
      RV(rules[].outcome) tell how each rule stands, as far as it is known.
  returned: success, or when a task fails that has begun
  type: list
  elements: dict
  contains:
    name:
      description: Its display name, or its id where the name is a reference.
      type: str
      sample: Web server
    rule_id:
      description: Its id. Null for a rule that should be gone and was not there.
      type: str
      sample: "{E2C6A1F0-6C1D-5B0E-9B7B-0E6B4C6F2D11}"
    outcome:
      description:
        - V(created), V(changed), V(deleted) or V(unchanged).
        - Where the task fails, also V(incomplete) for a rule that is neither what it was nor as
          asked for, and V(unknown) where the host answers no more. Either lets in no more than the
          old and the new rule together, and running the task again completes it.
      type: str
      sample: created
    rule:
      description:
        - The rule as it is now, or would be, with a value for each option. Null if it is gone.
      type: dict
      sample:
        name: Web server
        enabled: true
        direction: in
        action: allow
        protocol: tcp
        ports: ["80", "443"]
        remote_ports: [any]
        icmp_types: null
        profiles: [domain, private]
        remote_addresses: [LocalSubnet]
        local_addresses: [any]
        program: any
        service: any
        interfaces: [any]
        interface_types: [any]
        edge_traversal: "no"
        description: ""
        group: ""
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
      description: As RV(effective), for this rule. Null where it can't be told.
      type: bool
      sample: true
    reason:
      description: The rule or setting that decides, in words of the O(language).
      type: str
      sample: "allowed: the allow rule 'Web server' of this host"
    profiles:
      description: The same for each profile that the rule is for.
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
