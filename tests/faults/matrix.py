# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs cells, several at a time, and counts how they end."""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import NoReturn

from faults import controller
from faults.cells import ROWS, Cell, cells
from faults.judge import Ending, Judgement, Run, judge
from faults.pc import Log, State, simulated_pc
from faults.tasks import MODULES, TASKS, Task
from winsim.inventory import Plugin

# More than the machine has cores: much of a cell is waiting for a PC that does not answer. Each
# takes a second to start, which has to be worth it.
WORKERS, CELLS_OF_A_WORKER = 8, 20
# Nothing is judged by the clock; but what hangs has to come to an end.
MAX_SECONDS = 240


def run(task: Task, faults: Sequence[str] = (), plugin: Plugin = "winrm") -> tuple[Run, Log]:
    """Run a task against a fresh PC."""
    with simulated_pc(faults, elements=not faults) as (hosts, log):
        machine = hosts[0].machine
        before = State.of(machine)
        result, died = {}, ""
        try:
            result = controller.run(controller.variables(hosts, plugin), task, plugin)
        except Exception:
            died = traceback.format_exc()
        messages, after = tuple(log.messages), State.of(machine)
        return Run(result, died, messages, before, after, hosts[0].port), log


class CleanRuns:
    """The runs without a fault, each made once."""

    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin
        self._known: dict[str, tuple[Run, Log]] = {}

    def of(self, task: Task) -> tuple[Run, Log]:
        """Raises RuntimeError where the task fails without a fault."""
        if task.name not in self._known:
            made, log = run(task, plugin=self._plugin)
            if made.traceback or made.result.get("failed") or made.result.get("unreachable"):
                raise RuntimeError(f"{task.name} fails by itself: {made}")
            self._known[task.name] = made, log
        return self._known[task.name]


def all_cells(plugin: Plugin = "winrm") -> list[Cell]:
    """The cells of all tasks."""
    clean = CleanRuns(plugin)
    return [cell for task in TASKS.values() for cell in cells(task, clean.of(task)[1])]


_clean: dict[Plugin, CleanRuns] = {}


def judged(cell: Cell, plugin: Plugin = "winrm") -> Judgement:
    """Run one cell and judge it."""

    def too_long(_number: int, _frame: object) -> NoReturn:
        raise TimeoutError(f"{cell} does not come to an end")

    clean = _clean.setdefault(plugin, CleanRuns(plugin)).of(cell.task)[0]
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(MAX_SECONDS)
    try:
        made, _log = run(cell.task, [cell.text], plugin)
    finally:
        signal.alarm(0)
    return judge(cell, clean, made)


@dataclass
class Matrix:
    """How many cells of each row and module have ended in which way, and what is wrong."""

    counts: Counter[tuple[str, str, Ending]] = field(default_factory=Counter)
    repaired: Counter[tuple[str, str]] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def add(self, cell: Cell, judgement: Judgement) -> None:
        key = cell.row, cell.task.module
        self.counts[*key, judgement.ending] += 1
        self.repaired[key] += judgement.repaired
        self.problems += (f"{cell}: {problem}" for problem in judgement.problems)

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


def run_all(
    wanted: Iterable[Cell],
    plugin: Plugin = "winrm",
    told: Callable[[Cell, Judgement], None] = lambda _cell, _judgement: None,
) -> Matrix:
    """Run cells and count. `told` hears of each as it ends."""
    matrix = Matrix()
    for cell, judgement in _judgements(list(wanted), plugin):
        told(cell, judgement)
        matrix.add(cell, judgement)
    return matrix


def _judgements(wanted: list[Cell], plugin: Plugin) -> Iterator[tuple[Cell, Judgement]]:
    # A fork would share what Ansible has set up; simulated PCs have threads besides.
    context = multiprocessing.get_context("spawn")
    workers = min(WORKERS, 1 + len(wanted) // CELLS_OF_A_WORKER)
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        judgements = pool.map(judged, wanted, [plugin] * len(wanted), chunksize=2)
        yield from zip(wanted, judgements, strict=True)
