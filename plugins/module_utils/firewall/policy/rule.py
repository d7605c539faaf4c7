# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One firewall rule, as typed values.

`rule_text` parses the text of the rule store; this module defines what a rule is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import TypeAlias

from ...asked.ports import PortSet
from ...ground.names import name_key
from ...ground.phrase import ByLanguage
from ..naming import shown
from .addresses import AddressSet
from .vocabulary import (
    ALL_PROFILES,
    SECURITY_FIELDS,
    TCP,
    UDP,
    Action,
    Authentication,
    Direction,
    EdgeTraversal,
    Encryption,
    InterfaceType,
    Profile,
)

NO_PORTS = PortSet()
NO_ADDRESSES = AddressSet()

_MAX_LABEL = 512
# How the ids of rules begin that have plain texts for names, and that Windows' features bring: its
# OpenSSH server, and its networks for virtual machines and containers, which make theirs anew only
# when they are made anew themselves (published listings; moby/moby#37816 and #34526 on GitHub).
_OF_FEATURES = tuple(
    map(
        name_key,
        (
            "OpenSSH-Server-In-TCP",
            "HNS Container Networking - ",
            "DNS Server Forward Rule - ",
            "Container Enable ICC - ",
        ),
    )
)
_WINDOWS_NT = 2  # VER_PLATFORM_WIN32_NT


@dataclass(frozen=True, slots=True)
class PortCondition:
    """The ports of one side of a rule: numbers, and keywords of [MS-GPFAS] 2.2.2.3.

    Empty means that the rule has no condition on ports.
    """

    numbers: PortSet = NO_PORTS
    keywords: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.numbers.ranges or self.keywords)

    def __str__(self) -> str:
        parts = ([str(self.numbers)] if self.numbers.ranges else []) + sorted(self.keywords)
        return ",".join(parts) or "any"


NO_PORT_CONDITION = PortCondition()

#: How a rule is called in messages.
Title: TypeAlias = "str | ByLanguage"

# (type, code); the code is None for every code of the type ([MS-FASP] 2.2.16).
IcmpType: TypeAlias = "tuple[int, int | None]"


def in_icmp_order(types: Iterable[IcmpType]) -> list[IcmpType]:
    """The sort key of ICMP types: by number; all codes of a type before single ones, which begin
    with 0."""
    return sorted(types, key=lambda each: (each[0], -1 if each[1] is None else each[1]))


