# SPDX-License-Identifier: GPL-3.0-or-later
"""What may differ in the output of curl on a host that is less kind than most (`winsim.unkind`), and
means the same."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Manner:
    #: A firewall keeps the program back when it connects, and Winsock tells it with the result of the
    #: connection, or at once: no Windows has been seen to do either.
    forbidden_later: bool = False
    #: Its stdout is binary, as if some content went there: curl then sets it to that (src/tool_cb_wrt.c).
    binary: bool = False
    #: What happens at the same time is told in any order.
    reordered: bool = False


USUAL = Manner()


def manner(seed: int | None, name: str, pid: int) -> Manner:
    """That of one run of curl on the host `name`."""
    if seed is None:
        return USUAL
    random = Random(f"{seed} {name} curl {pid}")
    return Manner(*(random.random() < 0.5 for _each in range(3)))
