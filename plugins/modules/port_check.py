#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: port_check
short_description: Tells whether ports of a Windows host can be reached, and if not, why
version_added: 0.1.0
description:
  - Answers the question "it is set up as the procedure says, so why can't I connect?" for one port
    or many. It combines what listens on the port and on which addresses, how Windows Defender
    Firewall treats it on the networks that the host is connected to, what policies and third-party
    firewalls decide, which ports Windows has reserved, and the controller's own attempt to connect.
  - Each port gets a verdict, its causes in the order in which to fix them, the evidence, and
    remedies. If this collection can fix a cause, the remedy is a ready task. The module tries that
    task on a copy of the host's firewall first, and offers it only if it helps.
  - It uses the WinRM connection that Ansible uses anyway. No PowerShell starts on the target,
    and no file is copied to it. All ports together take one connection.
  - The attempt to connect goes only to the IP address that has answered over the task's own
    connection. No option sets it, the module looks up no name for it, it refuses a task
    that is delegated to a machine outside the inventory, and it tries nothing before the host has
    answered to the credentials of the inventory. It tries nothing through a proxy, behind a
    forwarded port or a bastion, or if that address changes meanwhile; the result then says so.
    Checking ports of machines that you don't manage is illegal in many countries.
  - If the host is connected to several networks, that by which the controller comes decides. The
    host's own addresses and its table of connections show which one it is.
options:
  ports:
    description:
      - The ports to check, 256 at most.
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
      - UDP can't be tried from outside, because a service need not answer. It is judged from what
        the host shows, and RV(ports[].remarks) says so.
    type: list
    elements: str
    choices: [tcp, udp]
  expected_process:
    description:
      - The programs that may hold the ports, as names with or without C(.exe), or as full paths.
        By default, any program may hold them.
      - For a port of C(http.sys) the program behind it counts, for example C(w3wp).
    type: list
    elements: str
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
  - portkeeper.windows.checking
seealso:
  - module: portkeeper.windows.port_facts
  - plugin: portkeeper.windows.well_known_port
    plugin_type: lookup
  - module: ansible.windows.win_wait_for
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Why can't I connect to my web server?
  portkeeper.windows.port_check:
    ports: 80
  register: check

- name: Say it
  ansible.builtin.debug:
    msg: "{{ check.msg }}"

- name: Say it in Japanese
  portkeeper.windows.port_check:
    ports: [http, https]
    language: ja

- name: Go on only if ports are free before the installation
  portkeeper.windows.port_check:
    ports: [80, 443, 8000-8010]
    expect: free

- name: Fail the pipeline unless the right programs can be reached
  portkeeper.windows.port_check:
    ports:
      - port: http
        expected_process: httpd
      - port: 5432
        expected_process: postgres
      - rdp
    expect: reachable

- name: Would the firewall let the clients in that are to use the database?
  portkeeper.windows.port_check:
    ports: 5432
    from:
      - 192.168.10.0/24
      - 10.20.3.7
  register: database

- name: Fail unless it would let in all of them
  ansible.builtin.assert:
    that: item.state == 'allowed'
    fail_msg: "{{ item.msg }}"
  loop: "{{ database.ports | map(attribute='sources') | flatten }}"
  loop_control:
    label: "{{ item.source }}"

- name: Show how to fix the causes
  ansible.builtin.debug:
    msg: "{{ item.text }} {{ item.yaml | default('', true) }}"
  loop: "{{ check.ports | map(attribute='remedies') | flatten }}"
  loop_control:
    label: "{{ item.cause }}"
"""

RETURN = r"""
msg:
  description:
    - One plain sentence for each port, on a line of its own, in the O(language).
    - With O(from), a sentence for each of these addresses and networks follows that for the port.
    - If an expectation is not met, only the sentences for the ports that are not as expected.
  returned: always
  type: str
  sample: >-
    TCP 80 is taken by httpd.exe (PID 4312, service Apache2.4), and not by nginx; stop it with
    port_process or choose another port.
verdicts:
  description: The verdict by port and protocol.
  returned: success, and if O(expect) is not met
  type: dict
  sample:
    80/tcp: in_use_by_other
    443/tcp: reachable
networks:
  description:
    - The networks that the host is connected to, and their firewall profiles.
    - If there are several, C(controller) says whether the controller comes by that network, so that
      its profile decides. It is null if that is unknown.
  returned: success, and if O(expect) is not met
  type: list
  elements: dict
  sample:
    - {name: corp.example.com, profile: domain}
