# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the portkeeper.windows authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Windows Remote Shell: one command in a cmd shell, its output and exit code ([MS-WSMV] 3.1.4.1.31
and 3.1.4.11 to 14).

On Windows Server 2012 R2 and later, every command line goes through cmd.exe, whatever the options
say ([MS-WSMV] product note 117): `% & | < > ^` in it have cmd's meaning.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from ...ground.text import for_display
from ..cim.cim_xml import read_reference
from ..soap import namespaces
from ..soap.characters import escape
from ..soap.document import DocumentLimits, Element, text_of
from ..soap.errors import RemoteProtocolError
from .envelope import Option, Request, RequestSettings, build, only_child, read

_CMD = f"{namespaces.SHELL}/cmd"
_DONE = f"{namespaces.SHELL}/CommandState/Done"
_TERMINATE = f"{namespaces.SHELL}/signal/terminate"
_EXIT_CODE = re.compile(r"[+-]?[0-9]{1,20}")

UTF_8 = 65001


@dataclass(frozen=True)
class Received:
    """Output since the last Receive, in the code page of the shell; `exit_code` once it is done."""

    stdout: bytes
    stderr: bytes
    done: bool
    exit_code: int | None


def open_shell(
    settings: RequestSettings, *, codepage: int = UTF_8, profile: bool = False
) -> Request:
    """Open a cmd shell whose programs write in a code page (WINRS_CODEPAGE), without loading the
    user's profile unless `profile` is set (WINRS_NOPROFILE)."""
    body = (
        "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams>"
        "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"
    )
    options = (
        Option("WINRS_NOPROFILE", "FALSE" if profile else "TRUE"),
        Option("WINRS_CODEPAGE", str(codepage)),
    )
    return build(f"{namespaces.TRANSFER}/Create", _CMD, body, settings, options=options)


def read_open_shell(data: bytes, request: Request, limits: DocumentLimits) -> str:
    """The id of the opened shell. Raises FaultError (such as a quota) or RemoteProtocolError."""
    created = only_child(read(data, request, limits), "ResourceCreated")
    shell_id = read_reference(created).selector("ShellId")
    if not shell_id:
        raise RemoteProtocolError("answer.no_shell")
    return shell_id


def command(
    shell_id: str, command_line: str, settings: RequestSettings, *, piped: bool = False
) -> Request:
    """Start a command line in a shell. cmd.exe interprets it: it must be a constant, or quoted by
    cmd's rules.

    Args:
        piped: its standard input will be sent, so it is a pipe and no console
            (WINRS_CONSOLEMODE_STDIN; Ansible and pywinrm set it to the same for their own input).
    """
    body = f"<rsp:CommandLine><rsp:Command>{escape(command_line)}</rsp:Command></rsp:CommandLine>"
    # Older Windows would run the program without cmd.exe; this makes all versions do the same.
    options: tuple[Option, ...] = (Option("WINRS_SKIP_CMD_SHELL", "FALSE"),)
    if piped:
        options = (Option("WINRS_CONSOLEMODE_STDIN", "FALSE"), *options)
    return _in_shell("Command", shell_id, body, settings, options)


def read_command(data: bytes, request: Request, limits: DocumentLimits) -> str:
    """The id of the started command. Raises FaultError or RemoteProtocolError."""
    response = only_child(read(data, request, limits), "CommandResponse")
    command_id = text_of(response.find("CommandId"))
    if not command_id:
        raise RemoteProtocolError("answer.no_command")
    return command_id


def send(
    shell_id: str, command_id: str, data: bytes, settings: RequestSettings, *, end: bool
) -> Request:
    """Write to the standard input of a command; `end` closes it ([MS-WSMV] 3.1.4.13)."""
    last = "true" if end else "false"
    body = (
        f'<rsp:Send><rsp:Stream Name="stdin" CommandId="{escape(command_id)}" End="{last}">'
        f"{base64.b64encode(data).decode()}</rsp:Stream></rsp:Send>"
    )
    return _in_shell("Send", shell_id, body, settings)


def read_send(data: bytes, request: Request, limits: DocumentLimits) -> None:
    """Check that the input was taken. Raises FaultError or RemoteProtocolError."""
    only_child(read(data, request, limits), "SendResponse")


def receive(shell_id: str, command_id: str, settings: RequestSettings) -> Request:
    """Ask for output. If a command has none within the operation timeout, the answer is the fault
    TIMED_OUT, after which the request may be repeated (sample
    pypsrp_winrs_operation_timeout.yml)."""
    body = (
        f'<rsp:Receive><rsp:DesiredStream CommandId="{escape(command_id)}">stdout stderr'
        "</rsp:DesiredStream></rsp:Receive>"
    )
    return _in_shell("Receive", shell_id, body, settings)


def read_receive(data: bytes, request: Request, limits: DocumentLimits) -> Received:
    """The unread output of a command. Raises FaultError or RemoteProtocolError."""
    response = only_child(read(data, request, limits), "ReceiveResponse")
    streams: dict[str, list[bytes]] = {"stdout": [], "stderr": []}
    for stream in response.iterfind("Stream"):
        chunks = streams.get(stream.get("Name", ""))
        if chunks is not None:
            chunks.append(_decode(stream))
    state = response.find("CommandState")
    done = state is not None and state.get("State") == _DONE
    return Received(
        b"".join(streams["stdout"]),
        b"".join(streams["stderr"]),
        done,
        _exit_code(state) if state is not None and done else None,
    )


def signal_terminate(shell_id: str, command_id: str, settings: RequestSettings) -> Request:
    """End a command, which also frees what the service keeps for one that has ended by itself."""
    body = (
        f'<rsp:Signal CommandId="{escape(command_id)}"><rsp:Code>{_TERMINATE}</rsp:Code>'
        "</rsp:Signal>"
    )
    return _in_shell("Signal", shell_id, body, settings)


def close_shell(shell_id: str, settings: RequestSettings) -> Request:
    """Close a shell and end everything that runs in it."""
    selectors = (("ShellId", shell_id),)
    return build(f"{namespaces.TRANSFER}/Delete", _CMD, "", settings, selectors=selectors)


def _in_shell(
    operation: str,
    shell_id: str,
    body: str,
    settings: RequestSettings,
    options: tuple[Option, ...] = (),
) -> Request:
    return build(
        f"{namespaces.SHELL}/{operation}",
        _CMD,
        body,
        settings,
        selectors=(("ShellId", shell_id),),
        options=options,
    )


def _decode(stream: Element) -> bytes:
    try:
        return base64.b64decode("".join((stream.text or "").split()), validate=True)
    except ValueError as error:
        raise RemoteProtocolError("answer.not_base64") from error


def _exit_code(state: Element) -> int | None:
    text = text_of(state.find("ExitCode"))
    if text and not _EXIT_CODE.fullmatch(text):
        raise RemoteProtocolError("answer.exit_code", code=for_display(text, 60))
    return int(text) if text else None
