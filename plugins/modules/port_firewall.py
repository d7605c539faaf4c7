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
  - To repair the effects of an interrupted task, run it again. It completes what it left disabled
    or unfinished.
  - The module changes only rules of the host itself. It reads those of Group Policy and of device
    management, because they can decide, and leaves them alone.
options:
  name:
    description:
      - The display name of the rule, compared in any letter case.
      - If several local rules have this name, select one with O(direction), O(protocol) or
        O(rule_id). As long as the selection is ambiguous, nothing is changed.
      - Windows' own rules go by the name that Windows Defender Firewall shows, such as
        V(File and Printer Sharing (SMB-In\)), although the registry has a reference to a text
        (C(@FirewallAPI.dll,-28511)) in its place. English names work on every host, Japanese ones
        as far as they are known here, and those of the host's own language because it is asked.
      - Where Windows has several of its own rules with one name, for example one for each profile,
        the task applies to all of them, as C(Set-NetFirewallRule -DisplayName) and C(netsh) do.
        O(direction), O(protocol) or O(rule_id) select one.
      - A new rule can't have the name of one of Windows' own rules on the host.
      - Required for a new rule.
    type: str
  rule_id:
    description:
      - The id of the rule, which Windows PowerShell calls C(Name), for example
        V(RemoteDesktop-UserMode-In-TCP).
      - With it, O(name) is the display name that the rule should have. The name that Windows shows
        for one of its own rules is no change.
      - Without it, the id of a new rule is derived from its name and direction.
    type: str
  state:
    description:
      - V(absent) removes all rules with the O(name), limited to the O(direction) and O(protocol) if
        given, or the rule with the O(rule_id). That includes Windows' own rules.
      - A rule of that name in Group Policy or device management stays; a warning says so.
    type: str
    choices: [present, absent]
    default: present
  enabled:
    description:
      - Whether the rule is enabled. A disabled rule stays in the store and does nothing.
      - The default is V(true), for an existing rule as well, because an interrupted task may have
        left it disabled. If it was disabled, a warning says so. To keep a rule disabled, set
        V(false).
      - The rules of a O(group) without O(name) and O(rule_id) stay as they are by default. A
        warning says which of them are disabled. To change several properties of a rule at once, the
        module may have to disable it for a moment, and a task that is interrupted then leaves it
        disabled; check the warning of the next run, and enable the rule by its O(rule_id).
    type: bool
    aliases: [enable]
  direction:
    description:
      - V(in) or V(out).
      - The default for a new rule is V(in).
    type: str
  action:
    description:
      - V(allow) or V(block). A block rule overrides every allow rule.
      - The default for a new rule is V(allow).
    type: str
  protocol:
    description:
      - V(tcp), V(udp), V(icmpv4), V(icmpv6), another name that Windows knows such as V(gre), a
        number from 0 to 255, or V(any).
      - If ports are given without a protocol, the protocol is TCP, or the one that the rule already
        has.
      - Several protocols make one rule for each protocol, all with the same name.
    type: list
    elements: str
  ports:
    description:
      - Local ports. A number, a range such as V(8000-8100), a well-known name such as V(https),
        several of these separated by commas, or a list of them. V(any) for all.
      - V(RPC), V(RPC-EPMap), V(Teredo), V(IPHTTPSIn) and V(Ply2Disc) are ports that Windows chooses
        itself.
      - Ports are compared as a set. A different order, or ranges split differently, is not a
        change.
    type: raw
    aliases: [localport]
  remote_ports:
    description: Ports of the other side, in the same form. V(IPHTTPSOut) is an additional keyword.
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
      - The default for a new rule is all of them.
    type: list
    elements: str
    aliases: [profile]
  remote_addresses:
    description:
      - The sources of inbound traffic, or the destinations of outbound traffic. Addresses, subnets
        such as V(192.168.0.0/24) or V(192.168.0.0/255.255.255.0), and ranges such as
        V(10.0.0.5-10.0.0.9), of IPv4 and IPv6. V(any) for all addresses.
      - V(LocalSubnet), V(DNS), V(DHCP), V(WINS), V(DefaultGateway), V(Intranet), V(Internet),
        V(IntranetRemoteAccess), V(PlayToDevice) and V(CaptivePortal) are addresses that Windows
        finds out itself. With a V(4) or V(6) appended, such a keyword means one family only.
      - Addresses are compared as networks. A different notation is not a change.
    type: list
    elements: str
    aliases: [remoteip]
  local_addresses:
    description:
      - Addresses of the host itself, in the same form, without the keywords.
      - Windows does not accept them together with O(interfaces) or O(interface_types).
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
      - The short name of a service. V(*) means any service, V(any) means any program too.
      - Windows recognises a service by its service SID. Third-party services often have no such
        SID, and then the rule never matches; RV(rules[].reason) says if that may be so.
    type: str
  interfaces:
    description:
      - Network adapters by the names that Windows shows, such as V(Ethernet) or V(Wi-Fi), in any
        letter case, or V(any). They may be disconnected, but have to exist. If no adapter of the
        host has the name, the module refuses it and lists the existing names. No wildcards.
      - Windows stores the id of the adapter, so that the rule stays with a renamed adapter. A
        removed adapter is shown by its id.
    type: list
    elements: str
  interface_types:
    description: Kinds of network adapters. V(lan), V(wireless), V(remote_access), or V(any).
    type: list
    elements: str
    aliases: [interfacetypes]
  edge_traversal:
    description:
      - Whether an inbound rule also applies to traffic that comes through a NAT edge device.
        V(no), V(yes), V(defer_to_app) or V(defer_to_user).
    type: str
  description:
    description:
      - What the rule is for. An empty text removes the description.
      - The description of Windows' own rules is a reference to a text in a file, which Windows does
        not allow to be overwritten.
    type: str
  group:
    description:
      - The group that the rule belongs to. An empty text removes the rule from its group.
      - Without O(name) and O(rule_id), the task applies to every local rule of this group.
      - Windows' own groups are written as Windows Defender Firewall shows them, such as
        V(Remote Desktop), or as the registry has them, such as V(@FirewallAPI.dll,-28752). What is
        said about the languages of O(name) applies to groups too.
    type: str
  rules:
    description:
      - Several rules in one task. The host is read once for all of them.
      - Each entry takes the options above and their aliases. Other options of the task are the
        defaults for every entry.
      - The module makes every refusal that it can before it changes the first rule.
    type: list
    elements: dict
  force:
    description:
      - Allow changes that could cut off WinRM, and so this very connection. Without it, the module
        refuses a task if the rules and settings of the host let the connection in now and might no
        longer do so afterwards. The message names the rule or setting that would decide.
      - The module judges all rules together, including those of policies, and each step of the task
        on top of the steps before it. The connection is the one from the controller's address as
        the host sees it. If addresses are translated on the way, it may be any connection to WinRM
        that the host has, and if the host reports no connection, one from anywhere. The module does
        not rely on what it can't judge, such as the user or the type of adapter.
      - The ports of WinRM are 5985, 5986, and the one that the connection goes to. If a device on
        the way forwards it to yet another port, the module does not know and does not guard that
        port.
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
requirements:
  - On the target, Windows 8, Windows Server 2012 or later, with the services BFE and MpsSvc
    running.
notes:
  - The options of M(community.windows.win_firewall_rule) work under their own names too, as
    aliases, so that its tasks keep working. There are four differences. If O(enabled) is not given,
    a disabled rule is enabled instead of left as it is. Ports without a protocol are TCP ports
    instead of an error. O(group) together with O(name) is the group that the rule should have, not
    a group to search. The action V(bypass) is not offered, because it needs IPsec authentication,
    which this module does not set up.
  - Conditions of a rule beyond these options (users, app packages, IPsec) stay as they are, and a
    warning names them. The same holds for single adapters if O(interfaces) is not given.
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
    - In check mode, the effect that the task would have.
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
    - One entry for each rule, in the order of the task.
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
          requested, and V(unknown) if the host no longer answers. Neither lets in more than the old
          and the new rule together, and running the task again completes the rule.
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
               interface_types: [any], edge_traversal: "no", description: "", group: ""}
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
