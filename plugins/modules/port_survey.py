#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: port_survey
short_description: Reads the ports of many Windows hosts in one task
version_added: 0.1.0
description:
  - Asks of all hosts of the inventory what M(portkeeper.windows.port_check) or
    M(portkeeper.windows.port_facts) asks of one, in one task and one process. Ansible starts a
    process for each host and task, which costs more than the reading itself.
  - The task runs once, on the controller. Give it to C(localhost), or add C(run_once) and
    C(delegate_to=localhost).
  - Each host is reached as the inventory says of it, with its own connection (C(winrm) or C(psrp)),
    its own credentials, vaulted or templated. Nothing is sent to a host that O(hosts) or C(--limit)
    leaves out.
  - All hosts are connected to first, at the same time. Those that are switched off cost one
    O(connect_timeout) together.
  - No trouble of a host makes the task fail. RV(unread) says which hosts could not be read, and
    why.
  - A wrong password does not lock out an account of a domain. One host is tried first with each
    account, and the others only after it has let the account in. If it refuses the account, the
    others are not tried, and RV(unread) says so. After that, the third host that refuses it is the
    last one. A first host that has not answered after 5 seconds does not hold up the others, and
    up to two more are tried beside it.
  - An account of a host itself is tried there only. If the inventory has several names for the
    same address and port, one of them is tried first.
  - The result has one row for each host and port. Without O(detail), it stays below 700,000 octets
    whatever the hosts say, because AWX drops a larger one. There is always room for 400,000 octets
    of RV(rows), some 2,000 ports, and for 90,000 of RV(unread). Of the rows, what to mend first
    stays; RV(totals) and a warning count what is left out. O(detail_file) writes the whole to a
    file.
  - If the task has a C(timeout), it ends with what is known by then.
