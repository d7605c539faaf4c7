#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: port_path
short_description: Tells whether one Windows host reaches ports of another, and if not, why
version_added: 0.1.0
description:
  - Answers the question "I can reach the other PC, so why can't the application connect?" for a
    client and a server that are both in the inventory. The controller is neither of them.
  - It follows the way from the application to the server's program. It tells where the configured
    name leads on the client, by which route its packets leave, what its firewall does with outbound
    traffic, whether they arrive, what the server's firewall does with traffic from this client, and
    who listens there.
  - Each port gets a verdict, the hop where the way ends, its causes in the order in which to fix
    them, the evidence of both hosts, and remedies. A remedy that this collection can carry out is a
    ready task that names its host. The module tries that task on a copy of that host's firewall
    first, and offers it only if it helps.
  - The client itself tries to connect, with the C(curl.exe) that Windows has since Windows 10 1803
    and Windows Server 2019. While it is connected, the server's own table of connections shows
    whether the server sees it, and from which address. Without C(curl.exe), and for UDP, the module
    judges from what both hosts show, and RV(ports[].remarks) says so.
  - The controller talks to each host over WinRM, with what the inventory says of it. No PowerShell
    starts on either, no file is copied, and no host gets credentials of another. Only hosts of the
    inventory are taken, and nothing is tried before both have answered to their credentials. The
    client connects only to addresses that the server itself has reported.
  - A host that is named in O(server) or O(clients) is read even if C(--limit) leaves it out,
    because the limit says where tasks run.
options:
  server:
    description:
      - The host of the inventory that the client should reach. The task runs on the client.
      - Give either this or O(clients).
    type: str
  clients:
    description:
      - The hosts of the inventory that should reach the server. The task runs on the server, which
        is read once for all of them. Eight of them are read at the same time.
      - What can't be read of one client is told of that client alone, with the verdict
        RV(ports[].verdict=unknown), also where the inventory says something wrong of it. If it does
        so of all clients, the task fails.
      - Give either this or O(server).
    type: list
    elements: str
  ports:
    description:
      - The ports of the server, 256 at most, as in M(portkeeper.windows.port_check).
      - A number, a range (V(8000-8010)), a well-known name (V(https)), each also with its protocol
        (V(8080/tcp)), several of these separated by commas, or a list of them.
      - A list may also contain dictionaries with the keys C(port) (as above), C(name),
        C(protocols) and C(expected_process), such as the services of the role C(port_setup). These
        override the options of the same names for that port.
    type: raw
    required: true
  protocols:
    description:
      - Which protocols to check on each port. The default is TCP for a number, and the protocols of
        the service for a well-known name.
    type: list
    elements: str
    choices: [tcp, udp]
  name:
    description:
      - What the application has configured for the server, a name or an IP address.
      - The module looks it up in the client's hosts file (its first 256 KB) and in the cache of its
        DNS client. It asks no DNS server. A name that the application has not used lately is in
        neither, and where it leads is then unknown.
      - Without it, the module takes the address by which the controller reaches the server, if the
        client has a route to it, and another address of the server otherwise.
    type: str
  client_program:
    description:
      - The full path of the application on the client, for firewall rules that are for programs, or
        C(System) for what Windows itself does, such as file sharing.
      - The attempt is made by C(curl.exe), which says nothing of rules for other programs. The
        verdict for this program rests on the rules, and RV(ports[].remarks) says so.
    type: str
  expected_process:
    description:
      - The programs that may hold the ports on the server, as names with or without C(.exe), or as
        full paths. By default, any program may hold them.
    type: list
    elements: str
  expect:
    description:
      - Fail unless each client and port is as expected, for playbooks and CI that continue only
        then.
      - V(reachable) requires the verdict RV(ports[].verdict=reachable).
      - V(blocked) requires that something certainly keeps the traffic back, a firewall at either
        end, something between them, or no route. That no program listens is not enough.
    type: str
    choices: [reachable, blocked]
  attempt:
    description:
      - Whether the client tries to connect to the TCP ports.
      - Switch it off if a security product takes it amiss that C(curl.exe) is started over the
        network. The module then judges from what both hosts show.
    type: bool
    default: true
  timeout:
    description:
      - Seconds that an attempt to connect may take, more than 2 and at most 60. Fractions are
        rounded up.
      - An open port is held for this time, so that the server can be looked at. Windows repeats a
        refused attempt for about 2 seconds before it says so.
    type: float
    default: 4.0
attributes:
  diff_mode:
    description: Returns what has changed or would change.
    support: N/A
    details: The module changes nothing.
  facts:
    description: Returns C(ansible_facts).
    support: none
  idempotent:
    description: Running it twice gives the same as running it once.
    support: full
    details: The module changes nothing.
extends_documentation_fragment:
  - portkeeper.windows.attributes
  - portkeeper.windows.attributes.host
