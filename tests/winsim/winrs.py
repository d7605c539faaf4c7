# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows Remote Shell: shells, the commands that run in them, and their streams
(MS-WSMV 3.1.4.1.31 and 3.1.4.11 to 3.1.4.14; forms as recorded in tests/samples/wsman_winrs)."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from winsim import programs
from winsim import winrs_forms as forms
from winsim.exchange import Exchange
from winsim.faults import (
    SHELL_PLUGIN,
    FaultError,
    access_denied,
    pipe_ended,
    schema_violation,
    timed_out,
    too_many_commands,
    too_many_shells,
)
from winsim.machine import Machine
from winsim.programs import Execution, ProgramResult
from winsim.soap import (
    RSP,
    Answer,
    Request,
    escape,
    local_name,
    new_id,
    parse_duration,
    text_of,
)
from winsim.values import write_epr

CMD = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"
#: The shells of every kind, which Windows 7 and later get and enumerate by it alone (MS-WSMV
#: notes 103 and 114).
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
#: The last Windows that runs a command without cmd.exe when asked to (product note 117).
_LAST_BUILD_WITHOUT_CMD = 9200
_DEFAULT_IDLE = 7200.0
#: Octets of output in one rsp:Stream element; a multiple of three, so that no padding stands
#: between two of them.
_CHUNK = 24_576
#: Octets of output that an answer holds at least, whatever the envelope's size.
_SMALLEST = 384
#: MS-WSMV 2.2.4.38; clients write the last word in small letters (recorded).
_SIGNALS = frozenset(
    [f"{SHELL}/signal/{name}" for name in ("ctrl_c", "ctrl_break", "terminate")]
    + ["powershell/signal/ctrl_c"]
)
_STREAMS = frozenset({"stdout", "stderr"})
#: What a shell can be created with (MS-WSMV 2.2.4.37).
_OF_A_SHELL = frozenset(
    f"{{{RSP}}}{name}"
    for name in (
        *("Environment", "WorkingDirectory", "Lifetime", "IdleTimeOut", "InputStreams"),
        *("OutputStreams", "Name", "CompressionMode", "ProfileLoaded", "BufferMode"),
    )
)


class Runner(Protocol):
    """What runs a command line; `winsim.programs.start` is one."""

    def __call__(
        self, machine: Machine, command_line: str, code_page: int = 65001
    ) -> ProgramResult | Execution: ...


@dataclass
class Command:
    """A command, and what is still to be fetched of its output once it has ended."""

    id: str
    execution: Execution
    stdout: bytes = b""
    stderr: bytes = b""
    #: None as long as it runs.
    exit_code: int | None = None

    def catch_up(self) -> None:
        """Take over what it has written, when it has ended."""
        result = self.execution.result
        if self.exit_code is None and result is not None:
            self.stdout, self.stderr = result.stdout, result.stderr
            self.exit_code = result.exit_code


@dataclass
class Shell:
    id: str
    owner: str
    peer: str
    idle_timeout: float
    code_page: int
    input_streams: str
    output_streams: str
    working_directory: str | None
    touched: float
    created: float
    commands: dict[str, Command] = field(default_factory=dict)
    #: Commands whose output was fetched to the end and that no signal has ended yet.
    finished: set[str] = field(default_factory=set)


