# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of a firewall rule that take one or more of a few words.

Words may have any letter case.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ...ground.names import ascii_lower
from ...words.phrases import Phrase
from ...wsman.cim import classes
from ..policy.environment import Environment
from ..policy.rule import FirewallRule
from ..policy.vocabulary import (
    ALL_PROFILES,
    PROTOCOL_NUMBERS,
    Action,
    Authentication,
    Direction,
    EdgeTraversal,
    Encryption,
    Profile,
    protocol_name,
)
from .option import (
    ANY_WORDS,
    NOTHING_SHARED,
    TEXT,
    TEXTS,
    Attributes,
    Option,
    OptionError,
    Plain,
    Shared,
    entries,
    is_any,
    shown_value,
    single,
    word,
)

#: MSFT_NetFirewallRule.Enabled (documentation of the class).
ON, OFF = 1, 2

_BOOLEANS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
DIRECTIONS = {
    "in": Direction.IN,
    "inbound": Direction.IN,
    "out": Direction.OUT,
    "outbound": Direction.OUT,
}
_ACTIONS = {"allow": Action.ALLOW, "block": Action.BLOCK}
_PROFILES = {profile.word.lower(): profile for profile in Profile}
_EDGE = {
    "no": EdgeTraversal.BLOCK,
    "false": EdgeTraversal.BLOCK,
    "block": EdgeTraversal.BLOCK,
    "yes": EdgeTraversal.ALLOW,
    "true": EdgeTraversal.ALLOW,
    "allow": EdgeTraversal.ALLOW,
    "defertoapp": EdgeTraversal.DEFER_TO_APP,
    "deferapp": EdgeTraversal.DEFER_TO_APP,
    "defertouser": EdgeTraversal.DEFER_TO_USER,
    "deferuser": EdgeTraversal.DEFER_TO_USER,
}
_EDGE_WORDS: Mapping[EdgeTraversal, str] = {
    EdgeTraversal.BLOCK: "no",
    EdgeTraversal.ALLOW: "yes",
    EdgeTraversal.DEFER_TO_APP: "defer_to_app",
    EdgeTraversal.DEFER_TO_USER: "defer_to_user",
}
# An edge traversal policy lets in what those before it do; the two that defer the decision are not
# comparable.
_EDGE_ORDER = {
    EdgeTraversal.BLOCK: 0,
    EdgeTraversal.DEFER_TO_USER: 1,
    EdgeTraversal.DEFER_TO_APP: 1,
    EdgeTraversal.ALLOW: 2,
}


def boolean(option: str, value: object) -> bool:
    """A switch."""
    if isinstance(value, bool):
        return value
    return word(option, value, _BOOLEANS)


ENABLED = Option(
    name="enabled",
    argument={"type": "bool", "aliases": ["enable"]},
    attributes=("active",),
    read=single("active", boolean),
    show=lambda rule, _environment: rule.enabled,
    default={"active": True},
    cim_class=classes.NET_FIREWALL_RULE,
    cim={"Enabled": lambda rule, _environment: ON if rule.enabled else OFF},
    fact="rule_action",
    set_in_windows_rules=True,
)


def _direction(option: str, value: object) -> Direction:
    return word(option, value, DIRECTIONS)


def _same_direction(first: FirewallRule, second: FirewallRule, _environment: Environment) -> Shared:
    return Shared({}) if first.direction is second.direction else NOTHING_SHARED


DIRECTION = Option(
    name="direction",
    argument=TEXT,
    attributes=("direction",),
    read=single("direction", _direction),
    show=lambda rule, _environment: rule.direction.value.lower() if rule.direction else None,
    default={"direction": Direction.IN},
    cim_class=classes.NET_FIREWALL_RULE,
    cim={
        "Direction": lambda rule, _environment: rule.direction.cim_value if rule.direction else None
    },
    fact="rule_action",
    shared=_same_direction,
)


def _action(option: str, value: object) -> Action:
    if isinstance(value, str) and ascii_lower(value) == "bypass":
        raise OptionError(option, "option.bypass")
    return word(option, value, _ACTIONS)


def _same_action(first: FirewallRule, second: FirewallRule, _environment: Environment) -> Shared:
    return Shared({}) if first.action is second.action else NOTHING_SHARED


