# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """What the modules share that could cut off WinRM."""

    DOCUMENTATION = r"""
# A fragment has options, or attributes.
options: {}
notes:
  - Without O(force), the module keeps WinRM open for the connection that the task came by. That is
    the one from the controller's address as the host sees it. If addresses are translated on the
    way, it may be any connection to WinRM that the host has, and if the host reports no connection,
    one from anywhere.
  - The ports of WinRM are 5985, 5986, the one that the connection goes to, and each port at which
    WinRM listens on the host, because a device on the way may forward the connection to another
    port.
"""

    # What a change of the firewall's rules or settings needs.
    CHANGES = r"""
options: {}
requirements:
  - On the target, Windows 8, Windows Server 2012 or later, with the services BFE and MpsSvc
    running.
"""
