# SPDX-License-Identifier: GPL-3.0-or-later
"""How requests and answers of shells are read and written."""

from __future__ import annotations

import base64
import binascii

from winsim.exchange import Exchange
from winsim.faults import FaultError, schema_violation
from winsim.languages import LANGUAGES
from winsim.programs.shell import code_page_name
from winsim.soap import RSP, Answer, Element, Request, local_name, text_of

TRUE = frozenset({"true", "1"})


def shell_id(request: Request) -> str:
    """The shell that the selectors name."""
    named = (v for name, v in request.selectors.items() if name.lower() == "shellid")
    return next(named, "").strip().upper()


def decoded(stream: Element) -> bytes:
    """The octets of a stream; blanks between the characters mean nothing (XML Schema part 2,
    3.2.16)."""
    try:
        return base64.b64decode("".join((stream.text or "").split()), validate=True)
    except binascii.Error:
        raise invalid_element("Stream") from None


def boolean(element: Element, name: str) -> bool:
    """An attribute of type xs:boolean; clients write it in capitals too (ansible-core's winrm)."""
    text = (element.get(name) or "false").strip().lower()
    if text not in {*TRUE, "false", "0"}:
        raise invalid_element(local_name(element))
    return text in TRUE


def duration(seconds: float) -> str:
    """As recorded: ``P0DT0H0M0S``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"P{days}DT{hours}H{minutes}M{rest}S"


def stream(name: str, command_id: str, data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return f'<rsp:Stream Name="{name}" CommandId="{command_id}">{text}</rsp:Stream>'


def answer(action: str, body: str, prefixes: str = "s a x w rsp p") -> Answer:
    return Answer(f"{RSP}/{action}", body, prefixes)


def body(exchange: Exchange, name: str) -> Element:
    body = exchange.request.body
    if body is None or body.tag != f"{{{RSP}}}{name}":
        raise invalid_element(local_name(body) if body is not None else "")
    return body


def invalid_element(name: str) -> FaultError:
    """MS-WSMV 3.1.4.1.31.3."""
    return schema_violation(
        "The Windows Remote Shell cannot process the request. The SOAP packet contains an "
        f"element {name} that is invalid. Retry the request with the correct XML element. "
    )


def child_text(element: Element, name: str) -> str:
    return text_of(element.find(f"{{{RSP}}}{name}"))


def code_page(exchange: Exchange) -> int:
    """The shell's code page: WINRS_CODEPAGE, else that of the console on this Windows."""
    text = exchange.request.option("WINRS_CODEPAGE")
    if text is None:
        return LANGUAGES[exchange.machine.language].oem_code_page
    if not (text.isascii() and text.isdigit()):
        raise schema_violation(f"The code page {text!r} isn't a number.")
    try:
        code_page_name(int(text))
    except LookupError:
        raise FaultError("w:InvalidOptions", 2150859072) from None
    return int(text)
