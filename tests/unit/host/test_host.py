# SPDX-License-Identifier: GPL-3.0-or-later
"""Host: what is repeated, what never is, and where it stops."""

from __future__ import annotations

import base64
import re

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.host.host import (
    Clock,
    Host,
    HostError,
    Limits,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.host.transport import (
    Failure,
    TransportError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.words.phrases import render
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.faults import FaultKind
from unit.conversation import Answer, ScriptedTransport, answer, rows, sample
from unit.firewall.host_answers import refused
from unit.rows import each_row

RECORDED = [f"wsman_enumerate/server_2012_Win32_Process_all_00{number}.xml" for number in range(3)]
BUSY = "wsman_faults/max_concurrent_operations_2150859174.xml"
UNKNOWN_CLASS = "wsman_faults/winrb_soap_fault_v2.xml"
SHELL_URI = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"


class ManualClock:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


def host_with(
    transport: ScriptedTransport, clock: ManualClock | None = None, **limits: float
) -> Host:
    clock = clock or ManualClock()
    return Host(
        transport,
        "win-1",
        Limits(**limits),  # type: ignore[arg-type]
        Clock(clock.sleep, clock.monotonic),
    )


def receive(text: bytes, done: bool, code: int = 0) -> bytes:
    state = f"{SHELL_URI}/CommandState/{'Done' if done else 'Running'}"
    exit_code = f"<rsp:ExitCode>{code}</rsp:ExitCode>" if done else ""
    return answer(
        f"{SHELL_URI}/ReceiveResponse",
        "<rsp:ReceiveResponse>"
        f'<rsp:Stream Name="stdout" CommandId="C">{base64.b64encode(text).decode()}</rsp:Stream>'
        f'<rsp:CommandState CommandId="C" State="{state}">{exit_code}</rsp:CommandState>'
        "</rsp:ReceiveResponse>",
    )


COMMAND = answer(
    f"{SHELL_URI}/CommandResponse",
    "<rsp:CommandResponse><rsp:CommandId>C</rsp:CommandId></rsp:CommandResponse>",
)
SIGNAL = answer(f"{SHELL_URI}/SignalResponse", "<rsp:SignalResponse/>")


def test_recorded_enumeration_is_read_to_its_end() -> None:
    transport = ScriptedTransport(*map(sample, RECORDED))
    processes = host_with(transport).enumerate(classes.PROCESS)
    assert transport.actions == ["Enumerate", "Pull", "Pull"]
    assert [process.values["ProcessId"] for process in processes[:2]] == [0, 4]
    assert processes[-1].values["ProcessId"] == 1464
    assert transport.finished


def test_each_pull_uses_the_newest_context() -> None:
    transport = ScriptedTransport(*map(sample, RECORDED))
    host_with(transport).enumerate(classes.PROCESS)
    assert b"67A65653-305B-4CD0-9DF2-4F5614DE68EC" in transport.sent[1]
    assert b"0CBB0441-84F8-49C3-9168-EE18BD61CD0C" in transport.sent[2]


def test_reading_begins_anew_after_a_broken_connection() -> None:
    transport = ScriptedTransport(
        sample(RECORDED[0]), TransportError(Failure.CLOSED), *map(sample, RECORDED)
    )
    processes = host_with(transport).enumerate(classes.PROCESS)
    assert transport.actions == ["Enumerate", "Pull", "Enumerate", "Pull", "Pull"]
    assert transport.reconnected == 1
    assert [process.values["ProcessId"] for process in processes].count(4) == 1


def test_reading_waits_while_the_user_has_too_many_operations() -> None:
    clock = ManualClock()
    transport = ScriptedTransport(sample(BUSY), sample(BUSY), rows({"ProcessId": 8}))
    found = host_with(transport, clock).enumerate(classes.PROCESS, ("ProcessId",))
    assert [row.values for row in found] == [{"ProcessId": 8}]
    assert clock.slept == [0.5, 1.0]


def test_patience_ends() -> None:
    transport = ScriptedTransport(*[sample(BUSY)] * 3)
    with pytest.raises(HostError) as caught:
        host_with(transport).enumerate(classes.PROCESS)
    assert transport.finished
    assert not caught.value.unreachable
    assert "2150859174" in str(caught.value)


@pytest.mark.parametrize("failure", [TransportError(Failure.CLOSED), sample(BUSY)])
def test_a_change_is_never_sent_twice(failure: bytes | TransportError) -> None:
    transport = ScriptedTransport(failure, rows())
    reference = classes.PROCESS.reference([("Handle", "4312")])
    with pytest.raises(HostError):
        host_with(transport).invoke(classes.PROCESS, reference, "Terminate", {"Reason": 1})
    assert transport.actions == ["Terminate"]


def test_a_method_that_only_reads_is_repeated() -> None:
    output = answer(
        f"{classes.PROCESS.resource_uri}/GetOwnerResponse",
        f'<p:GetOwner_OUTPUT xmlns:p="{classes.PROCESS.resource_uri}">'
        "<p:Domain>PC</p:Domain><p:ReturnValue>0</p:ReturnValue><p:User>taro</p:User>"
        "</p:GetOwner_OUTPUT>",
    )
    transport = ScriptedTransport(TransportError(Failure.CLOSED), output)
    reference = classes.PROCESS.reference([("Handle", "4312")])
    result = host_with(transport).invoke(classes.PROCESS, reference, "GetOwner", reads=True)
    assert result.return_value == 0
    assert (result.values["Domain"], result.values["User"]) == ("PC", "taro")


@each_row(
    ("limits", "words"),
    [
        ({"pages": 5}, "did not end after 5 answers"),
        ({"items": 3}, "did not end after 4 instances"),
        ({"answers": 2_000}, r"did not end after [2-9],\d{3} bytes"),
    ],
)
def test_an_endless_enumeration_is_left(limits: dict[str, float], words: str) -> None:
    endless = [rows({"ProcessId": number}, context=f"uuid:{number}") for number in range(8)]
    transport = ScriptedTransport(*endless)
    with pytest.raises(HostError, match=words) as caught:
        host_with(transport, **limits).enumerate(classes.PROCESS, ("ProcessId",))
    assert "win-1" in str(caught.value)
    assert transport.actions[-1] == "Release"


def test_a_slow_enumeration_is_left() -> None:
    clock = ManualClock()

    def slowly(_request: bytes) -> bytes:
        clock.now += 40
        return rows({"ProcessId": 4}, context="uuid:1")

    transport = ScriptedTransport(*[slowly] * 9)
    with pytest.raises(HostError, match="did not end within 100 seconds"):
        host_with(transport, clock, seconds=100.0).enumerate(classes.PROCESS, ("ProcessId",))
    assert transport.actions == ["Enumerate", "Pull", "Pull", "Release"]


def test_fault_names_host_code_cause_and_remedy() -> None:
    transport = ScriptedTransport(sample(UNKNOWN_CLASS))
    with pytest.raises(HostError) as caught:
        host_with(transport).enumerate(classes.PROCESS)
    message = str(caught.value)
    assert message.startswith("Could not read Win32_Process on win-1 (http://192.0.2.1:5985/wsman)")
    assert "2150858778" in message
    assert caught.value.kind is FaultKind.UNKNOWN_CLASS
    assert transport.actions == ["Enumerate"]


def test_where_the_host_knows_more_it_is_quoted() -> None:
    for status, quoted in ((4, True), (1, True), (6, False)):
        transport = ScriptedTransport(refused(status, "パラメーター", "Windows System Error 8"))
        with pytest.raises(HostError) as caught:
            host_with(transport).enumerate(classes.PROCESS)
        assert ("Windows says: パラメーター" in str(caught.value)) is quoted


@pytest.mark.parametrize(
    "answers", [[rows({"ProcessId": 4}, context="uuid:1")] * 3, [TransportError(Failure.TOO_LARGE)]]
)
def test_what_no_healthy_host_sends_has_a_next_step(answers: list[Answer]) -> None:
    transport = ScriptedTransport(*answers)
    with pytest.raises(HostError) as caught:
        host_with(transport, pages=2).enumerate(classes.PROCESS, ("ProcessId",))
    assert re.search(r"[.:] (If this persists|.*look (at|in)) ", str(caught.value))


@each_row("failure", list(Failure))
def test_every_failure_of_the_transport_has_a_cause_and_a_remedy(failure: Failure) -> None:
    transport = ScriptedTransport(*[TransportError(failure, "odd\x1b[31m words")] * 3)
    with pytest.raises(HostError) as caught:
        host_with(transport).enumerate(classes.PROCESS)
    assert caught.value.unreachable is (failure is not Failure.SETTING)
    assert "odd[31m words" in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_host_that_could_not_be_connected_to_is_told_as_that() -> None:
    """What the first message was for, such as a class of CIM, says nothing to who reads it."""
    transport = ScriptedTransport(TransportError(Failure.REFUSED))
    transport.peer = None
    with pytest.raises(HostError) as caught:
        host_with(transport).enumerate(classes.PROCESS)
    where = "win-1 (http://192.0.2.1:5985/wsman)"
    assert str(caught.value).startswith(f"Could not connect to WinRM on {where}: ")
    assert f"{where} の WinRM に接続できませんでした。" in render(caught.value.phrase, "ja")
    # It has answered before, so something may have been done there.
    known = ScriptedTransport(TransportError(Failure.REFUSED))
    with pytest.raises(HostError) as caught:
        host_with(known).enumerate(classes.PROCESS)
    assert str(caught.value).startswith(f"Could not read Win32_Process on {where}: ")


def test_an_answer_that_is_no_soap_is_no_traceback() -> None:
    transport = ScriptedTransport(b"<html><body>It works!</body></html>")
    with pytest.raises(HostError, match="not a SOAP envelope"):
        host_with(transport).enumerate(classes.PROCESS)


def test_a_program_runs_in_the_shell_that_is_open_already() -> None:
    transport = ScriptedTransport(
        COMMAND, receive("日本".encode()[:4], False), receive("日本".encode()[4:], True, 3), SIGNAL,
        shell_id="S",
    )  # fmt: skip
    output = host_with(transport).run("hostname.exe", "the name")
    assert (output.stdout, output.exit_code) == ("日本", 3)
    assert transport.actions == ["Command", "Receive", "Receive", "Signal"]


def test_a_shell_of_our_own_is_given_back() -> None:
    transport = ScriptedTransport(
        sample("wsman_winrs/txwinrm_create_resp.xml"),
        COMMAND, receive(b"", True), SIGNAL,
        COMMAND, receive(b"", True),
        answer("http://schemas.xmlsoap.org/ws/2004/09/transfer/DeleteResponse", ""),
    )  # fmt: skip
    host = host_with(transport)
    host.run("hostname.exe", "the name")
    host.run("hostname.exe", "the name")
    host.close()
    host.close()
    # A program that has ended is acknowledged only if the shell runs another.
    assert transport.actions == [
        "Create", "Command", "Receive", "Signal", "Command", "Receive", "Delete",
    ]  # fmt: skip
    assert transport.finished


def test_after_a_restart_neither_connection_nor_shell_is_used_again() -> None:
    transport = ScriptedTransport(
        sample("wsman_winrs/txwinrm_create_resp.xml"),
        COMMAND, receive(b"", True),
        sample("wsman_winrs/txwinrm_create_resp.xml"),
        COMMAND, receive(b"", True),
        shell_id="S",
    )  # fmt: skip
    host = host_with(transport)
    host.restarted()
    assert (transport.shell_id, transport.reconnected) == (None, 1)
    host.run("hostname.exe", "the name")
    host.restarted()
    host.run("hostname.exe", "the name")
    assert transport.actions.count("Create") == 2
    assert transport.finished


def test_a_program_that_prints_without_end_is_stopped() -> None:
    transport = ScriptedTransport(COMMAND, *[receive(b"x" * 60, False)] * 2, SIGNAL, shell_id="S")
    with pytest.raises(HostError, match="printed more than 100 bytes"):
        host_with(transport, output=100).run("netstat.exe", "the endpoints")
    assert transport.actions[-1] == "Signal"


def test_after_a_broken_connection_the_program_is_left_to_its_shell() -> None:
    transport = ScriptedTransport(
        sample("wsman_winrs/txwinrm_create_resp.xml"),
        COMMAND, TransportError(Failure.CLOSED), COMMAND, receive(b"x", True),
        answer("http://schemas.xmlsoap.org/ws/2004/09/transfer/DeleteResponse", ""),
    )  # fmt: skip
    host = host_with(transport)
    assert host.run("netstat.exe", "the endpoints").stdout == "x"
    host.close()
    assert transport.actions == [
        "Create", "Command", "Receive", "Command", "Receive", "Delete",
    ]  # fmt: skip


@each_row("failure", [Failure.CLOSED, Failure.TIMEOUT, Failure.AUTHENTICATION])
def test_a_shell_is_given_back_over_a_connection_of_its_own(failure: Failure) -> None:
    transport = ScriptedTransport(
        sample("wsman_winrs/txwinrm_create_resp.xml"),
        *[COMMAND, TransportError(failure)] * (3 if failure is Failure.CLOSED else 1),
        answer("http://schemas.xmlsoap.org/ws/2004/09/transfer/DeleteResponse", ""),
    )  # fmt: skip
    host = host_with(transport)
    with pytest.raises(HostError):
        host.run("netstat.exe", "the endpoints")
    host.close()
    assert transport.actions[-1] == "Delete"
    assert transport.reconnected == transport.actions.count("Receive")


def test_an_interrupted_request_leaves_no_connection_to_others() -> None:
    transport = ScriptedTransport(KeyboardInterrupt(), rows())
    host = host_with(transport)
    with pytest.raises(KeyboardInterrupt):
        host.enumerate(classes.PROCESS)
    assert transport.reconnected == 1
