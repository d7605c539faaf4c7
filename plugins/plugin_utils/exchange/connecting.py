# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The time for connecting, which is not that for an answer: a PC that is off gives no sign at all,
and nobody should wait for it as long as for one that works on an answer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...module_utils.host.transport import Failure, TransportError
from ...module_utils.words.phrases import Phrase, Value

# TCP sends its first segment four times in that time: at once, and after 1, 3 and 7 seconds (RFC
# 6298, 2.1 and 5.5).
DEFAULT_SECONDS = 10.0
# For a socket, 0 means not to wait at all.
LEAST_SECONDS = 0.001


@dataclass(frozen=True)
class ConnectTime:
    """How long it may take to connect: to all addresses of a name together, and with TLS.

    Attributes:
        seconds: the time, from the end of the look-up of the name.
        chosen: whether somebody has set it. If not, it is no longer than the time for an answer.
    """

    seconds: float = DEFAULT_SECONDS
    chosen: bool = False

    def beside(self, answer: float | None) -> float:
        """The time in seconds, where an answer may take that many; None means any number."""
        return self.seconds if self.chosen or answer is None else min(self.seconds, answer)


BY_DEFAULT = ConnectTime()


class Countdown:
    """What is left of a time to connect, which begins now.

    Attributes:
        seconds: the time.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until the end, as a socket takes them."""
        return max(self._end - time.monotonic(), LEAST_SECONDS)

    def shared_by(self, addresses: Sequence[str]) -> Iterator[tuple[str, float]]:
        """Addresses of one host with the seconds for each: what is left is divided by those that
        are left, so that one where nobody answers does not use up the time of the others."""
        for number, address in enumerate(addresses):
            yield address, self.left / (len(addresses) - number)

    def up(self) -> TransportError:
        """What it means that nobody has answered."""
        return TransportError(Failure.NO_CONNECTION, Phrase("detail.seconds", self._values))

    def up_in_tls(self) -> TransportError:
        """What it means that somebody has accepted the connection, and then not answered TLS."""
        late = Phrase("detail.tls_late", self._values)
        return TransportError(Failure.TIMEOUT, late, remedy=Phrase("failure_remedy.tls_late"))

    @property
    def _values(self) -> dict[str, Value]:
        return {"seconds": f"{self.seconds:.3g}"}
