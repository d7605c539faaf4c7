# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix of faults: `make faults`. Run by the Python of .venv, from the checkout."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from faults import memory
from faults.cells import sample
from faults.matrix import MAX_SECONDS, all_cells, one_by_one, run_all
from faults.quotation import quoted, written

_CHOICES = {
    "module": "only the cells of modules with this in their names; may be given again",
    "task": "only those of tasks with this in their names",
    "fault": "only those of faults with this in them",
    "way": "only those over connections with this in their names",
}
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "faults.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 if every cell ended as it should and, after a sample, the document says so."""
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--sample", action="store_true", help="one cell of each fault and module")
    for name, meaning in _CHOICES.items():
        parser.add_argument(f"--{name}", action="append", metavar="TEXT", help=meaning)
    parser.add_argument(
        "--patience",
        type=int,
        default=MAX_SECONDS,
        metavar="SECONDS",
        help="what takes longer does not end (default %(default)s)",
    )
    parser.add_argument(
        "--write", action="store_true", help="write the table of a whole sample to docs/faults.md"
    )
    options = parser.parse_args(arguments)
    wanted = {name: getattr(options, name) for name in _CHOICES}

    def is_wanted(texts: Mapping[str, str]) -> bool:
        return all(
            wanted[name] is None or any(word in text for word in wanted[name])
            for name, text in texts.items()
        )

    # A task whose cells nobody wants is not run to know them.
    every = all_cells(lambda task: is_wanted({"module": task.module, "task": task.name}))
    cells = [
        cell
        for cell in every
        if is_wanted({"fault": f"{cell.row} {cell.text}", "way": str(cell.way)})
    ]
    whole = not any(wanted.values())
    if options.write and not (options.sample and whole):
        parser.error("--write goes with --sample, and with no choice of cells")
    chosen = sample(cells) if options.sample else cells
    matrices = run_all(chosen, options.patience, lambda problem: print(problem, flush=True))
    wrong = any(matrix.problems for matrix in matrices.values())
    problems: list[str] = []
    if options.sample:
        text = one_by_one(matrices)
        if whole:
            text += f"\n{len(every):6} cells in the whole matrix"
        print(text)
        if whole:
            problems += _not_as_documented(text, write=options.write)
    else:
        print(
            "\n\n".join(
                f"{way}\n\n{matrix.text()}\n\n{matrix.counts_text()}"
                for way, matrix in matrices.items()
            )
        )
        if whole:
            with tempfile.TemporaryDirectory() as folder:
                peaks = list(memory.peaks(Path(folder)))
            print(f"\n{memory.table(peaks)}")
            problems += memory.problems(peaks)
    if problems or not wrong:
        print("\n" + ("\n".join(problems) or "Every cell ended as it should."))
    return 1 if problems or wrong else 0


def _not_as_documented(text: str, *, write: bool) -> list[str]:
    """What is wrong with the table in the document; it is replaced where that is asked for."""
    document = DOCUMENT.read_text("utf-8")
    if write:
        DOCUMENT.write_text(written(document, text), "utf-8")
    elif quoted(document) != text:
        return ["docs/faults.md shows another table: faults --sample --write mends it"]
    return []


if __name__ == "__main__":
    sys.exit(main())
