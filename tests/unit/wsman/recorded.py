# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded messages for the tests, and messages made in their likeness."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import yaml

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.envelope import (
    Request,
    RequestSettings,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.document import (
    DocumentLimits,
)

SAMPLES = Path(__file__).parents[2] / "samples"
LIMITS = DocumentLimits()
SETTINGS = RequestSettings("http://192.0.2.1:5985/wsman")

SOAP = "{http://www.w3.org/2003/05/soap-envelope}"
ADDRESSING = "{http://schemas.xmlsoap.org/ws/2004/08/addressing}"


def sample(name: str) -> bytes:
    """A recorded message by its path under the samples."""
    return (SAMPLES / name).read_bytes()


def names(pattern: str) -> list[str]:
    """The samples that match a pattern, in order."""
    return sorted(str(path.relative_to(SAMPLES)) for path in SAMPLES.glob(pattern))


@cache
def conversation(name: str) -> tuple[tuple[bytes, bytes], ...]:
    """The requests and answers of a recorded conversation."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster
    messages = yaml.load(sample(name), loader)["messages"]
    return tuple((each["request"].encode(), each["response"].encode()) for each in messages)


def answered(response: bytes) -> Request:
    """A request that a recorded answer relates to."""
    relates_to = ElementTree.fromstring(response).find(f"{SOAP}Header/{ADDRESSING}RelatesTo")
    text = (relates_to.text or "").strip() if relates_to is not None else "uuid:none"
    return Request("", text, b"")


def answer(body: str, request: Request) -> bytes:
    """An answer as Windows writes it around a body, with the prefixes that Windows binds."""
    return (
        '<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer"'
        ' xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"'
        ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"'
        ' xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"'
        ' xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Header>'
        f"<a:Action>{request.action}Response</a:Action><a:MessageID>uuid:1</a:MessageID>"
        f"<a:RelatesTo>{request.message_id}</a:RelatesTo></s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def request_body(request: Request) -> str:
    """What stands in the body of a request, as text."""
    text = request.data.decode()
    return text[text.index("<s:Body>") + len("<s:Body>") : text.index("</s:Body>")]
