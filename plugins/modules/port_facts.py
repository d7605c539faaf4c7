#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: port_facts
short_description: Tells which process and service holds which port
version_added: 0.1.0
description:
  - Reads the TCP listeners and UDP endpoints of a Windows host together with the process, the
    services and, for ports of C(http.sys), the URLs behind each.
  - It uses the WinRM connection that Ansible uses anyway. No PowerShell starts on the target,
    and no file is copied to it.
  - Hosts without the CIM classes for network connections (before Windows 8 and Windows
    Server 2012) are read with C(netstat), whatever their language.
options:
  ports:
    description:
      - Read only these local ports. By default, all ports are read.
      - A number, a range (V(8000-8100)), a well-known name (V(https)), each also with its protocol
        (V(8080/tcp)), several of these separated by commas, or a list of them.
      - V(80) means port 80 only. It matches neither 8080 nor a remote port.
    type: raw
  protocols:
    description: Which protocols to read.
    type: list
    elements: str
    choices: [tcp, udp]
    default: [tcp, udp]
  states:
    description:
      - Which states of TCP connections to read. UDP endpoints have no state and are always read.
      - V(closed), V(listen), V(syn_sent), V(syn_received), V(established), V(fin_wait1),
        V(fin_wait2), V(close_wait), V(closing), V(last_ack), V(time_wait), V(delete_tcb) and
        V(bound), or as Windows spells them (V(CloseWait)), in any case. V(all) reads connections in
        every state.
      - On a host that is read with C(netstat), the module can distinguish V(listen) only. Any other
        state returns all connections, with a state of null.
    type: list
    elements: str
    default: [listen]
    aliases: [tcp_filter]
  gather:
    description:
      - What to find out besides the endpoints themselves.
      - V(process) is the name, path and start time of the owning process.
      - V(service) is every service that runs in the process, so all services of a shared
        C(svchost.exe).
      - V(user) is the account that the process runs under. Accounts of services are known without
        it. For each other process that holds a port, it costs one more request. The account of
        Windows itself (System, PID 4) is null.
      - V(httpsys) is the URLs, and the processes behind them, of ports that C(http.sys) (System,
        PID 4) holds. It is read only if there are such ports.
      - V(reserved) is the port ranges that Windows excludes from use, for example for Hyper-V and
        WinNAT. A program can't bind such a port even if no other program holds it. In a range that
        an administrator made (C(administered)) it still can, if it asks for that very port.
      - V(dynamic) is the ranges from which Windows takes ports for outgoing connections.
      - V(forwards) is the mappings by which Windows itself forwards ports to other addresses, those
        of C(netsh interface portproxy), and those of WinNAT to containers and virtual machines, for
        which nothing listens.
      - V(firewall) is, for each listener, whether Windows Defender Firewall lets traffic from
        anywhere reach it in each profile, which rule or setting decides, and who can reach it. It
        includes V(process) and V(service), as rules may apply to one program, and says whether each
        listener on C(::) serves IPv4 too.
      - V(networks) is the host's own addresses, network adapters, networks and routes. It costs
        four more requests, three with V(firewall).
    type: list
    elements: str
    choices: [process, service, user, httpsys, reserved, dynamic, forwards, firewall, networks]
    default: [process, service, httpsys, user]
  command_lines:
    description:
      - Also return the C(command_line) of each owning process.
      - Command lines often contain passwords. Use C(no_log) if yours may.
    type: bool
    default: false
  date_format:
    description:
      - How C(stime) is written, as in C(Get-Date -UFormat), for example V(%Y-%m-%d %T).
    type: str
    default: "%c"
    aliases: [date_uformat]
attributes:
  diff_mode:
    description: Returns what has changed or would change.
    support: N/A
    details: The module changes nothing.
  facts:
    description: Returns C(ansible_facts).
    support: full
  idempotent:
    description: Running it twice gives the same as running it once.
    support: full
    details: The module changes nothing.
