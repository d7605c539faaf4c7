# SPDX-License-Identifier: GPL-3.0-or-later
"""A small PC with a web server, and how to build variations of what is known of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.causes.model import (
    Attempt,
    AttemptOutcome,
    Diagnosis,
    Situation,
    WantedPort,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.judge import diagnose
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.judging.verdict import (
    Firewall,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.networks.network import (
    Network,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy import rule_text
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.products import (
    FirewallProduct,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.profile_settings import (
    Origin,
    ProfileSettings,
    Setting,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.rule import (
    FirewallRule,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.stores import (
    FirewallStores,
    Store,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Endpoint,
    HttpUrl,
    PortRange,
    Process,
    Protocol,
    Service,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import (
    render,
    sentence,
)
from unit.holder_cases import SYSTEM, listener, process, service, snapshot

HTTPD = r"C:\Apache24\bin\httpd.exe"
PC = "192.0.2.10"
CONTROLLER = "198.51.100.5"
POLICY = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall\PublicProfile"

OPEN_80 = "Action=Allow|Protocol=6|LPort=80|Name=Web"
CAFE = Network(Profile.PUBLIC, name="Cafe")
OFFICE = Network(Profile.PRIVATE, name="Office")
#: The same with what its addresses tell.
KNOWN_OFFICE = replace(
    OFFICE,
    addresses=("10.0.0.5", "fe80::5"),
    subnets=("10.0.0.0/24", "fe80::/64"),
    interface=3,
)

APACHE = process(4312, "httpd.exe", HTTPD)
APACHE_SERVICE = service("Apache2.4", 4312)
NGINX = process(5000, "nginx.exe")
WORKER = process(5008, "w3wp.exe", r"C:\Windows\System32\inetsrv\w3wp.exe")


def rule(text: str, *, active: bool = True, direction: str = "In") -> FirewallRule:
    """A rule of the store; its id is its name in small letters."""
    head = f"v2.30|Dir={direction}|Active={'TRUE' if active else 'FALSE'}|"
    parsed = rule_text.parse("rule", f"{head}{text}|")
    return parsed.but(rule_id=(parsed.name or "rule").lower(), source=None)


def firewall(
    *local: FirewallRule | str,
    products: Iterable[FirewallProduct] = (),
    settings: dict[str, Any] | None = None,
    **stores: Any,
) -> Firewall:
    """A firewall with these rules in the local store, and others by the names of their stores.
    `settings` are those of the public profile."""
    rules = {
        Store(name): tuple(rule(each) if isinstance(each, str) else each for each in found)
        for name, found in ({"local": local} | stores).items()
    }
    profiles = {profile: ProfileSettings() for profile in Profile}
    profiles[Profile.PUBLIC] = ProfileSettings(**(settings or {}))
    return Firewall(FirewallStores(rules, profiles, (2, 30)), products=products)


def by_policy(value: Any, name: str = "AllowLocalPolicyMerge") -> Setting[Any]:
    return Setting(value, Origin.GROUP_POLICY, rf"{POLICY}\{name}")


def situation(
    *endpoints: Endpoint,
    processes: Iterable[Process] = (SYSTEM, APACHE, NGINX, WORKER),
    services: Iterable[Service] = (APACHE_SERVICE,),
    urls: Iterable[HttpUrl] = (),
    reserved: Iterable[PortRange] = (),
    families_known: bool = False,
    **others: Any,
) -> Situation:
    """The PC. Without endpoints Apache listens at port 80, which a rule opens; `attempt` is what
    came of connecting to every port."""
    taken = snapshot(endpoints or (listener(80, 4312),), processes, services, urls)
    attempt = others.pop("attempt", None)
    attempts = {} if attempt is None else {
        (protocol, port): Attempt(attempt, PC) for protocol in Protocol for port in (80, 443, 8080)
    }  # fmt: skip
    known: dict[str, Any] = {
        "firewall": firewall(OPEN_80),
        "networks": (CAFE,),
        "targets": (PC,),
        "controller": CONTROLLER,
        "attempts": attempts,
    }
    return Situation(
        replace(taken, reserved=tuple(reserved), families_known=families_known), **(known | others)
    )


NOTHING = (listener(9, 4312),)


def ask(known: Situation, port: int = 80, **wanted: Any) -> Diagnosis:
    protocol = wanted.pop("protocol", Protocol.TCP)
    (found,) = diagnose(known, [WantedPort(protocol, port, **wanted)])
    return found


def kinds(found: Diagnosis) -> list[str]:
    return [cause.kind.value for cause in found.causes]


def msg(found: Diagnosis, language: Any = "en") -> str:
    return sentence(render(found.summary, language), language)


def remarks(found: Diagnosis) -> list[str]:
    return [sentence(render(each, "en"), "en") for each in found.remarks]


def tasks(found: Diagnosis) -> list[dict[str, Any]]:
    """The options of all tasks that the diagnosis offers."""
    return [dict(each.task.options) for each in found.remedies if each.task]


CONNECTED, REFUSED, TIMED_OUT, UNREACHABLE = (
    AttemptOutcome.CONNECTED,
    AttemptOutcome.REFUSED,
    AttemptOutcome.TIMED_OUT,
    AttemptOutcome.UNREACHABLE,
)
