# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix of faults: `make faults`. Run by the Python of .venv, from the checkout."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from faults import memory
from faults.cells import sample
from faults.matrix import all_cells, run_all
from faults.quotation import quoted, written

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "faults.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 if every cell ended as it should and, after a whole run, the document says so."""
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--sample", action="store_true", help="one cell of each fault and module")
    parser.add_argument("--write", action="store_true", help="write the counts to docs/faults.md")
    options = parser.parse_args(arguments)
    cells = all_cells()
    matrices = run_all(sample(cells) if options.sample else cells)
    text = "\n\n".join(
        f"{way}\n\n{matrix.text()}\n\n{matrix.counts_text()}" for way, matrix in matrices.items()
    )
    print(text)
    problems = [problem for matrix in matrices.values() for problem in matrix.problems]
    if not options.sample:
        with tempfile.TemporaryDirectory() as folder:
            peaks = list(memory.peaks(Path(folder)))
        print(f"\n{memory.table(peaks)}")
        problems += memory.problems(peaks)
        document = DOCUMENT.read_text("utf-8")
        if options.write:
            DOCUMENT.write_text(written(document, text), "utf-8")
        elif quoted(document) != text:
            problems.append("docs/faults.md quotes other counts: faults --write mends it")
    print("\n" + ("\n".join(problems) or "Every cell ended as it should."))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
