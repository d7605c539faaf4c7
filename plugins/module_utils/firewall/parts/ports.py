# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of a firewall rule that need a protocol: ports of TCP and UDP, types of ICMP."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ...asked.ports import PortError, PortSet, ports_by_protocol
from ...ground.names import ascii_lower
from ...words.phrases import said
from ...wsman.cim import classes
from ...wsman.cim.objects import CimValue
from ..policy.environment import Environment
from ..policy.rule import FirewallRule, IcmpType, PortCondition, in_icmp_order
from ..policy.vocabulary import (
    ICMPV4,
    ICMPV6,
    PORT_KEYWORDS,
    TCP,
    UDP,
    Direction,
    PortKeyword,
)
from .option import (
    ANY,
    MAX_ENTRIES,
    NOTHING_SHARED,
    RAW,
    TEXTS,
    Attributes,
    Option,
    OptionError,
    Plain,
    Shared,
    entries,
    is_any,
    shown_value,
)

_ANY_IN_CIM = ("Any",)
# The keywords in the class documentation of MSFT_NetProtocolPortFilter; the others are for Windows'
# own rules.
_OFFERED_WORDS: Mapping[str, PortKeyword] = {
    alias.lower(): word
    for word in PORT_KEYWORDS.values()
    if word.word in ("RPC", "RPC-EPMap", "Teredo", "IPHTTPSIn", "IPHTTPSOut", "Ply2Disc")
    for alias in (word.word, word.cim)
}
# Two words for one port ([MS-FASP] 2.2.14); Windows' own rules have both.
_SAME_WORDS = {"IPTLSIn": "IPHTTPSIn", "IPTLSOut": "IPHTTPSOut"}


def _reader(attribute: str, *, local: bool) -> Callable[[str, object, Attributes], Attributes]:
    def read(option: str, value: object, asked: Attributes) -> Attributes:
        protocol = asked.get("protocol")
        if protocol not in (TCP, UDP):
            if not is_any(option, value):
                raise OptionError(option, "option.ports_without_protocol")
            return {attribute: PortCondition()}
        direction = asked.get("direction", Direction.IN)
        return {attribute: _ports(option, value, protocol, local=local, direction=direction)}

    return read


def _ports(
    option: str, value: object, protocol: int, *, local: bool, direction: Direction
) -> PortCondition:
    """Numbers, ranges, well-known names, keywords; empty for any."""
    if is_any(option, value):
        return PortCondition()
    words: set[str] = set()
    numbers: list[str] = []
    for each in entries(option, value):
        word = _OFFERED_WORDS.get(ascii_lower(each))
        if word is None:
            if ascii_lower(each) in PORT_KEYWORDS:
                raise OptionError(option, "option.word_of_windows", word=each)
            numbers.append(each)
            continue
        _check_word(option, word, protocol, local=local, direction=direction)
        words.add(word.word)
    try:
        found = ports_by_protocol(numbers, "tcp" if protocol == TCP else "udp") if numbers else {}
    except PortError as error:
        raise OptionError(option, "option.as_told", problem=said(error)) from None
    condition = PortCondition(next(iter(found.values()), PortSet()), frozenset(words))
    if len(condition.numbers.ranges) > MAX_ENTRIES:
        raise OptionError(option, "option.many_ports", limit=MAX_ENTRIES)
    return condition


def _check_word(
    option: str, word: PortKeyword, protocol: int, *, local: bool, direction: Direction
) -> None:
    if word.local is not local:
        side = "option.local_only" if word.local else "option.remote_only"
        raise OptionError(option, side, word=word.word)
    wanted = UDP if word.word == "Ply2Disc" else word.protocol or TCP
    if protocol != wanted:
        name = "tcp" if wanted == TCP else "udp"
        raise OptionError(option, "option.word_needs_protocol", word=word.word, protocol=name)
    if word.local and direction is Direction.OUT:
        raise OptionError(option, "option.inbound_only", word=word.word)
    if not word.local and direction is Direction.IN:
        raise OptionError(option, "option.outbound_only", word=word.word)


