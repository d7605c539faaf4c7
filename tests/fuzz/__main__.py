# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m fuzz``: many inputs for every parser, and a table of how many there were."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from fuzz.parser import Parser
from fuzz.parsers import PARSERS
from fuzz.run import feed
from fuzz.steps import MOST_GROWTH, lines_run

_SIZES = (500, 1_000, 2_000)


@dataclass
class Count:
    """Inputs that a parser has got, and how many of them it took rather than refused."""

    inputs: int = 0
    taken: int = 0


def feed_many(parser: Parser, number: int, first_seed: int | None) -> Count:
    """Feed a parser. Raises what it should not raise, after hypothesis has made the input small."""
    count = Count()

    @settings(
        max_examples=number,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[phase for phase in Phase if phase is not Phase.explain],
        print_blob=True,
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        given_input = data.draw(parser.inputs)
        count.inputs += 1
        count.taken += feed(parser, given_input)

    (run if first_seed is None else seed(first_seed)(run))()
    return count


def growth(parser: Parser) -> float | None:
    """By what the work grows, at the most of all shapes, when the input doubles.

    It doubles twice, and the smaller factor counts: from some length on, a text is read in another
    way, which costs more for each character, but not more and more.
    """
    factors = []
    for grow in parser.grows.values():
        # What is kept of a part is kept for all then, and what is kept of a whole for none.
        feed(parser, grow(_SIZES[-1] + _SIZES[0]))
        work = [lines_run(partial(feed, parser, grow(size))) for size in _SIZES]
        factors.append(min(after / before for before, after in pairwise(work)))
    return max(factors, default=None)


def main(arguments: Sequence[str], parsers: Sequence[Parser] = PARSERS) -> int:
    """Feed the parsers; 1 if one of them has failed, or its work grows faster than its input."""
    options = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    options.add_argument("--inputs", type=int, default=2_000, help="for each parser")
    options.add_argument("--seed", type=int, help="instead of what .hypothesis remembers")
    options.add_argument("--only", default="", help="parsers with this in their name")
    given_options = options.parse_args(arguments)
    chosen = [each for each in parsers if given_options.only in each.name]
    print(f"{'parser':36} {'inputs':>8} {'taken':>8} {'refused':>8}   work at twice the size")
    total, failed = Count(), []
    for parser in chosen:
        try:
            count = feed_many(parser, given_options.inputs, given_options.seed)
        except Exception:
            traceback.print_exc()
            failed.append(parser.name)
            print(f"{parser.name:36}   FAILED", flush=True)
            continue
        factor = growth(parser)
        if factor is not None and factor > MOST_GROWTH:
            failed.append(parser.name)
        shown = "" if factor is None else f"x {factor:.2f} ({len(parser.grows)} shapes)"
        refused = count.inputs - count.taken
        print(
            f"{parser.name:36} {count.inputs:8} {count.taken:8} {refused:8}   {shown}", flush=True
        )
        total.inputs += count.inputs
        total.taken += count.taken
    refused = total.inputs - total.taken
    print(f"{len(chosen):3} parsers {'':24} {total.inputs:8} {total.taken:8} {refused:8}")
    if failed:
        print(f"FAILED: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
