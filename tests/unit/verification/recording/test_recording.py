# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes through a transport is kept, and the file says so in its lines."""

from __future__ import annotations

import json

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording import (
    document,
    recording,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.verification.recording.recording import (
    Message,
    Recording,
    RecordingTransport,
)
from unit.conversation import ScriptedTransport


def test_answers_and_failures_are_kept_and_handed_on() -> None:
    inner = ScriptedTransport(b"<one/>", TransportError(Failure.CLOSED), shell_id="S1")
    kept = Recording()
    transport = RecordingTransport(inner, kept)
    assert transport.send(b"<a/>") == b"<one/>"
    with pytest.raises(TransportError):
        transport.send(b"<b/>")
    assert kept.messages == [
        Message(b"<a/>", b"<one/>"),
        Message(b"<b/>", None, "closed"),
    ]
    assert (transport.url, transport.operation_timeout) == (inner.url, inner.operation_timeout)
    transport.reconnect()
    assert inner.reconnected == 1
    assert transport.shell_id == "S1"
    transport.forget_shell()
    assert transport.shell_id is None


def test_a_recording_has_an_end_that_a_host_cannot_move(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MAX_BYTES", 20)
    kept = Recording()
    for size in (5, 100, 5):
        kept.add(Message(b"a" * 5, b"b" * size))
    # What comes after a gap would be no conversation.
    assert kept.messages == [Message(b"aaaaa", b"bbbbb")]
    assert not kept.complete


def test_lines() -> None:
    messages = [Message("<ä/>".encode(), b"<x/>"), Message(b"<b/>", None, "timeout")]
    written = list(document.lines(messages, complete=True, system="Windows 11 日本"))
    assert all(line.isascii() and line.endswith("\n") for line in written)
    assert [json.loads(line) for line in written] == [
        {"format": "portkeeper.windows recording", "version": 1, "system": "Windows 11 日本"},
        {"request": "<ä/>", "answer": "<x/>"},
        {"request": "<b/>", "failure": "timeout"},
        {"messages": 2, "complete": True},
    ]
