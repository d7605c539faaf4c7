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
  - The module reads and decides everything before it stops anything. If it refuses to stop one
    holder, it stops nothing. A list of ports is one decision, and a process or service that holds
    several of them is stopped once.
  - Just before each stop, the module reads the port, the process id and the start time of the
    process again, because Windows gives the id of an ended process to another one. If they don't
    match, it stops nothing.
  - Afterwards it waits until the ports are free, and reports whatever has come back.
  - If a step fails, the module undoes the steps before it as far as possible. Services are started
    again and get back their start mode. An ended process can't be brought back. RV(stopped_now) and
    the message name the services that are still stopped at the end.
  - The module refuses to stop a service that does not accept a stop, before it does anything. A
    service that is just starting accepts no stop until it runs. The module waits for it within
    O(timeout), and then sends the stop.
  - A port may still be held after the process that opened it has ended, because a process that it
    started has inherited the socket. Windows does not say which one. The module names the processes
    that may have it, and ends only those that O(expected_process) names.
  - It works over the WinRM connection that Ansible uses anyway. No PowerShell starts on the target.
options:
  ports:
    description:
      - The local ports to free.
      - A number, a range (V(8000-8100)), a well-known name (V(https)), each also with its protocol
        (V(8080/tcp)), several of these separated by commas, or a list of them.
      - V(3000) means port 3000 only. It matches neither 30001 nor a remote port.
    type: raw
    required: true
  protocols:
    description:
      - The protocols that the ports are meant for.
      - The default is TCP for numbers, and the protocols of the service for a well-known name.
    type: list
    elements: str
    choices: [tcp, udp]
  state:
    description:
      - With V(free), the ports are free at the end.
      - With V(restarted), the services that hold the ports are stopped and started again, together
        with the running services that depend on them.
      - With V(restarted), every service that O(expected_service) names has to run at the end. The
        module starts such a service if it has stopped, and waits for it if it is starting. It is an
        error if the service does not exist, or is paused and holds none of the ports. At least one
        of the ports has to be held at the end. If no port is held at the start and no service is
        named, the task fails.
      - To repair an interrupted run, run the task again with the services named in
        O(expected_service). The task can't know what the earlier run stopped. It starts the named
        services that have stopped. It also starts the services that depend on them if they start
        automatically, were started after Windows started, and have stopped. A warning names these,
        and if one of them does not start, that is a warning too. Dependent services with the start
        mode V(manual) stay as they are, so a service that someone has stopped on purpose stays
        stopped if it has this start mode.
    type: str
    choices: [free, restarted]
    default: free
  method:
    description:
      - How a holder is stopped.
      - V(auto) stops a service as a service and ends any other process.
      - V(service) refuses a holder that is not a service.
      - V(terminate) ends the process, even if it is a service. The recovery actions of the service
        may then start it again.
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
      - A service that runs in the parent process of the holder counts too, if it is the only
        service there and not a launcher of Windows. The Task Scheduler and other services that
        start programs for others are never stopped because of a program that they have started.
      - It also selects a service. That is needed if several services run in one process, if
        C(http.sys) (System, PID 4) holds the port for a service such as V(W3SVC), or if the program
        of a service does its work in a separate process.
    type: list
    elements: str
  connections:
    description:
      - Also stop processes that don't listen on a port but use it as the local port of a
        connection, or have bound it. Without this option they are only named.
    type: bool
    default: false
  start_mode:
    description:
      - Give the stopped services this start mode, for example so that they don't start again with
        Windows. RV(start_modes) has their earlier start modes.
      - A service that O(expected_service) names also gets it if it has already stopped.
      - Services that are stopped only because they depend on another keep their start mode.
    type: str
    choices: [auto, manual, disabled]
  force:
    description:
      - Override the guards. Without it, the module refuses to stop C(smss), C(csrss), C(wininit),
        C(winlogon), C(services) and C(lsass) in the system directory, the services of remote
        procedure calls, of WMI and of WinRM, those of the firewall and of the network on which the
        connection may depend (such as C(BFE), C(MpsSvc), C(Dhcp) and C(RemoteAccess)), the
        processes that serve remote connections, those that Windows protects (it hides their paths),
        WinRM's own ports, a service on which other running services depend, a process in which
        several services run, and a process that started after the port was opened, because such a
        process only has the process id of the one that opened the port.
      - With it, services that depend on another are stopped first.
      - System (PID 4) and what is left of ended processes (PID 0) are never stopped.
    type: bool
    default: false
  wait:
    description: Wait until the ports are free or, with O(state=restarted), held again.
    type: bool
    default: true
  timeout:
    description: Seconds that stopping, starting and waiting may take in total.
    type: float
    default: 60.0
  stay_free:
    description:
      - Seconds that the ports have to stay free.
      - The module does not notice what starts again later. The recovery actions of a service often
        wait for a minute.
    type: float
    default: 2.0
  reboot:
    description:
      - With V(if_needed), restart Windows as the last resort, if a process does not end, a service
        does not stop or can't be stopped, or a driver keeps the port although its service has
        stopped.
      - Windows is not restarted if that would not help, because a service that starts with Windows
        would take the port again.
      - With O(force), users who are logged on lose their unsaved work. Without O(force), Windows
        may refuse to restart while a user is logged on.
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
      - Names what would be stopped, and what can't be stopped. Check mode can't show that Windows
        denies a stop for lack of rights, or that a stop takes too long.
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
- name: Free port 8080, whatever holds it
  portkeeper.windows.port_process:
    ports: 8080