notes:
  - C(curl.exe) of old Windows (before version 7.75) tries one port after the other, and only during
    the first attempt is the server looked at. The other versions try 50 at the same time.
  - On the client, C(curl.exe) gets its instructions over its standard input. Neither names nor
    addresses appear in a command line.
seealso:
  - module: portkeeper.windows.port_check
  - module: portkeeper.windows.port_firewall
  - plugin: portkeeper.windows.well_known_port
    plugin_type: lookup
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Why can't the application on this PC reach the database?
  portkeeper.windows.port_path:
    server: db1
    name: db.example.com
    ports: mssql
    client_program: C:\Program Files\Contoso\Orders.exe
  register: path

- name: Say it
  ansible.builtin.debug:
    msg: "{{ path.msg }}"

- name: Say it in Japanese
  portkeeper.windows.port_path:
    server: db1
    ports: [1433, 1434/udp]
    language: ja

- name: Check from all clients at once; the task runs on the server
  portkeeper.windows.port_path:
    clients: "{{ groups['offices'] }}"
    ports: [http, https]
    expect: reachable

- name: Fail the pipeline if the guests' PCs get through to the file server
  portkeeper.windows.port_path:
    clients: "{{ groups['guests'] }}"
    ports: [smb, rdp]
    expect: blocked

- name: Show how to fix the causes, and on which host
  ansible.builtin.debug:
    msg: "{{ item.text }} {{ item.yaml | default('', true) }}"
  loop: "{{ path.ports | map(attribute='remedies') | flatten }}"
  loop_control:
    label: "{{ item.host }} {{ item.cause }}"
"""

RETURN = r"""
msg:
  description:
    - One plain sentence for each client and port, on a line of its own, in the O(language).
    - If an expectation is not met, only the sentences for those that are not as expected.
  returned: always
  type: str
  sample: >-
    From office-7 to db1, TCP 1433 can't be reached: on db1, the firewall rule 'SQL Server' opens
    TCP 1433 for LocalSubnet only, and the client office-7 has the address 10.20.2.7; on db1, add
    the client office-7's address to the rule with port_firewall.
verdicts:
  description: The verdict by client, port and protocol.
  returned: success, and if O(expect) is not met
  type: dict
  sample:
    office-7: {1433/tcp: blocked_at_server}