def _check_action(rule: FirewallRule) -> None:
    if rule.action is Action.BLOCK and rule.security:
        raise OptionError("action", "option.secured")


ACTION = Option(
    name="action",
    argument=TEXT,
    attributes=("action",),
    read=single("action", _action),
    show=lambda rule, _environment: rule.action.value.lower() if rule.action else None,
    default={"action": Action.ALLOW},
    cim_class=classes.NET_FIREWALL_RULE,
    cim={"Action": lambda rule, _environment: rule.action.cim_value if rule.action else None},
    fact="rule_action",
    shared=_same_action,
    check=_check_action,
    set_in_windows_rules=True,
)


def protocols(option: str, value: object) -> tuple[int | None, ...]:
    """Protocol numbers, each once, in the order written; None stands for any protocol."""
    found: dict[int | None, None] = {}
    for each in entries(option, value):
        found[_protocol(option, each)] = None
    if None in found and len(found) > 1:
        raise OptionError(option, "option.any_beside", word="any")
    return tuple(found)


def _protocol(option: str, written: str) -> int | None:
    folded = ascii_lower(written)
    if folded in ANY_WORDS:
        return None
    if folded in PROTOCOL_NUMBERS:
        return PROTOCOL_NUMBERS[folded]
    if folded.isascii() and folded.isdigit() and int(folded[:6]) <= 255:
        return int(folded)
    raise OptionError(option, "option.no_protocol", value=shown_value(written))


def _shared_protocol(
    first: FirewallRule, second: FirewallRule, _environment: Environment
) -> Shared:
    if first.protocol is None or second.protocol is None:
        found = first.protocol if second.protocol is None else second.protocol
        return Shared({"protocol": found})
    return Shared({}) if first.protocol == second.protocol else NOTHING_SHARED


PROTOCOL = Option(
    name="protocol",
    argument=TEXTS,
    attributes=("protocol",),
    # Several protocols make several rules: `desired` reads them one at a time.
    read=single("protocol", lambda option, value: protocols(option, value)[0]),
    show=lambda rule, _environment: protocol_name(rule.protocol).lower(),
    cim_class=classes.NET_PROTOCOL_PORT_FILTER,
    cim={"Protocol": lambda rule, _environment: protocol_name(rule.protocol)},
    fact="rule_protocol",
    along=("ports", "remote_ports", "icmp_types"),
    shared=_shared_protocol,
    enough=True,
)


def _profiles(option: str, value: object) -> frozenset[Profile]:
    """All three, however written, are no restriction and so become an empty set."""
    if is_any(option, value):
        return frozenset()
    found = frozenset(word(option, each, _PROFILES) for each in entries(option, value))
    return frozenset() if len(found) == len(Profile) else found


def _show_profiles(rule: FirewallRule, _environment: Environment) -> Plain:
    return [each.word.lower() for each in Profile if each in rule.effective_profiles]


def _shared_profiles(
    first: FirewallRule, second: FirewallRule, _environment: Environment
) -> Shared:
    found = first.effective_profiles & second.effective_profiles
    if not found:
        return NOTHING_SHARED
    return Shared({"profiles": frozenset() if found == ALL_PROFILES else found})


PROFILES = Option(
    name="profiles",
    argument={**TEXTS, "aliases": ["profile"]},
    attributes=("profiles",),
    read=single("profiles", _profiles),
    show=_show_profiles,
    cim_class=classes.NET_FIREWALL_RULE,
    cim={"Profiles": lambda rule, _environment: sum(each.value for each in rule.profiles)},
    fact="rule_profiles",
    shared=_shared_profiles,
    cuts=lambda before, after, _ports: not before.effective_profiles <= after.effective_profiles,
    set_in_windows_rules=True,
)


def _edge_traversal(option: str, value: object, _asked: Attributes) -> Attributes:
    if isinstance(value, bool):
        found = EdgeTraversal.ALLOW if value else EdgeTraversal.BLOCK
    else:
        found = word(option, value, _EDGE, shown=tuple(_EDGE_WORDS.values()))
    defer = {EdgeTraversal.DEFER_TO_APP: "App", EdgeTraversal.DEFER_TO_USER: "User"}.get(found)
    return {"edge": found is not EdgeTraversal.BLOCK, "defer": defer}


