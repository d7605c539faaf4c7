# SPDX-License-Identifier: GPL-3.0-or-later
"""The parsers of WS-Management messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations import (
    enumeration,
    envelope,
    invoke,
    transfer,
    winrs,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.document import (
    DocumentLimits,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.document import (
    parse as parse_document,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    RemoteProtocolError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.faults import FaultError
from fuzz import messages
from fuzz.messages import REQUEST
from fuzz.parser import GROWING, LIMITS, Grow, Parser

WSMAN_ERRORS = (RemoteProtocolError, FaultError)


def _wsman(
    name: str, modules: tuple[str, ...], read: Callable[..., object], *tops: str, **more: Any
) -> Parser:
    modules = tuple(f"module_utils/wsman/{each}" for each in modules)
    inputs = more.pop("inputs") if "inputs" in more else messages.answers(*tops)
    return Parser(name, modules, lambda pair: read(*pair), inputs, WSMAN_ERRORS, **more)


def _page(items: str) -> tuple[bytes, envelope.Request]:
    body = f"<p:PullResponse><p:Items>{items}</p:Items><p:EndOfSequence/></p:PullResponse>"
    return messages.envelope(body), REQUEST


def _row(number: int) -> str:
    return f"<p:XmlFragment><p:Name>s{number}</p:Name><p:State>Running</p:State></p:XmlFragment>"


def _fault(detail: str) -> tuple[bytes, envelope.Request]:
    return messages.envelope(f"<p:Fault><p:Detail>{detail}</p:Detail></p:Fault>"), REQUEST


def _signalled(data: bytes, request: envelope.Request) -> None:
    envelope.only_child(envelope.read(data, request, LIMITS), "SignalResponse")


_PAGE_GROWS: dict[str, Grow] = {
    "instances": lambda size: _page("".join(map(_row, range(size)))),
    "properties": lambda size: _page(
        "<p:XmlFragment>" + "".join(f"<p:N{n}>1</p:N{n}>" for n in range(size)) + "</p:XmlFragment>"
    ),
    "array": lambda size: _page("<p:XmlFragment>" + "<p:X>1</p:X>" * size + "</p:XmlFragment>"),
    "references": lambda size: _page(
        "<p:Item><p:XmlFragment/><p:EndpointReference><p:ReferenceParameters><p:ResourceURI>u"
        "</p:ResourceURI></p:ReferenceParameters></p:EndpointReference></p:Item>" * size
    ),
    "characters": lambda size: _page(
        "<p:XmlFragment><p:Name>" + "a&amp;" * size + "</p:Name></p:XmlFragment>"
    ),
}


def _read_page(cim_class: Any, limits: DocumentLimits = GROWING) -> Callable[..., object]:
    return lambda data, request: enumeration.read_page(data, request, cim_class, limits)


WSMAN = (
    _wsman(
        "document",
        ("soap/document", "soap/characters"),
        lambda data, _request: parse_document(data, LIMITS),
        "Envelope",
        grows={
            "attributes": lambda size: (
                b"<a " + b" ".join(b'a%d=""' % n for n in range(size)) + b"/>",
                REQUEST,
            ),
            "comments": lambda size: (b"<a>" + b"x<!---->" * size + b"</a>", REQUEST),
            "names": lambda size: (
                b"<a>" + b"".join(b"<n%d/>" % n for n in range(size)) + b"</a>",
                REQUEST,
            ),
        },
    ),
    _wsman(
        "envelope", ("operations/envelope",), lambda data, request: envelope.read(data, request, LIMITS),
        *("PullResponse", "Envelope"),
        grows={"bodies": lambda size: (messages.envelope("<p:a/>" * size), REQUEST)},
    ),
    _wsman(
        "enumeration page, known class", ("operations/enumeration", "cim/cim_xml", "cim/objects"),
        _read_page(classes.SERVICE), "PullResponse", grows=_PAGE_GROWS,
        inputs=messages.damaged(messages.pages().map(messages.to_request)),
    ),
    _wsman(
        "enumeration page, unknown class", ("operations/enumeration", "cim/cim_xml", "cim/objects"), _read_page(None),
        "EnumerateResponse", "PullResponse", grows=_PAGE_GROWS,
    ),
    _wsman(
        "transfer: Get", ("operations/transfer",),
        lambda data, request: transfer.read_get(data, request, classes.NET_FIREWALL_RULE, LIMITS),
        "MSFT_NetFirewallRule", "XmlFragment",
    ),
    _wsman(
        "transfer: Put", ("operations/transfer",),
        lambda data, request: transfer.read_put(data, request, classes.SERVICE, LIMITS),
        "Win32_Service",
    ),
    _wsman(
        "transfer: Create", ("operations/transfer", "cim/cim_xml"),
        lambda data, request: transfer.read_create(data, request, LIMITS), "ResourceCreated",
        grows={
            "selectors": lambda size: (
                messages.envelope(
                    "<p:ResourceCreated><p:ReferenceParameters><p:ResourceURI>u</p:ResourceURI>"
                    "<p:SelectorSet>" + '<p:Selector Name="a">b</p:Selector>' * size
                    + "</p:SelectorSet></p:ReferenceParameters></p:ResourceCreated>"
                ),
                REQUEST,
            )
        },
    ),
    _wsman(
        "transfer: Delete", ("operations/transfer",),
        lambda data, request: transfer.read_delete(data, request, LIMITS), "Fault",
    ),
    _wsman(
        "invoke", ("operations/invoke",),
        lambda data, request: invoke.read_invoke(data, request, classes.PROCESS, LIMITS),
        "X_OUTPUT", "ReturnValue",
        grows={
            "parameters": lambda size: (
                messages.envelope(
                    "<p:X_OUTPUT>" + "".join(f"<p:P{n}>1</p:P{n}>" for n in range(size))
                    + "<p:ReturnValue>0</p:ReturnValue></p:X_OUTPUT>"
                ),
                REQUEST,
            )
        },
    ),
    _wsman(
        "winrs: open a shell", ("operations/winrs",),
        lambda data, request: winrs.read_open_shell(data, request, LIMITS), "ResourceCreated",
    ),
    _wsman(
        "winrs: command", ("operations/winrs",),
        lambda data, request: winrs.read_command(data, request, LIMITS), "CommandResponse",
    ),
    _wsman(
        "winrs: receive", ("operations/winrs",),
        lambda data, request: winrs.read_receive(data, request, GROWING), "ReceiveResponse",
        grows={
            "streams": lambda size: (
                messages.envelope(
                    "<p:ReceiveResponse>" + '<p:Stream Name="stdout">QUJD</p:Stream>' * size
                    + "</p:ReceiveResponse>"
                ),
                REQUEST,
            )
        },
    ),
    _wsman(
        "envelopes", ("operations/envelope",),
        _signalled,
        "SignalResponse",
    ),
    _wsman(
        "faults", ("soap/faults", "soap/fault_catalog", "soap/errors"),
        lambda data, request: envelope.read(data, request, LIMITS), "Fault",
        grows={
            "messages": lambda size: _fault(
                "".join(f"<p:Message>{n}</p:Message>" for n in range(size))
            ),
            "properties": lambda size: _fault(
                "<p:E><p:CIMStatusCode>1</p:CIMStatusCode>"
                + "".join(f"<p:P{n}>{n}</p:P{n}>" for n in range(size)) + "</p:E>"
            ),
            "codes": lambda size: _fault("<p:WSManFault/>" * size),
        },
    ),
)  # fmt: skip
