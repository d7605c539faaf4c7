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
    or many. It joins what listens there and for whom, what Windows Defender Firewall makes of it
    on the networks that the host is connected to, what policies and other makers' firewalls decide,
    which ports Windows has reserved, and the controller's own attempt to connect.
  - Each port gets a verdict, its causes in the order in which they have to be mended, the evidence,
    and remedies. What this collection can do about a cause comes as a ready task, which was tried
    on a copy of the host's firewall first, so that it is offered only if it helps.
  - It asks over the WinRM connection that Ansible uses anyway. No PowerShell starts on the target,
    and no file is copied to it. All ports together take one connection.
  - The attempt to connect goes to the IP address that has answered over the task's own connection,
    and to no other. No option takes an address, no name is looked up for it, a task delegated to a
    machine that is not in the inventory is refused, and nothing is tried before the host has
    answered to the credentials of the inventory. Nothing is tried through a proxy, behind a
    forwarded port, or where that address changes meanwhile; the result then says so.
    Checking ports of machines that you don't manage is illegal in many countries.
options:
  ports:
    description:
      - The ports to check, 256 at the most.
      - A number, a range such as V(8000-8010), a well-known name such as V(https), several of
        these with commas between, or a list of them.
      - In a list there may also be dictionaries with the keys C(port) (as above), C(protocols) and
        C(expected_process), for a port for which the options of these names don't hold.
    type: raw
    required: true
  protocols:
    description:
      - Which protocols to check at each port. Without it, TCP for a number, and for a well-known
        name those of its service.
      - UDP can't be tried from outside, because a service need not answer. It is judged from what
        the host shows, and RV(ports.remarks) says so.
    type: list
    elements: str
    choices: [tcp, udp]
  expected_process:
    description:
      - The programs that may hold the ports, as names with or without C(.exe), or as full paths.
        Without it, any program may.
      - For a port of C(http.sys) the program behind it counts, for example C(w3wp).
    type: list
    elements: str
  expect:
    description:
      - Fail unless each port is as expected, for playbooks and CI that go on only then.
      - V(reachable) wants the verdict RV(ports.verdict=reachable).
      - V(free) wants that nobody holds the port and Windows has not reserved it. Neither the
        firewall nor an attempt to connect plays a role then, and neither is looked at.
      - V(in_use) wants that a program holds the port, one of O(expected_process) if that is given.
    type: str
    choices: [reachable, free, in_use]
  from_controller:
    description:
      - Whether the controller tries to connect to the TCP ports, several at the same time.
      - Switch it off where the inventory names another address than others use, as behind port
        forwarding. Ports are then judged from what the host shows.
    type: bool
    default: true
  timeout:
    description: Seconds that an attempt to connect may take, 60 at the most.
    type: float
    default: 3.0
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

- name: Show how to mend what is wrong
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
    - Where an expectation is not met, only about the ports that are not as expected.
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
  description: The networks that the host is connected to, and their firewall profiles.
  returned: success, and if O(expect) is not met
  type: list
  elements: dict
  sample:
    - {name: corp.example.com, profile: domain}
ports:
  description: All about each port, in the order of O(ports).
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
      description: The well-known name of the port, null if it has none.
      type: str
      sample: http
    verdict:
      description:
        - V(reachable) if a program listens, the firewall lets traffic in, and the controller has
          connected. Where nothing was tried, it is judged from what the host shows.
        - V(not_listening) if no program listens there, or none where the controller connects to.
        - V(loopback_only) if a program listens for the host itself only.
        - V(in_use_by_other) if another program than expected holds the port.
        - V(reserved) if Windows keeps the port from being used, as Hyper-V and WinNAT have it do.
        - V(blocked) if the firewall of the host keeps traffic out.
        - V(hidden_by_profile) if a rule opens the port, but not in the profile of the network.
        - V(overridden_by_policy) if a policy decides, and rules of the host don't change it.
        - V(third_party_firewall) if a firewall of another maker is in charge and the controller was
          not let in.
        - V(unreachable_from_controller) if all is well on the host, and the controller still can't
          connect, because of a router or something else on the way.
        - V(unknown) if it can't be told; the causes say what is missing.
      type: str
      sample: in_use_by_other
    msg:
      description: The first cause and what to do about it in a sentence, or that all is well.
      type: str
    as_expected:
      description: Whether the port is as O(expect) wants it.
      returned: with O(expect)
      type: bool
    causes:
      description: What is in the way, in the order in which it has to be mended.
      type: list
      elements: dict
      contains:
        kind:
          description: What kind of cause it is, for example V(no_rule) or V(loopback_only).
          type: str
          sample: in_use_by_other
        verdict:
          description: The verdict that stands for this cause.
          type: str
          sample: in_use_by_other
        text:
          description: The cause in a sentence.
          type: str
        rule:
          description: The firewall rule that it is about, null for other causes.
          type: str
        setting:
          description: The registry value of the policy that it is about, null for other causes.
          type: str
    remedies:
      description: What to do, in the order of the causes. Of several for one cause each does.
      type: list
      elements: dict
      contains:
        cause:
          description: The kind of the cause that it is against.
          type: str
          sample: in_use_by_other
        text:
          description: What to do in words.
          type: str
        task:
          description:
            - A task of this collection that does it, null where there is none.
            - Data carry no mark. Null, too, where a text of the host in it is not plainly harmless,
              so that who writes it into a playbook gets no template of the host; C(yaml) has the
              task nevertheless.
          type: dict
          sample:
            name: Free TCP 80
            portkeeper.windows.port_process:
              ports: 80
              protocols: [tcp]
              expected_service: [Apache2.4]
        yaml:
          description:
            - The task as text for a playbook, to be pasted as it is. Null where there is none.
            - Text of the host in it that is not plainly harmless is marked C(!unsafe), so that
              Ansible never evaluates it.
          type: str
    remarks:
      description: What one should know besides, in sentences.
      type: list
      elements: str
      sample: []
    evidence:
      description: What the verdict rests on.
      type: dict
      contains:
        listeners:
          description:
            - Who listens at the port, and where.
            - C(http_urls) is there for C(http.sys), and has the URLs that are registered at the
              port.
          type: list
          elements: dict
          sample:
            - address: "0.0.0.0"
              scope: all
              pid: 4312
              process: httpd.exe
              path: C:\Apache24\bin\httpd.exe
              services: [Apache2.4]
        reserved:
          description:
            - The excluded ranges that the port lies in. Those that an administrator made don't keep
              a program from it.
          type: list
          elements: dict
          sample:
            - {family: ipv4, start: 50000, end: 50059, administered: true}
        firewall:
          description: What the firewall says on each network, and what decides it.
          type: list
          elements: dict
          sample:
            - network: corp.example.com
              profile: domain
              state: allowed
              from_anywhere: allowed
              allowed_from: [any]
              text: "allowed: the allow rule 'Web' of this host"
              decided_by: rule
              rule: Web
              rule_id: "{2D3A0A6B-3C2E-4B5E-9B0C-0E6B8C5C9F11}"
              store: local
              set_by: null
              path: null
        attempt:
          description: What came of the controller's attempt to connect.
          type: dict
          sample: {outcome: connected, address: 192.0.2.10, detail: null}
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
