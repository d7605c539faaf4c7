# SPDX-License-Identifier: GPL-3.0-or-later
"""What is listed, found and kept of the rules of a host."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.moves.stored import (
    stored,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing import filters
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.listing.auditing import (
    audit,
    export,
    programs,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import rule_text
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.environment import (
    Environment,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from fuzz.parser import Parser
from fuzz.texts import mutated
from unit.firewall import rule_writer
from unit.firewall.rule_strategies import rules

_ENVIRONMENT = Environment()
_LISTING = "module_utils/firewall/listing"
_WANTED = filters.WantedRules(
    names=(filters.Pattern("w*"),),
    groups=(filters.Pattern("*"),),
    programs=(filters.Pattern("*.exe"),),
)
_EVERY = filters.WantedRules()


def _read(texts: list[str]) -> None:
    """All that is made of the rules of a host before anything is sent."""
    found = []
    for number, text in enumerate(texts):
        with suppress(rule_text.RuleSyntaxError):
            found.append(rule_text.parse(f"{{{number}}}", text))
    kept = FirewallStores(rules={Store.LOCAL: tuple(found)})
    for rule in found:
        stored(rule)
        export.export(rule, Store.LOCAL, _ENVIRONMENT)
    list(filters.select(kept, _WANTED, _ENVIRONMENT))
    assert len(list(filters.select(kept, _EVERY, _ENVIRONMENT))) == len(found)
    asked = programs.question(
        [rule.program for rule in found if rule.program is not None], _ENVIRONMENT
    )
    files = programs.answered(asked, [*asked.names[:1], *texts])
    audit.audit(kept, _ENVIRONMENT, files)


LISTING: tuple[Parser, ...] = (
    Parser(
        "rules that are listed",
        (
            f"{_LISTING}/filters",
            f"{_LISTING}/auditing/audit",
            f"{_LISTING}/auditing/boxes",
            f"{_LISTING}/auditing/programs",
            "module_utils/firewall/changing/moves/stored",
        ),
        _read,
        st.lists(mutated(rules().map(rule_writer.format_rule)), max_size=2),
        grows={
            "rules": lambda size: [
                f"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort={n % 65_535 + 1}|Name=a|"
                for n in range(size)
            ],
            "programs": lambda size: [
                f"v2.30|Action=Allow|Active=TRUE|Dir=In|App=C:\\a{n}.exe|Name=a|"
                for n in range(size)
            ],
            "a program": lambda size: ["v2.30|Action=Allow|App=C:\\" + "a\\" * size + "b.exe|"],
            "fields": lambda size: ["v2.30|Action=Allow|Protocol=6|" + "LPort=7|" * size],
        },
    ),
)
