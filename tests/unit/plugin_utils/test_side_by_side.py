# SPDX-License-Identifier: GPL-3.0-or-later
"""Several things at the same time."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from threading import Barrier, Lock

import pytest

from ansible_collections.portkeeper.windows.plugins.plugin_utils.side_by_side import side_by_side


def test_results_are_in_the_order_of_the_items() -> None:
    # Each waits for the others, so all are at work at the same time.
    barrier = Barrier(4)

    def work(number: int) -> int:
        barrier.wait(timeout=30)
        return number * number

    assert side_by_side(work, range(4), 4) == [0, 1, 4, 9]
    assert side_by_side(str, [], 4) == []


def test_no_more_than_that_are_at_work() -> None:
    lock, busy, most = Lock(), set[int](), [0]

    def work(number: int) -> None:
        with lock:
            busy.add(number)
            most[0] = max(most[0], len(busy))
        with lock:
            busy.discard(number)

    side_by_side(work, range(50), 3)
    assert 1 <= most[0] <= 3


def test_the_error_of_the_first_item_is_raised() -> None:
    def work(number: int) -> int:
        if number % 2:
            raise ValueError(number)
        return number

    with pytest.raises(ValueError, match="1"):
        side_by_side(work, range(6), 2)


def test_an_interrupted_task_waits_for_none() -> None:
    script = """
        import signal, sys, threading
        from ansible_collections.portkeeper.windows.plugins.plugin_utils.side_by_side import (
            side_by_side,
        )

        class OutOfTime(BaseException):
            pass

        def out_of_time(*_unused):
            raise OutOfTime

        signal.signal(signal.SIGALRM, out_of_time)
        started = threading.Event()

        def work(_item):
            started.set()
            threading.Event().wait()  # forever

        def alarm():
            started.wait()
            signal.pthread_kill(threading.main_thread().ident, signal.SIGALRM)

        threading.Thread(target=alarm, daemon=True).start()
        try:
            side_by_side(work, [1, 2], 2)
        except OutOfTime:
            print("out of time")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "out of time\n")
