# SPDX-License-Identifier: GPL-3.0-or-later
"""What the firewall of a simulated PC lets in and out: rules and settings, as Windows applies them.

Precedence of actions: [MS-FASP] 2.2.34; conditions of a rule: 2.2.37; settings, and which store
wins: 2.2.38; the words in a rule: [MS-GPFAS] 2.2.2. That inbound traffic is blocked where no
store says anything, and outbound traffic allowed: Microsoft's documentation of the Firewall CSP,
DefaultInboundAction and DefaultOutboundAction. That DoNotAllowExceptions is about inbound traffic, and
the lists of older Windows are: [MS-FASP] 2.2.38, values 3, 11 and 12.

Nobody here speaks IPsec: what has to be authenticated is dropped, if a connection security rule
demands it ([MS-FASP] 2.2.52, of outbound traffic only the action "secure" does; exemptions go before
demands) or, where everything is allowed by default, a rule that allows ([MS-FASP] 2.2.35).

A condition that can't be judged here (users, packages, DNS servers, other Windows versions)
is not met: such a rule neither allows nor blocks. Service hardening (RestrictedServices) is not
modelled; it only narrows what the services of Windows may do.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from winsim.firewall.rule import Rule, parse
from winsim.firewall.store import LOCAL_ROOT, POLICY_ROOT, FirewallState, profile_key
from winsim.firewall.templates import exceptions
from winsim.image_tables import FOLDERS
from winsim.names import folded
from winsim.network_state import Protocol

Direction: TypeAlias = Literal["in", "out"]

_NUMBERS: dict[str, Protocol] = {"6": "tcp", "17": "udp"}
_PROFILES = frozenset({"domain", "private", "public"})
#: Fields of a rule that are no conditions, or that `_read` looks at.
_NO_CONDITIONS = frozenset(
    {"action", "active", "dir", "profile", "protocol", "name", "desc", "embedctxt", "edge", "defer"}
)
_LOCAL_PORTS = ("lport", "lport2_10", "lport2_20", "lport2_24", "lport2_25", "lport2_29")
#: Fields of a rule for authenticated traffic.
_SECURITY = frozenset({"security", "security2", "security2_9", "rmauth", "ruauth"})
_REMOTE_PORTS = ("rport", "rport2_10")
#: The ports behind words, where they are always the same.
_PORT_WORDS = {"rpc-epmap": 135, "mdns": 5353}
_VARIABLES = {
    **{name.lower(): folder for name, folder in FOLDERS.items()},
    "%windir%": r"C:\Windows",
    "%systemdrive%": "C:",
}
_VARIABLE = re.compile(r"%[^%]*%")
#: Actions of connection security rules that demand something of traffic.
_DEMANDS = {"in": frozenset({"secureserver", "secure"}), "out": frozenset({"secure"})}
_EXEMPTS = frozenset({"donotsecure"})
#: The setting for what no rule is about, and its value where no store has it: 0 is allow.
_DEFAULTS = {"in": ("DefaultInboundAction", 1), "out": ("DefaultOutboundAction", 0)}


@dataclass(frozen=True)
class Packet:
    """The first packet of a connection, or a datagram, and the endpoint of this machine that it is
    for, or from."""

    protocol: Protocol
    local_address: str
    local_port: int
    remote_address: str
    #: A client of Windows connects from the dynamic range, which starts there.
    remote_port: int = 49152
    #: Is the remote address in the subnet of the local one?
    local_subnet: bool = True
    #: Path of the program that listens; ``System`` for drivers (PID 4), None where unknown.
    program: str | None = None
    #: Names of the services in its process, in lower case: the process' token holds the SID of
    #: each of them, so that a rule for one lets all of them listen.
    services: frozenset[str] = frozenset()
    #: Does RPC listen there, on a dynamic port?
    rpc: bool = False
    #: The interface: its GUID and its type.
    interface: str = ""
    interface_type: str = "Lan"


@dataclass(frozen=True)
class Decision:
    """What becomes of a packet, and the id of the rule or the name of the setting that says so."""

    allowed: bool
    by: str


Condition: TypeAlias = Callable[[Packet], bool]


@dataclass(frozen=True)
class TrafficRule:
    """An active rule for TCP or UDP, of one direction, all of whose conditions can be judged."""

    blocks: bool
    profiles: frozenset[str]
    conditions: tuple[Condition, ...]
    #: Which of two kinds that Group Policy can void ([MS-FASP] 2.2.38, values 11 and 12):
    #: ``AuthorizedApplications``, ``GloballyOpenPorts`` or none.
    kind: str = ""
    #: Is it for authenticated traffic only?
    secured: bool = False

    def matches(self, packet: Packet) -> bool:
        return all(condition(packet) for condition in self.conditions)


class Enforcement:
    """The rules and settings of one machine that count in one profile, for traffic of one
    direction, at one moment."""

    def __init__(self, firewall: FirewallState, profile: str, direction: Direction = "in") -> None:
        """`profile`: ``domain``, ``private`` or ``public``."""
        self._default, usually = _DEFAULTS[direction]
        self._local = profile_key(profile, "local")
        self._policy = _policy_key(firewall, profile)
        self._firewall = firewall
        rules = [
            (rule_id, rule)
            for store in ("policy", "mdm", "local")
            for rule_id, text in firewall.rules(store).items()
            if (rule := traffic_rule(text, direction)) is not None
            and profile in rule.profiles
            and (store != "local" or self._local_rule_counts(rule))
        ]
        rules += [
            (where, rule)
            for where, text in exceptions(firewall, self._policy)
            if direction == "in" and (rule := inbound_rule(text)) is not None
        ]
        self._blocking = [(rule_id, rule) for rule_id, rule in rules if rule.blocks]
        allowing = [(rule_id, rule) for rule_id, rule in rules if not rule.blocks]
        self._allowing = [each for each in allowing if not each[1].secured]
        self._secured = [each for each in allowing if each[1].secured]
        merged = self._value(self._policy, "AllowLocalIPsecPolicyMerge") != 0
        roots = (POLICY_ROOT, LOCAL_ROOT) if merged else (POLICY_ROOT,)
        self._demands, self._exemptions = [
            [
                (rule_id, way)
                for root in roots
                for rule_id, value in (firewall.values(rf"{root}\ConSecRules") or {}).items()
                for way in security_rule(str(value.data), actions)
                if profile in way.profiles
            ]
            for actions in (_DEMANDS[direction], _EXEMPTS)
        ]
        self._enabled = self._setting("EnableFirewall", 1) != 0
        self._shielded = direction == "in" and 1 in (
            self._value(key, "DoNotAllowExceptions") for key in (self._policy, self._local)
        )
        self._disabled_interfaces = folded(str(self._setting("DisabledInterfaces", "")))
        self._allows_by_default = self._setting(self._default, usually) == 0

    def decide(self, packet: Packet) -> Decision:
        """May this packet pass?"""
        if not self._enabled:
            return Decision(True, "EnableFirewall")
        demanded = next((rule_id for rule_id, way in self._demands if way.matches(packet)), None)
        if demanded and not any(way.matches(packet) for _unused, way in self._exemptions):
            return Decision(False, demanded)
        if packet.interface and folded(packet.interface) in self._disabled_interfaces:
            return Decision(True, "DisabledInterfaces")
        if self._shielded:
            return Decision(False, "DoNotAllowExceptions")
        for rules, allowed in ((self._blocking, False), (self._allowing, True)):
            for rule_id, rule in rules:
                if rule.matches(packet):
                    return Decision(allowed, rule_id)
        if self._allows_by_default:
            for rule_id, rule in self._secured:
                if rule.matches(packet):
                    return Decision(False, rule_id)
        return Decision(self._allows_by_default, self._default)

    @property
    def is_silent(self) -> bool:
        """Whether a port where nothing listens gives no answer (its stealth mode)."""
        return self._enabled and self._setting("DisableStealthMode", 0) == 0

    def _local_rule_counts(self, rule: TrafficRule) -> bool:
        """Does Group Policy let a rule of the local store count?"""
        if self._value(self._policy, "AllowLocalPolicyMerge") == 0:
            return False
        if not rule.kind:
            return True
        merged = self._value(rf"{self._policy}\{rule.kind}", "AllowUserPrefMerge")
        if merged is None and rule.kind == "AuthorizedApplications":
            merged = self._value(rf"{self._local}\{rule.kind}", "AllowUserPrefMerge")
        return merged != 0

    def _setting(self, name: str, default: int | str) -> int | str:
        """The value of Group Policy where it is configured, else the local one."""
        for key in (self._policy, self._local):
            value = self._value(key, name)
            if value is not None:
                return value
        return default

    def _value(self, key: str, name: str) -> int | str | None:
        value = self._firewall.value(key, name)
        return None if value is None else value.data


def _policy_key(firewall: FirewallState, profile: str) -> str:
    """Group Policy for older Windows has one key for the private and the public profile, which
    counts where neither of these has one of its own ([MS-GPFAS] 2.2.3)."""
    shared = ("private", "public")
    if profile in shared and not any(firewall.path(profile_key(p, "policy")) for p in shared):
        profile = "standard"
    return profile_key(profile, "policy")


def inbound_rule(text: str) -> TrafficRule | None:
    return traffic_rule(text, "in")


@functools.lru_cache(maxsize=8192)
def traffic_rule(text: str, direction: Direction) -> TrafficRule | None:
    """The rule of a registry value; None for one that has no say about TCP and UDP of that
    direction: inactive, of the other one, of another protocol, with a condition that can't be
    judged, or unreadable."""
    try:
        return _read(parse(text), direction)
    except ValueError:
        return None


def _read(rule: Rule, direction: Direction) -> TrafficRule | None:
    """Raises ValueError for a value that is none."""
    fields: dict[str, list[str]] = {}
    for name, value in rule.fields:
        fields.setdefault(name.lower(), []).append(value)
    action = fields.get("action", [""])[0].lower()
    of_this = fields.get("dir", [""])[0].lower() == direction
    if not rule.is_true("Active") or not of_this or action not in {"allow", "block"}:
        return None
    protocols = fields.get("protocol", [])
    if any(number not in _NUMBERS for number in protocols):
        return None
    conditions = list(_conditions(fields))
    secured = bool(_SECURITY & fields.keys())
    fields = {name: values for name, values in fields.items() if name not in _SECURITY}
    if any(name not in _NO_CONDITIONS for name in fields):
        return None  # `_conditions` has taken out what it can judge
    if protocols:
        protocol = _NUMBERS[protocols[0]]
        conditions.insert(0, lambda packet: packet.protocol == protocol)
    profiles = frozenset(value.lower() for value in fields.get("profile", [])) or _PROFILES
    kind = _kind(rule) if direction == "in" else ""
    return TrafficRule(action == "block", profiles, tuple(conditions), kind, secured)


@functools.lru_cache(maxsize=1024)
def security_rule(text: str, actions: frozenset[str]) -> tuple[TrafficRule, ...]:
    """A connection security rule with one of these actions ([MS-GPFAS] 2.2.6.2), with each of its
    two endpoints as this machine; nothing for other rules."""
    found: dict[str, list[str]] = {}
    for name, value in parse(text).fields:
        found.setdefault(name.lower(), []).append(value)
    if found.get("action", [""])[0].lower() not in actions or found.get("active") != ["TRUE"]:
        return ()
    ways = []
    for here, there in (("1", "2"), ("2", "1")):
        fields = {
            f"{side}{name}": values
            for end, side in ((here, "l"), (there, "r"))
            for name, key in (
                ("port", f"ep{end}port"),
                ("port2_10", f"ep{end}port2_10"),
                ("a4", f"ep{end}_4"),
                ("a6", f"ep{end}_6"),
            )
            if (values := found.get(key))
        }
        fields |= {name: found[name] for name in ("protocol", "if", "iftype") if name in found}
        conditions = list(_conditions(fields))
        if "protocol" in found:
            protocol = _NUMBERS.get(found["protocol"][0])
            conditions.append(_word_condition(frozenset({str(protocol)}), "protocol"))
        profiles = frozenset(each.lower() for each in found.get("profile", [])) or _PROFILES
        ways.append(TrafficRule(True, profiles, tuple(conditions)))
    return tuple(ways)


def _conditions(fields: dict[str, list[str]]) -> Iterator[Condition]:
    """The conditions of a rule, taken out of its fields. Raises ValueError."""
    for names, side in ((_LOCAL_PORTS, "local_port"), (_REMOTE_PORTS, "remote_port")):
        words = [word for name in names for word in fields.pop(name, ())]
        if words and "protocol" not in fields:
            raise ValueError("ports without a protocol")
        if words:
            yield _port_condition(words, side)
    for letter, side in (("l", "local_address"), ("r", "remote_address")):
        four, six = (
            [word for end in ("", "2") for word in fields.pop(f"{letter}a{family}{end}", ())]
            for family in "46"
        )
        if four or six:
            yield _address_condition({4: four, 6: six}, side)
    for path in fields.pop("app", ()):
        yield _program_condition(path)
    for service in fields.pop("svc", ()):
        yield _service_condition(folded(service))
    for name, side in (("if", "interface"), ("iftype", "interface_type")):
        if name in fields:
            yield _word_condition(frozenset(v.lower() for v in fields.pop(name)), side)


def _port_condition(words: list[str], side: str) -> Condition:
    spans = [span for word in words for span in _ports(word)]
    rpc = side == "local_port" and any(word.lower() == "rpc" for word in words)

    def holds(packet: Packet) -> bool:
        port: int = getattr(packet, side)
        return (rpc and packet.rpc) or any(low <= port <= high for low, high in spans)

    return holds


def _ports(word: str) -> Iterator[tuple[int, int]]:
    """First and last port; nothing for a word that stands for what nobody here listens on."""
    first, _unused, last = word.partition("-")
    if first.isdigit():
        yield int(first), int(last or first)
    elif word.lower() in _PORT_WORDS:
        yield _PORT_WORDS[word.lower()], _PORT_WORDS[word.lower()]


def _address_condition(words: Mapping[int, list[str]], side: str) -> Condition:
    """A rule that names addresses of one family only doesn't apply to the other."""
    spans = {family: [s for w in these for s in _addresses(w)] for family, these in words.items()}
    subnets = {
        family: side == "remote_address" and any(w.lower() == "localsubnet" for w in these)
        for family, these in words.items()
    }

    def holds(packet: Packet) -> bool:
        address = _address(getattr(packet, side))
        if subnets[address.version] and packet.local_subnet:
            return True
        return any(low <= int(address) <= high for low, high in spans[address.version])

    return holds


