# SPDX-License-Identifier: GPL-3.0-or-later
"""While a rule is changed, at every moment, whatever breaks off: the PC lets in no more than the
old and the new rule together, and WinRM where both do.

What is let in is judged by the simulated PC's own firewall, on the text in its store.
"""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import changes
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.wishes import (
    WishError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Clock, Host
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from unit.firewall.test_simulated_changes import ADAPTERS, WIRED, WIRELESS, no_time, pc
from unit.simulated import SimulatedTransport
from winsim.firewall.enforcement import Packet, inbound_rule
from winsim.firewall.rule import LOCAL_PORTS, REMOTE_PORTS, parse
from winsim.machine import Machine

RULE = "rule"
WINRM = Packet("tcp", "192.0.2.1", 5985, "192.0.2.9", program="System")

ports = st.sampled_from(
    ["5985", "80,5985", "80,443", "443", "8000-8010", "8005-8020", "any", "1-65535", "RPC",
     "RPC,80", "RPC,5985"],
)  # fmt: skip
addresses = st.sampled_from(
    ["any", "192.0.2.0/24", "192.0.0.0/16", "10.0.0.0/8", "10.1.0.0-10.200.0.0",
     "LocalSubnet", "LocalSubnet,10.0.0.0/8", "LocalSubnet4,DNS", "fe80::/64",
     "fe80::/65,192.0.2.9", "192.0.2.9"],
)  # fmt: skip
COMMON: dict[str, st.SearchStrategy[Any]] = {
    "enabled": st.booleans(),
    "action": st.sampled_from(["allow", "allow", "block"]),
    "profiles": st.sampled_from(["any", "domain", "public,private", "private,domain"]),
    "remote_addresses": addresses,
    "program": st.sampled_from(
        ["any", "System", "System", r"C:\a.exe", r"%ProgramFiles%\a.exe", r"%Unknown%\a.exe"]
    ),
    "service": st.sampled_from(["any", "any", "*", "W3SVC", "WinRM"]),
    "description": st.sampled_from(["a", "b"]),
}
ON_THE_HOST: list[dict[str, st.SearchStrategy[Any]]] = [
    {
        "interface_types": st.sampled_from(["any", "lan", "wireless", "wireless,lan"]),
        "interfaces": ADAPTERS,
    },
    {"local_addresses": st.sampled_from(["any", "192.0.2.1", "192.0.2.0/24", "10.0.0.0/8"])},
]
EDGE = st.sampled_from(["no", "yes", "defer_to_app", "defer_to_user"])
WITH_PORTS = {"ports": ports, "remote_ports": st.sampled_from(["any", "1024-65535", "50000-60000"])}
OF_PROTOCOLS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "tcp": WITH_PORTS,
    "udp": WITH_PORTS | {"ports": ports.filter(lambda text: "RPC" not in text)},
    "any": {},
    "icmpv4": {"icmp_types": st.sampled_from(["any", "8", "3:4,8"])},
}
STANDARD = {"ports": "any", "remote_ports": "any", "remote_addresses": "any", "profiles": "any",
            "program": "any", "service": "any", "interface_types": "any", "local_addresses": "any",
            "interfaces": "any",
            "edge_traversal": "no", "action": "allow", "enabled": True}  # fmt: skip


@st.composite
def rule_options(draw: st.DrawFn, winrm: bool = False) -> dict[str, Any]:
    """The options of any rule, each said; with `winrm` mostly of one that may let WinRM in."""
    protocol = draw(st.sampled_from(["tcp"] * 3 + sorted(OF_PROTOCOLS)))
    direction = draw(st.sampled_from(["in"] * 5 + ["out"]))
    optional = COMMON | OF_PROTOCOLS[protocol] | draw(st.sampled_from(ON_THE_HOST))
    if direction == "in":
        optional |= {"edge_traversal": EDGE}
    found = STANDARD | draw(st.fixed_dictionaries({}, optional=optional))
    if protocol not in ("tcp", "udp"):
        del found["ports"], found["remote_ports"]
    if direction == "out":
        del found["edge_traversal"]
    if direction == "out" and "RPC" in found.get("ports", ""):
        del found["ports"]
    if winrm:
        found |= {"enabled": True, "action": "allow"}
    return found | {"protocol": protocol, "direction": direction, "name": "Web", "rule_id": RULE}


class Watched(SimulatedTransport):
    """Keeps the text of the rule after each request. Before or after the machine has carried out
    the request of a number, the connection breaks, once."""

    def __init__(self, machine: Machine, breaks: int = -1, *, carried_out: bool = True) -> None:
        super().__init__(machine)
        self.texts: list[str | None] = [text_of(machine)]
        self._breaks = breaks
        if carried_out:
            self.failures = {breaks: TransportError(Failure.CLOSED)}
            self._breaks = -1

    def send(self, envelope: bytes) -> bytes:
        if len(self.actions) == self._breaks:
            self.actions.append("broken")
            raise TransportError(Failure.CLOSED)
        try:
            return super().send(envelope)
        finally:
            self.texts.append(text_of(self.service.machine))


