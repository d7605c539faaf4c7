# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules written to a simulated PC, whose reading of the specifications is its own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing import changes
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
    Changes,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.parts.option import (
    OptionError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import Clock, Host
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from unit.rows import each_row
from unit.simulated import SimulatedTransport
from unit.sweeps import fast
from unit.winsim.small import boot
from winsim.firewall.store import LOCAL_ROOT, RULES, FirewallState
from winsim.machine import Machine
from winsim.network_state import Adapter
from winsim.state import RequestQueue, UrlGroup

CHANGING = ("Create", "Put", "Delete", "Enable", "Disable")
WIRED = "{4F8A2C1E-7B3D-4E59-9A60-1C2D3E4F5A6B}"
WIRELESS = "{9D1E2F30-4A5B-4C6D-8E7F-A0B1C2D3E4F5}"
#: Of the adapters of the PC.
ADAPTERS = st.sampled_from(["any", "Ethernet", ["WI-FI"], ["Ethernet", "Wi-Fi"]])
OTHER = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=22|Name=Other|"


def pc(**rules: str) -> Machine:
    """A PC with these local rules by their ids."""
    found = boot()
    adapters = (Adapter("Ethernet", 6, WIRED), Adapter("Wi-Fi", 7, WIRELESS))
    found.network = replace(found.network, unconnected=adapters)
    found.firewall = state = FirewallState()
    state.set_value(LOCAL_ROOT, "PolicyVersion", 0x21E)
    for rule_id, text in {"other": OTHER, **rules}.items():
        state.set_value(RULES["local"], rule_id, text)
    return found


def stored(host: Machine) -> dict[str, list[tuple[str, str]]]:
    """The fields of all rules but the one that nobody touches, which has to be as it was. Their
    order says nothing."""
    assert host.firewall is not None
    rules = dict(host.firewall.rules())
    assert rules.pop("other") == OTHER
    return {rule_id: sorted(host.firewall.fields(text)) for rule_id, text in rules.items()}


def make(
    host: Machine,
    transport: SimulatedTransport | None = None,
    *,
    present: bool = True,
    **options: Any,
) -> Changes:
    asked = [changes.wish(options, present=present)]
    door = Host(transport or SimulatedTransport(host), "win-1", clock=Clock(sleep=no_time))
    return changes.make(door, asked, force=True, sleep=no_time)


def no_time(seconds: float) -> None:
    """Instead of a pause."""


def requests(host: Machine, **options: Any) -> list[str]:
    transport = SimulatedTransport(host)
    make(host, transport, **options)
    return transport.actions


# ------------------------------------------------------------------ what is written reads back

texts = st.one_of(
    st.sampled_from(
        ["社内ポータル", 'say "hi"', "%PATH%", "a & b", "<b>", "]]>", "a=b", "^", "!x!", "'", "\\",
         " blanks  ", "é", "👍", "a    REG_SZ    b", "HKEY_LOCAL_MACHINE"],
    ),
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="|\ufffe\uffff"),
        min_size=1,
        max_size=30,
    ),
)  # fmt: skip
names = texts.filter(
    lambda text: text.strip() and not text.startswith("@") and text.casefold() != "all"
)
addresses = st.sampled_from(
    ["any", "10.0.0.0/8", "192.168.0.0/255.255.255.0", "10.0.0.5-10.0.0.9,LocalSubnet",
     "fe80::/64,10.1.2.3", "LocalSubnet6", "DNS,Internet4"],
)  # fmt: skip
COMMON: dict[str, st.SearchStrategy[Any]] = {
    "enabled": st.booleans(),
    "action": st.sampled_from(["allow", "block"]),
    "profiles": st.sampled_from(["any", "domain", "Public,PRIVATE"]),
    "remote_addresses": addresses,
    "program": st.sampled_from(["any", "System", r"%ProgramFiles%\a & b\x.exe", r"C:\日本\あ.exe"]),
    "service": st.sampled_from(["any", "*", "W3SVC"]),
    "description": texts,
    "group": texts,
}
WITH_PORTS = {
    "ports": st.sampled_from(["80", "443,80", "8000-8010", "1-65535", "any"]),
    "remote_ports": st.sampled_from(["any", "1024-65535", "53"]),
}
OF_PROTOCOLS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "tcp": WITH_PORTS,
    "udp": WITH_PORTS,
    "any": {},
    "icmpv4": {"icmp_types": st.sampled_from(["any", "8", "3:4,8"])},
    "icmpv6": {"icmp_types": st.sampled_from(["any", "128"])},
    "gre": {},
    "200": {},
}
OF_DIRECTIONS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "in": {"edge_traversal": st.sampled_from(["no", "yes", "defer_to_app", "defer_to_user"])},
    "out": {},
}
# Windows does not take both.
ON_THE_HOST: list[dict[str, st.SearchStrategy[Any]]] = [
    {
        "interface_types": st.sampled_from(["any", "lan", "wireless,remote_access"]),
        "interfaces": ADAPTERS,
    },
    {"local_addresses": st.sampled_from(["any", "10.1.2.3", "10.0.0.0/8"])},
]