def _check_ports(rule: FirewallRule) -> None:
    for word in rule.local_ports.keywords:
        if rule.direction is Direction.OUT:
            raise OptionError("ports", "option.inbound_only", word=word)
        if (word in ("RPC", "RPC-EPMap") and rule.protocol != TCP) or (
            word == "Teredo" and rule.protocol != UDP
        ):
            raise OptionError("ports", "option.word_and_protocol", word=word)


def _condition(rule: FirewallRule, attribute: str) -> PortCondition:
    found: PortCondition = getattr(rule, attribute)
    return found


def _words(ports: PortCondition) -> frozenset[str]:
    return frozenset(_SAME_WORDS.get(word, word) for word in ports.keywords)


def _numbers(ports: PortCondition) -> list[str]:
    return str(ports.numbers).split(",") if ports.numbers.ranges else []


def _show(attribute: str) -> Callable[[FirewallRule, Environment], Plain]:
    def show(rule: FirewallRule, _environment: Environment) -> Plain:
        ports = _condition(rule, attribute)
        if rule.protocol not in (TCP, UDP):
            return None
        return _numbers(ports) + sorted(_words(ports)) or [ANY]

    return show


def _compare(attribute: str) -> Callable[[FirewallRule, Environment], object]:
    def compare(rule: FirewallRule, _environment: Environment) -> object:
        ports = _condition(rule, attribute)
        return ports.numbers, _words(ports)

    return compare


def _cim(attribute: str) -> Callable[[FirewallRule, Environment], CimValue]:
    def value(rule: FirewallRule, _environment: Environment) -> CimValue:
        ports = _condition(rule, attribute)
        words = {PORT_KEYWORDS[word.lower()].cim for word in ports.keywords}
        return tuple(_numbers(ports) + sorted(words)) or _ANY_IN_CIM

    return value


def _shared(attribute: str) -> Callable[[FirewallRule, FirewallRule, Environment], Shared]:
    def shared(one: FirewallRule, other: FirewallRule, _environment: Environment) -> Shared:
        first, second = _condition(one, attribute), _condition(other, attribute)
        if not first or not second:
            return Shared({attribute: first or second})
        numbers = first.numbers.intersection(second.numbers)
        found = PortCondition(numbers, first.keywords & second.keywords)
        # Windows chooses the ports behind a keyword, so a keyword and a number may mean the same.
        exact = first.keywords == second.keywords or found in (first, second)
        return Shared({attribute: found} if found else None, exact)

    return shared


def met(condition: PortCondition, ports: Collection[int]) -> set[int]:
    """The ports that match the numbers of a condition."""
    return {port for port in ports if not condition or port in condition.numbers}


def _fewer_ports(before: FirewallRule, after: FirewallRule, ports: Collection[int]) -> bool:
    old, new = before.local_ports, after.local_ports
    lost = not met(old, ports) <= met(new, ports)
    return bool(new) and (lost or bool(old.keywords - new.keywords))


def _fewer_remote_ports(before: FirewallRule, after: FirewallRule, _ports: Collection[int]) -> bool:
    old, new = before.remote_ports, after.remote_ports
    kept = bool(old) and all(
        any(first <= low and high <= last for first, last in new.numbers.ranges)
        for low, high in old.numbers.ranges
    )
    return bool(new) and (not kept or bool(old.keywords - new.keywords))


def _without_ports(rule: FirewallRule, _base: FirewallRule, _asked: Collection[str]) -> bool:
    return rule.protocol not in (TCP, UDP)


PORTS = Option(
    name="ports",
    argument={**RAW, "aliases": ["localport"]},
    attributes=("local_ports",),
    read=_reader("local_ports", local=True),
    show=_show("local_ports"),
    compare=_compare("local_ports"),
    cim_class=classes.NET_PROTOCOL_PORT_FILTER,
    cim={"LocalPort": _cim("local_ports")},
    fact="rule_ports",
    # The protocol is written with its ports, which mean nothing without it.
    along=("protocol",),
    shared=_shared("local_ports"),
    cuts=_fewer_ports,
    dropped=_without_ports,
    check=_check_ports,
)

