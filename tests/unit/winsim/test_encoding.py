# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests in UTF-16, which are answered in it."""

from __future__ import annotations

import codecs
import re
import xml.etree.ElementTree as ET

from unit.rows import each_row
from unit.winsim.wire import (
    CALLER,
    ENUMERATION,
    TRANSFER,
    ask,
    enumerate_body,
    envelope,
    fault_code,
    machine,
    tree,
)
from winsim.listener import http_charset
from winsim.soap import Request, charset_of, encode
from winsim.wsman import Service

GET = envelope(f"{TRANSFER}Get", uri="http://schemas.microsoft.com/wbem/wsman/1/config")


@each_row(
    "data",
    [
        GET.decode().encode("utf-16"),
        GET.decode().encode("utf-16-le"),
        GET.decode().encode("utf-16-be"),
        codecs.BOM_UTF16_BE + GET.decode().encode("utf-16-be"),
        ('<?xml version="1.0" encoding="UTF-16"?>' + GET.decode()).encode("utf-16"),
    ],
)
def test_both_orders_with_and_without_a_mark(data: bytes) -> None:
    host = Service(machine())
    request = host.read(data, CALLER)
    assert isinstance(request, Request)
    assert (request.charset, request.verb) == ("UTF-16", "Get")
    assert host.answer(request, CALLER).status == 200


def test_utf_8_is_what_everything_else_is() -> None:
    request = Service(machine()).read(GET, CALLER)
    assert isinstance(request, Request)
    assert request.charset == "UTF-8"


def test_an_answer_in_utf_16_has_a_mark() -> None:
    data = encode("<a>あ\N{GRINNING FACE}</a>", "UTF-16")
    assert data.startswith(codecs.BOM_UTF16_LE)
    assert charset_of(data) == "UTF-16"
    assert ET.fromstring(data).text == "あ\N{GRINNING FACE}"


def test_no_document_type_in_utf_16_either() -> None:
    data = b"<!DOCTYPE x>" + GET
    reply = ask(Service(machine()), data.decode().encode("utf-16"))
    assert fault_code(reply) == (500, "w:SchemaValidationError", "2150858817")


def test_a_page_fits_the_envelope_in_utf_16() -> None:
    """Each character takes two octets, those of the header too."""
    limit = 60_000
    query = "SELECT * FROM Win32_Process"
    data = envelope(f"{ENUMERATION}Enumerate", enumerate_body(query), max_envelope_size=limit)
    host = Service(machine())
    first = host.machine.processes()[-1]
    for _unused in range(60):
        host.machine.start_process(first)
    plain, wide = (ask(host, text) for text in (data, data.decode().encode("utf-16")))
    assert not any(element.tag.endswith("EndOfSequence") for element in tree(wide).iter())
    assert len(encode(wide.text, "UTF-16")) <= limit
    assert len(re.findall("<p:Win32_Process ", wide.text)) < 60
    assert len(wide.text) <= len(plain.text)


@each_row(
    ("header", "charset"),
    [
        ("application/soap+xml;charset=UTF-8", "UTF-8"),
        ('application/soap+xml; charset="utf-16"', "UTF-16"),
        ("application/soap+xml", ""),
        ("application/soap+xml; Charset = iso-8859-1; action=x", "ISO-8859-1"),
    ],
)
def test_the_character_set_of_a_content_type(header: str, charset: str) -> None:
    assert http_charset(header) == charset
