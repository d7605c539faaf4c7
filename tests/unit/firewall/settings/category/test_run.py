# SPDX-License-Identifier: GPL-3.0-or-later
"""network_category on a simulated PC: which network is meant, what is refused, and what becomes of
it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.changing.changes import (
    ChangeError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.policy.vocabulary import (
    Profile,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.firewall.settings.category import (
    result,
    run,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from unit.conversation import related
from unit.firewall.host_answers import timed_out
from unit.rows import each_row
from unit.simulated import SimulatedTransport
from unit.words.japanese import english_in
from winsim import images
from winsim.classes.net_connection_profile import POLICIES, REFUSED, UNIDENTIFIED
from winsim.machine import Machine
from winsim.network_state import ConnectionProfile

PRIVATE, PUBLIC, DOMAIN = Profile.PRIVATE, Profile.PUBLIC, Profile.DOMAIN
NUMBERS = {PUBLIC: 0, PRIVATE: 1, DOMAIN: 2}
OFFICE = ConnectionProfile(
    "Office", "Ethernet", 12, 0, 4, 1, "{A0000000-0000-4000-8000-000000000012}"
)
GUESTS = ConnectionProfile("Guests", "Wi-Fi", 19, 0, 3, 0, "{A0000000-0000-4000-8000-000000000019}")
#: The same network by another adapter.
SECOND = replace(OFFICE, interface_alias="Ethernet 2", interface_index=13,
                 instance_id="{A0000000-0000-4000-8000-000000000013}")  # fmt: skip
UNKNOWN = replace(OFFICE, name="Unidentified network")


def pc(*profiles: ConnectionProfile) -> Machine:
    machine = images.load("win11-ja").boot("pc", "127.0.0.1")
    machine.network = replace(machine.network, profiles=profiles or (OFFICE,))
    return machine


class Time:
    """A clock that only goes on where somebody waits, and that the PC uses too."""

    def __init__(self, machine: Machine) -> None:
        self.passed = 0.0
        start = machine.clock()
        machine.clock = lambda: start + timedelta(seconds=self.passed)

    @property
    def clock(self) -> Clock:
        return Clock(self.wait, lambda: self.passed)

    def wait(self, seconds: float) -> None:
        self.passed += seconds


def make(
    machine: Machine,
    category: Profile = PRIVATE,
    *,
    check: bool = False,
    transport: SimulatedTransport | None = None,
    **wanted: Any,
) -> run.Done:
    wanted = wanted or {"name": "Office"}
    host = Host(transport or SimulatedTransport(machine), "win-1", clock=Time(machine).clock)
    return run.make(host, run.WantedCategory(category, **wanted), check=check)


def refused(machine: Machine, category: Profile = PRIVATE, **how: Any) -> ChangeError:
    before = [each.category for each in machine.network.profiles]
    with pytest.raises(ChangeError) as caught:
        make(machine, category, **how)
    assert [each.category for each in machine.network.profiles] == before
    found = caught.value
    assert not found.changed
    assert not english_in(
        {"msg": found.phrase}, "Unidentified network", "Ethernet 2", REFUSED[:280]
    )
    return found


def categories(machine: Machine) -> dict[str, int]:
    return {each.interface_alias: each.category for each in machine.network.profiles}


# ---------------------------------------------------------------------------- which one is meant


@each_row(
    "wanted",
    [
        {"name": "office"},
        {"interface": "ETHERNET"},
        {"interface": "12"},
        {"name": "Office", "interface": "Ethernet"},
    ],
)
def test_a_network_is_named_by_its_name_or_its_adapter(wanted: dict[str, str]) -> None:
    machine = pc(OFFICE, GUESTS)
    done = make(machine, **wanted)
    assert categories(machine) == {"Ethernet": 1, "Wi-Fi": 0}
    told = result.result(done)
    assert told["changed"]
    assert told["network"] == {
        "name": "Office",
        "adapter": "Ethernet",
        "index": 12,
        "category": "private",
        "ipv4_connectivity": "internet",
        "ipv6_connectivity": "no_traffic",
    }
    assert told["before"] == "public"
    assert result.warnings(done) == []


def test_an_adapter_that_has_a_number_as_its_name_comes_first() -> None:
    odd = replace(GUESTS, interface_alias="12")
    machine = pc(OFFICE, odd)
    make(machine, interface="12")
    assert categories(machine) == {"Ethernet": 0, "12": 1}


@each_row(
    ("wanted", "words"),
    [
        ({"name": "Home"}, "rename none. It is connected to: 'Office' (adapter 'Ethernet', "),
        ({"name": "Home"}, "set port_setup_network_category for those hosts alone"),
        ({"interface": "99"}, "no network on the adapter '99'"),
        ({"interface": "Ethernet 9"}, "no network on the adapter 'Ethernet 9'"),
        ({"name": "Office", "interface": "Wi-Fi"}, "called 'Office' on the adapter 'Wi-Fi'"),
        ({"name": "Office"}, "several networks called 'Office'"),
        ({"name": "Office"}, "'Office' (adapter 'Ethernet 2', public). Add interface to say"),
    ],
)
def test_what_fits_no_network_or_several_is_told(wanted: dict[str, str], words: str) -> None:
    error = refused(pc(OFFICE, SECOND, GUESTS), **wanted)
    assert words in str(error)


def test_an_adapter_without_a_network_is_told_apart_from_one_that_is_not_there() -> None:
    machine = images.load("win11-ja").boot("pc", "127.0.0.1")
    assert "lists no network for the adapter 'Wi-Fi'" in str(refused(machine, interface="wi-fi"))


def test_a_pc_without_a_network_has_no_category() -> None:
    machine = images.load("no-network").boot("pc", "127.0.0.1")
    assert "win-1 lists no network" in str(refused(machine))


def test_an_old_windows_does_not_list_its_networks() -> None:
    machine = images.load("win2008r2").boot("pc", "127.0.0.1")
    assert "came with Windows 8" in str(refused(machine))


# ------------------------------------------------------------------------- nothing, or check mode


@each_row("force", [False, True])
def test_a_network_that_is_so_already_costs_one_question(force: bool) -> None:
    machine = pc()
    transport = SimulatedTransport(machine)
    done = make(machine, PUBLIC, transport=transport, name="Office", force=force)
    assert transport.actions == ["Enumerate"]
    told = result.result(done)
    assert not told["changed"]
    assert (
        render(told.get("msg", ""), "en") == "The network 'Office' (adapter 'Ethernet') is public."
    )


def test_check_mode_judges_everything_and_sends_no_change() -> None:
    machine = pc()
    transport = SimulatedTransport(machine)
    done = make(machine, check=True, transport=transport)
    assert "Put" not in transport.actions
    assert categories(machine) == {"Ethernet": 0}
    told = result.result(done)
    assert (told["changed"], told["network"]["category"], told["before"]) == (
        True,
        "private",
        "public",
    )
    assert "is public and would become private" in render(told.get("msg", ""), "en")
    assert result.diff(done)["after"] == "category: private\n"
    assert "connected to" in str(refused(machine, check=True, name="Home"))


def test_without_a_judgement_only_policies_are_read() -> None:
    machine = pc()
    transport = SimulatedTransport(machine)
    make(machine, transport=transport, name="Office", force=True)
    reading = ["Create", "Command", "Receive"]
    assert transport.actions == ["Enumerate", *reading, "Put", "Enumerate"]


# ----------------------------------------------------------------------------------- it is refused


@each_row("category", [PRIVATE, PUBLIC])
def test_a_domain_network_is_refused_with_the_reason(category: Profile) -> None:
    machine = pc(replace(OFFICE, category=2))
    transport = SimulatedTransport(machine)
    error = refused(machine, category, transport=transport, name="Office", force=True)
    assert "is a domain network. Windows gives this category by itself" in str(error)
    assert transport.actions == ["Enumerate"]


def test_a_domain_network_of_the_same_name_stays_one() -> None:
    machine = pc(replace(OFFICE, category=NUMBERS[DOMAIN]), SECOND)
    done = make(machine, interface="13")
    assert categories(machine) == {"Ethernet": NUMBERS[DOMAIN], "Ethernet 2": NUMBERS[PRIVATE]}
    assert not result.result(done)["also"]


def test_an_unknown_category_is_not_changed() -> None:
    assert "does not tell the category" in str(refused(pc(replace(OFFICE, category=7))))


def test_an_instance_that_can_not_be_named_is_not_changed() -> None:
    assert "does not tell the category" in str(refused(pc(replace(OFFICE, instance_id=""))))


def to_public(*others: ConnectionProfile) -> Machine:
    """A PC that is on a private network alone, and lets WinRM in there alone."""
    machine = pc(replace(OFFICE, category=1), *others)
    assert machine.firewall is not None
    for identifier, rule in machine.firewall.parsed_rules().items():
        if identifier.startswith("WINRM-") and "Public" in rule.text():
            machine.firewall.delete_rule(identifier)
    return machine


def test_what_would_close_winrm_is_refused() -> None:
    machine = to_public()
    transport = SimulatedTransport(machine)
    error = refused(machine, PUBLIC, transport=transport, name="Office")
    assert "it could cut off this connection" in str(error)
    assert "public profile" in str(error)
    assert "Use force if that is intended" in str(error)
    assert "Put" not in transport.actions
    assert "cut off" in str(refused(machine, PUBLIC, check=True, name="Office"))
    make(machine, PUBLIC, name="Office", force=True)
    assert categories(machine) == {"Ethernet": 0}


def test_the_other_adapter_of_the_same_network_counts_too() -> None:
    """If the controller comes by it, its connection ends with that of the adapter that is named."""
    machine = to_public(replace(SECOND, category=1))
    assert "cut off" in str(refused(machine, PUBLIC, interface="Ethernet"))


def test_nothing_is_done_where_nothing_can_be_judged() -> None:
    machine = pc()
    assert machine.firewall is not None
    machine.firewall.denied.add(
        r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
    )
    error = refused(machine)
    assert "can't be judged on win-1" in str(error)
    assert "set force" in str(error)
    make(machine, name="Office", force=True)
    assert categories(machine) == {"Ethernet": 1}


def named_anew(machine: Machine) -> None:
    office = machine.network.profiles[0]
    machine.network = replace(machine.network, profiles=(replace(office, name="Office 2"),))


@each_row(
    ("second", "words"),
    [
        (lambda _machine: timed_out(), "The active firewall profiles are unknown"),
        (named_anew, "did not list the network 'Office'"),
    ],
)
def test_nothing_is_done_where_the_firewall_is_read_without_the_network(
    second: Callable[[Machine], bytes | None], words: str
) -> None:
    """Otherwise nothing would seem to change for the connection."""
    machine = to_public()
    transport = Twice(machine, second)
    error = refused(machine, PUBLIC, transport=transport, name="Office")
    assert "can't be judged on win-1" in str(error)
    assert words in str(error)
    assert "Put" not in transport.actions


class Twice(SimulatedTransport):
    """Something happens when the networks are asked for a second time."""

    def __init__(self, machine: Machine, second: Callable[[Machine], bytes | None]) -> None:
        super().__init__(machine)
        self._machine, self._second, self._asked = machine, second, 0

    def send(self, envelope: bytes) -> bytes:
        if b"MSFT_NetConnectionProfile" in envelope and b"enumeration/Enumerate<" in envelope:
            self._asked += 1
            instead = self._second(self._machine) if self._asked == 2 else None
            if instead is not None:
                self.actions.append("Enumerate")
                return related(instead, envelope)
        return super().send(envelope)


def test_windows_refuses_it_to_an_account_without_rights() -> None:
    machine = pc()
    assert machine.firewall is not None
    machine.firewall.read_only = True
    told = str(refused(machine))
    assert "win-1 refused to make the network 'Office' (adapter 'Ethernet') private" in told
    assert "no administrator" in told
    assert "not running PowerShell elevated" in told


# ----------------------------------------------------------------------------------- policies


def with_policy(machine: Machine, signature: str, **values: int) -> Machine:
    assert machine.firewall is not None
    for name, value in values.items():
        machine.firewall.set_value(rf"{POLICIES}\{signature}", name, value)
    return machine


def test_a_policy_that_locks_the_category_is_named_where_windows_refuses() -> None:
    machine = with_policy(pc(), "FirstNetwork", Category=0, CategoryReadOnly=1)
    told = str(refused(machine))
    assert "Network List Manager Policies decide about it" in told
    assert rf"{POLICIES}\FirstNetwork sets public and does not let users change it" in told


def test_check_mode_names_it_before() -> None:
    machine = with_policy(pc(), "FirstNetwork", CategoryReadOnly=1)
    done = make(machine, check=True)
    (warning,) = result.warnings(done)
    assert "may keep the network 'Office' (adapter 'Ethernet') from staying private" in render(
        warning, "en"
    )
    policy = {"path": rf"{POLICIES}\FirstNetwork", "category": None, "locked": True}
    assert result.result(done).get("policies") == [policy]
    assert not english_in({"warnings": [warning]})


def test_a_policy_that_wants_the_same_is_not_mentioned() -> None:
    done = make(with_policy(pc(), "FirstNetwork", Category=1))
    assert result.warnings(done) == []
    assert "policies" not in result.result(done)


def test_an_unidentified_network_can_be_private_until_it_is_connected_again() -> None:
    machine = pc(UNKNOWN)
    done = make(machine, interface="Ethernet")
    assert categories(machine) == {"Ethernet": 1}
    (warning,) = result.warnings(done)
    assert "Windows has not identified the network" in render(warning, "en")


def test_windows_keeps_what_a_policy_says_of_unidentified_networks() -> None:
    machine = with_policy(pc(UNKNOWN), UNIDENTIFIED, Category=0)
    told = str(refused(machine, interface="Ethernet", timeout=3.0))
    assert "after 3 s the network 'Unidentified network' (adapter 'Ethernet') is public" in told
    assert f"{UNIDENTIFIED} sets public" in told
    # Of a network that Windows knows, the same policy says nothing.
    done = make(with_policy(pc(), UNIDENTIFIED, Category=0))
    assert result.warnings(done) == []


# ----------------------------------------------------------------------------- after the change


def test_it_waits_until_windows_uses_the_category() -> None:
    machine = pc()
    machine.category_takes = 3
    transport = SimulatedTransport(machine)
    make(machine, transport=transport)
    assert categories(machine) == {"Ethernet": 1}
    after = transport.actions[transport.actions.index("Put") + 1 :]
    assert after == ["Enumerate"] * 5


def test_and_not_longer_than_the_task_allows() -> None:
    machine = pc()
    machine.category_takes = 30
    told = str(refused(machine, name="Office", timeout=4.0))
    assert "accepted the change, but after 4 s" in told
    assert "is public and not private" in told


def test_a_second_adapter_of_the_network_is_told() -> None:
    machine = pc(OFFICE, SECOND)
    done = make(machine, interface="Ethernet 2")
    assert categories(machine) == {"Ethernet": 1, "Ethernet 2": 1}
    (other,) = result.result(done)["also"]
    assert (other["adapter"], other["category"]) == ("Ethernet", "private")
    (warning,) = result.warnings(done)
    assert "the network 'Office' (adapter 'Ethernet') became private" in render(warning, "en")


class Odd(SimulatedTransport):
    """Something else happens with the request that changes the category."""

    def __init__(self, machine: Machine, instead: Callable[[bytes], bytes]) -> None:
        super().__init__(machine)
        self._instead = instead

    def send(self, envelope: bytes) -> bytes:
        if b"transfer/Put<" in envelope:
            self.actions.append("Put")
            return related(self._instead(envelope), envelope)
        return super().send(envelope)


def fails(error: TransportError) -> Callable[[bytes], bytes]:
    def instead(_envelope: bytes) -> bytes:
        raise error

    return instead


BROKEN = TransportError(Failure.CLOSED, "the connection broke")


def test_a_change_of_which_nobody_knows_is_looked_at() -> None:
    """Once it is done, and once it is not."""
    machine = pc()

    def done_all_the_same(envelope: bytes) -> bytes:
        SimulatedTransport(machine).send(envelope)
        return timed_out()

    make(machine, transport=Odd(machine, done_all_the_same))
    assert categories(machine) == {"Ethernet": 1}
    other = pc()
    error = refused(other, transport=Odd(other, lambda _envelope: timed_out()))
    assert "Timed out" in str(error)
    assert not error.unreachable


def test_a_pc_that_answers_again_is_not_unreachable() -> None:
    """The request never came to it: the task fails, and the play goes on with other tasks."""
    machine = pc()
    with pytest.raises(ChangeError) as caught:
        make(machine, transport=Odd(machine, fails(BROKEN)))
    error = caught.value
    assert categories(machine) == {"Ethernet": 0}
    assert not error.unreachable
    assert not error.changed
    assert "the connection broke" in str(error)
    assert str(error).endswith("The network 'Office' (adapter 'Ethernet') is public.")


def test_so_is_one_whose_answer_can_not_be_read() -> None:
    machine = pc()
    machine.category_takes = 2

    def unreadable(envelope: bytes) -> bytes:
        SimulatedTransport(machine).send(envelope)
        return b"<html>"

    make(machine, transport=Odd(machine, unreadable))
    assert categories(machine) == {"Ethernet": 1}
    other = pc()
    with pytest.raises(ChangeError, match="not well-formed XML") as caught:
        make(other, transport=Odd(other, lambda _envelope: b"<html>"))
    assert not caught.value.changed


def test_a_pc_that_no_longer_answers_is_unreachable_and_may_have_changed() -> None:
    machine = pc()
    transport = SimulatedTransport(machine)

    def put_and_gone(envelope: bytes) -> bytes:
        answer = SimulatedTransport.send(transport, envelope)
        if transport.actions[-1] == "Put":
            first = len(transport.actions)
            transport.failures = dict.fromkeys(range(first, first + 9), BROKEN)
        return answer

    transport.send = put_and_gone  # type: ignore[method-assign]
    with pytest.raises(ChangeError) as caught:
        make(machine, transport=transport)
    error = caught.value
    assert (error.changed, error.unreachable) == (True, True)
    assert "accepted that the network 'Office' (adapter 'Ethernet') becomes private" in str(error)
    assert result.failed(error).get("unreachable") is True


def test_a_network_that_is_gone_afterwards_is_told() -> None:
    machine = pc(OFFICE, GUESTS)

    def gone(_envelope: bytes) -> bytes:
        answer = SimulatedTransport(machine).send(_envelope)
        machine.network = replace(machine.network, profiles=(GUESTS,))
        return answer

    with pytest.raises(ChangeError, match="no longer connected to it") as caught:
        make(machine, transport=Odd(machine, gone))
    assert caught.value.changed


def test_a_pc_that_does_not_answer_at_all_is_a_host_error() -> None:
    machine = pc()
    transport = SimulatedTransport(machine)
    transport.failures = dict.fromkeys(range(9), BROKEN)
    with pytest.raises(HostError) as caught:
        make(machine, transport=transport)
    assert caught.value.unreachable


def test_nothing_that_a_person_writes_or_a_host_says_is_in_a_command_line() -> None:
    machine = pc(replace(OFFICE, name="& calc.exe"))
    sent: list[bytes] = []
    transport = SimulatedTransport(machine)
    plain = transport.send
    transport.send = lambda envelope: sent.append(envelope) or plain(envelope)  # type: ignore
    make(machine, transport=transport, name="& calc.exe")
    assert not any(b"calc" in each for each in sent)
    assert sum(re.search(rb"<rsp:Command>", each) is not None for each in sent) == 1
