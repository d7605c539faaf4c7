#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: port_process
short_description: Stops what holds a port
version_added: 0.1.0
description:
  - Finds the process that holds a port of a Windows host and stops it. If it is a service, the
    service is stopped, otherwise the process is ended.
  - Everything is found out and decided before anything is stopped. Where one holder is refused,
    none is stopped. A list of ports is one decision, and what holds several of them is stopped
    once.
  - Right before each stop the port, the process id and the start time of the process are read
    again, because Windows gives the id of an ended process to another one. If they don't match,
    nothing is stopped.
  - Afterwards it waits until the ports are free, and tells if something has come back.
  - If a step fails, the steps before it are taken back as far as that goes. Services are started
    again, and get back their start mode. An ended process can't be brought back. Which services are
    stopped in the end is said in RV(stopped_now) and in the message.
  - A service that takes no stop is refused before anything is done. One that is just starting takes
    none until it runs. It is waited for within O(timeout), and the stop is sent then.
  - A port may be held although the process that opened it has ended, because a process that it had
    started has inherited the socket. Windows does not say which one, so that those that may have it
    are named, and only those that O(expected_process) names are ended.
  - It works over the WinRM connection that Ansible uses anyway. No PowerShell starts on the target.
options:
  ports:
    description:
      - The local ports to free.
      - A number, a range such as V(8000-8100), a well-known name such as V(https), several of
        these with commas between, or a list of them.
      - V(3000) is port 3000 and no other. It matches neither 30001 nor a remote port.
    type: raw
    required: true
  protocols:
    description:
      - The protocols that the ports are meant for.
      - Without it, TCP for numbers, and for a well-known name the protocols of its service.
    type: list
    elements: str
    choices: [tcp, udp]
  state:
    description:
      - With V(free), nobody holds the ports any more.
      - With V(restarted), the services that hold the ports are stopped and started again, with the
        services that depend on them and ran.
      - With V(restarted), every service that O(expected_service) names is to run in the end. One
        that has stopped is started, and one that is starting is waited for. One that does not
        exist, or that is paused and holds none of the ports, is an error. At least one of the
        ports has to be held then. Where nobody holds them and no service is named, the task fails.
      - A run that was interrupted is made good by running the task again with the services named in
        O(expected_service). The task can't know what the earlier run had stopped. It starts the
        named services that have stopped, and those services that depend on them, start
        automatically, were started since Windows was, and have stopped. A warning names those, and
        one of them that does not start is a warning too. Dependent services that are started by
        hand stay as they are, so that one that somebody has stopped on purpose stays stopped with
        the start mode V(manual).
    type: str
    choices: [free, restarted]
    default: free
  method:
    description:
      - How a holder is stopped.
      - V(auto) stops a service as a service and ends any other process.
      - V(service) refuses what is no service.
      - V(terminate) ends the process, also that of a service. Its recovery actions may start it
        again then.
    type: str
    choices: [auto, service, terminate]
    default: auto
  expected_process:
    description:
      - Programs that may be stopped, by name (with or without C(.exe)) or full path.
      - If another program holds one of the ports, the task fails and stops nothing.
    type: list
    elements: str
  expected_service:
    description:
      - Services that may be stopped, by name or display name. If something else holds one of the
        ports, the task fails and stops nothing.
      - A service that runs in the parent of the holder counts too, if it is the only one there and
        no launcher of Windows. The Task Scheduler, and the others that start programs for somebody
        else, are never stopped for what they have started.
      - It also says which one is meant. That is needed where several services run in one process,
        where C(http.sys) (System, PID 4) holds the port for a service such as V(W3SVC), and where
        the program of a service does its work in a process of its own.
    type: list
    elements: str
  connections:
    description:
      - Also stop processes that don't listen at a port and only use it as the local port of a
        connection.
    type: bool
    default: false
  start_mode:
    description:
      - Give the services that are stopped this start mode, so that they don't start again with
        Windows. The earlier one is returned in RV(start_modes).
      - A service that O(expected_service) names and that has stopped already gets it as well.
      - Services that are stopped only because they depend on another keep theirs.
    type: str
    choices: [auto, manual, disabled]
  force:
    description:
      - Go past the guards. Without it, it refuses to stop C(smss), C(csrss), C(wininit),
        C(winlogon), C(services) and C(lsass) in the system directory, the services of remote
        procedure calls, of WMI and of WinRM, the processes that serve remote connections, WinRM's
        own ports, a service on which other running services depend, a process in which several
        services run, and a process that started after the port was opened, because it only has the
        process id of the one that opened it.
      - With it, services that depend on another are stopped first.
      - System (PID 4) and what is left of ended processes (PID 0) are never stopped.
    type: bool
    default: false
  wait:
    description: Wait until the ports are free or, with O(state=restarted), held again.
    type: bool
    default: true
  timeout:
    description: Seconds that stopping, starting and waiting may take in all.
    type: float
    default: 60.0
  stay_free:
    description:
      - Seconds that the ports have to stay free.
      - What starts again later than that is not noticed. The recovery actions of a service often
        wait for a minute.
    type: float
    default: 2.0
  reboot:
    description:
      - With V(if_needed), restart Windows as the last resort. That is where a process does not end,
        a service does not stop or can't be stopped, or a driver keeps the port although its service
        has stopped.
      - It is not done where it would not help, because a service that starts with Windows would
        take the port again.
      - Whoever is logged on loses what is not saved if O(force) is set. Without O(force), Windows
        may refuse while somebody is logged on.
    type: str
    choices: [never, if_needed]
    default: never
  reboot_timeout:
    description: Seconds that Windows may take to restart and to answer again.
    type: float
    default: 600.0
