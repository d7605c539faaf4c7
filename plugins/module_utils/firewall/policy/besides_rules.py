# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What policies say about traffic besides firewall rules, in the form of such rules.

*Connection security rules* (IPsec) say which traffic has to be authenticated. A firewall rule that
allows traffic does not help it where one of them demands that: packets in the clear are dropped
([MS-FASP] 2.2.52, SECURE_SERVER and SECURE). Their grammar is [MS-GPFAS] 2.2.6.2.

*Exceptions* come from the administrative templates of Windows XP, which today's Windows still has
(Administrative Templates, Network, Network Connections, Windows Defender Firewall): lists of ports
(``80:TCP:*:enabled:Web``) and of programs (``%ProgramFiles%\\a.exe:*:enabled:A``), and a switch for
each of a few services. Their meaning: Microsoft's explanations of these settings
(WindowsFirewall.admx, such as "Define inbound port exceptions").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from ...asked.ports import MAX_PORT
from ...ground.names import ascii_lower, name_key
from . import rule_text
from .registry_text import RegistryTree, RegistryValue
from .rule import FirewallRule
from .vocabulary import Action, Direction

# -- connection security rules --------------------------------------------------------------------

# The key of each store below the policy's own key ([MS-GPFAS] 2.2.6.2; the local one: the samples).
SECURITY_KEY = "ConSecRules"


class Demand(Enum):
    """What a rule demands of traffic; the values are words of [MS-GPFAS] 2.2.6.1."""

    AUTHENTICATED = ("secure",)
    # Only inbound traffic has to be authenticated.
    INBOUND = ("secureserver",)
    EXEMPT = ("donotsecure",)
    # In the clear if the other side can't do better.
    NOTHING = ("boundary",)


_STRICTEST = Demand.AUTHENTICATED


@dataclass(frozen=True, slots=True)
class SecurityRule:
    """A connection security rule.

    `ways` are its conditions in the form of inbound rules: either of its two endpoints may be this
    host, so there are two, or one if both endpoints are alike. `ways_out` are the same in the form
    of outbound rules.
    """

    demand: Demand
    ways: tuple[FirewallRule, ...]
    ways_out: tuple[FirewallRule, ...]


# The fields that are conditions, as the fields of a firewall rule if endpoint 1 is this host. All
# others say how traffic is secured. Keywords of addresses don't fit on the local side; such a
# condition stays open.
_LOCAL_FIRST = {
    "ep1port": "LPort",
    "ep2port": "RPort",
    "ep1port2_10": "LPort2_10",
    "ep2port2_10": "RPort2_10",
    "ep1_4": "LA4",
    "ep1_6": "LA6",
    "ep2_4": "RA4",
    "ep2_6": "RA6",
}
_SWAPPED = {
    key: _LOCAL_FIRST[("ep2" if key.startswith("ep1") else "ep1") + key[3:]] for key in _LOCAL_FIRST
}
_COMMON = frozenset(
    {"active", "name", "profile", "protocol", "if", "iftype", "platform", "platform2", "skipver"}
)


def security_rule(rule_id: str, text: str) -> SecurityRule:
    """Read the text of a rule.

    Args:
        rule_id: the name of the registry value.
        text: its data.

    Raises:
        RuleSyntaxError: the text does not begin with a version, or is longer than any rule can be.
    """
    if len(text) > rule_text.MAX_TEXT:
        raise rule_text.RuleSyntaxError("rule_text.too_long", length=len(text))
    version, *parts = text.split("|", rule_text.MAX_FIELDS)
    fields = [part.partition("=")[::2] for part in parts if part]
    ways = tuple(
        dict.fromkeys(_way(rule_id, version, fields, names) for names in (_LOCAL_FIRST, _SWAPPED))
    )
    # Clients connect from ports that Windows chooses, so a port that a rule names is the server's.
    return SecurityRule(
        _demand(fields),
        tuple(way for way in ways if not way.remote_ports) or ways,
        tuple(
            replace(way, direction=Direction.OUT)
            for way in tuple(way for way in ways if not way.local_ports) or ways
        ),
    )


def _demand(fields: list[rule_text.Field]) -> Demand:
    """An action that is missing or unknown counts as the strictest one, and so do several that
    contradict each other."""
    words = {ascii_lower(value) for key, value in fields if ascii_lower(key) == "action"}
    return next((each for each in Demand if words and words <= set(each.value)), _STRICTEST)


def _way(
    rule_id: str, version: str, fields: list[rule_text.Field], names: Mapping[str, str]
) -> FirewallRule:
    kept = []
    for key, value in fields:
        lower = ascii_lower(key)
        if lower in names or lower in _COMMON:
            kept.append(f"{names.get(lower, key)}={value}|")
    rule = rule_text.parse(rule_id, f"{version}|{''.join(kept)}")
    return rule.but(action=Action.BLOCK, direction=Direction.IN, source=None)


# -- exceptions -----------------------------------------------------------------------------------

_PORTS = "GloballyOpenPorts"
_PROGRAMS = "AuthorizedApplications"

