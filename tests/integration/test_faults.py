# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix of faults: one cell of each fault and module, and that its driver ends as Ansible."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from faults import matrix
from faults.kills import Kill
from faults.pc import simulated_pcs
from faults.quotation import quoted
from faults.tasks import COLLECTION, TASKS
from faults.ways import WAYS, Way
from integration.runs import CHECKOUT, ad_hoc
from winsim.inventory import Plugin, inventory, write_inventory

pytestmark = [pytest.mark.integration, pytest.mark.plain("breaks messages by their number")]

# An error, a change that was taken back or looked up, and a repetition.
LIKE_ANSIBLE = {
    "facts": (WAYS[0], "access-denied:message=1"),
    "rule changed": (WAYS[1], "malformed:message=9"),
    "program ended": (WAYS[0], "reset:after=0,message=11"),
    "check": (WAYS[1], "http=401:message=2"),
}


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[ProcessPoolExecutor]:
    """A process of its own for Ansible's loaders, which look after all later imports."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        yield pool


def test_each_fault_in_each_module() -> None:
    """They end as they should, and as the document shows."""
    done = subprocess.run(
        [sys.executable, "-m", "faults", "--sample"],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((".dev", "tests"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "0 wrong" in done.stdout
    assert quoted((CHECKOUT / "docs" / "faults.md").read_text("utf-8")) in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_process_of_it_outlives_it(number: signal.Signals) -> None:
    """Be it that somebody presses Ctrl-C, or that it is killed."""
    # Which waits for PCs that are slow.
    running = subprocess.Popen(
        [sys.executable, "-m", "faults", "--fault", "slow=body", "--task", "check"],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((".dev", "tests"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # A group of its own, by which what it has started is found.
        start_new_session=True,
    )
    try:
        _wait_until(lambda: len(_group(running.pid)) > 3)
        running.send_signal(number)
        running.communicate()
        _wait_until(lambda: not _group(running.pid))
        assert running.returncode != 0
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)


def _wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def _group(number: int) -> list[str]:
    """The processes of a group that run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _end, rest = path.read_text("utf-8", "replace").rpartition(")")
            state, _parent, group, *_others = rest.split()
            if int(group) == number and state != "Z":
                found.append(name)
    return found


@pytest.mark.parametrize("name", LIKE_ANSIBLE)
def test_the_command_ends_alike(name: str, elsewhere: ProcessPoolExecutor, tmp_path: Path) -> None:
    task, (way, fault) = TASKS[name], LIKE_ANSIBLE[name]
    run, _log = elsewhere.submit(matrix.run, task, [fault], way).result()
    assert not run.traceback
    tree = tmp_path / "results"
    tree.mkdir()
    with simulated_pcs([fault]) as (hosts, log):
        content = inventory(list(hosts), way.authentication, way.plugin)
        content["windows"]["vars"] |= way.timeouts(waits=False)
        write_inventory(tmp_path / "inventory.yml", content)
        module = f"{COLLECTION}.{task.module}"
        # As the driver does, which has neither check mode nor diffs.
        output = ad_hoc(tmp_path / "inventory.yml", module, dict(task.arguments), tree)
        messages = [message.content for message in log.messages]
    (real,) = output.results.values()
    assert "Traceback" not in output.text
    # The callback has taken `failed` out, and says it as the status.
    real |= {word: True for word in ("failed", "unreachable") if real["status"] == word}
    assert {key: _comparable(real.get(key)) for key in run.result} == {
        key: _comparable(value) for key, value in run.result.items()
    }
    assert len(messages) == len(run.messages)


@pytest.mark.parametrize("fault", ["close:message=2", "http=401:message=2"])
@pytest.mark.parametrize("plugin", ["winrm", "psrp"])
def test_what_an_earlier_connection_has_sealed_is_asked_for_again(
    plugin: Plugin, fault: str, elsewhere: ProcessPoolExecutor
) -> None:
    way = Way(plugin, "ntlm")
    run, _log = elsewhere.submit(matrix.run, TASKS["check"], [fault], way).result()
    assert not run.traceback
    assert run.result["verdicts"] == {"7400/tcp": "reachable"}, run.result


REMOVED = TASKS["rule removed"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_kill_at_a_message_leaves_the_pc_as_it_is_then(
    way: Way, after: bool, elsewhere: ProcessPoolExecutor
) -> None:
    clean, _log = elsewhere.submit(matrix.run, REMOVED, (), way).result()
    verbs = [message.verb for message in clean.messages]
    number = 1 + next(n for n, message in enumerate(clean.messages) if message.changes)
    kill = Kill(number, after=after)
    killed, again = elsewhere.submit(matrix.run_killed, REMOVED, kill, way).result()
    assert killed == (clean.after if after else clean.before)
    # Nothing is said any more, and another process does the task from the start.
    assert [message.verb for message in again.messages[: number + 3]] == verbs[:number] + verbs[:3]
    assert again.result["changed"] is not after
    assert again.after == clean.after


def _comparable(value: Any) -> str:
    """Without the addresses, which each PC has its own of, and the ids of messages."""
    text = re.sub(r"127\.\d+\.\d+\.\d+(:\d+)?", "ADDRESS", repr(value))
    return re.sub(r"uuid:[0-9A-Fa-f-]+", "ID", text)
