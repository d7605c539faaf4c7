# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changes of firewall rules as tasks of port_firewall, and of the category of a network as one of
network_category, tried on a copy of the firewall first.

A remedy is offered as a task only if the verdict with the changed rule is the wanted one: a task
that a policy makes void, or that a block rule overrides, is useless.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...firewall.effects.by_address import LOCAL_SUBNET
from ...firewall.judging.decision import ProfileVerdict, VerdictState, profile_phrase
from ...firewall.judging.traffic import Listener
from ...firewall.judging.verdict import Firewall
from ...firewall.networks.network import Network
from ...firewall.parts.desired import wanted_rules
from ...firewall.parts.option import OptionError
from ...firewall.policy.rule import FirewallRule
from ...firewall.policy.stores import Store
from ...firewall.policy.vocabulary import ALL_PROFILES, Profile
from ...firewall.settings.category.foresight import Foresight
from ...firewall.settings.category.model import is_unidentified
from ...ground.names import name_key
from ...ground.templates import is_harmless
from ...pc.holders import Holder
from ...words.phrases import ByLanguage, Phrase, Value
from .model import CONTROLLER, Remedy, RemedyTask, WantedPort
from .rule_book import RuleBook
from .source import Asker, NetworkVerdict

PORT_FIREWALL = "portkeeper.windows.port_firewall"
NETWORK_CATEGORY = "portkeeper.windows.network_category"
# The remedies by which a network becomes private, in words and as a task.
PRIVATE_NETWORK = frozenset({"remedy.make_network_private", "remedy.trust_network"})
# What a remedy says that lets in everybody on a public network; its value is the remedy itself.
FOR_EVERYBODY = "remedy.for_everybody"

# Each service without a program of its own runs in one of its processes.
_SERVICE_HOST = "svchost.exe"
_NEW_ID = "portkeeper-new-rule"

Options = Mapping[str, Any]


def profile_words(profiles: frozenset[Profile]) -> list[str]:
    """Profiles in the form that the option takes."""
    if profiles == ALL_PROFILES:
        return ["any"]
    return [each.word.lower() for each in Profile if each in profiles]


def new_rule(
    taken: Collection[str], wanted: WantedPort, profiles: frozenset[Profile], **more: Any
) -> Options:
    """Options of a new rule that opens a port in these profiles.

    `taken` are the folded names of existing rules: port_firewall would change a rule of the same
    name instead.
    """
    return {
        "name": _free_name(taken, f"Allow {wanted.label}"),
        "ports": wanted.port,
        "protocol": wanted.protocol.value,
        "profiles": profile_words(profiles),
    } | more


def new_outbound_rule(
    taken: Collection[str], wanted: WantedPort, profiles: frozenset[Profile], **more: Any
) -> Options:
    """Options of a new rule that lets traffic to a port of other hosts out; as `new_rule`."""
    return {
        "name": _free_name(taken, f"Allow {wanted.label} outbound"),
        "direction": "out",
        "remote_ports": wanted.port,
        "protocol": wanted.protocol.value,
        "profiles": profile_words(profiles),
    } | more


# A GUID, or what Windows makes of a user's answer about a program ("TCP Query User{…}C:\\…").
_OPAQUE_ID = re.compile(r"\{[0-9A-F]{8}-", re.ASCII | re.IGNORECASE)


def change_of(rule: FirewallRule, **options: Any) -> Options:
    """Options that change an existing rule."""
    return {"rule_id": rule.rule_id} | options


def applied(firewall: Firewall, options: Options) -> Firewall | None:
    """The firewall after port_firewall has run with these options; None if it would refuse them."""
    local = list(firewall.stores.of(Store.LOCAL))
    try:
        for wanted in wanted_rules(options):
            position = next(
                (at for at, rule in enumerate(local) if rule.rule_id == wanted.rule_id), None
            )
            if position is not None:
                local[position] = wanted.applied_to(local[position])
            elif wanted.rule_id is None:
                local.append(replace(wanted.applied_to(None), rule_id=_NEW_ID))
            else:
                return None
    except OptionError:
        return None
    rules = {**firewall.stores.rules, Store.LOCAL: tuple(local)}
    return firewall.with_stores(replace(firewall.stores, rules=rules))


def task(
    key: str,
    wanted: WantedPort,
    options: Options,
    firewall: Firewall,
    rule: FirewallRule | None = None,
) -> RemedyTask:
    """The task that calls port_firewall, with a name for people: it names a rule as Windows shows
    it, or by its id where that name may not stand in a task."""
    values: dict[str, Value] = {"port": wanted.label, "rule": title_of(options, rule)}
    return RemedyTask(Phrase(key, values), PORT_FIREWALL, _by_name(options, firewall, rule))


