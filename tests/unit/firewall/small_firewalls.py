# SPDX-License-Identifier: GPL-3.0-or-later
"""Small firewalls made of rule texts, and questions to them."""

from __future__ import annotations

from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.decision import (
    ProfileVerdict,
    VerdictState,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.traffic import (
    Listener,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import rule_text
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    ProfileSettings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    TCP,
    Profile,
)

SVCHOST = r"C:\Windows\System32\svchost.exe"
WEB = r"C:\App\web.exe"
PUBLIC = Profile.PUBLIC

web = Listener(TCP, 8080, program=WEB, services=())


def stores(
    *local: str, settings: dict[str, Any] | None = None, direction: str = "In", **others: Any
) -> FirewallStores:
    """Stores with these rules: the text behind the version, its id is its name or a number.

    `settings` hold for all profiles; other keywords name stores.
    """

    def parsed(texts: tuple[str, ...]) -> tuple[Any, ...]:
        found = []
        for position, text in enumerate(texts):
            rule = rule_text.parse(f"rule-{position}", f"v2.30|Dir={direction}|Active=TRUE|{text}|")
            found.append(rule.but(rule_id=rule.name or rule.rule_id, source=None))
        return tuple(found)

    rules = {Store.LOCAL: parsed(local)}
    rules |= {Store(name): parsed(texts) for name, texts in others.items()}
    profiles = {profile: ProfileSettings(**(settings or {})) for profile in Profile}
    return FirewallStores(rules=rules, profiles=profiles, policy_version=(2, 30))


def verdict(
    listener: Listener = web,
    network: Network | Profile = PUBLIC,
    remote: str = "any",
    *local: str,
    **others: Any,
) -> ProfileVerdict:
    return Firewall(stores(*local, **others)).verdict(listener, network, remote)


def ask(*local: str, **others: Any) -> ProfileVerdict:
    return verdict(web, PUBLIC, "any", *local, **others)


def state(*local: str, **others: Any) -> VerdictState:
    return ask(*local, **others).state
