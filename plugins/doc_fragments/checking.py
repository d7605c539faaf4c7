# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """What a check of ports is to find, and from where it is looked at."""

    DOCUMENTATION = r"""
options:
  expect:
    description:
      - Fail unless each port is as expected, for playbooks and CI that continue only then.
      - V(reachable) requires the verdict RV(ports[].verdict=reachable) and, with O(from), that the
        rules let in all of these addresses too.
      - V(free) requires that no program holds the port, not even for a connection of its own, and
        that Windows neither reserves it nor forwards it to a container or a virtual machine. The
        module then checks neither the firewall nor the connection from the controller, so it says
        what shows on the host. What answers in its place without showing there, such as another
        machine behind the same address, is what a check without V(free) finds.
      - V(in_use) requires that a program holds the port, one of O(expected_process) if that is set.
    type: str
    choices: [reachable, free, in_use]
  from:
    description:
      - Addresses, networks such as V(192.168.10.0/24) and ranges such as V(10.0.0.5-10.0.0.9) of
        other PCs, 16 at most. For each, RV(ports[].sources) says whether the host's firewall lets
        traffic from there in, by its rules alone. Nothing is sent to these addresses, and they need
        not be in the inventory.
      - The answer for a network or range is exact. It says for which of its addresses it holds.
      - Write the addresses as the host sees them. Behind a router that translates addresses (NAT),
        that is the router's. What else is on the way is not considered.
      - If the host has several networks, that counts in whose subnet an address is or, for other
        addresses, each that has a route back to it.
    type: list
    elements: str
  from_controller:
    description:
      - Whether the controller tries to connect to the TCP ports, several at the same time.
      - Switch it off if the inventory uses a different address than other clients do, for example
        behind port forwarding. Ports are then judged from what the host shows.
    type: bool
    default: true
  timeout:
    description: Seconds that an attempt to connect may take, 60 at most.
    type: float
    default: 3.0
  drops:
    description:
      - Whether to read what Windows itself has recorded of packets that it dropped in the last 15
        minutes, after the controller's attempt to connect. RV(ports[].drops) says which of them
        were for the port, and by which rule or filter they were dropped.
      - Read are the net events of the Windows Filtering Platform, which Windows collects by
        itself; the events 5152 and 5157 of the Security log, which the audit policy enables; and
        the log of Windows Defender Firewall, which a setting of each profile enables. None of them
        has to be there, and one that can't be read does not make the module fail.
      - A record is evidence that Windows dropped a packet. That there is none is evidence of
        nothing.
      - Costs at least seven requests more, and at most some 5 MB. Can't be combined with
        O(expect=free).
    type: bool
    default: false
"""