_address = functools.lru_cache(maxsize=1024)(ipaddress.ip_address)


def _addresses(word: str) -> Iterator[tuple[int, int]]:
    """First and last address; nothing for a word. Raises ValueError for what is none."""
    if word[:1].isalpha() and ":" not in word:
        return
    first, _unused, last = word.partition("-")
    network = ipaddress.ip_network(first, strict=False)
    end = ipaddress.ip_address(last) if last else network.broadcast_address
    yield int(network.network_address), int(end)


def _program_condition(path: str) -> Condition:
    """Raises ValueError for a path that can't be resolved: such a rule isn't enforced
    ([MS-FASP] 2.2.27, value 11)."""
    wanted = folded(_VARIABLE.sub(lambda match: _VARIABLES.get(folded(match[0]), "%"), path))
    if "%" in wanted:
        raise ValueError(f"unknown folder in {path}")
    return lambda packet: folded(packet.program or "") == wanted


def _service_condition(name: str) -> Condition:
    if name == "*":
        return lambda packet: bool(packet.services)
    return lambda packet: name in packet.services


def _word_condition(words: frozenset[str], side: str) -> Condition:
    return lambda packet: getattr(packet, side).lower() in words


def _kind(rule: Rule) -> str:
    if rule.first("Svc") is not None or rule.first("Protocol") is None:
        return ""
    ports = rule.all(*_LOCAL_PORTS)
    if rule.first("App") is not None:
        return "" if ports else "AuthorizedApplications"
    return "GloballyOpenPorts" if len(ports) == 1 and ports[0][0].isdigit() else ""