options:
  hosts:
    description:
      - The hosts to ask, as a pattern of Ansible or a list of them. C(--limit) holds for them too.
        Where the task runs on C(localhost), the limit has to name it as well, as in
        C(--limit localhost,win-1). Without it, Ansible runs no task and says nothing.
      - The default is all hosts of the play, including those that have failed before.
        With C(serial), it is those of the batch that have not failed.
    type: list
    elements: str
  ports:
    description:
      - The ports to check, in the form of O(portkeeper.windows.port_check#module:ports). Each of
        them is diagnosed on each host.
      - Without it, the listeners of each host are read, and the rows have those that another host
        could reach.
    type: raw
  protocols:
    description:
      - Which protocols to ask about. The default is as in M(portkeeper.windows.port_check) with
        O(ports), and both without.
    type: list
    elements: str
    choices: [tcp, udp]
  expected_process:
    description: As in M(portkeeper.windows.port_check). Needs O(ports).
    type: list
    elements: str
  expect:
    description:
      - Fail at the end unless each port of each host is as expected, for playbooks and CI that
        continue only then. A host that could not be read is not as expected.
      - The words are those of M(portkeeper.windows.port_check). Needs O(ports).
    type: str
    choices: [reachable, free, in_use]
  from:
    description: As in M(portkeeper.windows.port_check). Needs O(ports).
    type: list
    elements: str
  from_controller:
    description: As in M(portkeeper.windows.port_check).
    type: bool
    default: true
  timeout:
    description: Seconds that an attempt to connect to a port may take, at most 60.
    type: float
    default: 3.0
  drops:
    description:
      - As in M(portkeeper.windows.port_check). Needs O(ports), and O(detail_file) or O(detail).
    type: bool
    default: false
  gather:
    description:
      - What to read besides the listeners, as in M(portkeeper.windows.port_facts). Without
        O(ports), the default is V(process), V(service) and V(httpsys).
      - With O(ports), the facts are read only if this is given, and need O(detail_file) or
        O(detail).
    type: list
    elements: str
    choices:
      - process
      - service
      - user
      - httpsys
      - reserved
      - dynamic
      - forwards
      - firewall
      - networks
  host_variables:
    description:
      - Names of variables whose values take the place of options, where hosts differ. They are read
        for each host, with all that the inventory and the play say of it. A host without the
        variable is asked what the option itself says; with O(for_report), one without the variable
        for O(ports) is not asked, and RV(unread) says so.
      - What is wrong with the variables of a host is told of that host in RV(unread). If it is so
        with all hosts, the task fails.
    type: dict
    suboptions:
      ports:
        description: The variable for O(ports).
        type: str
      expected_process:
        description: The variable for O(expected_process).
        type: str
      from:
        description: The variable for O(from).
        type: str
      from_controller:
        description: The variable for O(from_controller).
        type: str
      gather:
        description: The variable for O(gather).
        type: str
  parallel:
    description:
      - How many hosts are read at the same time, at most 256. More threads cost more CPU; hosts
        that are slow or far away gain by more.
    type: int
    default: 16
  connect_timeout:
    description:
      - Seconds to connect to a host, at most 120. The default is what C(portkeeper_connect_timeout)
        says of each host, or 10.
      - Hosts that are reached through a proxy are not connected to first.
    type: float
  detail:
    description: Whether the whole of each host is in RV(results) too, some 20 KB each.
    type: bool
    default: false
  detail_file:
    description:
      - A file on the controller for the whole of each host, as JSON, one host a line. It is
        replaced in one step.
      - A relative path starts at the folder in which Ansible was started.
    type: path
  for_report:
    description:
      - Whether the whole of each host goes to a temporary file instead of O(detail_file), for a
        task of M(portkeeper.windows.port_report) in the same run. Nobody else can read it, Ansible
        removes it when it ends, and RV(detail_file) is its path.
      - It is written in check mode, too.
    type: bool
    default: false
attributes:
  diff_mode:
    description: Returns what has changed or would change.
    support: N/A
    details: The module changes nothing on the hosts.
  facts:
    description: Returns C(ansible_facts).
    support: none
  idempotent:
    description: Running it twice gives the same as running it once.
    support: full
  platform:
    description: Target systems that the module works on.
    platforms: windows
    support: full
extends_documentation_fragment:
  - portkeeper.windows.attributes
notes:
  - In check mode, the hosts are read, and O(detail_file) is not written.
  - Hosts with Kerberos take turns by account, because the process has one ticket at a time. Over
    C(winrm), each account gets one ticket for all of its hosts. Over C(psrp), each host gets one.
seealso:
  - module: portkeeper.windows.port_check
  - module: portkeeper.windows.port_facts
  - module: portkeeper.windows.port_report
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
# In a play of localhost.
- name: Check the ports of all PCs
  portkeeper.windows.port_survey:
    hosts: windows
    ports: [http, https, 8443]
  register: survey

- name: Name what has to be mended first
  ansible.builtin.debug:
    msg: "{{ survey.rows | first }}"

- name: Continue only if all PCs of this play are reachable
  portkeeper.windows.port_survey:
    ports: 8443
    expect: reachable
  run_once: true
  delegate_to: localhost

- name: Keep the whole for later
  portkeeper.windows.port_survey:
    hosts: [windows, "!spares"]
    ports: [http, https]
    gather: [process, service, httpsys, reserved, dynamic, firewall]
    detail_file: surveys/today.json
  run_once: true
  delegate_to: localhost

- name: Check of each PC the ports that its group is for
  portkeeper.windows.port_survey:
    hosts: windows
    ports: [https]
    host_variables:
      ports: ports_of_this_server

# ansible localhost -m portkeeper.windows.port_survey -a "hosts=windows ports=80,443"
"""

RETURN = r"""
msg:
  description:
    - How many hosts were read, how many ports there are of each verdict, and which hosts could not
      be read, in the O(language).
  returned: always
  type: str
  sample: |-
    2 of 3 hosts were read. Ports: Blocked 1, Reachable 1.
    Not read, no connection came about in time: win-3.
rows:
  description:
    - A row for each host and port, with what to mend first at the beginning.
    - Without O(ports), a row for each host, port and process that another host could reach.
    - Those of them that fit into the result. The whole of each host is in O(detail_file).
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: The name of the host in the inventory.
      type: str
      sample: win-1
    port:
      description: The port.
      type: int
      sample: 8443
    protocol:
      description: C(tcp) or C(udp).
      type: str
      sample: tcp
    name:
      description: The name of the port, as it stands in O(ports).
      returned: if the port was asked for by a name
      type: str
      sample: rdp
    verdict:
      description: As RV(portkeeper.windows.port_check#module:ports[].verdict).
      returned: with O(ports)
      type: str
      sample: blocked
    cause:
      description:
        - The kind of the first cause, as
          RV(portkeeper.windows.port_check#module:ports[].causes[].kind).
      returned: with O(ports), if the port is not reachable
      type: str
      sample: no_rule
    process:
      description: The program that holds the port; several are separated by commas.
      returned: if it is known
      type: str
      sample: nginx.exe
    pid:
      description: The PID of the first of them.
      returned: if it is known
      type: int
      sample: 4712
    service:
      description:
        - The services in them, separated by commas. Where Windows itself holds the port
          (C(http.sys)), those that it hands requests to, and programs that are no service, such as
          C(w3wp.exe).
      returned: if there are any
      type: str
      sample: W3SVC
    reach:
      description:
        - Who can reach the port, in a word, as
          RV(portkeeper.windows.port_check#module:ports[].reach).
      returned: with O(ports), or if O(gather) has V(firewall)
      type: str
      sample: own_subnets
    as_expected:
      description: Whether the port is as expected.
      returned: with O(expect)
      type: bool
      sample: false
unmatched:
  description:
    - The entries of O(hosts) that match no host of the inventory, within C(--limit), as many as
      fit into the result. With O(expect), the task fails then, because nobody knows how these are.
  returned: success
  type: list
  elements: str
  sample: []
unread:
  description:
    - The hosts that could not be read, in the order of the inventory, as many as fit into the
      result.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: The name of the host in the inventory.
      type: str
      sample: win-3
    address:
      description: Where it was looked for. Null if its connection could not be made.
      type: str
      sample: 192.0.2.13
    kind:
      description:
        - What kind of reason it is. C(no_connection), C(refused) and C(unreachable) are hosts that
          are off, or do not answer on the port of WinRM, C(authentication) and C(kerberos) are
          refused credentials, C(not_tried) are hosts whose account was refused before, by another
          host or by Kerberos, C(not_finished) are those that the time limit of the task has cut
          off, C(fault) are those where Windows has refused the request, and C(setting) are wrong
          variables in the inventory.
      type: str
      sample: no_connection
    msg:
      description: What happened, on which host and port, and what to do next.
      type: str
      sample: >-
        Could not connect to WinRM on win-3 (192.0.2.13 port 5985): no connection came about in
        time (10 s). The PC may be off, or ansible_host may be wrong.
incomplete:
  description:
    - The hosts that were read, but not all of it, in the order of the inventory, as many as fit
      into the result. Warnings say the same of the first ten of them, and name others.
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: The name of the host in the inventory.
      type: str
      sample: win-2
    notes:
      description:
        - What could not be read, and why.
      type: list
      elements: str
      sample:
        - >-
          The active firewall profiles are unknown: Could not read MSFT_NetConnectionProfile on
          win-2 (http://192.0.2.12:5985/wsman): access was denied. Use an administrator account.
totals:
  description:
    - C(hosts) is how many hosts there are, C(read) how many of them were read, and C(unread) how
      many were not, by the kind of reason. C(rows) is how many rows there are, C(left_out) how many
      more there would be, because a host has over 1,000 or they do not fit into the result,
      C(not_listed) how many entries of RV(unread), RV(incomplete) and RV(unmatched) do not fit, and
      C(verdicts) how many of all have which verdict.
  returned: success
  type: dict
  sample:
    {hosts: 3, read: 2, unread: {no_connection: 1}, rows: 2, left_out: 0,
     not_listed: {unread: 0, incomplete: 0, unmatched: 0}, verdicts: {blocked: 1, reachable: 1}}
results:
  description:
    - The whole of each host by its name. C(address) is where it was looked for. C(check) is what
      M(portkeeper.windows.port_check) returns and C(facts) what M(portkeeper.windows.port_facts)
      returns, as far as they were asked for, or how they have ended.
  returned: if O(detail) is set
  type: dict
  sample:
    win-3:
      address: 192.0.2.13
      check: {unreachable: true, changed: false, msg: Could not connect to WinRM on win-3.}
detail_file:
  description: The path of the file with the whole of each host.
  returned: if O(detail_file) is set, except in check mode, or O(for_report) is set
  type: str
  sample: /home/user/surveys/today.json
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    PORT_SURVEY,
    no_action,
)


def main() -> None:
    module = AnsibleModule(argument_spec=PORT_SURVEY, supports_check_mode=True)
    module.fail_json(msg=no_action("port_survey", module.params["language"]))


if __name__ == "__main__":
    main()
