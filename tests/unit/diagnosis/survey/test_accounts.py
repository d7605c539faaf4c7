# SPDX-License-Identifier: GPL-3.0-or-later
"""No order in which hosts come up and answer tries an account of a domain more often than is said,
leaves a host without an outcome, or gives it two."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.diagnosis.survey.accounts import (
    MOST_REFUSALS,
    Accounts,
)


def started(accounts: Accounts) -> list[str]:
    """All that may be tried now."""
    found = []
    while (host := accounts.take()) is not None:
        found.append(host)
    return found


def made_ready(*hosts: str, account: str | None = "d\\admin") -> Accounts:
    accounts = Accounts()
    for host in hosts:
        accounts.ready(host, account)
    return accounts


def test_own_accounts_of_hosts_do_not_wait_for_each_other() -> None:
    accounts = made_ready("a", "b", account=None)
    assert started(accounts) == ["a", "b"]
    accounts.ended("a", refused=True)
    accounts.ready("c")
    assert started(accounts) == ["c"]
    assert accounts.barred() == []


def test_one_host_is_tried_first() -> None:
    accounts = made_ready("a", "b", "c")
    assert started(accounts) == ["a"]
    accounts.let_in("a")
    assert started(accounts) == ["b", "c"]


def test_after_a_refusal_the_others_are_not_tried() -> None:
    accounts = made_ready("a", "b", "c")
    assert started(accounts) == ["a"]
    accounts.ended("a", refused=True)
    accounts.ready("d", "d\\admin")
    accounts.ready("e", "d\\other")
    assert started(accounts) == ["e"]
    assert accounts.barred() == [("b", "a"), ("c", "a"), ("d", "a")]
    assert accounts.barred() == []


def test_another_host_is_tried_first_if_the_first_can_not_say() -> None:
    accounts = made_ready("a", "b", "c")
    assert started(accounts) == ["a"]
    accounts.ended("a", refused=False)
    assert started(accounts) == ["b"]
    accounts.ended("b", refused=True)
    assert accounts.barred() == [("c", "b")]


def test_if_none_is_left_the_next_one_to_come_is_tried_first() -> None:
    accounts = made_ready("a")
    assert started(accounts) == ["a"]
    accounts.ended("a", refused=False)
    accounts.ready("b", "d\\admin")
    accounts.ready("c", "d\\admin")
    assert started(accounts) == ["b"]


def test_a_right_account_may_be_refused_by_a_few() -> None:
    accounts = made_ready("a", "b", "c", "d", "e", "f")
    assert accounts.take() == "a"
    accounts.let_in("a")
    accounts.ended("a", refused=False)
    for number, host in enumerate(("b", "c", "d"), start=1):
        assert accounts.take() == host
        accounts.ended(host, refused=True)
        if number < MOST_REFUSALS:
            assert accounts.barred() == []
    assert accounts.take() is None
    assert accounts.barred() == [("e", "d"), ("f", "d")]


def test_a_few_more_are_tried_beside_a_first_one_that_says_nothing() -> None:
    accounts = made_ready("a", "b", "c", "d", "e")
    for number, host in enumerate(("a", "b", "c"), start=1):
        assert started(accounts) == [host]
        accounts.slow(host)
        assert number < MOST_REFUSALS or started(accounts) == []
    accounts.ended("b", refused=False)
    assert started(accounts) == ["d"]
    accounts.let_in("d")
    assert started(accounts) == ["e"]
    accounts.ended("a", refused=True)
    assert accounts.barred() == []


def test_one_that_is_not_slow_keeps_the_others_waiting() -> None:
    accounts = made_ready("a", "b", "c", "d")
    assert started(accounts) == ["a"]
    accounts.slow("a")
    assert started(accounts) == ["b"]
    accounts.slow("a")
    accounts.slow("nobody")
    assert started(accounts) == []
    accounts.ended("a", refused=True)
    assert accounts.barred() == [("c", "a"), ("d", "a")]
    accounts.slow("b")
    accounts.let_in("b")
    assert started(accounts) == []


def test_tickets_take_turns() -> None:
    accounts = Accounts()
    for number, turn in enumerate(("one", "two", "one", None)):
        accounts.ready(f"h{number}", turn=turn)
    assert started(accounts) == ["h0", "h2", "h3"]
    accounts.ended("h0", refused=False)
    assert started(accounts) == []
    accounts.ended("h2", refused=False)
    assert started(accounts) == ["h1"]
    accounts.ready("h4", turn="one")
    assert started(accounts) == []
    accounts.ended("h1", refused=False)
    assert started(accounts) == ["h4"]


@dataclass
class Fleet:
    """Hosts with what each of them does, and what has been seen of them."""

    accounts: Accounts
    account_of: dict[str, str | None]
    turn_of: dict[str, str | None]
    does: dict[str, str]
    under_way: list[str] = field(default_factory=list)
    let_in: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    right: set[str] = field(default_factory=set)
    refusals: Counter[str] = field(default_factory=Counter)
    outcomes: list[str] = field(default_factory=list)

    def take(self) -> None:
        host = self.accounts.take()
        self.look()
        if host is None:
            return
        account = self.account_of[host]
        if account is not None:
            # What is said: one refusal while nobody has let the account in, three after that.
            assert self.refusals[account] < (MOST_REFUSALS if account in self.right else 1)
            alike = [each for each in self.under_way if self.account_of[each] == account]
            if account not in self.right:
                assert len(alike) < MOST_REFUSALS
                assert self.slow.issuperset(alike)
        self.under_way.append(host)
        turns = {self.turn_of[each] for each in self.under_way} - {None}
        assert len(turns) <= 1

    def answer(self, host: str) -> None:
        """The next thing that a host does which is under way."""
        account = self.account_of[host]
        if self.does[host] != "refuses" and host not in self.let_in and self.does[host] != "fails":
            self.let_in.add(host)
            self.accounts.let_in(host)
            if account is not None and not self.refusals[account]:
                self.right.add(account)
            if self.does[host] == "reads":
                return
        self.under_way.remove(host)
        refused = self.does[host] in ("refuses", "changes its mind")
        if refused and account is not None:
            self.refusals[account] += 1
        self.accounts.ended(host, refused=refused)
        self.outcomes.append(host)
        self.look()

    def look(self) -> None:
        for host, by in self.accounts.barred():
            account = self.account_of[host]
            assert account is not None
            assert self.account_of[by] == account
            assert self.refusals[account]
            self.outcomes.append(host)


DOINGS = ("reads", "refuses", "fails", "changes its mind")


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "d\\one", "d\\two"]),
            st.sampled_from([None, "ticket one", "ticket two"]),
            st.sampled_from(DOINGS),
        ),
        max_size=14,
    ),
    st.data(),
)
def test_no_order_tries_too_much_or_loses_a_host(
    hosts: list[tuple[str | None, str | None, str]], data: st.DataObject
) -> None:
    names = [f"h{number}" for number in range(len(hosts))]
    known = dict(zip(names, hosts, strict=True))
    fleet = Fleet(
        Accounts(),
        {name: each[0] for name, each in known.items()},
        {name: each[1] for name, each in known.items()},
        {name: each[2] for name, each in known.items()},
    )
    off = list(names)
    workers = data.draw(st.integers(1, 5))
    while off or fleet.under_way:
        steps = ["come up"] * bool(off) + ["answer"] * bool(fleet.under_way)
        steps += ["be slow"] * bool(fleet.under_way)
        steps += ["take"] * (len(fleet.under_way) < workers)
        step = data.draw(st.sampled_from(steps))
        if step == "come up":
            name = off.pop(0)
            fleet.accounts.ready(name, fleet.account_of[name], fleet.turn_of[name])
            fleet.look()
        elif step == "take":
            fleet.take()
        elif step == "be slow":
            name = data.draw(st.sampled_from(fleet.under_way))
            fleet.slow.add(name)
            fleet.accounts.slow(name)
        else:
            fleet.answer(data.draw(st.sampled_from(fleet.under_way)))
        while not off and not fleet.under_way and len(fleet.outcomes) < len(names):
            # Somebody is always there to take what may be tried, so something has to be.
            fleet.take()
            assert fleet.under_way or len(fleet.outcomes) == len(names)
    assert sorted(fleet.outcomes) == sorted(names)
