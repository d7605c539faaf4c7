#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: firewall_profile
short_description: Sets the profiles of Windows Defender Firewall
version_added: 0.1.0
description:
  - Turns Windows Defender Firewall on or off in the domain, private and public profile, and sets
    its default actions, its notifications and its log. It reports what is in force then, because a
    policy can decide instead.
  - It writes over the WinRM connection that Ansible uses anyway. No PowerShell starts on the
    target, no file is copied to it, and no text of a task ever appears in a command line there.
  - The module writes only the local settings of the host. It reads those of Group Policy and of
    device management, because they can decide, and leaves them alone.
  - Everything is read and judged before anything is written. All settings of a profile are written
    in one request, so an interruption leaves a profile as it was or as requested. The module reads
    them back, and fails if Windows has kept something else. If one profile can't be written, the
    module takes back what it has written to the others.
  - Without any setting, it only reports the settings of the profiles.
options:
  profiles:
    description:
      - The profiles that the settings are for, V(domain), V(private) and V(public), in any letter
        case.
      - The default is all three. If only O(by_profile) has settings, it is the profiles there.
    type: list
    elements: str
    aliases: [name, profile]
  by_profile:
    description:
      - Settings of single profiles, as a dictionary by their names. Each entry takes the settings
        of this module, which are all options but O(profiles), O(by_profile), O(force) and
        O(language).
      - They take precedence over the settings of the task.
    type: dict
  enabled:
    description:
      - Whether the firewall is on, V(true) or V(false).
      - With V(not_configured), as for all settings that take it, the value is removed from the
        local store, so that the default of Windows holds. Here, that is on.
    type: raw
    aliases: [state]
  default_inbound_action:
    description:
      - What happens to inbound traffic that no rule decides, V(allow), V(block) or
        V(not_configured). The default of Windows is to block it.
    type: str
    aliases: [inbound_action]
  default_outbound_action:
    description:
      - The same for outbound traffic. The default of Windows is to allow it.
      - V(block) does not cut off this connection. What answers a connection that was let in is let
        out whatever the rules say.
    type: str
    aliases: [outbound_action]
  allow_inbound_rules:
    description:
      - Whether inbound rules count. V(false) blocks all inbound traffic whatever the rules say, as
        C(Block all connections) does in Windows. V(false) in one store wins over V(true) in others.
      - Values as for O(enabled).
    type: raw
  allow_local_firewall_rules:
    description:
      - Whether the rules of the host itself count beside those of policies. Windows heeds it only
        where a policy sets it, so the local value has no effect, and the module says so.
      - Values as for O(enabled).
    type: raw
  allow_local_ipsec_rules:
    description: The same for connection security rules.
    type: raw
  allow_user_apps:
    description: Whether local rules for programs count. Values as for O(enabled).
    type: raw
  allow_user_ports:
    description:
      - Whether local rules for a single port count. Windows heeds it only where a policy sets it.
      - Values as for O(enabled).
    type: raw
  allow_unicast_response_to_multicast:
    description:
      - Whether unicast responses to multicast or broadcast messages are let in.
      - Values as for O(enabled).
    type: raw
  notify_on_listen:
    description:
      - Whether Windows notifies the user if it keeps a program from receiving connections.
      - Values as for O(enabled).
    type: raw
  enable_stealth_mode_for_ipsec:
    description: Stealth mode for traffic that IPsec secures. Values as for O(enabled).
    type: raw
  log_file_name:
    description:
      - The path of the log file on the host, with a drive or a variable such as C(%systemroot%) at
        its beginning. Paths that are equal to Windows are no difference.
      - The folder has to exist, and the account C(NT SERVICE\mpssvc) has to have the right to write
        in it. The folder of Windows itself, C(%systemroot%\system32\LogFiles\Firewall), has both.
    type: str
  log_max_size_kilobytes:
    description: The size of the log file in kilobytes, from 1 to 32767.
    type: int
  log_allowed:
    description:
      - Whether connections that are let through are logged. What one store logs is logged, whatever
        the others say.
      - Values as for O(enabled).
    type: raw
  log_blocked:
    description: The same for packets that are dropped.
    type: raw
  log_ignored:
    description: The same for rules that are not enforced for some reason.
    type: raw
  force:
    description:
      - Allow changes that could cut off WinRM, and so this very connection. Without it, the module
        refuses a task that turns the firewall on, ignores all rules or blocks by default where the
        rules of the host might not let the connection in. The message names the rule or setting
        that would decide.
      - The module judges all rules and settings together, including those of policies. The firewall
        of another maker is left aside, because it may be removed one day.
      - If WinRM would be closed only in a profile that is not active now, or on another network
        than that of the connection, that is a warning.
    type: bool
    default: false
attributes:
  diff_mode:
    description: Returns what has changed or would change.
    support: full
  idempotent:
    description: Running it twice gives the same as running it once.
    support: full
extends_documentation_fragment:
  - portkeeper.windows.attributes
  - portkeeper.windows.attributes.host
  - portkeeper.windows.winrm_guard
  - portkeeper.windows.winrm_guard.changes
notes:
  - The options have the names of C(Set-NetFirewallProfile), as in the resource C(FirewallProfile)
    of the DSC module C(NetworkingDsc), in Ansible's spelling. C(DisabledInterfaceAliases) is not
    offered. The module reads and judges it, and leaves it as it is.
  - The options of M(community.windows.win_firewall) work under their own names too, as aliases, so
    that its tasks keep working. O(state) then takes V(enabled) and V(disabled).
