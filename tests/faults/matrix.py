# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs cells, several at a time, and counts how they end."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import signal
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from typing import NoReturn

from faults import clock, controller, pc
from faults.cells import KILLS, ROWS, Cell, cells
from faults.ending import Ending, Judgement, Run
from faults.judge import judge, judge_killed
from faults.kills import Kill, victim
from faults.pc import NAME, OTHER, Log, State, settled, simulated_pcs
from faults.tasks import MODULES, TASKS, Task
from faults.ways import WAYS, WINRM, Way
from winsim.server import Hosts

# Those that work are a few more than a machine has cores. Those that wait for a PC which does not
# answer take next to no CPU, and keep nobody from working. The numbers are of workers, and of cells
# that are worth one.
WORKING, WAITING = (8, 80), (24, 12)
# Nothing is judged by the clock; but what hangs is to be noticed.
MAX_SECONDS = 240


class Hang(BaseException):
    """A task does not come to an end. Nothing that a task catches."""


def run(
    task: Task,
    faults: Sequence[str] = (),
    way: Way = WINRM,
    *,
    https: bool = False,
    silent: str | None = None,
) -> tuple[Run, Log]:
    """Run a task against fresh PCs. `silent` is the name of one that does not answer, and is not
    waited for long."""
    with simulated_pcs(faults, client=task.client, elements=not faults, https=https) as (
        hosts,
        log,
    ):
        return _run_on(hosts, log, task, way, silent), log


def run_killed(task: Task, kill: Kill, way: Way) -> tuple[State, Run]:
    """Run a task in a process that is killed, and then once more. Returns the PC right after the
    kill, and the second run. Raises RuntimeError where the task had ended before."""
    with (
        victim(task, way) as process,
        simulated_pcs(client=task.client, kill=kill) as (hosts, log),
    ):
        kill.pid = process.pid
        before = settled(hosts)[NAME]
        process.run(controller.variables(hosts, way))
        if not kill.struck:
            raise RuntimeError(f"{task.name} over {way}: message {kill.number} never came")
        killed = settled(hosts)[NAME]
        return killed, replace(_run_on(hosts, log, task, way), before=before)


def _run_on(hosts: Hosts, log: Log, task: Task, way: Way, silent: str | None = None) -> Run:
    before = settled(hosts)
    result, died = {}, ""
    try:
        result = controller.run(controller.variables(hosts, way, silent), task, way)
    except Exception:
        died = traceback.format_exc()
    after = settled(hosts)
    return Run(
        result,
        died,
        tuple(log.messages),
        before[NAME],
        after[NAME],
        hosts[0].port,
        tuple(log.moments),
        (before[OTHER], after[OTHER]) if task.client else None,
        {host.name: f"{host.address}:{host.port}" for host in hosts},
    )


