# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Records the messages exchanged with a host: a transport that keeps a copy of each.

Only SOAP envelopes are kept. HTTP, and with it every credential, is below the transport.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...host.transport import Transport, TransportError

# The largest size of a recording. That of a busy host has about 4 MiB.
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Message:
    """A request and its answer; if there is no answer, `failure` is the kind of failure."""

    request: bytes
    answer: bytes | None
    failure: str | None = None


@dataclass
class Recording:
    """Messages in order. `complete` becomes False when something is left out because of its
    size."""

    messages: list[Message] = field(default_factory=list)
    complete: bool = True
    size: int = 0

    def add(self, message: Message) -> None:
        """Keep a message, unless the recording is full."""
        self.size += len(message.request) + len(message.answer or b"")
        if not self.complete or self.size > MAX_BYTES:
            self.complete = False
        else:
            self.messages.append(message)


class RecordingTransport:
    """A Transport that passes everything to another one, and keeps a copy."""

    def __init__(self, inner: Transport, recording: Recording) -> None:
        self._inner = inner
        self._recording = recording

    @property
    def url(self) -> str:
        return self._inner.url

    @property
    def operation_timeout(self) -> float:
        return self._inner.operation_timeout

    @property
    def peer(self) -> tuple[str, int] | None:
        return self._inner.peer

    @property
    def own(self) -> tuple[str, int] | None:
        return self._inner.own

    @property
    def shell_id(self) -> str | None:
        return self._inner.shell_id

    def send(self, envelope: bytes) -> bytes:
        try:
            answer = self._inner.send(envelope)
        except TransportError as error:
            self._recording.add(Message(envelope, None, error.failure.value))
            raise
        self._recording.add(Message(envelope, answer))
        return answer

    def reconnect(self) -> None:
        self._inner.reconnect()

    def forget_shell(self) -> None:
        self._inner.forget_shell()
