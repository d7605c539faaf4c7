# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rules a task describes completely, and options that don't say so clearly enough."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.purging.scope import (
    Scope,
    Unspecified,
    scope,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.naming.shown import (
    ShownNames,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import rule_text
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Direction,
    Profile,
)
from unit.firewall.changing.purging.purges import rule
from unit.rows import each_row

REMOVE, DISABLE, IGNORE = Unspecified.REMOVE, Unspecified.DISABLE, Unspecified.IGNORE
INBOUND: dict[str, object] = {"direction": "Inbound"}


def asked(
    action: Unspecified | None = REMOVE,
    group: object = None,
    limits: dict[str, object] | None = None,
    *,
    with_rules: bool = True,
    force: bool = False,
) -> Scope | None:
    return scope(action, group, limits, with_rules=with_rules, force=force)


@each_row(
    ("options", "found"),
    [
        ({"action": None}, None),
        ({"action": IGNORE}, None),
        ({"action": IGNORE, "limits": INBOUND}, None),
        ({"action": IGNORE, "with_rules": False}, None),
        ({"group": "G"}, Scope(REMOVE, "G")),
        ({"group": "G", "force": True}, Scope(REMOVE, "G")),
        ({"action": DISABLE, "group": "G", "limits": {}}, Scope(DISABLE, "G")),
        ({"group": "G", "limits": INBOUND}, Scope(REMOVE, "G", Direction.IN)),
        (
            {"group": "G", "limits": {"direction": None, "profiles": ["Domain", "public"]}},
            Scope(REMOVE, "G", None, frozenset({Profile.DOMAIN, Profile.PUBLIC})),
        ),
        ({"group": "G", "limits": {"profiles": "any"}}, Scope(REMOVE, "G")),
        ({"limits": {"direction": "out"}, "force": True}, Scope(REMOVE, None, Direction.OUT)),
    ],
)
def test_what_the_options_mean(options: dict[str, Any], found: Scope | None) -> None:
    assert asked(**options) == found


@each_row(
    ("options", "words"),
    [
        # The group is missing, by mistake or not.
        ({}, "give the task a group"),
        ({"force": True}, "give the task a group"),
        ({"limits": INBOUND}, "give the task a group"),
        ({"limits": {"profiles": ["domain"]}, "force": True}, "give the task a group"),
        ({"group": "", "force": True, "limits": INBOUND}, "not an empty text"),
        ({"group": " \u3000", "force": True, "limits": INBOUND}, "not an empty text"),
        ({"group": "a|b"}, "|"),
        ({"group": "G", "with_rules": False}, "needs rules"),
        ({"action": None, "limits": INBOUND}, "needs unspecified"),
        ({"group": "G", "limits": {"direction": "both"}}, "unspecified_scope.direction"),
        ({"group": "G", "limits": {"profiles": []}}, "unspecified_scope.profiles: the list is"),
        ({"action": IGNORE, "limits": {"direction": "both"}}, "is not one of"),
    ],
)
def test_what_could_be_a_slip_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError) as caught:
        asked(**options)
    assert words in str(caught.value)


@each_row(
    ("found", "fields", "holds"),
    [
        (Scope(REMOVE, "Orders"), {"EmbedCtxt": "ORDERS"}, True),
        (Scope(REMOVE, "Orders"), {"EmbedCtxt": "Orders 2"}, False),
        (Scope(REMOVE, "Orders"), {}, False),
        # However a group of Windows is written, and whoever made the rule.
        (Scope(REMOVE, "Remote Desktop"), {"EmbedCtxt": "@FirewallAPI.dll,-28752"}, True),
        (Scope(REMOVE, "リモート デスクトップ"), {"EmbedCtxt": "@FirewallAPI.dll,-28752"}, True),
        (Scope(REMOVE, "@firewallapi.dll,-28752"), {"EmbedCtxt": "@FirewallAPI.dll,-28752"}, True),
        (Scope(REMOVE, "Remote Desktop"), {"EmbedCtxt": "Remote Desktop"}, True),
        (Scope(REMOVE, "@FirewallAPI.dll,-28752"), {"EmbedCtxt": "Remote Desktop"}, False),
        (Scope(REMOVE, None, Direction.IN), {}, True),
        (Scope(REMOVE, None, Direction.IN), {"Dir": "Out"}, False),
        (Scope(REMOVE, None, None, frozenset({Profile.DOMAIN})), {}, True),
        (Scope(REMOVE, None, None, frozenset({Profile.DOMAIN})), {"Profile": "Domain"}, True),
        (Scope(REMOVE, None, None, frozenset({Profile.DOMAIN})), {"Profile": "Public"}, False),
        (
            Scope(REMOVE, "G", Direction.IN, frozenset({Profile.DOMAIN})),
            {"EmbedCtxt": "g", "Profile": "Domain"},
            True,
        ),
        (
            Scope(REMOVE, "G", Direction.IN, frozenset({Profile.DOMAIN})),
            {"EmbedCtxt": "g", "Profile": "Domain", "Dir": "Out"},
            False,
        ),
    ],
)
def test_which_rules_are_in_it(found: Scope, fields: dict[str, str], holds: bool) -> None:
    assert found.holds(rule_text.parse("id", rule("n", **fields)), ShownNames()) is holds