seealso:
  - module: portkeeper.windows.port_firewall
  - module: portkeeper.windows.port_check
  - module: community.windows.win_firewall
author:
  - The portkeeper.windows authors (@portkeeper)
"""

EXAMPLES = r"""
- name: Turn the firewall on in all profiles
  portkeeper.windows.firewall_profile:
    enabled: true

- name: Log what is dropped, to find out what blocks a port
  portkeeper.windows.firewall_profile:
    log_blocked: true
    log_max_size_kilobytes: 16384

# Where WinRM comes in over a public network, this would keep it out too, so it is refused there.
- name: Different settings for each profile, in one task
  portkeeper.windows.firewall_profile:
    enabled: true
    default_inbound_action: block
    notify_on_listen: false
    by_profile:
      domain:
        notify_on_listen: true
      public:
        allow_inbound_rules: false

- name: See the settings, and who has set them
  portkeeper.windows.firewall_profile:
  register: firewall

- name: Go on only if a policy has not turned it off
  ansible.builtin.assert:
    that: item.effective.enabled
  loop: "{{ firewall.profiles }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
in_force:
  description:
    - Whether all requested values are in force. A value that a policy overrides is written all the
      same, so that it counts once the policy is gone.
    - Null if the module can't tell, because policies could not be read. A warning says why.
    - In check mode, what would be.
  returned: success
  type: bool
  sample: true
active_profiles:
  description:
    - The profiles of the networks that the host is connected to. Empty if Windows reports no
      network; then it is unknown which profiles count.
  returned: success
  type: list
  elements: str
  sample: [private]
profiles:
  description:
    - One entry for each profile of the task.
    - If the task fails midway, or loses the host, RV(profiles[].name) and RV(profiles[].outcome)
      report the state of each profile, as far as it is known.
  returned: success, or when a task fails after it has begun
  type: list
  elements: dict
  contains:
    name:
      description: V(domain), V(private) or V(public).
      type: str
      sample: private
    active:
      description:
        - Whether the host is connected to a network with this profile. Null if the host does not
          report its networks.
      type: bool
      sample: true
    outcome:
      description:
        - V(changed) or V(unchanged).
        - If the task fails, also V(incomplete) for a profile that is neither as before nor as
          requested, and V(unknown) if the host no longer answers. Then running the task again
          completes it.
      type: str
      sample: changed
    requested:
      description: The settings that the task has a value for.
      type: list
      elements: str
      sample: [log_blocked]
    local:
      description:
        - The local value of each setting, as it is now or would be. Settings that take V(true) and
          V(false) have these, others have a text or a number. V(not_configured) stands for a value
          that the local store does not have, and null for one that is not known here.
      type: dict
      sample: {enabled: true, default_inbound_action: not_configured,
               default_outbound_action: not_configured, allow_inbound_rules: not_configured,
               allow_local_firewall_rules: not_configured,
               allow_local_ipsec_rules: not_configured, allow_user_apps: not_configured,
               allow_user_ports: not_configured,
               allow_unicast_response_to_multicast: not_configured, notify_on_listen: true,
               enable_stealth_mode_for_ipsec: not_configured,
               log_file_name: '%systemroot%\system32\LogFiles\Firewall\pfirewall.log',
               log_max_size_kilobytes: 4096, log_allowed: false, log_blocked: true,
               log_ignored: not_configured}
    before:
      description: The same as it was.
      returned: if it was changed
      type: dict
    differences:
      description: The settings that have changed.
      returned: if it was changed
      type: list
      elements: str
      sample: [log_blocked]
    effective:
      description:
        - The value in force for each setting, from all stores. Null if policies could not be read.
      type: dict
      sample: {enabled: true, default_inbound_action: block, log_blocked: true}
    origins:
      description:
        - Where the value in force comes from, V(local), V(group_policy), V(mdm) (device management)
          or V(default), the default of Windows. Null if policies could not be read.
      type: dict
      sample: {enabled: local, default_inbound_action: default, log_blocked: local}
    in_force:
      description: As RV(in_force), for this profile. Null if the module can't tell.
      type: bool
      sample: true
    overridden:
      description: The requested settings that have another value in force.
      type: list
      elements: dict
      contains:
        setting:
          description: The setting.
          type: str
          sample: enabled
        value:
          description: The value in force, as a task writes it.
          type: str
          sample: "true"
        origin:
          description: Where it comes from, as in RV(profiles[].origins).
          type: str
          sample: group_policy
        path:
          description: The registry value that holds it. Empty for a default.
          type: str
          sample: >-
            HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall\PublicProfile\EnableFirewall
        reason:
          description: The same in words of the O(language).
          type: str
          sample: >-
            enabled is true
            (HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall\PublicProfile\EnableFirewall),
            set by Group Policy
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.portkeeper.windows.plugins.module_utils.asked.arguments import no_action
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.profile import (
    options,
)


def main() -> None:
    module = AnsibleModule(argument_spec=options.FIREWALL_PROFILE, supports_check_mode=True)
    module.fail_json(msg=no_action("firewall_profile", module.params["language"]))


if __name__ == "__main__":
    main()
