# SPDX-License-Identifier: GPL-3.0-or-later
"""Input for programs, sent in blocks, and output that comes when they have read it."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from xml.sax.saxutils import escape, quoteattr

import pytest
import requests

from loopback import Network
from unit.rows import each_row
from unit.winsim.test_winrs import Client, output
from unit.winsim.wire import CALLER, envelope, fault_code, selectors
from unit.winsim.wire import text as text_at
from winsim import programs
from winsim.exchange import NO_FAULTS
from winsim.images import load
from winsim.programs import Execution, ProgramResult
from winsim.programs.execution import Stdin, Steps, work
from winsim.server import Hosts
from winsim.soap import Request
from winsim.unkind.manner import Unkind
from winsim.wsman import Reply

BROKEN = (500, "w:InternalError", "109")
TIMED_OUT = (500, "w:TimedOut", "2150858793")
INVALID = (500, "w:SchemaValidationError", "2150858817")
NOBODY = (500, "w:InternalError", "50")
SORT = "%SystemRoot%\\System32\\sort.exe"


def block(command: str, data: str, **attributes: str) -> str:
    """One rsp:Stream with base64 in it."""
    given = {"Name": "stdin", "CommandId": command, **attributes}
    written = "".join(f" {name}={quoteattr(value)}" for name, value in given.items() if value)
    return f"<rsp:Stream{written}>{data}</rsp:Stream>"


class Sender(Client):
    """A client that runs a program and sends it input."""

    def __init__(self, line: str = SORT) -> None:
        super().__init__(programs.start)
        self.open()
        self.id = self.start(escape(line))

    def input(
        self, *blocks: str, injected: Mapping[str, str] = NO_FAULTS, **attributes: str
    ) -> Reply:
        streams = "".join(block(self.id, data, **attributes) for data in blocks)
        return self.send("Send", f"<rsp:Send>{streams}</rsp:Send>", injected=injected)


def test_a_program_runs_until_its_input_ends() -> None:
    client = Sender()
    assert fault_code(client.receive(client.id)) == TIMED_OUT
    assert client.input("Yg0K").status == 200
    assert fault_code(client.receive(client.id)) == TIMED_OUT
    reply = client.input("YQ0K", End="TRUE")
    assert text_at(reply, ".//{*}Body/{*}SendResponse") == ""
    assert output(client.receive(client.id)) == b"a\r\nb\r\n"


@each_row(
    "blocks",
    [
        ("Yg0KYQ0K",),
        ("Yg0K", "YQ0K"),
        ("", "Yg0KYQ0K", ""),
        ("Yg==", "DQph", "DQo="),
        (" Yg0K\r\n YQ0K ",),
    ],
)
def test_input_comes_in_any_blocks(blocks: tuple[str, ...]) -> None:
    together, apart = Sender(), Sender()
    assert together.input(*blocks).status == 200
    for data in blocks:
        assert apart.input(data, End="0").status == 200
    for client in (together, apart):
        assert client.input("", End="1").status == 200
        assert output(client.receive(client.id)) == b"a\r\nb\r\n"


@each_row(
    ("attributes", "data", "fault"),
    [
        ({"Name": ""}, "YQ==", INVALID),
        ({"Name": "stdout"}, "YQ==", INVALID),
        ({"CommandId": ""}, "YQ==", NOBODY),
        ({"CommandId": "11111111-1111-1111-1111-111111111111"}, "YQ==",
         (500, "w:InvalidSelectors", "2150858843")),
        ({}, "YQ", INVALID),
        ({}, "Y*==", INVALID),
        ({"End": "yes"}, "YQ==", INVALID),
    ],
)  # fmt: skip
def test_input_that_is_none(attributes: dict[str, str], data: str, fault: object) -> None:
    client = Sender()
    stream = block(client.id, data, **attributes)
    assert fault_code(client.send("Send", f"<rsp:Send>{stream}</rsp:Send>")) == fault
    # Nothing of it has come through.
    client.input("", End="true")
    assert output(client.receive(client.id)) == b""


def test_a_request_without_a_block() -> None:
    assert fault_code(Sender().send("Send", "<rsp:Send/>")) == INVALID


def test_nothing_follows_the_end_of_the_input() -> None:
    client = Sender()
    client.input("YQ0K", End="true")
    reply = client.input("Yg0K")
    assert fault_code(reply) == BROKEN
    assert "The pipe has been ended" in reply.text
    assert output(client.receive(client.id)) == b"a\r\n"


@each_row("line", ["hostname", "nosuch.exe", f"{SORT} <nul"])
def test_a_program_that_has_ended_takes_no_input(line: str) -> None:
    client = Sender(line)
    assert fault_code(client.input("YQ==", End="TRUE")) == BROKEN
    assert client.input("YQ==", injected={"discards": ""}).status == 200
    assert "CommandState/Done" in client.receive(client.id).text


def test_the_input_is_that_of_the_program_that_reads() -> None:
    line = f"echo first && cmd /c {SORT} <nul && {SORT} && echo last"
    client = Sender(line)
    client.input("Yg0KYQ0K", End="true")
    assert output(client.receive(client.id)) == b"first \r\na\r\nb\r\nlast\r\n"


def test_a_signal_ends_a_program_that_reads() -> None:
    client = Sender()
    assert client.signal(client.id).status == 200
    assert fault_code(client.input("YQ=="))[1] == "w:InvalidSelectors"


def slow(free: threading.Event, seen: list[bool]) -> Execution:
    """A program that works until `free` is set, or it is killed."""

    def steps(stdin: Stdin, killed: threading.Event) -> Steps[ProgramResult]:
        def task() -> bytes:
            while not free.wait(0.01) and not killed.is_set():
                pass
            return b"worked"

        try:
            first = yield from stdin.read()
            done = yield from work(task)
        finally:
            seen.append(killed.is_set())
        return ProgramResult(first + done, b"", 7)

    return Execution(steps)


def test_output_is_waited_for() -> None:
    free, seen = threading.Event(), list[bool]()
    client = Client(lambda *_unused: slow(free, seen))
    client.open()
    command = client.start("slow.exe")
    client.send("Send", f"<rsp:Send>{block(command, 'YQ==', End='true')}</rsp:Send>")
    awaited = waits(client, command)
    assert awaited is not None
    assert fault_code(client.receive(command)) == TIMED_OUT
    free.set()
    awaited.result(10)
    assert waits(client, command) is None
    reply = client.receive(command)
    assert (output(reply), text_at(reply, ".//rsp:ExitCode")) == (b"aworked", "7")
    assert seen == [False]


def waits(client: Client, command: str) -> Future[None] | None:
    """What a Receive of that command waits for."""
    desired = f'<rsp:DesiredStream CommandId="{command}">stdout</rsp:DesiredStream>'
    shell = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
    request = client.service.read(
        envelope(
            f"{shell}/Receive",
            f"<rsp:Receive>{desired}</rsp:Receive>",
            uri=f"{shell}/cmd",
            header=selectors(ShellId=client.shell_id),
        ),
        CALLER,
    )
    assert isinstance(request, Request)
    return client.service.awaited(request)


@each_row("end", ["Signal", "Delete", "restart"])
def test_what_works_is_killed_with_its_shell(end: str) -> None:
    free, seen = threading.Event(), list[bool]()
    execution = slow(free, seen)
    client = Client(lambda *_unused: execution)
    client.open()
    command = client.start("slow.exe")
    execution.send(b"", end=True)
    if end == "Signal":
        client.signal(command)
    elif end == "Delete":
        client.send("Delete")
    else:
        client.service.forget()
    execution.settled.result(10)
    assert seen == [True]
    assert execution.result is None


def test_a_mistake_of_a_program_is_no_output_of_it() -> None:
    def steps(stdin: Stdin, _killed: threading.Event) -> Steps[ProgramResult]:
        yield from stdin.read()
        raise ZeroDivisionError

    execution = Execution(steps)
    assert execution.result is None
    execution.send(b"", end=True)
    with pytest.raises(ZeroDivisionError):
        _unused = execution.result


def test_over_http_an_answer_waits_for_the_output_while_others_are_given() -> None:
    machine = load("win11-ja").boot(address=Network().next())
    free, seen = threading.Event(), list[bool]()
    with Hosts([machine]) as hosts:
        hosts[0].service.shells._run = lambda *_unused: slow(free, seen)
        session = requests.Session()
        session.auth = ("admin", "Passw0rd!")

        def post(verb: str, body: str, header: str = "") -> str:
            shell = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
            transfer = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
            action = f"{transfer if verb == 'Create' else shell}/{verb}"
            data = envelope(action, body, uri=f"{shell}/cmd", header=header)
            headers = {"Content-Type": "application/soap+xml;charset=UTF-8"}
            return session.post(hosts[0].url, data=data, headers=headers, timeout=30).text

        created = post(
            "Create", "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams></rsp:Shell>"
        )
        shell_id = selectors(ShellId=text_at(Reply(200, created), ".//rsp:ShellId"))
        line = "<rsp:CommandLine><rsp:Command>x</rsp:Command></rsp:CommandLine>"
        command = text_at(Reply(200, post("Command", line, shell_id)), ".//rsp:CommandId")
        desired = f'<rsp:DesiredStream CommandId="{command}">stdout</rsp:DesiredStream>'
        got: list[str] = []
        waiting = threading.Thread(
            target=lambda: got.append(
                post("Receive", f"<rsp:Receive>{desired}</rsp:Receive>", shell_id)
            )
        )
        waiting.start()
        # Answered while the other request waits.
        post("Send", f"<rsp:Send>{block(command, 'YQ==', End='TRUE')}</rsp:Send>", shell_id)
        assert got == []
        free.set()
        waiting.join(30)
    assert text_at(Reply(200, got[0]), ".//rsp:ExitCode") == "7"


def test_input_that_is_answered_and_lost() -> None:
    client = Sender()
    assert client.input("YQ0K", injected={"ignored": ""}).status == 200
    client.input("Yg0K", End="true")
    assert output(client.receive(client.id)) == b"b\r\n"


def unkind(seed: int) -> tuple[list[str], bytes]:
    """What an unkind host answers to the input and until all output is there, and that output."""
    client = Sender()
    client.service.manner = Unkind(seed)
    codes: list[str] = []
    blocks = ["Yg0K", "YQ0K"]
    while blocks:
        reply = client.input(blocks[0], End="true" if len(blocks) == 1 else "false")
        said = re.search(r"Code=.[+0]*([0-9]+)|error_Code[^>]*>[+0]*([0-9]+)", reply.text)
        code = (said[1] or said[2]) if said is not None else ""
        codes.append(code)
        if code != "170":  # not taken: it is sent again
            blocks.pop(0)
    data = b""
    while True:
        reply = client.receive(client.id)
        if reply.status != 200:
            continue
        data += output(reply)
        if "CommandState/Done" in reply.text:
            return codes, data


@pytest.mark.sweep
def test_an_unkind_host_takes_all_input_once() -> None:
    met = set()
    for seed in range(60):
        codes, data = unkind(seed)
        assert data == b"a\r\nb\r\n", seed
        met |= set(codes)
    assert met == {"", "170", "2150858793"}


def test_an_unkind_host_may_have_nothing_to_say_yet() -> None:
    client = Sender()
    client.service.manner = Unkind(3)
    states = set()
    for _time in range(40):
        reply = client.receive(client.id)
        states |= {state for state in ("Running", "Pending", "Done") if f"/{state}" in reply.text}
        states |= {"waits"} if waits(client, client.id) is not None else {"early"}
    assert states == {"Running", "Pending", "waits", "early"}