def text_of(machine: Machine) -> str | None:
    assert machine.firewall is not None
    return machine.firewall.rules().get(RULE)


def write(transport: SimulatedTransport, options: dict[str, Any], *, force: bool) -> None:
    asked = [changes.wish(options, present=True)]
    host = Host(transport, "win-1", clock=Clock(sleep=no_time))
    changes.make(host, asked, force=force, sleep=no_time)


def packets(*texts: str | None) -> list[Packet]:
    """Packets at the bounds of what rules mean, in any combination."""
    rules = [parse(text) for text in texts if text]
    local = [5985, *_bounds(value for rule in rules for value in rule.all(*LOCAL_PORTS))]
    remote = [50_000, *_bounds(value for rule in rules for value in rule.all(*REMOTE_PORTS))]
    there = list(_addresses(v for rule in rules for v in rule.all("RA4", "RA6")))
    here = list(_addresses(v for rule in rules for v in rule.all("LA4", "LA6")))
    chance = random.Random(1)
    found = [WINRM]
    for _unused in range(400):
        remote_address = chance.choice([*there, "192.0.2.9"])
        family = ipaddress.ip_address(remote_address).version
        fitting = [each for each in here if ipaddress.ip_address(each).version == family]
        found.append(
            Packet(
                chance.choice(["tcp", "tcp", "udp"]),
                chance.choice([*fitting, "192.0.2.1" if family == 4 else "fe80::1"]),
                chance.choice(local),
                remote_address,
                chance.choice(remote),
                chance.choice([True, False]),
                chance.choice(
                    ["System", r"C:\a.exe", r"C:\Program Files\a.exe", r"C:\b.exe", None]
                ),
                chance.choice([frozenset(), frozenset({"winrm"}), frozenset({"w3svc", "winrm"})]),
                interface=chance.choice([WIRED, WIRELESS]),
                interface_type=chance.choice(["Lan", "Wireless", "RemoteAccess"]),
            )
        )
    return found


def _bounds(values: Iterator[str]) -> Iterator[int]:
    for value in values:
        for end in value.split("-"):
            if end.isdigit():
                yield from (each for each in (int(end) - 1, int(end), int(end) + 1)
                            if 1 <= each <= 65_535)  # fmt: skip


def _addresses(values: Iterator[str]) -> Iterator[str]:
    for value in values:
        if value[:1].isalpha() and ":" not in value:
            continue
        first, _unused, last = value.partition("-")
        network = ipaddress.ip_network(first, strict=False)
        ends = [int(network[0]), int(ipaddress.ip_address(last)) if last else int(network[-1])]
        for end in ends:
            for near in (end - 1, end, end + 1):
                if 0 < near < 1 << (32 if network.version == 4 else 128):
                    kind = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
                    yield str(kind(near))


PROFILES = ("domain", "private", "public")
# What a rule says of a packet: it lets it in, blocks it, or has no say.
Says = bool | None


def lets_in(says: Says, others: bool) -> bool:
    """Whether a packet comes in, where all other rules together let it in or not."""
    return others if says is None else says


class Law:
    """What holds at every moment between two rules."""

    def __init__(self, old: str | None, new: str | None) -> None:
        self._old, self._new = old, new
        self._packets = packets(old, new)
        self._said: dict[tuple[str | None, str], list[tuple[Says, ...]]] = {}

    def check(self, texts: list[str | None], *, forced: bool) -> None:
        for text in dict.fromkeys(texts):
            for direction in ("In", "Out"):
                self._check(text, direction)
            if not forced:
                self._check_winrm(text)

    def _says(self, text: str | None, direction: str) -> list[tuple[Says, ...]]:
        """What a rule says of each packet, for each profile."""
        if (text, direction) not in self._said:
            rule = None
            if text is not None and f"|Dir={direction}|" in text:
                rule = inbound_rule(text.replace("|Dir=Out|", "|Dir=In|"))
            if rule is None:
                said: list[tuple[Says, ...]] = [(None,) * len(PROFILES)] * len(self._packets)
            else:
                says = tuple(
                    not rule.blocks if name in rule.profiles else None for name in PROFILES
                )
                nothing = (None,) * len(PROFILES)
                said = [says if rule.matches(packet) else nothing for packet in self._packets]
            self._said[text, direction] = said
        return self._said[text, direction]

    def _check(self, text: str | None, direction: str) -> None:
        each = (self._says(rule, direction) for rule in (text, self._old, self._new))
        for packet, *said in zip(self._packets, *each, strict=True):
            for profile, now, old, new in zip(PROFILES, *said, strict=True):
                for others in (False, True):
                    if lets_in(now, others):
                        how = (packet, profile, direction, others)
                        either = lets_in(old, others) or lets_in(new, others)
                        assert either, f"{how}\n{self._old}\n{text}\n{self._new}"

    def _check_winrm(self, text: str | None) -> None:
        assert self._packets[0] is WINRM
        each = (self._says(rule, "In")[0] for rule in (text, self._old, self._new))
        for profile, now, old, new in zip(PROFILES, *each, strict=True):
            for others in (False, True):
                if lets_in(old, others) and lets_in(new, others):
                    how = (WINRM, profile, "In", others)
                    assert lets_in(now, others), f"{how}\n{self._old}\n{text}\n{self._new}"