extends_documentation_fragment:
  - portkeeper.windows.attributes
  - portkeeper.windows.attributes.host
seealso:
  - module: ansible.windows.win_listen_ports_facts
  - module: community.general.listen_ports_facts
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Read every listener of the host
  portkeeper.windows.port_facts:

- name: Who holds port 80?
  portkeeper.windows.port_facts:
    ports: 80

- name: Say it
  ansible.builtin.debug:
    msg: "{{ item.address }} port 80: {{ item.process }} (PID {{ item.pid }}, {{ item.service }})"
  loop: "{{ ansible_facts.port_facts.endpoints }}"
  loop_control:
    label: "{{ item.address }}"

- name: Go on only if port 80 is free
  ansible.builtin.assert:
    that: "'80/tcp' not in ansible_facts.port_facts.by_port"

- name: Show all of it as a table
  ansible.builtin.debug:
    msg: "{{ ansible_facts.port_facts | portkeeper.windows.port_table }}"

- name: Web and database ports, with the account that each process runs under
  portkeeper.windows.port_facts:
    ports: [http, https, 8000-8100, 1433]
    protocols: [tcp]
    gather: [process, service, user]

- name: Why can no program bind port 50100, although nothing listens on it?
  portkeeper.windows.port_facts:
    ports: 50100
    gather: [process, reserved]

- name: Which listeners can be reached from other hosts, and by which rule?
  portkeeper.windows.port_facts:
    protocols: [tcp]
    gather: [firewall]

- name: Fail if anything but the web server is open to everybody on the current network
  ansible.builtin.assert:
    that: item.process == "httpd.exe" or item.firewall[profile].reach != "everybody"
  vars:
    profile: "{{ ansible_facts.port_facts.profiles[0].profile }}"
  loop: "{{ ansible_facts.port_facts.endpoints | selectattr('firewall', 'defined') }}"
  loop_control:
    label: "{{ item.address }} port {{ item.port }}"

- name: Connections too, not only listeners
  portkeeper.windows.port_facts:
    ports: rdp
    states: [listen, established]

- name: With the options of win_listen_ports_facts
  portkeeper.windows.port_facts:
    tcp_filter: [Closing, Established]
    date_format: '%Y'
"""

RETURN = r"""
msg:
  description: What has the O(ports) without listening.
  returned: if nothing was found there
  type: str