def title_of(options: Options, rule: FirewallRule | None) -> Value:
    """What people know a rule by that options are about, as far as it may stand in a task."""
    if rule is not None and (isinstance(rule.label, ByLanguage) or is_harmless(rule.label)):
        return rule.label
    return str(options.get("rule_id", ""))


def _by_name(options: Options, firewall: Firewall, rule: FirewallRule | None) -> Options:
    """The same options with the name of a rule instead of an id that says nothing, where no other
    rule has that name. The ids of Windows' own rules are the same in every language."""
    if rule is None or rule.is_windows_own or _OPAQUE_ID.search(rule.rule_id) is None:
        return options
    name = rule.name or ""
    same = [
        each
        for rules in firewall.stores.rules.values()
        for each in rules
        # Windows' own rules have names in several languages, and port_firewall takes any of them.
        if firewall.environment.shown.is_name(name, each.rule_id, each.name)
    ]
    if options.get("rule_id") != rule.rule_id or not is_harmless(name) or len(same) != 1:
        return options
    return {"name": name} | {key: value for key, value in options.items() if key != "rule_id"}


def _free_name(taken: Collection[str], base: str) -> str:
    name = base
    number = 2
    while name_key(name) in taken:
        name = f"{base} ({number})"
        number += 1
    return name


@dataclass(frozen=True)
class Question:
    """The question to answer.

    `left` are the networks (at least one) on which traffic is not let in, with the verdict of
    `firewall`. `asker` asks for the same again, of a firewall that has been changed. `tried` says
    that the controller has tried to connect, in vain, `in_domain` whether the host seems to be a
    member of a domain, `peer` who connects, and `foresight` what network_category judges by, as in
    `Situation`. `holder` is what has the port, None if that is only planned or unknown.
    """

    book: RuleBook
    firewall: Firewall
    wanted: WantedPort
    listener: Listener
    left: tuple[NetworkVerdict, ...]
    asker: Asker
    tried: bool
    in_domain: bool | None = None
    peer: Phrase = CONTROLLER
    foresight: Foresight | None = None
    holder: Holder | None = None

    @property
    def first(self) -> NetworkVerdict:
        return self.left[0]

    @property
    def controller(self) -> str | None:
        """An address whose traffic is not let in: the controller's, if it is known, or one of the
        source."""
        if self.first.parts is not None:
            return self.first.parts.witness
        return self.asker.controller

    @property
    def remotes(self) -> list[str]:
        """From where traffic should be let in, as a rule takes it; empty if that is unknown."""
        if self.asker.source is not None:
            return self.asker.source.source.options
        return [] if self.asker.controller is None else [self.asker.controller]

    def ask(self, firewall: Firewall, network: Network) -> NetworkVerdict:
        """The verdict of another firewall than `firewall`."""
        return self.asker.ask(firewall, self.listener, network)

    @property
    def profiles(self) -> frozenset[Profile]:
        return frozenset(each.network.profile for each in self.left)

    def values(self, **more: Value) -> dict[str, Value]:
        """The values that all texts about it share: ``port``, ``peer``, ``address``, ``profile``
        and ``network``."""
        network = self.first.network
        common: dict[str, Value] = {
            "port": self.wanted.label,
            "peer": self.peer,
            "address": self._address,
            "profile": profile_phrase(network.profile),
            "network": shown_network(network),
        }
        return common | more

    @property
    def _address(self) -> Phrase:
        """The address to add to a rule, in words."""
        return self.peer if self.asker.source else Phrase("peer.address_of", {"peer": self.peer})


def shown_network(network: Network) -> Phrase:
    """``private network 'Office'``."""
    profile = profile_phrase(network.profile)
    values: dict[str, Value] = {"name": network.name, "profile": profile}
    return Phrase("network.named" if network.name else "network.unnamed", values)


def private_network(question: Question, values: Mapping[str, Value]) -> Remedy | None:
    """Making the public network private, for those who trust everybody there; None where that would
    not let the traffic in, where network_category would refuse it, and for a member of a domain,
    which should be in the network of its domain.

    It is a task only if that network is the only one in question, and Windows knows it: with both
    its name and its adapter, the task can't change any other. A host of which it is unknown whether
    it is a member of a domain gets words.
    """
    as_private = (
        question.ask(question.firewall, replace(each.network, profile=Profile.PRIVATE)).verdict
        for each in question.left
    )
    if question.in_domain or not all(each.lets_in_secured for each in as_private):
        return None
    network, foresight = question.first.network, question.foresight
    known = network.name and network.alias and not is_unidentified(network.name)
    if known and foresight is not None and foresight.refuses(network, Profile.PRIVATE):
        return None
    certain = known and foresight is not None and question.in_domain is False
    if not certain or len(question.left) > 1:
        return Remedy(Phrase("remedy.make_network_private", values))
    options = {"name": network.name, "interface": network.alias, "category": "private"}
    title = Phrase("task.make_private", {"name": network.name})
    return Remedy(
        Phrase("remedy.trust_network", values), RemedyTask(title, NETWORK_CATEGORY, options)
    )