def _shared_edge(first: FirewallRule, second: FirewallRule, _environment: Environment) -> Shared:
    if first.edge_traversal is second.edge_traversal:
        return Shared({})
    one, other = _EDGE_ORDER[first.edge_traversal], _EDGE_ORDER[second.edge_traversal]
    if one == other:
        return Shared({"edge": False, "defer": None}, exact=False)
    lower = first if one < other else second
    return Shared({"edge": lower.edge, "defer": lower.defer})


def passes_edge(after: FirewallRule, before: FirewallRule) -> bool:
    """Whether traffic past an edge device is still let in."""
    return before.edge_traversal is EdgeTraversal.BLOCK or after.edge_traversal in (
        EdgeTraversal.ALLOW,
        before.edge_traversal,
    )


def _without_edge(rule: FirewallRule, _base: FirewallRule, asked: Collection[str]) -> bool:
    return rule.direction is Direction.OUT and "edge" not in asked


def _check_edge(rule: FirewallRule) -> None:
    if rule.edge and rule.direction is Direction.OUT:
        raise OptionError("edge_traversal", "option.edge_outbound")


EDGE_TRAVERSAL = Option(
    name="edge_traversal",
    argument={**TEXT, "aliases": ["edge"]},
    attributes=("edge", "defer"),
    read=_edge_traversal,
    show=lambda rule, _environment: _EDGE_WORDS[rule.edge_traversal],
    blank="no",
    cim_class=classes.NET_FIREWALL_RULE,
    cim={"EdgeTraversalPolicy": lambda rule, _environment: rule.edge_traversal.value},
    fact="rule_edge",
    shared=_shared_edge,
    cuts=lambda before, after, _ports: not passes_edge(after, before),
    dropped=_without_edge,
    check=_check_edge,
    set_in_windows_rules=True,
)

_AUTHENTICATION = {
    "notrequired": Authentication.NOT_REQUIRED,
    "required": Authentication.REQUIRED,
    "noencap": Authentication.NO_ENCAPSULATION,
}
_AUTHENTICATION_WORDS: Mapping[Authentication, str] = {
    Authentication.NOT_REQUIRED: "not_required",
    Authentication.REQUIRED: "required",
    Authentication.NO_ENCAPSULATION: "no_encap",
}
_ENCRYPTION = {
    "notrequired": Encryption.NOT_REQUIRED,
    "required": Encryption.REQUIRED,
    "dynamic": Encryption.DYNAMIC,
}
_ENCRYPTION_WORDS: Mapping[Encryption, str] = {
    Encryption.NOT_REQUIRED: "not_required",
    Encryption.REQUIRED: "required",
    Encryption.DYNAMIC: "dynamic",
}
# What demands more matches less ([MS-FASP] 2.2.35): traffic that is authenticated without being
# encapsulated does for no_encap alone, and that which is only authenticated may be so for dynamic.
_STRICTER: Mapping[Authentication | Encryption, int] = {
    Authentication.NOT_REQUIRED: 0,
    Authentication.NO_ENCAPSULATION: 1,
    Authentication.REQUIRED: 2,
    Encryption.NOT_REQUIRED: 0,
    Encryption.DYNAMIC: 1,
    Encryption.REQUIRED: 2,
}
# The words of the COM interface for both (NET_FW_AUTHENTICATE_TYPE).
_SECURITY = {
    "notrequired": (Authentication.NOT_REQUIRED, Encryption.NOT_REQUIRED),
    "authnoencap": (Authentication.NO_ENCAPSULATION, Encryption.NOT_REQUIRED),
    "authenticate": (Authentication.REQUIRED, Encryption.NOT_REQUIRED),
    "authdynenc": (Authentication.REQUIRED, Encryption.DYNAMIC),
    "authenc": (Authentication.REQUIRED, Encryption.REQUIRED),
}


def _demand(rule: FirewallRule, attribute: str) -> Authentication | Encryption:
    found: Authentication | Encryption = getattr(rule, attribute)
    return found