class CleanRuns:
    """The runs without a fault, each made once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Way], tuple[Run, Log]] = {}

    def made(self, wanted: Iterable[Cell]) -> dict[tuple[str, Way], tuple[Run, Log]]:
        """Those that the cells are compared with, for another process to `take`."""
        for cell in wanted:
            self.of(cell.task, cell.way)
        return self._known

    def take(
        self, made: Mapping[tuple[str, Way], tuple[Run, Log]], addresses: Mapping[str, str]
    ) -> None:
        """Take those of a process whose PCs have these addresses as if they had been made here."""
        for key, (run_, log) in made.items():
            text = json.dumps(run_.result)
            for name, own in pc.addresses().items():
                text = text.replace(addresses[name], own)
            self._known[key] = replace(run_, result=json.loads(text)), log

    def of(self, task: Task, way: Way) -> tuple[Run, Log]:
        """Raises RuntimeError where the task fails without a fault."""
        if (task.name, way) not in self._known:
            made, log = run(task, way=way)
            if made.traceback or made.result.get("failed") or made.result.get("unreachable"):
                raise RuntimeError(f"{task.name} fails by itself over {way}: {made}")
            self._known[task.name, way] = made, log
        return self._known[task.name, way]


def all_cells(of: Callable[[Task], bool] = lambda _task: True) -> list[Cell]:
    """The cells of all tasks that are wanted over all ways, on each of which the same is exchanged."""
    return [
        cell
        for way in WAYS
        for task in filter(of, TASKS.values())
        for cell in cells(task, _clean.of(task, WINRM)[1], way)
    ]


_clean = CleanRuns()


def judged(cell: Cell, patience: int = MAX_SECONDS) -> Judgement:
    """Run one cell and judge it."""

    def too_long(_number: int, _frame: object) -> NoReturn:
        raise Hang

    clean = _clean.of(cell.task, cell.way)[0]
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(patience)
    try:
        if cell.kills:
            kill = Kill(cell.number, cell.fault == KILLS[1], cell.host)
            return judge_killed(cell, clean, *run_killed(cell.task, kill, cell.way))
        with clock.jumping(cell.sleeps):
            made, _log = run(
                cell.task,
                [cell.text],
                cell.way,
                https=cell.https,
                silent=cell.host if cell.waits else None,
            )
    except Hang:
        return Judgement(Ending.WRONG, problems=(f"it did not end within {patience} s",))
    finally:
        signal.alarm(0)
    return judge(cell, clean, made)


@dataclass
class Matrix:
    """How many cells of each row and module have ended in which way, and what is wrong."""

    counts: Counter[tuple[str, str, Ending]] = field(default_factory=Counter)
    repaired: Counter[tuple[str, str]] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def add(self, cell: Cell, judgement: Judgement) -> list[str]:
        """Count a cell; returns what is wrong with it, for people."""
        key = cell.row, cell.task.module
        self.counts[*key, judgement.ending] += 1
        self.repaired[key] += judgement.repaired
        problems = [f"{cell}: {problem}" for problem in judgement.problems]
        self.problems += problems
        return problems

    def __add__(self, other: Matrix) -> Matrix:
        return Matrix(
            self.counts + other.counts,
            self.repaired + other.repaired,
            [*self.problems, *other.problems],
        )

    @property
    def total(self) -> int:
        return self.counts.total()

    def ended(self, ending: Ending, row: str | None = None, module: str | None = None) -> int:
        return sum(
            count
            for (one, other, third), count in self.counts.items()
            if third is ending and row in (None, one) and module in (None, other)
        )

    def text(self) -> str:
        """The matrix, a line for each fault: for each module the cells, and of them the clear
        errors, the correct results and those that were repaired."""
        head = f"{'':28}" + "".join(f"{module:>24}" for module in MODULES)
        names = f"{'fault':28}" + f"{'cells err  ok rep':>24}" * len(MODULES)
        lines = [head, names]
        for row in (*ROWS, None):
            if row is not None and not any(self.ended(each, row) for each in Ending):
                continue
            line = f"{row or 'all':28}"
            for module in MODULES:
                ended = {each: self.ended(each, row, module) for each in Ending}
                good = sum(ended.values()) - ended[Ending.ERROR] - ended[Ending.WRONG]
                repaired = sum(
                    count
                    for (one, other), count in self.repaired.items()
                    if row in (None, one) and other == module
                )
                line += f"{sum(ended.values()):>11}{ended[Ending.ERROR]:>5}{good:>4}{repaired:>4}"
            lines.append(line)
        return "\n".join(lines)

    def counts_text(self) -> str:
        """The counts of the whole, in a sentence each."""
        ended = "\n".join(f"{self.ended(each):6} {each}" for each in Ending)
        return f"{self.total:6} cells\n{ended}\n{self.repaired.total():6} repaired"


#: How the one cell of a fault and a module ended.
_SHORT = {
    Ending.ERROR: "error",
    Ending.RESULT: "ok",
    Ending.PARTIAL: "warned",
    Ending.AS_TOLD: "told",
    Ending.WRONG: "WRONG",
}
_REPAIRED, _NOT_MET = "repaired", "-"


def one_by_one(matrices: Mapping[Way, Matrix]) -> str:
    """A sample, a line for each fault: how the one cell of each module ended, and the counts of all.

    Raises:
        ValueError: a module met a fault in several cells.
    """
    head = f"{'fault':28}" + "".join(f"  {module}" for module in MODULES)
    lines = [head.rstrip()]
    for row in ROWS:
        ended = {module: _ended_once(matrices, row, module) for module in MODULES}
        if any(word != _NOT_MET for word in ended.values()):
            words = "".join(f"  {word:{len(module)}}" for module, word in ended.items())
            lines.append(f"{row:28}{words}".rstrip())
    return "\n".join(lines) + "\n\n" + sum(matrices.values(), Matrix()).counts_text()


def _ended_once(matrices: Mapping[Way, Matrix], row: str, module: str) -> str:
    found = [
        _REPAIRED if ending is Ending.RESULT and matrix.repaired[row, module] else _SHORT[ending]
        for matrix in matrices.values()
        for ending in Ending
        for _each in range(matrix.ended(ending, row, module))
    ]
    if len(found) > 1:
        raise ValueError(f"{module} met {row} in several cells: {found}")
    return found[0] if found else _NOT_MET


def run_all(
    wanted: Iterable[Cell], patience: int, tell: Callable[[str], None]
) -> dict[Way, Matrix]:
    """Run cells and count, for each way. What takes more seconds than that does not end. Whoever is
    to be told of problems is told at once."""
    found = {way: Matrix() for way in WAYS}
    for cell, judgement in _judgements(list(wanted), patience):
        for problem in found[cell.way].add(cell, judgement):
            tell(problem)
    return found


def _begin(made: Mapping[tuple[str, Way], tuple[Run, Log]], addresses: Mapping[str, str]) -> None:
    """What a worker does first. That a fault spoils a message is no news."""
    _end_with_the_parent()
    _clean.take(made, addresses)
    logging.getLogger("winsim").setLevel(logging.ERROR)
    # It stumbles over a connection that a client shuts down while its answer is under way.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)


def _end_with_the_parent() -> None:
    """Let this process end as soon as the one that asked for it has: nobody tells the workers of a matrix
    that was killed to end."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> NoReturn:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _judgements(wanted: list[Cell], patience: int) -> Iterator[tuple[Cell, Judgement]]:
    waiting = sum(cell.waits for cell in wanted)
    made = _clean.made(wanted)
    with (
        _workers(WORKING, len(wanted) - waiting, made) as working,
        _workers(WAITING, waiting, made) as idle,
    ):
        judgements = [
            (idle if cell.waits else working).submit(judged, cell, patience) for cell in wanted
        ]
        try:
            for cell, judgement in zip(wanted, judgements, strict=True):
                yield cell, judgement.result()
        except BaseException:
            # The pools would go through all other cells before they end.
            for worker in multiprocessing.active_children():
                worker.kill()
            raise


def _workers(
    numbers: tuple[int, int], cells: int, made: Mapping[tuple[str, Way], tuple[Run, Log]]
) -> ProcessPoolExecutor:
    most, worth = numbers
    # A fork of this process would share what Ansible has set up; simulated PCs have threads besides.
    # So they are forks of one that has only imported.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["faults.imported"])
    return ProcessPoolExecutor(
        min(most, 1 + cells // worth), context, _begin, (made, pc.addresses())
    )
