# SPDX-License-Identifier: GPL-3.0-or-later
"""200 simulated PCs at once, a tenth of them faulty, by forks and in one survey: `make fleet`.

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

from fleet import judge, pcs, survey
from fleet.run import Outcome, run
from loopback import Network

COUNT, FORKS, FAULTY = 200, 50, 20
#: Seconds: as long as a task spends on a PC, whatever the PC does. A survey takes no longer for all.
SLOWEST = 300.0


def main() -> int:
    # Each PC listens on some 25 ports.
    _unused, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    first_address = Network().address()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(COUNT, FORKS, FAULTY, Path(folder), first_address)
    _print(outcome)
    with tempfile.TemporaryDirectory() as folder:
        surveyed = survey.run(COUNT, FAULTY, Path(folder), first_address)
    _print_survey(surveyed)
    found = [*judge.problems(outcome), *survey.problems(surveyed)]
    if surveyed.seconds > SLOWEST:
        found.append(f"the survey took {surveyed.seconds:.0f} s, longer than any PC may")
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


def _print_survey(surveyed: survey.Surveyed) -> None:
    listeners = sum(len(surveyed.truth[name]) for name in surveyed.healthy)
    counted = [surveyed.requests[name] for name in surveyed.healthy]
    print(f"\none survey of {len(surveyed.truth)} PCs, {len(surveyed.faults)} of them faulty")
    print(f"{len(surveyed.healthy)} healthy PCs: {listeners:,} listeners compared")
    print(f"requests to a healthy PC: {statistics.median(counted):.0f}")
    print(f"elapsed: {surveyed.seconds:.0f} s\n")
    print("fault of a PC, what the survey says of it, and how many requests met it")
    unread = {each["host"]: each["kind"] for each in surveyed.result.get("unread", ())}
    for name, fault in surveyed.faults.items():
        print(f"{fault.text:40} {unread.get(name, fault.status):15} {surveyed.struck[name]}")
    totals = surveyed.result.get("totals", {})
    print(f"\nverdicts: {totals.get('verdicts')}, unread: {totals.get('unread')}")
    first, last = surveyed.played.controller[0], surveyed.played.controller[-1]
    print(f"controller: {first} at the start, {last} at the end")
    print(f"PCs: {surveyed.before} before, {surveyed.after} after")
    print(f"shells and enumerations not given back: {len(surveyed.kept)}")
    print(f"processes left: {len(surveyed.played.left)}, files: {len(surveyed.forgotten)}\n")


if __name__ == "__main__":
    sys.exit(main())
