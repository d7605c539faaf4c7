# SPDX-License-Identifier: GPL-3.0-or-later
"""Recordings made by hand, in the format of docs/recording.md, for tests of the replay."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Sequence
from pathlib import Path

from unit.winsim.wire import NAMESPACES
from winsim.recording import FORMAT, VERSION, Recording, read

A = NAMESPACES["a"]
ENUMERATION = NAMESPACES["n"]
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
CIMV2 = f"{WMI}root/cimv2/*"
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
_IDS = (f"uuid:{number:08d}" for number in itertools.count(1))

Message = tuple[str, str]


def envelope(action: str, body: str, header: str = "", relates_to: str = "") -> str:
    """One envelope, with an id of its own."""
    related = f"<a:RelatesTo>{relates_to}</a:RelatesTo>" if relates_to else ""
    return (
        f"<s:Envelope {_DECLARED}><s:Header><a:Action>{action}</a:Action>"
        f"<a:MessageID>{next(_IDS)}</a:MessageID>{related}<a:ReplyTo><a:Address>{A}"
        f"/role/anonymous</a:Address></a:ReplyTo>{header}</s:Header><s:Body>{body}</s:Body>"
        "</s:Envelope>"
    )


def resource(uri: str, **selectors: str) -> str:
    """Headers that name what a request is about."""
    chosen = "".join(f'<w:Selector Name="{n}">{v}</w:Selector>' for n, v in selectors.items())
    chosen = f"<w:SelectorSet>{chosen}</w:SelectorSet>" if chosen else ""
    return f"<w:ResourceURI>{uri}</w:ResourceURI>{chosen}"


def query(text: str, uri: str = CIMV2) -> str:
    """A request for a WQL query."""
    body = (
        "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>100</w:MaxElements>"
        f'<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">{text}</w:Filter>'
        "</n:Enumerate>"
    )
    return envelope(f"{ENUMERATION}/Enumerate", body, resource(uri))


def pull(context: str, uri: str = CIMV2) -> str:
    body = (
        f"<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext>"
        "<n:MaxElements>100</n:MaxElements></n:Pull>"
    )
    return envelope(f"{ENUMERATION}/Pull", body, resource(uri))


def page(verb: str, rows: Sequence[str], context: str = "") -> str:
    """The answer to a query or to a pull; without context the last one."""
    items = "".join(f"<w:XmlFragment>{row}</w:XmlFragment>" for row in rows)
    prefix = "w" if verb == "Enumerate" else "n"
    end = "" if context else f"<{prefix}:EndOfSequence/>"
    body = (
        f"<n:{verb}Response><n:EnumerationContext>{context}</n:EnumerationContext>"
        f"<{prefix}:Items>{items}</{prefix}:Items>{end}</n:{verb}Response>"
    )
    return envelope(f"{ENUMERATION}/{verb}Response", body, relates_to="uuid:old")


def row(**values: object) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in values.items())


def fault(code: int) -> str:
    body = (
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>no</s:Text>"
        f'</s:Reason><s:Detail><f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/'
        f'wsmanfault" Code="{code}"/></s:Detail></s:Fault>'
    )
    return envelope(f"{ENUMERATION}/fault", body, relates_to="uuid:old")


def shell_request(verb: str, body: str, shell: str = "S1") -> str:
    return envelope(f"{SHELL}/{verb}", body, resource(f"{SHELL}/cmd", ShellId=shell))


def command(
    line: str, output: bytes, identifier: str = "C1", places: Sequence[int] | None = None
) -> list[Message]:
    """A command line that has run, with its output in an answer for each part: cut at `places`,
    which are in order, or in the middle."""
    asked = f"<rsp:CommandLine><rsp:Command>{line.replace('&', '&amp;')}</rsp:Command>"
    started = f"<rsp:CommandResponse><rsp:CommandId>{identifier}</rsp:CommandId>"
    messages = [
        (
            shell_request("Command", f"{asked}</rsp:CommandLine>"),
            envelope(f"{SHELL}/CommandResponse", f"{started}</rsp:CommandResponse>"),
        )
    ]
    cuts = [len(output) // 2] if places is None else places
    for start, end in itertools.pairwise([0, *cuts, len(output)]):
        wanted = f'<rsp:DesiredStream CommandId="{identifier}">stdout stderr</rsp:DesiredStream>'
        stream = (
            f'<rsp:Stream Name="stdout" CommandId="{identifier}">'
            f"{base64.b64encode(output[start:end]).decode()}</rsp:Stream>"
        )
        messages.append(
            (
                shell_request("Receive", f"<rsp:Receive>{wanted}</rsp:Receive>"),
                envelope(
                    f"{SHELL}/ReceiveResponse",
                    f"<rsp:ReceiveResponse>{stream}</rsp:ReceiveResponse>",
                ),
            )
        )
    return messages


def silent_command(line: str, identifier: str = "C1") -> list[Message]:
    """A command line that has run and printed nothing, in an answer without a stream."""
    started, received, _last = command(line, b"", identifier)
    state = (
        f'<rsp:ReceiveResponse><rsp:CommandState CommandId="{identifier}" '
        f'State="{SHELL}/CommandState/Done"/></rsp:ReceiveResponse>'
    )
    return [started, (received[0], envelope(f"{SHELL}/ReceiveResponse", state))]


def lines(messages: Sequence[Message]) -> list[str]:
    """A recording as the lines of a file."""
    rows = [{"request": request, "answer": answer} for request, answer in messages]
    head = {"format": FORMAT, "version": VERSION, "system": "Windows for tests"}
    return [json.dumps(each) for each in (head, *rows, {"messages": len(rows), "complete": True})]


def recording(folder: Path, messages: Sequence[Message]) -> Recording:
    """A recording, read from a file."""
    path = folder / "made.jsonl"
    path.write_text("\n".join(lines(messages)) + "\n")
    return read(path)
