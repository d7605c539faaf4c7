# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a WS-Management service: grown from what such answers consist of, or recorded ones
with damage done to them."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim import classes
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.cim.objects import CimClass
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.envelope import (
    Request,
)
from fuzz.texts import values
from unit.wsman.recorded import answered, conversation, names, sample

REQUEST = Request("urn:a", "uuid:1", b"")

CLASSES = tuple(each for each in vars(classes).values() if isinstance(each, CimClass))

RECORDED = (
    *(sample(name) for name in names("wsman_faults/*.xml")),
    *(sample(name) for name in names("omi/*_response.xml")),
    *(sample(name) for name in names("wsman_winrs/*.xml")),
    *(answer for name in names("wsman_winrs/*.yml") for _request, answer in conversation(name)),
    *(answer for name in names("wsman_config/*.yml") for _request, answer in conversation(name)),
    *(sample(name) for name in names("wsman_enumerate/server_2003*.xml")),
    *(sample(name) for name in names("wsman_enumerate/*OperatingSystem*.xml")),
    sample("wsman_enumerate/server_2012_Win32_Process_all_001.xml"),
)

#: Bytes that have a meaning in XML, to be put where they do not belong.
_PIECES = (
    *(b"<", b">", b"&", b'"', b"</", b"<!--", b"-->", b"]]>", b"\x00", b"\xff\xfe", b"\xe3\x81"),
    *(b"\xed\xa0\x80", b"&#0;", b"&#27;", b"&#xD800;", b"&x;", b"<![CDATA[", b"<!DOCTYPE a>"),
    *(b"<?xml version='1.0' encoding='UTF-16'?>", b"<?xml version='1.0' encoding='x'?>", b"<?x?>"),
    *(b' xsi:nil="true"', b' xmlns="urn:x"', b"<a/>", b"<w:Item/>", b"<n:EndOfSequence/>"),
    *(b"<s:Fault/>", b"9" * 5_000, b"<a>" * 100, b"NaN"),
)

_ELEMENTS = (
    *("Items", "Item", "EndOfSequence", "EnumerationContext", "EndpointReference", "XmlFragment"),
    *("ReferenceParameters", "ResourceURI", "SelectorSet", "Selector", "ResourceCreated"),
    *("EnumerateResponse", "PullResponse", "CommandResponse", "ReceiveResponse", "SignalResponse"),
    *("CommandId", "Stream", "CommandState", "ExitCode", "Shell", "ReturnValue", "X_OUTPUT"),
    *("Fault", "Code", "Subcode", "Value", "Reason", "Text", "Detail", "WSManFault", "Message"),
    *("ProviderFault", "CIMStatusCode", "error_Code", "error_Type", "MessageID", "MSFT_WmiError"),
    *("Datetime", "Interval", "CIM_DateTime", "Header", "RelatesTo", "Envelope", "Body"),
)
_ATTRIBUTES = ("xsi:nil", "Name", "Code", "Machine", "provider", "State", "type", "xml:lang", "a:b")
_PROPERTIES = tuple(dict.fromkeys(each.name for cls in CLASSES for each in cls.properties))
_names = st.one_of(st.sampled_from(_ELEMENTS), st.sampled_from(_PROPERTIES))
#: What stands in what, so that inputs get deep.
_CHILDREN = {
    "EnumerateResponse": ("EnumerationContext", "Items", "EndOfSequence"),
    "PullResponse": ("EnumerationContext", "Items", "EndOfSequence"),
    "Items": ("Item", "XmlFragment", "Win32_Service"),
    "Item": ("XmlFragment", "EndpointReference", "Win32_Service"),
    "EndpointReference": ("ReferenceParameters",),
    "ResourceCreated": ("ReferenceParameters",),
    "ReferenceParameters": ("ResourceURI", "SelectorSet"),
    "SelectorSet": ("Selector",),
    "CommandResponse": ("CommandId",),
    "ReceiveResponse": ("Stream", "CommandState"),
    "CommandState": ("ExitCode",),
    "X_OUTPUT": ("ReturnValue", "EndpointReference", "Item"),
    "Fault": ("Code", "Reason", "Detail"),
    "Code": ("Value", "Subcode"),
    "Subcode": ("Value",),
    "Reason": ("Text",),
    "Detail": ("WSManFault", "MSFT_WmiError", "FaultDetail"),
    "WSManFault": ("Message", "ProviderFault"),
    "Message": ("ProviderFault",),
    "ProviderFault": ("WSManFault",),
    "MSFT_WmiError": ("CIMStatusCode", "error_Code", "error_Type", "MessageID", "Message"),
}
_attributes = st.dictionaries(st.sampled_from(_ATTRIBUTES), values, max_size=2)
_CONTROLS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def carried(text: str) -> str:
    """A text as a service puts it into XML, which has no way to carry some characters."""
    return escape(_CONTROLS.sub("?", text))