attributes:
  check_mode:
    details:
      - Names what would be stopped, and what can't be. That Windows refuses to stop a service or a
        process for lack of rights, or that a stop takes too long, only shows when it is tried.
  diff_mode:
    description: Returns what has changed or would change.
    support: full
  facts:
    description: Returns C(ansible_facts).
    support: none
  idempotent:
    description: Running it twice gives the same as running it once.
    support: partial
    details: With O(state=restarted), services are restarted at each run.
extends_documentation_fragment:
  - portkeeper.windows.attributes
  - portkeeper.windows.attributes.host
seealso:
  - module: portkeeper.windows.port_facts
  - module: portkeeper.windows.port_check
  - module: ansible.windows.win_service
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Free port 8080, whoever holds it
  portkeeper.windows.port_process:
    ports: 8080

- name: Free port 8080 only if a Java program holds it
  portkeeper.windows.port_process:
    ports: 8080
    expected_process: java

- name: Stop Apache and keep it from starting again until the tests are through
  portkeeper.windows.port_process:
    ports: [http, https]
    expected_service: Apache2.4
    start_mode: manual
  register: freed

- name: Put the start mode back and start Apache
  portkeeper.windows.port_process:
    ports: [http, https]
    state: restarted
    expected_service: "{{ item.key }}"
    start_mode: "{{ item.value }}"
  loop: "{{ freed.start_modes | dict2items }}"

- name: Restart what serves port 5432
  portkeeper.windows.port_process:
    ports: 5432
    state: restarted

- name: Free port 80 from IIS and from SQL Server Reporting Services, for which http.sys holds it
  portkeeper.windows.port_process:
    ports: 80
    expected_service: [W3SVC, SQLServerReportingServices]

- name: Tell what would be stopped, and stop nothing
  portkeeper.windows.port_process:
    ports: 3000-3010
  check_mode: true
  register: would

- name: Say it
  ansible.builtin.debug:
    msg: "{{ would.msg }}"

- name: Free port 445 from file sharing, which takes a restart of Windows
  portkeeper.windows.port_process:
    ports: 445
    expected_service: LanmanServer
    start_mode: disabled
    reboot: if_needed
"""

RETURN = r"""
before:
  description: What held the ports, one entry a process.
  returned: when the host could be read
  type: list
  elements: dict
  contains:
    ports:
      description: The ports that it holds, of those asked for.
      type: list
      elements: str
      sample: [8080/tcp]
    addresses:
      description: The local addresses.
      type: list
      elements: str
      sample: ["0.0.0.0", "::"]
    pid:
      description: The process id. Null if Windows does not tell it.
      type: int
      sample: 7192
    process:
      description: The name of the program. Null if it ended while the host was read.
      type: str
      sample: java.exe
    path:
      description: Its path. Null for protected processes.
      type: str
      sample: C:\Program Files\Java\bin\java.exe
    session:
      description:
        - The session that it runs in, 0 for services. Null if the process ended while the host was
          read.
      type: int
      sample: 1
    started:
      description: When it started. Null for what Windows does not tell the time of.
      type: str
      sample: "2026-04-13T00:01:12+00:00"
    services:
      description: The services that run in it.
      type: list
      elements: str
      sample: []
    parent_pid:
      description: The process that started it. Null if that one has ended.
      type: int
      sample: 6904
    parent:
      description: The name of that process, null where there is none.
      type: str
      sample: powershell.exe
    owner:
      description: For System (PID 4), which part of Windows holds each port, in the O(language).
      type: list
      elements: str
      sample: ["the SMB server (file and printer sharing)"]