@st.composite
def option_sets(draw: st.DrawFn) -> dict[str, Any]:
    """Options of any rule that Windows takes."""
    protocol = draw(st.sampled_from(sorted(OF_PROTOCOLS)))
    direction = draw(st.sampled_from(sorted(OF_DIRECTIONS)))
    optional = COMMON | OF_PROTOCOLS[protocol] | OF_DIRECTIONS[direction]
    optional |= draw(st.sampled_from(ON_THE_HOST))
    fixed = {
        "name": names,
        "protocol": st.just(protocol),
        "direction": st.just(direction),
    }
    found: dict[str, Any] = draw(st.fixed_dictionaries(fixed, optional=optional))
    return found


@settings(max_examples=8)
@given(option_sets(), option_sets())
def test_a_rule_that_is_written_reads_back_equal(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    written(first, second)


@pytest.mark.sweep
@given(option_sets(), option_sets())
def test_any_rule_that_is_written_reads_back_equal(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    written(first, second)


def written(first: dict[str, Any], second: dict[str, Any]) -> None:
    host = pc()
    made = make(host, **first)
    ((rule_id, fields),) = stored(host).items()
    assert ("Name", first["name"]) in fields
    for option, field in (("description", "Desc"), ("group", "EmbedCtxt")):
        assert [value for key, value in fields if key == field] == (
            [first[option]] if option in first else []
        )
    assert made.changes[0].plan is not None
    assert made.changes[0].plan.rule_id == rule_id
    assert not make(host, **first).changed
    # Changed into any other rule, that reads back equal too, if what stays goes with it.
    try:
        make(host, **{**second, "rule_id": rule_id})
    except ChangeError as error:
        assert error.__cause__ is not None  # noqa: PT017
        assert isinstance(error.__cause__.__cause__, OptionError)  # noqa: PT017
        assert stored(host) == {rule_id: fields}
    else:
        assert not make(host, **{**second, "rule_id": rule_id}).changed
    make(host, present=False, rule_id=rule_id)
    assert stored(host) == {}


# ------------------------------------------------------------------ either the old or the new

WEB = {"name": "Web", "ports": "80,443", "remote_addresses": "10.0.0.0/8", "description": "new",
       "program": r"C:\a.exe"}  # fmt: skip
OLD = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Profile=Domain|Name=Web|Desc=old|"
CASES: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "create": ({}, WEB),
    "change": ({"web": OLD}, WEB | {"profiles": "private"}),
    "delete": ({"web": OLD}, {"name": "Web", "present": False}),
}


LOST = {f"{case}, {each.name}": (case, each) for case in CASES
        for each in (Failure.CLOSED, Failure.TIMEOUT)}  # fmt: skip


@pytest.mark.parametrize("name", fast(LOST, "create, TIMEOUT", "change, CLOSED"))
def test_an_answer_that_gets_lost_anywhere(name: str) -> None:
    case, failure = LOST[name]
    rules, options = CASES[case]
    host = pc(**rules)
    before = stored(host)
    actions = requests(host, **options)
    after = stored(host)
    assert before != after
    # The first Create opens the shell.
    places = [number for number, action in enumerate(actions) if action in CHANGING][1:]
    assert len(places) >= 1
    for place in places:
        host = pc(**rules)
        transport = SimulatedTransport(host)
        transport.failures = {place: TransportError(failure)}
        try:
            make(host, transport, **options)
            expected = after
        except ChangeError:
            expected = before
        assert stored(host) == expected, actions[place]


@pytest.mark.parametrize("case", fast(CASES, "change"))
def test_rules_that_can_not_be_read_back_are_changed_nevertheless(case: str) -> None:
    rules, options = CASES[case]
    host = pc(**rules)
    actions = requests(host, **options)
    after = stored(host)
    host = pc(**rules)
    transport = SimulatedTransport(host)
    # The rules are read by a command, the first and the last of all.
    last = len(actions) - 1 - actions[::-1].index("Command")
    transport.failures = {
        number: TransportError(Failure.CLOSED) for number in range(last, last + 10)
    }
    with pytest.raises(ChangeError, match="accepted every change") as caught:
        make(host, transport, **options)
    assert caught.value.changed
    assert caught.value.unreachable
    assert stored(host) == after


def test_output_without_rules_is_no_empty_store() -> None:
    """A rule that seems to be missing would be created a second time."""
    rules, options = CASES["change"]
    host = pc(**rules)
    actions = requests(host, **options)
    after = stored(host)
    last = len(actions) - 1 - actions[::-1].index("Receive")
    host = pc(**rules)
    transport = SimulatedTransport(host)
    transport.spoil = lambda number, answer: (
        re.sub("<rsp:Stream .*</rsp:Stream>", "", answer) if number >= last else answer
    )
    with pytest.raises(ChangeError, match="could not be read back"):
        make(host, transport, **options)
    assert stored(host) == after


@pytest.mark.parametrize("count", [0, 2])
def test_a_created_rule_is_found_whatever_reference_the_answer_gives(count: int) -> None:
    host = pc()
    actions = requests(host, **WEB)
    after = stored(host)
    create = len(actions) - 1 - actions[::-1].index("Create")

    def spoil(number: int, answer: str) -> str:
        if number != create:
            return answer
        return re.sub(r"<w:Selector .*?</w:Selector>", lambda found: found[0] * count, answer)

    host = pc()
    transport = SimulatedTransport(host)
    transport.spoil = spoil
    assert make(host, transport, **WEB).changed
    assert stored(host) == after


def test_what_a_change_costs() -> None:
    host = pc()
    created = requests(host, name="Web", ports=80)
    assert [action for action in created if action in CHANGING] == [
        "Create", "Create", "Put", "Enable",
    ]  # fmt: skip
    unchanged = requests(host, name="Web", ports=80)
    assert unchanged == [
        "Create", "Command", "Receive", "Enumerate", "Enumerate", "Enumerate",
    ]  # fmt: skip


# ------------------------------------------------------------------ names that are odd


@pytest.mark.parametrize(
    "rule_id",
    fast(["  web", "web  ", " ", "Straße", "\u212aernel", "a{1}"], "  web", " ", "\u212aernel"),
)
def test_a_rule_of_an_odd_id_is_written_found_again_and_removed(rule_id: str) -> None:
    host = pc()
    if rule_id.isspace():
        with pytest.raises(OptionError):
            make(host, name="n", rule_id=rule_id, ports=80)
        return
    assert make(host, name="n", rule_id=rule_id, ports=80).changed
    assert list(stored(host)) == [rule_id]
    assert not make(host, name="n", rule_id=rule_id, ports=80).changed
    make(host, present=False, rule_id=rule_id)
    assert stored(host) == {}


@each_row("option", ["name", "rule_id", "group", "description"])
def test_a_character_that_was_lost_is_not_written(option: str) -> None:
    host = pc()
    with pytest.raises(OptionError, match=r"U\+FFFD"):
        make(host, **{"name": "n", "ports": 80, option: "Gro\ufffd"})
    assert stored(host) == {}


def test_an_id_that_could_not_be_read_back_is_refused() -> None:
    with pytest.raises(OptionError, match="four blanks"):
        make(pc(), name="n", ports=80, rule_id="a    REG_SZ    b")


def test_rules_of_a_group_are_those_of_that_name() -> None:
    host = pc()
    make(host, name="a", rule_id="a", ports=80, group="Maße")
    make(host, name="b", rule_id="b", ports=81, group="Masse")
    make(host, present=False, group="MAßE")
    assert list(stored(host)) == ["b"]


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ("0.0.0.0-255.255.255.255", [("RA4", "0.0.0.0-255.255.255.255")]),
        (
            "0.0.0.0-9.255.255.255,10.0.0.0-255.255.255.255",
            [("RA4", "0.0.0.0-255.255.255.255")],
        ),
        (
            "::2-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            [("RA6", "::2-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")],
        ),
        ("::/1,8000::/1", [("RA6", "8000::/1"), ("RA6", "::/1")]),
    ],
)
def test_all_addresses_of_a_family_are_written_as_windows_takes_them(
    asked: str, fields: list[tuple[str, str]]
) -> None:
    host = pc()
    assert make(host, name="n", rule_id="n", ports=80, remote_addresses=asked).changed
    assert [each for each in stored(host)["n"] if each[0].startswith("RA")] == fields
    assert not make(host, name="n", rule_id="n", ports=80, remote_addresses=asked).changed


