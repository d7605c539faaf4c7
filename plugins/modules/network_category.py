#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: network_category
short_description: Makes a network of a Windows host private or public
version_added: 0.1.0
description:
  - Sets the category of a network that a Windows host is connected to. The category decides which
    profile of Windows Defender Firewall counts there, so that rules for private networks do or
    don't let traffic in.
  - Private means that everybody in that network is trusted. A rule that is for private networks is
    then open to all of them. To open one port alone, leave the category and change the rule, with
    M(portkeeper.windows.port_firewall).
  - It does over the WinRM connection what C(Set-NetConnectionProfile) does. No PowerShell starts on
    the target. It reads the category again until Windows uses it, and fails if Windows keeps
    another one.
  - Windows gives the category of a domain network by itself, where it reaches a domain controller.
    Nobody can set or change it, so the module refuses such a network.
  - Before anything is sent, the module judges all rules and settings of the host for the connection
    of the task. It refuses a category with which WinRM could be closed to the controller, unless
    O(force) is set.
options:
  name:
    description:
      - The name of the network, as Windows shows it, compared in any letter case. It selects the
        network, and never renames it.
      - O(name), O(interface) or both are required. Both together make sure that a notebook changes
        no other network than the one that is meant.
    type: str
  interface:
    description:
      - The name of the adapter that is connected to the network (C(InterfaceAlias)), compared in
        any letter case, or its interface index, unless an adapter has that number as its name.
    type: str
    aliases: [interface_alias, interface_index]
  category:
    description:
      - What the network should be.
    type: str
    choices: [private, public]
    required: true
  force:
    description:
      - Set the category even if WinRM may then no longer be reachable, or if that can't be judged.
    type: bool
    default: false
  timeout:
    description:
      - How many seconds Windows has to use the new category, from 0 to 600.
    type: float
    default: 10
extends_documentation_fragment:
  - portkeeper.windows.attributes
  - portkeeper.windows.attributes.host
  - portkeeper.windows.winrm_guard
attributes:
  diff_mode:
    description: Returns what has changed or would change.
    support: full
  idempotent:
    description: Running it twice gives the same as running it once.
    support: full
notes:
  - The category belongs to the network. If two adapters are connected to one network, it changes
    for both, and RV(also) names the other one. If several networks have one name, nothing is
    changed until O(interface) says which one is meant.
  - A network that Windows has not identified can be made private, and is what a policy says, else
    public, when it is connected again. A warning says so.
  - The policies for networks (Network List Manager Policies) may set a category, or keep users from
    changing it. RV(policies) and a warning name those that may stand against the task; the policy
    itself is never changed.
  - C(IPv4Connectivity) and C(IPv6Connectivity), which the resource C(NetConnectionProfile) of
    NetworkingDsc takes, are what Windows has measured, and can't be set. They are in RV(network).
seealso:
  - module: portkeeper.windows.port_check
  - module: portkeeper.windows.port_facts
  - module: portkeeper.windows.port_firewall
  - name: Set-NetConnectionProfile
    description: What the module does, in Windows PowerShell.
    link: https://learn.microsoft.com/en-us/powershell/module/netconnection/set-netconnectionprofile
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: The office network is private
  portkeeper.windows.network_category:
    name: Office
    category: private

- name: Whatever the second adapter is connected to is public
  portkeeper.windows.network_category:
    interface: Ethernet 2
    category: public

- name: Only that network, and only on that adapter
  portkeeper.windows.network_category:
    name: Office
    interface: Wi-Fi
    category: private
"""

RETURN = r"""
network:
  description: The network, with the category that it has, or would have in check mode.
  returned: success
  type: dict
  contains: &network
    name:
      description: The name of the network; null if it has none.
      type: str
      sample: Office
    adapter:
      description: The name of the adapter; null if it has none.
      type: str
      sample: Ethernet
    index:
      description: The interface index of the adapter; null if the host does not tell it.
      type: int
      sample: 12
    category:
      description: V(private), V(public) or V(domain); null if the host does not tell it.
      type: str
      sample: private
    ipv4_connectivity:
      description:
        - What Windows reaches there over IPv4, V(disconnected), V(no_traffic), V(subnet),
          V(local_network) or V(internet); null if the host does not tell it.
      type: str
      sample: internet
    ipv6_connectivity:
      description: The same over IPv6; null if the host does not tell it.
      type: str
      sample: no_traffic
before:
  description: The category that the network had.
  returned: success
  type: str
  sample: public
also:
  description: Other networks whose category has changed with it.
  returned: success
  type: list
  elements: dict
  contains: *network
  sample: []
policies:
  description: What policies say that may keep the network from having the category.
  returned: if there are such policies, and the category had to be changed
  type: list
  elements: dict
  contains:
    path:
      description: The key in the registry.
      type: str
      sample: HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows NT\CurrentVersion\NetworkList
    category:
      description: The category that the policy sets; null if it sets none.
      type: str
      sample: public
    locked:
      description: Whether the policy keeps users from changing the category.
      type: bool
      sample: true
msg:
  description: What was done, in words of the O(language).
  returned: always
  type: str
  sample: The network 'Office' (adapter 'Ethernet') was public and is private now.
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import (
    NETWORK_CATEGORY,
    no_action,
)


def main() -> None:
    module = AnsibleModule(argument_spec=NETWORK_CATEGORY, supports_check_mode=True)
    module.fail_json(msg=no_action("network_category", module.params["language"]))


if __name__ == "__main__":
    main()
