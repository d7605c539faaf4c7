# SPDX-License-Identifier: GPL-3.0-or-later
"""200 simulated PCs at once, a tenth of them faulty: `make fleet`.

Run by the Python of .venv, from the checkout. It prints what it counted, and fails if anything is
not as it has to be.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
from collections import Counter
from pathlib import Path

from fleet import judge, pcs
from fleet.run import Outcome, run

COUNT, FORKS, ONE_IN = 200, 50, 10
FIRST_ADDRESS = "127.93.0.1"


def main() -> int:
    # Each PC listens on some 25 ports.
    _unused, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(COUNT, FORKS, ONE_IN, Path(folder), FIRST_ADDRESS)
    found = judge.problems(outcome)
    _print(outcome)
    for problem in found:
        print(f"BROKEN  {problem}")
    print(f"{len(found)} problems")
    return bool(found)


def _print(outcome: Outcome) -> None:
    healthy = [f"win-{number + 1}" for number in range(outcome.count)]
    healthy = [name for name in healthy if name not in outcome.faults]
    listeners = sum(len(outcome.truth[name]) for name in healthy)
    print(f"{outcome.count} PCs, forks {outcome.forks}, {len(outcome.faults)} of them faulty")
    print(f"{len(healthy)} healthy PCs: {listeners:,} listeners compared with what the PCs have\n")
    print("4 tasks on a healthy PC   requests  bytes sent  bytes received")
    for way in pcs.WAYS:
        names = [
            name
            for name in healthy
            if pcs.WAYS[(int(name[4:]) - 1) // len(pcs.IMAGES) % len(pcs.WAYS)] == way
        ]
        numbers = [
            statistics.median(counts[name] for name in names)
            for counts in (outcome.requests, outcome.sent, outcome.received)
        ]
        print(
            f"{way[1]} with {way[0]}".ljust(25),
            "  ".join(
                f"{number:{width},.0f}" for number, width in zip(numbers, (8, 10, 14), strict=True)
            ),
        )
    print("\nfault of a PC, the task that ended with it, how, and how many requests met it")
    for name, fault in outcome.faults.items():
        print(f"{fault.text:55} {fault.task:9} {fault.status:12} {outcome.struck[name]}")
    statuses = Counter(
        result["status"] for results in outcome.results.values() for result in results.values()
    )
    print(
        f"\ntasks: {', '.join(f'{number} {status}' for status, number in sorted(statuses.items()))}"
    )
    first, last = outcome.controller[0], outcome.controller[-1]
    print(
        f"controller, descriptors: {first.descriptors} at the start, {last.descriptors} at the end"
    )
    before, after = outcome.before.descriptors, outcome.after.descriptors
    print(f"PCs, descriptors: {before:,} before, {after:,} after")
    print(f"shells and enumerations not given back: {len(outcome.kept)}")
    print(f"processes left: {len(outcome.left)}")


if __name__ == "__main__":
    sys.exit(main())
