# SPDX-License-Identifier: GPL-3.0-or-later
"""What Windows may refuse. The gentle ones a client gets over when it asks again; after the others
it can only say that the host refused."""

from __future__ import annotations

from random import Random

from winsim.faults import (
    FaultError,
    envelope_exceeded,
    timed_out,
    too_many_commands,
    too_many_operations,
    too_many_shells,
)
from winsim.soap import Request
from winsim.unkind.running import still_busy
from winsim.winrs import CMD


def not_yet(request: Request, random: Random) -> FaultError | None:
    """No output within OperationTimeout: the client asks again (MS-WSMV 3.1.4.14; sample
    pypsrp_winrs_operation_timeout.yml)."""
    return timed_out() if request.verb == "Receive" else None


def busy(request: Request, random: Random) -> FaultError | None:
    """Too many operations of this user at once, of which others may be somebody else's (sample
    max_concurrent_operations_2150859174.xml). Nothing has been done then."""
    reads = request.verb in {"Enumerate", "Get"} and not _of_shells(request)
    return too_many_operations(random.choice([15, 1500])) if reads else None


def no_shell(request: Request, random: Random) -> FaultError | None:
    """Too many shells, or commands in them (samples winrb_wmi_error_v2.xml, and [MS-WSMV] 3.1.4.11)."""
    if not _of_shells(request):
        return None
    if request.verb == "Create":
        return too_many_shells(random.choice([5, 30]))
    return too_many_commands(15) if request.verb == "Command" else None


def too_large(request: Request, random: Random) -> FaultError | None:
    """An answer that is larger than the envelope and can't be cut (DSP0226 14.6, EncodingLimit)."""
    if request.verb not in {"Enumerate", "Pull", "Get"}:
        return None
    return envelope_exceeded(512_316, 512_000)


def no_change(request: Request, random: Random) -> FaultError | None:
    """Too many operations, met by a request that would have changed something (the
    same sample; a quota counts every operation)."""
    if request.verb in {"Enumerate", "Pull", "Get", "Release"} or _of_shells(request):
        return None
    return too_many_operations(1500)


GENTLE = (not_yet, busy, still_busy)
HARD = (no_shell, too_large, no_change)


def _of_shells(request: Request) -> bool:
    return request.resource_uri.lower() == CMD.lower()