def test_a_rule_of_a_group_whose_id_was_damaged_is_told_and_nothing_is_changed() -> None:
    rule = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=x|EmbedCtxt=G|"
    host = pc(**{"ok": rule, "Gro\ufffd": rule})
    before = stored(host)
    with pytest.raises(ChangeError, match=r"of the group can't be named by its id, 'Gro\ufffd'"):
        make(host, group="G", enabled=False)
    assert stored(host) == before


def test_an_outbound_rule_becomes_one_for_ports_that_only_inbound_ones_have() -> None:
    host = pc(web=OLD.replace("Dir=In", "Dir=Out"))
    done = make(host, rule_id="web", direction="in", ports="RPC")
    assert done.changed
    assert ("LPort", "RPC") in stored(host)["web"]
    assert not make(host, rule_id="web", direction="in", ports="RPC").changed


# ------------------------------------------------------------------ WinRM behind a router


def test_winrm_stays_open_at_its_own_port_behind_a_router() -> None:
    rule = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=15985|Name=WinRM|"
    machine = pc(winrm=rule)
    urls = ("HTTP://+:15985/WSMAN/", "HTTP://+:47001/WSMAN/")
    machine._request_queues = [
        RequestQueue(None, (4,), (UrlGroup(urls, "1", "1"),), service="WinRM")
    ]
    shut = changes.wish({"name": "Shut", "action": "block", "ports": 15985}, present=True)
    behind = SimulatedTransport(machine)
    behind.url = "http://203.0.113.9:55985/wsman"
    behind.peer = ("203.0.113.9", 55985)
    with pytest.raises(ChangeError, match="15985"):
        changes.make(Host(behind, "win-1"), [shut])
    # The router may have WinRM's usual port, and what tells the host's own is read with the rules.
    usual = SimulatedTransport(machine)
    with pytest.raises(ChangeError, match="15985"):
        changes.make(Host(usual, "win-1"), [shut])
    assert [each.actions.count("Command") for each in (usual, behind)] == [1, 1]
