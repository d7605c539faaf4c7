# SPDX-License-Identifier: GPL-3.0-or-later
"""A Transport that answers from a script, for tests of what stands above it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

Answer = bytes | BaseException | Callable[[bytes], bytes]

SAMPLES = Path(__file__).parent.parent / "samples"


class ScriptedTransport:
    """Gives one scripted answer a request, related to it as a service's would be.

    `sent` holds every request, `reconnected` how often the conversation was begun anew.
    """

    url = "http://192.0.2.1:5985/wsman"
    operation_timeout = 20.0
    peer: tuple[str, int] | None = ("192.0.2.1", 5985)
    own = ("192.0.2.9", 50000)

    def __init__(self, *answers: Answer, shell_id: str | None = None) -> None:
        self._answers = list(answers)
        self.shell_id = shell_id
        self.sent: list[bytes] = []
        self.reconnected = 0

    def send(self, envelope: bytes) -> bytes:
        self.sent.append(envelope)
        assert self._answers, f"no answer left for {envelope!r}"
        answer = self._answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        if callable(answer):
            answer = answer(envelope)
        return related(answer, envelope)

    def reconnect(self) -> None:
        self.reconnected += 1

    def forget_shell(self) -> None:
        self.shell_id = None

    @property
    def finished(self) -> bool:
        return not self._answers

    @property
    def actions(self) -> list[str]:
        """The last part of each request's action."""
        return [first_match(rb"<a:Action[^>]*>[^<]*/([^/<]+)<", each) for each in self.sent]


def related(answer: bytes, envelope: bytes) -> bytes:
    """The answer, made to relate to a request."""
    message_id = first_match(rb"<a:MessageID>([^<]+)<", envelope).encode()
    return re.sub(
        rb"(<(?:\w+:)?RelatesTo>)[^<]*(</)", lambda found: found[1] + message_id + found[2], answer
    )


def first_match(pattern: bytes, text: bytes) -> str:
    found = re.search(pattern, text)
    return found[1].decode() if found else ""


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def answer(action: str, body: str) -> bytes:
    """An answer in the form of the recorded ones (samples wsman_enumerate, wsman_winrs)."""
    return (
        '<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"'
        ' xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer"'
        ' xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"'
        ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>'
        f"<a:Action>{action}</a:Action><a:MessageID>uuid:0</a:MessageID>"
        "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
        f"<a:RelatesTo>uuid:0</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def rows(*rows: dict[str, object], context: str = "") -> bytes:
    """An EnumerateResponse with projected instances; with a context one that goes on."""
    items = "".join(
        '<w:XmlFragment xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        + "".join(
            f'<{name} xsi:nil="true"/>' if value is None else f"<{name}>{value}</{name}>"
            for name, value in sorted(row.items())
        )
        + "</w:XmlFragment>"
        for row in rows
    )
    end = "" if context else "<w:EndOfSequence/>"
    return answer(
        "http://schemas.xmlsoap.org/ws/2004/09/enumeration/EnumerateResponse",
        f"<n:EnumerateResponse><n:EnumerationContext>{context}</n:EnumerationContext>"
        f"<w:Items>{items}</w:Items>{end}</n:EnumerateResponse>",
    )