drops:
  description:
    - How the records of dropped packets were read, for the last C(minutes) minutes.
    - Each of C(records) has a C(state). V(read); V(partly), perhaps not all of it; V(off), Windows
      records nothing there; or V(unread). C(msg) says why.
    - C(remedies) say how to have Windows record drops, with a ready C(task) and as C(yaml) where
      this collection can do it.
  returned: with O(drops)
  type: dict
  sample:
    minutes: 15
    records:
      - {record: net_events, state: read, msg: ...}
    remedies: []
ports:
  description: The details of each port, in the order of O(ports).
  returned: success, and if O(expect) is not met
  type: list
  elements: dict
  contains:
    port:
      description: The port.
      type: int
      sample: 80
    protocol:
      description: V(tcp) or V(udp).
      type: str
      sample: tcp
    name:
      description: The name that was asked for, or the well-known one; null if there is none.
      type: str
      sample: http
    verdict:
      description:
        - V(reachable) if a program listens, the firewall lets traffic in, and the controller has
          connected. If nothing was tried, it is judged from what the host shows. For a program that
          only passes connections on, RV(ports[].msg) says that what is behind it may not answer.
        - V(not_listening) if no program listens on the port, or no program listens on the address
          that the controller connects to, or a mapping of C(netsh interface portproxy) leads to a
          port of the host itself on which nothing listens.
        - V(loopback_only) if a program listens for the host itself only, or all URLs of C(http.sys)
          are for C(localhost).
        - V(in_use_by_other) if a program other than the expected one holds the port, also without
          listening, as the local end of a connection of its own.
        - V(reserved) if Windows excludes the port from use, for example for Hyper-V and WinNAT.
        - V(blocked) if the firewall of the host keeps traffic out.
        - V(hidden_by_profile) if a rule opens the port, but not in the profile of the network.
        - V(overridden_by_policy) if a policy decides, and rules of the host don't change it.
        - V(third_party_firewall) if a third-party firewall is in charge and the controller was not
          let in.
        - V(unreachable_from_controller) if all is well on the host, and the controller still can't
          connect, because of a router or something else on the way.
        - V(unknown) if the module can't tell; the causes say what is missing.
      type: str
      sample: in_use_by_other
    msg:
      description: The first cause and what to do about it in a sentence, or that all is well.
      type: str
    as_expected:
      description: Whether the port is as O(expect) wants it.
      returned: with O(expect)
      type: bool
    reach:
      description:
        - Who can reach the port by the controller's network, by all rules. V(everybody), V(some),
          V(own_subnets), V(perhaps) (nobody for certain), V(nobody), or V(unknown).
      returned: unless O(expect=free)
      type: str
      sample: own_subnets
    causes:
      description: The causes of the verdict, in the order in which to fix them.
      type: list
      elements: dict
      contains: &causes
        kind:
          description: What kind of cause it is, for example V(no_rule) or V(loopback_only).
          type: str
          sample: in_use_by_other
        verdict:
          description: The verdict that this cause leads to.
          type: str
          sample: in_use_by_other
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
      contains: &remedies
        cause:
          description: The kind of the cause that this remedy fixes.
          type: str
          sample: in_use_by_other
        text:
          description: What to do in words.
          type: str
        task:
          description:
            - A task of this collection that does it, null if there is no such task.
            - Also null if the task contains text of the host that is not plainly harmless. Data
              can't be marked C(!unsafe), so a playbook written from it could contain a template of
              the host. C(yaml) has the task in that case too.
            - Its C(name) is in the O(language). That of a new firewall rule is the same in each
              language, since the same rule under two names would be made twice.
          type: dict
          sample:
            name: Free TCP 80
            portkeeper.windows.port_process:
              ports: 80
              protocols: [tcp]
              expected_service: [Apache2.4]
        yaml:
          description:
            - The task as text to paste into a playbook unchanged. Null if there is no task.
            - Text of the host that is not plainly harmless is marked C(!unsafe), so that Ansible
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
        listeners:
          description:
            - The programs that listen on the port, and their addresses.
            - For C(http.sys), C(http_urls) lists the URLs that are registered for the port.
            - For a program that only passes connections on, C(relay) is what stands behind it,
              V(portproxy), V(wsl) or V(container).
          type: list
          elements: dict
          sample:
            - {address: "0.0.0.0", scope: all, pid: 4312, process: httpd.exe,
               path: 'C:\Apache24\bin\httpd.exe', services: [Apache2.4]}
        forwards:
          description:
            - The mappings by which Windows itself forwards the port. C(via) is V(portproxy)
              (C(netsh interface portproxy)) or V(nat) (WinNAT, for which nothing listens).
          returned: if there is one
          type: list
          elements: dict
          sample:
            - {via: portproxy, name: v4tov4, protocol: tcp, address: "0.0.0.0", port: 8081,
               to_address: 172.20.0.2, to_port: 80}
        reserved:
          description:
            - The excluded ranges that contain the port. A program can still use a port in a range
              that an administrator made.
          type: list
          elements: dict
          sample:
            - {family: ipv4, start: 50000, end: 50059, administered: true}
        firewall:
          description:
            - The firewall's decision on each network, and the rule or setting behind it.
            - Where nothing listens, rules that limit single services of Windows are left out, as
              M(portkeeper.windows.port_firewall) does, and so are those that open all ports to a
              program of Windows or an app package. They count for such a program that listens.
            - If there are several networks, C(decides) says whether the verdict rests on this one.
            - C(reach), C(reach_from), C(reach_more) and C(reach_perhaps) are who can reach the port
              by it, as with V(firewall) in M(portkeeper.windows.port_facts).
          type: list
          elements: dict
          sample: &firewall
            - {network: corp.example.com, profile: domain, state: allowed, from_anywhere: allowed,
               allowed_from: [any], text: "allowed: the allow rule 'Web' of this host",
               decided_by: rule, rule: Web, rule_id: "{2D3A0A6B-3C2E-4B5E-9B0C-0E6B8C5C9F11}",
               store: local, set_by: null, path: null, reach: everybody}
        attempt:
          description: The outcome of the controller's attempt to connect.
          type: dict
          sample: {outcome: connected, address: 192.0.2.10, detail: null}
    drops:
      description:
        - What Windows has recorded of packets for the port that it dropped. RV(ports[].remarks) say
          it too.
        - C(state) is V(dropped), or V(unknown) if nothing is recorded. It never says that nothing
          was dropped.
        - Each of C(records) is one kind of drops in one record. C(rule) and C(rule_id) are the rule
          that dropped them, C(origin) is what the record calls the filter's origin. These, and
          others, are null if they are unknown. Times are in UTC.
      returned: with O(drops)
      type: dict
      sample:
        state: dropped
        msg: Windows dropped a packet to TCP 80 from 192.0.2.7 at 2026-04-13T08:41:07Z, by the
          rule 'No web' (net events of the Windows Filtering Platform).
        records:
          - {record: net_events, direction: inbound, layer: accepting, count: 1,
             first: "2026-04-13T08:41:07Z", last: "2026-04-13T08:41:07Z",
             remote_addresses: [192.0.2.7], filter_id: 74045, origin: no-web, rule: No web,
             rule_id: no-web, program: null}
    sources:
      description: What the rules of the firewall say about traffic from each entry of O(from).
      returned: with O(from)
      type: list
      elements: dict
      contains:
        source:
          description: The address, network or range in its usual form.
          type: str
          sample: 192.168.0.0/16
        state:
          description:
            - V(allowed) if the rules let in all of it, V(blocked) if they let in none of it.
            - V(partly) if they certainly let in some of it, and not all.
            - V(conditional) if it depends on conditions that can't be judged, such as IPsec or the
              network by which the traffic comes.
            - V(overruled) if a third-party firewall is in charge, V(unknown) if the firewall could
              not be read, or Windows lists no network for the adapter.
            - V(own_address) for an address of the host itself, whose firewall does not filter its
              own traffic. V(no_address) if the host has no address of that family on its networks.
              V(no_route) if it has several networks, and from none of them a route back.
          type: str
          sample: partly
        msg:
          description: The first cause and what to do about it, or that the rules let all of it in.
          type: str
        allowed:
          description: The part of it that is certainly let in, as addresses, networks and ranges.
          type: list
          elements: str
          sample: [192.168.10.0/24]
        blocked:
          description: The part of it that is certainly not let in.
          type: list
          elements: str
          sample: [192.168.0.0-192.168.9.255, 192.168.11.0-192.168.255.255]
        uncertain:
          description: The rest.
          type: list
          elements: str
        causes:
          description: What keeps some of it out, in the order in which to fix it.
          type: list
          elements: dict
          contains: *causes
        remedies:
          description: What to do. A new rule is for these addresses only.
          type: list
          elements: dict
          contains: *remedies
        remarks:
          description: Further remarks, in sentences.
          type: list
          elements: str
        firewall:
          description:
            - The firewall's decision on each network, as in RV(ports[].evidence.firewall) and with
              C(decides). Where the addresses fare differently, it is that for the worst of them.
          type: list
          elements: dict
          sample: *firewall
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    PORT_CHECK,
    no_action,
)


def main() -> None:
    module = AnsibleModule(argument_spec=PORT_CHECK, supports_check_mode=True)
    module.fail_json(msg=no_action("port_check", module.params["language"]))


if __name__ == "__main__":
    main()