after:
  description:
    - What holds the ports at the end, in the same form. In check mode, what would.
    - Null if the host does not answer any more.
  returned: when the host could be read
  type: list
  elements: dict
  sample: []
stopped:
  description: What was stopped, in this order. In check mode, what would be.
  returned: when the host could be read
  type: list
  elements: dict
  contains:
    kind:
      description: V(service) or V(process).
      type: str
      sample: service
    name:
      description: The name of the service or of the program. Null if it ended before it was read.
      type: str
      sample: Apache2.4
    display_name:
      description: The display name of the service, null for a process.
      type: str
      sample: Apache2.4
    pid:
      description: The process id until then. Null for a service that did not run.
      type: int
      sample: 2976
    ports:
      description: The ports for the sake of which. Empty for a service that depends on another.
      type: list
      elements: str
      sample: [80/tcp]
started:
  description: The services that were started.
  returned: when the host could be read
  type: list
  elements: str
  sample: []
start_modes:
  description: The earlier start modes of the services whose start mode was changed.
  returned: when the host could be read
  type: dict
  sample:
    Apache2.4: auto
also_serves:
  description:
    - Which other ports are served by the processes that were stopped, or would be. UDP ports of the
      dynamic range are left out.
  returned: when the host could be read
  type: list
  elements: dict
  contains:
    pid:
      description: The process id.
      type: int
      sample: 2976
    process:
      description: The name of the program. Null if it ended while the host was read.
      type: str
      sample: httpd.exe
    ports:
      description: The other ports.
      type: list
      elements: str
      sample: [443/tcp]
stopped_now:
  description:
    - The services that this task stopped, or was to start, and that don't run after it has failed.
  returned: when the host could be read
  type: list
  elements: str
  sample: []
refused:
  description:
    - Why nothing was stopped. Each entry has the keys of RV(before) besides. They are empty where a
      service is in the way that holds none of the ports.
  returned: when the host could be read
  type: list
  elements: dict
  contains:
    reason:
      description:
        - What stands against it. O(force) goes past V(reused_pid), V(system_process),
          V(shared_process), V(dependent_services), V(rpc), V(wmi) and V(winrm). It changes nothing
          about V(windows_itself), V(unknown_process), V(ended), V(orphaned), V(not_expected),
          V(not_a_service), V(several_services), V(iis_worker), V(takes_no_stop), V(disabled),
          V(paused), V(no_such_service) and V(nothing_to_restart).
      type: str
      sample: not_expected
    msg:
      description: The reason in words of the O(language), and what to do.
      type: str
      sample: >-
        twin.exe (PID 8064) holds the port, and nginx is expected. Find out what it is, and correct
        what is expected.
came_back:
  description:
    - What has taken the ports after they were freed. Each entry has the keys of RV(before) besides.
  returned: when the host could be read
  type: list
  elements: dict
  contains:
    reason:
      description:
        - The likely reason. V(service_recovery) for a service that runs again, V(parent) for a
          program that its parent has started again, V(same_program) and V(other_program) for one
          that something else has started, V(started_with_windows) after a restart.
      type: str
      sample: parent
    msg:
      description: The reason in words of the O(language), and what to do.
      type: str
      sample: >-
        pm.exe (PID 8004) has started node.exe (PID 8116) again. Set it up not to start this
        program; it may run others too.
rebooted:
  description: Whether Windows was restarted.
  returned: when the host could be read
  type: bool
  sample: false
msg:
  description: What was done, would be done, or is in the way of it, in the O(language).
  returned: always
  type: str
  sample: "Done: stop the service Apache2.4. Free: 80/tcp."
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    PORT_PROCESS,
    no_action,
)


def main() -> None:
    module = AnsibleModule(argument_spec=PORT_PROCESS, supports_check_mode=True)
    module.fail_json(msg=no_action("port_process", module.params["language"]))


if __name__ == "__main__":
    main()
