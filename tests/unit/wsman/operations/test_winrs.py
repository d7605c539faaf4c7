# SPDX-License-Identifier: GPL-3.0-or-later
"""The remote shell: recorded conversations read, and requests for one."""

from __future__ import annotations

import pytest

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations import winrs
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.envelope import (
    Request,
    only_child,
    read,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.winrs import (
    Received,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    RemoteProtocolError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.faults import (
    FaultError,
    FaultKind,
)
from unit.rows import each_row
from unit.wsman.recorded import (
    LIMITS,
    SETTINGS,
    answer,
    answered,
    conversation,
    request_body,
    sample,
)

# Name, shell id, command id, the output of each Receive or the kind of its fault.
CONVERSATIONS = [
    (
        "standard",
        "4283CBDC-3706-415B-88BD-B385F3E51A53",
        "CF84C20A-0A35-43FA-AF78-0B4711DA5F30",
        [Received(b"hi\r\n", b"", True, 0)],
    ),
    (
        "stderr_rc",
        "44AF9A2C-624E-4975-AB20-CEB406E440B9",
        "D37A8327-79AD-452F-BE0D-4B99A96B4A0B",
        [Received(b"out \r\n", b"err \r\n", True, 1)],
    ),
    (
        "unicode",
        "3C225977-02C6-42E5-9D66-5BBDAB4859B1",
        "1B922CC0-CE49-4A7E-AC46-B01C472B49A9",
        [Received("こんにちは\n".encode(), b"", True, 0)],
    ),
    (
        "extra_opts",
        "CBA3E536-A3A2-4B88-9ED3-4919930E15C2",
        "9132F099-E87C-4B08-98C0-0706D2426E6B",
        [Received(b"C:\\Windows\r\n", b"", True, 0)],
    ),
    (
        "no_cmd_shell",
        "F15E6BF4-8A64-41F7-BDDE-13F83D9D22DD",
        "F1363DFB-B5F9-4FDF-AC84-F67D2A886704",
        [Received(b"hi\n", b"", True, 0)],
    ),
    (
        "operation_timeout",
        "849551A1-CEC2-4ABD-8B62-652AD1053E9B",
        "D644AE56-61E5-4C1A-A135-E599B76B3035",
        [
            Received(b"hi\n", b"", False, None),
            FaultKind.TIMED_OUT,
            FaultKind.TIMED_OUT,
            Received(b"hi again\n", b"", True, 0),
        ],
    ),
    (
        "bad_cmd_id",
        "CCF84E0D-D0B5-4CFB-95B5-BCF3BFE15F36",
        "644983A8-4292-4922-97E9-D569C2170784",
        [FaultKind.INVALID_SELECTORS],
    ),
]


def receive(data: bytes) -> Received | FaultKind:
    try:
        return winrs.read_receive(data, answered(data), LIMITS)
    except FaultError as error:
        return error.fault.kind


@pytest.mark.parametrize(
    ("name", "shell_id", "command_id", "received"), CONVERSATIONS, ids=lambda each: str(each)[:20]
)
def test_a_recorded_conversation(
    name: str, shell_id: str, command_id: str, received: list[Received | FaultKind]
) -> None:
    responses: dict[str, list[bytes]] = {}
    for request, response in conversation(f"wsman_winrs/pypsrp_winrs_{name}.yml"):
        action = request.partition(b"Action ")[2].partition(b"<")[0].rpartition(b"/")[2].decode()
        responses.setdefault(action, []).append(response)
    created, deleted, signalled = (
        responses.pop(each)[0] for each in ("Create", "Delete", "Signal")
    )
    assert winrs.read_open_shell(created, answered(created), LIMITS) == shell_id
    started = responses.pop("Command")[-1]
    assert winrs.read_command(started, answered(started), LIMITS) == command_id
    assert [receive(each) for each in responses.pop("Receive")] == received
    # Nobody reads what is answered to these, but it is no fault.
    assert only_child(read(signalled, answered(signalled), LIMITS), "SignalResponse") is not None
    assert read(deleted, answered(deleted), LIMITS)
    assert responses == {}


def test_indented_answers() -> None:
    created, started, first, second = (
        sample(f"wsman_winrs/txwinrm_{each}.xml")
        for each in ("create_resp", "command_resp", "receive_resp_01", "receive_resp_02")
    )
    assert (
        winrs.read_open_shell(created, answered(created), LIMITS)
        == "81DF6FC4-08CB-4FB4-A75B-33B422885199"
    )
    assert (
        winrs.read_command(started, answered(started), LIMITS)
        == "75233C4B-10BC-4796-A767-2D95F553DEEC"
    )
    assert receive(first) == Received(
        b'\r\n"(PDH-CSV 4.0)","\\\\AMAZONA-Q2R281F\\Processor(_Total)\\% Processor Time"',
        b"",
        False,
        None,
    )
    last = receive(second)
    assert isinstance(last, Received)
    assert last.stdout.endswith(b"The command completed successfully.\r\n\r\r")
    assert (last.stderr, last.done, last.exit_code) == (b"", True, 0)


REQUEST = Request("urn:a", "uuid:1", b"")


def response(state: str, streams: str = "") -> bytes:
    return answer(f"<rsp:ReceiveResponse>{streams}{state}</rsp:ReceiveResponse>", REQUEST)


DONE = (
    '<rsp:CommandState State="http://schemas.microsoft.com/wbem/wsman/1/windows/shell/'
    'CommandState/Done">{}</rsp:CommandState>'
)


@each_row(
    ("data", "received"),
    [
        (response(DONE.format("")), Received(b"", b"", True, None)),
        (response(DONE.format("<rsp:ExitCode>-1</rsp:ExitCode>")), Received(b"", b"", True, -1)),
        (response(DONE.format("<rsp:ExitCode>+01</rsp:ExitCode>")), Received(b"", b"", True, 1)),
        (
            response(DONE.format("<rsp:ExitCode>3221225786</rsp:ExitCode>")),
            Received(b"", b"", True, 0xC000013A),
        ),
        (response(""), Received(b"", b"", False, None)),
        (
            response("", '<rsp:Stream Name="stdout" End="true" xsi:nil="true"/>'),
            Received(b"", b"", False, None),
        ),
        (
            response("", '<rsp:Stream Name="other">AAAA</rsp:Stream>'),
            Received(b"", b"", False, None),
        ),
        (
            response(
                "",
                '<rsp:Stream Name="stdout">YQ==\n</rsp:Stream>'
                '<rsp:Stream Name="stdout">Yg==</rsp:Stream>',
            ),
            Received(b"ab", b"", False, None),
        ),
    ],
)
def test_forms_of_an_answer_to_receive(data: bytes, received: Received) -> None:
    assert winrs.read_receive(data, REQUEST, LIMITS) == received


@each_row(
    ("data", "message"),
    [
        (response("", '<rsp:Stream Name="stdout">?</rsp:Stream>'), "not Base64"),
        (response("", '<rsp:Stream Name="stdout">YQ</rsp:Stream>'), "not Base64"),
        (response("", '<rsp:Stream Name="stderr">é</rsp:Stream>'), "not Base64"),
        (response(DONE.format("<rsp:ExitCode>zero</rsp:ExitCode>")), "exit code 'zero'"),
        (answer("", REQUEST), "where ReceiveResponse"),
    ],
)
def test_what_is_no_output(data: bytes, message: str) -> None:
    with pytest.raises(RemoteProtocolError, match=message):
        winrs.read_receive(data, REQUEST, LIMITS)


def test_a_shell_and_a_command_have_names() -> None:
    created = (
        "<x:ResourceCreated><a:ReferenceParameters><w:ResourceURI>urn:r</w:ResourceURI>"
        "</a:ReferenceParameters></x:ResourceCreated>"
    )
    with pytest.raises(RemoteProtocolError, match="names no shell"):
        winrs.read_open_shell(answer(created, REQUEST), REQUEST, LIMITS)
    with pytest.raises(RemoteProtocolError, match="names no command"):
        winrs.read_command(answer("<rsp:CommandResponse/>", REQUEST), REQUEST, LIMITS)


def test_a_command_line_is_carried_as_it_is() -> None:
    line = r'"%SystemRoot%\System32\reg.exe" query HKLM\SOFTWARE /s & echo <日本>'
    body = request_body(winrs.command("SHELL", line, SETTINGS))
    assert body == (
        "<rsp:CommandLine><rsp:Command>&quot;%SystemRoot%\\System32\\reg.exe&quot; query "
        "HKLM\\SOFTWARE /s &amp; echo &lt;日本&gt;</rsp:Command></rsp:CommandLine>"
    )


def test_a_shell_may_have_another_code_page_and_a_profile() -> None:
    text = winrs.open_shell(SETTINGS, codepage=932, profile=True).data.decode()
    assert '<w:Option Name="WINRS_NOPROFILE">FALSE</w:Option>' in text
    assert '<w:Option Name="WINRS_CODEPAGE">932</w:Option>' in text


@each_row(
    ("end", "body"),
    [
        (
            True,
            '<rsp:Send><rsp:Stream Name="stdin" CommandId="&lt;C&gt;" End="true">dXJsID0gMQo='
            "</rsp:Stream></rsp:Send>",
        ),
        (
            False,
            '<rsp:Send><rsp:Stream Name="stdin" CommandId="&lt;C&gt;" End="false">dXJsID0gMQo='
            "</rsp:Stream></rsp:Send>",
        ),
    ],
)
def test_input_of_a_command(end: bool, body: str) -> None:
    """The forms of pywinrm 0.5.0 and of Ansible's connection winrm."""
    request = winrs.send("S", "<C>", b"url = 1\n", SETTINGS, end=end)
    assert request.action == "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Send"
    assert body in request.data.decode()


def test_input_that_was_not_taken_is_an_error() -> None:
    winrs.read_send(answer("<rsp:SendResponse/>", REQUEST), REQUEST, LIMITS)
    with pytest.raises(RemoteProtocolError, match="where SendResponse"):
        winrs.read_send(answer("", REQUEST), REQUEST, LIMITS)
