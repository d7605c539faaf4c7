# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Asks a host which of its rules have a name that only Windows can tell.

DisplayName and DisplayGroup of MSFT_NetFirewallRule are the texts as Windows shows them, in its own
language; ElementName and RuleGroup are the references.
"""

from __future__ import annotations

from collections.abc import Collection

from ...ground.names import name_key
from ...host.host import Host
from ...wsman.cim import classes, wql
from ...wsman.cim.row_values import text
from .shown import ShownNames, canonical, is_reference

# WMI limits the comparisons of a query.
_MOST = 40


# The sum of the stores that apply to the host, with those of policies (New-NetFirewallRule,
# -PolicyStore).
_ALL_STORES = {"PolicyStore": "ActiveStore"}


def ask(
    host: Host, names: Collection[str], groups: Collection[str], *, policies: bool = False
) -> ShownNames:
    """The rules and groups that the host shows by some of these names.

    Args:
        policies: also those of policies, which the host otherwise leaves out. It may do so all the
            same.

    Raises:
        HostError: the host did not tell.
    """
    wanted = [
        *(wql.equals("DisplayName", each) for each in names),
        *(wql.equals("DisplayGroup", each) for each in groups),
    ]
    name_keys, group_keys = set(map(name_key, names)), set(map(name_key, groups))
    rules, of_groups = {}, {}
    for start in range(0, len(wanted), _MOST):
        rows = host.enumerate(
            classes.NET_FIREWALL_RULE,
            ("DisplayGroup", "DisplayName", "InstanceID", "RuleGroup"),
            wql.AnyOf(tuple(wanted[start : start + _MOST])),
            options=_ALL_STORES if policies else None,
        )
        for row in rows:
            # A host may ignore the condition.
            if name_key(text(row, "DisplayName")) in name_keys:
                rules[name_key(text(row, "InstanceID"))] = text(row, "DisplayName")
            if name_key(text(row, "DisplayGroup")) in group_keys:
                group = text(row, "RuleGroup")
                if is_reference(group):
                    of_groups[canonical(group)] = text(row, "DisplayGroup")
    return ShownNames(rules, of_groups)