ports:
  description: The details of each client and port, in the order of O(clients) and O(ports).
  returned: success, and if O(expect) is not met
  type: list
  elements: dict
  contains:
    client:
      description: The host that connects.
      type: str
      sample: office-7
    server:
      description: The host that is connected to.
      type: str
      sample: db1
    address:
      description:
        - The server's own address that the client uses, with the zone of the client if it is a
          link-local one.
        - Null if the server reports none, or if the client could not be read.
      type: str
      sample: 10.20.1.5
    port:
      description: The port.
      type: int
      sample: 1433
    protocol:
      description: V(tcp) or V(udp).
      type: str
      sample: tcp
    name:
      description: The name that was asked for, or the well-known one; null if there is none.
      type: str
      sample: mssql
    verdict:
      description:
        - V(reachable) if a program listens on the server, both firewalls let the traffic through,
          and the client has connected. If nothing was tried, it is judged from what both hosts
          show.
        - V(name_unknown) if the client's DNS cache says that O(name) does not exist or, if nothing
          else is wrong, neither its hosts file nor that cache has it.
        - V(name_leads_elsewhere) if O(name) leads to an address that the server does not have.
        - V(no_route) if the client has no route to the server's address, if its own address is not
          in use because another machine has it, or if it has the server's address itself, as a
          PC has that is in the inventory twice.
        - V(blocked_at_client) if the client's firewall keeps the traffic back.
        - V(not_listening), V(loopback_only), V(in_use_by_other) and V(reserved) as in
          M(portkeeper.windows.port_check), for the address that the client uses.
        - V(blocked_at_server) if the server's firewall keeps traffic from this client out.
        - V(answered_by_other) if something else answers at the server's address.
        - V(lost_on_the_way) if all is well at both ends, and the client gets no answer.
        - V(refused_on_the_way) if all is well at both ends, and the connection is refused.
        - V(unknown) if the module can't tell; the causes say what is missing.
      type: str
      sample: blocked_at_server
    hop:
      description:
        - Where on the way the first cause is, V(name), V(route), V(client_firewall), V(network),
          V(server_firewall) or V(server_program).
        - Null if the port can be reached, or if the client could not be read.
      type: str
      sample: server_firewall
    msg:
      description: The first cause and what to do about it in a sentence, or that all is well.
      type: str
    as_expected:
      description: Whether it is as O(expect) wants it.
      returned: with O(expect)
      type: bool
    causes:
      description: The causes of the verdict, in the order in which to fix them.
      type: list
      elements: dict
      contains:
        kind:
          description: What kind of cause it is, for example V(no_rule) or V(client_block_rule).
          type: str
          sample: rule_for_other_remote
        verdict:
          description: The verdict that this cause leads to.
          type: str
          sample: blocked_at_server
        hop:
          description: Where on the way it is, null if nothing could be read.
          type: str
          sample: server_firewall
        host:
          description: The host that has it, null if it is between the two.
          type: str
          sample: db1
        text:
          description: The cause in a sentence.
          type: str
        rule:
          description:
            - The firewall rule that is the cause, null for other causes.
            - One of Windows' own has the name that Windows shows, if it is known, and its id in
              parentheses.
          type: str
        setting:
          description: The registry value of the policy that is the cause, null for other causes.
          type: str
    remedies:
      description: What to do, in the order of the causes. If a cause has several, any one will do.
      type: list
      elements: dict
      contains:
        cause:
          description: The kind of the cause that this remedy fixes.
          type: str
          sample: rule_for_other_remote
        host:
          description: The host on which to do it, null if it is neither of the two.
          type: str
          sample: db1
        text:
          description: What to do in words.
          type: str
        task:
          description:
            - A task of this collection that does it on that host, null if there is no such task.
            - Also null if the task contains text of a host that is not plainly harmless. Data can't
              be marked C(!unsafe), so a playbook written from it could contain a template of the
              host. C(yaml) has the task in that case too.
          type: dict
          sample:
            name: "db1: Let the firewall rule sql open TCP 1433"
            portkeeper.windows.port_firewall:
              rule_id: sql
              remote_addresses: [LocalSubnet, 10.20.2.7]
            delegate_to: db1
        yaml:
          description:
            - The task as text to paste into a playbook unchanged. Null if there is no task.
            - Text of a host that is not plainly harmless is marked C(!unsafe), so that Ansible
              never evaluates it.
          type: str
    remarks:
      description: Further remarks, in sentences.
      type: list
      elements: str
      sample: []
    evidence:
      description: What the verdict is based on.
      type: dict
      contains:
        client:
          description: What the client shows, null if it could not be read.
          type: dict
          contains:
            name:
              description:
                - Where O(name) leads, null without O(name).
                - C(source) is V(hosts_file), V(dns_cache), V(literal) for an IP address,
                  V(not_found) if the cache says that the name does not exist, or V(unknown).
                  C(addresses) are in the order in which Windows tries them.
              type: dict
              sample: {name: db.example.com, source: dns_cache, addresses: [10.20.1.5]}
            route:
              description:
                - How packets leave the client, by which address, adapter, router and network, and
                  that network's profile. C(next_hop) is null without a router, and others are null
                  if they are unknown. C(tunnel) says that the adapter is a VPN or another tunnel.
                - C(beside) is another adapter in the server's subnet that the route does not take,
                  as with some VPNs. Null if there is none.
                - Null if there is no route.
              type: dict
              sample:
                address: 10.20.2.7
                adapter: Ethernet
                tunnel: false
                beside: null
                next_hop: 10.20.2.1
                network: corp.example.com
                profile: domain
            program:
              description: The O(client_program), null if it is not set.
              type: str
            firewall:
              description:
                - What the client's firewall does with the application's traffic on the network by
                  which it leaves, and the rule or setting behind it. C(network), C(rule),
                  C(rule_id), C(store), C(set_by) and C(path) may be null.
              type: list
              elements: dict
              sample:
                - network: corp.example.com
                  profile: domain
                  state: allowed
                  text: "allowed: no rule decides, and the default outbound action allows it"
                  decided_by: default_action
                  rule: null
                  rule_id: null
                  store: null
                  set_by: default
                  path: null
            attempts:
              description:
                - What came of the client's attempts to connect, first the one that counts.
                  C(source) is the client's own address in the connection, C(seen_from) the address
                  that the server saw, C(detail) the reason of a failure. All three may be null.
              type: list
              elements: dict
              sample:
                - outcome: timed_out
                  address: 10.20.1.5
                  source: null
                  seen_from: null
                  detail: Connection timed out after 4001 milliseconds
        server:
          description:
            - What the server shows of the port, C(listeners), C(reserved), C(firewall) and, if
              there is one, C(forwards), in the same form as C(evidence) of
              M(portkeeper.windows.port_check). C(firewall) is about traffic from the client.
            - Null if the client could not be read.
          type: dict
          sample:
            listeners:
              - address: "0.0.0.0"
                scope: all
                pid: 4312
                process: sqlservr.exe
                path: C:\Program Files\Microsoft SQL Server\sqlservr.exe
                services: [MSSQLSERVER]
            reserved: []
            firewall:
              - network: corp.example.com
                profile: domain
                state: blocked
                from_anywhere: conditional
                allowed_from: [LocalSubnet]
                text: "blocked: no rule decides, and the default action blocks it"
                decided_by: default_action
                rule: null
                rule_id: null
                store: null
                set_by: default
                path: null
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    PORT_PATH,
    no_action,
)


def main() -> None:
    module = AnsibleModule(argument_spec=PORT_PATH, supports_check_mode=True)
    module.fail_json(msg=no_action("port_path", module.params["language"]))


if __name__ == "__main__":
    main()
