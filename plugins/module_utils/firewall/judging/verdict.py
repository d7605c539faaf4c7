# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""May traffic from an address reach a listener, may traffic leave for an address, and which rule or
setting decides it?

`deciding` has the order in which the firewall of Windows decides. Another maker's firewall
overrules it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from ...ground.names import name_key
from ...words.phrases import in_turn
from ..networks.network import Network
from ..policy.addresses import AddressError
from ..policy.environment import Environment
from ..policy.products import FirewallProduct, in_charge
from ..policy.profile_settings import ProfileSettings, Setting
from ..policy.rule import FirewallRule
from ..policy.stores import FirewallStores, Store
from ..policy.vocabulary import Profile
from . import traffic
from .deciding import Matches, OneWay, voided_by
from .decision import Decider, Decision, ProfileVerdict, VerdictState, of_families
from .evidence import Evidence, RulesAround
from .rule_index import Compiler
from .traffic import ANY, Listener, Sender, Traffic, TrafficError

# How many questions are remembered: a few networks and both families of one listener.
_KEPT = 8
# How many answers: as many questions from anywhere, and from one address.
_ANSWERS_KEPT = 16
# How many problems a verdict names.
_TOLD = 10


class Firewall:
    """The firewall of one host, prepared once and then asked about any number of listeners and
    senders.

    Args:
        stores: what was read from the host.
        environment: the folders of Windows and of programs on it.
        products: registered firewalls of other makers.
        compiler: compiles rules of the host, for who needs that too.
        before: a firewall of the same host with other rules. What is known of those that both have
            is not found anew.
    """

    def __init__(
        self,
        stores: FirewallStores,
        environment: Environment | None = None,
        products: Iterable[FirewallProduct] = (),
        compiler: Compiler | None = None,
        before: Firewall | None = None,
    ) -> None:
        self.stores = stores
        self.environment = environment or Environment()
        self.products = in_charge(products)
        if before is not None:
            compiler = before._compiler
        self._compiler: Compiler = compiler or Compiler(stores, self.environment)
        known = None if before is None else before._inbound
        self._inbound: OneWay = OneWay(stores, self._compiler, before=known)
        #: The rules of the latest questions: often, more is asked about the same traffic.
        self._latest: dict[Traffic, RulesAround] = {}
        #: The latest answers about inbound traffic: for ports that rules can't tell apart, the same
        #: is asked for each, of a firewall that has been changed too.
        self._answers: dict[tuple[Listener, Network, str, int | None], ProfileVerdict] = {}

    @cached_property
    def _outbound(self) -> OneWay:
        # Most callers never ask about it.
        return OneWay(self.stores, self._compiler, outbound=True)

    def rule(self, store: Store, rule_id: str) -> FirewallRule | None:
        """The rule of a store that has this id."""
        return next((each for each in self.stores.of(store) if each.rule_id == rule_id), None)

    def narrowed(
        self, listener: Listener, also: Iterable[tuple[Store, FirewallRule]] = ()
    ) -> Firewall:
        """The same firewall with only the rules that can matter to a listener, and those of `also`.

        Its verdict on that listener is the same, and repeated questions and changes cost less. It
        has nothing to say about outbound traffic.

        Raises:
            AddressError: the listener's address is not an address.
        """
        asked = traffic.ask(listener, Network(Profile.PUBLIC), ANY, self.environment)
        kept: dict[tuple[Store, str], FirewallRule] = {}
        for compiled in self._inbound.candidates(asked):
            kept[compiled.store, compiled.rule.rule_id] = compiled.rule
        for store, rule in also:
            kept.setdefault((store, rule.rule_id), rule)
        local_ids = {name_key(rule_id) for store, rule_id in kept if store is Store.LOCAL}
        for store in (Store.GROUP_POLICY, Store.MDM):
            for rule in self.stores.of(store):
                # A policy's rule with the same id matters whatever it is about.
                if name_key(rule.rule_id) in local_ids:
                    kept.setdefault((store, rule.rule_id), rule)
        rules: dict[Store, list[FirewallRule]] = {}
        for (store, _rule_id), rule in kept.items():
            rules.setdefault(store, []).append(rule)
        stores = replace(self.stores, rules={each: tuple(found) for each, found in rules.items()})
        return self.with_stores(stores)

    def with_stores(self, stores: FirewallStores) -> Firewall:
        """The firewall of the same host with fewer, or other, rules: what is known of those that it
        has already is not found anew."""
        return Firewall(stores, self.environment, self.products, before=self)

    def port_class(self, listener: Listener) -> Hashable | None:
        """What is the same for listeners on ports that the firewall can't tell apart, and differs
        for others; None if a rule names the port, or the question is impossible."""
        try:
            asked = traffic.ask(listener, Network(Profile.PUBLIC), ANY, self.environment)
        except (TrafficError, AddressError):
            return None
        return self._inbound.port_class(asked)

    def voided_by(
        self, rule: FirewallRule, profile: Profile, settings: ProfileSettings | None = None
    ) -> Setting[bool] | None:
        """The setting that makes a local rule void in a profile, None if the rule may count.

        Args:
            settings: those in force, if the caller has to choose between two readings of them.
        """
        kind = rule.merged_as
        other = self.stores.contested.get(profile) if settings is None else None
        if other is not None and voided_by(kind, other) is None:
            return None
        return voided_by(kind, settings or self.stores.profiles[profile])

    def verdict(
        self,
        listener: Listener,
        network: Network | Profile,
        remote: str = ANY,
        family: int | None = None,
    ) -> ProfileVerdict:
        """Whether traffic that comes in by a network may reach a listener.

        Args:
            listener: what waits for the traffic.
            network: how it comes in; only a profile if nothing more is known.
            remote: the address it comes from, or ``any``: then ``allowed`` means from everywhere.
            family: 4 or 6, that of the traffic. None means that of `remote` or, for ``any``, each
                that the listener may serve on the network: then ``allowed`` means both.

        Returns:
            The verdict. A question that can't be answered gives ``unknown``; nothing is raised.
        """
        where = _network(network)
        question = listener, where, remote, family
        found = self._answers.get(question)
        if found is not None:
            return found

        def asked() -> Mapping[int, Traffic]:
            families = (family,) if family else traffic.families(listener, where, remote)
            return {
                each: traffic.ask(listener, where, remote, self.environment, each)
                for each in families
            }

        if len(self._answers) >= _ANSWERS_KEPT:
            self._answers.clear()
        answer = self._answers[question] = self._answer(asked, where.profile)
        return answer

    def outbound(
        self,
        sender: Sender,
        network: Network | Profile,
        remote: str = ANY,
        family: int | None = None,
    ) -> ProfileVerdict:
        """Whether traffic that leaves by a network may be sent to an address. The answers to it are
        let in whatever the inbound rules say.

        Args:
            sender: what opens the connection.
            network: how it leaves; only a profile if nothing more is known.
            remote: the address it is sent to, or ``any``: then ``allowed`` means to everywhere.
            family: 4 or 6, that of the traffic. None means that of `remote` or, for ``any``, each
                that the sender may use on the network: then ``allowed`` means both.

        Returns:
            The verdict. A question that can't be answered gives ``unknown``; nothing is raised.
        """
        where = _network(network)

        def asked() -> Mapping[int, Traffic]:
            families = (family,) if family else traffic.outbound_families(sender, where, remote)
            return {
                each: traffic.ask_outbound(sender, where, remote, self.environment, each)
                for each in families
            }

        return self._answer(asked, where.profile)

    def _answer(
        self, asked: Callable[[], Mapping[int, Traffic]], profile: Profile
    ) -> ProfileVerdict:
        try:
            of_family = asked()
        except (TrafficError, AddressError) as error:
            return ProfileVerdict(
                profile, VerdictState.UNKNOWN, Decision(Decider.IMPOSSIBLE, text=error.phrase)
            )
        return of_families({each: self._verdict(one) for each, one in of_family.items()})

    def _verdict(self, asked: Traffic) -> ProfileVerdict:
        if traffic.is_loopback(asked):
            profile = asked.network.profile
            return ProfileVerdict(profile, VerdictState.ALLOWED, Decision(Decider.LOOPBACK))
        return self.decided(asked, self.around(asked).at(asked.remote_number))

    def _way(self, asked: Traffic) -> OneWay:
        return self._outbound if asked.outbound else self._inbound

    def around(self, asked: Traffic) -> RulesAround:
        """The rules that match traffic apart from its remote address."""
        found = self._latest.get(asked)
        if found is None:
            if len(self._latest) >= _KEPT:
                self._latest.clear()
            found = self._latest[asked] = self._way(asked).around(asked)
        return found

    def decided(self, asked: Traffic, evidence: Evidence) -> ProfileVerdict:
        """The verdict on traffic with another host, by the rules that match it.

        Args:
            asked: the traffic, apart from its remote address.
            evidence: the rules (`around`), or fewer of them.
        """
        profile = asked.network.profile
        if not self.stores.readable:
            text = in_turn(*self.stores.problems[:_TOLD])
            return ProfileVerdict(
                profile, VerdictState.UNKNOWN, Decision(Decider.UNREADABLE, text=text)
            )
        verdict = self._way(asked).verdict(evidence)
        if self.products:
            names = tuple(product.name for product in self.products)
            return replace(
                verdict,
                state=VerdictState.OVERRULED,
                decision=Decision.by_products(self.products),
                # Nobody knows whether these products keep to the rules of Windows.
                requires=(),
                restricted_to=(),
                unless=(),
                products=names,
            )
        return verdict

    def matching_rules(self, listener: Listener, network: Network, remote: str = ANY) -> Matches:
        """The rules of Windows that affect inbound traffic, except those that restrict services.

        Raises:
            TrafficError, AddressError: such traffic is impossible.
        """
        asked = traffic.ask(listener, network, remote, self.environment)
        evidence = self._inbound.around(asked).at(asked.remote_number)
        return Matches.of(evidence.ordinary, self.stores.profiles[network.profile])


def _network(network: Network | Profile) -> Network:
    return Network(network) if isinstance(network, Profile) else network
