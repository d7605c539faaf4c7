# SPDX-License-Identifier: GPL-3.0-or-later
"""Envelopes: what every request says, and which answers are taken."""

from __future__ import annotations

import os
import re
import uuid
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given

from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.operations.envelope import (
    Option,
    Request,
    RequestSettings,
    build,
    only_child,
    read,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.errors import (
    LocalProtocolError,
    RemoteProtocolError,
)
from ansible_collections.portkeeper.windows.plugins.module_utils.wsman.soap.faults import FaultError
from unit.rows import each_row
from unit.wsman import cim_values
from unit.wsman.recorded import ADDRESSING, LIMITS, SETTINGS, SOAP, answer, sample

WSMAN = "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}"
MICROSOFT = "{http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def header_of(request: Request) -> ElementTree.Element:
    header = ElementTree.fromstring(request.data).find(f"{SOAP}Header")
    assert header is not None
    return header


def test_the_header_of_a_request() -> None:
    settings = RequestSettings("https://pc:5986/wsman", 153_600, 20, "ja-JP")
    request = build("urn:action", "urn:resource", "<n:Pull/>", settings)
    header = header_of(request)
    understand = f"{SOAP}mustUnderstand"
    seen = [(child.tag, (child.text or ""), child.get(understand)) for child in header]
    assert seen == [
        (f"{ADDRESSING}To", "https://pc:5986/wsman", None),
        (f"{WSMAN}ResourceURI", "urn:resource", "true"),
        (f"{ADDRESSING}ReplyTo", "", None),
        (f"{ADDRESSING}Action", "urn:action", "true"),
        (f"{WSMAN}MaxEnvelopeSize", "153600", "true"),
        (f"{ADDRESSING}MessageID", request.message_id, None),
        (f"{WSMAN}Locale", "", "false"),
        (f"{MICROSOFT}DataLocale", "", "false"),
        (f"{WSMAN}OperationTimeout", "PT20S", None),
    ]
    assert [child.get(LANG) for child in header if child.get(LANG)] == ["ja-JP", "ja-JP"]
    body = ElementTree.fromstring(request.data)[1]
    assert [child.tag for child in body] == [
        "{http://schemas.xmlsoap.org/ws/2004/09/enumeration}Pull"
    ]
    assert request.action == "urn:action"


def test_each_request_has_an_id_of_its_own_unless_one_is_given() -> None:
    first, second = (build("urn:a", "urn:r", "", SETTINGS) for _unused in range(2))
    assert re.fullmatch("uuid:[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", first.message_id)
    assert first.message_id != second.message_id
    assert build("urn:a", "urn:r", "", SETTINGS, message_id="uuid:7").message_id == "uuid:7"


def test_the_ids_of_many_requests_are_random_uuids() -> None:
    told = [build("urn:a", "urn:r", "", SETTINGS).message_id for _unused in range(200)]
    assert len(set(told)) == 200
    for each in told:
        assert re.fullmatch(r"uuid:[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", each)
        read = uuid.UUID(each.removeprefix("uuid:"))
        assert (read.version, read.variant) == (4, uuid.RFC_4122)


def test_a_process_that_is_forked_has_ids_of_its_own() -> None:
    def next_ids() -> list[str]:
        return [build("urn:a", "urn:r", "", SETTINGS).message_id for _unused in range(3)]

    next_ids()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, "\n".join(next_ids()).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="ascii") as pipe:
        of_child = pipe.read().split()
    os.waitpid(child, 0)
    assert len({*of_child, *next_ids()}) == 6


@each_row(
    ("seconds", "text"), [(60, "PT60S"), (0.5, "PT0.5S"), (1.2345, "PT1.234S"), (3e6, "PT3000000S")]
)
def test_the_timeout_is_a_duration(seconds: float, text: str) -> None:
    request = build("urn:a", "urn:r", "", replace(SETTINGS, operation_timeout=seconds))
    assert header_of(request).findtext(f"{WSMAN}OperationTimeout") == text


@given(cim_values.TEXT)
def test_selectors_and_options_carry_any_text(text: str) -> None:
    request = build(
        "urn:a",
        "urn:r",
        "",
        SETTINGS,
        selectors=[("Name", text)],
        options=[Option("wmi:PolicyStore", text, "xs:string"), Option("Plain", text)],
    )
    header = header_of(request)
    selector = header.find(f"{WSMAN}SelectorSet/{WSMAN}Selector")
    options = header.findall(f"{WSMAN}OptionSet/{WSMAN}Option")
    assert selector is not None
    assert (selector.get("Name"), selector.text or "") == ("Name", text)
    assert [(each.get("Name"), each.get("Type"), each.text or "") for each in options] == [
        ("wmi:PolicyStore", "xs:string", text),
        ("Plain", None, text),
    ]


def test_text_that_xml_cannot_carry_is_refused() -> None:
    with pytest.raises(LocalProtocolError, match=r"U\+0007"):
        build("urn:a", "urn:r", "", SETTINGS, selectors=[("Name", "bell\x07")])


REQUEST = Request("urn:a", "uuid:AB-1", b"")


def test_an_answer_is_read() -> None:
    response = read(answer("<n:PullResponse/>", REQUEST), REQUEST, LIMITS)
    assert response.action == "urn:aResponse"
    assert only_child(response, "PullResponse").tag == "PullResponse"


def test_the_id_is_compared_without_letter_case_and_white_space() -> None:
    data = answer("<n:PullResponse/>", Request("urn:a", "\n uuid:ab-1\n", b""))
    assert read(data, REQUEST, LIMITS).body[0].tag == "PullResponse"


FAULT = "<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code></s:Fault>"


@each_row("relates_to", ["uuid:AB-1", "uuid:other", ""])
def test_a_fault_is_a_fault_whatever_it_relates_to(relates_to: str) -> None:
    with pytest.raises(FaultError) as raised:
        read(answer(FAULT, Request("urn:a", relates_to, b"")), REQUEST, LIMITS)
    assert raised.value.fault.code == "Sender"


@each_row(
    ("data", "message"),
    [
        (answer("<n:R/>", Request("", "uuid:other", b"")), "relates to message 'uuid:other'"),
        (answer("<n:R/>", Request("", "", b"")), "relates to message '' instead of 'uuid:AB-1'"),
        (b"<s:Envelope xmlns:s='urn:s'/>", "without a body"),
        (b"<html/>", "not a SOAP envelope: its root is html"),
        (b"<html><br></html>", "not well-formed"),
    ],
)
def test_what_is_no_answer(data: bytes, message: str) -> None:
    with pytest.raises(RemoteProtocolError, match=message):
        read(data, REQUEST, LIMITS)


@pytest.mark.parametrize(("body", "found"), [("<n:Other/>", "Other"), ("", "nothing")])
def test_another_content_is_named(body: str, found: str) -> None:
    response = read(answer(body, REQUEST), REQUEST, LIMITS)
    with pytest.raises(RemoteProtocolError, match=f"holds {found} where PullResponse"):
        only_child(response, "PullResponse")


def test_the_error_of_a_fault_can_be_shown() -> None:
    with pytest.raises(FaultError) as raised:
        read(sample("wsman_faults/winrb_soap_fault_v2.xml"), REQUEST, LIMITS)
    assert str(raised.value) == (
        "ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER (CannotProcessFilter, 0x8033801A): "
        "The specified class does not exist in the given namespace."
    )
