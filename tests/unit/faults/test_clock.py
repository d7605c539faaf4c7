# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that jumps ahead where a task waits."""

from __future__ import annotations

import threading
import time

from ansible_collections.portkeeper.windows.plugins.plugin_utils.survey.running import WORKER
from faults import clock


def test_it_jumps_as_far_as_it_is_to_wait() -> None:
    before, really = clock.monotonic(), time.monotonic()
    with clock.jumping():
        clock.sleep(3600)
    assert clock.monotonic() - before >= 3600
    assert time.monotonic() - really < 3600


def test_it_is_an_ordinary_clock_otherwise() -> None:
    before = clock.monotonic()
    with clock.jumping(False):
        clock.sleep(0.01)
    clock.sleep(0.01)
    assert 0.02 <= clock.monotonic() - before < 3600


def test_it_jumps_for_the_threads_of_tasks_alone() -> None:
    before = clock.monotonic()
    with clock.jumping():
        other = threading.Thread(target=clock.sleep, args=(0.01,))
        other.start()
        other.join()
    assert 0.01 <= clock.monotonic() - before < 3600
    with clock.jumping():
        worker = threading.Thread(target=clock.sleep, args=(3600,), name=WORKER)
        worker.start()
        worker.join()
    assert clock.monotonic() - before >= 3600
