# SPDX-License-Identifier: GPL-3.0-or-later
"""Shells and commands: output in pieces, code pages, identifiers, quotas, time."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

import pytest

from unit.rows import each_row
from unit.winsim.wire import (
    ENUMERATION,
    SHELL,
    TRANSFER,
    ask,
    enumerate_body,
    envelope,
    fault_code,
    machine,
    options,
    selectors,
    tree,
)
from unit.winsim.wire import text as text_at
from winsim.exchange import NO_FAULTS
from winsim.machine import Machine
from winsim.programs import Execution, ProgramResult
from winsim.wsman import Reply, Service

CMD = f"{SHELL}cmd"
CREATE_BODY = (
    "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams>"
    "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"
)
UNKNOWN = (500, "w:InvalidSelectors", "2150858843")
Program = Callable[..., ProgramResult | Execution]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def echo(machine: Machine, command_line: str, code_page: int = 65001) -> ProgramResult:
    """A program that tells what it was called with."""
    return ProgramResult(f"{command_line}|{code_page}".encode(), b"", 0)


class Client:
    """A client of one service, with one shell."""

    def __init__(self, run: Program = echo, version: str = "10.0.22631") -> None:
        self.clock = Clock()
        self.service = Service(machine(version), run=run, clock=self.clock)

    def open(self, header: str = "", body: str = CREATE_BODY) -> Reply:
        reply = ask(self.service, envelope(f"{TRANSFER}Create", body, uri=CMD, header=header))
        if reply.status == 200:
            self.shell_id = text_at(reply, ".//rsp:ShellId")
        return reply

    def send(
        self,
        verb: str,
        body: str = "",
        header: str = "",
        limit: int = 512_000,
        injected: Mapping[str, str] = NO_FAULTS,
    ) -> Reply:
        action = f"{TRANSFER if verb == 'Delete' else SHELL}{verb}"
        header += selectors(ShellId=self.shell_id)
        return ask(
            self.service,
            envelope(action, body, uri=CMD, header=header, max_envelope_size=limit),
            injected=injected,
        )

    def start(self, *words: str, header: str = "") -> str:
        """Run a command; returns its identifier."""
        reply = self.command(*words, header=header)
        assert reply.status == 200, reply.text
        return text_at(reply, ".//rsp:CommandId")

    def command(self, *words: str, header: str = "") -> Reply:
        inner = f"<rsp:Command>{words[0]}</rsp:Command>"
        inner += "".join(f"<rsp:Arguments>{word}</rsp:Arguments>" for word in words[1:])
        return self.send("Command", f"<rsp:CommandLine>{inner}</rsp:CommandLine>", header)

    def receive(
        self,
        command: str,
        streams: str = "stdout stderr",
        limit: int = 512_000,
        injected: Mapping[str, str] = NO_FAULTS,
    ) -> Reply:
        desired = f'<rsp:DesiredStream CommandId="{command}">{streams}</rsp:DesiredStream>'
        body = f"<rsp:Receive>{desired}</rsp:Receive>"
        return self.send("Receive", body, limit=limit, injected=injected)

    def signal(self, command: str) -> Reply:
        code = f"<rsp:Code>{SHELL}signal/terminate</rsp:Code>"
        return self.send("Signal", f'<rsp:Signal CommandId="{command}">{code}</rsp:Signal>')


def output(reply: Reply, name: str = "stdout") -> bytes:
    return b"".join(
        base64.b64decode(element.text or "")
        for element in tree(reply).iter()
        if element.get("Name") == name and element.tag.endswith("}Stream")
    )


def test_a_command_line_is_the_command_and_its_arguments() -> None:
    client = Client()
    client.open(options(("WINRS_CODEPAGE", "65001")))
    reply = client.receive(client.start("netstat.exe", "-n", "-ao"))
    assert output(reply) == b"netstat.exe -n -ao|65001"
    assert text_at(reply, ".//rsp:ExitCode") == "0"


def test_the_code_page_is_that_of_the_console_unless_told() -> None:
    client = Client()
    client.service = Service(machine(language="ja"), run=echo)
    client.open()
    assert output(client.receive(client.start("chcp"))) == b"chcp|932"


def test_a_code_page_that_does_not_exist() -> None:
    reply = Client().open(options(("WINRS_CODEPAGE", "99999")))
    assert fault_code(reply) == (500, "w:InvalidOptions", "2150859072")


def test_large_output_takes_several_answers() -> None:
    out, err = bytes(range(256)) * 500, b"error" * 9000

    def run(machine: Machine, command_line: str, code_page: int = 65001) -> ProgramResult:
        return ProgramResult(out, err, 3)

    client = Client(run)
    client.open()
    command = client.start("big.exe")
    got_out, got_err, answers = b"", b"", 0
    while True:
        reply = client.receive(command, limit=60_000)
        assert len(reply.text.encode()) <= 60_000
        got_out, got_err = got_out + output(reply), got_err + output(reply, "stderr")
        answers += 1
        if "CommandState/Done" in reply.text:
            break
        assert "CommandState/Running" in reply.text
        assert "ExitCode" not in reply.text
    assert (got_out, got_err, text_at(reply, ".//rsp:ExitCode")) == (out, err, "3")
    assert answers > 3


def test_the_smallest_envelope_still_brings_output() -> None:
    client = Client()
    client.open()
    command = client.start("x" * 2000)
    reply = client.receive(command, limit=8192)
    assert 0 < len(output(reply)) < 2000
    assert len(reply.text) <= 8192 / 2


def test_endless_when_told_so() -> None:
    client = Client()
    client.open()
    command = client.start("x")
    for _unused in range(3):
        reply = client.receive(command, injected={"endless": ""})
        assert "CommandState/Running" in reply.text
        assert output(reply)


def test_a_program_that_never_prints_when_told_so() -> None:
    client = Client()
    client.open()
    command = client.start("x")
    for _unused in range(3):
        reply = client.receive(command, injected={"empty": ""})
        assert "CommandState/Running" in reply.text
        assert output(reply) == b""
    # Its output is still there.
    assert output(client.receive(command)).startswith(b"x|")


def test_only_the_streams_that_are_asked_for() -> None:
    def run(machine: Machine, command_line: str, code_page: int = 65001) -> ProgramResult:
        return ProgramResult(b"out", b"err", 0)

    client = Client(run)
    client.open()
    reply = client.receive(client.start("x"), streams="stderr")
    assert (output(reply), output(reply, "stderr")) == (b"", b"err")


def test_after_the_last_output_only_a_signal_is_understood() -> None:
    client = Client()
    client.open()
    command = client.start("x")
    client.receive(command)
    assert fault_code(client.receive(command)) == UNKNOWN
    assert client.signal(command).status == 200
    assert fault_code(client.signal(command)) == UNKNOWN


def test_a_signal_ends_a_command_with_output_left() -> None:
    client = Client()
    client.open()
    command = client.start("x")
    assert client.signal(command).status == 200
    assert fault_code(client.receive(command)) == UNKNOWN


@each_row("verb", ["Command", "Receive", "Signal", "Send", "Delete"])
def test_a_shell_that_is_not_there(verb: str) -> None:
    client = Client()
    client.shell_id = "11111111-1111-1111-1111-111111111111"
    reply = client.send(verb, f"<rsp:{verb}/>")
    assert fault_code(reply) == UNKNOWN
    assert "UnexpectedSelectors" in reply.text


def test_a_deleted_shell_is_gone_with_its_commands() -> None:
    client = Client()
    client.open()
    command = client.start("x")
    assert client.send("Delete").status == 200
    assert fault_code(client.receive(command)) == UNKNOWN
    assert len(client.service.shells) == 0


def test_an_idle_shell_is_deleted() -> None:
    client = Client()
    client.open(
        body=CREATE_BODY.replace(
            "</rsp:Shell>", "<rsp:IdleTimeOut>PT60S</rsp:IdleTimeOut></rsp:Shell>"
        )
    )
    client.clock.now = 59
    client.start("x")
    client.clock.now = 118
    command = client.start("x")
    client.clock.now = 179
    assert fault_code(client.receive(command)) == UNKNOWN


def test_too_many_shells() -> None:
    client = Client()
    client.service.machine.wsman.max_shells_per_user = 2
    client.open()
    client.open()
    assert fault_code(client.open()) == (500, "w:QuotaLimit", "2150859173")


def test_commands_count_until_a_signal_ends_them() -> None:
    client = Client()
    client.service.machine.wsman.max_concurrent_operations = 2
    client.open()
    first = client.start("x")
    client.receive(client.start("x"))
    assert fault_code(client.command("x")) == (500, "w:InternalError", "2150859174")
    client.signal(first)
    client.start("x")


@each_row(
    ("version", "program", "runs"),
    [
        ("6.2.9200", "netstat.exe", False),
        ("6.2.9200", r"C:\Windows\System32\netstat.exe", True),
        ("6.3.9600", "netstat.exe", True),
    ],
)
def test_without_cmd_a_program_needs_its_path(version: str, program: str, runs: bool) -> None:
    client = Client(version=version)
    client.open()
    reply = client.command(program, header=options(("WINRS_SKIP_CMD_SHELL", "TRUE")))
    if runs:
        assert reply.status == 200
    else:
        assert fault_code(reply) == (500, "w:InternalError", "2147942402")


def test_a_body_that_is_something_else() -> None:
    client = Client()
    client.open()
    reply = client.send("Command", "<rsp:Kommando/>")
    assert fault_code(reply) == (500, "w:SchemaValidationError", "2150858817")
    assert "Kommando" in reply.text


SHELLS = SHELL.rstrip("/")


def listed(client: Client, mode: str = "", filtering: str = "") -> Reply:
    body = enumerate_body(mode=mode, filtering=filtering)
    return ask(client.service, envelope(f"{ENUMERATION}Enumerate", body, uri=SHELLS))


def shown(reply: Reply) -> list[dict[str, str]]:
    return [
        {child.tag.rpartition("}")[2]: child.text or "" for child in shell}
        for shell in tree(reply).iter(f"{{{SHELLS}}}Shell")
    ]


def test_the_open_shells() -> None:
    client = Client()
    assert shown(listed(client)) == []
    client.open()
    first = client.shell_id
    client.clock.now += 3700
    client.open()
    older, newer = shown(listed(client))
    assert (older["ShellId"], newer["ShellId"]) == (first, client.shell_id)
    assert older == {
        "ShellId": first,
        "ResourceUri": CMD,
        "Owner": "admin",
        "ClientIP": "127.0.0.1",
        "IdleTimeOut": "PT7200.000S",
        "InputStreams": "stdin",
        "OutputStreams": "stdout stderr",
        "ShellRunTime": "P0DT1H1M40S",
        "ShellInactivity": "P0DT1H1M40S",
    }
    # One that is idle for too long is gone; to look at it was no use of it.
    client.clock.now += 3600
    (left,) = shown(listed(client))
    assert left["ShellId"] == client.shell_id


def test_a_shell_by_its_reference() -> None:
    client = Client()
    client.open()
    client.clock.now += 5
    client.send("Command", "<rsp:CommandLine><rsp:Command>ver</rsp:Command></rsp:CommandLine>")
    client.clock.now += 5
    reply = listed(client, mode="EnumerateEPR")
    assert shown(reply) == []
    assert text_at(reply, ".//a:EndpointReference//w:ResourceURI") == CMD
    assert text_at(reply, ".//w:Selector[@Name='ShellId']") == client.shell_id
    header = selectors(ShellId=client.shell_id)
    got = ask(client.service, envelope(f"{TRANSFER}Get", uri=SHELLS, header=header))
    (shell,) = shown(got)
    assert (shell["ShellRunTime"], shell["ShellInactivity"]) == ("P0DT0H0M10S", "P0DT0H0M5S")
    header = selectors(ShellId="00000000-0000-0000-0000-000000000000")
    missing = ask(client.service, envelope(f"{TRANSFER}Get", uri=SHELLS, header=header))
    assert fault_code(missing) == UNKNOWN


def test_shells_are_not_filtered_and_their_commands_not_listed() -> None:
    client = Client()
    client.open()
    filtering = '<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">x</w:Filter>'
    reply = listed(client, filtering=filtering)
    assert fault_code(reply) == (500, "n:FilteringNotSupported", "2150858776")
    header = selectors(ShellId=client.shell_id)
    data = envelope(f"{ENUMERATION}Enumerate", enumerate_body(), uri=SHELLS, header=header)
    assert fault_code(ask(client.service, data)) == UNKNOWN


INVALID = (500, "w:SchemaValidationError", "2150858817")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<rsp:InputStreams>", "<rsp:Colour/><rsp:InputStreams>"),
        ("rsp:Shell>", "rsp:CommandLine>"),
    ],
)
def test_what_a_shell_does_not_have(old: str, new: str) -> None:
    assert fault_code(Client().open(body=CREATE_BODY.replace(old, new))) == INVALID


@each_row(
    ("verb", "body"),
    [
        (
            "Command",
            "<rsp:CommandLine><rsp:Command>ver</rsp:Command><rsp:Argument/></rsp:CommandLine>",
        ),
        (
            "Receive",
            '<rsp:Receive><rsp:DesiredStream CommandId="ID">stdout pr</rsp:DesiredStream></rsp:Receive>',
        ),
        ("Send", '<rsp:Send><rsp:Stream Name="pr" CommandId="ID">AA==</rsp:Stream></rsp:Send>'),
        ("Send", '<rsp:Send><rsp:Stream CommandId="ID">AA==</rsp:Stream></rsp:Send>'),
        ("Signal", '<rsp:Signal CommandId="ID"><rsp:Code>urn:stop</rsp:Code></rsp:Signal>'),
        ("Signal", '<rsp:Signal CommandId="ID"/>'),
    ],
)
def test_streams_and_signals_that_there_are_not(verb: str, body: str) -> None:
    client = Client()
    client.open()
    line = "<rsp:CommandLine><rsp:Command>ver</rsp:Command></rsp:CommandLine>"
    command = text_at(client.send("Command", line), ".//rsp:CommandId")
    assert fault_code(client.send(verb, body.replace("ID", command))) == INVALID
    assert client.signal(command).status == 200  # it is still there


def test_a_shell_without_input_takes_none() -> None:
    client = Client()
    client.open(body=CREATE_BODY.replace("stdin", ""))
    line = "<rsp:CommandLine><rsp:Command>ver</rsp:Command></rsp:CommandLine>"
    command = text_at(client.send("Command", line), ".//rsp:CommandId")
    stream = f'<rsp:Stream Name="stdin" CommandId="{command}">AA==</rsp:Stream>'
    assert fault_code(client.send("Send", f"<rsp:Send>{stream}</rsp:Send>")) == INVALID


def test_variables_are_refused_rather_than_forgotten() -> None:
    variables = '<rsp:Environment><rsp:Variable Name="A">1</rsp:Variable></rsp:Environment>'
    body = CREATE_BODY.replace("<rsp:Shell>", f"<rsp:Shell>{variables}")
    assert fault_code(Client().open(body=body)) == (500, "w:InternalError", "50")
    nothing = CREATE_BODY.replace("<rsp:Shell>", "<rsp:Shell><rsp:Environment/>")
    assert Client().open(body=nothing).status == 200
