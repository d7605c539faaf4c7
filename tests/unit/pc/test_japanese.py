# SPDX-License-Identifier: GPL-3.0-or-later
"""What port_facts notes is Japanese to the last word, whatever could not be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.ground.model import (
    Protocol,
    Snapshot,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc import result as facts
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.printed import (
    Tables,
    add_printed,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.pc.snapshot import (
    SnapshotRequest,
    take,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.catalogue import TEXTS
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.faults import FaultKind
from ansible_collections.portkeeper.windows.plugins.plugin_utils.values import spoken
from unit.conversation import ScriptedTransport, rows
from unit.firewall.host_answers import program
from unit.holder_cases import listener
from unit.japanese import english_in, keys_in
from unit.pc.test_printed import FAMILIES, NETSTAT, added
from unit.pc.test_snapshot import APACHE, HTTPD, NETSTAT_JA, UNKNOWN_CLASS, printed
from unit.pc.test_snapshot import taken as read_snapshot
from unit.rows import each_row
from unit.wsman.recorded import sample

FAILS = "portkeeper-ended-with-an-error \r\n"
DENIED = "wsman_faults/winrb_wmi_error_v2.xml"
DUAL = [listener(81, 4, "::")]


def netstat_prints(text: str) -> Snapshot:
    return added(DUAL, FAMILIES, text)[0]


def outputs_mixed() -> Snapshot:
    transport = ScriptedTransport(*program("no marker\r\n"), shell_id="S")
    return _added(transport)


def denied_command_line() -> Snapshot:
    return _added(ScriptedTransport(sample(DENIED), shell_id="S"))


def _added(transport: ScriptedTransport) -> Snapshot:
    return add_printed(Host(transport, "win-1"), Snapshot(), Tables(reserved=True))[0]


def owner_denied() -> Snapshot:
    wanted = SnapshotRequest(protocols=frozenset({Protocol.TCP}), services=False, users=True)
    return read_snapshot(wanted, rows(APACHE), rows(HTTPD), rows(), sample(DENIED))[0]


def damaged_netstat() -> Snapshot:
    text = printed(NETSTAT_JA.replace("アクティブ", "\ufffd"))
    wanted = SnapshotRequest(processes=False, services=False)
    return read_snapshot(wanted, sample(UNKNOWN_CLASS), *program(text))[0]


NOTED: dict[str, Callable[[], Snapshot]] = {
    "program.printed_nothing": lambda: netstat_prints(""),
    "program.no_table": lambda: netstat_prints("アクセスが拒否されました。"),
    "program.unread_lines": lambda: netstat_prints(f"{NETSTAT}  TCP    0.0.0.0:81\r\n"),
    "program.ended_with_error": lambda: netstat_prints(NETSTAT + FAILS),
    "program.unread_characters": damaged_netstat,
    "program.outputs_mixed": outputs_mixed,
    "process.owner_unknown": owner_denied,
    "do.read_printed": denied_command_line,
}


@each_row("key", NOTED)
def test_a_note_is_japanese(key: str) -> None:
    snapshot = NOTED[key]()
    assert key in set(keys_in(snapshot.notes))
    (note,) = snapshot.notes
    text = render(note, "ja")
    # What Windows says itself is in the language of the host.
    assert english_in(text.partition("Windows のメッセージ:")[0]) == ""
    told = spoken(facts.facts(snapshot), "ja")["port_facts"]["notes"]
    assert told == [text]


def test_each_text_about_a_program_is_noted_here() -> None:
    assert {key for key in TEXTS if key.startswith("program.")} <= set(NOTED)


@each_row("failure", Failure)
def test_why_nothing_could_be_read_is_japanese(failure: Failure) -> None:
    transport = ScriptedTransport(*[TransportError(failure, status=599)] * 3)
    with pytest.raises(HostError) as caught:
        take(Host(transport, "win-1", clock=Clock(sleep=lambda _seconds: None)), SnapshotRequest())
    text = render(caught.value.phrase, "ja")
    assert text.startswith("win-1 (http")
    assert english_in(text) == ""


@each_row("answer", [b"<a/>", b"no xml", b"<!DOCTYPE a><a/>"])
def test_why_an_answer_is_none_is_japanese(answer: bytes) -> None:
    transport = ScriptedTransport(answer)
    with pytest.raises(HostError) as caught:
        take(Host(transport, "win-1"), SnapshotRequest())
    assert english_in(render(caught.value.phrase, "ja")) == ""


def test_a_refusal_is_japanese_but_for_what_windows_says() -> None:
    transport = ScriptedTransport(sample(DENIED))
    with pytest.raises(HostError) as caught:
        take(Host(transport, "win-1"), SnapshotRequest())
    assert caught.value.kind is not FaultKind.OTHER
    assert english_in(render(caught.value.phrase, "ja")) == ""