class Shells:
    """The open shells of one machine."""

    def __init__(
        self, run: Runner = programs.start, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._run = run
        self._clock = clock
        self._open: dict[str, Shell] = {}

    def __len__(self) -> int:
        return len(self._open)

    def create(self, exchange: Exchange) -> Answer:
        """Raises FaultError, as all of these do."""
        self._expire()
        body = exchange.request.body
        if body is None or body.tag != f"{{{RSP}}}Shell":
            raise schema_violation("The body isn't an rsp:Shell.")
        for child in body:
            if child.tag not in _OF_A_SHELL and child.tag.startswith(f"{{{RSP}}}"):
                raise forms.invalid_element(local_name(child))
        if body.find(f"{{{RSP}}}Environment/*") is not None:
            # Real hosts set these variables. Here no program could see them.
            raise FaultError("w:InternalError", 50, provider=SHELL_PLUGIN)
        limit = exchange.machine.wsman.max_shells_per_user
        if sum(shell.owner == exchange.user for shell in self._open.values()) >= limit:
            raise too_many_shells(limit)
        idle = forms.child_text(body, "IdleTimeOut")
        shell = Shell(
            id=new_id(),
            owner=exchange.user,
            peer=exchange.peer,
            idle_timeout=parse_duration(idle) if idle else _DEFAULT_IDLE,
            code_page=forms.code_page(exchange),
            input_streams=forms.child_text(body, "InputStreams"),
            output_streams=forms.child_text(body, "OutputStreams"),
            working_directory=forms.child_text(body, "WorkingDirectory") or None,
            touched=self._clock(),
            created=self._clock(),
        )
        self._open[shell.id] = shell
        return Answer(
            f"{_TRANSFER}CreateResponse",
            f"<x:ResourceCreated>{write_epr(CMD, {'ShellId': shell.id}, address=exchange.url)}"
            f"</x:ResourceCreated>{self._write(shell)}",
            prefixes="s a x w rsp p",
        )

    def get(self, exchange: Exchange) -> Answer:
        if exchange.request.fragment is not None:  # MS-WSMV 3.1.4.2.1
            raise FaultError("w:UnsupportedFeature", 2150858871, fault_detail="FragmentLevelAccess")
        self._expire()
        shell = self._named(exchange)
        return Answer(f"{_TRANSFER}GetResponse", self._write(shell), prefixes="s a x w rsp p")

    def listed(self, exchange: Exchange) -> list[tuple[str, str]]:
        """The open shells of all users, each with its endpoint reference. Looking at a shell
        doesn't use it. Its commands (MS-WSMV 3.1.4.8.2) can't be enumerated here."""
        self._expire()
        if exchange.request.selectors:
            raise FaultError("w:InvalidSelectors", 2150858843, fault_detail="UnexpectedSelectors")
        return [
            (
                self._write(shell),
                f"<a:EndpointReference>{write_epr(CMD, {'ShellId': shell.id})}"
                "</a:EndpointReference>",
            )
            for shell in self._open.values()
        ]

    def command(self, exchange: Exchange) -> Answer:
        shell = self._shell(exchange)
        body = forms.body(exchange, "CommandLine")
        for child in body:
            if child.tag not in {f"{{{RSP}}}Command", f"{{{RSP}}}Arguments"}:
                raise forms.invalid_element(local_name(child))
        words = [forms.child_text(body, "Command")]
        words += [child.text or "" for child in body if local_name(child) == "Arguments"]
        if not words[0]:
            raise schema_violation("The command line has no rsp:Command.")
        skip_cmd = (exchange.request.option("WINRS_SKIP_CMD_SHELL") or "").lower() in forms.TRUE
        if skip_cmd and exchange.build <= _LAST_BUILD_WITHOUT_CMD and "\\" not in words[0]:
            # Without cmd.exe nobody looks the program up in PATH (recorded).
            raise FaultError("w:InternalError", 2147942402, provider=SHELL_PLUGIN)
        self._check_quota(exchange)
        started = self._run(exchange.machine, " ".join(words), shell.code_page)
        execution = started if isinstance(started, Execution) else Execution.of(started)
        command = Command(new_id(), execution)
        command.catch_up()
        shell.commands[command.id] = command
        return forms.answer(
            "CommandResponse",
            "<rsp:CommandResponse>"
            f"<rsp:CommandId>{command.id}</rsp:CommandId></rsp:CommandResponse>",
        )

    def receive(self, exchange: Exchange) -> Answer:
        """Output as much as an envelope takes; the last answer also tells the exit code. A
        command that is done has no more output to ask for, and one that runs none yet: whoever
        asks has waited for OperationTimeout then (`awaited`). With ``endless`` injected it's
        never done, with ``empty`` it has not printed anything yet."""
        shell = self._shell(exchange)
        desired = forms.body(exchange, "Receive").find(f"{{{RSP}}}DesiredStream")
        if desired is None:
            raise schema_violation("The request names no rsp:DesiredStream.")
        if not _STREAMS.issuperset(text_of(desired).split()):  # MS-WSMV 2.2.5.7
            raise forms.invalid_element("DesiredStream")
        command = _command(shell, desired.get("CommandId"))
        wanted = text_of(desired).split()
        endless = "endless" in exchange.injected
        empty = "empty" in exchange.injected
        command.catch_up()
        runs = command.exit_code is None
        unfinished = exchange.injected.get("unfinished", "")
        if runs and not (endless or empty or unfinished):
            raise timed_out()  # MS-WSMV 3.1.4.14
        # Base64 turns three octets into four characters; the rest is room for the envelope.
        budget = max(_SMALLEST, (exchange.max_characters - 4096) * 3 // 4)
        if empty:
            budget = 0
        streams = ""
        for name, attribute in (("stdout", "stdout"), ("stderr", "stderr")):
            data: bytes = getattr(command, attribute)
            if endless:
                data += b"and so on\r\n" * 10_000
            taken = data[: max(0, budget)]
            budget -= len(taken)
            setattr(command, attribute, data[len(taken) :])
            if name in wanted:
                streams += "".join(
                    forms.stream(name, command.id, taken[start : start + _CHUNK])
                    for start in range(0, len(taken), _CHUNK)
                )
        done = not (command.stdout or command.stderr or endless or empty or runs)
        if done:
            streams += "".join(
                f'<rsp:Stream Name="{name}" CommandId="{command.id}" End="true"></rsp:Stream>'
                for name in ("stdout", "stderr")
                if name in wanted
            )
            del shell.commands[command.id]
            shell.finished.add(command.id)
        state = "Done" if done else (unfinished if runs else "") or "Running"
        exit_code = f"<rsp:ExitCode>{command.exit_code}</rsp:ExitCode>" if done else ""
        return forms.answer(
            "ReceiveResponse",
            f"<rsp:ReceiveResponse>{streams}"
            f'<rsp:CommandState CommandId="{command.id}" State="{RSP}/CommandState/{state}">'
            f"{exit_code}</rsp:CommandState></rsp:ReceiveResponse>",
            prefixes="s a w rsp p",
        )

    def send(self, exchange: Exchange) -> Answer:
        """Input for programs, in any number of blocks; an empty one is allowed (MS-WSMV 3.1.4.13).
        Blocks that can't be taken leave those before them taken."""
        shell = self._shell(exchange)
        streams = forms.body(exchange, "Send").findall(f"{{{RSP}}}Stream")
        if not streams:
            raise schema_violation("The request holds no rsp:Stream.")
        for stream in streams:
            # A shell has the input streams that it was created with (MS-WSMV 2.2.4.37).
            if (stream.get("Name") or "").lower() not in shell.input_streams.lower().split():
                raise forms.invalid_element("Stream")
            if stream.get("CommandId") is None:
                # Input for the shell itself runs no command (MS-WSMV 3.1.4.1.31.1).
                raise FaultError("w:InternalError", 50, provider=SHELL_PLUGIN)
            command = _command(shell, stream.get("CommandId"))
            data, end = forms.decoded(stream), forms.boolean(stream, "End")
            if "ignored" in exchange.injected:
                continue
            if not command.execution.settled.done() and not command.execution.input_ended:
                command.execution.send(data, end=end)
            elif "discards" not in exchange.injected:
                raise pipe_ended()
        return forms.answer("SendResponse", "<rsp:SendResponse/>")

    def awaited(self, request: Request) -> Future[None] | None:
        """What a request waits for: the end of the command whose output it asks for. None where
        that is there, or the request is none that waits."""
        if request.verb != "Receive" or request.body is None:
            return None
        shell = self._open.get(forms.shell_id(request))
        desired = request.body.find(f"{{{RSP}}}DesiredStream")
        if shell is None or desired is None:
            return None
        command = shell.commands.get((desired.get("CommandId") or "").strip().upper())
        if command is None or command.execution.settled.done():
            return None
        return command.execution.settled

    def close(self) -> None:
        """End everything that runs in the shells, and the shells."""
        for shell in self._open.values():
            _end(shell)
        self._open = {}

    def signal(self, exchange: Exchange) -> Answer:
        """Any signal ends the command. One that ended already may be signalled once more, for
        clients do so after the last output (recorded)."""
        shell = self._shell(exchange)
        body = forms.body(exchange, "Signal")
        if forms.child_text(body, "Code").lower() not in _SIGNALS:
            raise forms.invalid_element("Code")
        identifier = (body.get("CommandId") or "").upper()
        if identifier in shell.finished:
            shell.finished.remove(identifier)
        elif identifier:
            command = _command(shell, identifier)
            command.execution.kill()
            del shell.commands[command.id]
        return forms.answer("SignalResponse", "<rsp:SignalResponse/>")

    def delete(self, exchange: Exchange) -> Answer:
        shell = self._shell(exchange)
        _end(shell)
        del self._open[shell.id]
        return Answer(f"{_TRANSFER}DeleteResponse", "", prefixes="s a w p")

    def _shell(self, exchange: Exchange) -> Shell:
        """The shell that the selectors name, which is then in use again. It is its owner's alone
        (the fault for others is an assumption)."""
        self._expire()
        shell = self._named(exchange)
        if shell.owner != exchange.user:
            raise access_denied()
        shell.touched = self._clock()
        return shell

    def _named(self, exchange: Exchange) -> Shell:
        identifier = forms.shell_id(exchange.request)
        shell = self._open.get(identifier)
        if shell is None:
            raise FaultError(
                "w:InvalidSelectors",
                2150858843,
                fault_detail="UnexpectedSelectors",
                message="The request for the Windows Remote Shell with ShellId "
                f"{identifier} failed because the shell was not found on the server. ",
            )
        return shell

    def _write(self, shell: Shell) -> str:
        """The shell as recorded in a CreateResponse; Get and Enumerate show the same elements
        (MS-WSMV 3.1.4.2.1)."""
        working_directory = ""
        if shell.working_directory is not None:
            path = escape(shell.working_directory)
            working_directory = f"<rsp:WorkingDirectory>{path}</rsp:WorkingDirectory>"
        now = self._clock()
        return (
            f'<rsp:Shell xmlns:rsp="{RSP}">'
            f"<rsp:ShellId>{shell.id}</rsp:ShellId><rsp:ResourceUri>{CMD}</rsp:ResourceUri>"
            f"<rsp:Owner>{escape(shell.owner)}</rsp:Owner>"
            f"<rsp:ClientIP>{shell.peer}</rsp:ClientIP>{working_directory}"
            f"<rsp:IdleTimeOut>PT{shell.idle_timeout:.3f}S</rsp:IdleTimeOut>"
            f"<rsp:InputStreams>{escape(shell.input_streams)}</rsp:InputStreams>"
            f"<rsp:OutputStreams>{escape(shell.output_streams)}</rsp:OutputStreams>"
            f"<rsp:ShellRunTime>{forms.duration(now - shell.created)}</rsp:ShellRunTime>"
            f"<rsp:ShellInactivity>{forms.duration(now - shell.touched)}</rsp:ShellInactivity>"
            "</rsp:Shell>"
        )

    def _expire(self) -> None:
        """An idle shell is deleted (MS-WSMV 3.1.5.3)."""
        now = self._clock()
        for shell in list(self._open.values()):
            if now - shell.touched > shell.idle_timeout:
                _end(shell)
                del self._open[shell.id]

    def _check_quota(self, exchange: Exchange) -> None:
        """A command counts as an operation until a signal ends it (MS-WSMV 3.1.4.11)."""
        limit = exchange.machine.wsman.max_concurrent_operations
        own = [shell for shell in self._open.values() if shell.owner == exchange.user]
        if sum(len(shell.commands) + len(shell.finished) for shell in own) >= limit:
            raise too_many_commands(limit)


def _end(shell: Shell) -> None:
    for command in shell.commands.values():
        command.execution.kill()


def _command(shell: Shell, identifier: str | None) -> Command:
    command = shell.commands.get((identifier or "").strip().upper())
    if command is None:
        raise FaultError(
            "w:InvalidSelectors",
            2150858843,
            fault_detail="UnexpectedSelectors",
            message="The Windows Remote Shell received a request to perform an operation on a "
            "command identifier that does not exist. Either the command has completed execution "
            "or the client specified an invalid command identifier. ",
        )
    return command