@dataclass(frozen=True)
class FirewallRule:
    """A rule of the store ([MS-FASP] 2.2.37; the fields of its text: [MS-GPFAS] 2.2.2.19).

    `rule_id` is the name of the registry value. Omitted fields are None or empty here, and mean:
    `profiles` all, `protocol` any, `active` no, every condition absent.

    `unknown` holds the fields that this module does not know, `malformed` those whose value does
    not fit the grammar (or that appear too often), both in their order and as written. A rule with
    either can't be judged with certainty.

    `local_port_entries` is how many numbers and ranges of local ports were written, before they
    were merged. Comparisons ignore it and `source`, the text that a rule was read from.
    """

    rule_id: str
    version: tuple[int, int] = (2, 10)
    action: Action | None = None
    active: bool | None = None
    direction: Direction | None = None
    profiles: frozenset[Profile] = frozenset()
    protocol: int | None = None
    local_ports: PortCondition = NO_PORT_CONDITION
    remote_ports: PortCondition = NO_PORT_CONDITION
    icmp_types: frozenset[IcmpType] = frozenset()
    interfaces: frozenset[str] = frozenset()
    interface_types: frozenset[InterfaceType] = frozenset()
    local_addresses: AddressSet = NO_ADDRESSES
    remote_addresses: AddressSet = NO_ADDRESSES
    program: str | None = None
    service: str | None = None
    name: str | None = None
    description: str | None = None
    group: str | None = None
    local_users: str | None = None
    local_users_encoded: str | None = None
    local_user_owner: str | None = None
    package_sid: str | None = None
    package_family: str | None = None
    platforms: tuple[tuple[int, int, int], ...] = ()
    platform_operator: str | None = None
    edge: bool = False
    defer: str | None = None
    loose_source_mapped: bool = False
    local_only_mapped: bool = False
    profile_crossing: bool = False
    remote_machines: str | None = None
    remote_users: str | None = None
    authentication: Authentication = Authentication.NOT_REQUIRED
    encryption: Encryption = Encryption.NOT_REQUIRED
    bypass_outbound: bool = False
    skip_version: tuple[int, int] | None = None
    trust_tuples: frozenset[tuple[str, str]] = frozenset()
    network_names: str | None = None
    security_realm: str | None = None
    unknown: tuple[tuple[str, str], ...] = ()
    malformed: tuple[tuple[str, str], ...] = ()
    local_port_entries: int = field(default=0, compare=False, repr=False)
    source: str | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, values: Mapping[str, object]) -> FirewallRule:
        """The rule with these values, by the names of the fields; the others have their defaults.

        A host has hundreds of rules, and the constructor, which sets each field on its own, takes
        ten times as long.
        """
        rule = object.__new__(cls)
        rule.__dict__.update(values)
        return rule

    def but(self, **values: object) -> FirewallRule:
        """This rule with other values of some fields, by their names: what `dataclasses.replace`
        makes, in a tenth of the time. A change tries hundreds of rules.

        Raises:
            TypeError: a rule has no field of that name.
        """
        if not _FIELDS.issuperset(values):
            raise TypeError(", ".join(sorted(values.keys() - _FIELDS)))
        return FirewallRule.of(self.__dict__ | values)

    @property
    def enabled(self) -> bool:
        """Whether the rule is enabled; a missing ``Active`` field means no ([MS-GPFAS]
        2.2.2.19)."""
        return bool(self.active)

    @property
    def effective_profiles(self) -> frozenset[Profile]:
        """The profiles that the rule applies to, listed explicitly."""
        return self.profiles or ALL_PROFILES

    def is_for_windows(self, version: tuple[int, int] | None) -> bool | None:
        """Whether the rule is for a version of Windows; None if that depends on an unknown one.

        [MS-FASP] 2.2.29 to 2.2.31: the operator belongs to the last platform of the list. The type
        of platform is that of OSVERSIONINFOEX, and there is no other than Windows NT today.
        """
        if not self.platforms:
            return True
        if version is None:
            return None
        ours = (_WINDOWS_NT, *version)
        return ours in self.platforms or bool(self.platform_operator and ours >= self.platforms[-1])

    @property
    def merged_as(self) -> str:
        """Which setting says whether a local rule counts beside those of a policy:
        ``application``, ``port``, or an empty text ([MS-FASP] 2.2.38, the two lists of the parts of
        such rules)."""
        if self.service is not None or self.protocol not in (TCP, UDP) or self.local_ports.keywords:
            return ""
        if self.program is not None:
            return "" if self.local_ports.numbers.ranges else "application"
        entries = self.local_port_entries or len(self.local_ports.numbers.ranges)
        return "port" if entries == 1 else ""

    @property
    def security(self) -> tuple[tuple[str, str], ...]:
        """The fields that demand IPsec; empty if nothing does. Nothing is encrypted that is not
        authenticated."""
        return SECURITY_FIELDS.get((self.authentication, self.encryption), ())

    @property
    def edge_traversal(self) -> EdgeTraversal:
        """The four-valued choice that ``Edge`` and ``Defer`` form together."""
        if self.defer is not None:
            return (
                EdgeTraversal.DEFER_TO_APP if self.defer == "App" else EdgeTraversal.DEFER_TO_USER
            )
        return EdgeTraversal.ALLOW if self.edge else EdgeTraversal.BLOCK

    @property
    def may_ignore_remote(self) -> bool:
        """Whether the rule may match whatever the remote address and port are, because of the flag
        LocalOnlyMapped, which means nothing in a rule that blocks ([MS-FASP] 2.2.35)."""
        return self.local_only_mapped and self.action is not Action.BLOCK

    @property
    def shown_name(self) -> Title:
        """The name that Windows shows for the rule, or its id if that is unknown: the name is
        missing, or a reference to a text that is not in our table. The ids of Windows' own rules
        are readable words. A longer name than any of them is cut, because verdicts on many
        listeners repeat it."""
        known = shown.of_rule(self.name)
        if known is not None:
            return ByLanguage(known.english, known.japanese or known.english)
        found = self.rule_id if self.name is None or self.is_localised_name else self.name
        return found[:_MAX_LABEL]

    @property
    def label(self) -> Title:
        """The rule's title in a message: its shown name. Windows gives some of its own rules the
        same name, so the id follows theirs."""
        found = self.shown_name
        if isinstance(found, ByLanguage):
            own = f" ({self.rule_id[:_MAX_LABEL]})"
            return ByLanguage(found.en + own, found.ja + own)
        return found

    @property
    def is_windows_own(self) -> bool:
        """Whether Windows or one of its features brought the rule. Its name or its group shows it,
        a reference to a text of Windows; or its id does."""
        of_windows = shown.is_of_windows(self.name) or shown.is_of_windows(self.group)
        return of_windows or self.is_of_feature

    @property
    def is_of_feature(self) -> bool:
        """Whether a feature of Windows brought the rule, under a name that is no reference."""
        return name_key(self.rule_id).startswith(_OF_FEATURES)

    @property
    def is_localised_name(self) -> bool:
        """Whether the name is a reference to a text in a file (``@FirewallAPI.dll,-28753``), which
        Windows shows in the language of the user ([MS-FASP] 2.2.33)."""
        return shown.is_reference(self.name)


_FIELDS = frozenset(each.name for each in fields(FirewallRule))
