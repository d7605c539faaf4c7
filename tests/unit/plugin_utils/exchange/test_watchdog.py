# SPDX-License-Identifier: GPL-3.0-or-later
"""What ends an exchange that takes too long."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from ansible_collections.portkeeper.windows.plugins.plugin_utils.exchange.watchdog import Watchdog


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(60)
        yield ours, theirs


def threads() -> set[threading.Thread]:
    return set(threading.enumerate())


def test_many_at_once_share_one_thread_which_ends_after_the_last() -> None:
    before = threads()
    with ExitStack() as stack:
        for _number in range(20):
            stack.enter_context(Watchdog(60))
        added = threads() - before
        assert len(added) <= 1
    # One that was there already, of an exchange a moment ago, may be the one.
    for thread in added:
        thread.join(60)
        assert not thread.is_alive()
    with Watchdog(60):
        assert len(threads() - before) <= 1


def test_the_shortest_time_counts_whichever_came_first(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, _theirs = pair
    with Watchdog(60) as long, Watchdog(0.05) as short:
        long.watch(ours)
        short.watch(ours)
        assert ours.recv(1) == b""
        assert short.expired
        assert not long.expired


def test_what_is_watched_too_late_is_shut_down_at_once(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    with Watchdog(0.01) as watchdog:
        watchdog.watch(ours)
        assert ours.recv(1) == b""
        watchdog.watch(theirs)
        assert theirs.recv(1) == b""


def test_what_is_not_watched_any_more_stays_open(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    with Watchdog(60) as early:
        early.watch(ours)
    early.expire()
    theirs.send(b"x")
    assert ours.recv(1) == b"x"


def test_a_process_that_is_forked_has_its_own_thread(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, _theirs = pair
    with Watchdog(60) as of_parent:
        of_parent.watch(ours)
        child = os.fork()
        if not child:
            status = 1
            try:
                with Watchdog(0.05) as watchdog:
                    watchdog.watch(ours)
                    status = 0 if ours.recv(1) == b"" and watchdog.expired else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
