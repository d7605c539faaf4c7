# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Options of port_firewall_info, by subject."""

    # Which rules to list.
    DOCUMENTATION = r"""
options:
  ports:
    description:
      - Rules that name one of these ports, as a number, in a range or by a keyword that certainly
        means it, such as V(RPC-EPMap) for 135. They are local ports of inbound rules and remote
        ports of outbound ones.
      - A number, a range (V(8000-8100)), a well-known name (V(https)), each also with its protocol
        (V(8080/tcp)), several of these separated by commas, or a list of them. A number means TCP
        and UDP, unless O(protocol) is given, and a name the protocols of its service.
    type: raw
    aliases: [port, localport]
  any_port:
    description:
      - With O(ports), also list rules of the same protocols that are for every port. There are
        many, most of them for a single program.
    type: bool
    default: false
  protocol:
    description:
      - Rules for one of these protocols, written as in M(portkeeper.windows.port_firewall). V(any)
        means the rules for any protocol.
    type: list
    elements: str
  name:
    description:
      - Rules with one of these display names, in any letter case. V(*) stands for any characters
        and V(?) for one. Brackets have no special meaning.
      - Windows' own rules go by the name that Windows Defender Firewall shows. English names work
        on every host, Japanese ones as far as they are known here. If no rule has a name without
        wildcards, the host is asked whether it shows one of its own rules by it.
    type: list
    elements: str
  rule_id:
    description:
      - Rules with one of these ids, which Windows PowerShell calls C(Name). Wildcards as in
        O(name).
    type: list
    elements: str
"""

    # What to say beside them.
    FINDINGS = r"""
options:
  audit:
    description:
      - Also say what is worth a look in the listed rules of the stores V(local), V(group_policy)
        and V(mdm), see RV(audit). Each rule is judged beside all the others of the host, listed or
        not.
      - Whether the programs of the rules are on the disk is asked in one query, for at most 250
        files. Those of Windows' own rules are not asked for. Nothing is scanned.
      - What can't be seen from the rules alone makes no finding, such as which addresses
        V(LocalSubnet) means. A program is only called missing if Windows lists other files of the
        same drive. Of a path with the variable of a user, on a drive of the network, or in the
        folder of store apps it is not known, which RV(audit.unknown_programs) says.
    type: bool
    default: false
  as_tasks:
    description:
      - Also return each listed rule as a task of M(portkeeper.windows.port_firewall) that makes the
        same rule on another host, see RV(tasks).
      - Such a task has every option, also those that limit nothing. On a host that has the rule
        already, it becomes what it is here.
      - A rule that no task makes exactly has none, and its notes say why. Such rules are those of
        policies and of Windows' restrictions, and those with conditions that no option sets.
      - Windows' own rules are on every host. Their tasks find them by their ids, and change what
        people change in them. RV(tasks_yaml) does not have them.
    type: bool
    default: false
"""
