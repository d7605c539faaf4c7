# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lets a host connect to addresses and ports by its own curl.exe, for as long as there is time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...host.host import Host, HostError, Output
from ...words.phrases import Phrase, Value
from ..programs import curl
from ..programs.curl import CURL, CurlAttempt, CurlVersion, Target, TryOutcome

#: How long all attempts of one host may take, in seconds.
SECONDS = 60.0

# curl needs this long to start and to connect to what is near, before it is worth looking at the
# other end. Nothing depends on it but what is seen there.
_SETTLING = 0.3

# It ends by itself when its time is over. How much longer it is waited for, if Windows is slow to
# start it: it may also wait without end, if its input was lost.
_MORE = 20.0

_WHAT = Phrase("do.try_ports")


@dataclass(frozen=True)
class Attempts:
    """What became of attempts, one for each target in order, and why some were not made, in whole
    sentences."""

    attempts: tuple[CurlAttempt, ...]
    notes: tuple[Value, ...] = ()


def attempt(
    host: Host,
    targets: Sequence[Target],
    timeout: float,
    version: CurlVersion,
    while_running: Callable[[Sequence[Target]], None] | None = None,
    seconds: float = SECONDS,
) -> Attempts:
    """Connect from a host to all targets that there is time for.

    Args:
        targets: IP addresses and ports, in the order of their importance; only those that may be
            tried.
        timeout: seconds for each.
        version: the curl that the host has.
        while_running: called in each run of curl with its targets, while it holds what it has
            connected to: all of them, or with an old curl one after the other. What it raises ends
            the run, and is raised.
        seconds: for all of them.

    Raises:
        HostError: the host can no longer be reached.
        ValueError: a target that is none, or a timeout that curl can't have.
    """
    notes: list[Value] = []
    found: dict[Target, CurlAttempt] = {}
    end = host.clock.monotonic() + seconds
    runs = curl.in_time(targets, timeout, version, seconds) if version.usable else ()
    for number, run in enumerate(runs):
        # An earlier one may have taken longer than it should.
        left = end - host.clock.monotonic()
        if number and left < curl.whole_seconds(timeout):
            break
        try:
            given = curl.configuration(run, timeout, version)
            output = _run(host, given, curl.longest(run, timeout, version), run, while_running)
        except _CurlError as error:
            notes.append(error.problem)
            break
        found |= {
            (each.address, each.port): each
            for each in curl.parse(output.stdout, output.stderr, run)
        }
    return Attempts(
        tuple(found.get(each) or CurlAttempt(*each, TryOutcome.NOT_TRIED) for each in targets),
        tuple(notes),
    )


class _CurlError(Exception):
    """The host's own run failed, though the host can still be reached."""

    def __init__(self, problem: Phrase) -> None:
        super().__init__()
        self.problem = problem


def _run(
    host: Host,
    given: bytes,
    seconds: float,
    targets: Sequence[Target],
    while_running: Callable[[Sequence[Target]], None] | None,
) -> Output:
    try:
        running = host.start(CURL.command_line, _WHAT, given)
    except HostError as error:
        raise _failure(error) from error
    with running:
        if while_running is not None:
            host.clock.sleep(_SETTLING)
            # This may talk to another host, whose errors are none of this one.
            while_running(targets)
        try:
            return running.finish(seconds + _MORE)
        except HostError as error:
            raise _failure(error) from error


def _failure(error: HostError) -> Exception:
    return error if error.unreachable else _CurlError(error.phrase)
