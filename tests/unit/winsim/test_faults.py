# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults in the recorded forms, and the faults for requests that can't be read."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import yaml

from unit.rows import each_row
from unit.winsim.structure import shape
from unit.winsim.wire import (
    CALLER,
    ENUMERATION,
    MESSAGE_ID,
    NAMESPACES,
    SAMPLES,
    TRANSFER,
    Recorded,
    Repository,
    ask,
    enumerate_body,
    envelope,
    fault_code,
    find,
    machine,
    sample,
    text,
)
from winsim.faults import FaultError, timed_out, too_many_operations, too_many_shells
from winsim.soap import Request
from winsim.wsman import Reply, Service


def old_service() -> Service:
    """A service of the time of the recordings, without ActivityId."""
    return Service(machine("6.1.7601"), repository=Repository(Recorded("Win32_Process", [])))


def answer(fault: FaultError) -> Reply:
    request = Request(action="x", message_id=MESSAGE_ID)
    return old_service().fault(request, CALLER, fault)


def fault_of(document: ET.Element) -> ET.Element:
    found = document.find(".//s:Fault", NAMESPACES)
    assert found is not None
    return found


def same_structure(reply: Reply, recorded: ET.Element) -> None:
    assert reply.status == 500
    assert shape(fault_of(ET.fromstring(reply.text))) == shape(fault_of(recorded))


def test_an_unknown_class_in_a_query() -> None:
    recorded = ET.fromstring(sample("wsman_faults", "winrb_soap_fault_v2.xml"))
    query = 'Select * from Win32_Processa where name="sshd.exe"'
    data = envelope(f"{ENUMERATION}Enumerate", enumerate_body(query))
    reply = ask(old_service(), data)
    # Attributes of ProviderFault stand in either order: an XML parser doesn't tell.
    assert shape(ET.fromstring(reply.text)) == shape(recorded)
    assert query in "".join(ET.fromstring(reply.text).itertext())


def test_too_many_operations() -> None:
    name = "max_concurrent_operations_2150859174.xml"
    recorded = ET.fromstring(sample("wsman_faults", name))
    assert shape(ET.fromstring(answer(too_many_operations(15)).text)) == shape(recorded)


def test_too_many_shells() -> None:
    recorded = ET.fromstring(sample("wsman_faults", "winrb_wmi_error_v2.xml"))
    same_structure(answer(too_many_shells(30)), recorded)


def test_timed_out() -> None:
    path = SAMPLES / "wsman_winrs" / "pypsrp_winrs_operation_timeout.yml"
    messages = yaml.safe_load(path.read_text(encoding="utf-8"))["messages"]
    recorded = next(
        root
        for root in (ET.fromstring(message["response"]) for message in messages)
        if root.find(".//s:Fault", NAMESPACES) is not None
    )
    assert shape(ET.fromstring(answer(timed_out()).text)) == shape(recorded)


GET = envelope(f"{TRANSFER}Get", uri="http://schemas.microsoft.com/wbem/wsman/1/config")


@each_row(
    ("old", "new", "subcode", "code"),
    [
        (b"</s:Envelope>", b"", "w:SchemaValidationError", "2150858817"),
        (b"<s:Envelope", b"<!DOCTYPE x><s:Envelope", "w:SchemaValidationError", "2150858817"),
        (b"s:Body", b"s:Bodie", "w:SchemaValidationError", "2150858817"),
        (MESSAGE_ID.encode(), b"", "a:InvalidMessageInformationHeader", "2150858767"),
        (b"PT60S", b"60", "a:InvalidMessageInformationHeader", "2150858767"),
        (b"512000", b"8191", "w:EncodingLimit", "2150858878"),
        (b"role/anonymous", b"role/other", "w:UnsupportedFeature", "2150858870"),
        (MESSAGE_ID.encode(), b"x" * 2049, "a:InvalidMessageInformationHeader", "2150858767"),
        (
            b"</s:Header>",
            b"<p:ActivityId xmlns:p='http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd'>"
            + b"x" * 2049
            + b"</p:ActivityId></s:Header>",
            "a:InvalidMessageInformationHeader",
            "2150858767",
        ),
        (
            b"</s:Header>",
            b"<a:FaultTo><a:Address>http://10.1.2.3/</a:Address></a:FaultTo></s:Header>",
            "w:UnsupportedFeature",
            "2150858870",
        ),
        (
            b"</s:Header>",
            b"<a:Action>http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete</a:Action></s:Header>",
            "a:InvalidMessageInformationHeader",
            "2150858767",
        ),
        (b"</s:Body>", b"<x:A/><x:B/></s:Body>", "w:SchemaValidationError", "2150858817"),
        (b"a:ReplyTo", b"a:AnswerTo", "a:MessageInformationHeaderRequired", "2150858769"),
        (b"transfer/Get", b"transfer/Got", "a:ActionNotSupported", "2150858771"),
        (b"wsman/1/config", b"wsman/1/konfig", "a:DestinationUnreachable", "2150858811"),
        (
            b"</s:Header>",
            b'<w:Locale xml:lang="ja" s:mustUnderstand="true"/></s:Header>',
            "w:UnsupportedFeature",
            "2150858887",
        ),
    ],
)
def test_requests_that_are_refused(old: bytes, new: bytes, subcode: str, code: str) -> None:
    assert old in GET
    reply = ask(Service(machine()), GET.replace(old, new))
    assert fault_code(reply) == (500, subcode, code)


def test_a_header_that_must_be_understood() -> None:
    header = b'<q:Secret xmlns:q="urn:q" s:mustUnderstand="true"/></s:Header>'
    reply = ask(Service(machine()), GET.replace(b"</s:Header>", header))
    assert text(reply, ".//s:Code/s:Value") == "s:MustUnderstand"
    assert find(reply, ".//s:Subcode") is None
    # The same without the attribute is none of the service's business.
    assert (
        ask(
            Service(machine()), GET.replace(b"</s:Header>", header.replace(b"true", b"false"))
        ).status
        == 200
    )


def test_a_fault_relates_to_the_request() -> None:
    reply = ask(Service(machine()), GET.replace(b"512000", b"1"))
    assert text(reply, ".//a:RelatesTo") == MESSAGE_ID


def test_the_machine_is_called_as_the_client_called_it() -> None:
    reply = ask(Service(machine()), GET.replace(b"wsman/1/config", b"wsman/1/konfig"))
    fault = find(reply, ".//f:WSManFault")
    assert fault is not None
    assert fault.get("Machine") == "127.77.0.1"


def test_the_language_is_that_of_windows() -> None:
    reply = ask(Service(machine(language="ja")), GET)
    assert reply.text.startswith('<s:Envelope xml:lang="ja-JP"')
