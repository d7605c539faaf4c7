#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: port_report
short_description: Writes a report on the state of the ports of all hosts
version_added: 0.1.0
description:
  - Combines what M(portkeeper.windows.port_survey), or M(portkeeper.windows.port_check) and
    M(portkeeper.windows.port_facts), and M(portkeeper.windows.port_path) found on all hosts into
    one report, and writes it on the controller as a page for a browser (one self-contained HTML
    file), as CSV for a spreadsheet, and as JSON for programs.
  - The report says how many hosts are ready, what to fix first and how, the state of each wanted
    port of each host, which clients reach which ports of their servers, if that was asked, and what
    has changed since an earlier report.
  - Most people will use the role P(portkeeper.windows.port_report#role) or the playbook
    C(portkeeper.windows.report), which ask the hosts and then run this module.
  - A host that could not be reached, or on which a task has failed, is marked as such in the
    report. For that, the tasks need C(ignore_unreachable) and C(ignore_errors).
  - The module needs to run only once, so give the task C(run_once). With C(delegate_to=localhost),
    what is wrong with the connection of the first host does not matter.
options:
  folder:
    description:
      - The folder for the files. It is created if it does not exist.
      - A relative path starts at the folder in which Ansible was started.
    type: path
    required: true
  name:
    description: The name of the files, with or without C(.html), C(.csv) or C(.json).
    type: str
    default: port_report
  title:
    description: The title of the report. The default is the usual title in the O(language).
    type: str
  details:
    description:
      - Of which hosts the page has the details, which are the listeners, the evidence, and the
        texts of the checks.
      - V(auto) means V(all), and V(unready) for a report of more than 300 hosts.
      - V(all) are all hosts. The page of thousands of hosts is too large for many browsers.
      - V(unready) are those that are not ready. The others have their state, and the verdict on
        each wanted port with who can reach it, and the page says so.
      - The CSV and the JSON are the same with each of these.
    type: str
    choices: [auto, all, unready]
    default: auto
  previous:
    description:
      - The JSON of an earlier report, to show what has changed since then.
      - The default is the report of the same O(name) in the same O(folder), if it exists.
    type: path
  ports:
    description:
      - The wanted ports, in the form of O(portkeeper.windows.port_check#module:ports). The report
        names them even if no host answers. The ports that the checks name are added.
    type: raw
  surveys:
    description:
      - What M(portkeeper.windows.port_survey) has found, in files of its option
        O(portkeeper.windows.port_survey#module:detail_file). Its hosts need no registered variables
        of M(portkeeper.windows.port_check) and M(portkeeper.windows.port_facts), which don't count
        for them.
      - If a host is in several of them, the survey that was made last counts.
    type: list
    elements: path
  parts:
    description:
      - The JSON of reports of other hosts, to make one report of all, such as those of the slices
        of a job in AWX. Their hosts come first, in the order of the files.
      - If a host is in several of them, the report that was made last counts for it, and if it is
        also in O(surveys) or O(hosts), what was found anew.
      - Their sentences stay in the language in which they were written.
    type: list
    elements: path
  hosts:
    description:
      - The hosts of the report, in the order of the report. The default is the hosts of O(surveys),
        or without that option and without O(parts) all hosts of the play, including those that have
        failed before.
      - In check mode, an empty list checks only the other options, before any host is asked.
    type: list
    elements: str
  check:
    description:
      - The name of the variable that the task of M(portkeeper.windows.port_check) registers.
    type: str
    default: port_report_check
  facts:
    description:
      - The name of the variable that the task of M(portkeeper.windows.port_facts) registers. If a
        host does not have it, its listeners are not in the report.
    type: str
    default: port_report_facts
  paths:
    description:
      - The name of the variable that the task of M(portkeeper.windows.port_path) registers. If no
        host has it, the report says nothing about clients.
    type: str
    default: port_report_paths
attributes:
  diff_mode:
    description: Returns what has changed or would change.
    support: full
    details: States, verdicts and who listens, one line each. Not the files themselves.
  facts:
    description: Returns C(ansible_facts).
    support: none
  idempotent:
    description: Running it twice gives the same as running it once.
    support: partial
    details:
      - The files contain the time of each run, so that readers see how old they are. A new time
        alone, or a new list of changes since an earlier report, does not count as a change.
  platform:
    description: Target systems that the module works on.
    platforms: posix
    support: full
extends_documentation_fragment:
  - portkeeper.windows.attributes
notes:
  - Results of hosts are read by the names of the variables, and never evaluated as templates.
  - Each file is replaced in one step. A reader sees either the old file or the new one.
  - A link is followed only if no one except you and root could have put it there; C(docs/report.md)
    of the collection has the rule.
  - The format of the JSON is described in C(docs/report.md) of the collection.
seealso:
  - module: portkeeper.windows.port_check
  - module: portkeeper.windows.port_facts
  - module: portkeeper.windows.port_path
  - module: portkeeper.windows.port_survey
  - plugin: portkeeper.windows.port_rows
    plugin_type: filter
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Ask the PCs in one task
  portkeeper.windows.port_survey:
    ports: [http, https, 8443]
    gather: [process, service, httpsys, reserved, dynamic, firewall]
    detail_file: reports/survey.json
  run_once: true
  delegate_to: localhost

- name: Write the report of them
  portkeeper.windows.port_report:
    folder: reports
    surveys: [reports/survey.json]
  run_once: true
  delegate_to: localhost

- name: Ask each PC in a task of its own instead
  portkeeper.windows.port_check:
    ports: [http, https, 8443]
    language: ja
  register: port_report_check
  ignore_unreachable: true
  ignore_errors: true

- name: See who listens
  portkeeper.windows.port_facts:
    gather: [process, service, httpsys, reserved, dynamic, firewall]
  register: port_report_facts
  ignore_unreachable: true
  ignore_errors: true

- name: See whether the clients in the inventory reach them
  portkeeper.windows.port_path:
    clients: "{{ clients_of_this_server }}"
    ports: [http, https, 8443]
    language: ja
  register: port_report_paths
  ignore_unreachable: true
  ignore_errors: true

- name: Write the report
  portkeeper.windows.port_report:
    folder: reports
    title: 営業部の PC
    language: ja
  run_once: true
  delegate_to: localhost

- name: Make one report of those of three slices
  portkeeper.windows.port_report:
    folder: reports
    name: all
    parts: [reports/slice_1.json, reports/slice_2.json, reports/slice_3.json]
  run_once: true
  delegate_to: localhost

- name: Compare with the state before the move
  portkeeper.windows.port_report:
    folder: reports
    name: after_the_move
    previous: reports/before_the_move.json
  run_once: true
  delegate_to: localhost
"""

RETURN = r"""
msg:
  description: The number of hosts in each state, and the path of the page, in the O(language).
  returned: success
  type: str
  sample: >-
    2 of 3 PCs are ready. Each of the others counts once, by its worst port (port taken: 0,
    blocked: 1, not listening: 0, unreachable: 0, unknown: 0). The report is in
    /home/user/reports/port_report.html.
files:
  description: Where the files are, or would be.
  returned: success
  type: dict
  sample:
    html: /home/user/reports/port_report.html
    csv: /home/user/reports/port_report.csv
    json: /home/user/reports/port_report.json
summary:
  description:
    - How many hosts there are, and how many in each state. Each host counts once, by the worst of
      its ports, in the order unreachable, taken, blocked, unknown, not_listening, ready.
  returned: success
  type: dict
  sample:
    {hosts: 3, ready: 2, blocked: 1, taken: 0, not_listening: 0, unreachable: 0, unknown: 0}
paths:
  description:
    - How many connections from clients to servers were checked, and how many of them can be made.
  returned: if clients were asked about
  type: dict
  sample: {all: 12, reachable: 11}
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    PORT_REPORT,
    no_action,
)


def main() -> None:
    module = AnsibleModule(argument_spec=PORT_REPORT, supports_check_mode=True)
    module.fail_json(msg=no_action("port_report", module.params["language"]))


if __name__ == "__main__":
    main()
