# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """What all modules of the collection have in common."""

    DOCUMENTATION = r"""
options:
  language:
    description:
      - The language of messages, V(en) for English or V(ja) for Japanese.
      - The default comes from the environment variable E(PORTKEEPER_LANGUAGE), then from
        C(language) in the section C([portkeeper]) of C(ansible.cfg). Otherwise it is English.
    type: str
    choices: [en, ja]
attributes:
  action:
    description: Runs as an action on the controller; nothing is copied to the target.
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  check_mode:
    description: Can run in C(check_mode) and return what would change, without changing anything.
    support: full
"""

    # Of those that work on a Windows host.
    HOST = r"""
attributes:
  platform:
    description: Target systems that the module works on.
    platforms: windows
    support: full
requirements:
  - On the controller, pywinrm >= 0.5.0 for the connection C(ansible.builtin.winrm), or
    pypsrp >= 0.9.1 for C(ansible.builtin.psrp).
  - On the target, WinRM, and an account that is an administrator there. PowerShell is not used.
notes:
  - The module speaks WS-Management over the host's own connection, which has to be
    C(ansible.builtin.winrm) or C(ansible.builtin.psrp).
  - It contacts only the host of the inventory. It never scans other machines.
"""