ansible_facts:
  description: Facts to be added to the host's.
  returned: success
  type: dict
  contains:
    port_facts:
      description: Endpoints and what holds them.
      returned: success
      type: dict
      contains:
        endpoints:
          description: One entry for each endpoint, sorted by protocol, port and address.
          returned: success
          type: list
          elements: dict
          contains:
            protocol:
              description: V(tcp) or V(udp).
              type: str
              sample: tcp
            address:
              description: The local address, for link-local IPv6 with its zone.
              type: str
              sample: "0.0.0.0"
            port:
              description: The local port.
              type: int
              sample: 80
            scope:
              description:
                - Where the endpoint can be reached, regardless of any firewall. V(all) on every
                  address of the host, V(loopback) from the host itself only, V(link_local) on its
                  link, V(specific) on one address.
              type: str
              sample: all
            state:
              description: The state of a TCP connection. Null for UDP.
              type: str
              sample: listen
            pid:
              description: The owning process. Null if Windows does not report it.
              type: int
              sample: 4312
            process:
              description: Its name. Null if it ended while the host was read.
              type: str
              sample: httpd.exe
            service:
              description:
                - The services that run in the process, separated by commas. Null if it runs no
                  service.
              type: str
              sample: Apache2.4
            dual_stack:
              description:
                - Whether the same process listens on all IPv4 addresses too.
                - Null if Windows shows only C(::), which it does both for a socket that serves IPv4
                  too and for one that does not. With V(firewall) in O(gather), a socket that does
                  has a second entry, with C(0.0.0.0) and V(true); tables show C(::) alone.
              returned: for listeners on C(::), and for such second entries
              type: bool
              sample: true
            zone:
              description: The interface index of a link-local IPv6 address.
              returned: for link-local IPv6 addresses
              type: str
              sample: "12"
            remote_address:
              description: The other side of a connection.
              returned: for connections
              type: str
              sample: 192.0.2.20
            remote_port:
              description: The port of the other side. Null if Windows does not report it.
              returned: for connections
              type: int
              sample: 51544
            http_urls:
              description: The URLs registered for the port, and the processes that serve them.
              returned: for ports of C(http.sys), with V(httpsys) in O(gather)
              type: list
              elements: dict
              sample:
                - {url: "HTTP://+:5985/WSMAN/", pids: [3068], process: svchost.exe, service: WinRM}
            relay:
              description:
                - What stands behind a program that only passes connections on. It is V(wsl) for a
                  program in WSL, V(container) for a container that publishes the port, and
                  V(portproxy) for a mapping of C(netsh interface portproxy).
              returned: for such programs
              type: str
              sample: container
            firewall:
              description:
                - By profile, how the firewall treats traffic from anywhere to this listener.
                - C(state) is V(allowed), V(blocked), V(conditional) (under conditions that
                  C(reason) gives, such as a remote address), V(overruled) (a third-party firewall
                  is in charge) or V(unknown).
                - C(rule_id) is present if a rule decides, C(allowed_from) if only some addresses
                  are certain to be let in.
                - C(reach) is who can reach it. V(everybody), V(own_subnets), V(some), V(perhaps)
                  (nobody for certain), V(nobody), or V(unknown) (it takes too much work to tell).
                - C(reach_from) has the networks and ranges, 32 at most, or words of rules such as
                  V(LocalSubnet); C(reach_more) counts the others. C(reach_perhaps) has the
                  C(addresses) that are let in under conditions, C(reason), unless all are.
              returned: with V(firewall) in O(gather), for listeners that are not loopback only
              type: dict
              sample:
                domain:
                  state: allowed
                  reason: "allowed: the allow rule 'Apache' of this host"
                  rule_id: "{2C1B7A40-5A0C-4A5B-9B38-0E6B4C6F2D11}"
                  reach: everybody
                private:
                  state: conditional
                  reason: >-
                    conditional: allowed by the rule 'Apache at home' if the remote address is
                    LocalSubnet; otherwise no rule decides, and the default action blocks it (the
                    default of Windows)
                  allowed_from: [LocalSubnet]
                  reach: own_subnets
                  reach_from: [LocalSubnet]
        by_port:
          description:
            - The PIDs that listen on a port. A key is a port and its protocol, such as C(80/tcp).
            - A port without a key here has no listener. Connections don't count.
          returned: success
          type: dict
          sample: {80/tcp: [4312]}
        names:
          description: The names by which O(ports) asks for ports, by their numbers.
          returned: if there are any
          type: dict
          sample: {"3389": rdp}
        processes:
          description:
            - The processes named in RV(ansible_facts.port_facts.endpoints), by PID.
            - C(services) has the names and display names of the services that run in the process.
          returned: success
          type: dict
          sample:
            "4312":
              name: httpd.exe
              path: C:\Apache24\bin\httpd.exe
              user: NT AUTHORITY\SYSTEM
              parent_pid: 880
              session: 0
              started: "2026-04-01T00:12:08+00:00"
              services: {Apache2.4: Apache HTTP Server}
        reserved:
          description: Excluded port ranges. V(administered) marks those that an administrator made.
          returned: with V(reserved) in O(gather), else empty
          type: list
          elements: dict
          sample: [{protocol: tcp, family: ipv4, start: 50100, end: 50199, administered: false}]
        dynamic_range:
          description: The ranges of ports for outgoing connections.
          returned: with V(dynamic) in O(gather), else empty
          type: list
          elements: dict
          sample: [{protocol: tcp, family: ipv4, start: 49152, end: 65535, administered: false}]
        forwards:
          description:
            - The mappings by which Windows forwards ports. C(via) is V(portproxy) or V(nat), and
              C(name) the pair of address families or the name of the NAT.
          returned: with V(forwards) in O(gather)
          type: list
          elements: dict
          sample:
            - {via: nat, name: nat, protocol: tcp, address: "0.0.0.0", port: 8088,
               to_address: 172.28.16.2, to_port: 80}
        profiles:
          description: The networks that the host is connected to, with their firewall profiles.
          returned: with V(firewall) in O(gather)
          type: list
          elements: dict
          sample: [{name: Office, profile: domain}]
        interfaces:
          description:
            - The network interfaces of the host, with their addresses and routes.
            - C(type) is the word that firewall rules have for the kind of the adapter (V(lan),
              V(wireless), V(remote_access)), null if none is certain, as for virtual adapters.
            - C(network) and C(profile) are null if Windows lists no network for the interface.
            - An address is not C(usable) while its adapter is disconnected, or another machine has
              it. C(prefix) is null if the host does not report it.
            - C(next_hop) is null for what is directly connected.
            - What a host does not report is null or missing, and a note says so. Before Windows 8
              and Windows Server 2012, that is everything but the addresses.
          returned: with V(networks) in O(gather)
          type: list
          elements: dict
          sample:
            - {index: 12, adapter: Ethernet, type: lan, virtual: false, network: Office,
               profile: domain, addresses: [{address: 192.168.11.23, family: ipv4, scope: specific,
               prefix: 24, usable: true}],
               routes: [{destination: 0.0.0.0/0, next_hop: 192.168.11.1, metric: 0}]}
        firewall:
          description: The firewall of the host.
          returned: with V(firewall) in O(gather)
          type: dict
          contains:
            profiles:
              description:
                - By profile, the settings in force. C(set_by) says where a setting comes from
                  (V(local), V(group_policy) or V(mdm)); the others are the defaults of Windows.
                - C(active) says whether the host is connected to such a network. It is null if the
                  networks could not be read.
                - A setting of a private or public network is null if device management (MDM) has
                  set it, and sources contradict each other which of its keys is for which network.
              type: dict
              sample:
                domain: {active: true, enabled: true, block_all_inbound: false, local_rules: false,
                         default_inbound: block, default_outbound: allow,
                         set_by: {enabled: local, local_rules: group_policy}}
            products:
              description: Third-party firewalls that are in charge.
              type: list
              elements: str
              sample: []
            problem:
              description: Why the firewall's decisions are uncertain, null if they are certain.
              type: str
        source:
          description: Whether the endpoints were read from V(cim) classes or by V(netstat).
          returned: success
          type: str
          sample: cim
        notes:
          description: What could not be read, and why. Shown as warnings too.
          returned: success
          type: list
          elements: str
          sample: []
    tcp_listen:
      description:
        - TCP endpoints in the shape of M(ansible.windows.win_listen_ports_facts) and
          M(community.general.listen_ports_facts). Times are UTC.
      returned: success
      type: list
      elements: dict
      sample:
        - address: "0.0.0.0"
          name: httpd.exe
          pid: 4312
          port: 80
          protocol: tcp
          stime: "Wed Apr  1 00:12:08 2026"
          user: NT AUTHORITY\SYSTEM
    udp_listen:
      description: UDP endpoints in the same shape.
      returned: success
      type: list
      elements: dict
      sample:
        - address: "0.0.0.0"
          name: svchost.exe
          pid: 1464
          port: 5353
          protocol: udp
          stime: "Wed Apr  1 00:11:57 2026"
          user: NT AUTHORITY\NETWORK SERVICE
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    PORT_FACTS,
    no_action,
)


def main() -> None:
    module = AnsibleModule(argument_spec=PORT_FACTS, supports_check_mode=True)
    module.fail_json(msg=no_action("port_facts", module.params["language"]))


if __name__ == "__main__":
    main()