REMOTE_PORTS = Option(
    name="remote_ports",
    argument={**RAW, "aliases": ["remoteport"]},
    attributes=("remote_ports",),
    read=_reader("remote_ports", local=False),
    show=_show("remote_ports"),
    compare=_compare("remote_ports"),
    blank=[ANY],
    cim_class=classes.NET_PROTOCOL_PORT_FILTER,
    cim={"RemotePort": _cim("remote_ports")},
    fact="rule_ports",
    along=("protocol",),
    shared=_shared("remote_ports"),
    cuts=_fewer_remote_ports,
    dropped=_without_ports,
)


def _icmp_types(option: str, value: object, asked: Attributes) -> Attributes:
    """Types of ICMP, each with a code or for all its codes; empty for any."""
    if is_any(option, value):
        return {"icmp_types": frozenset()}
    if asked.get("protocol") not in (ICMPV4, ICMPV6):
        raise OptionError(option, "option.icmp_without_protocol")
    found = set()
    for each in entries(option, value):
        number, _unused, code = each.replace(".", ":").partition(":")
        if not _is_byte(number) or not (code in ("", "*") or _is_byte(code)):
            raise OptionError(option, "option.no_icmp_type", value=shown_value(each))
        found.add((int(number), None if code in ("", "*") else int(code)))
    if len(found) > MAX_ENTRIES:
        raise OptionError(option, "option.many_icmp_types", limit=MAX_ENTRIES)
    # A type with all its codes includes the same type with one of them.
    whole = {number for number, code in found if code is None}
    return {
        "icmp_types": frozenset(each for each in found if each[1] is None or each[0] not in whole)
    }


def _is_byte(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) <= 3 and int(written) <= 255


def _show_icmp(rule: FirewallRule, _environment: Environment) -> Plain:
    if rule.protocol not in (ICMPV4, ICMPV6):
        return None
    return [
        f"{number}:{'*' if code is None else code}"
        for number, code in in_icmp_order(rule.icmp_types)
    ] or [ANY]


def _icmp_in_cim(rule: FirewallRule, _environment: Environment) -> CimValue:
    # The class documentation separates type and code with a dot, that of New-NetFirewallRule with
    # a colon, which is also what the rule store has.
    return (
        tuple(
            str(number) if code is None else f"{number}:{code}"
            for number, code in in_icmp_order(rule.icmp_types)
        )
        or _ANY_IN_CIM
    )


def _shared_icmp(one: FirewallRule, other: FirewallRule, _environment: Environment) -> Shared:
    first, second = one.icmp_types, other.icmp_types
    if not first or not second:
        return Shared({"icmp_types": first or second})
    found: frozenset[IcmpType] = frozenset(
        (kind, code if other_code is None else other_code)
        for kind, code in first
        for other_kind, other_code in second
        if kind == other_kind and (code is None or other_code is None or code == other_code)
    )
    return Shared({"icmp_types": found}) if found else NOTHING_SHARED


def _without_icmp(rule: FirewallRule, base: FirewallRule, asked: Collection[str]) -> bool:
    of_another = rule.protocol != base.protocol and "icmp_types" not in asked
    return of_another or rule.protocol not in (ICMPV4, ICMPV6)


ICMP_TYPES = Option(
    name="icmp_types",
    argument={**TEXTS, "aliases": ["icmp_type_code"]},
    attributes=("icmp_types",),
    read=_icmp_types,
    show=_show_icmp,
    compare=lambda rule, _environment: rule.icmp_types,
    blank=[ANY],
    cim_class=classes.NET_PROTOCOL_PORT_FILTER,
    cim={"IcmpType": _icmp_in_cim},
    fact="rule_icmp",
    along=("protocol",),
    shared=_shared_icmp,
    dropped=_without_icmp,
)

#: In the order of the table.
OPTIONS = (PORTS, REMOTE_PORTS, ICMP_TYPES)