- name: Free port 8080 only if a Java program holds it
  portkeeper.windows.port_process:
    ports: 8080
    expected_process: java

- name: Stop Apache and keep it from starting again until the tests are finished
  portkeeper.windows.port_process:
    ports: [http, https]
    expected_service: Apache2.4
    start_mode: manual
  register: freed

- name: Restore the start mode and start Apache
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

- name: Free port 445 from file sharing, which requires a restart of Windows
  portkeeper.windows.port_process:
    ports: 445
    expected_service: LanmanServer
    start_mode: disabled
    reboot: if_needed
"""

RETURN = r"""
before:
  description: The processes that held the ports, one entry for each process.
  returned: when the host could be read
  type: list
  elements: dict
  contains:
    ports:
      description: The requested ports that it holds.
      type: list
      elements: str
      sample: [8080/tcp]
    addresses:
      description: The local addresses.
      type: list
      elements: str
      sample: ["0.0.0.0", "::"]
    pid:
      description: The process id. Null if Windows does not report it.
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
      description: When it started. Null if Windows does not report the time.
      type: str
      sample: "2026-04-13T00:01:12+00:00"
    services:
      description: The services that run in it.
      type: list
      elements: str
      sample: []
    parent_pid:
      description: The id of the process that started it. Null if that process has ended.
      type: int
      sample: 6904
    parent:
      description: The name of that process. Null if there is no such process.
      type: str
      sample: powershell.exe
    owner:
      description: For System (PID 4), which part of Windows holds each port, in the O(language).
      type: list
      elements: str
      sample: ["the SMB server (file and printer sharing)"]
after:
  description:
    - The processes that hold the ports at the end, in the same form. In check mode, those that
      would.
    - Null if the host no longer answers.
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
      description:
        - The ports that it was stopped for. Empty for a service that depends on another.
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
    - The other ports that are served by the stopped processes, or in check mode by those that would
      be stopped. UDP ports of the dynamic range are left out.
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
    - The services that this task stopped, or had to start, and that don't run after it has failed.
  returned: when the host could be read
  type: list
  elements: str
  sample: []
refused:
  description:
    - Why nothing was stopped. Each entry also has the keys of RV(before). They are empty if the
      obstacle is a service that holds none of the ports.
  returned: when the host could be read
  type: list
  elements: dict
  contains:
    reason:
      description:
        - The reason for the refusal. O(force) overrides V(reused_pid), V(relay) (a program that
          only passes connections on), V(system_process), V(protected_process), V(shared_process),
          V(dependent_services), V(rpc), V(wmi), V(winrm) and V(network) (a service of the
          firewall or of the network, on which the connection may depend). It does not override
          V(windows_itself), V(unknown_process), V(ended), V(orphaned), V(forwarded) (by the NAT of
          Windows, to a container or a virtual machine), V(not_expected),
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
    - What has taken the ports after they were freed. Each entry also has the keys of RV(before).
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
  description: What was done, what would be done, or what prevents it, in the O(language).
  returned: always
  type: str
  sample: "Stopped the service Apache2.4. Free: 80/tcp."
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
