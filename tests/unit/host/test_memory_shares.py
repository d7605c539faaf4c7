# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts may keep of memory beside one another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.host import memory_shares, session
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Host,
    HostError,
    Limits,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.memory_shares import AllKept
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from unit.conversation import ScriptedTransport, rows

MANY = [{"ProcessId": number, "Name": "x" * 100} for number in range(50)]


def grow(all_kept: AllKept, count: int) -> list[int]:
    """The sizes that so many hosts come to that each want all there is."""
    shares = [all_kept.share() for _number in range(count)]
    going = set(shares)
    while going:
        for each in list(going):
            if not each.keep("x", each.size + 1):
                going.remove(each)
    return [each.size for each in shares]


def test_one_host_gets_half_and_many_leave_something_for_all_others() -> None:
    assert grow(AllKept(900, 10), 1) == [450]
    assert grow(AllKept(900, 10), 2) == [300, 300]
    together = AllKept(900, 10)
    shares = grow(together, 8)
    assert shares == [100] * 8


def test_a_little_is_always_allowed_beside_a_hostile_host() -> None:
    together = AllKept(100, 10)
    greedy = [together.share() for _number in range(15)]
    for each in greedy:
        while each.keep("x", each.size + 1):
            pass
    assert all(each.size >= 10 for each in greedy)
    honest = together.share()
    assert honest.keep("a", 4)
    assert honest.keep("b", 6)
    assert honest.keep("b", 7) is False
    assert honest.keep("b", 5)


def test_what_is_read_again_replaces_what_was_kept() -> None:
    share = AllKept(100, 1).share()
    for _time in range(1000):
        assert share.keep("Win32_Service", 20)
        assert share.keep("netstat", 20)
    assert share.size == 40
    share.give_back()
    assert share.size == 0
    assert share.keep("x", 50)


def test_a_host_that_is_gone_keeps_nothing() -> None:
    together = AllKept(100, 1)
    for _host in range(100):
        assert together.share().keep("x", 50)
    gone = together.share()
    assert gone.keep("x", 50)
    del gone
    assert together.share().keep("x", 50)


def test_the_sum_is_that_of_the_hosts_that_are_there() -> None:
    together = AllKept(1000, 1)
    shares = [together.share() for _number in range(3)]
    for number, each in enumerate(shares, start=1):
        assert each.keep("x", 100 * number)
    assert together._sum == 600
    del each, shares[1]
    assert shares[0].keep("x", 50)
    assert together._sum == 350


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60)), max_size=80))
def test_the_sum_is_bounded(wishes: list[tuple[int, int]]) -> None:
    together = AllKept(100, 5)
    shares = [together.share() for _number in range(5)]
    for number, size in wishes:
        before = shares[number].size
        if not shares[number].keep("x", size):
            assert shares[number].size == before
            assert size > 5
        assert sum(each.size for each in shares) <= 100


class TestHosts:
    """Through Host."""

    @pytest.fixture(autouse=True)
    def together(self, monkeypatch: pytest.MonkeyPatch) -> AllKept:
        """As much as two such enumerations may take."""
        made = AllKept(80_000, 1_000)
        monkeypatch.setattr(session, "ALL_KEPT", made)
        return made

    def test_an_enumeration_over_the_share_is_left(self) -> None:
        pages = [rows(*MANY, context=f"uuid:{number}") for number in range(8)]
        transport = ScriptedTransport(*pages)
        host = Host(transport, "win-1", Limits())
        with pytest.raises(
            HostError, match=r"answers take .* bytes of memory, more than"
        ) as caught:
            host.enumerate(classes.PROCESS, ("ProcessId", "Name"))
        assert "win-1" in str(caught.value)
        assert transport.actions[-1] == "Release"

    def test_other_hosts_are_read_beside_it(self) -> None:
        greedy = Host(ScriptedTransport(rows(*MANY), rows(*MANY)), "greedy", Limits())
        greedy.enumerate(classes.PROCESS, ("ProcessId", "Name"))
        honest = Host(ScriptedTransport(rows(*MANY[:4])), "honest", Limits())
        assert len(honest.enumerate(classes.PROCESS, ("ProcessId", "Name"))) == 4

    def test_what_a_host_kept_is_free_once_it_is_closed(self, together: AllKept) -> None:
        host = Host(ScriptedTransport(rows(*MANY)), "win-1", Limits())
        host.enumerate(classes.PROCESS, ("ProcessId", "Name"))
        assert together._sum > 0
        host.close()
        assert together._sum == 0


def test_one_host_alone_may_keep_what_the_limits_of_an_enumeration_allow() -> None:
    assert Limits().answers * 2 == memory_shares.ALL_BYTES