def new_rules(question: Question, *instead_of: FirewallRule) -> Iterator[tuple[str, Options]]:
    """New rules that open the port, for no more addresses than a rule that was meant to do so, and
    the controller."""
    remotes = [text for rule in instead_of for text in rule.remote_addresses.texts()]
    if not remotes and question.asker.source is None:
        yield from narrow_rules(question, "remedy.open_port", [])
        return
    key = "remedy.open_for_addresses"
    if remotes:
        yield from narrow_rules(question, key, remotes)
    if question.remotes:
        yield from narrow_rules(question, key, [*remotes, *question.remotes])


def narrow_rules(
    question: Question, key: str, remotes: Sequence[str]
) -> Iterator[tuple[str, Options]]:
    """New rules that open the port for some addresses, all if there are none.

    Args:
        key: the text of the remedy.
    """
    more = {"remote_addresses": list(remotes)} if remotes else {}
    options = new_rule(question.book.names, question.wanted, question.profiles, **more)
    yield key, options
    # A policy may ignore rules that are only for a port ([MS-FASP] 2.2.38).
    program = program_of(question.listener)
    if program:
        yield key, {**options, **program}


def program_of(listener: Listener) -> Options:
    """The options by which a rule is for what listens: its program and, if that runs services for
    others, the service; nothing if the program is unknown."""
    if not listener.program:
        return {}
    alone = listener.services is not None and len(listener.services) == 1
    if not hosts_services(listener) or not alone:
        return {"program": listener.program}
    return {"program": listener.program, "service": (listener.services or ("",))[0]}


def hosts_services(listener: Listener) -> bool:
    """Whether the program is the one that runs services of all kinds, in many processes."""
    name = name_key((listener.program or "").rpartition("\\")[2])
    return name == _SERVICE_HOST


def proven(
    question: Question,
    candidates: Iterator[tuple[str, Options]],
    changed: FirewallRule | None = None,
) -> tuple[tuple[Remedy, ...], Firewall | None]:
    """The first change that lets traffic in on all networks, and the firewall after it.

    Args:
        changed: the rule that those of the changes which create none are about.
    """
    for key, options in candidates:
        mended = _mended(question, options)
        if mended is not None and _lets_in(question, mended):
            name = "task.change_rule" if "rule_id" in options else "task.open_port"
            if "enabled" in options:
                name = "task.enable_rule" if options["enabled"] else "task.disable_rule"
            rule = changed or question.firewall.rule(Store.LOCAL, options.get("rule_id", ""))
            made = task(name, question.wanted, options, question.book.firewall, rule)
            values = question.values(
                rule=title_of(options, rule),
                addresses=tuple(options.get("remote_addresses", ())),
            )
            return (cautious(question, mended, Remedy(Phrase(key, values), made)),), mended
    return (), None


def _mended(question: Question, options: Options) -> Firewall | None:
    """The firewall after a change; after that which creates a rule, once for all ports that no rule
    can tell from one another."""
    if "rule_id" in options:
        return applied(question.firewall, options)
    alike = {**options, "ports": question.listener.port}
    shown = sorted((name, str(value)) for name, value in alike.items() if name != "name")
    key = "mended", question.firewall, tuple(shown)
    return question.book.once(key, lambda: applied(question.firewall, alike))


def cautious(question: Question, mended: Firewall, remedy: Remedy) -> Remedy:
    """A remedy, which says so where it lets in everybody on a public network who was not let in
    before: by a rule for any address, or for those of the network itself.

    Args:
        mended: the firewall after the remedy.
    """
    public = (
        each.network
        for each in question.left
        if each.network.profile is Profile.PUBLIC and not _lets_in_everybody(each.from_anywhere)
    )
    after = (question.ask(mended, each).from_anywhere for each in public)
    if remedy.task is None or not any(map(_lets_in_everybody, after)):
        return remedy
    title = Phrase("task.for_everybody", {"task": remedy.task.name})
    text = Phrase(FOR_EVERYBODY, {"remedy": remedy.text})
    return Remedy(text, replace(remedy.task, name=title))


def _lets_in_everybody(verdict: ProfileVerdict) -> bool:
    # A rule may be for the own subnet of one family: LocalSubnet4.
    own = any(each.startswith(LOCAL_SUBNET) for each in verdict.allowed_from)
    return own or verdict.state is VerdictState.ALLOWED


def _lets_in(question: Question, firewall: Firewall) -> bool:
    verdicts = (question.ask(firewall, each.network).verdict for each in question.left)
    # Where IPsec is demanded too, that is the next obstacle, and no rule changes it.
    return all(verdict.lets_in_secured for verdict in verdicts)
