# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host answers while its firewall is read and written, as a script for ScriptedTransport."""

from __future__ import annotations

import base64
from xml.sax.saxutils import escape

from unit.conversation import answer, sample

SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
STANDARD = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/StandardCimv2"


def program(text: str) -> list[bytes]:
    """The answers to a program that prints this text: Command, Receive, Signal."""
    stream = base64.b64encode(text.encode()).decode()
    return [
        answer(
            f"{SHELL}/CommandResponse",
            "<rsp:CommandResponse><rsp:CommandId>C</rsp:CommandId></rsp:CommandResponse>",
        ),
        answer(
            f"{SHELL}/ReceiveResponse",
            f'<rsp:ReceiveResponse><rsp:Stream Name="stdout" CommandId="C">{stream}</rsp:Stream>'
            f'<rsp:CommandState CommandId="C" State="{SHELL}/CommandState/Done">'
            "<rsp:ExitCode>1</rsp:ExitCode></rsp:CommandState></rsp:ReceiveResponse>",
        ),
        answer(f"{SHELL}/SignalResponse", "<rsp:SignalResponse/>"),
    ]


def programs(*texts: str) -> list[bytes]:
    """The answers to a line of several programs, each with its text."""
    marked = (f"{text}portkeeper-end-of-output-{at}\r\n" for at, text in enumerate(texts, start=1))
    return program("".join(marked))


def no_class() -> bytes:
    """The fault for a class that a host does not have."""
    return sample("wsman_faults/winrb_soap_fault_v2.xml")


def timed_out() -> bytes:
    """The fault for an operation that ran out of its time (pypsrp_winrs_operation_timeout.yml)."""
    return answer(
        "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault",
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:TimedOut</s:Value>"
        '</s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">Timed out.</s:Text></s:Reason>'
        '<s:Detail><f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" '
        'Code="2150858793"><f:Message>Timed out.</f:Message></f:WSManFault></s:Detail></s:Fault>',
    )


def created(rule_id: str) -> bytes:
    return answer(
        f"{TRANSFER}/CreateResponse",
        f"<x:ResourceCreated>{_reference('MSFT_NetFirewallRule', _key(rule_id))}"
        "</x:ResourceCreated>",
    )


def filters(rule_id: str, *class_names: str) -> bytes:
    """An answer to an association: a rule's filters with their references."""
    items = "".join(
        f'<w:Item><p:{name} xmlns:p="{STANDARD}/{name}"><p:InstanceID>{escape(rule_id)}'
        f"</p:InstanceID></p:{name}><a:EndpointReference>{_reference(name, escape(rule_id))}"
        "</a:EndpointReference></w:Item>"
        for name in class_names
    )
    return answer(
        "http://schemas.xmlsoap.org/ws/2004/09/enumeration/EnumerateResponse",
        "<n:EnumerateResponse><n:EnumerationContext/>"
        f"<w:Items>{items}</w:Items><w:EndOfSequence/></n:EnumerateResponse>",
    )


def put() -> bytes:
    return answer(f"{TRANSFER}/PutResponse", "")


def deleted() -> bytes:
    return answer(f"{TRANSFER}/DeleteResponse", "")


def switched(method: str, value: str = "") -> bytes:
    """The answer to Enable or Disable; Windows sends no return value."""
    uri = f"{STANDARD}/MSFT_NetFirewallRule"
    return answer(
        f"{uri}/{method}Response", f'<p:{method}_OUTPUT xmlns:p="{uri}">{value}</p:{method}_OUTPUT>'
    )


def refused(cim_status: int, message: str = "No.", message_id: str = "HRESULT 0x80070057") -> bytes:
    """A fault with an MSFT_WmiError, as the network classes send it."""
    error = f"{STANDARD}/MSFT_WmiError"
    return answer(
        "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault",
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode>"
        "<s:Value>w:InternalError</s:Value></s:Subcode></s:Code>"
        '<s:Reason><s:Text xml:lang="en-US"> </s:Text></s:Reason><s:Detail>'
        f'<p:MSFT_WmiError xmlns:p="{error}"><p:CIMStatusCode>{cim_status}</p:CIMStatusCode>'
        f"<p:Message>{escape(message)}</p:Message><p:MessageID>{message_id}</p:MessageID>"
        "<p:error_Type>HRESULT</p:error_Type></p:MSFT_WmiError></s:Detail></s:Fault>",
    )


def _key(rule_id: str) -> str:
    return escape(f"MSFT|FW|FirewallRule|{rule_id}")


def _reference(class_name: str, key: str) -> str:
    empty = "".join(
        f'<w:Selector Name="{name}"></w:Selector>'
        for name in ("PolicyRuleName", "SystemCreationClassName", "SystemName")
    )
    return (
        "<a:Address>http://192.0.2.1/wsman</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{STANDARD}/{class_name}</w:ResourceURI><w:SelectorSet>"
        f'<w:Selector Name="CreationClassName">{key}</w:Selector>{empty}</w:SelectorSet>'
        "</a:ReferenceParameters>"
    )