def changed(
    old: dict[str, Any] | None, new: dict[str, Any], place: int, *, carried_out: bool
) -> None:
    """Change a rule, once as a whole and once with a connection that breaks at one of the requests
    that follow the reading."""
    start = pc()
    if old is not None:
        write(SimulatedTransport(start), old, force=True)
    text = text_of(start)
    rules = {} if text is None else {RULE: text}
    whole, forced = Watched(pc(**rules)), False
    try:
        write(whole, new, force=False)
    except ChangeError as error:
        assert isinstance(error.__cause__, WishError), error  # noqa: PT017
        assert set(whole.texts) == {text}
        if isinstance(error.__cause__.__cause__, OptionError):
            return
        whole, forced = Watched(pc(**rules)), True
        write(whole, new, force=True)
    law = Law(text, whole.texts[-1])
    law.check(whole.texts, forced=forced)
    # A shell, the stores and three queries come first.
    places = range(7, len(whole.actions))
    if not places:
        return
    broken = Watched(pc(**rules), places[place % len(places)], carried_out=carried_out)
    try:
        write(broken, new, force=forced)
        assert broken.texts[-1] == whole.texts[-1]
    except ChangeError:
        assert broken.texts[-1] in (text, whole.texts[-1])
    law.check(broken.texts, forced=forced)


@pytest.mark.sweep
@given(rule_options(), rule_options(), st.integers(0, 40), st.booleans())
def test_no_moment_of_a_change_lets_in_more_than_before_and_after(
    old: dict[str, Any], new: dict[str, Any], place: int, carried_out: bool
) -> None:
    changed(old, new, place, carried_out=carried_out)


@pytest.mark.sweep
@given(rule_options(winrm=True), rule_options(winrm=True), st.integers(0, 40), st.booleans())
def test_nor_of_one_of_a_rule_that_lets_winrm_in(
    old: dict[str, Any], new: dict[str, Any], place: int, carried_out: bool
) -> None:
    changed(old, new, place, carried_out=carried_out)


@pytest.mark.sweep
@given(rule_options(), st.integers(0, 40), st.booleans())
def test_nor_of_a_creation(new: dict[str, Any], place: int, carried_out: bool) -> None:
    changed(None, new, place, carried_out=carried_out)


@pytest.mark.parametrize(
    ("place", "carried_out"), [(2, True), pytest.param(5, False, marks=pytest.mark.sweep)]
)
def test_of_a_rule_that_moves_no_moment_lets_in_more(place: int, carried_out: bool) -> None:
    """One of the many changes above, with another port, other networks and another program."""
    old = STANDARD | {"rule_id": RULE, "name": "Web", "protocol": "tcp", "direction": "in",
                      "ports": 80, "remote_addresses": "192.0.2.0/24"}  # fmt: skip
    new = old | {"ports": [80, 8080], "remote_addresses": "198.51.100.0/24", "program": r"C:\a.exe"}
    changed(old, new, place, carried_out=carried_out)


def test_two_ports_for_one_program_are_never_open_to_all_programs() -> None:
    """The rule serves WinRM, so that no pause is an option."""
    old = STANDARD | {"rule_id": RULE, "name": "Web", "protocol": "tcp", "direction": "in",
                      "ports": 5985, "remote_addresses": "192.0.2.0/24"}  # fmt: skip
    new = old | {"ports": [5985, 80], "program": "System"}
    start = pc()
    write(SimulatedTransport(start), old, force=True)
    text = text_of(start)
    assert text is not None
    watched = Watched(pc(**{RULE: text}))
    write(watched, new, force=False)
    for each in watched.texts:
        assert each is not None
        assert "|Active=TRUE|" in each
        assert "|LPort=80|" not in each or "|App=System|" in each
    assert watched.texts[-1] is not None
    assert "|LPort=80|" in watched.texts[-1]
