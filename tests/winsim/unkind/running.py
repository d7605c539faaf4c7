# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that run: what asking for their output, and sending them input, may meet."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from winsim.faults import FaultError, busy, timed_out
from winsim.soap import Request


def still_busy(request: Request, random: Random) -> FaultError | None:
    """The program has not taken the input before, nor does it take this: the client sends it again
    (sample of clients: ansible-core's winrm, ansible/ansible#81538)."""
    return busy() if request.verb == "Send" else None


def taken_late(request: Request, random: Random) -> FaultError | None:
    """OperationTimeout goes by, and the input is taken all the same: who sends it again sends it
    twice (sample of clients: ansible-core's winrm, ansible/ansible#81538)."""
    return timed_out() if request.verb == "Send" and random.random() < 0.25 else None


def early(request: Request, random: Random) -> bool:
    """An answer without output before OperationTimeout goes by (MS-WSMV 3.1.4.14). So many of them
    that a program gets on."""
    return request.verb == "Receive" and random.random() < 0.75


def conduct(request: Request, random: Random) -> Mapping[str, str]:
    """Input for a program that has ended is discarded and ignored (MS-WSMV 3.1.4.13). An answer
    without output may say that the program waits for input (MS-WSMV 3.1.4.14)."""
    if request.verb == "Send":
        return random.choice([{}, {"discards": ""}])
    if request.verb == "Receive":
        return {"unfinished": random.choice(["Running", "Pending"])}
    return {}