# A | would end a field of the rule that an entry becomes. No path, port or address has one.
_PORT = re.compile(
    r"(?P<port>[0-9]{1,5}):(?P<protocol>TCP|UDP):(?P<scope>[^:|]*):(?P<status>enabled|disabled)"
    r":(?P<name>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_PROGRAM = re.compile(
    r"(?P<program>(?:[A-Z]:)?[^:|]+):(?P<scope>[^:|]*):(?P<status>enabled|disabled)"
    r":(?P<name>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERS = {"tcp": "6", "udp": "17"}

# The switches of services, by key and value, and the conditions of what they allow.
_SERVICES = (
    (r"Services\RemoteDesktop", "Enabled", ("Protocol=6|LPort=3389|",)),
    (
        r"Services\FileAndPrint",
        "Enabled",
        ("Protocol=6|LPort=139|LPort=445|", "Protocol=17|LPort=137|LPort=138|"),
    ),
    (r"Services\UPnPFramework", "Enabled", ("Protocol=6|LPort=2869|", "Protocol=17|LPort=1900|")),
    ("RemoteAdminSettings", "Enabled", ("Protocol=6|LPort=135|LPort=445|",)),
    ("IcmpSettings", "AllowInboundEchoRequest", ("Protocol=1|ICMP4=8:*|",)),
)


def exceptions(
    tree: RegistryTree, key: str, profiles: Sequence[str]
) -> tuple[list[FirewallRule], list[RegistryValue]]:
    """The exceptions of one profile of Group Policy, as active rules for all traffic that they
    concern.

    Args:
        tree: the registry.
        key: the key of the profile.
        profiles: the words of the profiles that it applies to.

    Returns:
        The rules, and the entries of the lists that are none.
    """
    reader = _Exceptions(tree, key, "".join(f"Profile={each}|" for each in profiles))
    found = [*reader.listed(_PORTS, _PORT), *reader.listed(_PROGRAMS, _PROGRAM)]
    for below, switch, conditions in _SERVICES:
        found += reader.service(below, switch, conditions)
    return found, reader.invalid


class _Exceptions:
    def __init__(self, tree: RegistryTree, key: str, profiles: str) -> None:
        self.tree = tree
        self.key = key
        self.profiles = profiles
        self.invalid: list[RegistryValue] = []

    def _number(self, below: str, name: str) -> int | None:
        key = self.tree.key(f"{self.key}\\{below}")
        return key.number(name) if key else None

    def listed(self, below: str, form: re.Pattern[str]) -> Iterator[FirewallRule]:
        """The rules of a list. Of several entries for the same port or program, one that is
        disabled overrides those that are enabled."""
        key = self.tree.key(f"{self.key}\\{below}\\List")
        switch = self._number(below, "Enabled")
        if key is None or switch == 0:
            return
        entries: list[tuple[RegistryValue, re.Match[str]]] = []
        for value in key.values:
            match = form.match(value.data)
            if match is not None and _has_subject(match):
                entries.append((value, match))
            elif not (value.name.startswith("(") and value.data.startswith("(")):
                self.invalid.append(value)
        off = {_subject(match) for _unused, match in entries if not _is_on(match)}
        # Nothing says whether a list counts without the switch, which the template always sets.
        doubt = "" if switch is not None else f"{below}\\Enabled=|"
        for value, match in entries:
            if _subject(match) not in off:
                yield self._rule(
                    f"{below}\\List\\{value.name}",
                    _conditions(match) + _scope(match["scope"]) + doubt,
                    match["name"].strip(),
                )

    def service(self, below: str, switch: str, conditions: Sequence[str]) -> Iterator[FirewallRule]:
        """The rules of a switch: on, it opens ports to the addresses beside it. Off, it is said to
        block them, but not against other policies, so that stays an open condition."""
        number = self._number(below, switch)
        if number is None:
            return
        key = self.tree.key(f"{self.key}\\{below}")
        remote = key.value("RemoteAddresses") if key else None
        scope = _scope(remote.data) if remote and number else ""
        doubt = "" if number else f"{below}\\{switch}=0|"
        for position, each in enumerate(conditions):
            action = "Allow" if number else "Block"
            rule_id = f"{below}\\{switch}" + (f"\\{position}" if position else "")
            yield self._rule(rule_id, each + scope + doubt, below.rpartition("\\")[2], action)

    def _rule(
        self, rule_id: str, conditions: str, name: str, action: str = "Allow"
    ) -> FirewallRule:
        rule_id = f"{self.key.rpartition(chr(92))[2]}\\{rule_id}"
        text = f"v2.10|Action={action}|Active=TRUE|Dir=In|{self.profiles}{conditions}"
        return rule_text.parse(rule_id, text).but(name=name or None, source=None)


def _is_on(match: re.Match[str]) -> bool:
    return ascii_lower(match["status"]) == "enabled"


def _has_subject(match: re.Match[str]) -> bool:
    """Whether there can be such a port. An entry for another one opens none."""
    return 0 < int(match.groupdict().get("port") or 1) <= MAX_PORT


def _subject(match: re.Match[str]) -> str:
    found = match.groupdict()
    if "program" in found:
        return name_key(found["program"])
    return f"{int(found['port'])}:{ascii_lower(found['protocol'])}"


def _conditions(match: re.Match[str]) -> str:
    found = match.groupdict()
    if "program" in found:
        return f"App={found['program'].strip()}|"
    return f"Protocol={_NUMBERS[ascii_lower(found['protocol'])]}|LPort={int(found['port'])}|"


def _scope(text: str) -> str:
    """The condition of a scope: ``*``, or addresses, subnets and ``localsubnet``, by commas."""
    found = ""
    for each in text.split(","):
        part = each.strip()
        if part == "*":
            return ""
        if ascii_lower(part) == "localsubnet":
            found += "RA4=LocalSubnet|RA6=LocalSubnet|"
        elif part:
            # Without the | it can't be read, so it stays an open condition.
            found += f"RA{'6' if ':' in part else '4'}={part.replace('|', '?')}|"
    # Nobody is let in by an exception without a scope.
    return found or "RA4=|"