def _stricter(attribute: str) -> Callable[[FirewallRule, FirewallRule, Environment], Shared]:
    def shared(one: FirewallRule, other: FirewallRule, _environment: Environment) -> Shared:
        both = (_demand(one, attribute), _demand(other, attribute))
        return Shared({attribute: max(both, key=_STRICTER.__getitem__)})

    return shared


def _demands_more(attribute: str) -> Callable[[FirewallRule, FirewallRule, Collection[int]], bool]:
    def cuts(before: FirewallRule, after: FirewallRule, _ports: Collection[int]) -> bool:
        return _STRICTER[_demand(after, attribute)] > _STRICTER[_demand(before, attribute)]

    return cuts


AUTHENTICATION = Option(
    name="authentication",
    argument=TEXT,
    attributes=("authentication",),
    read=single(
        "authentication",
        lambda option, value: word(
            option, value, _AUTHENTICATION, shown=tuple(_AUTHENTICATION_WORDS.values())
        ),
    ),
    show=lambda rule, _environment: _AUTHENTICATION_WORDS[rule.authentication],
    blank="not_required",
    cim_class=classes.NET_NETWORK_LAYER_SECURITY_FILTER,
    cim={"Authentication": lambda rule, _environment: rule.authentication.value},
    fact="rule_security",
    along=("encryption",),
    shared=_stricter("authentication"),
    cuts=_demands_more("authentication"),
    enough=True,
    limit="authentication",
    set_in_windows_rules=True,
)


def _check_encryption(rule: FirewallRule) -> None:
    if rule.encryption is Encryption.NOT_REQUIRED:
        return
    if rule.authentication is Authentication.NOT_REQUIRED:
        raise OptionError("encryption", "option.encryption_alone", setting="required")
    # [MS-FASP] 2.2.24, AUTH_WITH_ENC_NEGOTIATE_OUTBOUND.
    if rule.encryption is Encryption.DYNAMIC and rule.direction is Direction.OUT:
        raise OptionError("encryption", "option.inbound_only", word="dynamic")


def _without_encryption(rule: FirewallRule, _base: FirewallRule, asked: Collection[str]) -> bool:
    return rule.authentication is Authentication.NOT_REQUIRED and "encryption" not in asked


def _without_encapsulation(rule: FirewallRule) -> Phrase | None:
    unusual = rule.authentication is Authentication.NO_ENCAPSULATION
    if unusual and rule.encryption is not Encryption.NOT_REQUIRED:
        return Phrase("doubt.encryption_without_encapsulation")
    return None


ENCRYPTION = Option(
    name="encryption",
    argument=TEXT,
    attributes=("encryption",),
    read=single(
        "encryption",
        lambda option, value: word(
            option, value, _ENCRYPTION, shown=tuple(_ENCRYPTION_WORDS.values())
        ),
    ),
    show=lambda rule, _environment: _ENCRYPTION_WORDS[rule.encryption],
    blank="not_required",
    cim_class=classes.NET_NETWORK_LAYER_SECURITY_FILTER,
    cim={"Encryption": lambda rule, _environment: rule.encryption.value},
    fact="rule_security",
    along=("authentication",),
    shared=_stricter("encryption"),
    cuts=_demands_more("encryption"),
    dropped=_without_encryption,
    check=_check_encryption,
    doubt=_without_encapsulation,
    set_in_windows_rules=True,
)


def _security(option: str, value: object, asked: Attributes) -> Attributes:
    """Both of them in one word, unless the task also says otherwise."""
    authentication, encryption = word(option, value, _SECURITY)
    found = {"authentication": authentication, "encryption": encryption}
    for name, each in found.items():
        if asked.get(name, each) is not each:
            raise OptionError(option, "option.security_twice", option=name)
    return found


SECURITY = Option(name="security", argument=TEXT, attributes=(), read=_security)

#: In the order of the table.
WHAT_IT_DOES = (ENABLED, DIRECTION, ACTION, PROTOCOL)
ON_WHICH_NETWORKS = (PROFILES,)
PAST_WHICH_DEVICES = (EDGE_TRAVERSAL,)
HOW_SECURE = (AUTHENTICATION, ENCRYPTION, SECURITY)