@st.composite
def elements(draw: st.DrawFn, depth: int = 6, name: str | None = None) -> str:
    """Any element out of the vocabulary of these messages, with what it holds."""
    name = name or draw(_names)
    attributes = "".join(
        f" {key}={quoteattr(_CONTROLS.sub('?', value))}" for key, value in draw(_attributes).items()
    )
    usual = _CHILDREN.get(name, ())
    inner = carried(draw(values))
    if depth and (draw(st.integers(0, 9)) < 9 if usual else draw(st.integers(0, 9)) < 2):
        names = st.sampled_from(usual) if usual and draw(st.integers(0, 9)) < 8 else _names
        chosen = draw(st.lists(names, min_size=1, max_size=3))
        inner = "".join(draw(elements(depth=depth - 1, name=each)) for each in chosen)
    return f"<p:{name}{attributes}>{inner}</p:{name}>"


@st.composite
def instances(draw: st.DrawFn, cim_class: CimClass) -> str:
    """An instance of a class as it should be, but for the values."""
    chosen = draw(st.lists(st.sampled_from(cim_class.properties), max_size=6))
    text = "".join(
        draw(elements(depth=1, name=each.name))
        if draw(st.integers(0, 3)) == 0
        else f"<p:{each.name}>{carried(draw(values))}</p:{each.name}>"
        for each in chosen
    )
    tag = draw(st.sampled_from(["XmlFragment", cim_class.name]))
    return f"<p:{tag}>{text}</p:{tag}>"


def envelope(body: str, relates_to: str = REQUEST.message_id) -> bytes:
    """A body in the envelope that answers a request."""
    return (
        '<s:Envelope xmlns:s="urn:s" xmlns:p="urn:p" xmlns:xsi="urn:i" xmlns:a="urn:a"><s:Header>'
        f"<a:RelatesTo>{relates_to}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


_ENDS = ("<p:EndOfSequence/>", "<p:EnumerationContext>7</p:EnumerationContext>", "")


@st.composite
def pages(draw: st.DrawFn) -> bytes:
    """An answer to Enumerate or Pull, more or less."""
    rows = draw(st.lists(st.sampled_from(CLASSES).flatmap(instances), max_size=4))
    if draw(st.booleans()):
        reference = draw(elements(depth=3, name="EndpointReference"))
        rows = [f"<p:Item>{row}{reference}</p:Item>" for row in rows]
    end = draw(st.sampled_from(_ENDS))
    return envelope(f"<p:PullResponse>{end}<p:Items>{''.join(rows)}</p:Items></p:PullResponse>")


Answer = tuple[bytes, Request]


def to_request(answer: bytes) -> Answer:
    """A grown answer with the request that it relates to."""
    return answer, REQUEST


recorded: st.SearchStrategy[Answer] = st.sampled_from(
    [(answer, answered(answer)) for answer in RECORDED]
)


@st.composite
def damaged(draw: st.DrawFn, originals: st.SearchStrategy[Answer]) -> Answer:
    """An answer with some of its parts cut, doubled, moved or replaced; some stay whole."""
    data, request = draw(originals)
    for _unused in range(draw(st.integers(0, 3))):
        marks = [found.start() for found in re.finditer(rb"[<>\"]", data)] or [0]
        start, end = sorted(draw(st.tuples(*[st.sampled_from([*marks, len(data)])] * 2)))
        piece = draw(st.one_of(st.sampled_from(_PIECES), st.just(data[start:end])))
        data = data[:start] + piece + data[draw(st.sampled_from([start, end])) :]
    if draw(st.integers(0, 19)) == 0:
        data = b"\xff\xfe" + data.decode("utf-8", "replace").encode("utf-16-le", "replace")
    return data, request


def answers(*tops: str) -> st.SearchStrategy[Answer]:
    """What may answer a request whose answer should hold one of these elements."""
    grown = st.sampled_from(tops).flatmap(lambda top: elements(name=top)).map(envelope)
    faults = elements(name="Fault").map(envelope)
    originals = st.one_of(
        grown.map(to_request), grown.map(to_request), faults.map(to_request), recorded
    )
    arbitrary = st.binary(max_size=300).map(to_request)
    return st.one_of(originals, damaged(originals), damaged(originals), arbitrary)
