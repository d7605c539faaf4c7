# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """The options of one rule of the firewall, by subject."""

    # Which rule, and what it does.
    DOCUMENTATION = r"""
options:
  name:
    description:
      - The display name of the rule, compared in any letter case.
      - If several local rules have this name, select one with O(direction), O(protocol) or
        O(rule_id), or all of them with O(all_of_a_name). As long as the selection is ambiguous,
        nothing is changed.
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
"""

    # Which traffic it is for.
    TRAFFIC = r"""
options:
  protocol:
    description:
      - V(tcp), V(udp), V(icmpv4), V(icmpv6), another name that Windows knows such as V(gre), a
        number from 0 to 255, or V(any).
      - If it is not given, it is the one that ports are written with (V(8080/udp)), otherwise the
        one that the rule already has, or TCP for a new rule with ports.
      - Several protocols make one rule for each protocol, all with the same name.
      - In O(rules), entries of one name are told apart by it, if each of them has a different one.
    type: list
    elements: str
  ports:
    description:
      - Local ports. A number, a range (V(8000-8100)), a well-known name (V(https)), each also with
        its protocol (V(8080/tcp)), which is that of the rule, several of these separated by commas,
        or a list of them. V(any) for all.
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
      - Together with O(interfaces) or O(interface_types), both have to match. Microsoft's protocol
        has an error for this combination, while Windows has been seen to accept it. If a host
        refuses it, the message says so, and nothing is changed.
    type: list
    elements: str
    aliases: [localip]
"""

    # Of which program, and on which networks.
    PLACE = r"""
options:
  profiles:
    description:
      - V(domain), V(private), V(public), or V(any).
      - The default for a new rule is all of them.
    type: list
    elements: str
    aliases: [profile]
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
  package:
    description:
      - The SID of an app package, such as V(S-1-15-2-1) for all packages. The rule then applies to
        no other program. V(any) for no such condition.
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
    aliases: [edge]
  platform:
    description:
      - Versions of Windows that the rule applies to, such as V(10.0), or V(6.2+) for that version
        and all later ones, or V(any). On other versions, the rule does not count.
      - Windows 10, Windows 11, and Windows Server 2016 and later have the version V(10.0).
    type: list
    elements: str
"""

    # Who has to be at the ends of a connection, and what IPsec makes sure of.
    ACCOUNTS = r"""
options:
  authentication:
    description:
      - Whether IPsec has to authenticate the traffic. V(not_required), V(required), or V(no_encap),
        with which it need not be encapsulated.
      - A rule with such a demand admits nothing else, and only a connection security rule makes two
        hosts use IPsec. Whether there is one on the other side can't be judged here, so such
        traffic is reported as conditional, never as open.
      - Windows takes it for rules that allow.
    type: str
  encryption:
    description:
      - Whether IPsec has to encrypt the traffic too. V(not_required), V(required), or V(dynamic),
        with which it is negotiated for a connection that is only authenticated at first.
      - V(dynamic) is for inbound rules.
    type: str
  security:
    description:
      - O(authentication) and O(encryption) in one word, as M(community.windows.win_firewall_rule)
        has them. V(notrequired), V(authnoencap), V(authenticate), V(authdynenc) or V(authenc).
    type: str
  remote_machine:
    description:
      - The computer accounts of the other side. A SID, a list of SIDs, or a list in SDDL, such as
        V(O:LSD:(A;;CC;;;S-1-5-21-1-2-3-515\)), in which entries with V(A) allow an account or a
        group, and those with V(D) exclude it. V(any) for all.
      - Names of accounts are not resolved.
      - Only IPsec tells who the other side is, so O(authentication) is needed.
    type: list
    elements: str
  remote_user:
    description: The user accounts of the other side, in the same form. For inbound rules only.
    type: list
    elements: str
  local_user:
    description:
      - The accounts on the host whose programs the rule is for, in the same form.
        O(authentication) is not needed.
      - Microsoft's protocol has an error for it together with O(service). If a host refuses this
        combination, the message says so, and nothing is changed.
    type: list
    elements: str
"""
